"""A purchase as numbered steps, declared once: the stepper draws it, back and next walk it (SPEC 4)."""

from collections.abc import Sequence
from enum import StrEnum

from kiosk.domain.orders import Fulfilment


class Step(StrEnum):
    """One question of a purchase."""

    NUMBER = "number"
    TARIFF = "tariff"
    CUSTOMER = "customer"
    RECIPIENT = "recipient"
    CONFIRM = "confirm"
    PAY = "pay"
    COLLECT = "collect"
    DELIVERED = "delivered"


def number_journey(fulfilment: Fulfilment) -> tuple[Step, ...]:
    """The steps of buying a number: choosing delivery inserts the recipient (SPEC 4)."""
    match fulfilment:
        case Fulfilment.PICKUP:
            return (Step.NUMBER, Step.TARIFF, Step.CUSTOMER, Step.CONFIRM, Step.PAY, Step.COLLECT)
        case Fulfilment.DELIVERY:
            return (
                Step.NUMBER,
                Step.TARIFF,
                Step.CUSTOMER,
                Step.RECIPIENT,
                Step.CONFIRM,
                Step.PAY,
                Step.DELIVERED,
            )


def step_after(journey: Sequence[Step], step: Step) -> Step | None:
    """The following step, or None at the end."""
    place = journey.index(step) + 1
    return journey[place] if place < len(journey) else None


def step_before(journey: Sequence[Step], step: Step) -> Step | None:
    """The step that "back" leads to: none from the first, and none once the order is submitted."""
    if step in {Step.PAY, Step.COLLECT, Step.DELIVERED}:
        return None
    place = journey.index(step)
    return journey[place - 1] if place else None
