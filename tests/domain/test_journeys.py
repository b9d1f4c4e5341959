"""The steps of a purchase (SPEC 4)."""

import pytest

from kiosk.domain.journeys import Step, number_journey, step_after, step_before
from kiosk.domain.orders import Fulfilment


def test_pickup_has_six_steps_and_delivery_seven() -> None:
    assert number_journey(Fulfilment.PICKUP) == (
        Step.NUMBER,
        Step.TARIFF,
        Step.CUSTOMER,
        Step.CONFIRM,
        Step.PAY,
        Step.COLLECT,
    )
    assert number_journey(Fulfilment.DELIVERY) == (
        Step.NUMBER,
        Step.TARIFF,
        Step.CUSTOMER,
        Step.RECIPIENT,
        Step.CONFIRM,
        Step.PAY,
        Step.DELIVERED,
    )


@pytest.mark.parametrize("fulfilment", list(Fulfilment))
def test_next_walks_from_the_first_step_to_the_last(fulfilment: Fulfilment) -> None:
    journey = number_journey(fulfilment)
    walked = [journey[0]]
    while (following := step_after(journey, walked[-1])) is not None:
        walked.append(following)
    assert tuple(walked) == journey


@pytest.mark.parametrize("fulfilment", list(Fulfilment))
def test_back_leads_to_where_next_came_from_until_the_order_is_submitted(fulfilment: Fulfilment) -> None:
    """SPEC 4: back everywhere; once submitted there is nothing to go back to but a cancellation."""
    journey = number_journey(fulfilment)
    assert step_before(journey, journey[0]) is None
    submitted = journey.index(Step.PAY)
    for step in journey[1:submitted]:
        before = step_before(journey, step)
        assert before is not None
        assert step_after(journey, before) is step
    assert [step_before(journey, step) for step in journey[submitted:]] == [None] * len(journey[submitted:])


def test_a_step_of_another_journey_is_a_fault_of_the_program() -> None:
    with pytest.raises(ValueError, match="index"):
        step_after(number_journey(Fulfilment.PICKUP), Step.RECIPIENT)
