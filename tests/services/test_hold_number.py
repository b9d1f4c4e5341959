"""Holding a number and giving it back (SPEC 4.1, 4.2, 7.2), on both databases."""

from datetime import timedelta

import pytest

from kiosk.domain.orders import ClaimKind
from kiosk.services.errors import (
    AskStaff,
    NotForSale,
    NumberTaken,
    TooManyHolds,
    TooManyNumbers,
    VisitOver,
)
from kiosk.services.hold_number import hold_number, release_number
from kiosk.services.keep_visit import end_visit
from kiosk.services.register_customer import register_customer
from kiosk.services.shop import Shop
from kiosk.services.submit_order import submit_order
from kiosk.services.take_payment import start_payment
from storage import claims
from tests.services.small_shop import FOR_CLERKS, MINUTE, PLAIN, SECOND, START, WITHDRAWN, World

HALF_AN_HOUR = timedelta(minutes=30)


def test_a_hold_lasts_half_an_hour(world: World, shop: Shop) -> None:
    """SPEC 4.1, 7.1."""
    hold = hold_number(shop, world.visit(), PLAIN[0])
    assert hold.until == START + HALF_AN_HOUR


def test_a_held_number_is_taken_for_everybody_else_who_is_told_until_when(world: World, shop: Shop) -> None:
    """SPEC 4.2."""
    hold_number(shop, world.visit(), PLAIN[0])
    world.clock.move(HALF_AN_HOUR - SECOND)
    with pytest.raises(NumberTaken) as refusal:
        hold_number(shop, world.visit(), PLAIN[0])
    assert refusal.value.free_at == START + HALF_AN_HOUR


def test_it_is_free_the_instant_its_deadline_passes_without_any_worker(world: World, shop: Shop) -> None:
    """SPEC 7.2."""
    first, second = world.visit(), world.visit()
    hold_number(shop, first, PLAIN[0])
    world.clock.move(HALF_AN_HOUR)
    assert hold_number(shop, second, PLAIN[0]).until == START + 2 * HALF_AN_HOUR
    with pytest.raises(NumberTaken):
        hold_number(shop, first, PLAIN[0])


def test_holding_again_changes_nothing_least_of_all_the_end(world: World, shop: Shop) -> None:
    visit = world.visit()
    first = hold_number(shop, visit, PLAIN[0])
    world.clock.move(MINUTE)
    assert hold_number(shop, visit, PLAIN[0]) == first
    assert hold_number(shop, visit, PLAIN[0], instead_of=PLAIN[0]) == first


def test_a_visit_holds_at_most_three(world: World, shop: Shop) -> None:
    """SPEC 4.2."""
    visit = world.visit()
    for msisdn in PLAIN[:3]:
        hold_number(shop, visit, msisdn)
    with pytest.raises(TooManyHolds) as refusal:
        hold_number(shop, visit, PLAIN[3])
    assert refusal.value.limit == 3
    assert world.is_free(PLAIN[3])
    hold_number(shop, visit, PLAIN[0])
    release_number(shop, visit, PLAIN[0])
    hold_number(shop, visit, PLAIN[3])


def test_holds_that_are_over_no_longer_count(world: World, shop: Shop) -> None:
    visit = world.visit()
    for msisdn in PLAIN[:3]:
        hold_number(shop, visit, msisdn)
    world.clock.move(HALF_AN_HOUR)
    hold_number(shop, visit, PLAIN[3])


def test_changing_ones_mind_leaves_neither_both_nor_none(world: World, shop: Shop) -> None:
    visit = world.visit()
    for msisdn in PLAIN[:3]:
        hold_number(shop, visit, msisdn)
    hold_number(shop, visit, PLAIN[3], instead_of=PLAIN[0])
    assert set(world.live_claims()) == {PLAIN[1], PLAIN[2], PLAIN[3]}
    hold_number(shop, visit, PLAIN[1], instead_of=PLAIN[2])
    assert set(world.live_claims()) == {PLAIN[1], PLAIN[3]}


def test_a_change_of_mind_that_fails_keeps_the_first_number(world: World, shop: Shop) -> None:
    visit = world.visit()
    hold_number(shop, visit, PLAIN[0])
    hold_number(shop, world.visit(), PLAIN[1])
    with pytest.raises(NumberTaken):
        hold_number(shop, visit, PLAIN[1], instead_of=PLAIN[0])
    assert set(world.live_claims()) == {PLAIN[0], PLAIN[1]}


def test_nobody_gives_back_what_somebody_else_holds(world: World, shop: Shop) -> None:
    mine, theirs = world.visit(), world.visit()
    hold_number(shop, theirs, PLAIN[0])
    release_number(shop, mine, PLAIN[0])
    hold_number(shop, mine, PLAIN[1], instead_of=PLAIN[0])
    assert set(world.live_claims()) == {PLAIN[0], PLAIN[1]}


def test_a_released_number_is_free_at_once(world: World, shop: Shop) -> None:
    """SPEC 4.2."""
    visit = world.visit()
    hold_number(shop, visit, PLAIN[0])
    release_number(shop, visit, PLAIN[0])
    release_number(shop, visit, PLAIN[0])
    hold_number(shop, world.visit(), PLAIN[0])


def test_an_ordered_number_is_not_released_as_a_hold(world: World, shop: Shop) -> None:
    """SPEC 4.2: after submission only the order's own deadline or a cancellation gives it back."""
    visit = world.visit()
    hold_number(shop, visit, PLAIN[0])
    submit_order(shop, world.submission(visit, PLAIN[0]))
    release_number(shop, visit, PLAIN[0])
    end_visit(shop, visit, "left")
    assert not world.is_free(PLAIN[0])


def test_a_tier_that_only_staff_may_sell_cannot_be_held(world: World, shop: Shop) -> None:
    """SPEC 4.1: "ask staff"."""
    with pytest.raises(AskStaff):
        hold_number(shop, world.visit(), FOR_CLERKS[0])
    assert world.claim(FOR_CLERKS[0]) is None


@pytest.mark.parametrize("msisdn", [WITHDRAWN, 13812345678])
def test_what_is_not_in_stock_is_not_for_sale(world: World, shop: Shop, msisdn: int) -> None:
    with pytest.raises(NotForSale):
        hold_number(shop, world.visit(), msisdn)


def test_nothing_is_held_for_a_visit_that_is_over(world: World, shop: Shop) -> None:
    visit = world.visit()
    end_visit(shop, visit, "idle")
    for gone in (visit, "never was"):
        with pytest.raises(VisitOver):
            hold_number(shop, gone, PLAIN[0])
    assert world.claim(PLAIN[0]) is None


def test_an_ordered_number_says_when_it_may_be_back_and_a_sold_one_never(world: World, shop: Shop) -> None:
    order_no, out_trade_no = world.order_with_code(PLAIN[0])
    with pytest.raises(NumberTaken) as refusal:
        hold_number(shop, world.visit(), PLAIN[0])
    assert refusal.value.free_at == world.order_row(order_no).pay_deadline
    world.pay(out_trade_no)
    world.deliver_notices()
    with pytest.raises(NumberTaken) as refusal:
        hold_number(shop, world.visit(), PLAIN[0])
    assert refusal.value.free_at is None


def test_a_number_kept_by_a_payment_of_unknown_fate_names_no_time(world: World, shop: Shop) -> None:
    """SPEC 6.3: a time that has passed would be a lie."""
    world.order_with_code(PLAIN[0])
    world.clock.move(HALF_AN_HOUR)
    with pytest.raises(NumberTaken) as refusal:
        hold_number(shop, world.visit(), PLAIN[0])
    assert refusal.value.free_at is None


def test_the_deadline_of_an_order_without_a_payment_frees_its_number_without_any_worker(
    world: World, shop: Shop
) -> None:
    """SPEC 7.2."""
    order_no = world.order(PLAIN[0])
    world.clock.move(HALF_AN_HOUR)
    other = world.visit()
    hold_number(shop, other, PLAIN[0])
    world.settle()
    assert world.order_row(order_no).state.value == "cancelled"
    claim = world.claim(PLAIN[0])
    assert claim is not None
    assert claim.visit_id == other


@pytest.mark.parametrize("shared", ["phone", "id"])
def test_a_phone_and_an_id_hold_three_at_all_terminals_together(world: World, shop: Shop, shared: str) -> None:
    """SPEC 4.2."""
    visits = [world.visit() for _ in range(4)]
    for place, visit in enumerate(visits):
        person = (place + 1, 7) if shared == "phone" else (1, place)
        register_customer(shop, visit, world.customer(*person))
    for visit, msisdn in zip(visits[:3], PLAIN[:3], strict=True):
        hold_number(shop, visit, msisdn)
    with pytest.raises(TooManyHolds):
        hold_number(shop, visits[3], PLAIN[3])
    release_number(shop, visits[0], PLAIN[0])
    hold_number(shop, visits[3], PLAIN[3])


def test_an_unpaid_order_counts_with_the_holds(world: World, shop: Shop) -> None:
    """SPEC 4.2: else a person could keep any number of numbers by ordering them."""
    for msisdn in PLAIN[:3]:
        world.order(msisdn)
    visit = world.visit()
    register_customer(shop, visit, world.customer())
    with pytest.raises(TooManyHolds):
        hold_number(shop, visit, PLAIN[3])


def test_a_known_person_never_gets_above_five_numbers_not_even_on_hold(world: World, shop: Shop) -> None:
    """SPEC 4.4."""
    for msisdn in PLAIN[:4]:
        world.paid_order(msisdn)
    visit = world.visit()
    register_customer(shop, visit, world.customer())
    hold_number(shop, visit, PLAIN[4])
    with pytest.raises(TooManyNumbers) as refusal:
        hold_number(shop, visit, PLAIN[5])
    assert refusal.value.limit == 5
    hold_number(shop, visit, PLAIN[5], instead_of=PLAIN[4])


def test_a_claim_that_is_over_does_not_hide_that_staff_must_be_asked(world: World, shop: Shop) -> None:
    visit = world.visit()
    with shop.database.writing() as connection:
        assert claims.take(
            connection,
            FOR_CLERKS[0],
            kind=ClaimKind.HOLD,
            visit_id=visit,
            order_no=None,
            until=START,
            now=START,
            staff_may=True,
        )
    with pytest.raises(AskStaff):
        hold_number(shop, visit, FOR_CLERKS[0])


def test_a_code_on_the_screen_keeps_the_number_past_the_deadline(world: World, shop: Shop) -> None:
    """SPEC 6.3: a number is never released while a payment is unknown."""
    order_no = world.order(PLAIN[0])
    start_payment(shop, order_no, "sandbox")
    world.clock.move(timedelta(days=400))
    with pytest.raises(NumberTaken):
        hold_number(shop, world.visit(), PLAIN[0])
