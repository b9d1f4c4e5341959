"""Fill the stock with the demonstration, and take single numbers out of sale."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Final

from kiosk.domain.number_offers import NumberTier
from kiosk.domain.number_query import NumberState
from kiosk.domain.patterns import PATTERNS
from kiosk.services.demonstration_lines import add_demonstration_lines
from kiosk.services.export_numbers import state_of
from storage import stock
from storage.catalogue import demonstration_catalogue
from storage.demonstration_lines import demonstration_lines
from storage.engine import Database
from storage.load_catalogue import insert_catalogue
from storage.remembered import recall, remember

if TYPE_CHECKING:
    from kiosk.domain.inventory import Stock

_DEMONSTRATION: Final = "demonstration"


class StockNotEmpty(Exception):
    """There are numbers in stock already; nothing was changed."""


class NumberUnknown(Exception):
    """The number was never in stock."""


class NumberWithdrawn(Exception):
    """The number is withdrawn already."""


class NumberClaimed(Exception):
    """Somebody has the number: `state` says held, ordered or sold."""

    def __init__(self, state: NumberState) -> None:
        super().__init__(state.value)
        self.state = state


def fill_demonstration(
    database: Database, numbers: int, seed: int, *, now: datetime | None = None, language: str = "zh"
) -> int:
    """Put the demonstration catalogue and that many numbers into a shop without any; all of it, or nothing.

    The same `seed` gives the same numbers. With `now` there are some subscribers too, and an SMS to each in `language`
    with the service password to sign in by. Raises `StockNotEmpty`, ValueError for more numbers than the prefixes
    have, and `ShopUnavailable`.
    """
    # Imported here: numpy takes a good part of the time that a terminal has to start.
    from kiosk.domain.inventory import demonstration_stock, numbers_beside  # noqa: PLC0415  # it imports numpy

    with database.reading() as connection:
        if not stock.is_stock_empty(connection):
            raise StockNotEmpty
    catalogue = demonstration_catalogue()
    drawn = demonstration_stock(numbers, seed, catalogue.prefixes)
    line_of = {line.city_adcode: line for line in demonstration_lines()} if now is not None else {}
    beside = numbers_beside(drawn, catalogue.prefixes, list(line_of))
    with database.writing() as connection:
        stock.lock_stock(connection)
        if not stock.is_stock_empty(connection):
            raise StockNotEmpty
        insert_catalogue(connection, catalogue)
        count = stock.insert_numbers(connection, _rows(drawn, catalogue.tiers))
        stock.bump_stock_revision(connection)
        if now is not None:
            lines = {msisdn: line_of[city] for city, msisdn in beside.items()}
            add_demonstration_lines(connection, lines, now, language)
        remember(connection, _DEMONSTRATION, "1")
    return count


def _rows(drawn: "Stock", tiers: Iterable[NumberTier]) -> Iterator[stock.NewNumber]:
    """The drawn numbers, each with the conditions of its pattern's tier."""
    tier_of = {tier.tier: tier for tier in tiers}
    of_pattern = [(pattern.code, tier_of[pattern.tier]) for pattern in PATTERNS]
    columns = (drawn.msisdn.tolist(), drawn.city_adcode.tolist(), drawn.pattern.tolist())
    for msisdn, city_adcode, place in zip(*columns, strict=True):
        code, tier = of_pattern[place]
        yield stock.NewNumber(
            msisdn,
            city_adcode,
            code,
            tier.tier,
            tier.prepayment_fen,
            tier.monthly_minimum_fen,
            tier.term_months,
            withdrawn_at=None,
        )


def is_demonstration(database: Database) -> bool:
    """Whether this shop was filled with the demonstration catalogue; raises `ShopUnavailable`."""
    with database.reading() as connection:
        return recall(connection, _DEMONSTRATION) is not None


def withdraw_number(database: Database, msisdn: int, now: datetime) -> None:
    """Take a number out of sale for good.

    Raises `NumberUnknown`, `NumberWithdrawn`, `NumberClaimed` where somebody has it, and `ShopUnavailable`.
    """
    with database.writing() as connection:
        # Stock before claims, as an import of subscribers takes them.
        stock.lock_stock(connection)
        stock.lock_claims(connection)
        if not stock.withdraw(connection, msisdn, now):
            row = stock.find_in_stock(connection, msisdn)
            if row is None:
                raise NumberUnknown
            if row.withdrawn_at is not None:
                raise NumberWithdrawn
            raise NumberClaimed(state_of(row, now))
        stock.bump_stock_revision(connection)
