"""What people ask of the stock of numbers, and what they are shown (SPEC 4.1)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kiosk.domain.msisdn import DIGITS
from kiosk.domain.number_offers import NumberOffer, PrepaymentReturn, SoldBy
from kiosk.domain.patterns import PATTERN_BY_CODE

NETWORK_PREFIX = 3
"""How many leading digits name the network; "no 4" speaks of the digits after them."""

MOST_ROWS = 10_000
"""The longest page that may be asked for."""

_PREFIX = re.compile(r"1[0-9]{2,6}")
_DIGITS = re.compile(rf"[0-9]{{0,{DIGITS}}}")
_AT = re.compile(rf"[0-9_]{{{DIGITS}}}")


class NumberSort(StrEnum):
    """In which order numbers are listed."""

    NUMBER = "number"
    PRICE = "price"
    """By prepayment, then by number."""
    SHUFFLED = "shuffled"
    """As the query's seed has it; every seed is another order."""


class NumberState(StrEnum):
    """What a customer can expect of a number."""

    AVAILABLE = "available"
    HELD = "held"
    HELD_BY_YOU = "held_by_you"
    ORDERED = "ordered"
    SOLD = "sold"
    WITHDRAWN = "withdrawn"


class QueryField(StrEnum):
    """The part of a query that can't be understood."""

    PREFIXES = "prefixes"
    TAIL = "tail"
    CONTAINS = "contains"
    AT = "at"
    PATTERNS = "patterns"
    PRICE = "price"
    LIMIT = "limit"
    AFTER = "after"


class QueryInvalid(Exception):
    """A condition has no meaning; `field` says which."""

    def __init__(self, field: QueryField) -> None:
        super().__init__(field.value)
        self.field = field


@dataclass(frozen=True, slots=True)
class PriceBand:
    """Prepayments from `min_fen` to `max_fen`, both included; None has no bound."""

    min_fen: int | None
    max_fen: int | None


PRICE_BANDS = (
    PriceBand(None, 100_00),
    PriceBand(100_01, 500_00),
    PriceBand(500_01, 1_000_00),
    PriceBand(1_000_01, None),
)
"""The bands that are offered to choose from; no price is in two of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberQuery:
    """Conditions that a number must all fulfil, and the page that is wanted; raises `QueryInvalid`.

    `prefixes` (the first 3 to 7 digits) and `patterns` (codes) mean any of theirs; empty means that nothing is
    asked. `at` gives exact positions, `_` for any digit: `1__5___88__`. Prices are of the prepayment, inclusive.
    `after` is the `next` of the page before.
    """

    city_adcode: int | None = None
    prefixes: frozenset[str] = frozenset()
    tail: str = ""
    contains: str = ""
    at: str = ""
    no_4: bool = False
    patterns: frozenset[str] = frozenset()
    price_min_fen: int | None = None
    price_max_fen: int | None = None
    sort: NumberSort = NumberSort.NUMBER
    seed: int = 0
    limit: int = 20
    after: str | None = None
    include_held: bool = False

    def __post_init__(self) -> None:
        for is_understood, field in (
            (all(_PREFIX.fullmatch(prefix) for prefix in self.prefixes), QueryField.PREFIXES),
            (_DIGITS.fullmatch(self.tail), QueryField.TAIL),
            (_DIGITS.fullmatch(self.contains), QueryField.CONTAINS),
            (not self.at or _AT.fullmatch(self.at), QueryField.AT),
            (self.patterns <= PATTERN_BY_CODE.keys(), QueryField.PATTERNS),
            (_is_band(self.price_min_fen, self.price_max_fen), QueryField.PRICE),
            (1 <= self.limit <= MOST_ROWS, QueryField.LIMIT),
        ):
            if not is_understood:
                raise QueryInvalid(field)


def _is_band(min_fen: int | None, max_fen: int | None) -> bool:
    least = 0 if min_fen is None else min_fen
    return least >= 0 and (max_fen is None or max_fen >= least)


@dataclass(frozen=True, slots=True)
class NumberRow:
    """One number with its conditions, as it is listed before anything is held."""

    msisdn: int
    city_adcode: int
    pattern: str
    tier: int
    prepayment_fen: int
    monthly_minimum_fen: int
    term_months: int
    prepayment_return: PrepaymentReturn
    sold_by: SoldBy
    state: NumberState
    free_at: datetime | None
    """When a held number can be chosen again, unless it is bought."""

    @property
    def self_service(self) -> bool:
        """Whether a customer may hold it without staff."""
        return self.sold_by is SoldBy.SELF_SERVICE

    @property
    def offer(self) -> NumberOffer:
        """The conditions as the rules of prices and tariffs take them."""
        return NumberOffer(
            msisdn=self.msisdn,
            city_adcode=self.city_adcode,
            prepayment_fen=self.prepayment_fen,
            monthly_minimum_fen=self.monthly_minimum_fen,
            term_months=self.term_months,
            prepayment_return=self.prepayment_return,
            sold_by=self.sold_by,
        )


@dataclass(frozen=True, slots=True)
class NumberPage:
    """Some of the numbers found.

    `total` counts the available ones, exactly; `listed` counts held ones that are listed as well. `first` is the
    place of the first row, from 1; `next` is the `after` that brings the following page, None on the last.
    """

    total: int
    listed: int
    first: int
    limit: int
    numbers: tuple[NumberRow, ...]
    next: str | None

    @property
    def page(self) -> int:
        """Which page this is, from 1."""
        return max(0, self.first - 1) // self.limit + 1

    @property
    def pages(self) -> int:
        """How many pages there are now; at least this one."""
        return max(self.page, -(-self.listed // self.limit))


@dataclass(frozen=True, slots=True)
class ChoiceCounts:
    """The total that the same search would have with one more choice made.

    A pattern or a prefix joins those chosen already; a price band takes the place of the present one.
    """

    patterns: Mapping[str, int]
    no_4: int
    price_bands: Mapping[PriceBand, int]
    prefixes: Mapping[str, int]
