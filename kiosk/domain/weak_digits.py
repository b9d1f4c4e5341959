"""Which digits people choose, and try, first: the rule behind PINs and service passwords (SPEC 3.6)."""

from datetime import date
from itertools import pairwise
from typing import Final

_TOO_COMMON: Final = frozenset(
    {"147258", "147369", "258369", "159753", "159357", "112233", "223344", "112358", "123321", "1472583690"}
)
"""Paths over the pad and other favourites that no rule below finds."""


def are_weak(digits: str) -> bool:
    """Whether these are one digit or a short piece again and again, a run up or down, a day, a path over the pad."""
    return (
        repeats_a_piece(digits)
        or _runs(digits)
        or _is_date(digits)
        or digits in _TOO_COMMON
        or digits[::-1] in _TOO_COMMON
    )


def repeats_a_piece(text: str) -> bool:
    """Whether it is one piece again and again, the last perhaps cut short: `111111`, `123123`, `1231231`.

    >>> repeats_a_piece("abcabc"), repeats_a_piece("abcab"), repeats_a_piece("abcd")
    (True, False, False)
    """
    return any(text == (text[:size] * len(text))[: len(text)] for size in range(1, len(text) // 2 + 1))


def _runs(digits: str) -> bool:
    """Whether each digit is the one before plus or minus one; after 9 comes 0."""
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(digits)}
    return steps in ({1}, {9})


def _is_date(digits: str) -> bool:
    """Whether it reads as a day of 1900 to 2099 in any usual order (19900307, 900307, 07031990) or as a month."""
    match len(digits):
        case 6:
            pairs = digits[:2], digits[2:4], digits[4:]
            readings = [(century + year, month, day) for century in ("19", "20") for year, month, day in _orders(pairs)]
            readings.append((digits[:4], digits[4:], "1"))
        case 8:
            readings = [
                (digits[:4], digits[4:6], digits[6:]),
                (digits[4:], digits[:2], digits[2:4]),
                (digits[4:], digits[2:4], digits[:2]),
            ]
        case _:
            return False
    return any(_is_day(*reading) for reading in readings)


def _orders(pairs: tuple[str, str, str]) -> list[tuple[str, str, str]]:
    """Year, month and day of `90 03 07`, `07 03 90` and `03 07 90`."""
    first, second, third = pairs
    return [(first, second, third), (third, second, first), (third, first, second)]


def _is_day(year: str, month: str, day: str) -> bool:
    try:
        return date(int(year), int(month), int(day)).year in range(1900, 2100)
    except ValueError:
        return False
