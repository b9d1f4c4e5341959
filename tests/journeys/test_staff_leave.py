"""Staff leave the terminal by a sequence and a PIN; nobody else does (issue 3; SPEC 9.2)."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from structlog.testing import capture_logs
from textual import events
from textual.geometry import Offset

from kiosk.domain.errors import ShopUnavailable
from kiosk.domain.staff_pin import WAITS
from kiosk.services.admit_staff import PinAnswer, StaffDoor, staff_door
from kiosk.terminal.exit_status import STATUS_LEFT_BY_STAFF, STATUS_RESTART_BY_STAFF
from kiosk.terminal.staff_sequence import ARROWS
from screens.attract import AttractScreen
from screens.moment import OneMoment
from screens.staff.menu import StaffMenu
from screens.staff.pin import StaffPin
from tests.journeys.conftest import bank_file, demonstration_file, now, world
from tests.journeys.hands import Terminal, open_terminal
from tests.journeys.test_nobody_is_remembered import log_file
from tests.services.small_shop import World
from widgets.keypad import KeyPad
from widgets.message_line import MessageLevel, MessageLine

__all__ = ["bank_file", "demonstration_file", "log_file", "now", "world"]

PIN, WRONG = "408271", "408272"
CORNERS = (Offset(2, 2), Offset(117, 2), Offset(117, 37), Offset(2, 37))


@pytest.fixture
def door(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StaffDoor:
    """A door whose hash costs next to nothing, and whose time since the boot a test moves."""
    monkeypatch.setattr("kiosk.services.admit_staff.this_boot", lambda: "this")
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PIN)
    opened = staff_door(cheap, tmp_path)
    assert opened is not None
    return opened


@pytest.fixture
async def terminal(world: World, now: list[float], door: StaffDoor, log_file: Path) -> AsyncIterator[Terminal]:
    async with open_terminal(world, now, staff_door=door) as opened:
        yield opened


async def touch_corners(terminal: Terminal) -> None:
    for corner in CORNERS:
        terminal.now[0] += 1
        await terminal.tap_at(corner)
    await terminal.settle()


async def type_pin(terminal: Terminal, pin: str) -> None:
    terminal.now[0] += 1
    await terminal.tap_keys(terminal.screen.query_one(KeyPad), *pin, "done")
    await terminal.settle()


def audited(terminal: Terminal) -> list[str]:
    return [row.action for row in terminal.rows("audit") if row.actor == "staff"]


@pytest.mark.parametrize(
    ("button", "status", "action"),
    [("#leave", STATUS_LEFT_BY_STAFF, "staff.left"), ("#restart", STATUS_RESTART_BY_STAFF, "staff.restarted")],
)
async def test_corners_and_pin_lead_to_leaving_with_a_status_of_its_own(
    terminal: Terminal, log_file: Path, button: str, status: int, action: str
) -> None:
    await touch_corners(terminal)
    assert isinstance(terminal.screen, StaffPin)
    await type_pin(terminal, PIN)
    assert isinstance(terminal.screen, StaffMenu)
    await terminal.tap(button)
    await terminal.until(lambda: terminal.app._exit)
    assert terminal.app.return_code == status
    assert audited(terminal) == ["staff.pin_right", action]
    assert terminal.rows("audit")[-1].terminal_id == terminal.world.shop.terminal_id
    assert PIN not in log_file.read_text()
    assert PIN not in str(terminal.rows("audit"))


async def test_the_same_by_keys_alone(terminal: Terminal) -> None:
    await terminal.press(*ARROWS)
    await terminal.press(*WRONG[:3], "backspace", *PIN[2:], "enter")
    assert isinstance(terminal.screen, StaffMenu)
    await terminal.press("1")
    assert isinstance(terminal.screen, AttractScreen)
    await terminal.press(*ARROWS, *PIN, "enter", "escape")
    assert isinstance(terminal.screen, AttractScreen)
    await terminal.begin()


async def test_a_wrong_pin_is_audited_and_makes_wait_even_after_a_restart(
    terminal: Terminal, world: World, now: list[float], door: StaffDoor, tmp_path: Path
) -> None:
    await touch_corners(terminal)
    await type_pin(terminal, WRONG)
    assert isinstance(terminal.screen, StaffPin)
    line = terminal.screen.query_one(MessageLine)
    assert line.text == "密码不对，请在 1 秒后再试"
    await type_pin(terminal, PIN)
    assert isinstance(terminal.screen, StaffPin), "the right one must wait too"
    assert audited(terminal) == ["staff.pin_wrong"]
    # A terminal that starts again knows it from its file.
    again = staff_door(door.pin_hash, tmp_path)
    async with open_terminal(world, now, staff_door=again) as other:
        await touch_corners(other)
        assert "秒后再试" in other.screen.query_one(MessageLine).text
        await other.until(lambda: not other.screen.query_one(MessageLine).text)
        await type_pin(other, PIN)
        assert isinstance(other.screen, StaffMenu)


async def test_a_pin_that_came_too_early_is_not_called_wrong(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was never looked at: another terminal of this machine has just taken a wrong one."""
    shown: list[str] = []
    show = MessageLine.show

    def noted(line: MessageLine, text: str, level: MessageLevel) -> None:
        shown.append(text)
        show(line, text, level)

    await touch_corners(terminal)
    monkeypatch.setattr("screens.staff.pin.try_pin", lambda *_: PinAnswer.EARLY)
    monkeypatch.setattr("screens.staff.pin.pin_wait", lambda *_: WAITS[-1])
    monkeypatch.setattr(MessageLine, "show", noted)
    await type_pin(terminal, PIN)
    await terminal.until(lambda: bool(shown))
    assert all("秒后再试" in text for text in shown)
    assert audited(terminal) == ["staff.pin_early"]


async def test_the_fourth_wrong_pin_costs_five_minutes(
    terminal: Terminal, door: StaffDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited = []
    elapsed = [WAITS[-1]]
    monkeypatch.setattr("kiosk.services.admit_staff.time_since_boot", lambda: elapsed[0])
    for _ in range(5):
        await touch_corners(terminal)
        await type_pin(terminal, WRONG)
        waited.append(terminal.screen._seconds_left)
        elapsed[0] += WAITS[-1]
        await terminal.tap("#cancel")
    assert waited == [1, 5, 30, 300, 300]
    await touch_corners(terminal)
    await type_pin(terminal, PIN)
    assert isinstance(terminal.screen, StaffMenu), "never a permanent lock"


async def test_digits_are_never_shown_and_twelve_are_enough(terminal: Terminal) -> None:
    await touch_corners(terminal)
    await terminal.press(*"9876543210987654")
    assert terminal.text("#dots").count("●") == 12
    assert not any(digit in terminal.text("#dots") for digit in "0123456789")
    await terminal.tap_keys(terminal.screen.query_one(KeyPad), "clear")
    assert "●" not in terminal.text("#dots")
    await terminal.press("enter")
    assert audited(terminal) == []


@pytest.mark.parametrize("pin", ["", PIN], ids=["at the pad", "at the menu"])
async def test_what_staff_leave_open_closes_after_twenty_seconds(
    terminal: Terminal, pin: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("screens.staff.brief_dialog.UNTOUCHED_SECONDS", 1.0)
    await touch_corners(terminal)
    for digit in PIN:
        await terminal.pilot.pause(0.3)
        await terminal.press(digit)
    assert isinstance(terminal.screen, StaffPin), "each key gives more time"
    if pin:
        await terminal.press("enter")
        assert isinstance(terminal.screen, StaffMenu)
    await terminal.until(lambda: isinstance(terminal.screen, AttractScreen))


async def test_a_customer_who_touches_a_corner_begins_a_little_later(terminal: Terminal) -> None:
    await terminal.tap_at(CORNERS[0])
    await terminal.settle()
    assert isinstance(terminal.screen, AttractScreen)
    await terminal.until(lambda: terminal.app.current_mode == "visit")


async def test_a_customer_who_touches_elsewhere_begins_at_once(terminal: Terminal) -> None:
    await terminal.tap_at(CORNERS[0])
    terminal.now[0] += 1
    await terminal.tap_at(Offset(60, 20))
    await terminal.settle()
    assert terminal.app.current_mode == "visit"
    assert len(terminal.rows("visits")) == 1


async def test_during_a_visit_the_corners_are_the_customers(terminal: Terminal) -> None:
    await terminal.begin()
    await terminal.press(*ARROWS)
    assert not isinstance(terminal.screen, StaffPin)
    assert terminal.app.current_mode == "visit"


async def test_without_a_pin_there_is_no_door(world: World, now: list[float]) -> None:
    async with open_terminal(world, now) as terminal:
        await terminal.tap_at(CORNERS[0])
        await terminal.settle()
        assert terminal.app.current_mode == "visit", "and nothing is held back"
        await terminal.press("escape")
        await terminal.press(ARROWS[0])
        assert terminal.app.current_mode == "visit"


async def test_staff_can_leave_while_the_database_is_away(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object, **__: object) -> None:
        raise ShopUnavailable

    with capture_logs() as logs:
        monkeypatch.setattr("kiosk.services.admit_staff.write_audit", away)
        await terminal.app.push_screen(OneMoment())
        for corner in CORNERS:
            terminal.now[0] += 1
            await terminal.tap_at(corner)
        await terminal.until(lambda: isinstance(terminal.screen, StaffPin) and not terminal.screen._checking)
        for key in (*PIN, "enter"):
            terminal.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await terminal.until(lambda: isinstance(terminal.screen, StaffMenu) and terminal.screen.is_mounted)
        terminal.app._leave_seconds = 0.2
        terminal.app.post_message(events.Key("3", "3"))
        await terminal.until(lambda: terminal.app._exit)
    assert terminal.app.return_code == STATUS_LEFT_BY_STAFF
    assert {"event": "staff", "action": "staff.left", "log_level": "info"} in logs
