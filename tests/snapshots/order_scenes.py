"""Scenes of a person's orders: the list, each standing of one order, and looking one up by a code (SPEC 2.5, 4.11)."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from kiosk.domain.accounts import AccountKind, SignedIn
from kiosk.domain.number_query import NumberQuery
from kiosk.services.hold_number import hold_number
from kiosk.services.keep_visit import begin_visit
from kiosk.services.search_numbers import search_numbers
from kiosk.services.settle_deadlines import settle_deadlines
from kiosk.services.submit_order import submit_order
from kiosk.services.take_payment import start_payment
from screens.orders.entry import MyOrdersEntry
from screens.orders.find_order import FindOrderScreen
from screens.orders.my_orders import MyOrdersScreen
from screens.orders.one_order import OneOrderScreen
from tests.journeys.hands import HOME_SHOP, JINAN, NEXT
from tests.services.known_people import add_member, code_on
from tests.snapshots.stage import Model

_TARIFF: Final = "CX-88"
_PHONE: Final = 13_900_000_007
_A_DAY: Final = timedelta(days=1)


def _order(model: Model, number: int, *, paid: bool = False, account_id: int | None = None) -> str:
    """Somebody orders at another terminal; whoever is signed in there, it is theirs."""
    world, shop = model.world, model.world.shop
    visit_id = begin_visit(shop, "zh")
    hold_number(shop, visit_id, number)
    submission = world.submission(visit_id, number, person=7, tariff=_TARIFF, branch=HOME_SHOP)
    order_no = submit_order(shop, replace(submission, account_id=account_id)).order_no
    if paid:
        world.pay(start_payment(shop, order_no, world.provider.provider).out_trade_no)
        world.deliver_notices()
    return order_no


async def _signed_in(model: Model, account_id: int) -> None:
    await model.begin()
    model.app.visit.person = SignedIn(account_id, AccountKind.MEMBER, "l***@example.com")


async def _open(model: Model, order_no: str) -> None:
    """As the order's person, by a code."""
    await model.begin()
    visit = model.app.visit
    visit.look_up = replace(visit.look_up, order_no=order_no)
    await model.app.push_screen(FindOrderScreen())
    await model.settle()
    await model.tap(NEXT)
    code = code_on(model.world.shop, _PHONE)
    await model.tap_digits(*code)


async def orders_entry(model: Model) -> None:
    await model.begin()
    await model.app.push_screen(MyOrdersEntry())


async def orders_list(model: Model) -> None:
    """One of each, a day apart."""
    world, shop = model.world, model.world.shop
    account_id = add_member(world)
    numbers = [row.msisdn for row in search_numbers(shop, NumberQuery(city_adcode=JINAN, limit=4)).numbers]
    world.cancel(_order(model, numbers[0], account_id=account_id))
    world.clock.move(_A_DAY)
    world.give_up(_order(model, numbers[1], paid=True, account_id=account_id))
    settle_deadlines(shop)
    world.clock.move(_A_DAY)
    _order(model, model.beautiful, paid=True, account_id=account_id)
    world.clock.move(_A_DAY)
    world.provider.silent = {"refund"}
    world.give_up(_order(model, numbers[2], paid=True, account_id=account_id))
    world.clock.move(_A_DAY)
    _order(model, numbers[3], account_id=account_id)
    await _signed_in(model, account_id)
    await model.app.push_screen(MyOrdersScreen())


async def orders_none(model: Model) -> None:
    await _signed_in(model, add_member(model.world))
    await model.app.push_screen(MyOrdersScreen())


async def my_order_to_pay(model: Model) -> None:
    await _open(model, _order(model, model.beautiful))


async def my_order_to_collect(model: Model) -> None:
    await _open(model, _order(model, model.beautiful, paid=True))


async def my_order_refunding(model: Model) -> None:
    """The provider hasn't answered yet."""
    model.world.provider.silent = {"refund"}
    await my_order_to_collect(model)
    model.world.give_up(_opened(model))
    _screen(model).fetch()
    await model.settle()


async def my_order_cancelled(model: Model) -> None:
    order_no = _order(model, model.beautiful)
    model.world.cancel(order_no)
    await _open(model, order_no)


async def my_order_cancelling(model: Model) -> None:
    """What comes back, and when, is said before."""
    await my_order_to_collect(model)
    await model.tap("#cancel")


async def my_order_given_up(model: Model) -> None:
    await my_order_cancelling(model)
    await model.tap("Ask TapButton.-warning")


async def my_order_details(model: Model) -> None:
    await my_order_to_collect(model)
    _screen(model).show_details()


async def my_order_paying(model: Model) -> None:
    """Back at the payment, from where the way back is the order."""
    await my_order_to_pay(model)
    await model.tap(NEXT)


def _opened(model: Model) -> str:
    order_no = model.app.visit.opened_order
    assert order_no is not None
    return order_no


def _screen(model: Model) -> OneOrderScreen:
    assert isinstance(model.screen, OneOrderScreen)
    return model.screen


async def look_up_number(model: Model) -> None:
    await model.begin()
    await model.app.push_screen(FindOrderScreen())
    await model.settle()


async def look_up_unknown(model: Model) -> None:
    await look_up_number(model)
    await model.tap_digits(*"261122531788886")
    await model.tap(NEXT)


async def look_up_code(model: Model) -> None:
    order_no = _order(model, model.beautiful)
    await look_up_number(model)
    await model.tap_digits(*order_no)
    await model.tap(NEXT)


async def look_up_wrong_code(model: Model) -> None:
    await look_up_code(model)
    await model.tap_digits(*"000000")


ORDERS: Final = (orders_entry, orders_list, my_order_to_pay, my_order_to_collect, look_up_number)
"""Shown at every size."""

OTHER_ORDERS: Final = (
    look_up_code,
    orders_none,
    my_order_refunding,
    my_order_cancelling,
    my_order_details,
    my_order_paying,
)

ORDER_REFUSALS: Final = (my_order_cancelled, my_order_given_up, look_up_unknown, look_up_wrong_code)
"""Known screens that say something else."""
