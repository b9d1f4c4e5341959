"""Small numbers written out, for who can't see digits and has them read out (SPEC 3.7)."""

from typing import Final

_DIGITS: Final = "零一二三四五六七八九"
_TEN: Final = "十"
_UNDER_TWENTY: Final = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
    "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS: Final = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


def in_chinese(number: int) -> str:
    """A number from 0 to 99.

    >>> in_chinese(7), in_chinese(10), in_chinese(34)
    ('七', '十', '三十四')
    """
    tens, ones = divmod(number, 10)
    if not tens:
        return _DIGITS[ones]
    return f"{_DIGITS[tens] if tens > 1 else ''}{_TEN}{_DIGITS[ones] if ones else ''}"


def in_english(number: int) -> str:
    """A number from 0 to 99.

    >>> in_english(7), in_english(40), in_english(34)
    ('seven', 'forty', 'thirty-four')
    """
    if number < len(_UNDER_TWENTY):
        return _UNDER_TWENTY[number]
    tens, ones = divmod(number, 10)
    return _TENS[tens - 2] + (f"-{_UNDER_TWENTY[ones]}" if ones else "")
