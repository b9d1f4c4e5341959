"""The PIN by which staff leave the terminal: what it may be, and how long a wrong one makes the next wait."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from kiosk.domain.weak_digits import are_weak

PIN_DIGITS: Final = range(6, 13)
"""How long a PIN may be."""

WAITS: Final = tuple(timedelta(seconds=seconds) for seconds in (1, 5, 30, 300))
"""After the first wrong PIN, the second, and so on; the last stays, so that nobody is locked out for ever."""


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
    return PinFault.WEAK if are_weak(pin) else None


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
