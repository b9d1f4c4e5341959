"""The taxonomy of patterns for millions of numbers at once.

Digits are compared in columns, so that a number costs no Python object; the regexes of `kiosk.domain.patterns`
stay the definition. A module of its own because it imports numpy, which takes some 100 ms: import it where it is
used, so that the terminal starts without it.
"""

import numpy as np
from numpy.typing import NDArray

from kiosk.domain.patterns import BIRTH_YEARS, LUCKY_TAILS, PATTERNS, YEARS

# Small enough for the columns of one chunk to stay in the processor's cache.
_CHUNK = 1 << 15


def classify_many(msisdns: NDArray[np.int64]) -> NDArray[np.uint8]:
    """For each number, the index in PATTERNS of the pattern that `classify` gives."""
    result = np.empty(len(msisdns), dtype=np.uint8)
    for start in range(0, len(msisdns), _CHUNK):
        part = msisdns[start : start + _CHUNK]
        matches = _Columns(part).matches()
        indexes = np.full(len(part), len(PATTERNS) - 1, dtype=np.uint8)
        for index in range(len(PATTERNS) - 2, -1, -1):
            indexes[matches[PATTERNS[index].code]] = index
        result[start : start + len(part)] = indexes
    return result


class _Columns:
    """Numbers taken apart: row i of `digit` holds every number's digit i, and so for `step` and `same`.

    `step[-k]` is the k-th digit from the end minus the one before it; `same[-k]` says that it is 0.
    """

    def __init__(self, msisdns: NDArray[np.int64]) -> None:
        self.digit = np.empty((11, len(msisdns)), dtype=np.int8)
        rest = msisdns
        for place in range(10, -1, -1):
            rest, self.digit[place] = np.divmod(rest, 10)
        self.step = self.digit[1:] - self.digit[:-1]
        self.same = self.step == 0
        self.tail = msisdns % 10**8

    def matches(self) -> dict[str, NDArray[np.bool_]]:
        """Which numbers meet each rule's condition, whatever the rules before it say."""
        same = self.same
        return {
            "AAAAAA": self._alike(-6, -1),
            "AAAAA": self._alike(-5, -1),
            "ABCDEF": self._straight(6),
            "ABCDABCD": self._twice(4),
            "AABBCCDD": same[-1] & same[-3] & same[-5] & same[-7],
            "AAAA": self._alike(-4, -1),
            "ABCDE": self._straight(5),
            "AAABBB": self._alike(-6, -4) & self._alike(-3, -1),
            "AABBCC": same[-1] & ~same[-2] & same[-3] & ~same[-4] & same[-5],
            "ABABAB": self._twice(2) & _all(self.digit[-4:-2] == self.digit[-6:-4]),
            "ABCABC": self._twice(3),
            "ABCD": self._straight(4),
            "5201314": self._ends("5201314"),
            "AAA": self._alike(-3, -1),
            "AAABB": same[-1] & (same[-2] ^ same[-3]) & same[-4],
            "AABB": same[-1] & same[-3],
            "ABAB": self._twice(2),
            "ABBA": same[-2] & (self.digit[-1] == self.digit[-4]),
            "AAAB": self._alike(-4, -2),
            "LUCKY": self._ends(*LUCKY_TAILS),
            "BIRTHDAY": self._birthday(),
            "ABC": self._straight(3),
            "MIDDLE_AAAA": same[3] & same[4] & same[5],
            "MIDDLE_AABB": same[3] & ~same[4] & same[5],
            "AA": same[-1],
            "YEAR": _within(self.tail % 10**4, YEARS),
        }

    def _alike(self, first: int, last: int) -> NDArray[np.bool_]:
        """The digits from place `first` to place `last`, counted from the end, are all the same."""
        return _all(self.same[first + 1 : last + 1 or None])

    def _straight(self, length: int) -> NDArray[np.bool_]:
        steps = self.step[1 - length :]
        return _all(steps == 1) | _all(steps == -1)

    def _twice(self, length: int) -> NDArray[np.bool_]:
        return _all(self.digit[-length:] == self.digit[-2 * length : -length])

    def _ends(self, *tails: str) -> NDArray[np.bool_]:
        found = np.zeros(len(self.tail), dtype=np.bool_)
        for tail in tails:
            found |= self.tail % 10 ** len(tail) == int(tail)
        return found

    def _birthday(self) -> NDArray[np.bool_]:
        year, month, day = self.tail // 10**4, self.tail // 100 % 100, self.tail % 100
        leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
        last_day = _DAYS_IN_MONTH[month] + (leap & (month == _FEBRUARY))
        real: NDArray[np.bool_] = (day >= 1) & (day <= last_day)
        return _within(year, BIRTH_YEARS) & real


_FEBRUARY = 2
# By month; no day is in the months 0 and 13 to 99.
_DAYS_IN_MONTH = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] + [0] * 87, dtype=np.int64)


def _all(rows: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which columns are true in every row."""
    true_throughout: NDArray[np.bool_] = np.logical_and.reduce(rows)
    return true_throughout


def _within(values: NDArray[np.int64], years: range) -> NDArray[np.bool_]:
    return (values >= years.start) & (values < years.stop)
