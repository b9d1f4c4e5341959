"""Orders as staff see them: whole, and with persons masked (SPEC 8.3, 10.3)."""

from dataclasses import asdict
from datetime import timedelta

import pytest

from kiosk.domain.orders import AttemptState, FulfilmentState, LineState, OrderState, StateReason
from kiosk.services.errors import OrderUnknown
from kiosk.services.forget_people import forget_ended_orders
from kiosk.services.show_orders import list_orders, show_order
from tests.services.small_shop import DAY, MINUTE, PLAIN, World, id_number


def test_paid_order_shows_its_money_and_what_happened(world: World) -> None:
    order_no = world.paid_order(PLAIN[0])
    shown = show_order(world.shop, order_no)
    assert (shown.summary.state, shown.summary.fulfilment_state) == (
        OrderState.IN_PROGRESS,
        FulfilmentState.AWAITING_PICKUP,
    )
    assert shown.line_state is LineState.PRE_ACTIVE
    assert sum(line.amount_fen for line in shown.lines) == shown.summary.amount_fen
    (payment,) = shown.payments
    assert (payment.state, payment.amount_fen) == (AttemptState.CONFIRMED, shown.summary.amount_fen)
    assert [(money.amount_fen, money.refund_state) for money in payment.transactions] == [
        (shown.summary.amount_fen, None)
    ]
    assert [event.at for event in shown.timeline] == sorted(event.at for event in shown.timeline)
    assert shown.timeline[0].event == "submitted"


def test_nothing_shown_gives_a_person_away(world: World) -> None:
    shown = show_order(world.shop, world.order(PLAIN[0], person=1))
    everything = repr(asdict(shown))
    assert not any(secret in everything for secret in ("张伟", id_number(1), "13900000001"))
    assert (shown.person.name, shown.person.phone) == ("张*", "139****0001")


def test_money_that_goes_back_is_shown_with_its_payment(world: World) -> None:
    order_no, out_trade_no = world.order_with_code()
    world.pay(out_trade_no, times=2)
    world.deliver_notices()
    world.settle()
    (payment,) = show_order(world.shop, order_no).payments
    assert sorted(money.refund_state or "" for money in payment.transactions) == ["", "succeeded"]


def test_forgotten_person_is_shown_as_nobody(world: World) -> None:
    order_no = world.order()
    world.settle(31 * MINUTE)
    world.clock.move(31 * DAY)
    assert forget_ended_orders(world.shop) == 1
    shown = show_order(world.shop, order_no)
    assert (shown.summary.state, shown.summary.state_reason) == (OrderState.CANCELLED, StateReason.PAYMENT_TIMEOUT)
    assert (shown.person.name, shown.person.id_number, shown.person.phone) == (None, None, None)


def test_newest_orders_come_first_and_no_more_than_asked(world: World) -> None:
    made = []
    for person in (1, 2, 3):
        made.append(world.order(PLAIN[person], person))
        world.clock.move(timedelta(seconds=1))
    assert [order.order_no for order in list_orders(world.shop, 2)] == [made[2], made[1]]


def test_unknown_order(world: World) -> None:
    with pytest.raises(OrderUnknown):
        show_order(world.shop, "261122000000000")
