"""What happens to a paid number that isn't collected in time (SPEC 4.9)."""

from kiosk.domain.orders import FulfilmentState, PickupPolicy, StateReason
from kiosk.services.settle_payment import RefundReason, end_paid_order
from kiosk.services.shop import Shop
from kiosk.services.write_notice import tell_activated
from storage import orders


def settle_overdue_pickups(shop: Shop, most: int = 500) -> int:
    """Apply the pickup policy to every order past its deadline and say how many there were."""
    with shop.database.reading() as connection:
        overdue = orders.pickups_due(connection, shop.now(), most)
    return sum(_settle(shop, order_no) for order_no in overdue)


def _settle(shop: Shop, order_no: str) -> bool:
    with shop.database.writing() as connection:
        now = shop.now()
        order = orders.find_order(connection, order_no, lock=True)
        if order is None or order.fulfilment_state is not FulfilmentState.AWAITING_PICKUP:
            return False
        if order.pickup_deadline is None or order.pickup_deadline > now:
            return False
        match shop.rules.pickup_policy:
            case PickupPolicy.ACTIVATE:
                # Billing starts at the deadline that was promised, however late a worker looks.
                orders.activate_line(connection, order_no, order.pickup_deadline)
                orders.update_order(connection, order_no, fulfilment_state=FulfilmentState.OVERDUE.value)
                orders.add_event(connection, order_no, "line_activated", "worker", now)
                tell_activated(connection, order, order.pickup_deadline, now)
            case PickupPolicy.CANCEL_AND_REFUND:
                why, refund = StateReason.PICKUP_TIMEOUT, RefundReason.PICKUP_TIMEOUT
                end_paid_order(shop, connection, order, why, refund, actor="worker")
        return True
