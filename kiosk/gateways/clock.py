"""The one source of time (SPEC 7.3): every service takes `now` from a `Clock`.

On a machine of its own the clock is anchored once a boot: from then on it counts time that has really passed
(`CLOCK_BOOTTIME`, which also runs while the machine sleeps), so a step of the wall clock neither frees a number
early nor keeps it for ever, and every process on the machine agrees. With a shared database its clock decides.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol


class Clock(Protocol):
    """Tells the time, in UTC."""

    def now(self) -> datetime:
        """This instant."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """What ties passed time to dates: in the boot `boot_id`, the instant was `started_at` when it began."""

    boot_id: str
    started_at: datetime


class AnchoredClock:
    """A clock that only runs forwards, at the speed of real time, from an anchor."""

    def __init__(self, anchor: Anchor, since_boot: Callable[[], timedelta]) -> None:
        self._anchor = anchor
        self._since_boot = since_boot

    def now(self) -> datetime:
        """The anchor's start plus the time that has really passed."""
        return self._anchor.started_at + self._since_boot()


class DatabaseClock:
    """The shared database's clock, asked rarely and carried on by real time in between.

    `read` asks the database. `offset` is added, for tests.
    """

    _ASK_AGAIN = timedelta(seconds=30)

    def __init__(
        self,
        read: Callable[[], datetime],
        since_boot: Callable[[], timedelta],
        offset: Callable[[], timedelta] = timedelta,
    ) -> None:
        self._read = read
        self._since_boot = since_boot
        self._offset = offset
        # One value, so that no thread sees a new answer with an old time of asking.
        self._asked = (since_boot(), read())

    def now(self) -> datetime:
        """The database's time."""
        asked_at, answer = self._asked
        if self._since_boot() - asked_at >= self._ASK_AGAIN:
            answer = self._read()
            asked_at = self._since_boot()
            self._asked = (asked_at, answer)
        return answer + (self._since_boot() - asked_at) + self._offset()


def time_since_boot() -> timedelta:
    """Real time since the machine started, sleep included."""
    return timedelta(microseconds=time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1000)


def this_boot() -> str:
    """The kernel's name for this boot of the machine."""
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()


def wall_time() -> datetime:
    """What the machine's own clock says, right or wrong."""
    return datetime.now(UTC)
