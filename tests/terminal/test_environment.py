"""Nothing in the environment makes the program log keys, press them, take screenshots or load another driver."""

import subprocess
import sys

from kiosk.terminal.environment import scrub_environment


def test_textual_switches_and_sizes_go_the_rest_stays() -> None:
    environ = {
        "TEXTUAL": "debug,devtools",
        "TEXTUAL_LOG": "keys.log",
        "TEXTUAL_PRESS": "q",
        "TEXTUAL_DRIVER": "evil:Driver",
        "COLUMNS": "500",
        "LINES": "1",
        "ESCDELAY": "60000",
        "TEXTUALLY": "kept",
        "KIOSK_LANGUAGE": "zh",
    }
    removed = scrub_environment(environ)
    assert environ == {"TEXTUALLY": "kept", "KIOSK_LANGUAGE": "zh", "TEXTUAL_DISABLE_KITTY_KEY": "1"}
    assert removed == ("COLUMNS", "ESCDELAY", "LINES", "TEXTUAL", "TEXTUAL_DRIVER", "TEXTUAL_LOG", "TEXTUAL_PRESS")


def test_it_can_run_before_textual_is_imported() -> None:
    program = "import sys, kiosk.terminal.environment; sys.exit(any(m.startswith('textual') for m in sys.modules))"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
