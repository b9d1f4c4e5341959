"""Favourites: kept up to a limit, shown as they are now, and nobody else's to touch (SPEC 2.3), on both databases."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from kiosk.domain.accounts import AccountState
from kiosk.domain.favourites import FavouriteKind
from kiosk.domain.number_query import NumberState
from kiosk.services.errors import AccountOver, NotForSale, TooManyFavourites
from kiosk.services.favourites import add_favourite, is_favourite, list_favourites, remove_favourite
from kiosk.services.hold_number import hold_number
from kiosk.services.shop import Shop
from storage import claims, favourites
from tests.services.account_owners import make_member
from tests.services.small_shop import (
    DAY,
    ELSEWHERE,
    FINE,
    JINAN,
    MINUTE,
    PLAIN,
    QINGDAO,
    SECOND,
    START,
    WITHDRAWN,
    World,
)

NUMBER = FavouriteKind.NUMBER


@pytest.fixture
def account(shop: Shop) -> int:
    return make_member(shop).account_id


def keep(shop: Shop, account: int, *msisdns: int) -> None:
    for msisdn in msisdns:
        add_favourite(shop, account, NUMBER, str(msisdn))


def states(world: World, account: int, visit_id: str = "") -> dict[int, NumberState]:
    return {row.msisdn: row.state for row in list_favourites(world.shop, account, visit_id)}


def test_the_newest_comes_first_with_its_city_and_price(world: World, shop: Shop, account: int) -> None:
    keep(shop, account, ELSEWHERE[0])
    world.clock.move(SECOND)
    keep(shop, account, FINE[0])
    fine, elsewhere = list_favourites(shop, account, world.visit())
    assert (fine.msisdn, fine.city_adcode, fine.prepayment_fen, fine.monthly_minimum_fen) == (
        FINE[0],
        JINAN,
        20_000,
        12_800,
    )
    assert (elsewhere.msisdn, elsewhere.city_adcode, elsewhere.self_service) == (ELSEWHERE[0], QINGDAO, True)


def test_each_says_what_this_visit_can_expect_of_it_now(world: World, shop: Shop, account: int) -> None:
    """SPEC 2.3, 4.1: sold ones are shown as sold, held ones never are."""
    free, held, ours, ordered, sold = PLAIN[:5]
    keep(shop, account, *PLAIN[:5])
    with shop.database.writing() as connection:
        favourites.add(connection, account, NUMBER, str(WITHDRAWN), shop.now())
    visit = world.visit()
    hold_number(shop, world.visit(), held)
    hold_number(shop, visit, ours)
    world.order(ordered, person=1)
    world.paid_order(sold, person=2)
    assert states(world, account, visit) == {
        free: NumberState.AVAILABLE,
        held: NumberState.HELD,
        ours: NumberState.HELD_BY_YOU,
        ordered: NumberState.ORDERED,
        sold: NumberState.SOLD,
        WITHDRAWN: NumberState.WITHDRAWN,
    }
    free_at = {row.msisdn: row.free_at for row in list_favourites(shop, account, visit)}
    assert free_at == {msisdn: START + 30 * MINUTE if msisdn in {held, ours} else None for msisdn in free_at}


def test_one_whose_hold_is_over_is_to_be_had_without_any_worker(world: World, shop: Shop, account: int) -> None:
    """SPEC 7.2."""
    keep(shop, account, PLAIN[0])
    hold_number(shop, world.visit(), PLAIN[0])
    world.clock.move(30 * MINUTE)
    assert states(world, account) == {PLAIN[0]: NumberState.AVAILABLE}


def test_one_that_rests_is_neither_sold_nor_to_be_had(world: World, shop: Shop, account: int) -> None:
    """SPEC 4.11: it comes back by itself, after days that nobody waits for."""
    keep(shop, account, PLAIN[0])
    order_no, until = world.paid_order(PLAIN[0]), world.clock.now() + DAY
    with shop.database.writing() as connection:
        assert claims.rest(connection, PLAIN[0], order_no, until, world.clock.now())
    assert states(world, account) == {PLAIN[0]: NumberState.HELD}
    assert [row.free_at for row in list_favourites(shop, account, "")] == [None]
    world.clock.move(DAY)
    assert states(world, account) == {PLAIN[0]: NumberState.AVAILABLE}


def test_keeping_one_twice_keeps_it_once_and_taking_it_out_twice_is_no_fault(
    world: World, shop: Shop, account: int
) -> None:
    """A screen repeats what it asked for when the database was away."""
    keep(shop, account, PLAIN[0], PLAIN[0])
    assert list(states(world, account)) == [PLAIN[0]]
    for _ in range(2):
        remove_favourite(shop, account, NUMBER, str(PLAIN[0]))
        assert not is_favourite(shop, account, NUMBER, str(PLAIN[0]))
    assert states(world, account) == {}


def test_no_more_than_the_limit_are_kept(world: World, account: int) -> None:
    world.with_rules(favourites_per_account=2)
    keep(world.shop, account, *PLAIN[:2])
    with pytest.raises(TooManyFavourites) as refusal:
        keep(world.shop, account, PLAIN[2])
    assert refusal.value.limit == 2
    keep(world.shop, account, PLAIN[1])
    remove_favourite(world.shop, account, NUMBER, str(PLAIN[0]))
    keep(world.shop, account, PLAIN[2])
    assert set(states(world, account)) == {PLAIN[1], PLAIN[2]}


def test_the_limit_holds_however_many_add_at_once(world: World, account: int) -> None:
    """Two terminals, one account, one place left."""
    world.with_rules(favourites_per_account=3)
    together = Barrier(8)

    def add(msisdn: int) -> bool:
        together.wait(10)
        try:
            keep(world.shop, account, msisdn)
        except TooManyFavourites:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(add, PLAIN[:8])) == 3
    assert len(states(world, account)) == 3


def test_nobody_sees_or_touches_what_another_account_keeps(world: World, shop: Shop, account: int) -> None:
    other = make_member(shop).account_id
    keep(shop, account, PLAIN[0])
    assert states(world, other) == {}
    remove_favourite(shop, other, NUMBER, str(PLAIN[0]))
    assert states(world, account) == {PLAIN[0]: NumberState.AVAILABLE}


@pytest.mark.parametrize(
    "item", [str(WITHDRAWN), "13800138000", "nothing", "", "１３８５３１０００００"], ids=lambda item: item or "empty"
)
def test_only_what_is_in_stock_is_kept(world: World, shop: Shop, account: int, item: str) -> None:
    with pytest.raises(NotForSale):
        add_favourite(shop, account, NUMBER, item)
    with pytest.raises(NotForSale):
        add_favourite(shop, account, FavouriteKind.HANDSET, item)
    assert states(world, account) == {}


@pytest.mark.parametrize(
    "who", [lambda shop: make_member(shop, state=AccountState.DELETED).account_id, lambda _shop: 0]
)
def test_nothing_is_kept_for_an_account_that_is_no_more(shop: Shop, who: Callable[[Shop], int]) -> None:
    with pytest.raises(AccountOver):
        keep(shop, who(shop), PLAIN[0])
