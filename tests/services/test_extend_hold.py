"""More time for a held number, within limits (SPEC 8.3, 9.3), on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.domain.number_query import NumberQuery
from kiosk.services.errors import HoldLost, NoMoreTime, NumberTaken, ServiceError
from kiosk.services.extend_hold import extend_hold
from kiosk.services.hold_number import Hold, hold_number, release_number
from kiosk.services.keep_visit import end_visit
from kiosk.services.search_numbers import search_numbers
from kiosk.services.shop import Shop
from kiosk.services.submit_order import submit_order
from kiosk.services.take_payment import start_payment
from tests.services.conftest import empty
from tests.services.small_shop import JINAN, MINUTE, PLAIN, SECOND, START, World

HALF_AN_HOUR, TEN_MINUTES = timedelta(minutes=30), timedelta(minutes=10)
NUMBER = PLAIN[0]


def held(world: World) -> str:
    visit = world.visit()
    hold_number(world.shop, visit, NUMBER)
    return visit


def test_a_hold_is_lengthened_once_by_ten_minutes_from_its_end(world: World, shop: Shop) -> None:
    """SPEC 8.3: an early wish loses nothing, a late one gains nothing."""
    visit = held(world)
    world.clock.move(27 * MINUTE)
    assert extend_hold(shop, visit, NUMBER) == Hold(NUMBER, START + HALF_AN_HOUR + TEN_MINUTES)
    with pytest.raises(NoMoreTime) as refusal:
        extend_hold(shop, visit, NUMBER)
    assert refusal.value.until == START + HALF_AN_HOUR + TEN_MINUTES
    world.clock.move(13 * MINUTE - SECOND)
    with pytest.raises(NumberTaken) as taken:
        hold_number(shop, world.visit(), NUMBER)
    assert taken.value.free_at == START + HALF_AN_HOUR + TEN_MINUTES
    world.clock.move(SECOND)
    hold_number(shop, world.visit(), NUMBER)


def test_the_list_says_the_new_time_at_once(world: World, shop: Shop) -> None:
    """SPEC 4.1: the number index reads what has changed since it looked."""
    visit = held(world)
    query = NumberQuery(city_adcode=JINAN, include_held=True, at=str(NUMBER), limit=1)
    assert search_numbers(shop, query).numbers[0].free_at == START + HALF_AN_HOUR
    world.clock.move(27 * MINUTE)
    extend_hold(shop, visit, NUMBER)
    world.clock.move(4 * MINUTE)
    assert search_numbers(shop, query).numbers[0].free_at == START + HALF_AN_HOUR + TEN_MINUTES
    assert search_numbers(shop, query).total == 0


def test_nobody_lengthens_what_somebody_else_holds(world: World, shop: Shop) -> None:
    held(world)
    with pytest.raises(HoldLost):
        extend_hold(shop, world.visit(), NUMBER)
    claim = world.claim(NUMBER)
    assert claim is not None
    assert claim.expires_at == START + HALF_AN_HOUR


def test_what_has_run_out_is_not_brought_back(world: World, shop: Shop) -> None:
    """SPEC 7.2: a hold is over the instant its deadline passes."""
    visit = held(world)
    world.clock.move(HALF_AN_HOUR)
    with pytest.raises(HoldLost):
        extend_hold(shop, visit, NUMBER)
    assert world.is_free(NUMBER)


@pytest.mark.parametrize("gone", ["released", "left", "never held"])
def test_what_was_given_back_is_not_lengthened(world: World, shop: Shop, gone: str) -> None:
    visit = world.visit() if gone == "never held" else held(world)
    if gone == "released":
        release_number(shop, visit, NUMBER)
    elif gone == "left":
        end_visit(shop, visit, "left")
    with pytest.raises(HoldLost):
        extend_hold(shop, visit, NUMBER)
    assert world.claim(NUMBER) is None


@pytest.mark.parametrize("paying", [False, True])
def test_an_order_keeps_its_own_deadline(world: World, shop: Shop, paying: bool) -> None:
    """SPEC 4.7: the payment's half hour is the provider's as well."""
    visit = held(world)
    order = submit_order(shop, world.submission(visit, NUMBER))
    if paying:
        start_payment(shop, order.order_no, "sandbox")
    with pytest.raises(HoldLost):
        extend_hold(shop, visit, NUMBER)
    claim = world.claim(NUMBER)
    assert claim is not None
    assert claim.expires_at == order.pay_deadline


def test_a_lengthened_hold_still_becomes_an_order(world: World, shop: Shop) -> None:
    visit = held(world)
    extend_hold(shop, visit, NUMBER)
    world.clock.move(35 * MINUTE)
    order = submit_order(shop, world.submission(visit, NUMBER))
    assert order.pay_deadline == START + 35 * MINUTE + HALF_AN_HOUR


def test_who_takes_the_number_over_may_ask_for_more_time_again(world: World, shop: Shop) -> None:
    """The row is taken over with everything in it but the count."""
    extend_hold(shop, held(world), NUMBER)
    world.clock.move(HALF_AN_HOUR + TEN_MINUTES)
    visit = held(world)
    assert extend_hold(shop, visit, NUMBER).until == world.clock.now() + HALF_AN_HOUR + TEN_MINUTES


def test_a_shop_may_give_no_more_time_at_all(world: World) -> None:
    visit = held(world)
    world.with_rules(more_times=0)
    with pytest.raises(NoMoreTime):
        extend_hold(world.shop, visit, NUMBER)


def test_two_calls_at_the_same_moment_lengthen_once(world: World, shop: Shop) -> None:
    """SPEC 8.3: the person at the terminal and the clerk at the counter may both ask."""
    visit, together = held(world), Barrier(2)

    def ask() -> bool:
        together.wait()
        try:
            extend_hold(shop, visit, NUMBER)
        except NoMoreTime:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        asked = [pool.submit(ask) for _ in range(2)]
        assert sorted(call.result() for call in asked) == [False, True]
    claim = world.claim(NUMBER)
    assert claim is not None
    assert claim.expires_at == START + HALF_AN_HOUR + TEN_MINUTES


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    more=st.integers(1, 60),
    times=st.integers(0, 3),
    wishes=st.lists(st.tuples(st.integers(0, 40), st.sampled_from(["extend", "hold again"])), max_size=8),
)
def test_however_often_somebody_asks_the_time_is_never_more_than_promised(
    world: World, more: int, times: int, wishes: list[tuple[int, str]]
) -> None:
    """At most the hold and N times the extension; and never a number that wasn't held all the while."""
    empty(world.shop.database, world.bank)
    world.with_rules(more_time=more * MINUTE, more_times=times)
    visit, begun = world.visit(), world.clock.now()
    end = hold_number(world.shop, visit, NUMBER).until
    for minutes, wish in wishes:
        world.clock.move(minutes * MINUTE)
        if world.clock.now() >= end:
            with pytest.raises(ServiceError):
                extend_hold(world.shop, visit, NUMBER)
            return
        if wish == "hold again":
            assert hold_number(world.shop, visit, NUMBER).until == end
        elif end - begun < HALF_AN_HOUR + times * more * MINUTE:
            end = extend_hold(world.shop, visit, NUMBER).until
        else:
            with pytest.raises(NoMoreTime) as refusal:
                extend_hold(world.shop, visit, NUMBER)
            assert refusal.value.until == end
        assert begun + HALF_AN_HOUR <= end <= begun + HALF_AN_HOUR + times * more * MINUTE
