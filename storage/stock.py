"""The stock of numbers in the database: what the index reads, and how numbers come in and go out."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, Final, NamedTuple, TypeVar

from sqlalchemy import (
    BigInteger,
    Connection,
    bindparam,
    exists,
    or_,
    select,
    text,
    type_coerce,
    union_all,
    update,
)

from kiosk.domain.number_offers import PrepaymentReturn, SoldBy
from storage.remembered import recall
from storage.tables import number_claims, number_tiers, numbers, regions
from storage.types import Instant

_T = TypeVar("_T")

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_ROWS_AT_A_TIME: Final = 20_000


def stock_revision(connection: Connection) -> str | None:
    """Which stock this is: another text after every change of numbers or their tiers."""
    return recall(connection, "stock_revision")


# One statement, for two transactions must never leave the same revision behind.
_BUMP: Final = text(
    "INSERT INTO remembered (name, value) VALUES ('stock_revision', '1') ON CONFLICT (name)"
    " DO UPDATE SET value = CAST(CAST(remembered.value AS BIGINT) + 1 AS TEXT)"
)


def bump_stock_revision(connection: Connection) -> None:
    """Tell every index that it is out of date; belongs in the transaction that changes numbers or their tiers."""
    connection.execute(_BUMP)


def microseconds(instant: datetime) -> int:
    """An instant as it is stored (`storage.types.Instant`)."""
    return (instant - _EPOCH) // _MICROSECOND


def from_microseconds(stored: int) -> datetime:
    """The instant that was stored."""
    return _EPOCH + stored * _MICROSECOND


# For the index

_FOR_SALE: Final = (
    select(
        numbers.c.msisdn,
        numbers.c.city_adcode,
        numbers.c.pattern,
        numbers.c.tier,
        numbers.c.prepayment_fen,
        numbers.c.monthly_minimum_fen,
        numbers.c.term_months,
        number_tiers.c.prepayment_return,
        number_tiers.c.sold_by,
    )
    .join(number_tiers, number_tiers.c.tier == numbers.c.tier)
    .where(numbers.c.withdrawn_at.is_(None))
    .order_by(numbers.c.msisdn)
)


def numbers_for_sale(connection: Connection) -> Iterator[Sequence[Sequence[Any]]]:
    """Every number that isn't withdrawn, by MSISDN, with its conditions: some rows at a time."""
    streaming = connection.execution_options(stream_results=True, max_row_buffer=_ROWS_AT_A_TIME)
    return streaming.execute(_FOR_SALE).partitions(_ROWS_AT_A_TIME)


class ClaimSeen(NamedTuple):
    """A claim as the index reads it; `expires_at` in microseconds since 1970, None for one without an end."""

    msisdn: int
    kind: str
    visit_id: str | None
    expires_at: int | None
    payment_unsettled: bool


_SEEN: Final = (
    number_claims.c.msisdn,
    number_claims.c.kind,
    number_claims.c.visit_id,
    type_coerce(number_claims.c.expires_at, BigInteger).label("expires_at"),
    number_claims.c.payment_unsettled,
)
# One statement, so that it sees one snapshot: a claim that loses or gains its end meanwhile is in one of the halves.
CLAIMS_THAT_MATTER: Final = union_all(
    select(*_SEEN).where(
        # Says "has an end" so that SQLite, too, finds it by the index.
        number_claims.c.expires_at >= _EPOCH,
        or_(number_claims.c.expires_at > bindparam("at", type_=Instant), number_claims.c.payment_unsettled),
    ),
    select(*_SEEN).where(number_claims.c.changed_at >= bindparam("since", type_=Instant)),
)
_CLAIMED_FOR_GOOD: Final = select(number_claims.c.msisdn).where(number_claims.c.expires_at.is_(None))


def claims_that_matter(connection: Connection, now: datetime, changed_since: datetime) -> list[ClaimSeen]:
    """Every claim that will end and hasn't, and every claim changed since; some of them twice."""
    values = {"at": now, "since": changed_since}
    return [ClaimSeen(*row) for row in connection.execute(CLAIMS_THAT_MATTER, values)]


def claimed_for_good(connection: Connection) -> Sequence[int]:
    """Every number whose claim has no end."""
    return connection.execute(_CLAIMED_FOR_GOOD).scalars().all()


# In and out


@dataclass(frozen=True, slots=True)
class TierTerms:
    """What the tier rules say of every number of a tier."""

    tier: int
    prepayment_fen: int
    monthly_minimum_fen: int
    term_months: int
    prepayment_return: PrepaymentReturn
    sold_by: SoldBy


def tier_terms(connection: Connection) -> dict[int, TierTerms]:
    """The tier rules, by tier."""
    return {
        row.tier: TierTerms(
            row.tier,
            row.prepayment_fen,
            row.monthly_minimum_fen,
            row.term_months,
            PrepaymentReturn(row.prepayment_return),
            SoldBy(row.sold_by),
        )
        for row in connection.execute(select(number_tiers))
    }


class NewNumber(NamedTuple):
    """A row for the stock, its values in the order of the table's columns."""

    msisdn: int
    city_adcode: int
    pattern: str
    tier: int
    prepayment_fen: int
    monthly_minimum_fen: int
    term_months: int
    withdrawn_at: int | None
    """In microseconds since 1970, as it is stored."""


def insert_numbers(connection: Connection, rows: Iterable[NewNumber]) -> int:
    """Put rows in stock by the database's fastest way, without holding all of them; tells how many.

    Raises IntegrityError where a number is in stock already.
    """
    columns = ", ".join(NewNumber._fields)
    if connection.dialect.name == "postgresql":
        return _copy(connection, f"COPY numbers ({columns}) FROM STDIN", rows)
    statement = f"INSERT INTO numbers ({columns}) VALUES ({', '.join('?' * len(NewNumber._fields))})"  # noqa: S608  # names of columns
    count = 0
    for batch in in_batches(rows, _ROWS_AT_A_TIME):
        connection.exec_driver_sql(statement, batch)
        count += len(batch)
    return count


def _copy(connection: Connection, statement: str, rows: Iterable[NewNumber]) -> int:
    driver: Any = connection.connection.driver_connection
    count = 0
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
            count += 1
    return count


def in_batches(rows: Iterable[_T], size: int) -> Iterator[list[_T]]:
    """The rows, at most `size` of them at a time."""
    remaining = iter(rows)
    while batch := list(islice(remaining, size)):
        yield batch


def those_in_stock(connection: Connection, msisdns: Sequence[int]) -> set[int]:
    """Which of some numbers the stock has already, withdrawn ones too."""
    return {
        msisdn
        for batch in in_batches(msisdns, 500)
        for msisdn in connection.execute(select(numbers.c.msisdn).where(numbers.c.msisdn.in_(batch))).scalars()
    }


def those_for_sale(connection: Connection, msisdns: Sequence[int]) -> set[int]:
    """Which of some numbers are in stock and not withdrawn, whoever has them."""
    return {
        msisdn
        for batch in in_batches(msisdns, 500)
        for msisdn in connection.execute(
            select(numbers.c.msisdn).where(numbers.c.msisdn.in_(batch), numbers.c.withdrawn_at.is_(None))
        ).scalars()
    }


def those_claimed(connection: Connection, msisdns: Sequence[int], now: datetime) -> set[int]:
    """Which of some numbers somebody holds, has ordered or has bought."""
    is_live = or_(
        number_claims.c.expires_at.is_(None), number_claims.c.expires_at > now, number_claims.c.payment_unsettled
    )
    return {
        msisdn
        for batch in in_batches(msisdns, 500)
        for msisdn in connection.execute(
            select(number_claims.c.msisdn).where(number_claims.c.msisdn.in_(batch), is_live)
        ).scalars()
    }


def is_stock_empty(connection: Connection) -> bool:
    """Whether there isn't a single number, withdrawn or not."""
    return connection.execute(select(numbers.c.msisdn).limit(1)).first() is None


def lock_stock(connection: Connection) -> None:
    """Wait until nobody else is filling the stock, and keep others waiting until this transaction ends.

    SQLite has one writer at a time anyhow.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("LOCK TABLE numbers IN SHARE ROW EXCLUSIVE MODE")


def lock_claims(connection: Connection) -> None:
    """Wait until nobody else is claiming a number, and keep others waiting until this transaction ends.

    Whoever changes the stock wants `lock_stock` before it. SQLite has one writer at a time anyhow.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("LOCK TABLE number_claims IN SHARE ROW EXCLUSIVE MODE")


def withdraw(connection: Connection, msisdn: int, now: datetime) -> bool:
    """Take a number out of sale; false where it is claimed, withdrawn already or not in stock.

    Wants `lock_stock` and then `lock_claims` before it, or PostgreSQL may let somebody claim the number meanwhile.
    """
    claimed = exists().where(
        number_claims.c.msisdn == numbers.c.msisdn,
        or_(number_claims.c.expires_at.is_(None), number_claims.c.expires_at > now, number_claims.c.payment_unsettled),
    )
    statement = (
        update(numbers)
        .where(numbers.c.msisdn == msisdn, numbers.c.withdrawn_at.is_(None), ~claimed)
        .values(withdrawn_at=now)
    )
    return connection.execute(statement).rowcount == 1


class StockRow(NamedTuple):
    """A number with its claim, if there is one, as an export reads it; instants in microseconds since 1970."""

    msisdn: int
    city: str
    pattern: str
    tier: int
    prepayment_fen: int
    monthly_minimum_fen: int
    term_months: int
    withdrawn_at: int | None
    claim_kind: str | None
    expires_at: int | None
    payment_unsettled: bool | None

    def is_claim_over(self, now: datetime) -> bool:
        """Whether the number is free although its claim is still there."""
        return self.expires_at is not None and self.expires_at <= microseconds(now) and not self.payment_unsettled


_EVERY_NUMBER: Final = (
    select(
        numbers.c.msisdn,
        regions.c.name_zh,
        numbers.c.pattern,
        numbers.c.tier,
        numbers.c.prepayment_fen,
        numbers.c.monthly_minimum_fen,
        numbers.c.term_months,
        type_coerce(numbers.c.withdrawn_at, BigInteger),
        number_claims.c.kind,
        type_coerce(number_claims.c.expires_at, BigInteger),
        number_claims.c.payment_unsettled,
    )
    .join(regions, regions.c.adcode == numbers.c.city_adcode)
    .outerjoin(number_claims, number_claims.c.msisdn == numbers.c.msisdn)
)


def every_number(connection: Connection) -> Iterator[StockRow]:
    """The whole stock by MSISDN, withdrawn numbers too, without holding all of it."""
    streaming = connection.execution_options(stream_results=True, max_row_buffer=_ROWS_AT_A_TIME)
    for rows in streaming.execute(_EVERY_NUMBER.order_by(numbers.c.msisdn)).partitions(_ROWS_AT_A_TIME):
        for row in rows:
            yield StockRow(*row)


def find_in_stock(connection: Connection, msisdn: int) -> StockRow | None:
    """One number, withdrawn or not."""
    row = connection.execute(_EVERY_NUMBER.where(numbers.c.msisdn == msisdn)).first()
    return None if row is None else StockRow(*row)
