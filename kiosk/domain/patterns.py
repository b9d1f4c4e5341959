"""Beautiful numbers: the taxonomy of patterns, and which one a number carries.

Rules are tried in order and the first that matches wins. `classify` is the definition;
`kiosk.domain.bulk_patterns` does the same for millions of numbers at once.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from types import MappingProxyType


class PatternFamily(StrEnum):
    """What makes the patterns of a family beautiful."""

    RUN = "run"
    STRAIGHT = "straight"
    REPEAT = "repeat"
    PAIRS = "pairs"
    SYMMETRY = "symmetry"
    HOMOPHONE = "homophone"
    BIRTHDAY = "birthday"
    MIDDLE = "middle"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Pattern:
    """One rule: numbers in which `regex` is found, unless a rule of a smaller priority claims them.

    `tier` is 1 for the most sought after, 6 for the least, 0 for plain numbers.
    """

    priority: int
    code: str
    name_zh: str
    name_en: str
    family: PatternFamily
    regex: str
    tier: int


def straights(length: int) -> tuple[str, ...]:
    """Every run of so many consecutive digits, upwards and downwards; 9 and 0 are not neighbours."""
    upwards = tuple("0123456789"[start : start + length] for start in range(11 - length))
    return upwards + tuple(run[::-1] for run in upwards)


def _ends_with(*tails: str) -> str:
    return f"(?:{'|'.join(tails)})$"


# The years that the regexes of BIRTHDAY and YEAR stand for.
BIRTH_YEARS = range(1950, 2020)
YEARS = range(1960, 2020)
LUCKY_TAILS = ("1314", "1688", "5188", "520", "521", "168", "518", "668", "886", "918", "588", "998")

_F = PatternFamily
_RULES: tuple[tuple[str, str, str, PatternFamily, str, int], ...] = (
    ("AAAAAA", "尾六连及以上 AAAAAA+", "Six or more alike", _F.RUN, r"(\d)\1{5}$", 1),
    ("AAAAA", "尾五连 AAAAA", "Five alike", _F.RUN, r"(\d)\1{4}$", 1),
    ("ABCDEF", "尾六顺及以上 ABCDEF/FEDCBA", "Six or more in a row", _F.STRAIGHT, _ends_with(*straights(6)), 1),
    ("ABCDABCD", "尾八重复 ABCDABCD", "Four digits twice", _F.REPEAT, r"(?!(\d)\1{7}$)(\d{4})\2$", 2),
    ("AABBCCDD", "尾 AABBCCDD", "Four pairs", _F.PAIRS, r"(\d)\1(\d)\2(\d)\3(\d)\4$", 2),
    ("AAAA", "尾四连 AAAA", "Four alike", _F.RUN, r"(\d)\1{3}$", 2),
    ("ABCDE", "尾五顺 ABCDE/EDCBA", "Five in a row", _F.STRAIGHT, _ends_with(*straights(5)), 2),
    ("AAABBB", "尾 AAABBB", "Two triples", _F.PAIRS, r"(\d)\1\1(?!\1)(\d)\2\2$", 2),
    ("AABBCC", "尾 AABBCC", "Three pairs", _F.PAIRS, r"(\d)\1(?!\1)(\d)\2(?!\2)(\d)\3$", 3),
    ("ABABAB", "尾 ABABAB", "Two digits three times", _F.REPEAT, r"(\d)(?!\1)(\d)(?:\1\2){2}$", 3),
    ("ABCABC", "尾 ABCABC", "Three digits twice", _F.REPEAT, r"(?!(\d)\1{5}$)(\d{3})\2$", 3),
    ("ABCD", "尾四顺 ABCD/DCBA", "Four in a row", _F.STRAIGHT, _ends_with(*straights(4)), 3),
    ("5201314", "尾 5201314", "“I love you for ever” 5201314", _F.HOMOPHONE, r"5201314$", 3),
    ("AAA", "尾三连 AAA", "Three alike", _F.RUN, r"(\d)\1\1$", 4),
    (
        "AAABB",
        "尾 AAABB / AABBB",
        "A triple and a pair",
        _F.PAIRS,
        r"(?:(\d)\1\1(?!\1)(\d)\2|(\d)\3(?!\3)(\d)\4\4)$",
        4,
    ),
    ("AABB", "尾 AABB", "Two pairs", _F.PAIRS, r"(\d)\1(?!\1)(\d)\2$", 5),
    ("ABAB", "尾 ABAB", "Two digits twice", _F.REPEAT, r"(\d)(?!\1)(\d)\1\2$", 5),
    ("ABBA", "尾 ABBA", "Mirrored", _F.SYMMETRY, r"(\d)(?!\1)(\d)\2\1$", 5),
    ("AAAB", "尾 AAAB", "Three alike and one", _F.RUN, r"(\d)\1\1(?!\1)\d$", 5),
    (
        "LUCKY",
        "尾 吉祥谐音 1314/520/521/168/518/1688/668/886/918/588/998",
        "Lucky-sounding, such as 168 or 520",
        _F.HOMOPHONE,
        _ends_with(*LUCKY_TAILS),
        5,
    ),
    (
        "BIRTHDAY",
        "尾 生日 YYYYMMDD",
        "A birthday, YYYYMMDD",
        _F.BIRTHDAY,
        r"(?:19[5-9]\d|20[01]\d)(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$",
        5,
    ),
    ("ABC", "尾三顺 ABC/CBA", "Three in a row", _F.STRAIGHT, _ends_with(*straights(3)), 6),
    (
        "MIDDLE_AAAA",
        "中间四连(第4-7位) AAAA",
        "Four alike in the middle",
        _F.MIDDLE,
        r"(?<=^1\d\d)(\d)\1{3}(?=\d{4}$)",
        5,
    ),
    (
        "MIDDLE_AABB",
        "中间 AABB(第4-7位)",
        "Two pairs in the middle",
        _F.MIDDLE,
        r"(?<=^1\d\d)(\d)\1(?!\1)(\d)\2(?=\d{4}$)",
        6,
    ),
    ("AA", "尾双 AA", "A pair at the end", _F.PAIRS, r"(\d)\1$", 6),
    ("YEAR", "尾 年份 1960-2019", "A year, 1960–2019", _F.BIRTHDAY, r"(?:19[6-9]\d|20[01]\d)$", 6),
    ("PLAIN", "普通号码", "Plain", _F.PLAIN, r".*", 0),
)

PATTERNS: tuple[Pattern, ...] = tuple(Pattern(place, *rule) for place, rule in enumerate(_RULES, start=1))
PATTERN_BY_CODE: Mapping[str, Pattern] = MappingProxyType({pattern.code: pattern for pattern in PATTERNS})
PLAIN = PATTERN_BY_CODE["PLAIN"]

_OPEN_ENDED = frozenset({"AAAAAA", "ABCDEF"})


def classify(msisdn: int) -> Pattern:
    """The first pattern of the taxonomy that the eleven digits carry; PLAIN where there is none."""
    return _first_match(msisdn)[0]


def pattern_span(msisdn: int) -> tuple[int, int]:
    """Which of the digits 0 to 10 carry the pattern, half open, for highlighting; (0, 0) for a plain number.

    Six alike or six in a row may be more: the whole run counts.
    """
    pattern, match = _first_match(msisdn)
    if pattern is PLAIN:
        return 0, 0
    start = _run_start(match.string) if pattern.code in _OPEN_ENDED else match.start()
    return start, match.end()


@cache
def _compiled() -> tuple[tuple[Pattern, re.Pattern[str]], ...]:
    # On first use: compiling 27 rules would take a good part of the time the terminal has to start.
    return tuple((pattern, re.compile(pattern.regex, re.ASCII)) for pattern in PATTERNS)


def _first_match(msisdn: int) -> tuple[Pattern, re.Match[str]]:
    digits = f"{msisdn:011d}"
    for pattern, regex in _compiled():
        match = regex.search(digits)
        if match is not None and (pattern.code != "BIRTHDAY" or _is_date(match[0])):
            return pattern, match
    raise ValueError(f"not an MSISDN: {msisdn}")


def _is_date(digits: str) -> bool:
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return True


def _run_start(digits: str) -> int:
    """Where the run of digits with one common difference that ends the number begins."""
    step = int(digits[-1]) - int(digits[-2])
    start = len(digits) - 2
    while start > 0 and int(digits[start]) - int(digits[start - 1]) == step:
        start -= 1
    return start
