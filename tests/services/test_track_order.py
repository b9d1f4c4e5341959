"""Whoever holds a receipt learns where its order is, and nothing about a person (SPEC 2.5, 9.2)."""

from dataclasses import asdict
from datetime import timedelta

import pytest

from kiosk.domain.orders import PickupPolicy
from kiosk.services.errors import OrderUnknown
from kiosk.services.track_order import Standing, TrackedOrder, track_order
from storage import offers, orders
from storage.tables import refunds
from tests.services.small_shop import DAY, JINAN_SHOP, MINUTE, PLAIN, START, World, id_number


def standing(world: World, order_no: str) -> Standing:
    return track_order(world.shop, order_no).standing


def test_unpaid_order_says_until_when_it_can_be_paid(world: World) -> None:
    order_no = world.order()
    assert track_order(world.shop, order_no) == TrackedOrder(order_no, Standing.TO_PAY, until=START + 30 * MINUTE)


def test_paid_order_says_where_and_until_when_it_can_be_collected(world: World) -> None:
    order_no = world.paid_order()
    with world.shop.database.reading() as connection:
        place = offers.find_shop(connection, JINAN_SHOP)
    assert track_order(world.shop, order_no) == TrackedOrder(
        order_no, Standing.TO_COLLECT, START + 7 * DAY, place, activates_by_itself=True
    )


def test_deadline_counts_although_no_worker_has_looked(world: World) -> None:
    """SPEC 7.2."""
    unpaid, paid = world.order(PLAIN[1], 2), world.paid_order()
    world.clock.move(30 * MINUTE)
    assert standing(world, unpaid) is Standing.CHECKING
    world.clock.move(7 * DAY)
    assert standing(world, paid) is Standing.OVERDUE
    world.settle()
    assert (standing(world, unpaid), standing(world, paid)) == (Standing.CANCELLED, Standing.OVERDUE)


def test_order_whose_payment_is_not_known_is_being_checked(world: World) -> None:
    order_no, _ = world.order_with_code()
    world.provider.silent = {"query", "close"}
    world.cancel(order_no)
    assert standing(world, order_no) is Standing.CHECKING


def test_money_of_an_uncollected_order_is_followed_until_it_is_back(world: World) -> None:
    world.with_rules(pickup_policy=PickupPolicy.CANCEL_AND_REFUND)
    order_no = world.paid_order()
    world.clock.move(7 * DAY)
    assert standing(world, order_no) is Standing.REFUNDING
    world.provider.silent = {"refund"}
    world.settle()
    assert standing(world, order_no) is Standing.REFUNDING
    world.provider.silent = set()
    world.settle(timedelta(hours=1), rounds=2)
    assert standing(world, order_no) is Standing.REFUNDED
    with world.shop.database.writing() as connection:
        connection.execute(refunds.update().values(state="refused"))
    assert standing(world, order_no) is Standing.REFUND_STOPPED


def test_collected_order_is_done_and_a_parcel_is_under_way(world: World) -> None:
    order_no = world.paid_order()
    with world.shop.database.writing() as connection:
        orders.update_order(connection, order_no, state="completed", fulfilment_state="collected")
    assert standing(world, order_no) is Standing.COMPLETED
    with world.shop.database.writing() as connection:
        orders.update_order(connection, order_no, state="in_progress", fulfilment_state="shipped")
    assert track_order(world.shop, order_no) == TrackedOrder(order_no, Standing.UNDER_WAY)


def test_nothing_of_the_person_the_number_or_the_money_is_told(world: World) -> None:
    order_no = world.paid_order()
    told = str(asdict(track_order(world.shop, order_no)))
    row = world.order_row(order_no)
    assert not any(secret in told for secret in ("张伟", id_number(1), "13900000001", str(PLAIN[0])))
    assert str(row.amount_fen) not in told.replace(order_no, "")


def test_only_the_very_number_finds_an_order(world: World) -> None:
    order_no = world.paid_order()
    slip = order_no[:-1] + str((int(order_no[-1]) + 1) % 10)
    for wrong in (slip, order_no[:-1], f"{order_no}0", order_no[1:], f"{order_no[:-1]}_", f"{order_no[:-1]}%", ""):
        with pytest.raises(OrderUnknown):
            track_order(world.shop, wrong)
    assert standing(world, order_no) is Standing.TO_COLLECT
