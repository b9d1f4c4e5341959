"""A paid number that isn't collected (SPEC 4.9, 4.11, 7.1), under both policies and on both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from kiosk.domain.orders import ClaimKind, FulfilmentState, LineState, OrderState, PickupPolicy, StateReason
from kiosk.services.errors import NumberTaken
from kiosk.services.hold_number import hold_number
from kiosk.services.settle_pickups import settle_overdue_pickups
from storage.tables import lines
from tests.services.small_shop import DAY, MINUTE, PLAIN, SECOND, START, World

WEEK = timedelta(days=7)


def line(world: World, order_no: str) -> tuple[str, object, object]:
    with world.shop.database.reading() as connection:
        row = connection.execute(select(lines).where(lines.c.order_no == order_no)).one()
    return row.state, row.activated_at, row.closed_at


def test_nothing_happens_before_seven_times_24_hours(world: World) -> None:
    order_no = world.paid_order()
    world.settle(by=WEEK - SECOND)
    assert world.order_row(order_no).fulfilment_state is FulfilmentState.AWAITING_PICKUP
    assert line(world, order_no)[0] == LineState.PRE_ACTIVE


def test_then_the_line_activates_and_bills_from_the_deadline_however_late_the_worker_is(world: World) -> None:
    """SPEC 4.9: by itself; the SIM can still be collected."""
    order_no = world.paid_order()
    world.settle(by=WEEK + 3 * DAY, rounds=2)
    order = world.order_row(order_no)
    assert (order.state, order.fulfilment_state) == (OrderState.IN_PROGRESS, FulfilmentState.OVERDUE)
    assert line(world, order_no) == (LineState.ACTIVE, START + WEEK, None)
    assert not world.is_free(PLAIN[0])
    assert len([message for message in world.messages() if "自动激活" in message]) == 1
    assert world.refunds(order_no) == []


def test_under_the_other_policy_it_is_cancelled_refunded_and_the_number_rests(world: World) -> None:
    """SPEC 4.9, 4.11."""
    world.with_rules(pickup_policy=PickupPolicy.CANCEL_AND_REFUND)
    order_no = world.paid_order()
    world.settle(by=WEEK, rounds=2)
    order = world.order_row(order_no)
    assert (order.state, order.state_reason) == (OrderState.CANCELLED, StateReason.PICKUP_TIMEOUT)
    assert (order.fulfilment_state, order.ended_at) == (None, START + WEEK)
    assert line(world, order_no) == (LineState.CLOSED, None, START + WEEK)
    assert [(refund.reason, refund.state) for refund in world.refunds(order_no)] == [("pickup_timeout", "succeeded")]
    assert world.live_claims() == {PLAIN[0]: ClaimKind.REST}
    money = world.money()
    assert (money.paid, money.kept, money.given_back) == (5_000, 0, 5_000)
    assert len([message for message in world.messages() if "退回" in message]) == 1

    visit = world.visit()
    with pytest.raises(NumberTaken) as refusal:
        hold_number(world.shop, visit, PLAIN[0])
    assert refusal.value.free_at is None
    world.clock.move(WEEK)
    hold_number(world.shop, visit, PLAIN[0])


def test_only_money_that_has_not_gone_back_yet_goes_back(world: World) -> None:
    """SPEC 6.4: refunds are idempotent."""
    world.with_rules(pickup_policy=PickupPolicy.CANCEL_AND_REFUND)
    order_no, out_trade_no = world.order_with_code()
    world.pay(out_trade_no, times=2)
    world.settle(by=MINUTE)
    world.deliver_notices()
    world.settle(by=WEEK + MINUTE, rounds=2)
    assert sorted(refund.reason for refund in world.refunds(order_no)) == ["duplicate_payment", "pickup_timeout"]
    money = world.money()
    assert (money.paid, money.given_back) == (10_000, 10_000)


@pytest.mark.parametrize("policy", list(PickupPolicy))
def test_settling_again_changes_nothing(world: World, policy: PickupPolicy) -> None:
    """SPEC 7.2: any number of workers."""
    world.with_rules(pickup_policy=policy)
    order_no = world.paid_order()
    world.clock.move(WEEK)
    assert settle_overdue_pickups(world.shop) == 1
    assert settle_overdue_pickups(world.shop) == 0
    events = world.events(order_no)
    world.settle(by=DAY)
    assert [event for event in world.events(order_no) if not event.startswith("refund_")] == [
        event for event in events if not event.startswith("refund_")
    ]


def test_a_resting_number_counts_for_nobody(world: World) -> None:
    """SPEC 4.4: a closed line is no number of the person's any more."""
    world.with_rules(pickup_policy=PickupPolicy.CANCEL_AND_REFUND)
    for msisdn in PLAIN[:5]:
        world.paid_order(msisdn)
    world.settle(by=WEEK)
    world.order(PLAIN[5])
