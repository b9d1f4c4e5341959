"""The PIN by which staff leave the terminal: what it may be, and how long a wrong one makes the next wait."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Final

PIN_DIGITS: Final = range(6, 13)
"""How long a PIN may be."""

WAITS: Final = tuple(timedelta(seconds=seconds) for seconds in (1, 5, 30, 300))
"""After the first wrong PIN, the second, and so on; the last stays, so that nobody is locked out for ever."""

_TOO_COMMON: Final = frozenset(
    {"147258", "147369", "258369", "159753", "159357", "112233", "223344", "112358", "123321", "1472583690"}
)
"""Paths over the pad and other favourites that no rule below finds."""


class PinFault(StrEnum):
    """Why a PIN can't be used."""

    FORM = "form"
    WEAK = "weak"


def pin_fault(pin: str) -> PinFault | None:
    """What is wrong with a new PIN; None when it may be used.

    Weak is what people try first: one digit or a short piece again and again, digits in a row up or down, a date,
    a path over the pad.
    """
    if not (pin.isascii() and pin.isdecimal() and len(pin) in PIN_DIGITS):
        return PinFault.FORM
    is_weak = _repeats(pin) or _runs(pin) or _is_date(pin) or pin in _TOO_COMMON or pin[::-1] in _TOO_COMMON
    return PinFault.WEAK if is_weak else None


def _repeats(pin: str) -> bool:
    return any(pin == (pin[:size] * len(pin))[: len(pin)] for size in range(1, len(pin) // 2 + 1))


def _runs(pin: str) -> bool:
    """Whether each digit is the one before plus or minus one; after 9 comes 0."""
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    return steps in ({1}, {9})


def _is_date(pin: str) -> bool:
    """Whether it reads as a day of 1900 to 2099: 19900307, 900307, 03071990."""
    readings = {
        6: [("19" + pin[:2], pin[2:4], pin[4:]), ("20" + pin[:2], pin[2:4], pin[4:])],
        8: [(pin[:4], pin[4:6], pin[6:]), (pin[4:], pin[:2], pin[2:4]), (pin[4:], pin[2:4], pin[:2])],
    }
    return any(_is_day(*reading) for reading in readings.get(len(pin), []))


def _is_day(year: str, month: str, day: str) -> bool:
    try:
        return date(int(year), int(month), int(day)).year in range(1900, 2100)
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class PinTries:
    """How often in a row the PIN was wrong, and when last: in which boot of the machine, how long after its start.

    Time is counted from the boot and never by the wall clock, so that a wrong date neither shortens nor prolongs a
    wait.
    """

    failures: int
    boot_id: str
    failed_at: timedelta


def wait_left(tries: PinTries, boot_id: str, since_boot: timedelta) -> tuple[PinTries, timedelta]:
    """How long nobody may try yet; and the tries, begun anew in this boot when they are of another one."""
    if not tries.failures:
        return tries, timedelta(0)
    if tries.boot_id != boot_id or tries.failed_at > since_boot:
        tries = PinTries(tries.failures, boot_id, since_boot)
    wait = WAITS[min(tries.failures, len(WAITS)) - 1]
    return tries, max(timedelta(0), tries.failed_at + wait - since_boot)
