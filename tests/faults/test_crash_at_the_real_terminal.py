"""The real program crashes on a real terminal: nothing of the person is left to be seen (SPEC 9.2, 10.3)."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.services.small_shop import id_number
from tests.terminal import real_kiosk
from tests.terminal.painted import Painted
from tests.terminal.real_kiosk import ATTRACT, CUSTOMER, RealKiosk

NAME, ID_NUMBER, ROWS = "欧阳娜娜", id_number(42), 40
CRASHING = str(Path(real_kiosk.__file__).with_name("crashing_kiosk.py"))
TOLD = (NAME, ID_NUMBER, "no such person", "ValueError", "Traceback")


def paste(text: str) -> bytes:
    return b"\x1b[200~" + text.encode() + b"\x1b[201~"


def fill_in(kiosk: RealKiosk) -> None:
    """Name and ID number; then the phone has the keys, and Enter there goes on."""
    kiosk.go_to_customer()
    for value in (NAME, ID_NUMBER):
        kiosk.send(paste(value))
        kiosk.settle(0.3)
        kiosk.send(b"\r")
        kiosk.settle(0.3)


def seconds_since_crash(kiosk: RealKiosk) -> float:
    """Since the newest crash in the log, by the log's own clock."""
    lines = [json.loads(line) for line in kiosk.log.read_text().splitlines()]
    crashed = [datetime.fromisoformat(line["timestamp"]) for line in lines if line["event"] == "crash"]
    assert crashed
    return (datetime.now(UTC) - crashed[-1]).total_seconds()


def crash(kiosk: RealKiosk) -> tuple[float, bytes]:
    """From the filled-in screen over the fault to the attract screen: the seconds, and what was written meanwhile."""
    painted = Painted()
    kiosk.output = b""
    kiosk.resize(120, ROWS + 1)
    kiosk.settle(0.5)
    kiosk.resize(120, ROWS)
    kiosk.settle(0.5)
    painted.write(kiosk.output)
    assert CUSTOMER in painted.text
    assert NAME in painted.text, "the control: it can be seen while it is being typed"
    assert ID_NUMBER in painted.text
    painted.lowest = 0
    kiosk.output = b""
    kiosk.send(b"\r")
    while ATTRACT.encode() not in kiosk.output:
        kiosk.look(0.02)
        assert kiosk.running()
    taken = seconds_since_crash(kiosk)
    kiosk.settle(0.3)
    painted.write(kiosk.output)
    assert ATTRACT.replace(" ", "") in painted.text
    assert [told for told in TOLD if told in painted.text] == []
    assert painted.lowest <= ROWS, "nothing was scrolled out of sight"
    return taken, kiosk.output


@pytest.mark.parametrize("kind", ["handler", "worker", "drawing"])
def test_of_a_crash_nothing_is_left_on_the_terminal_or_in_the_log(tmp_path: Path, kind: str) -> None:
    with RealKiosk(tmp_path, program=(CRASHING, kind), KIOSK_DEMO_NUMBERS="500", KIOSK_REDUCED_MOTION="yes") as kiosk:
        kiosk.wait_for(ATTRACT, 30)
        seconds = []
        # Another program may keep the machine from one of two.
        for _ in range(2):
            fill_in(kiosk)
            taken, written = crash(kiosk)
            seconds.append(taken)
            text = written.decode(errors="replace")
            assert [told for told in TOLD if told in text] == []
            # The alternate screen, which has no scrollback, is never left, not even for a moment.
            assert "\x1b[?1049l" not in text
            assert "请稍候" in text
            if taken < 3:
                break
        assert min(seconds) < 3
        log = kiosk.log.read_text()
        assert log.count('"crash"') >= len(seconds)
        assert [told for told in (NAME, ID_NUMBER, "no such person", "Traceback") if told in log] == []
