"""Whose a number is: the hot statements on `number_claims`, built once (DESIGN 2).

Every function takes an open writing transaction. Correctness rests on one row a number and on conditional
statements; nothing here reads first and writes later.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    BindParameter,
    Boolean,
    Connection,
    Executable,
    FromClause,
    Integer,
    Row,
    String,
    and_,
    bindparam,
    delete,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    type_coerce,
    update,
)

from kiosk.domain.orders import ClaimKind
from storage.tables import number_claims, number_tiers, numbers, visits
from storage.types import Instant, in_microseconds
from storage.upsert import insert_into

_now: Final = bindparam("at", type_=Instant)
_until: Final = bindparam("until", type_=Instant)
_msisdn: Final[BindParameter[int]] = bindparam("number")
_is_over: Final = and_(number_claims.c.expires_at <= _now, ~number_claims.c.payment_unsettled)
"""A claim that nobody needs to sweep: the next one to ask may have the number."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The row that says whose a number is."""

    msisdn: int
    kind: ClaimKind
    visit_id: str | None
    order_no: str | None
    expires_at: datetime | None
    payment_unsettled: bool

    def is_over(self, now: datetime) -> bool:
        """Whether the number is free although the row is still there."""
        return self.expires_at is not None and self.expires_at <= now and not self.payment_unsettled


_CLAIM_COLUMNS: Final = (
    number_claims.c.msisdn,
    number_claims.c.kind,
    number_claims.c.visit_id,
    number_claims.c.order_no,
    number_claims.c.expires_at,
    number_claims.c.payment_unsettled,
)


_IS_HOLD_OF_VISIT: Final = and_(
    number_claims.c.visit_id == bindparam("visit"), number_claims.c.kind == ClaimKind.HOLD.value
)
_most_held: Final = bindparam("most_held", type_=Integer)
_count_held: Final = (
    select(func.count())
    .select_from(number_claims)
    .where(_IS_HOLD_OF_VISIT, number_claims.c.expires_at > _now)
    .scalar_subquery()
)
_is_open_and_nameless: Final = exists().where(
    visits.c.visit_id == bindparam("visit"),
    visits.c.ended_at.is_(None),
    visits.c.phone_hash.is_(None),
    visits.c.id_hash.is_(None),
)
_is_within_limit: Final = or_(_most_held.is_(None), and_(_count_held < _most_held, _is_open_and_nameless))


@cache
def _taking(dialect: str, *, staff_may: bool) -> Executable:
    """Insert a claim from the stock; where one stands already, take over only what is over."""
    offered = and_(numbers.c.msisdn == _msisdn, numbers.c.withdrawn_at.is_(None), _is_within_limit)
    source: FromClause = numbers
    if not staff_may:
        source = numbers.join(number_tiers, number_tiers.c.tier == numbers.c.tier)
        offered = and_(offered, number_tiers.c.sold_by == "self_service")
    row = (
        select(
            numbers.c.msisdn,
            bindparam("claim_kind", type_=String),
            bindparam("visit", type_=String),
            bindparam("order", type_=String),
            _until,
            literal(False, Boolean),
            _now,
            literal(0, Integer),
        )
        .select_from(source)
        .where(offered)
    )
    columns = ["msisdn", "kind", "visit_id", "order_no", "expires_at", "payment_unsettled", "changed_at", "extensions"]
    insert = insert_into(number_claims, dialect).from_select(columns, row)
    replaced = {name: getattr(insert.excluded, name) for name in columns[1:]}
    taking: Executable = insert.on_conflict_do_update(
        index_elements=[number_claims.c.msisdn], set_=replaced, where=_is_over
    ).returning(number_claims.c.msisdn)
    return taking


def take(
    connection: Connection,
    msisdn: int,
    *,
    kind: ClaimKind,
    visit_id: str | None,
    order_no: str | None,
    until: datetime | None,
    now: datetime,
    staff_may: bool = False,
    most_held: int | None = None,
) -> bool:
    """Claim a number of the stock if it is free this instant; false when it isn't, or isn't for sale.

    With `most_held` also false unless the visit is open, nobody's by name, and holds fewer than that. On PostgreSQL it
    must be locked for this.
    """
    values = {
        "number": msisdn,
        "claim_kind": kind.value,
        "visit": visit_id,
        "order": order_no,
        "until": until,
        "at": now,
        "most_held": most_held,
    }
    return connection.execute(_taking(connection.dialect.name, staff_may=staff_may), values).first() is not None


_FIND: Final = select(*_CLAIM_COLUMNS).where(number_claims.c.msisdn == _msisdn)


def find(connection: Connection, msisdn: int) -> Claim | None:
    """The claim on a number, live or over."""
    row = connection.execute(_FIND, {"number": msisdn}).first()
    return None if row is None else _claim(row)


def _claim(row: Row[*tuple[Any, ...]]) -> Claim:
    return Claim(row.msisdn, ClaimKind(row.kind), row.visit_id, row.order_no, row.expires_at, row.payment_unsettled)


_HOLDS_OF_VISIT: Final = select(*_CLAIM_COLUMNS).where(_IS_HOLD_OF_VISIT, number_claims.c.expires_at > _now)


def holds_of_visit(connection: Connection, visit_id: str, now: datetime) -> list[Claim]:
    """The numbers a visit holds."""
    return [_claim(row) for row in connection.execute(_HOLDS_OF_VISIT, {"visit": visit_id, "at": now})]


_MORE_TIME: Final = (
    update(number_claims)
    .where(
        number_claims.c.msisdn == _msisdn,
        _IS_HOLD_OF_VISIT,
        number_claims.c.expires_at > _now,
        number_claims.c.extensions < bindparam("most", type_=Integer),
    )
    .values(
        expires_at=type_coerce(number_claims.c.expires_at, BigInteger) + bindparam("more", type_=BigInteger),
        extensions=number_claims.c.extensions + 1,
        changed_at=_now,
    )
    .returning(number_claims.c.expires_at)
)


def extend_hold(
    connection: Connection, msisdn: int, visit_id: str, *, by: timedelta, most: int, now: datetime
) -> datetime | None:
    """Lengthen a live hold of this visit that was lengthened fewer than `most` times; its new end, None if nothing was.

    Counted from its old end, so that asking early costs nothing and asking late gains nothing.
    """
    values = {"number": msisdn, "visit": visit_id, "at": now, "most": most, "more": in_microseconds(by)}
    until: datetime | None = connection.execute(_MORE_TIME, values).scalar_one_or_none()
    return until


_RELEASE_HOLD: Final = delete(number_claims).where(number_claims.c.msisdn == _msisdn, _IS_HOLD_OF_VISIT)
_RELEASE_VISIT: Final = delete(number_claims).where(_IS_HOLD_OF_VISIT)


def release_hold(connection: Connection, msisdn: int, visit_id: str) -> bool:
    """Give one held number back; false when this visit doesn't hold it."""
    return connection.execute(_RELEASE_HOLD, {"number": msisdn, "visit": visit_id}).rowcount == 1


def release_visit(connection: Connection, visit_id: str) -> int:
    """Give back every number that a visit holds; what became an order stays."""
    return connection.execute(_RELEASE_VISIT, {"visit": visit_id}).rowcount


_RELEASE_TERMINAL: Final = delete(number_claims).where(
    number_claims.c.kind == ClaimKind.HOLD.value,
    number_claims.c.visit_id.in_(select(visits.c.visit_id).where(visits.c.terminal_id == bindparam("terminal"))),
)


def release_terminal(connection: Connection, terminal_id: str) -> int:
    """Give back every number that any visit at a terminal still holds: it has just started again."""
    return connection.execute(_RELEASE_TERMINAL, {"terminal": terminal_id}).rowcount


_SWEEP_HOLDS: Final = delete(number_claims).where(
    number_claims.c.msisdn.in_(
        select(number_claims.c.msisdn)
        .where(number_claims.c.kind.in_([ClaimKind.HOLD.value, ClaimKind.REST.value]), _is_over)
        .order_by(number_claims.c.msisdn)
        .limit(bindparam("most"))
        # Whoever has a row locked is taking or giving back the number this moment: nothing is left to tidy up.
        .with_for_update(skip_locked=True)
    )
)


def sweep_over(connection: Connection, now: datetime, most: int) -> int:
    """Remove at most that many rows of holds and rests that are over: tidiness, not correctness."""
    return connection.execute(_SWEEP_HOLDS, {"at": now, "most": most}).rowcount


_HOLD_TO_ORDER: Final = (
    update(number_claims)
    .where(number_claims.c.msisdn == _msisdn, _IS_HOLD_OF_VISIT, number_claims.c.expires_at > _now)
    .values(kind=ClaimKind.ORDER.value, order_no=bindparam("order"), expires_at=_until, changed_at=_now)
)


def hold_to_order(
    connection: Connection, msisdn: int, visit_id: str, *, order_no: str, until: datetime, now: datetime
) -> bool:
    """Turn a live hold of this visit into the order's claim; false when the hold is gone."""
    values = {"number": msisdn, "visit": visit_id, "order": order_no, "until": until, "at": now}
    return connection.execute(_HOLD_TO_ORDER, values).rowcount == 1


_IS_CLAIM_OF_ORDER: Final = and_(
    number_claims.c.msisdn == _msisdn,
    number_claims.c.order_no == bindparam("order"),
    number_claims.c.kind == ClaimKind.ORDER.value,
)
_TIE: Final = (
    update(number_claims)
    .where(_IS_CLAIM_OF_ORDER, or_(number_claims.c.expires_at > _now, number_claims.c.payment_unsettled))
    .values(payment_unsettled=True, changed_at=_now)
)
_UNTIE: Final = update(number_claims).where(_IS_CLAIM_OF_ORDER).values(payment_unsettled=False, changed_at=_now)


def tie_to_payment(connection: Connection, msisdn: int, order_no: str, now: datetime) -> bool:
    """Keep the number past every deadline while a payment may arrive; false when the order no longer has it."""
    return connection.execute(_TIE, {"number": msisdn, "order": order_no, "at": now}).rowcount == 1


def untie_from_payment(connection: Connection, msisdn: int, order_no: str, now: datetime) -> None:
    """Every payment attempt is settled: the claim ends at its deadline again."""
    connection.execute(_UNTIE, {"number": msisdn, "order": order_no, "at": now})


_SELL: Final = (
    update(number_claims)
    .where(_IS_CLAIM_OF_ORDER)
    .values(kind=ClaimKind.SALE.value, expires_at=null(), payment_unsettled=False, changed_at=_now)
)
_RELEASE_ORDER: Final = delete(number_claims).where(_IS_CLAIM_OF_ORDER)
_REST: Final = (
    update(number_claims)
    .where(
        number_claims.c.msisdn == _msisdn,
        number_claims.c.order_no == bindparam("order"),
        number_claims.c.kind == ClaimKind.SALE.value,
    )
    .values(kind=ClaimKind.REST.value, order_no=null(), visit_id=null(), expires_at=_until, changed_at=_now)
)


def sell(connection: Connection, msisdn: int, order_no: str, now: datetime) -> bool:
    """Turn the order's claim into a sale, which has no end; false when the claim is no longer the order's.

    A sale is never deleted: on PostgreSQL an insert that waited for the delete would see the number free.
    """
    return connection.execute(_SELL, {"number": msisdn, "order": order_no, "at": now}).rowcount == 1


def release_order(connection: Connection, msisdn: int, order_no: str) -> bool:
    """Give an unpaid order's number back; false when the order no longer has it."""
    return connection.execute(_RELEASE_ORDER, {"number": msisdn, "order": order_no}).rowcount == 1


def rest(connection: Connection, msisdn: int, order_no: str, until: datetime, now: datetime) -> bool:
    """Give a sold number up: it rests until an instant, and is free from then on (SPEC 4.11)."""
    return connection.execute(_REST, {"number": msisdn, "order": order_no, "until": until, "at": now}).rowcount == 1
