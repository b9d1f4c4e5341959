"""From registering to the first order, which is then among one's own (SPEC 3.1, 3.2, 3.4 d, 4.6, 4.7)."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from kiosk.domain.journeys import Step
from kiosk.services.activate_account import LinkOutcome, activate_by_link
from kiosk.services.hold_number import hold_number
from screens.orders.my_orders import MyOrdersScreen
from tests.journeys.at_the_door import agree_and_enter, fill, go_on, mails
from tests.journeys.hands import HOME_SHOP, NEXT, TARIFF, WHO, Terminal, open_terminal
from tests.journeys.test_registration import activation_code, look, register
from tests.services.small_shop import World
from widgets.choice_list import ChoiceList


async def by_code(terminal: Terminal) -> None:
    await fill(terminal, activation_code=activation_code(terminal))
    await go_on(terminal)


async def by_link(terminal: Terminal) -> None:
    """What the button of the mail's page does; tests/web opens that page in a browser."""
    token = re.search(r"/activate/([\w-]+)", mails(terminal.world)[-1])
    assert token is not None
    assert activate_by_link(terminal.app.shop, token[1]) is LinkOutcome.ACTIVATED
    await look(terminal)


@pytest.mark.parametrize("activate", [by_code, by_link])
async def test_whoever_has_just_registered_buys_a_number_and_finds_the_order_again(
    world: World, now: list[float], activate: Callable[[Terminal], Awaitable[None]]
) -> None:
    shop = replace(world.shop, public_url="https://shop.example.com")
    async with open_terminal(world, now, shop=shop) as terminal:
        await register(terminal)
        await activate(terminal)
        await terminal.tap(NEXT)
        await go_on(terminal)
        await agree_and_enter(terminal)
        visit = terminal.app.visit
        assert visit.person is not None
        number = terminal.numbers()[0]
        hold = hold_number(world.shop, visit.visit_id, number)
        chosen = {"msisdn": number, "held_until": hold.until, "tariff_code": TARIFF, "shop_code": HOME_SHOP}
        visit.purchase = replace(visit.purchase, **(chosen | WHO))  # type: ignore[arg-type]  # by name, as declared
        terminal.app.show_step(Step.CONFIRM)
        await terminal.settle()
        await terminal.tap("#agree")
        await terminal.tap(NEXT)
        assert terminal.is_at(Step.PAY)
        order_no = terminal.order_no
        world.pay(terminal.trade)
        await terminal.look_at_payment()
        assert terminal.is_at(Step.COLLECT)
        assert world.order_row(order_no).account_id == visit.person.account_id
        terminal.app.show_home()
        await terminal.settle()
        await terminal.tap("#orders")
        assert isinstance(terminal.screen, MyOrdersScreen)
        assert [row.key for row in terminal.screen.query_one(ChoiceList).rows] == [order_no]
