"""Giving up a paid order: until the card is handed over, all of it back, and once (SPEC 4.11), on both databases."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from kiosk.domain.accounts import AccountState
from kiosk.domain.favourites import FavouriteKind
from kiosk.domain.orders import (
    ClaimKind,
    FulfilmentState,
    LineState,
    OrderState,
    PickupPolicy,
    StateReason,
    may_be_refunded,
)
from kiosk.gateways.payment import TradeState
from kiosk.services.addresses import Address, add_address, list_addresses
from kiosk.services.errors import NotCancellable, NotPayable, NumberTaken, OrderUnknown
from kiosk.services.favourites import add_favourite
from kiosk.services.hold_number import hold_number
from kiosk.services.settle_pickups import settle_overdue_pickups
from kiosk.services.shop import Shop
from kiosk.services.take_payment import payment_progress, start_payment
from kiosk.services.track_order import Standing, track_order
from storage import favourites, orders
from storage.accounts import find_account
from storage.subscribers import active_line
from tests.services.known_people import give_password, open_line
from tests.services.small_shop import DAY, MINUTE, PLAIN, SECOND, START, World


def hand_over(world: World, order_no: str) -> bool:
    """What the counter does, under the lock that every change of an order takes."""
    with world.shop.database.writing() as connection:
        order = orders.find_order(connection, order_no, lock=True)
        assert order is not None
        if order.fulfilment_state not in {FulfilmentState.AWAITING_PICKUP, FulfilmentState.OVERDUE}:
            return False
        orders.change_state(connection, order, OrderState.COMPLETED, fulfilment_state=FulfilmentState.COLLECTED.value)
        orders.activate_line(connection, order_no, world.clock.now())
        return True


def line(world: World, order_no: str) -> LineState | None:
    with world.shop.database.reading() as connection:
        return orders.line_state(connection, order_no)


def test_all_of_it_comes_back_and_the_customer_is_told(world: World, shop: Shop) -> None:
    order_no = world.paid_order()
    world.give_up(order_no)
    order = world.order_row(order_no)
    assert (order.state, order.state_reason, order.fulfilment_state) == (
        OrderState.CANCELLED,
        StateReason.CUSTOMER,
        None,
    )
    assert order.ended_at == START
    assert line(world, order_no) is LineState.CLOSED
    assert track_order(shop, order_no).standing is Standing.REFUNDING
    world.settle()
    assert track_order(shop, order_no).standing is Standing.REFUNDED
    money = world.money()
    assert (money.kept, money.given_back) == (0, money.paid)
    assert "您取消了订单" in world.messages()[-1]
    assert "全额原路退回" in world.messages()[-1]


def test_the_number_rests_before_it_is_offered_again(world: World, shop: Shop) -> None:
    """SPEC 4.11: 7 days, configurable."""
    world.with_rules(rest=3 * DAY)
    world.give_up(world.paid_order())
    claim = world.claim(PLAIN[0])
    assert claim is not None
    assert (claim.kind, claim.expires_at) == (ClaimKind.REST, START + 3 * DAY)
    world.clock.move(3 * DAY - SECOND)
    with pytest.raises(NumberTaken):
        hold_number(shop, world.visit(), PLAIN[0])
    world.clock.move(SECOND)
    hold_number(shop, world.visit(), PLAIN[0])


def test_a_second_time_changes_nothing(world: World, shop: Shop) -> None:
    order_no = world.paid_order()
    world.give_up(order_no)
    events = world.events(order_no)
    world.clock.move(MINUTE)
    world.give_up(order_no)
    world.settle()
    world.give_up(order_no)
    assert [event for event in world.events(order_no) if event not in {"refund_succeeded"}] == events
    assert len(world.refunds(order_no)) == 1


def test_an_uncollected_card_whose_line_runs_may_be_given_up_too(world: World, shop: Shop) -> None:
    """SPEC 4.9, 4.11: it wasn't handed over."""
    order_no = world.paid_order()
    world.settle(by=7 * DAY)
    assert line(world, order_no) is LineState.ACTIVE
    world.give_up(order_no)
    assert line(world, order_no) is LineState.CLOSED
    world.settle(by=100 * DAY)
    assert world.money().kept == 0
    # Whose a number in service was is kept.
    assert world.order_row(order_no).id_number is not None


def test_the_account_of_the_closed_line_is_erased(world: World, shop: Shop) -> None:
    """SPEC 10.3: whoever gets the number next has another line, and nobody signs in by this one again."""
    order_no = world.paid_order()
    world.settle(by=7 * DAY)
    with shop.database.reading() as connection:
        subscriber = active_line(connection, PLAIN[0])
    assert subscriber is not None
    account_id, others = give_password(world, subscriber.line_id), give_password(world, open_line(world))
    for keeper in (account_id, others):
        add_favourite(shop, keeper, FavouriteKind.NUMBER, str(PLAIN[1]))
        add_address(shop, keeper, Address("张伟", 13900000001, 370102, "", "泉城路 1 号"))
    world.give_up(order_no)
    with shop.database.reading() as connection:
        account, other = (find_account(connection, each) for each in (account_id, others))
        kept = [favourites.count(connection, each) for each in (account_id, others)]
    assert account is not None
    assert other is not None
    assert (account.state, account.password_hash, account.line_id) == (AccountState.DELETED, None, None)
    assert other.password_hash is not None
    assert kept == [0, 1]
    assert [len(list_addresses(shop, each)) for each in (account_id, others)] == [0, 1]


def test_after_the_hand_over_it_is_too_late(world: World, shop: Shop) -> None:
    order_no = world.paid_order()
    assert hand_over(world, order_no)
    with pytest.raises(NotCancellable) as refusal:
        world.give_up(order_no)
    assert refusal.value.state is OrderState.COMPLETED
    assert world.refunds(order_no) == []


def test_what_is_not_paid_or_ended_otherwise_is_refused(world: World, shop: Shop) -> None:
    unpaid = world.order()
    with pytest.raises(NotCancellable):
        world.give_up(unpaid)
    assert world.order_row(unpaid).state is OrderState.PENDING
    world.cancel(unpaid)
    with pytest.raises(NotCancellable):
        world.give_up(unpaid)
    world.with_rules(pickup_policy=PickupPolicy.CANCEL_AND_REFUND)
    uncollected = world.paid_order(PLAIN[1], person=2)
    world.settle(by=7 * DAY)
    with pytest.raises(NotCancellable):
        world.give_up(uncollected)
    with pytest.raises(OrderUnknown):
        world.give_up("261122000000000")


def test_leaving_an_unpaid_order_never_gives_up_one_that_was_paid_that_instant(world: World, shop: Shop) -> None:
    """SPEC 6.4: the two wishes are two verbs."""
    order_no, out_trade_no = world.order_with_code()
    world.pay(out_trade_no)
    assert world.cancel(order_no) is OrderState.IN_PROGRESS
    with pytest.raises(NotPayable):
        world.cancel(order_no)
    assert world.refunds(order_no) == []


def test_money_that_was_paid_twice_goes_back_once_each(world: World, shop: Shop) -> None:
    order_no, out_trade_no = world.order_with_code()
    world.pay(out_trade_no, times=2)
    world.deliver_notices()
    world.give_up(order_no)
    world.settle()
    assert sorted(refund.reason for refund in world.refunds(order_no)) == ["duplicate_payment", "given_up"]
    money = world.money()
    assert (money.kept, money.given_back) == (0, money.paid)


@pytest.mark.parametrize("ends_by", ["customer", "pickup_timeout"])
def test_a_late_payment_brings_no_order_back_that_was_paid_and_ended(world: World, shop: Shop, ends_by: str) -> None:
    """SPEC 6.4, 4.11: only an unpaid order takes its number back; here the first code was closed for a second."""
    world.with_rules(pickup_policy=PickupPolicy.CANCEL_AND_REFUND)
    order_no, first = world.order_with_code()
    world.provider.twist = lambda trade: replace(trade, state=TradeState.CLOSED)
    payment_progress(shop, order_no)
    world.provider.twist = lambda trade: trade
    world.pay(start_payment(shop, order_no, "sandbox").out_trade_no)
    world.deliver_notices()
    if ends_by == "customer":
        world.give_up(order_no)
    else:
        world.settle(by=7 * DAY)
    world.settle(by=8 * DAY)
    assert world.is_free(PLAIN[0])
    world.pay_late(first)
    world.deliver_notices()
    world.settle()
    order = world.order_row(order_no)
    assert (order.state, order.state_reason) == (OrderState.CANCELLED, StateReason(ends_by))
    assert line(world, order_no) is LineState.CLOSED
    assert world.is_free(PLAIN[0])
    assert world.refunds(order_no)[-1].reason == "paid_too_late"
    money = world.money()
    assert (money.paid, money.kept, money.given_back) == (10_000, 0, 10_000)


@pytest.mark.parametrize("state", OrderState)
@pytest.mark.parametrize("fulfilment_state", [None, *FulfilmentState])
def test_only_what_is_paid_and_still_with_us_may_be_refunded(
    state: OrderState, fulfilment_state: FulfilmentState | None
) -> None:
    with_us = {"awaiting_pickup", "overdue", "to_ship"}
    expected = state == "in_progress" and fulfilment_state is not None and fulfilment_state.value in with_us
    assert may_be_refunded(state, fulfilment_state) is expected


# At the same moment


def at_once(*doings: Callable[[], object]) -> list[object]:
    """What each of them gave or raised."""
    gate = threading.Barrier(len(doings))

    def run(doing: Callable[[], object]) -> object:
        gate.wait()
        try:
            return doing()
        except (NotCancellable, NotPayable) as refusal:
            return refusal

    with ThreadPoolExecutor(len(doings)) as pool:
        return list(pool.map(run, doings))


@pytest.mark.parametrize("_round", range(5))
def test_ten_presses_are_one_cancellation(world: World, shop: Shop, _round: int) -> None:
    order_no = world.paid_order()
    assert at_once(*[lambda: world.give_up(order_no)] * 10) == [None] * 10
    assert world.events(order_no).count("cancelled") == 1
    assert len(world.refunds(order_no)) == 1


@pytest.mark.parametrize("_round", range(8))
def test_either_the_card_is_handed_over_or_the_money_comes_back(world: World, shop: Shop, _round: int) -> None:
    """SPEC 4.11: never both, never neither."""
    order_no = world.paid_order()
    cancelled, handed_over = at_once(lambda: world.give_up(order_no), lambda: hand_over(world, order_no))
    assert (cancelled is None) is (handed_over is False)
    assert bool(world.refunds(order_no)) is (cancelled is None)
    expected = LineState.CLOSED if cancelled is None else LineState.ACTIVE
    assert line(world, order_no) is expected
    kind = ClaimKind.REST if cancelled is None else ClaimKind.SALE
    claim = world.claim(PLAIN[0])
    assert claim is not None
    assert claim.kind is kind


@pytest.mark.parametrize("policy", PickupPolicy)
@pytest.mark.parametrize("_round", range(4))
def test_cancelling_while_the_pickup_runs_out_ends_in_one_refund(
    world: World, policy: PickupPolicy, _round: int
) -> None:
    """SPEC 4.9, 7.2."""
    world.with_rules(pickup_policy=policy)
    shop = world.shop
    order_no = world.paid_order()
    world.clock.move(7 * DAY)
    at_once(lambda: world.give_up(order_no), lambda: settle_overdue_pickups(shop))
    world.settle()
    assert world.order_row(order_no).state is OrderState.CANCELLED
    assert line(world, order_no) is LineState.CLOSED
    assert len(world.refunds(order_no)) == 1
    assert world.money().kept == 0


@pytest.mark.parametrize("_round", range(6))
def test_cancelling_while_the_payment_arrives_loses_no_money(world: World, shop: Shop, _round: int) -> None:
    """SPEC 6.3: both wishes of a customer at once with the notice of the payment."""
    order_no, out_trade_no = world.order_with_code()
    world.pay(out_trade_no)
    at_once(
        world.deliver_notices,
        lambda: world.cancel(order_no),
        lambda: world.give_up(order_no),
    )
    world.settle(by=MINUTE, rounds=2)
    money = world.money()
    assert money.paid == money.known == money.kept + money.given_back
    is_kept = world.order_row(order_no).state is OrderState.IN_PROGRESS
    assert bool(money.kept) is is_kept
