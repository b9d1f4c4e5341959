"""Orders, fulfilment, lines and payment attempts: their states and which step may follow which.

State names are those of TM Forum's Product Ordering API (TMF622) for orders, and the shop's own for fulfilment.
"""

from enum import StrEnum


class OrderState(StrEnum):
    """TMF622 states of a product order."""

    PENDING = "pending"
    """Submitted and not yet paid."""
    HELD = "held"
    """Not payable any more, but whether an attempt was paid isn't known yet."""
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    CANCELLED = "cancelled"

    @property
    def is_unpaid(self) -> bool:
        """Whether the order still waits for its money, or for the truth about it."""
        return self in UNPAID


class StateReason(StrEnum):
    """Why an order is held or cancelled."""

    PAYMENT_TIMEOUT = "payment_timeout"
    CUSTOMER = "customer"
    CLERK = "clerk"
    PICKUP_TIMEOUT = "pickup_timeout"


class Fulfilment(StrEnum):
    """How the SIM card reaches the customer."""

    PICKUP = "pickup"
    DELIVERY = "delivery"


class FulfilmentState(StrEnum):
    """Where the SIM card of a paid order is."""

    AWAITING_PICKUP = "awaiting_pickup"
    COLLECTED = "collected"
    OVERDUE = "overdue"
    TO_SHIP = "to_ship"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    RETURNED = "returned"


class LineState(StrEnum):
    """A subscription's life; billing runs only while it is active."""

    PRE_ACTIVE = "pre_active"
    ACTIVE = "active"
    CLOSED = "closed"


class AttemptState(StrEnum):
    """One try at paying an order with one provider."""

    CREATED = "created"
    PENDING = "pending"
    CONFIRMED = "confirmed"
    FAILED = "failed"
    CLOSED = "closed"

    @property
    def is_settled(self) -> bool:
        """Whether it is known for good that this attempt moved money or never will."""
        return self in {AttemptState.CONFIRMED, AttemptState.FAILED, AttemptState.CLOSED}


class ClaimKind(StrEnum):
    """What a row of `number_claims` says about a number."""

    HOLD = "hold"
    ORDER = "order"
    SALE = "sale"
    REST = "rest"
    """Given up after it was paid for: it waits before it is offered again (SPEC 4.11)."""


class PickupPolicy(StrEnum):
    """What happens when a paid number isn't collected in time (SPEC 4.9)."""

    ACTIVATE = "activate"
    CANCEL_AND_REFUND = "cancel_and_refund"


class PaymentMethod(StrEnum):
    """How an order is to be paid."""

    ONLINE = "online"
    CASH = "cash"


ORDER_NO_DIGITS = 15

UNPAID = (OrderState.PENDING, OrderState.HELD)

_NEXT: dict[OrderState, frozenset[OrderState]] = {
    OrderState.PENDING: frozenset({OrderState.HELD, OrderState.IN_PROGRESS, OrderState.CANCELLED}),
    OrderState.HELD: frozenset({OrderState.IN_PROGRESS, OrderState.CANCELLED}),
    OrderState.IN_PROGRESS: frozenset({OrderState.COMPLETED, OrderState.CANCELLED}),
    # A payment that arrives late may still win the number back (SPEC 6.4).
    OrderState.CANCELLED: frozenset({OrderState.IN_PROGRESS}),
    OrderState.COMPLETED: frozenset({OrderState.CANCELLED}),
}


def may_become(state: OrderState, following: OrderState) -> bool:
    """Whether an order may go from one state to the other (DESIGN 3)."""
    return following in _NEXT[state]


_STILL_WITH_US = frozenset({FulfilmentState.AWAITING_PICKUP, FulfilmentState.OVERDUE, FulfilmentState.TO_SHIP})


def may_be_refunded(state: OrderState, fulfilment_state: FulfilmentState | None) -> bool:
    """Whether a customer may still give a paid order up: the SIM card wasn't handed over or sent off (SPEC 4.11)."""
    return state is OrderState.IN_PROGRESS and fulfilment_state in _STILL_WITH_US


def new_order_no(year_month_day: str, random_digits: int) -> str:
    """Make an order number: `YYMMDD`, eight random digits, and a check digit so that a slip of the finger is caught.

    `random_digits` is below 100,000,000. The check digit is Luhn's (ISO/IEC 7812-1, annex B).
    """
    body = f"{year_month_day}{random_digits:08d}"
    return body + str(luhn_digit(body))


def luhn_digit(digits: str) -> int:
    """The check digit that makes `digits` plus itself pass the Luhn test."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        # Twice a digit counts by the sum of its own digits.
        total += sum(divmod(int(digit) * 2, 10)) if place % 2 == 0 else int(digit)
    return -total % 10


def is_order_no(text: str) -> bool:
    """Whether a typed or scanned text has the form and check digit of an order number."""
    return len(text) == ORDER_NO_DIGITS and text.isascii() and text.isdigit() and luhn_digit(text[:-1]) == int(text[-1])
