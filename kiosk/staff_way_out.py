"""The door for staff at the terminal itself: their PIN, then leave or start again."""

from collections.abc import Callable

from kiosk.services.admit_staff import StaffDoor
from kiosk.terminal.exit_status import STATUS_LEFT_BY_STAFF, STATUS_RESTART_BY_STAFF
from kiosk.terminal.lockdown import LockedApp
from screens.staff.menu import StaffChoice, StaffMenu
from screens.staff.pin import StaffPin


async def ask_for_staff(app: LockedApp, door: StaffDoor, note: Callable[[str], None]) -> None:
    """Ask for the PIN, and then what to do; `note` is told what was chosen."""

    def answered(is_staff: bool | None) -> None:
        if is_staff:
            app.push_screen(StaffMenu(), chose)

    def chose(choice: StaffChoice | None) -> None:
        if choice is not None:
            note(choice)
            app.request_leave(STATUS_LEFT_BY_STAFF if choice is StaffChoice.LEAVE else STATUS_RESTART_BY_STAFF)

    await app.push_screen(StaffPin(door), answered)
