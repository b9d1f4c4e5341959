"""The number index: searches with exact counts, without asking the database for more than what is taken.

The stock is in memory as bitmaps and is read again when its revision changes. What is taken is read on every
search: claims that end are few, and claims without an end are only read when they change, so that a million sold
numbers cost nothing.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain, islice
from threading import Lock
from typing import TYPE_CHECKING, Final

from pyroaring import BitMap
from sqlalchemy import Connection

from kiosk.domain.number_query import (
    PRICE_BANDS,
    ChoiceCounts,
    NumberPage,
    NumberQuery,
    NumberRow,
    NumberSort,
    NumberState,
    QueryField,
    QueryInvalid,
)
from kiosk.domain.orders import ClaimKind
from kiosk.domain.patterns import PATTERN_BY_CODE, PLAIN, classify
from storage import stock
from storage.engine import Database

if TYPE_CHECKING:
    from storage.number_bitmaps import Mark, NumberBitmaps


COMMIT_DELAY: Final = timedelta(seconds=60)
"""How long after the instant it writes down a transaction may still commit; statements are cut off long before."""

LONGEST_GAP: Final = timedelta(hours=1)
"""After so long without a search everything is read again.

A sold number that was given up has a claim with an end, and later none at all: within the gap the index must have
seen the former, so numbers rest longer than this (SPEC 4.11).
"""

_COMMON_TIER: Final = 6
"""The least sought after of the beautiful numbers."""


@dataclass(frozen=True, slots=True)
class _Hold:
    visit_id: str | None
    free_at: datetime


class NumberIndex:
    """The numbers of one process; empty until it is first asked, and safe to ask from several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._revision: str | None = None
        self._bitmaps: NumberBitmaps | None = None
        self._gone = BitMap()
        self._read_at = datetime.min.replace(tzinfo=UTC)

    def view(self, database: Database, now: datetime) -> "StockView":
        """The stock as it is at an instant; raises `ShopUnavailable`."""
        # Readings are applied in the order in which they are made: an older one must not undo a newer one.
        with self._lock, database.reading() as connection:
            bitmaps = self._current(connection, now)
            since = min(self._read_at, now) - COMMIT_DELAY
            claims = stock.claims_that_matter(connection, now, since)
            view = self._apply(bitmaps, claims, now)
            self._read_at = now
            return view

    def _current(self, connection: Connection, now: datetime) -> "NumberBitmaps":
        """The bitmaps of the present stock, and `_gone` with what was taken for good when it was last read."""
        revision = stock.stock_revision(connection)
        bitmaps = self._bitmaps
        if bitmaps is not None and revision == self._revision and now - self._read_at <= LONGEST_GAP:
            return bitmaps
        # Imported here: numpy takes a good part of the time that a terminal has to start.
        from storage.number_bitmaps import as_bitmap, read_bitmaps  # noqa: PLC0415  # it imports numpy

        if bitmaps is None or revision != self._revision:
            bitmaps = read_bitmaps(stock.numbers_for_sale(connection))
        ranks = bitmaps.ranks(stock.claimed_for_good(connection))
        self._gone = as_bitmap(ranks[ranks >= 0])
        self._bitmaps, self._revision, self._read_at = bitmaps, revision, now
        return bitmaps

    def _apply(self, bitmaps: "NumberBitmaps", claims: list[stock.ClaimSeen], now: datetime) -> "StockView":
        at = stock.microseconds(now)
        gone, came_back = BitMap(), BitMap()
        taken = BitMap()
        holds: dict[int, _Hold] = {}
        ranks: list[int] = bitmaps.ranks(claim.msisdn for claim in claims).tolist()
        for rank, claim in zip(ranks, claims, strict=True):
            if rank < 0:
                continue
            if claim.expires_at is None:
                gone.add(rank)
                continue
            came_back.add(rank)
            if claim.expires_at > at or claim.payment_unsettled:
                taken.add(rank)
                if claim.kind == ClaimKind.HOLD and not claim.payment_unsettled:
                    holds[rank] = _Hold(claim.visit_id, stock.from_microseconds(claim.expires_at))
        # A new bitmap, for views that are still in use have the old one.
        self._gone = (self._gone | gone) - came_back
        return StockView(bitmaps, self._gone | taken, holds)


@dataclass(frozen=True, slots=True)
class StockView:
    """The stock at one instant: what there is, and who has it."""

    bitmaps: "NumberBitmaps"
    taken: BitMap
    """Numbers that nobody else can have now."""
    holds: Mapping[int, _Hold]
    """Those of them that are held, by rank."""

    def page(self, query: NumberQuery, visit_id: str | None) -> NumberPage:
        """The numbers that a query finds, for one visit; raises `QueryInvalid` for an `after` of another listing."""
        found = self.bitmaps.fulfilling(query)
        available = found - self.taken
        listed = available | (found & self._shown_holds(query, visit_id))
        mark, before = _read_after(query)
        rows = list(islice(self._ordered(query, listed, mark, query.limit + 1), query.limit + 1))
        shown = rows[: query.limit]
        following = _write_after(query, shown[-1][0], before + len(shown)) if len(rows) > query.limit else None
        return NumberPage(
            total=len(available),
            listed=len(listed),
            first=before + 1 if shown else 0,
            limit=query.limit,
            numbers=tuple(self._row(rank, visit_id) for _, rank in shown),
            next=following,
        )

    def counts(self, query: NumberQuery) -> ChoiceCounts:
        """What every further choice would leave."""
        bitmaps = self.bitmaps
        core = bitmaps.of_digits_and_city(query) - self.taken
        prefixes, patterns = bitmaps.of_prefixes(query), bitmaps.of_patterns(query)
        no_4, price = bitmaps.of_no_4(query), bitmaps.of_price(query)

        of_other_patterns = _within(core, prefixes, no_4, price)
        chosen = 0 if patterns is None else of_other_patterns.intersection_cardinality(patterns)
        of_other_prices = _within(core, prefixes, patterns, no_4)
        return ChoiceCounts(
            patterns={
                code: chosen
                if code in query.patterns
                else chosen + of_other_patterns.intersection_cardinality(bitmaps.by_pattern.get(code, BitMap()))
                for code in PATTERN_BY_CODE
            },
            no_4=_within(core, prefixes, patterns, price).intersection_cardinality(bitmaps.without_4),
            price_bands={band: of_other_prices.intersection_cardinality(bitmaps.of_band(band)) for band in PRICE_BANDS},
            prefixes=self._prefix_counts(query, _within(core, patterns, no_4, price), prefixes),
        )

    def _prefix_counts(self, query: NumberQuery, found: BitMap, chosen: BitMap | None) -> dict[str, int]:
        there = self.bitmaps.in_city(query.city_adcode)
        found_chosen = BitMap() if chosen is None else found & chosen
        counts = {}
        for network in self.bitmaps.networks:
            span = self.bitmaps.span(network)
            if there.range_cardinality(*span):
                joining = found.range_cardinality(*span) - found_chosen.range_cardinality(*span)
                counts[network] = len(found_chosen) + joining
        return counts

    def similar(self, msisdn: int, limit: int, visit_id: str | None) -> tuple[NumberRow, ...]:
        """Numbers to offer instead of one: of its city and pattern, then of its city; near in price, tails alike."""
        free = (self.bitmaps.self_service - self.taken) - BitMap(self._rank_of(msisdn))
        rank = next(iter(self._rank_of(msisdn)), None)
        if rank is None:
            city, pattern, price = free, classify(msisdn).code, 0
        else:
            conditions = self.bitmaps.conditions(rank)
            city = free & self.bitmaps.in_city(conditions.city_adcode)
            pattern, price = conditions.pattern, conditions.prepayment_fen
        same_pattern = city & self.bitmaps.by_pattern.get(pattern, BitMap())
        nearest = sorted(self.bitmaps.by_price.items(), key=lambda item: (abs(item[0] - price), item[0]))
        candidates = (
            candidate
            for group in (same_pattern, city - same_pattern)
            for _, numbers in nearest
            for candidate in self.bitmaps.tails_alike(msisdn, group & numbers)
        )
        return tuple(self._row(candidate, visit_id) for candidate in islice(candidates, limit))

    def parade(self, city_adcode: int | None, seed: int, count: int) -> tuple[NumberRow, ...]:
        """Beautiful numbers that a customer may buy alone, in the order of a seed; the commonest only to fill up."""
        free = (self.bitmaps.in_city(city_adcode) & self.bitmaps.self_service) - self.taken
        beautiful = free - self.bitmaps.by_pattern.get(PLAIN.code, BitMap())
        common = beautiful & self.bitmaps.by_tier.get(_COMMON_TIER, BitMap())
        ordered = chain.from_iterable(
            self.bitmaps.shuffled(group, seed, None, count) for group in (beautiful - common, common)
        )
        return tuple(self._row(rank, None) for _, rank in islice(ordered, count))

    def _rank_of(self, msisdn: int) -> list[int]:
        return [rank for rank in self.bitmaps.ranks([msisdn]).tolist() if rank >= 0]

    def _shown_holds(self, query: NumberQuery, visit_id: str | None) -> BitMap:
        return BitMap(
            [
                rank
                for rank, hold in self.holds.items()
                if query.include_held or (visit_id is not None and hold.visit_id == visit_id)
            ]
        )

    def _ordered(
        self, query: NumberQuery, listed: BitMap, mark: "Mark | None", most: int
    ) -> Iterator[tuple["Mark", int]]:
        match query.sort:
            case NumberSort.NUMBER:
                return self.bitmaps.ordered_by_number(listed, mark)
            case NumberSort.PRICE:
                return self.bitmaps.ordered_by_price(listed, mark)
            case NumberSort.SHUFFLED:
                return self.bitmaps.shuffled(listed, query.seed, mark, most)

    def _row(self, rank: int, visit_id: str | None) -> NumberRow:
        hold = self.holds.get(rank)
        if hold is None:
            state = NumberState.AVAILABLE
        elif visit_id is not None and hold.visit_id == visit_id:
            state = NumberState.HELD_BY_YOU
        else:
            state = NumberState.HELD
        return NumberRow(
            int(self.bitmaps.msisdns[rank]),
            *self.bitmaps.conditions(rank),
            state=state,
            free_at=None if hold is None else hold.free_at,
        )


def _within(found: BitMap, *choices: BitMap | None) -> BitMap:
    """Those that fulfil every choice that was made."""
    return BitMap.intersection(found, *(choice for choice in choices if choice is not None))


_AFTER: Final = re.compile(r"([a-z]+)\.(\d{1,20})\.(\d{1,13})\.(1\d{10})\.(\d{1,9})", re.ASCII)


def _write_after(query: NumberQuery, mark: "Mark", before: int) -> str:
    """The `after` of the next page: which listing, behind which number, and how many rows were shown before."""
    return f"{query.sort}.{_seed(query)}.{mark.place}.{mark.msisdn}.{before}"


def _read_after(query: NumberQuery) -> tuple["Mark | None", int]:
    if query.after is None:
        return None, 0
    match = _AFTER.fullmatch(query.after)
    if match is None or match[1] != query.sort or match[2] != str(_seed(query)):
        raise QueryInvalid(QueryField.AFTER)
    from storage.number_bitmaps import Mark  # noqa: PLC0415  # see NumberIndex

    return Mark(int(match[3]), int(match[4])), int(match[5])


def _seed(query: NumberQuery) -> int:
    return query.seed % 2**64 if query.sort is NumberSort.SHUFFLED else 0
