"""What the terminal takes from its environment: nothing that could change what the screen does."""

import os
from collections.abc import MutableMapping
from typing import Final

_PREFIX: Final = "TEXTUAL"
_ALSO_REMOVED: Final = frozenset({"COLUMNS", "LINES", "ESCDELAY"})
"""Rich and Python believe COLUMNS and LINES over the terminal itself, so a resize would go unseen."""


def scrub_environment(environ: MutableMapping[str, str] | None = None) -> tuple[str, ...]:
    """Remove every switch by which Textual can be made to log, screenshot, press keys or load another driver.

    Must run before the first import of textual, which reads its switches once. Sets
    `TEXTUAL_DISABLE_KITTY_KEY=1`, since the extended key protocol carries keys the input filter never lets in.
    Returns the names removed, sorted, for the log. `environ` is the process's own unless given.
    """
    environ = os.environ if environ is None else environ
    removed = sorted(
        name for name in environ if name == _PREFIX or name.startswith(f"{_PREFIX}_") or name in _ALSO_REMOVED
    )
    for name in removed:
        del environ[name]
    environ["TEXTUAL_DISABLE_KITTY_KEY"] = "1"
    return tuple(removed)
