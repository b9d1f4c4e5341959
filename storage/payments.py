"""Money: payment attempts, transactions, notices and refunds. Rows are added and settled, never removed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from kiosk.domain.orders import UNPAID, AttemptState
from storage.tables import orders, payment_attempts, payment_transactions, provider_notices, refunds

_UNSETTLED = [state.value for state in AttemptState if not state.is_settled]


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """One try at paying an order."""

    out_trade_no: str
    order_no: str
    provider: str
    merchant_id: str
    amount_fen: int
    state: AttemptState
    code_url: str | None
    created_at: datetime
    expires_at: datetime
    settled_at: datetime | None


@dataclass(frozen=True, slots=True)
class TransactionRow:
    """Money that arrived."""

    provider: str
    transaction_id: str
    out_trade_no: str
    amount_fen: int
    paid_at: datetime


@dataclass(frozen=True, slots=True)
class RefundRow:
    """Money to give back, or given back."""

    out_refund_no: str
    order_no: str
    out_trade_no: str
    provider: str
    transaction_id: str
    amount_fen: int
    reason: str
    state: str
    tries: int
    created_at: datetime
    settled_at: datetime | None


def _attempt(row: Any) -> AttemptRow:
    values = dict(row._mapping)
    values["state"] = AttemptState(values["state"])
    return AttemptRow(**values)


def insert_attempt(connection: Connection, attempt: AttemptRow) -> None:
    """Store an attempt before anybody can pay it."""
    connection.execute(insert(payment_attempts).values({name: getattr(attempt, name) for name in AttemptRow.__slots__}))


def find_attempt(connection: Connection, out_trade_no: str, *, lock: bool = False) -> AttemptRow | None:
    """An attempt, kept from changing until the transaction ends if `lock` is set."""
    query = select(payment_attempts).where(payment_attempts.c.out_trade_no == out_trade_no)
    row = connection.execute(query.with_for_update() if lock else query).first()
    return None if row is None else _attempt(row)


def attempts_of_order(connection: Connection, order_no: str) -> tuple[AttemptRow, ...]:
    """Every try at paying an order, oldest first."""
    rows = connection.execute(
        select(payment_attempts)
        .where(payment_attempts.c.order_no == order_no)
        .order_by(payment_attempts.c.out_trade_no)
    )
    return tuple(_attempt(row) for row in rows)


def show_code(connection: Connection, out_trade_no: str, code_url: str) -> bool:
    """The provider opened the trade: its code may be shown; false when the attempt was given up meanwhile."""
    change = (
        update(payment_attempts)
        .where(
            payment_attempts.c.out_trade_no == out_trade_no,
            payment_attempts.c.state == AttemptState.CREATED.value,
        )
        .values(state=AttemptState.PENDING.value, code_url=code_url)
    )
    return connection.execute(change).rowcount == 1


def settle_attempt(connection: Connection, out_trade_no: str, state: AttemptState, now: datetime) -> None:
    """Write down how an attempt ended, and forget its code."""
    connection.execute(
        update(payment_attempts)
        .where(payment_attempts.c.out_trade_no == out_trade_no)
        .values(state=state.value, settled_at=now, code_url=None)
    )


def unsettled_of_ended_orders(connection: Connection, limit: int) -> list[str]:
    """Attempts that may still be paid although their order no longer waits for money."""
    return list(
        connection.execute(
            select(payment_attempts.c.out_trade_no)
            .join(orders, orders.c.order_no == payment_attempts.c.order_no)
            .where(
                payment_attempts.c.state.in_(_UNSETTLED),
                orders.c.state.not_in([state.value for state in UNPAID]),
            )
            .limit(limit)
        ).scalars()
    )


def add_transaction(connection: Connection, transaction: TransactionRow, now: datetime) -> bool:
    """Write arrived money down; false when it was known."""
    known = connection.execute(
        select(payment_transactions.c.transaction_id).where(
            payment_transactions.c.provider == transaction.provider,
            payment_transactions.c.transaction_id == transaction.transaction_id,
        )
    ).first()
    if known is not None:
        return False
    values = {name: getattr(transaction, name) for name in TransactionRow.__slots__}
    connection.execute(insert(payment_transactions).values(values | {"seen_at": now}))
    return True


def transactions_of_order(connection: Connection, order_no: str) -> tuple[TransactionRow, ...]:
    """Money that arrived for an order, in the order it was paid."""
    wanted = [payment_transactions.c[name] for name in TransactionRow.__slots__]
    rows = connection.execute(
        select(*wanted)
        .join(payment_attempts, payment_attempts.c.out_trade_no == payment_transactions.c.out_trade_no)
        .where(payment_attempts.c.order_no == order_no)
        .order_by(payment_transactions.c.paid_at)
    )
    return tuple(TransactionRow(**row._mapping) for row in rows)


def add_provider_notice(
    connection: Connection, provider: str, notice_id: str, out_trade_no: str, outcome: str, now: datetime
) -> bool:
    """Remember a provider's notice; false when it came before."""
    row = {
        "provider": provider,
        "notice_id": notice_id,
        "out_trade_no": out_trade_no,
        "received_at": now,
        "outcome": outcome,
    }
    try:
        with connection.begin_nested():
            connection.execute(insert(provider_notices).values(row))
    except IntegrityError:
        return False
    return True


def request_refund(
    connection: Connection, transaction: TransactionRow, order_no: str, reason: str, now: datetime
) -> bool:
    """Decide to give one transaction back in full; false when that was decided before.

    The refund's number follows from the transaction, so no crash or second worker can make two of them.
    """
    out_refund_no = f"{transaction.provider}-{transaction.transaction_id}"
    if connection.execute(select(refunds.c.out_refund_no).where(refunds.c.out_refund_no == out_refund_no)).first():
        return False
    connection.execute(
        insert(refunds).values(
            out_refund_no=out_refund_no,
            order_no=order_no,
            out_trade_no=transaction.out_trade_no,
            provider=transaction.provider,
            transaction_id=transaction.transaction_id,
            amount_fen=transaction.amount_fen,
            reason=reason,
            state="requested",
            created_at=now,
            next_try_at=now,
            tries=0,
        )
    )
    return True


_REFUND_COLUMNS = [refunds.c[name] for name in RefundRow.__slots__]


def claim_due_refund(connection: Connection, now: datetime, try_again_at: datetime) -> RefundRow | None:
    """One refund that is due, left alone by other workers until `try_again_at`."""
    due = (
        select(refunds.c.out_refund_no)
        .where(refunds.c.state == "requested", refunds.c.next_try_at <= now)
        .order_by(refunds.c.next_try_at)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    row = connection.execute(
        update(refunds)
        .where(refunds.c.out_refund_no == due)
        .values(tries=refunds.c.tries + 1, next_try_at=try_again_at)
        .returning(*_REFUND_COLUMNS)
    ).first()
    return None if row is None else RefundRow(**row._mapping)


def postpone_refund(connection: Connection, out_refund_no: str, next_try_at: datetime) -> None:
    """Leave a refund for another try."""
    which = (refunds.c.out_refund_no == out_refund_no) & (refunds.c.state == "requested")
    connection.execute(update(refunds).where(which).values(next_try_at=next_try_at))


def settle_refund(connection: Connection, out_refund_no: str, state: str, refund_id: str | None, now: datetime) -> bool:
    """Write down how a refund ended; false when that was known."""
    which = (refunds.c.out_refund_no == out_refund_no) & (refunds.c.state == "requested")
    change = update(refunds).where(which).values(state=state, refund_id=refund_id, settled_at=now)
    return connection.execute(change).rowcount == 1


def refunds_of_order(connection: Connection, order_no: str) -> tuple[RefundRow, ...]:
    """Money given back for an order, or on its way."""
    rows = connection.execute(
        select(*_REFUND_COLUMNS).where(refunds.c.order_no == order_no).order_by(refunds.c.created_at)
    )
    return tuple(RefundRow(**row._mapping) for row in rows)
