"""End an order for its customer: unpaid (SPEC 4.7, 6.4), or paid while its SIM card is still with us (SPEC 4.11)."""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from kiosk.domain.orders import UNPAID, OrderState, StateReason, may_be_refunded
from kiosk.services.errors import NotCancellable, NotPayable, OrderUnknown
from kiosk.services.settle_payment import RefundReason, cancel_unpaid, end_paid_order
from kiosk.services.shop import Shop
from kiosk.services.take_payment import close_attempt, unsettled_attempts
from kiosk.services.whose_order import Asker, lock_own_order
from storage import orders, payments
from storage.audit import write_audit

_SHORTEST_WAIT, _LONGEST_WAIT = timedelta(seconds=5), timedelta(minutes=10)


def cancel_order(shop: Shop, asker: Asker, order_no: str, reason: StateReason = StateReason.CUSTOMER) -> OrderState:
    """Cancel an order of one's own that hasn't been paid, and say how it ended.

    `cancelled`; or `in_progress`, when it turns out to be paid; or `held`, when the provider doesn't answer: then no
    new payment can start, the number is kept, and a worker ends it as soon as the truth is known.
    Raises `OrderUnknown`, also for somebody else's, or `NotPayable` for an order that isn't waiting for its payment.
    """
    with shop.database.writing() as connection:
        order = lock_own_order(shop, connection, asker, order_no)
        if order.state not in UNPAID:
            raise NotPayable(order.state)
        if order.state is OrderState.PENDING:
            _hold(connection, order, reason, shop.now())
    return end_unpaid_order(shop, order_no)


def cancel_paid_order(shop: Shop, asker: Asker, order_no: str) -> None:
    """Give a paid order of one's own up: all that was paid goes back, and the number rests before it is offered again.

    Its own verb, so that nobody who meant to leave an unpaid order gives up one that was paid that instant. A second
    time changes nothing. Raises `OrderUnknown`, also for somebody else's, or `NotCancellable` once the card was handed
    over or sent off.
    """
    with shop.database.writing() as connection:
        order = lock_own_order(shop, connection, asker, order_no)
        was_given_up = order.state is OrderState.CANCELLED and order.paid_at is not None
        if was_given_up and order.state_reason is StateReason.CUSTOMER:
            return
        if not may_be_refunded(order.state, order.fulfilment_state):
            raise NotCancellable(order.state)
        actor = StateReason.CUSTOMER.value
        end_paid_order(shop, connection, order, StateReason.CUSTOMER, RefundReason.GIVEN_UP, actor)
        write_audit(
            connection,
            "order.given_up",
            actor=actor,
            now=shop.now(),
            terminal_id=shop.terminal_id,
            subject=order_no,
        )


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
