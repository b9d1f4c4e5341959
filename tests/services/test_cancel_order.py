"""Ending an unpaid order (SPEC 4.7, 6.3, 6.4), on both databases."""

from datetime import timedelta

import pytest

from kiosk.domain.orders import AttemptState, OrderState, StateReason
from kiosk.services.cancel_order import end_unpaid_order
from kiosk.services.errors import NotPayable, OrderUnknown
from kiosk.services.hold_number import hold_number
from kiosk.services.shop import Shop
from kiosk.services.take_payment import start_payment
from tests.services.small_shop import MINUTE, PLAIN, SECOND, START, World

HALF_AN_HOUR = timedelta(minutes=30)


def test_a_cancelled_order_gives_its_number_back_at_once(world: World, shop: Shop) -> None:
    """SPEC 4.2."""
    order_no = world.order()
    assert world.cancel(order_no) is OrderState.CANCELLED
    order = world.order_row(order_no)
    assert (order.state_reason, order.ended_at) == (StateReason.CUSTOMER, START)
    hold_number(shop, world.visit(), PLAIN[0])


def test_what_could_still_be_paid_is_closed_first(world: World, shop: Shop) -> None:
    """SPEC 6.4: query, close, query again."""
    order_no, out_trade_no = world.order_with_code()
    world.provider.calls.clear()
    assert world.cancel(order_no) is OrderState.CANCELLED
    assert world.provider.calls == ["query", "close", "query"]
    charge = world.ledger.charge(out_trade_no)
    assert charge is not None
    assert charge.state == "closed"
    assert world.attempts(order_no)[0].state is AttemptState.CLOSED


def test_an_order_that_turns_out_to_be_paid_is_not_cancelled(world: World, shop: Shop) -> None:
    order_no, out_trade_no = world.order_with_code()
    world.pay(out_trade_no)
    assert world.cancel(order_no) is OrderState.IN_PROGRESS


@pytest.mark.parametrize("silent", [{"query"}, {"close"}, {"query", "close"}])
def test_while_the_provider_is_silent_the_order_is_held_and_its_number_kept(
    world: World, shop: Shop, silent: set[str]
) -> None:
    """SPEC 6.3, DESIGN 3: unknown is never treated as failed."""
    order_no, _ = world.order_with_code()
    world.provider.silent = silent
    assert world.cancel(order_no) is OrderState.HELD
    with pytest.raises(NotPayable):
        start_payment(shop, order_no, "sandbox")
    world.settle(by=timedelta(days=3))
    assert world.order_row(order_no).state is OrderState.HELD
    assert not world.is_free(PLAIN[0])
    world.provider.silent = set()
    world.settle(by=10 * MINUTE)
    order = world.order_row(order_no)
    assert (order.state, order.state_reason) == (OrderState.CANCELLED, StateReason.CUSTOMER)
    assert world.is_free(PLAIN[0])


def test_a_held_order_whose_payment_turns_up_is_paid(world: World, shop: Shop) -> None:
    """SPEC 6.4."""
    order_no, out_trade_no = world.order_with_code()
    world.provider.silent = {"query", "close"}
    assert world.cancel(order_no) is OrderState.HELD
    world.pay(out_trade_no)
    world.provider.silent = set()
    world.settle(by=MINUTE)
    order = world.order_row(order_no)
    assert (order.state, order.state_reason) == (OrderState.IN_PROGRESS, None)


def test_cancelling_twice_and_cancelling_what_is_paid(world: World, shop: Shop) -> None:
    order_no = world.order()
    world.cancel(order_no)
    for settled in (order_no, world.paid_order(PLAIN[1], person=2)):
        with pytest.raises(NotPayable):
            world.cancel(settled)
    with pytest.raises(OrderUnknown):
        world.cancel("261122000000000")


def test_a_held_order_can_be_asked_about_again_by_hand(world: World, shop: Shop) -> None:
    order_no, _ = world.order_with_code()
    world.provider.silent = {"query"}
    world.cancel(order_no)
    world.provider.silent = set()
    assert world.cancel(order_no) is OrderState.CANCELLED


def test_the_longer_a_provider_is_silent_the_more_rarely_it_is_asked(world: World, shop: Shop) -> None:
    order_no, _ = world.order_with_code()
    world.provider.silent = {"query"}
    world.settle(by=HALF_AN_HOUR)
    waits = []
    for _ in range(30):
        before = world.order_row(order_no).check_again_at
        assert before is not None
        asked = len(world.provider.calls)
        world.settle(by=before - world.clock.now() - SECOND)
        assert len(world.provider.calls) == asked
        world.settle(by=SECOND)
        assert len(world.provider.calls) > asked
        after = world.order_row(order_no).check_again_at
        assert after is not None
        waits.append(after - world.clock.now())
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (5 * SECOND, 10 * MINUTE)


def test_an_order_that_is_gone_says_so(shop: Shop) -> None:
    with pytest.raises(OrderUnknown):
        end_unpaid_order(shop, "261122000000000")
