"""Idling out, leaving, finishing and a crash leave no trace of the person, and the number goes back (SPEC 3.8)."""

import gc
import logging
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from textual.widgets import Input

from kiosk.domain.account_form import AccountForm
from kiosk.domain.favourites import FavouriteKind
from kiosk.domain.journeys import Step
from kiosk.domain.msisdn import group_msisdn
from kiosk.domain.order_look_up import OrderLookUp
from kiosk.domain.visit import Purchase
from kiosk.log import set_up_logging
from kiosk.services.addresses import Address, add_address, check_address
from kiosk.services.errors import OrderUnknown
from kiosk.services.favourites import add_favourite
from kiosk.services.hold_number import hold_number
from kiosk.services.keep_visit import begin_visit, end_visit
from kiosk.services.my_orders import MyOrder, show_opened_order
from kiosk.services.submit_order import submit_order
from kiosk.terminal.input_methods import InputMethods
from screens.account.addresses import AddressesScreen
from screens.account.new_address import NewAddressScreen
from screens.idle_warning import IdleWarning
from screens.moment import OneMoment
from screens.number_purchase.conditions import ConditionsScreen
from screens.orders.find_order import FindOrderScreen
from screens.orders.one_order import OneOrderScreen
from screens.orders.orders_screen import OrdersScreen
from screens.step_screen import StepScreen
from tests.journeys.hands import (
    BACK,
    HOME_SHOP,
    ID_NUMBER,
    NAME,
    NEXT,
    PHONE,
    TARIFF,
    WHO,
    Terminal,
    everything_kept,
    living,
    open_terminal,
    said,
)
from tests.services.account_owners import make_member
from tests.services.known_people import code_on
from tests.services.small_shop import World
from widgets.action_bar import ActionBar
from widgets.modal import Ask

SEARCHED = "7351"


@pytest.fixture
def log_file(tmp_path: Path) -> Iterator[Path]:
    """The terminal's real log, at its most talkative."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    set_up_logging(tmp_path / "kiosk.log", "debug")
    yield tmp_path / "kiosk.log"
    root.handlers, root.level = handlers, level
    logging.captureWarnings(False)
    structlog.reset_defaults()


@pytest.fixture
async def terminal(world: World, now: list[float], log_file: Path) -> AsyncIterator[Terminal]:
    """A terminal that recovers from crashes, as in the shop."""
    async with open_terminal(world, now, propagate_crashes=False) as opened:
        yield opened


async def plant(terminal: Terminal) -> int:
    """A person searches, holds a number and types everything about themselves."""
    await terminal.reach(Step.NUMBER)
    await terminal.tap_chip("#chips", "more")
    assert isinstance(terminal.screen, ConditionsScreen)
    await terminal.focus("#contains")
    await terminal.type(SEARCHED)
    terminal.screen.dismiss(None)
    await terminal.settle()
    await terminal.press("escape")
    await terminal.tap("#leave")
    await terminal.app.until_forgotten()
    number = await terminal.reach(Step.CUSTOMER, shop_code=HOME_SHOP)
    for field, text in (("#name", NAME), ("#id_number", ID_NUMBER), ("#phone", PHONE)):
        await terminal.focus(field)
        await terminal.paste(text)
    terminal.app.notify(NAME)
    terminal.app.keep_choices()
    await terminal.settle()
    return number


def check_forgotten(terminal: Terminal, log_file: Path, reason: str, *more: str) -> None:
    """Nothing is left on any screen, in any field or text in memory, on the app, in the log or in the visit's row."""
    app = terminal.app
    secrets = (NAME, ID_NUMBER, PHONE, SEARCHED, *more)
    assert app.current_mode == "attract"
    assert app._visit is None
    assert app.clipboard == ""
    assert not app._notifications
    shown = "\n".join(
        said(widget) for stack in app._screen_stacks.values() for screen in stack for widget in screen.query()
    )
    kept = "\n".join(str(value) for name, value in vars(app).items() if name not in {"_shop", "console"})
    logged = log_file.read_text() if log_file.exists() else ""
    drawn = "\n".join(strip.text for strip in app.screen._compositor.render_strips())
    fields = "\n".join(field.value for field in living(Input))
    for secret in secrets:
        assert secret not in shown
        assert secret not in drawn
        assert secret not in fields
        assert secret not in kept
        assert secret not in logged
    assert not living(StepScreen), "a screen with a person's data is still referred to"
    assert not living(Purchase)
    visits = terminal.rows("visits")
    assert visits[-1].end_reason == reason
    assert all(visit.ended_at and (visit.choices, visit.phone_hash, visit.id_hash) == (None,) * 3 for visit in visits)


async def idle_out(terminal: Terminal) -> None:
    await terminal.idle(90)


async def start_again(terminal: Terminal) -> None:
    await terminal.tap("#restart")
    assert isinstance(terminal.screen, Ask)
    await terminal.tap(terminal.screen._yes)
    await terminal.app.until_forgotten()


async def crash(terminal: Terminal) -> None:
    terminal.screen.call_later(fail, ID_NUMBER)
    await terminal.until(lambda: terminal.app.current_mode == "calm")
    await terminal.until(lambda: terminal.app.current_mode == "attract")


def fail(id_number: str) -> None:
    raise ValueError(f"no such person: {id_number}")


Leave = Callable[[Terminal], Coroutine[Any, Any, None]]


@pytest.mark.parametrize(("leave", "reason"), [(idle_out, "idle"), (start_again, "left"), (crash, "crash")])
async def test_nothing_of_the_person_remains_and_the_number_is_free(
    terminal: Terminal, log_file: Path, leave: Leave, reason: str
) -> None:
    """SPEC 3.8, 4.2, 10.3; issue 2, item 8."""
    number = await plant(terminal)
    assert not terminal.world.is_free(number)
    await leave(terminal)
    await terminal.settle()
    check_forgotten(terminal, log_file, reason)
    assert terminal.rows("number_claims") == []
    assert terminal.world.is_free(number)


async def test_a_name_typed_in_pinyin_is_nowhere_in_the_process_afterwards(
    world: World, now: list[float], log_file: Path, input_methods: InputMethods
) -> None:
    """SPEC 3.8, 9.1: not its Hanzi, not its letters, chosen or still open."""
    # Backwards and in single letters, so that neither the test nor its source holds a text that it looks for.
    closed, left_open = [*reversed("nauxizuiq")], [*reversed("ousnuq")]
    async with open_terminal(world, now, input_methods=input_methods) as terminal:
        await terminal.reach(Step.CUSTOMER)
        await terminal.tap("#name Input")
        await terminal.tap_letters(*closed, " ", *left_open)
        name = list(terminal.app.visit.purchase.name)
        assert len(name) > 1
        assert kept_in_the_process("".join(name))
        await terminal.idle(90)
        await terminal.settle()
        for planted in (name, closed, left_open):
            assert not kept_in_the_process("".join(planted))
        assert "".join(name) not in (log_file.read_text() if log_file.exists() else "")


def kept_in_the_process(planted: str) -> list[str]:
    """The kinds of all objects that hold a text with this in it, but for this module's own."""
    found = []
    for holder in everything_kept():
        for text in gc.get_referents(holder):
            if type(text) is str and planted in text and text is not planted:
                found.append(type(holder).__name__)
    return found


async def test_finishing_leaves_the_order_and_nothing_else(terminal: Terminal, log_file: Path) -> None:
    """SPEC 3.8."""
    number = await terminal.reach(Step.COLLECT)
    order_no = terminal.order_no
    await terminal.tap(NEXT)
    await terminal.app.until_forgotten()
    await terminal.settle()
    check_forgotten(terminal, log_file, "finished", order_no, group_msisdn(number), str(number))
    assert not terminal.world.is_free(number)
    assert terminal.world.order_row(order_no).state == "in_progress"


async def finish(terminal: Terminal) -> None:
    await terminal.tap(NEXT)
    await terminal.app.until_forgotten()


@pytest.mark.parametrize(("leave", "reason"), [(idle_out, "idle"), (finish, "finished"), (crash, "crash")])
async def test_an_order_opened_by_a_code_is_open_for_nobody_else(
    terminal: Terminal, log_file: Path, leave: Leave, reason: str
) -> None:
    """SPEC 2.5, 3.8: not its number, not its phone, not the code."""
    world = terminal.world
    await terminal.begin()
    number = terminal.numbers()[0]
    visit_id = begin_visit(world.shop, "zh")
    hold_number(world.shop, visit_id, number)
    submission = world.submission(visit_id, number, person=7, tariff=TARIFF, branch=HOME_SHOP)
    order_no = submit_order(world.shop, submission).order_no
    world.cancel(order_no)
    end_visit(world.shop, visit_id, "left")
    await terminal.app.push_screen(FindOrderScreen())
    await terminal.settle()
    await terminal.type(order_no)
    await terminal.press("enter")
    masked, code = terminal.app.visit.look_up.sent_to, code_on(world.shop, 13_900_000_007)
    await terminal.type(code)
    await terminal.press("enter")
    assert isinstance(terminal.screen, OneOrderScreen)
    opened_in = terminal.app.visit.visit_id
    await leave(terminal)
    await terminal.settle()
    left = (order_no, str(number), group_msisdn(number), masked)
    with pytest.raises(OrderUnknown):
        show_opened_order(world.shop, opened_in, order_no)
    for kind in (OrdersScreen, OrderLookUp, MyOrder):
        assert not living(kind), kind
    assert code not in "\n".join(field.value for field in living(Input))
    assert code not in (log_file.read_text() if log_file.exists() else "")
    visits = [visit for visit in terminal.rows("visits") if visit.visit_id == opened_in]
    assert visits[0].end_reason == reason
    check_nothing_shown(terminal, log_file, *left)


def check_nothing_shown(terminal: Terminal, log_file: Path, *secrets: str) -> None:
    shown = "\n".join(
        said(widget) for stack in terminal.app._screen_stacks.values() for screen in stack for widget in screen.query()
    )
    drawn = "\n".join(strip.text for strip in terminal.screen._compositor.render_strips())
    logged = log_file.read_text() if log_file.exists() else ""
    for secret in secrets:
        assert secret not in shown
        assert secret not in drawn
        assert secret not in logged


async def test_the_search_of_one_person_is_not_the_next_ones(terminal: Terminal) -> None:
    """SPEC 3.8: neither digits nor chips."""
    await terminal.reach(Step.NUMBER)
    await terminal.type("7")
    await terminal.tap_chip("#chips", "no_4")
    await terminal.idle(90)
    await terminal.reach(Step.NUMBER)
    assert terminal.find("#boxes").value == "1__________"
    assert terminal.find("#chips").selected == frozenset()


# Idle time


async def test_a_warning_counts_down_and_a_touch_keeps_the_visit(terminal: Terminal) -> None:
    """SPEC 7.1: 90 s with a 15 s warning that offers more time."""
    await terminal.reach(Step.CUSTOMER, **WHO)
    purchase = terminal.app.visit.purchase
    await terminal.idle(74)
    assert not isinstance(terminal.screen, IdleWarning)
    await terminal.idle(2)
    assert isinstance(terminal.screen, IdleWarning)
    assert terminal.text(terminal.screen.query_one("BigDigits")) == "14"
    await terminal.idle(1)
    assert terminal.text(terminal.screen.query_one("BigDigits")) == "13"
    await terminal.tap(terminal.screen.query_one("TapButton"))
    assert terminal.is_at(Step.CUSTOMER)
    assert not terminal.screen.is_modal
    assert terminal.app.visit.purchase == purchase
    await terminal.idle(74)
    assert not terminal.screen.is_modal


async def test_paying_may_take_longer(terminal: Terminal) -> None:
    """SPEC 7.1: longer while paying; the order stays until its own deadline (SPEC 4.2)."""
    number = await terminal.reach(Step.PAY)
    order_no = terminal.order_no
    await terminal.idle(0)
    await terminal.idle(284)
    assert not isinstance(terminal.screen, IdleWarning)
    await terminal.idle(2)
    assert isinstance(terminal.screen, IdleWarning)
    await terminal.idle(15)
    assert terminal.app.current_mode == "attract"
    assert not terminal.world.is_free(number)
    assert terminal.world.order_row(order_no).state == "pending"


async def test_a_payment_that_arrives_under_the_warning_takes_it_away(terminal: Terminal) -> None:
    """SPEC 6.1, 7.1: somebody has just paid."""
    await terminal.reach(Step.PAY)
    await terminal.idle(0)
    await terminal.idle(290)
    assert isinstance(terminal.screen, IdleWarning)
    terminal.world.pay(terminal.trade)
    await terminal.until(lambda: terminal.is_at(Step.COLLECT))
    await terminal.settle()
    await terminal.idle(0)
    assert not terminal.screen.is_modal
    await terminal.idle(70)
    assert terminal.is_at(Step.COLLECT)


async def test_a_notice_that_ended_below_another_is_gone_when_that_goes(terminal: Terminal) -> None:
    """SPEC 9.2: no screen stays that nothing can take away."""
    await terminal.reach(Step.CUSTOMER)
    await terminal.idle(80)
    assert isinstance(terminal.screen, IdleWarning)
    moment = OneMoment()
    await terminal.app.push_screen(moment)
    await terminal.press("a")
    moment.end()
    await terminal.settle()
    assert terminal.is_at(Step.CUSTOMER)
    assert not terminal.screen.is_modal


async def test_the_attract_screen_never_idles_out(terminal: Terminal) -> None:
    """SPEC 2.1."""
    await terminal.idle(10_000)
    assert terminal.app.current_mode == "attract"
    assert terminal.rows("visits") == []


async def test_leaving_in_the_middle_of_a_service_is_calm(terminal: Terminal, log_file: Path) -> None:
    """SPEC 3.8, 9.2: an answer that comes too late goes nowhere."""
    await terminal.reach(Step.CUSTOMER, shop_code=HOME_SHOP, **WHO)
    terminal.app.change_language()
    terminal.find("#actions", ActionBar).press_next()
    terminal.app.end_visit("left")
    await terminal.app.until_forgotten()
    await terminal.settle()
    gc.collect()
    assert terminal.app.current_mode == "attract"
    assert "crash" not in (log_file.read_text() if log_file.exists() else "")
    assert terminal.rows("number_claims") == []


@pytest.mark.parametrize(("leave", "reason"), [(idle_out, "idle"), (crash, "crash")])
async def test_nothing_remains_of_an_address_nor_of_whose_favourites_were_seen(
    terminal: Terminal, log_file: Path, leave: Leave, reason: str
) -> None:
    """SPEC 3.8, 10.3: one typed half, one kept, in an account that stays."""
    room, kept_room = "泉城路九百九十九号", "花园路八百八十八号"
    await terminal.begin()
    shop, person = terminal.world.shop, make_member(terminal.world.shop, "138****9417")
    whole = {"recipient": NAME, "phone": PHONE, "district_adcode": 370102}
    add_address(shop, person.account_id, check_address(shop, **whole, detail=kept_room))
    add_favourite(shop, person.account_id, FavouriteKind.NUMBER, str(terminal.numbers()[0]))
    terminal.app.signed_in(person)
    await terminal.settle()
    await terminal.tap("#favourites")
    await terminal.tap(BACK)
    for screen in (AddressesScreen(), NewAddressScreen()):
        await terminal.app.push_screen(screen)
        await terminal.settle()
    del screen
    await terminal.tap_chip("#district", "370102")
    await terminal.tap_chip("#street ChipRow", "370102004")
    for line, text in (("#recipient", NAME), ("#recipient_phone", PHONE), ("#detail", room)):
        await terminal.focus(line)
        await terminal.paste(text)
    assert terminal.app.visit.account_form.detail == room
    await leave(terminal)
    await terminal.settle()
    check_forgotten(terminal, log_file, reason, room, kept_room, person.shown_as)
    assert not living(AccountForm)
    assert not living(Address)
