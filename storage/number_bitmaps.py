"""The stock of numbers as compressed bitmaps: every condition of a search is one bitmap, and all of them an AND.

Numbers are ranked by MSISDN; bit N of a bitmap stands for the number of rank N. Nothing here changes once built, and
nothing here knows which numbers are taken. Ten million numbers take some 250 MB.
"""

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from kiosk.domain.msisdn import DIGITS, LARGEST
from kiosk.domain.number_offers import PrepaymentReturn, SoldBy
from kiosk.domain.number_query import NETWORK_PREFIX, NumberQuery, PriceBand

_PLACE_BITS: Final = 20
_PLACES: Final = 1 << _PLACE_BITS
_FEW: Final = 4_096
"""Up to so many numbers are shuffled by sorting all of them; of more, only a stretch is looked at."""


class Conditions(NamedTuple):
    """What numbers have in common besides their digits; a whole stock has a few hundred different ones."""

    city_adcode: int
    pattern: str
    tier: int
    prepayment_fen: int
    monthly_minimum_fen: int
    term_months: int
    prepayment_return: PrepaymentReturn
    sold_by: SoldBy


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a listing goes on: after the number `msisdn` at its place (a price, or a place in a shuffle)."""

    place: int
    msisdn: int


class NumberBitmaps:
    """The numbers of the stock, and for each condition which of them fulfil it."""

    def __init__(
        self, msisdns: NDArray[np.int64], condition_of: NDArray[np.uint32], conditions: Sequence[Conditions]
    ) -> None:
        """Take columns in ascending order of MSISDN, `condition_of` pointing into `conditions`."""
        self.msisdns = msisdns
        self.everything = BitMap(range(len(msisdns)))
        self._condition_of = condition_of
        self._conditions = conditions
        self._digits = [_by_value((msisdns // 10 ** (DIGITS - 1 - place)) % 10, range(10)) for place in range(DIGITS)]
        self.without_4 = self.everything - BitMap.union(*(self._digits[n][4] for n in range(NETWORK_PREFIX, DIGITS)))
        self.by_city = self._by(lambda conditions: conditions.city_adcode)
        self.by_pattern = self._by(lambda conditions: conditions.pattern)
        self.by_tier = self._by(lambda conditions: conditions.tier)
        self.by_price = dict(sorted(self._by(lambda conditions: conditions.prepayment_fen).items()))
        self.self_service = self._by(lambda conditions: conditions.sold_by).get(SoldBy.SELF_SERVICE, BitMap())
        self.networks = [str(network) for network in np.unique(msisdns // 10 ** (DIGITS - NETWORK_PREFIX))]
        # A number keeps its bucket whatever else is in stock, so that a shuffle outlives an import.
        self._bucket_of = (_scatter(msisdns) >> np.uint64(64 - _PLACE_BITS)).astype(np.uint32)
        self._by_bucket = np.argsort(self._bucket_of, kind="stable").astype(np.uint32)
        sizes = np.bincount(self._bucket_of, minlength=_PLACES)
        self._bucket_starts = np.concatenate(([0], np.cumsum(sizes)))

    def conditions(self, rank: int) -> Conditions:
        """The conditions of one number."""
        return self._conditions[int(self._condition_of[rank])]

    def ranks(self, msisdns: Iterable[int]) -> NDArray[np.int64]:
        """The rank of each number, -1 for one that isn't in stock."""
        asked = np.fromiter(msisdns, dtype=np.int64)
        if not len(self.msisdns):
            return np.full(len(asked), -1)
        ranks = np.minimum(np.searchsorted(self.msisdns, asked), len(self.msisdns) - 1)
        return np.where(self.msisdns[ranks] == asked, ranks, -1)

    # Which numbers

    def fulfilling(self, query: NumberQuery) -> BitMap:
        """The numbers that fulfil every condition of a query."""
        choices = (self.of_prefixes(query), self.of_patterns(query), self.of_no_4(query), self.of_price(query))
        return _all_of([self.of_digits_and_city(query), *choices])

    def of_digits_and_city(self, query: NumberQuery) -> BitMap:
        """Those that fulfil `city_adcode`, `tail`, `at` and `contains`."""
        asked = [self._digits[n][int(digit)] for n, digit in enumerate(query.at) if digit != "_"]
        asked += self._tail(query.tail)
        found = _all_of([self.in_city(query.city_adcode), *asked])
        return self._containing(query.contains, found) if query.contains else found

    def _tail(self, tail: str) -> list[BitMap]:
        return [self._digits[n][int(digit)] for n, digit in enumerate(tail, start=DIGITS - len(tail))]

    def _containing(self, digits: str, among: BitMap) -> BitMap:
        starts = range(DIGITS - len(digits) + 1)
        return BitMap.union(
            *(
                _all_of([among, *(self._digits[n][int(digit)] for n, digit in enumerate(digits, start))])
                for start in starts
            )
        )

    def of_prefixes(self, query: NumberQuery) -> BitMap | None:
        """Those with any of the prefixes; None where nothing is asked, as in the three below."""
        if not query.prefixes:
            return None
        return BitMap.union(*(BitMap(range(*self.span(prefix))) for prefix in query.prefixes))

    def of_patterns(self, query: NumberQuery) -> BitMap | None:
        """Those with any of the patterns."""
        if not query.patterns:
            return None
        return BitMap.union(*(self.by_pattern.get(code, BitMap()) for code in query.patterns))

    def of_no_4(self, query: NumberQuery) -> BitMap | None:
        """Those without a 4 after the network prefix."""
        return self.without_4 if query.no_4 else None

    def of_price(self, query: NumberQuery) -> BitMap | None:
        """Those whose prepayment is in the query's band."""
        if query.price_min_fen is None and query.price_max_fen is None:
            return None
        return self.of_band(PriceBand(query.price_min_fen, query.price_max_fen))

    def of_band(self, band: PriceBand) -> BitMap:
        """Those whose prepayment is in a band."""
        least = 0 if band.min_fen is None else band.min_fen
        return BitMap.union(
            BitMap(),
            *(
                numbers
                for price, numbers in self.by_price.items()
                if least <= price and (band.max_fen is None or price <= band.max_fen)
            ),
        )

    def span(self, prefix: str) -> tuple[int, int]:
        """The ranks of all numbers that begin with a prefix, half open."""
        width = 10 ** (DIGITS - len(prefix))
        first = int(prefix) * width
        start, end = np.searchsorted(self.msisdns, (first, first + width))
        return int(start), int(end)

    def in_city(self, city_adcode: int | None) -> BitMap:
        """The numbers of a city; all there are for None."""
        return self.everything if city_adcode is None else self.by_city.get(city_adcode, BitMap())

    def tails_alike(self, msisdn: int, among: BitMap) -> Iterator[int]:
        """All ranks of some numbers, those first that share the longest tail with `msisdn`."""
        shared = [among]
        for digit in reversed(self._tail(str(msisdn))):
            shared.append(shared[-1] & digit)
        already = BitMap()
        for numbers in reversed(shared):
            yield from numbers - already
            already = numbers

    # In which order

    def ordered_by_number(self, found: BitMap, after: Mark | None) -> Iterator[tuple[Mark, int]]:
        """Ranks in order of MSISDN, each with the mark that continues behind it."""
        for rank in _from(found, self._rank_after(after.msisdn if after else 0)):
            yield Mark(0, int(self.msisdns[rank])), rank

    def ordered_by_price(self, found: BitMap, after: Mark | None) -> Iterator[tuple[Mark, int]]:
        """Ranks in order of prepayment, then of MSISDN."""
        for price, numbers in self.by_price.items():
            if after is None or price >= after.place:
                start = self._rank_after(after.msisdn) if after and price == after.place else 0
                for rank in _from(found & numbers, start):
                    yield Mark(price, int(self.msisdns[rank])), rank

    def shuffled(self, found: BitMap, seed: int, after: Mark | None, most: int) -> Iterator[tuple[Mark, int]]:
        """At most that many ranks in the order of a seed: a bijection of buckets, which MSISDNs are scattered over."""
        shuffle = _Shuffle(seed)
        place = after.place if after else 0
        for places, ranks in self._stretches(found, shuffle, place, most):
            for at, rank in zip(places.tolist(), ranks.tolist(), strict=True):
                msisdn = int(self.msisdns[rank])
                if rank in found and (after is None or (at, msisdn) > (after.place, after.msisdn)):
                    yield Mark(at, msisdn), rank
                    most -= 1
                    if most == 0:
                        return

    def _stretches(
        self, found: BitMap, shuffle: "_Shuffle", place: int, most: int
    ) -> Iterator[tuple[NDArray[Any], NDArray[Any]]]:
        """Places from `place` on, with the ranks that stand there, in order."""
        if len(found) <= _FEW:
            ranks = np.frombuffer(found.to_array(), dtype=np.uint32) if found else np.empty(0, np.uint32)
            places = shuffle.place_of(self._bucket_of[ranks])
            order = np.lexsort((ranks, places))
            later = order[places[order] >= place]
            yield places[later], ranks[later]
            return
        stretch = 64 + 2 * most * _PLACES // len(found)
        for start in range(place, _PLACES, stretch):
            places = np.arange(start, min(start + stretch, _PLACES), dtype=np.uint32)
            buckets = shuffle.bucket_at(places)
            starts = self._bucket_starts[buckets]
            sizes = self._bucket_starts[buckets + np.uint32(1)] - starts
            offsets = np.arange(int(sizes.sum())) - np.repeat(np.cumsum(sizes) - sizes, sizes)
            yield np.repeat(places, sizes), self._by_bucket[np.repeat(starts, sizes) + offsets]

    def _rank_after(self, msisdn: int) -> int:
        return int(np.searchsorted(self.msisdns, min(msisdn, LARGEST), side="right"))

    def _by(self, what: Callable[[Conditions], Any]) -> dict[Any, BitMap]:
        """Bitmaps of the numbers, by something that their conditions say."""
        values = list(dict.fromkeys(map(what, self._conditions)))
        place = {value: n for n, value in enumerate(values)}
        of_condition = np.array([place[what(conditions)] for conditions in self._conditions], dtype=np.uint32)
        if not values:
            return {}
        return dict(zip(values, _by_value(of_condition[self._condition_of], range(len(values))), strict=True))


class _Shuffle:
    """A bijection of 20-bit numbers, another for every seed."""

    def __init__(self, seed: int) -> None:
        source = np.random.default_rng(seed % 2**64)
        self._flip = int(source.integers(_PLACES))
        self._factors = [2 * int(factor) + 1 for factor in source.integers(_PLACES // 2, size=2)]

    def place_of(self, buckets: NDArray[np.uint32]) -> NDArray[np.uint32]:
        """Where each bucket comes in the order."""
        mixed = buckets ^ np.uint32(self._flip)
        for factor in self._factors:
            mixed = _fold(_times(mixed, factor))
        return mixed

    def bucket_at(self, places: NDArray[np.uint32]) -> NDArray[np.uint32]:
        """Which bucket comes at each place."""
        mixed = places
        for factor in reversed(self._factors):
            # Folding a number of 20 bits by ten undoes itself; an odd factor has an inverse modulo 2^20.
            mixed = _times(_fold(mixed), pow(factor, -1, _PLACES))
        return mixed ^ np.uint32(self._flip)


def _times(numbers: NDArray[np.uint32], factor: int) -> NDArray[np.uint32]:
    return (numbers.astype(np.uint64) * np.uint64(factor) & np.uint64(_PLACES - 1)).astype(np.uint32)


def _fold(numbers: NDArray[np.uint32]) -> NDArray[np.uint32]:
    return numbers ^ (numbers >> np.uint32(_PLACE_BITS // 2))


def _scatter(numbers: NDArray[np.int64]) -> NDArray[np.uint64]:
    """The finalizer of SplitMix64 (Steele, Lea, Flood 2014): neighbours end up far apart."""
    mixed = numbers.astype(np.uint64)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    return mixed ^ (mixed >> np.uint64(31))


def _by_value(values: NDArray[Any], wanted: Iterable[int]) -> list[BitMap]:
    """For each wanted value a bitmap of the places that have it."""
    return [as_bitmap(np.flatnonzero(values == value)) for value in wanted]


def read_bitmaps(parts: Iterable[Sequence[Sequence[Any]]]) -> NumberBitmaps:
    """Build from rows of an MSISDN, ascending, and its conditions."""
    msisdns, condition_of = array("q"), array("I")
    place_of: dict[Sequence[Any], int] = {}
    for rows in parts:
        for row in rows:
            msisdns.append(row[0])
            condition_of.append(place_of.setdefault(row[1:], len(place_of)))
    conditions = [
        Conditions(city, pattern, tier, prepayment, minimum, term, PrepaymentReturn(returned), SoldBy(sold_by))
        for city, pattern, tier, prepayment, minimum, term, returned, sold_by in place_of
    ]
    return NumberBitmaps(
        np.frombuffer(msisdns, dtype=np.int64), np.frombuffer(condition_of, dtype=np.uint32), conditions
    )


def as_bitmap(ranks: NDArray[Any]) -> BitMap:
    """A bitmap of some ranks."""
    # By way of array: pyroaring reads that six times as fast as a numpy array.
    bitmap = BitMap(array("I", ranks.astype(np.uint32).tobytes()))
    bitmap.run_optimize()
    return bitmap


def _all_of(conditions: Iterable[BitMap | None]) -> BitMap:
    """The AND of what is asked, the rarest condition first."""
    asked = sorted((bitmap for bitmap in conditions if bitmap is not None), key=len)
    return BitMap.intersection(*asked)


def _from(numbers: BitMap, rank: int) -> Iterator[int]:
    return iter(numbers) if rank == 0 else numbers.iter_equal_or_larger(rank)
