"""The real program with its lock taken off, to see that it is the lock that keeps it alive.

Arguments: `driver` (Textual's own driver instead of ours) or `filter` (ours, but every byte reaches the parser).
"""

import sys

from kiosk.terminal.environment import scrub_environment

if __name__ == "__main__":
    scrub_environment()

from textual.drivers.linux_driver import LinuxDriver

from kiosk.cli.ending import end_well
from kiosk.cli.run import run
from kiosk.terminal import driver, lockdown


class NoFilter:
    """Passes on everything that was read, decoded as Textual does it."""

    pending = False

    def __init__(self, **_: object) -> None:
        pass

    def feed(self, data: bytes) -> str:
        return data.decode()

    def settle(self, _quiet_seconds: float) -> str:
        return ""

    def take_interrupts(self) -> int:
        return 0


if __name__ == "__main__":
    if sys.argv[1] == "driver":
        lockdown.LockedDriver = LinuxDriver  # type: ignore[misc,assignment]  # that is what is tried here
    else:
        driver.InputFilter = NoFilter  # type: ignore[misc,assignment]  # likewise
    sys.exit(end_well(run))
