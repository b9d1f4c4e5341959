"""Every deadline is kept although no one is looking (SPEC 7), on both databases."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from kiosk.domain.orders import AttemptState, OrderState, StateReason
from kiosk.services import settle_deadlines as worker
from kiosk.services.hold_number import hold_number
from kiosk.services.settle_deadlines import Settled, settle_deadlines
from kiosk.services.shop import Shop
from storage import claims, payments
from tests.services.small_shop import MINUTE, PLAIN, SECOND, World

HALF_AN_HOUR = timedelta(minutes=30)


def test_a_round_with_nothing_due_settles_nothing(shop: Shop) -> None:
    assert settle_deadlines(shop) == Settled()
    assert settle_deadlines(shop).total == 0


def test_each_deadline_is_settled_when_its_time_has_come_and_not_before(world: World, shop: Shop) -> None:
    """SPEC 7.1."""
    hold_number(shop, world.visit(), PLAIN[0])
    world.order(PLAIN[1])
    coded, _ = world.order_with_code(PLAIN[2])
    world.clock.move(HALF_AN_HOUR - SECOND)
    assert settle_deadlines(shop) == Settled()
    world.clock.move(SECOND)
    assert settle_deadlines(shop) == Settled(holds=1, orders=2)
    assert world.order_row(coded).state_reason is StateReason.PAYMENT_TIMEOUT
    assert world.live_claims() == {}
    assert settle_deadlines(shop) == Settled()


def test_a_round_says_what_it_settled(world: World, shop: Shop) -> None:
    paid, out_trade_no = world.order_with_code(PLAIN[0])
    cancelled, _ = world.order_with_code(PLAIN[1], person=2)
    world.cancel(cancelled)
    world.pay(out_trade_no, times=2)
    world.deliver_notices()
    assert settle_deadlines(shop) == Settled(refunds=1, notices=2)
    world.clock.move(timedelta(days=31))
    assert settle_deadlines(shop) == Settled(pickups=1, notices=1, forgotten=1, visits=2)
    assert world.order_row(paid).fulfilment_state == "overdue"


def test_with_no_worker_everything_free_is_free_and_what_is_unknown_is_kept(world: World, shop: Shop) -> None:
    """SPEC 7.2: correctness never rests on the worker being awake."""
    hold_number(shop, world.visit(), PLAIN[0])
    world.order(PLAIN[1])
    world.order_with_code(PLAIN[2])
    world.clock.move(timedelta(days=2))
    assert set(world.live_claims()) == {PLAIN[2]}
    other = world.visit()
    hold_number(shop, other, PLAIN[0])
    hold_number(shop, other, PLAIN[1])


def test_several_workers_at_once_do_no_harm(world: World, shop: Shop) -> None:
    """SPEC 7.2."""
    for place in range(4):
        hold_number(shop, world.visit(), PLAIN[place])
    unpaid = [world.order_with_code(PLAIN[4 + place], person=place + 1)[0] for place in range(4)]
    paid = [world.order_with_code(PLAIN[8 + place], person=place + 10) for place in range(4)]
    for _, out_trade_no in paid:
        world.pay(out_trade_no, times=2)
    world.clock.move(HALF_AN_HOUR)
    with ThreadPoolExecutor(4) as pool:
        rounds = list(pool.map(lambda _: settle_deadlines(shop), range(4)))
    assert sum(each.holds for each in rounds) == 4
    assert {world.order_row(order_no).state for order_no in unpaid} == {OrderState.CANCELLED}
    assert {world.order_row(order_no).state for order_no, _ in paid} == {OrderState.IN_PROGRESS}
    assert all(world.events(order_no).count("paid") == 1 for order_no, _ in paid)
    assert all(world.events(order_no).count("cancelled") == 1 for order_no in unpaid)
    world.settle(by=MINUTE)
    assert len(world.messages()) == 8
    money = world.money()
    assert (money.paid, money.kept, money.given_back) == (40_000, 20_000, 20_000)


def test_a_code_that_could_still_be_paid_for_an_ended_order_is_closed(world: World, shop: Shop) -> None:
    """SPEC 6.3: an order was paid by notice while another attempt of it was still open."""
    order_no, first = world.order_with_code()
    with shop.database.writing() as connection:
        stray = replace(world.attempts(order_no)[0], out_trade_no="STRAY", state=AttemptState.CREATED)
        payments.insert_attempt(connection, stray)
    world.pay(first)
    world.deliver_notices()
    assert settle_deadlines(shop).payments == 1
    assert {attempt.state.value for attempt in world.attempts(order_no)} == {"confirmed", "closed"}


def test_more_than_a_batch_is_settled_in_one_round(world: World, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """SPEC 7.2: everything overdue is settled at the next start, however much it is."""
    monkeypatch.setattr(worker, "_BATCH", 2)
    for place in range(5):
        hold_number(shop, world.visit(), PLAIN[place])
        world.order(PLAIN[5 + place], person=place + 1)
    world.clock.move(HALF_AN_HOUR)
    settled = settle_deadlines(shop)
    assert (settled.holds, settled.orders) == (5, 5)


def test_silence_about_many_orders_does_not_keep_a_worker_for_ever(
    world: World, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "_BATCH", 2)
    held = [world.order_with_code(PLAIN[place], person=place + 1)[0] for place in range(4)]
    world.provider.silent.add("query")
    world.clock.move(HALF_AN_HOUR)
    assert settle_deadlines(shop).orders == 0
    assert {world.order_row(order_no).state for order_no in held} == {OrderState.HELD}
    assert len(world.live_claims()) == 4


def test_the_sweep_removes_only_what_is_over(world: World, shop: Shop) -> None:
    hold_number(shop, world.visit(), PLAIN[0])
    world.clock.move(HALF_AN_HOUR)
    hold_number(shop, world.visit(), PLAIN[1])
    world.order(PLAIN[2])
    with shop.database.writing() as connection:
        assert claims.sweep_over(connection, world.clock.now(), 10) == 1
    assert set(world.live_claims()) == {PLAIN[1], PLAIN[2]}


@pytest.mark.parametrize("broken", ["send_due_refunds", "settle_overdue_pickups"])
def test_a_part_of_a_round_that_breaks_does_not_keep_the_others_from_their_work(
    world: World, shop: Shop, broken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_args: object) -> int:
        raise LookupError(broken)

    order_no = world.paid_order()
    monkeypatch.setattr(worker, broken, breaks)
    with pytest.raises(LookupError, match=broken):
        settle_deadlines(shop)
    assert len(world.messages()) == 1
    assert order_no in world.messages()[0]
