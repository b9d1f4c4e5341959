"""Beautiful numbers are classified by the taxonomy: first match wins (SPEC 4.1), against digit loops of their own."""

import csv
from collections import Counter
from collections.abc import Callable
from datetime import date
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.domain.bulk_patterns import classify_many
from kiosk.domain.patterns import PATTERN_BY_CODE, PATTERNS, PLAIN, classify, pattern_span

with (Path(__file__).parent / "number_patterns.csv").open(encoding="utf-8") as table:
    TAXONOMY = tuple(csv.DictReader(table))


def alike(digits: str) -> bool:
    return all(digit == digits[0] for digit in digits)


def in_a_row(digits: str) -> bool:
    steps = [ord(after) - ord(before) for before, after in pairwise(digits)]
    return all(step == 1 for step in steps) or all(step == -1 for step in steps)


def pairs(digits: str) -> bool:
    return all(digits[place] == digits[place + 1] for place in range(0, len(digits), 2))


def twice(digits: str) -> bool:
    half = len(digits) // 2
    return all(digits[place] == digits[place + half] for place in range(half))


def is_date(digits: str) -> bool:
    try:
        return date.fromisoformat(f"{digits[:4]}-{digits[4:6]}-{digits[6:]}").year in range(1950, 2020)
    except ValueError:
        return False


LUCKY = ["1314", "520", "521", "168", "518", "1688", "668", "886", "918", "588", "998", "5188"]

# Each rule in words of its own, from the taxonomy's names; the order is the table's.
BRUTE_FORCE: dict[str, Callable[[str], bool]] = {
    "AAAAAA": lambda d: alike(d[-6:]),
    "AAAAA": lambda d: alike(d[-5:]),
    "ABCDEF": lambda d: in_a_row(d[-6:]),
    "ABCDABCD": lambda d: twice(d[-8:]),
    "AABBCCDD": lambda d: pairs(d[-8:]),
    "AAAA": lambda d: alike(d[-4:]),
    "ABCDE": lambda d: in_a_row(d[-5:]),
    "AAABBB": lambda d: alike(d[-6:-3]) and alike(d[-3:]) and d[-4] != d[-3],
    "AABBCC": lambda d: pairs(d[-6:]) and d[-6] != d[-4] and d[-4] != d[-2],
    "ABABAB": lambda d: twice(d[-4:]) and twice(d[-6:-2]) and d[-1] != d[-2],
    "ABCABC": lambda d: twice(d[-6:]),
    "ABCD": lambda d: in_a_row(d[-4:]),
    "5201314": lambda d: d[-7:] == "5201314",
    "AAA": lambda d: alike(d[-3:]),
    "AAABB": lambda d: d[-5] != d[-1] and any(alike(d[-5:cut]) and alike(d[cut:]) for cut in (-3, -2)),
    "AABB": lambda d: pairs(d[-4:]) and d[-4] != d[-1],
    "ABAB": lambda d: twice(d[-4:]) and d[-1] != d[-2],
    "ABBA": lambda d: d[-4:] == d[-1] + d[-2] + d[-3] + d[-4] and d[-1] != d[-2],
    "AAAB": lambda d: alike(d[-4:-1]) and d[-1] != d[-2],
    "LUCKY": lambda d: any(d[-len(tail) :] == tail for tail in LUCKY),
    "BIRTHDAY": lambda d: is_date(d[-8:]),
    "ABC": lambda d: in_a_row(d[-3:]),
    "MIDDLE_AAAA": lambda d: alike(d[3:7]),
    "MIDDLE_AABB": lambda d: pairs(d[3:7]) and d[3] != d[6],
    "AA": lambda d: alike(d[-2:]),
    "YEAR": lambda d: 1960 <= int(d[-4:]) <= 2019,
    "PLAIN": lambda d: True,
}


def brute_force(msisdn: int) -> str:
    digits = str(msisdn)
    return next(code for code, rule in BRUTE_FORCE.items() if rule(digits))


@st.composite
def numbers(draw: st.DrawFn) -> int:
    """Numbers in which repeats, rows and dates are common: digits follow the ones before more often than not."""
    if draw(st.integers(0, 9)) == 0:
        day = draw(st.dates(date(1945, 1, 1), date(2024, 12, 31)))
        return int(f"1{draw(st.integers(30, 99))}{day:%Y%m%d}") + draw(st.sampled_from([0, 0, 1, 30]))
    digits = [1, draw(st.integers(3, 9))]
    while len(digits) < 11:
        kind = draw(st.integers(0, 7))
        back = digits[-min(kind, len(digits))] if 1 <= kind <= 4 else None
        following = (digits[-1] + (1 if kind == 5 else -1)) % 10
        digits.append(draw(st.integers(0, 9)) if kind in {0, 7} else following if back is None else back)
    return int("".join(map(str, digits)))


def test_the_taxonomy_is_the_carriers_table() -> None:
    assert [(p.priority, p.code, p.name_zh, p.tier) for p in PATTERNS] == [
        (int(row["priority"]), row["code"], row["name_zh"], int(row["tier"])) for row in TAXONOMY
    ]


@pytest.mark.parametrize("row", TAXONOMY, ids=lambda row: row["code"])
def test_the_tables_example_carries_its_pattern(row: dict[str, str]) -> None:
    assert classify(int(row["example"])).code == row["code"]


@settings(max_examples=1000, deadline=None)
@given(numbers())
def test_classification_agrees_with_digit_loops(msisdn: int) -> None:
    assert classify(msisdn).code == brute_force(msisdn)


def test_bulk_classification_agrees_with_the_definition_on_a_random_stock() -> None:
    drawn = np.random.default_rng(20).integers(13_000_000_000, 20_000_000_000, 40_000)
    # Every tail of four digits after a neutral, a repeating and a rising head, and birthdays around leap days.
    heads = [1385316, 1385366, 1386786, 1381234, 1388888, 1386688, 1381999, 1382000, 1381900, 1385201]
    tails = [np.arange(10_000) + head * 10_000 for head in heads]
    msisdns = np.concatenate([drawn, *tails])
    expected = [classify(msisdn).priority - 1 for msisdn in msisdns.tolist()]
    assert classify_many(msisdns).tolist() == expected


@settings(max_examples=200, deadline=None)
@given(st.lists(numbers(), max_size=50))
def test_bulk_classification_agrees_with_the_definition(msisdns: list[int]) -> None:
    columns = classify_many(np.array(msisdns, dtype=np.int64))
    assert [PATTERNS[index] for index in columns] == [classify(msisdn) for msisdn in msisdns]


def test_shares_of_random_numbers_are_those_of_the_table() -> None:
    count = 2_000_000
    drawn = np.random.default_rng(1).integers(0, 10**8, count) + 13_800_000_000
    found = np.bincount(classify_many(drawn), minlength=len(PATTERNS))
    for row, hits in zip(TAXONOMY, found.tolist(), strict=True):
        expected = float(row["share_of_random_numbers_percent"]) / 100 * count
        # Five standard deviations, and the table's rounding.
        assert abs(hits - expected) < 5 * expected**0.5 + 8, row["code"]


@pytest.mark.parametrize(
    ("msisdn", "code"),
    [(13819900228, "BIRTHDAY"), (13820000229, "BIRTHDAY"), (13819000229, "PLAIN"), (13819990229, "PLAIN")],
)
def test_a_birthday_is_a_real_calendar_date(msisdn: int, code: str) -> None:
    assert classify(msisdn).code == code


@pytest.mark.parametrize(
    ("msisdn", "marked"),
    [
        (13853176688, "6688"),
        (13853888888, "888888"),
        (13888888888, "888888888"),
        (13853456789, "3456789"),
        (13887654321, "87654321"),
        (13853675367, "53675367"),
        (13819900818, "19900818"),
        (13888882735, "8888"),
        (13866882735, "6688"),
        (13853171314, "1314"),
        (13853172966, "66"),
        (13853172739, ""),
    ],
)
def test_the_span_marks_the_digits_that_carry_the_pattern(msisdn: int, marked: str) -> None:
    start, end = pattern_span(msisdn)
    assert str(msisdn)[start:end] == marked


@given(numbers())
def test_a_span_lies_within_the_number_and_is_empty_only_for_plain_ones(msisdn: int) -> None:
    start, end = pattern_span(msisdn)
    assert 0 <= start <= end <= 11
    assert (start == end) == (classify(msisdn) is PLAIN)


@given(numbers())
def test_marked_digits_at_the_end_are_enough_for_the_pattern(msisdn: int) -> None:
    start, end = pattern_span(msisdn)
    if end == 11:
        assert BRUTE_FORCE[classify(msisdn).code]("x" * start + str(msisdn)[start:])


def test_every_code_is_there_once() -> None:
    assert Counter(pattern.code for pattern in PATTERNS).most_common(1)[0][1] == 1
    assert set(PATTERN_BY_CODE) == set(BRUTE_FORCE)
