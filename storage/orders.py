"""Orders, their lines, events and subscriptions, as rows and as values."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, insert, or_, select, update

from kiosk.domain.orders import (
    UNPAID,
    ClaimKind,
    Fulfilment,
    FulfilmentState,
    LineState,
    OrderState,
    PaymentMethod,
    StateReason,
    may_become,
)
from storage.account_tables import accounts
from storage.accounts import erase_account
from storage.tables import lines, number_claims, order_events, order_lines, orders


@dataclass(frozen=True, slots=True, repr=False)
class OrderRow:
    """An order as it is stored; personal fields are None once they were erased. No repr: no log can hold a person."""

    order_no: str
    idempotency_key: str
    kind: str
    state: OrderState
    state_reason: StateReason | None
    visit_id: str
    terminal_id: str
    language: str
    msisdn: int
    tariff_code: str
    amount_fen: int
    payment_method: PaymentMethod
    fulfilment: Fulfilment
    fulfilment_state: FulfilmentState | None
    shop_code: str | None
    customer_name: str | None
    id_type: str
    id_number: str | None
    id_hash: bytes | None
    contact_phone: str | None
    phone_hash: bytes | None
    agreement: str
    agreement_version: str
    agreement_accepted_at: datetime
    submitted_at: datetime
    pay_deadline: datetime
    check_again_at: datetime | None
    paid_at: datetime | None
    pickup_deadline: datetime | None
    ended_at: datetime | None
    personal_data_erased_at: datetime | None
    account_id: int | None = None
    """Of whom was signed in when it was submitted."""


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One amount of an order, frozen as it was shown."""

    kind: str
    amount_fen: int


@dataclass(frozen=True, slots=True)
class OrderEvent:
    """One thing that happened to an order."""

    at: datetime
    event: str
    actor: str
    detail: str | None


@dataclass(frozen=True, slots=True)
class OrderProgress:
    """How far an order has come: all that may be told to somebody who only knows its number."""

    order_no: str
    state: OrderState
    fulfilment_state: FulfilmentState | None
    shop_code: str | None
    pay_deadline: datetime
    pickup_deadline: datetime | None


def as_order(row: Any) -> OrderRow:
    """A row of the table as a value."""
    values = dict(row._mapping)
    values["state"] = OrderState(values["state"])
    values["state_reason"] = StateReason(values["state_reason"]) if values["state_reason"] else None
    values["payment_method"] = PaymentMethod(values["payment_method"])
    values["fulfilment"] = Fulfilment(values["fulfilment"])
    state = values["fulfilment_state"]
    values["fulfilment_state"] = FulfilmentState(state) if state else None
    return OrderRow(**values)


def insert_order(connection: Connection, order: OrderRow, parts: Sequence[OrderLine]) -> None:
    """Store a new order with its lines; a repeated idempotency key breaks the schema's unique rule."""
    connection.execute(insert(orders).values({name: getattr(order, name) for name in OrderRow.__slots__}))
    connection.execute(
        insert(order_lines),
        [
            {"order_no": order.order_no, "position": place, "kind": part.kind, "amount_fen": part.amount_fen}
            for place, part in enumerate(parts)
        ],
    )


def find_order(connection: Connection, order_no: str, *, lock: bool = False) -> OrderRow | None:
    """An order, kept from changing until the transaction ends if `lock` is set."""
    query = select(orders).where(orders.c.order_no == order_no)
    row = connection.execute(query.with_for_update() if lock else query).first()
    return None if row is None else as_order(row)


def find_progress(connection: Connection, order_no: str) -> OrderProgress | None:
    """How far an order has come; nothing personal is read, so nothing of it can be shown."""
    columns = [orders.c[name] for name in OrderProgress.__slots__]
    row = connection.execute(select(*columns).where(orders.c.order_no == order_no)).first()
    if row is None:
        return None
    values = dict(row._mapping)
    state = values["fulfilment_state"]
    return OrderProgress(
        **values | {"state": OrderState(values["state"]), "fulfilment_state": FulfilmentState(state) if state else None}
    )


def find_order_by_key(connection: Connection, idempotency_key: str) -> OrderRow | None:
    """The order that a confirm screen has already made."""
    row = connection.execute(select(orders).where(orders.c.idempotency_key == idempotency_key)).first()
    return None if row is None else as_order(row)


def list_orders(connection: Connection, limit: int) -> list[OrderRow]:
    """The newest orders first."""
    newest = select(orders).order_by(orders.c.submitted_at.desc(), orders.c.order_no).limit(limit)
    return [as_order(row) for row in connection.execute(newest)]


def unpaid_orders_due(connection: Connection, now: datetime, limit: int) -> list[str]:
    """Numbers of unpaid orders past their deadline, the longest overdue first."""
    unpaid = orders.c.state.in_([state.value for state in UNPAID]) & (orders.c.pay_deadline <= now)
    asked_lately = orders.c.check_again_at > now
    return _order_nos(connection, unpaid & asked_lately.is_not(True), orders.c.pay_deadline, limit)


def pickups_due(connection: Connection, now: datetime, limit: int) -> list[str]:
    """Numbers of paid orders that were not collected in time, the longest overdue first."""
    waiting = orders.c.fulfilment_state == FulfilmentState.AWAITING_PICKUP.value
    return _order_nos(connection, waiting & (orders.c.pickup_deadline <= now), orders.c.pickup_deadline, limit)


def somebody_waits(connection: Connection) -> bool:
    """Whether a number is held or an order unpaid: whether anybody's half hour runs."""
    held = select(number_claims.c.msisdn).where(number_claims.c.kind == ClaimKind.HOLD.value)
    unpaid = select(orders.c.order_no).where(orders.c.state.in_([state.value for state in UNPAID]))
    return any(connection.execute(query.limit(1)).first() is not None for query in (held, unpaid))


def end_waits_after(connection: Connection, latest: datetime, now: datetime) -> None:
    """End now what would wait longer than until `latest`: holds and unpaid orders dated by a wrong clock."""
    too_late = number_claims.c.expires_at > latest
    resting = number_claims.c.kind == ClaimKind.REST.value
    connection.execute(update(number_claims).where(too_late & ~resting).values(expires_at=now))
    unpaid = orders.c.state.in_([state.value for state in UNPAID])
    connection.execute(
        update(orders).where(unpaid, orders.c.pay_deadline > latest).values(pay_deadline=now, check_again_at=None)
    )


@dataclass(frozen=True, slots=True)
class NeededSince:
    """Since when an order must have been of use to somebody to keep its customer."""

    ended: datetime
    """Where it came to nothing."""
    line_closed: datetime
    """Where its line ran: while it does, it is kept whose it is (《电话用户真实身份信息登记规定》)."""


def orders_to_forget(connection: Connection, since: NeededSince, limit: int) -> list[str]:
    """Numbers of orders that hold personal data which nobody needs any more."""
    came_to_nothing = _order_nos(connection, _came_to_nothing(since), orders.c.ended_at, limit)
    room = limit - len(came_to_nothing)
    return came_to_nothing + _order_nos(connection, _line_is_long_closed(since), orders.c.order_no, room)


def is_to_forget(connection: Connection, order_no: str, since: NeededSince) -> bool:
    """Whether an order is still one of them, now that this transaction has locked it."""
    found = select(orders.c.order_no).where(
        orders.c.order_no == order_no, or_(_came_to_nothing(since), _line_is_long_closed(since))
    )
    return connection.execute(found).first() is not None


def _came_to_nothing(since: NeededSince) -> ColumnElement[bool]:
    ran = select(lines.c.line_id).where(lines.c.order_no == orders.c.order_no, lines.c.activated_at.is_not(None))
    return and_(
        orders.c.state == OrderState.CANCELLED.value,
        orders.c.ended_at < since.ended,
        orders.c.personal_data_erased_at.is_(None),
        ~ran.exists(),
    )


def _line_is_long_closed(since: NeededSince) -> ColumnElement[bool]:
    long_closed = select(lines.c.order_no).where(
        lines.c.closed_at < since.line_closed, lines.c.activated_at.is_not(None), lines.c.order_no.is_not(None)
    )
    return and_(
        orders.c.order_no.in_(long_closed),
        orders.c.state.in_([OrderState.CANCELLED.value, OrderState.COMPLETED.value]),
        orders.c.personal_data_erased_at.is_(None),
    )


def _order_nos(connection: Connection, which: ColumnElement[bool], by: ColumnElement[Any], limit: int) -> list[str]:
    return list(connection.execute(select(orders.c.order_no).where(which).order_by(by).limit(limit)).scalars())


def update_order(connection: Connection, order_no: str, **values: Any) -> None:
    """Change columns of an order that this transaction has locked; its state only `change_state` changes."""
    connection.execute(update(orders).where(orders.c.order_no == order_no).values(values))


def change_state(connection: Connection, order: OrderRow, state: OrderState, **values: Any) -> None:
    """Bring an order that this transaction has locked into another state, and change other columns with it.

    Raises `ValueError` for a step that orders don't take: a fault in the program, which leaves everything as it was.
    """
    if not may_become(order.state, state):
        raise ValueError(f"an order that is {order.state} doesn't become {state}")
    update_order(connection, order.order_no, state=state.value, **values)


def lines_of_order(connection: Connection, order_no: str) -> tuple[OrderLine, ...]:
    """The amounts of an order, in the order they were shown."""
    rows = connection.execute(
        select(order_lines.c.kind, order_lines.c.amount_fen)
        .where(order_lines.c.order_no == order_no)
        .order_by(order_lines.c.position)
    )
    return tuple(OrderLine(row.kind, row.amount_fen) for row in rows)


def add_event(
    connection: Connection, order_no: str, event: str, actor: str, now: datetime, detail: str | None = None
) -> None:
    """Add to an order's timeline; `detail` never holds personal data."""
    connection.execute(insert(order_events).values(order_no=order_no, at=now, event=event, actor=actor, detail=detail))


def events_of_order(connection: Connection, order_no: str) -> tuple[OrderEvent, ...]:
    """An order's timeline, oldest first."""
    rows = connection.execute(
        select(order_events).where(order_events.c.order_no == order_no).order_by(order_events.c.event_id)
    )
    return tuple(OrderEvent(row.at, row.event, row.actor, row.detail) for row in rows)


def open_line(connection: Connection, order: OrderRow, now: datetime) -> None:
    """Reserve the subscription that an order becomes by being paid, which happens once."""
    connection.execute(
        insert(lines).values(
            msisdn=order.msisdn,
            order_no=order.order_no,
            tariff_code=order.tariff_code,
            id_hash=order.id_hash,
            state=LineState.PRE_ACTIVE.value,
            created_at=now,
        )
    )


def activate_line(connection: Connection, order_no: str, at: datetime) -> bool:
    """Start a reserved line: billing runs from `at`."""
    return _change_line(connection, order_no, LineState.PRE_ACTIVE, state=LineState.ACTIVE.value, activated_at=at)


def close_line(connection: Connection, order_no: str, at: datetime) -> bool:
    """End a line, whether or not it was ever started, and erase the account of whoever signed in by it."""
    present = (LineState.PRE_ACTIVE, LineState.ACTIVE)
    is_closed = _change_line(connection, order_no, *present, state=LineState.CLOSED.value, closed_at=at)
    owner = select(accounts.c.account_id).join(lines).where(lines.c.order_no == order_no).with_for_update(of=accounts)
    for account_id in connection.execute(owner).scalars().all():
        erase_account(connection, account_id, at)
    return is_closed


def forget_closed_line(connection: Connection, order_no: str) -> None:
    """Erase whose a line was."""
    which = (lines.c.order_no == order_no) & (lines.c.state == LineState.CLOSED.value)
    connection.execute(update(lines).where(which).values(id_hash=None))


def _change_line(connection: Connection, order_no: str, *present: LineState, **values: Any) -> bool:
    which = (lines.c.order_no == order_no) & lines.c.state.in_([state.value for state in present])
    return connection.execute(update(lines).where(which).values(values)).rowcount == 1


def line_state(connection: Connection, order_no: str) -> LineState | None:
    """The state of the line that an order opened."""
    found = connection.execute(select(lines.c.state).where(lines.c.order_no == order_no)).scalar_one_or_none()
    return LineState(found) if found else None
