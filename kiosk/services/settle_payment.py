"""What a provider's answer does to an attempt, its order and its number (SPEC 6.3, 6.4).

Everything an answer changes is one transaction, so that a crash leaves either all of it or the same answer to be
asked for again. Money that bought nothing goes back: the refund is decided in the same transaction.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection

from kiosk.domain.orders import AttemptState, ClaimKind, FulfilmentState, OrderState, StateReason
from kiosk.gateways.payment import Trade, TradeState, Transaction
from kiosk.services.shop import Shop
from kiosk.services.write_notice import tell_paid, tell_refund
from storage import claims, orders, payments, people
from storage.audit import is_audited, write_audit
from storage.payments import AttemptRow, TransactionRow


class RefundReason(StrEnum):
    """Why money goes back."""

    DUPLICATE = "duplicate_payment"
    WRONG_AMOUNT = "wrong_amount"
    TOO_LATE = "paid_too_late"
    PICKUP_TIMEOUT = "pickup_timeout"
    GIVEN_UP = "given_up"
    """The customer cancelled what was paid for (SPEC 4.11)."""


def settle_trade(shop: Shop, provider: str, merchant_id: str, trade: Trade) -> AttemptState:
    """Write down what the provider says of one attempt and return the attempt's state.

    An answer about another merchant is kept for staff and changes nothing. Raises `LookupError` for an attempt that
    the shop never made.
    """
    with shop.database.writing() as connection:
        now = shop.now()
        order, attempt = lock_attempt(connection, trade.out_trade_no)
        if trade.merchant_id != merchant_id or attempt.merchant_id != merchant_id:
            _report_wrong_merchant(connection, provider, attempt, now)
            return attempt.state
        for transaction in trade.transactions:
            attempt = _take_transaction(shop, connection, attempt, transaction, now)
        if trade.transactions or attempt.state.is_settled:
            return attempt.state
        match trade.state:
            case TradeState.CLOSED:
                return end_attempt(connection, order, attempt, AttemptState.CLOSED, now)
            case TradeState.DECLINED:
                return end_attempt(connection, order, attempt, AttemptState.FAILED, now)
            case TradeState.WAITING | TradeState.NOT_FOUND | TradeState.PAID:
                # "Not found" may be a creation still on its way, and "paid" without a transaction proves nothing.
                return attempt.state


def _report_wrong_merchant(connection: Connection, provider: str, attempt: AttemptRow, now: datetime) -> None:
    # Once: the provider is asked every other second, and would say it as often.
    action, subject = "payment.wrong_merchant", attempt.out_trade_no
    if not is_audited(connection, action, subject):
        write_audit(connection, action, actor=provider, now=now, subject=subject)


def lock_attempt(connection: Connection, out_trade_no: str) -> tuple[orders.OrderRow, AttemptRow]:
    """An attempt and its order, both kept from changing until the transaction ends; raises `LookupError`.

    The order first, then the attempt, as everywhere: two settlements can't wait for each other.
    """
    attempt = payments.find_attempt(connection, out_trade_no)
    order = None if attempt is None else orders.find_order(connection, attempt.order_no, lock=True)
    attempt = payments.find_attempt(connection, out_trade_no, lock=True)
    if order is None or attempt is None:
        raise LookupError("there is no payment attempt of that number")
    return order, attempt


def end_attempt(
    connection: Connection,
    order: orders.OrderRow,
    attempt: AttemptRow,
    state: AttemptState,
    now: datetime,
    why: str | None = None,
) -> AttemptState:
    """Settle an attempt that moved no money for the order, and untie the number once no other attempt keeps it."""
    payments.settle_attempt(connection, attempt.out_trade_no, state, now)
    orders.add_event(connection, order.order_no, f"payment_{state}", attempt.provider, now, why)
    if all(other.state.is_settled for other in payments.attempts_of_order(connection, order.order_no)):
        claims.untie_from_payment(connection, order.msisdn, order.order_no, now)
    return state


def _take_transaction(
    shop: Shop, connection: Connection, attempt: AttemptRow, transaction: Transaction, now: datetime
) -> AttemptRow:
    row = TransactionRow(
        provider=attempt.provider,
        transaction_id=transaction.transaction_id,
        out_trade_no=attempt.out_trade_no,
        amount_fen=transaction.amount_fen,
        paid_at=transaction.paid_at,
    )
    if not payments.add_transaction(connection, row, now):
        return attempt
    order = orders.find_order(connection, attempt.order_no)
    if order is None:
        raise LookupError("an attempt without its order")
    first = attempt.state is not AttemptState.CONFIRMED
    if transaction.amount_fen != attempt.amount_fen:
        _give_back(shop, connection, order, row, RefundReason.WRONG_AMOUNT)
        if first and not attempt.state.is_settled:
            end_attempt(connection, order, attempt, AttemptState.FAILED, now, RefundReason.WRONG_AMOUNT)
    else:
        if first:
            payments.settle_attempt(connection, attempt.out_trade_no, AttemptState.CONFIRMED, now)
        if not (first and _order_is_paid(shop, connection, order, now)):
            late = first and order.state not in {OrderState.IN_PROGRESS, OrderState.COMPLETED}
            reason = RefundReason.TOO_LATE if late else RefundReason.DUPLICATE
            _give_back(shop, connection, order, row, reason)
    return payments.find_attempt(connection, attempt.out_trade_no) or attempt


def _order_is_paid(shop: Shop, connection: Connection, order: orders.OrderRow, now: datetime) -> bool:
    """Give the order its number for good if that can still be done; false when the money must go back."""
    match order.state:
        case OrderState.PENDING | OrderState.HELD:
            has_number = claims.sell(connection, order.msisdn, order.order_no, now) or _take_back(
                shop, connection, order, now
            )
            if not has_number:
                cancel_unpaid(connection, order, "payment_timeout", now)
        case OrderState.CANCELLED:
            # One that was paid before was given up or ran out, and its money went back: it stays ended.
            has_number = order.paid_at is None and _take_back(shop, connection, order, now)
        case OrderState.IN_PROGRESS | OrderState.COMPLETED:
            return False
    if not has_number:
        return False
    pickup_deadline = now + shop.rules.pickup
    orders.change_state(
        connection,
        order,
        OrderState.IN_PROGRESS,
        state_reason=None,
        fulfilment_state=FulfilmentState.AWAITING_PICKUP.value,
        paid_at=now,
        pickup_deadline=pickup_deadline,
        ended_at=None,
    )
    orders.open_line(connection, order, now)
    orders.add_event(connection, order.order_no, "paid", "provider", now)
    tell_paid(connection, order, pickup_deadline, now)
    return True


def _take_back(shop: Shop, connection: Connection, order: orders.OrderRow, now: datetime) -> bool:
    """Claim a number again whose order had lost it, if it is free and its person may have one more."""
    if order.id_hash is None or order.contact_phone is None:
        return False
    people.lock_persons(connection, order.id_hash)
    counted = order.state is not OrderState.CANCELLED
    others = people.count_numbers_of_id(connection, order.id_hash, now) - counted
    if others >= shop.rules.numbers_per_id:
        return False
    return claims.take(
        connection,
        order.msisdn,
        kind=ClaimKind.SALE,
        visit_id=order.visit_id,
        order_no=order.order_no,
        until=None,
        now=now,
        staff_may=True,
    )


def _give_back(
    shop: Shop, connection: Connection, order: orders.OrderRow, transaction: TransactionRow, reason: RefundReason
) -> None:
    now = shop.now()
    if payments.request_refund(connection, transaction, order.order_no, reason, now):
        orders.add_event(connection, order.order_no, "refund_requested", "worker", now, reason)
        tell_refund(connection, order, transaction, reason, now)


def end_paid_order(
    shop: Shop, connection: Connection, order: orders.OrderRow, why: StateReason, refund: RefundReason, actor: str
) -> None:
    """End a paid order that this transaction has locked.

    Its line is closed, its number rests, and all of its money goes back that hasn't gone back yet.
    """
    now = shop.now()
    orders.close_line(connection, order.order_no, now)
    orders.change_state(
        connection, order, OrderState.CANCELLED, state_reason=why.value, fulfilment_state=None, ended_at=now
    )
    orders.add_event(connection, order.order_no, "cancelled", actor, now, why)
    claims.rest(connection, order.msisdn, order.order_no, until=now + shop.rules.rest, now=now)
    for transaction in payments.transactions_of_order(connection, order.order_no):
        _give_back(shop, connection, order, transaction, refund)


def cancel_unpaid(connection: Connection, order: orders.OrderRow, reason: str, now: datetime) -> None:
    """End an order whose every attempt is settled unpaid, and give its number back to the stock."""
    orders.change_state(connection, order, OrderState.CANCELLED, state_reason=reason, ended_at=now)
    claims.release_order(connection, order.msisdn, order.order_no)
    orders.add_event(connection, order.order_no, "cancelled", "worker", now, reason)
