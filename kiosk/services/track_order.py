"""Where an order is, for whoever holds its receipt (SPEC 2.5, 9.1)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kiosk.domain.catalogue import Shop as Branch
from kiosk.domain.orders import FulfilmentState, OrderState, PickupPolicy
from kiosk.services.errors import OrderUnknown
from kiosk.services.shop import Shop
from storage import offers, orders, payments
from storage.orders import OrderProgress, OrderRow


class Standing(StrEnum):
    """Where an order stands, as far as its customer has something to do or to wait for."""

    TO_PAY = "to_pay"
    CHECKING = "checking"
    """It can't be paid any more; whether it was paid isn't known yet."""
    TO_COLLECT = "to_collect"
    OVERDUE = "overdue"
    """Not collected in time: the line runs, and the card still waits."""
    UNDER_WAY = "under_way"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    REFUNDING = "refunding"
    REFUNDED = "refunded"
    REFUND_STOPPED = "refund_stopped"
    """The provider refused to give the money back: people have to."""


@dataclass(frozen=True, slots=True)
class TrackedOrder:
    """An order without its person: `until` is the deadline to pay or to collect, `place` where to collect.

    Not collected in time, it `activates_by_itself`, or is cancelled and refunded.
    """

    order_no: str
    standing: Standing
    until: datetime | None = None
    place: Branch | None = None
    activates_by_itself: bool = False


def track_order(shop: Shop, order_no: str) -> TrackedOrder:
    """Say where the order of exactly this number is; raises `OrderUnknown`, also for what can't be an order number.

    Knowing the number is all that is asked, so nothing is told, or even read, of the person, the phone number or the
    money. A number can't well be guessed: eight of its digits are random (`new_order_no`), so that on a day of 1,000
    orders one guess in 100,000 meets one, and finds no more than a state and a shop. A count of tries would stop
    nobody, since the next visit begins with a touch; a scanner's pace is limited by the terminal's input.
    """
    with shop.database.reading() as connection:
        order = orders.find_progress(connection, order_no)
        if order is None:
            raise OrderUnknown
        refunds = {refund.state for refund in payments.refunds_of_order(connection, order_no)}
        standing = standing_of(order, refunds, shop.rules.pickup_policy, shop.now())
        match standing:
            case Standing.TO_PAY:
                return TrackedOrder(order_no, standing, until=order.pay_deadline)
            case Standing.TO_COLLECT | Standing.OVERDUE:
                place = offers.find_shop(connection, order.shop_code or "")
                return TrackedOrder(
                    order_no,
                    standing,
                    until=order.pickup_deadline,
                    place=place,
                    activates_by_itself=shop.rules.pickup_policy is PickupPolicy.ACTIVATE,
                )
            case _:
                return TrackedOrder(order_no, standing)


def standing_of(
    order: OrderProgress | OrderRow, refunds: Collection[str], policy: PickupPolicy, now: datetime
) -> Standing:
    """What the order's state means at `now`: a deadline counts from its instant, not from when a worker saw it."""
    match order.state:
        case OrderState.PENDING:
            return Standing.TO_PAY if now < order.pay_deadline else Standing.CHECKING
        case OrderState.HELD:
            return Standing.CHECKING
        case OrderState.IN_PROGRESS:
            return _standing_of_paid(order, policy, now)
        case OrderState.COMPLETED:
            return Standing.COMPLETED
        case OrderState.CANCELLED:
            return _standing_of_cancelled(refunds)


def _standing_of_paid(order: OrderProgress | OrderRow, policy: PickupPolicy, now: datetime) -> Standing:
    if order.fulfilment_state is FulfilmentState.OVERDUE:
        return Standing.OVERDUE
    if order.fulfilment_state is not FulfilmentState.AWAITING_PICKUP or order.pickup_deadline is None:
        return Standing.UNDER_WAY
    if now < order.pickup_deadline:
        return Standing.TO_COLLECT
    return Standing.OVERDUE if policy is PickupPolicy.ACTIVATE else Standing.REFUNDING


def _standing_of_cancelled(refunds: Collection[str]) -> Standing:
    if not refunds:
        return Standing.CANCELLED
    if "refused" in refunds:
        return Standing.REFUND_STOPPED
    return Standing.REFUNDED if set(refunds) == {"succeeded"} else Standing.REFUNDING
