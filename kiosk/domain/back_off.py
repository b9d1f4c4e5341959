"""How long a failed sign-in makes the next one wait: longer each time, up to a ceiling, never for good (SPEC 3.6)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final


class Subject(StrEnum):
    """What failures are counted of."""

    ACCOUNT = "account"
    PHONE = "phone"
    TERMINAL = "terminal"


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast one subject may be tried."""

    free: int
    """So many failures cost no wait: people mistype."""
    first: timedelta
    """The wait after the next one, twice as long after each that follows."""
    longest: timedelta
    """The ceiling: whoever waits so long may try again, however often it went wrong."""
    fade: timedelta
    """After each such time one failure is forgiven, so that a busy terminal's and last week's don't add up."""

    @property
    def most(self) -> int:
        """More failures than this aren't counted: they make no wait longer, and would only take longer to fade."""
        times_longer = -(-self.longest // self.first)
        return self.free + 1 + (times_longer - 1).bit_length()

    def wait_after(self, failures: int) -> timedelta:
        """The wait that so many failures in a row make."""
        if failures <= self.free:
            return timedelta(0)
        doublings = min(failures, self.most) - self.free - 1
        return min(self.longest, self.first * (1 << doublings))


_OF_ONE_PERSON: Final = Pace(
    free=3, first=timedelta(seconds=15), longest=timedelta(minutes=30), fade=timedelta(hours=2)
)
PACES: Final = {
    Subject.ACCOUNT: _OF_ONE_PERSON,
    Subject.PHONE: _OF_ONE_PERSON,
    # Everybody who comes to it shares a terminal: more mistakes are theirs together, and nobody should wait long for
    # what another one did. Still it bounds how fast one password can be tried on many accounts.
    Subject.TERMINAL: Pace(
        free=10, first=timedelta(seconds=15), longest=timedelta(minutes=5), fade=timedelta(minutes=3)
    ),
}

_CLOCKS_APART: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Failures:
    """How often it went wrong, since when that fades, and until when nothing is tried."""

    count: int
    fades_from: datetime
    free_at: datetime


def waits_until(known: Failures, pace: Pace, now: datetime) -> datetime | None:
    """When the next try may be made; None for now.

    A wait longer than any comes from a clock that was wrong, and is none.
    """
    is_believable = known.free_at - now <= pace.longest + _CLOCKS_APART
    return known.free_at if known.free_at > now and is_believable else None


def with_one_more(known: Failures, pace: Pace, now: datetime) -> Failures:
    """The failures after another one at `now`, those that have faded taken off."""
    faded = max(now - known.fades_from, timedelta(0)) // pace.fade
    left = max(known.count - faded, 0)
    # What has passed of the next fading isn't lost, or somebody who comes often would never be forgiven.
    fades_from = known.fades_from + faded * pace.fade if left and known.fades_from <= now else now
    count = min(left + 1, pace.most)
    return Failures(count, fades_from, now + pace.wait_after(count))


def with_one_less(known: Failures, now: datetime) -> Failures:
    """The failures once the last one has turned out to be none."""
    return Failures(max(known.count - 1, 0), known.fades_from, min(known.free_at, now))
