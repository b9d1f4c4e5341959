"""What a captcha asks: digits to be read off a picture, or sums in words for who can't see it."""

from __future__ import annotations

from dataclasses import dataclass
from hmac import compare_digest
from random import Random
from typing import Final

CODE_DIGITS: Final = 4
_DIGITS: Final = "23456789"
"""No 0 and 1: hands on a number pad need no letters, and these two look like others."""

_MISREAD: Final = str.maketrans("1", "7")
"""A crooked 7 may be read as the 1 that is never drawn."""

SUMS_IN_A_ROW: Final = 2
"""A blind guess meets a picture once in 8⁴ = 4,096, a sum once in 80, and two sums once in 6,400."""

_TOTALS: Final = range(20, 100)
_ADDENDS: Final = range(2, 10)


@dataclass(frozen=True, slots=True, repr=False)
class Code:
    """Digits to be drawn; without a repr, so that no log gives them away."""

    digits: str

    def accepts(self, answer: str) -> bool:
        """Whether these are the digits; takes as long for any answer of their length."""
        return _same(answer.translate(_MISREAD), self.digits)


@dataclass(frozen=True, slots=True, repr=False)
class Sum:
    """Two numbers to be added; without a repr, too."""

    first: int
    second: int

    def accepts(self, answer: str) -> bool:
        """Whether this is the total."""
        return _same(answer, str(self.first + self.second))


def new_code(random: Random) -> Code:
    """Digits that can be told apart, each as likely as any other."""
    return Code("".join(random.choice(_DIGITS) for _ in range(CODE_DIGITS)))


def new_sum(random: Random) -> Sum:
    """A number of two digits and one of a single digit, by whose total each answer is as likely as any other."""
    second = random.choice(_ADDENDS)
    return Sum(random.choice(_TOTALS) - second, second)


def _same(answer: str, wanted: str) -> bool:
    return compare_digest(answer.encode(), wanted.encode())
