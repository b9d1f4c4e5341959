"""A stock of numbers to try the program with: the same for the same seed, and with real prefixes of every city.

A random stock of 100,000 holds hardly a number of the rarest patterns, so each city gets its share of beautiful
numbers first, every pattern alike where its prefixes allow it, and is filled up at random. Numbers are kept in
columns, so that ten million need no Python objects. This module imports numpy, which takes some 100 ms: import it
where it is used.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from kiosk.domain.bulk_patterns import classify_many
from kiosk.domain.catalogue import PrefixRange
from kiosk.domain.patterns import BIRTH_YEARS, LUCKY_TAILS, PATTERNS, YEARS, straights

NUMBERS_PER_PREFIX = 10_000
# Of every city's numbers, those chosen for their pattern: all patterns but PLAIN share them equally.
BEAUTIFUL_PERCENT = 8

_CODES = tuple(pattern.code for pattern in PATTERNS if pattern.code != "PLAIN")
_INDEX = {pattern.code: index for index, pattern in enumerate(PATTERNS)}
# Numbers drawn for each one wanted: some carry a pattern of higher priority, some come twice.
_DRAWS = 4


@dataclass(frozen=True, slots=True, eq=False)
class Stock:
    """Many numbers in columns of equal length, ascending by MSISDN; `pattern` holds indexes into PATTERNS."""

    msisdn: NDArray[np.int64]
    city_adcode: NDArray[np.int32]
    pattern: NDArray[np.uint8]


def demonstration_stock(count: int, seed: int, prefixes: Sequence[PrefixRange]) -> Stock:
    """`count` different numbers, shared out to the cities in proportion to their prefixes.

    The same arguments give the same stock. Raises ValueError for a negative count or more than the prefixes hold.
    """
    cities = sorted({prefix.city_adcode for prefix in prefixes})
    prefixes_of = {
        city: np.concatenate(
            [np.arange(part.first, part.last + 1, dtype=np.int64) for part in prefixes if part.city_adcode == city]
        )
        for city in cities
    }
    capacity = [len(prefixes_of[city]) * NUMBERS_PER_PREFIX for city in cities]
    if not 0 <= count <= sum(capacity):
        raise ValueError(f"the prefixes hold {sum(capacity)} numbers, not {count}")
    msisdns: list[NDArray[np.int64]] = [np.empty(0, dtype=np.int64)]
    for city, wanted in zip(cities, _share_out(count, capacity), strict=True):
        # A city's numbers depend on the seed and the city alone, not on what other cities drew before.
        msisdns.append(_city_numbers(wanted, prefixes_of[city], np.random.default_rng((seed, city))))
    sizes = [len(part) for part in msisdns[1:]]
    msisdn = np.concatenate(msisdns)
    city_adcode = np.repeat(np.array(cities, dtype=np.int32), sizes)
    order = np.argsort(msisdn)
    return Stock(msisdn[order], city_adcode[order], classify_many(msisdn[order]))


def numbers_beside(drawn: Stock, prefixes: Sequence[PrefixRange], cities: Sequence[int]) -> dict[int, int]:
    """A number of each city's prefixes that isn't in the stock, by city; a city whose prefixes are full has none.

    Each city's ends differently, so that they can be told apart when they are shown masked.
    """
    taken = set(drawn.msisdn.tolist())
    beside: dict[int, int] = {}
    for part in prefixes:
        if part.city_adcode in cities and part.city_adcode not in beside:
            tail = part.city_adcode // 100 * 37 % NUMBERS_PER_PREFIX
            numbers = range(part.first * NUMBERS_PER_PREFIX + tail, (part.last + 1) * NUMBERS_PER_PREFIX)
            free = next((number for number in numbers if number not in taken), None)
            if free is not None:
                beside[part.city_adcode] = free
    return beside


def _share_out(count: int, weights: Sequence[int]) -> list[int]:
    """Whole shares in proportion to the weights, together `count`: the largest remainders get one more."""
    total = sum(weights) or 1
    shares = [count * weight // total for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda place: (-(count * weights[place] % total), place))
    for place in by_remainder[: count - sum(shares)]:
        shares[place] += 1
    return shares


def _city_numbers(wanted: int, prefixes: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
    chosen = np.unique(np.concatenate([np.empty(0, dtype=np.int64), *_beautiful_numbers(wanted, prefixes, rng)]))
    # As many different places as could be needed if all the chosen numbers were among them.
    places = rng.choice(len(prefixes) * NUMBERS_PER_PREFIX, size=wanted, replace=False)
    drawn = prefixes[places // NUMBERS_PER_PREFIX] * NUMBERS_PER_PREFIX + places % NUMBERS_PER_PREFIX
    others = drawn[~np.isin(drawn, chosen)]
    return np.concatenate([chosen, others[: wanted - len(chosen)]])


def _beautiful_numbers(
    wanted: int, prefixes: NDArray[np.int64], rng: np.random.Generator
) -> Iterator[NDArray[np.int64]]:
    quotas = _share_out(wanted * BEAUTIFUL_PERCENT // 100, [1] * len(_CODES))
    # A small stock can't have every pattern: which ones it has is the seed's choice, city by city.
    for code, quota in zip(rng.permutation(_CODES), quotas, strict=True):
        if quota:
            candidates = np.unique(_candidates(str(code), prefixes, quota * _DRAWS, rng))
            fitting = candidates[classify_many(candidates) == _INDEX[str(code)]]
            yield rng.permutation(fitting)[:quota]


# How the last digits of a number look that carries a pattern: a letter is any digit, the same wherever it stands;
# `?` is any digit at all; a digit is itself. What stands before the last four digits selects prefixes.
_SHAPES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "ABCDEF": straights(6),
        "ABCDE": straights(5),
        "ABCD": straights(4),
        "ABC": straights(3),
        "AAABB": ("AAABB", "AABBB"),
        "LUCKY": LUCKY_TAILS,
        "MIDDLE_AAAA": ("AAAA????",),
        "MIDDLE_AABB": ("AABB????",),
        "YEAR": tuple(str(year) for year in YEARS),
    }
)


def _candidates(code: str, prefixes: NDArray[np.int64], draws: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Numbers most of which carry the pattern; fewer than `draws`, or none, where the prefixes don't allow it."""
    if code == "BIRTHDAY":
        return _birthdays(prefixes, draws, rng)
    # The code of every other pattern is its shape.
    shapes = _SHAPES.get(code, (code,))
    return np.concatenate([_of_shape(shape, prefixes, -(-draws // len(shapes)), rng) for shape in shapes])


def _birthdays(prefixes: NDArray[np.int64], draws: int, rng: np.random.Generator) -> NDArray[np.int64]:
    eligible = prefixes[np.isin(prefixes % 10_000, BIRTH_YEARS)]
    if not len(eligible):
        return eligible
    month, day = rng.integers(1, 13, draws), rng.integers(1, 32, draws)
    numbers: NDArray[np.int64] = rng.choice(eligible, draws) * NUMBERS_PER_PREFIX + month * 100 + day
    return numbers


def _of_shape(shape: str, prefixes: NDArray[np.int64], draws: int, rng: np.random.Generator) -> NDArray[np.int64]:
    head, tail = shape[:-4].rjust(7, "?"), shape[-4:].rjust(4, "?")
    columns = {place: prefixes // 10 ** (6 - place) % 10 for place in range(7)}
    first_place: dict[str, int] = {}
    fits = np.ones(len(prefixes), dtype=np.bool_)
    for place, mark in enumerate(head):
        if mark.isdigit():
            fits &= columns[place] == int(mark)
        elif mark != "?":
            fits &= columns[place] == columns[first_place.setdefault(mark, place)]
    eligible = np.flatnonzero(fits)
    if not len(eligible):
        return np.empty(0, dtype=np.int64)
    picked = rng.choice(eligible, draws)
    digits = {mark: columns[place][picked] for mark, place in first_place.items()}
    numbers: NDArray[np.int64] = prefixes[picked]
    for mark in tail:
        if mark.isdigit():
            numbers = numbers * 10 + int(mark)
        elif mark == "?":
            numbers = numbers * 10 + rng.integers(0, 10, draws)
        else:
            numbers = numbers * 10 + digits.setdefault(mark, rng.integers(0, 10, draws))
    return numbers
