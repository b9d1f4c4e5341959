"""End an unpaid order: close what may still be paid, then give the number back (SPEC 4.7, 6.4)."""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from kiosk.domain.orders import UNPAID, OrderState, StateReason
from kiosk.services.errors import NotPayable, OrderUnknown
from kiosk.services.settle_payment import cancel_unpaid
from kiosk.services.shop import Shop
from kiosk.services.take_payment import close_attempt, unsettled_attempts
from storage import orders, payments

_SHORTEST_WAIT, _LONGEST_WAIT = timedelta(seconds=5), timedelta(minutes=10)


def cancel_order(shop: Shop, order_no: str, reason: StateReason = StateReason.CUSTOMER) -> OrderState:
    """Cancel an order that hasn't been paid, and say how it ended.

    `cancelled`; or `in_progress`, when it turns out to be paid; or `held`, when the provider doesn't answer: then no
    new payment can start, the number is kept, and a worker ends it as soon as the truth is known.
    Raises `OrderUnknown`, or `NotPayable` for an order that isn't waiting for its payment.
    """
    with shop.database.writing() as connection:
        order = orders.find_order(connection, order_no, lock=True)
        if order is None:
            raise OrderUnknown
        if order.state not in UNPAID:
            raise NotPayable(order.state)
        if order.state is OrderState.PENDING:
            _hold(connection, order, reason, shop.now())
    return end_unpaid_order(shop, order_no)


def end_unpaid_order(shop: Shop, order_no: str) -> OrderState:
    """Bring an order that may no longer be paid to its end, as far as the providers' answers allow."""
    for attempt in unsettled_attempts(shop, order_no):
        close_attempt(shop, attempt)
    with shop.database.writing() as connection:
        order = orders.find_order(connection, order_no, lock=True)
        if order is None:
            raise OrderUnknown
        if order.state not in UNPAID:
            return order.state
        now = shop.now()
        attempts = payments.attempts_of_order(connection, order_no)
        if all(attempt.state.is_settled for attempt in attempts):
            cancel_unpaid(connection, order, order.state_reason or StateReason.PAYMENT_TIMEOUT, now)
            return OrderState.CANCELLED
        if order.state is OrderState.PENDING:
            _hold(connection, order, StateReason.PAYMENT_TIMEOUT, now)
        # The longer the provider is silent, the more rarely it is asked: a long outage mustn't keep every worker busy.
        wait = min(max((now - order.pay_deadline) / 4, _SHORTEST_WAIT), _LONGEST_WAIT)
        orders.update_order(connection, order_no, check_again_at=now + wait)
        return OrderState.HELD


def _hold(connection: Connection, order: orders.OrderRow, reason: StateReason, now: datetime) -> None:
    """From here on nothing new can be paid; the deadline moves to now, so that every worker sees it is due."""
    orders.change_state(
        connection,
        order,
        OrderState.HELD,
        state_reason=reason.value,
        pay_deadline=min(order.pay_deadline, now),
    )
    actor = "worker" if reason is StateReason.PAYMENT_TIMEOUT else reason.value
    orders.add_event(connection, order.order_no, "held", actor, now, reason)
