"""Digits in groups, as people read telephone numbers aloud."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

PHONE_GROUPS = (3, 4, 4)
"""A Chinese mobile number is read as 3-4-4."""


def group_digits(digits: str, groups: Sequence[int] = PHONE_GROUPS) -> str:
    """Return `digits` with a space between groups; what exceeds the groups stays with the last one.

    >>> group_digits("13853178888")
    '138 5317 8888'
    """
    starts = [0, *accumulate(groups)][: len(groups)]
    ends: list[int | None] = [*starts[1:], None]
    return " ".join(part for start, end in zip(starts, ends, strict=True) if (part := digits[start:end]))


def grouped_span(span: tuple[int, int], groups: Sequence[int] = PHONE_GROUPS) -> tuple[int, int]:
    """Return where the digits `start..end` (end excluded) lie once `group_digits` has put its spaces in.

    >>> grouped_span((7, 11))
    (9, 13)
    """
    start, end = span
    bounds = list(accumulate(groups))[:-1]
    first = start + sum(bound <= start for bound in bounds)
    last = end + sum(bound < end for bound in bounds)
    return first, max(first, last)
