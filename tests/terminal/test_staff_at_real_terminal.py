"""Staff leave the real program on a real terminal; a supervisor can tell it from a crash. SPEC 9.2."""

from pathlib import Path

import pytest
from argon2 import PasswordHasher

from tests.terminal.real_kiosk import ATTRACT, HOME, RealKiosk

PIN = "408271"
CORNERS = b"".join(b"\x1b[<0;%d;%dM\x1b[<0;%d;%dm" % (x, y, x, y) for x, y in ((3, 2), (118, 2), (118, 39), (3, 39)))
ARROWS = b"\x1b[D\x1b[A\x1b[C\x1b[B"


@pytest.mark.parametrize(
    ("sequence", "choice", "status"), [(CORNERS, b"3", 77), (ARROWS, b"2", 75)], ids=["corners", "arrows"]
)
def test_sequence_and_pin_end_it_in_order(tmp_path: Path, sequence: bytes, choice: bytes, status: int) -> None:
    cheap = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(PIN)
    with RealKiosk(tmp_path, KIOSK_DEMO_NUMBERS="500", KIOSK_STAFF_PIN_HASH=cheap) as kiosk:
        kiosk.wait_for(ATTRACT, 30)
        kiosk.settle(0.3)
        kiosk.send(sequence)
        kiosk.wait_for("请输入员工密码")
        # A paste is no typing.
        kiosk.send(b"\x1b[200~" + PIN.encode() + b"\r\x1b[201~")
        kiosk.look(0.3)
        kiosk.send(PIN.encode() + b"\r")
        kiosk.wait_for("退出程序")
        everything = kiosk.output
        kiosk.send(choice)
        assert kiosk.ended() == status
        assert kiosk.modes() == kiosk.modes_before
        assert b"\x1b[?1049l" in kiosk.output
    assert PIN.encode() not in everything + kiosk.output
    assert PIN not in kiosk.log.read_text()


def test_without_a_pin_the_corners_are_touches_like_any_other(tmp_path: Path) -> None:
    with RealKiosk(tmp_path, KIOSK_DEMO_NUMBERS="500") as kiosk:
        kiosk.wait_for(ATTRACT, 30)
        kiosk.settle(0.3)
        kiosk.send(CORNERS[:20])
        kiosk.wait_for(HOME)
        assert kiosk.running()
