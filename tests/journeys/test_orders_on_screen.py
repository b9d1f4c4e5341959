"""A person's orders at the terminal: by account, or one by its number and a code (SPEC 2.1, 2.5, 4.11)."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from kiosk.domain.accounts import AccountKind, SignedIn
from kiosk.domain.journeys import Step
from kiosk.domain.orders import FulfilmentState, OrderState
from kiosk.services.hold_number import hold_number
from kiosk.services.keep_visit import begin_visit
from kiosk.services.submit_order import submit_order
from kiosk.services.take_payment import start_payment
from screens.account.sign_in import SignInScreen
from screens.number_purchase.pay import PayScreen
from screens.order_status import OrderStatusScreen
from screens.orders.entry import MyOrdersEntry
from screens.orders.find_order import FindOrderScreen
from screens.orders.my_orders import MyOrdersScreen
from screens.orders.one_order import OneOrderScreen
from storage import orders
from tests.journeys.hands import BACK, HOME_SHOP, JINAN, NEXT, TARIFF, Terminal, open_terminal
from tests.services.known_people import add_member, code_on, texts_to, wrong
from tests.services.small_shop import World
from widgets.captcha import Captcha
from widgets.captcha_challenge import Code
from widgets.choice_list import ChoiceList
from widgets.field import Field
from widgets.modal import Ask, ReadText
from widgets.prose import Prose
from widgets.qr import QrCode

PHONE = 13_900_000_007
MINUTE = timedelta(minutes=1)
UNKNOWN = "261122000000006"


@pytest.fixture
async def terminal(world: World, now: list[float]) -> AsyncIterator[Terminal]:
    async with open_terminal(world, now) as opened:
        yield opened


async def an_order(terminal: Terminal, *, paid: bool = False, account_id: int | None = None, which: int = 0) -> str:
    """Placed at another terminal; this one has its entry to orders in sight."""
    world = terminal.world
    if terminal.app.current_mode == "attract":
        await terminal.begin()
        await terminal.app.push_screen(MyOrdersEntry())
        await terminal.settle()
    number = terminal.numbers(JINAN)[which]
    visit_id = begin_visit(world.shop, "zh")
    hold_number(world.shop, visit_id, number)
    submission = world.submission(visit_id, number, person=7, tariff=TARIFF, branch=HOME_SHOP)
    order_no = submit_order(world.shop, replace(submission, account_id=account_id)).order_no
    if paid:
        world.pay(start_payment(world.shop, order_no, "sandbox").out_trade_no)
        world.deliver_notices()
    return order_no


async def look_up(terminal: Terminal, order_no: str) -> None:
    """Type the number by touch and ask for the code."""
    await terminal.tap("#by-number")
    await terminal.tap_digits(*order_no)
    await terminal.tap(NEXT)


async def open_by_code(terminal: Terminal, order_no: str) -> None:
    await look_up(terminal, order_no)
    await terminal.tap_digits(*code_on(terminal.world.shop, PHONE))
    assert isinstance(terminal.screen, OneOrderScreen)


async def answer(terminal: Terminal, *, yes: bool) -> None:
    assert isinstance(terminal.screen, Ask)
    await terminal.tap(terminal.screen._yes if yes else terminal.screen._no)


# One order, without an account


async def test_a_walk_in_opens_an_order_pays_it_and_leaves_with_the_receipt(terminal: Terminal) -> None:
    order_no = await an_order(terminal)
    await open_by_code(terminal, order_no)
    assert terminal.text("#order-no") == order_no
    assert "等待您付款" in terminal.text("#state")
    await terminal.tap(NEXT)
    assert isinstance(terminal.screen, PayScreen)
    assert terminal.find("#code", QrCode).content
    await terminal.tap(BACK)
    assert isinstance(terminal.screen, OneOrderScreen)
    assert terminal.world.order_row(order_no).state is OrderState.PENDING
    assert terminal.app.visit.purchase.order_no is None
    await terminal.tap(NEXT)
    terminal.world.pay(terminal.trade)
    await terminal.look_at_payment()
    assert terminal.is_at(Step.COLLECT)
    await terminal.tap(NEXT)
    await terminal.app.until_forgotten()
    assert terminal.app.current_mode == "attract"
    assert terminal.world.order_row(order_no).state is OrderState.IN_PROGRESS


async def test_a_walk_in_cancels_what_was_not_paid(terminal: Terminal) -> None:
    """SPEC 2.5, 4.2."""
    order_no = await an_order(terminal)
    number = terminal.world.order_row(order_no).msisdn
    await open_by_code(terminal, order_no)
    await terminal.tap("#cancel")
    await answer(terminal, yes=False)
    assert terminal.world.order_row(order_no).state is OrderState.PENDING
    await terminal.tap("#cancel")
    assert "还没有付款" in terminal.words
    await answer(terminal, yes=True)
    assert "没有收取费用" in terminal.text("#message")
    assert "订单已取消" in terminal.text("#state")
    assert not terminal.find("#cancel").display
    assert terminal.world.is_free(number)


async def test_a_walk_in_gets_the_money_back_before_the_card_is_handed_over(terminal: Terminal) -> None:
    """SPEC 4.11."""
    order_no = await an_order(terminal, paid=True)
    number = terminal.world.order_row(order_no).msisdn
    await open_by_code(terminal, order_no)
    assert terminal.find("#code", QrCode).content == order_no
    await terminal.tap("#cancel")
    assert isinstance(terminal.screen, Ask)
    assert "全额原路退回" in terminal.words
    assert "停放 7 天" in terminal.words
    await answer(terminal, yes=True)
    assert "退款" in terminal.text("#message")
    assert "正在全额原路退回" in terminal.words
    assert terminal.find("#code", QrCode).content is None
    terminal.work()
    terminal.screen.look()
    await terminal.settle()
    assert "已全额原路退回" in terminal.words
    assert not terminal.world.is_free(number)
    assert terminal.world.money().kept == 0


async def test_a_wrong_code_is_said_at_its_place_and_the_right_one_opens(terminal: Terminal) -> None:
    order_no = await an_order(terminal)
    await look_up(terminal, order_no)
    code = code_on(terminal.world.shop, PHONE)
    assert "139****0007" in terminal.words
    await terminal.tap_digits(*wrong(code))
    assert "还可以试 2 次" in (terminal.find("#code", Field).error or "")
    assert terminal.find("#code", Field).value == ""
    await terminal.tap_digits(*code)
    assert isinstance(terminal.screen, OneOrderScreen)
    assert terminal.app.visit.look_up.code == ""


async def test_an_expired_and_a_guessed_code_want_another_which_takes_a_captcha(terminal: Terminal) -> None:
    """SPEC 3.4, 3.5: the second code to one phone within an hour."""
    order_no = await an_order(terminal)
    await look_up(terminal, order_no)
    await terminal.pass_time(5 * MINUTE)
    old = code_on(terminal.world.shop, PHONE)
    await terminal.tap_digits(*old)
    assert "已过期" in (terminal.find("#code", Field).error or "")
    await terminal.tap_digits("hide")
    terminal.find("#resend").tick()
    await terminal.tap("#resend")
    captcha = terminal.find("#ask-person Captcha", Captcha)
    assert terminal.find("#ask-person").display
    challenge = captcha._challenge
    assert isinstance(challenge, Code)
    await terminal.tap("#ask-person Input")
    await terminal.tap_digits(*challenge.digits, "done")
    await terminal.tap("#ask-person .captcha--check")
    assert len(texts_to(terminal.world.shop, PHONE)) == 2
    await terminal.tap_digits(*code_on(terminal.world.shop, PHONE))
    assert isinstance(terminal.screen, OneOrderScreen)


async def test_going_back_to_the_number_needs_no_other_code(terminal: Terminal) -> None:
    order_no = await an_order(terminal)
    await look_up(terminal, order_no)
    await terminal.tap_digits("hide")
    await terminal.tap(BACK)
    assert terminal.find("#order_no", Field).value == order_no
    await terminal.tap(NEXT)
    assert len(texts_to(terminal.world.shop, PHONE)) == 1
    await terminal.tap_digits(*code_on(terminal.world.shop, PHONE))
    assert isinstance(terminal.screen, OneOrderScreen)


async def test_an_unknown_number_is_said_and_after_three_a_person_is_asked_for(terminal: Terminal) -> None:
    await an_order(terminal)
    await look_up(terminal, UNKNOWN)
    for _ in range(2):
        assert "没有找到这个订单" in (terminal.find("#order_no", Field).error or "")
        await terminal.tap_digits("hide")
        await terminal.tap(NEXT)
    assert not terminal.find("#ask-person").display
    await terminal.tap_digits("hide")
    await terminal.tap(NEXT)
    assert terminal.find("#ask-person").display
    assert texts_to(terminal.world.shop, PHONE) == []


async def test_what_is_typed_survives_a_change_of_language_and_print(terminal: Terminal) -> None:
    """SPEC 9.3."""
    order_no = await an_order(terminal)
    await terminal.tap("#by-number")
    await terminal.tap_digits(*order_no[:9])
    await terminal.tap("#language")
    assert terminal.find("#order_no", Field).value == order_no[:9]
    await terminal.tap_digits(*order_no[9:])
    await terminal.tap(NEXT)
    await terminal.tap_digits("1", "2")
    await terminal.tap("#print")
    assert terminal.find("#code", Field).value == "12"
    assert terminal.find("#ask-code").display
    await terminal.tap_digits("clear", *code_on(terminal.world.shop, PHONE))
    assert isinstance(terminal.screen, OneOrderScreen)
    await terminal.tap("#language")
    assert "等待您付款" in terminal.text("#state")


async def test_all_of_it_by_keys_alone(terminal: Terminal) -> None:
    """SPEC 9.1."""
    order_no = await an_order(terminal)
    await terminal.press("2")
    await terminal.type(order_no)
    await terminal.press("enter")
    await terminal.type(code_on(terminal.world.shop, PHONE))
    await terminal.press("enter")
    assert isinstance(terminal.screen, OneOrderScreen)
    await terminal.press("enter")
    assert isinstance(terminal.screen, PayScreen)
    await terminal.press("escape")
    await terminal.press("c", "tab", "enter")
    assert terminal.world.order_row(order_no).state is OrderState.CANCELLED
    await terminal.press("enter")
    await terminal.app.until_forgotten()
    assert terminal.app.current_mode == "attract"


async def test_a_scanned_receipt_offers_to_open_its_order(world: World, now: list[float]) -> None:
    """SPEC 2.5, 9.1."""
    async with open_terminal(world, now, has_scanner=True) as terminal:
        order_no = await an_order(terminal)
        await terminal.tap(BACK)
        await terminal.scan(order_no)
        assert isinstance(terminal.screen, OrderStatusScreen)
        assert texts_to(world.shop, PHONE) == []
        await terminal.tap("#more")
        assert isinstance(terminal.screen, FindOrderScreen)
        assert terminal.find("#order_no", Field).value == order_no
        await terminal.tap(NEXT)
        await terminal.tap_digits(*code_on(world.shop, PHONE))
        assert isinstance(terminal.screen, OneOrderScreen)
        await terminal.tap(BACK)
        assert isinstance(terminal.screen, OrderStatusScreen)
        await terminal.scan(UNKNOWN)
        assert not terminal.find("#more").display


async def test_a_receipt_can_be_scanned_where_its_number_is_asked_for(world: World, now: list[float]) -> None:
    async with open_terminal(world, now, has_scanner=True) as terminal:
        order_no = await an_order(terminal)
        await terminal.scan(order_no)
        assert isinstance(terminal.screen, FindOrderScreen)
        assert terminal.find("#order_no", Field).value == order_no


# What happens meanwhile


async def test_an_order_that_was_handed_over_meanwhile_is_not_cancelled(terminal: Terminal) -> None:
    order_no = await an_order(terminal, paid=True)
    await open_by_code(terminal, order_no)
    with terminal.world.shop.database.writing() as connection:
        row = orders.find_order(connection, order_no, lock=True)
        assert row is not None
        orders.change_state(connection, row, OrderState.COMPLETED, fulfilment_state=FulfilmentState.COLLECTED.value)
    await terminal.tap("#cancel")
    await answer(terminal, yes=True)
    assert "没有取消" in terminal.text("#message")
    assert "订单已完成" in terminal.text("#state")
    assert terminal.world.refunds(order_no) == []


async def test_a_payment_that_arrives_under_the_question_keeps_the_order(terminal: Terminal) -> None:
    """SPEC 6.4: nobody said that a paid order should end."""
    order_no = await an_order(terminal)
    trade = start_payment(terminal.world.shop, order_no, "sandbox").out_trade_no
    await open_by_code(terminal, order_no)
    await terminal.tap("#cancel")
    terminal.world.pay(trade)
    await answer(terminal, yes=True)
    assert "刚刚到账" in terminal.text("#message")
    assert "等待取卡" in terminal.text("#state")
    assert "逾期未取，号码自动激活并开始计费" in terminal.find("#next-2", Prose).text
    assert terminal.world.order_row(order_no).state is OrderState.IN_PROGRESS


async def test_at_its_deadline_an_order_can_not_be_paid_any_more(terminal: Terminal) -> None:
    """SPEC 4.7, 7.2."""
    order_no = await an_order(terminal)
    await open_by_code(terminal, order_no)
    await terminal.pass_time(30 * MINUTE)
    assert "正在核对付款" in terminal.text("#state")
    assert terminal.text(NEXT) == "完成"
    terminal.work()
    terminal.screen.look()
    await terminal.settle()
    assert "订单已取消" in terminal.text("#state")


async def test_paying_past_the_deadline_leads_back_to_the_order(terminal: Terminal) -> None:
    order_no = await an_order(terminal)
    await open_by_code(terminal, order_no)
    await terminal.tap(NEXT)
    await terminal.pass_time(30 * MINUTE)
    await terminal.tap(NEXT)
    assert isinstance(terminal.screen, OneOrderScreen)
    assert "订单已取消" in terminal.text("#state")


async def test_details_are_read_where_there_is_no_room_for_them(world: World, now: list[float]) -> None:
    """SPEC 9.4."""
    async with open_terminal(world, now, size=(80, 24)) as terminal:
        await open_by_code(terminal, await an_order(terminal, paid=True))
        await terminal.tap("#details")
        assert isinstance(terminal.screen, ReadText)
        assert "付款成功" in terminal.words


# All of them, signed in


async def test_signing_in_leads_from_the_entry_to_the_list_and_to_one_order(terminal: Terminal) -> None:
    account_id = add_member(terminal.world)
    mine = await an_order(terminal, account_id=account_id)
    await an_order(terminal, which=1)
    await terminal.tap("#by-account")
    assert isinstance(terminal.screen, SignInScreen)
    terminal.app.signed_in(SignedIn(account_id, AccountKind.MEMBER, "a***@example.com"))
    await terminal.settle()
    assert isinstance(terminal.screen, MyOrdersScreen)
    assert [row.key for row in terminal.find("#orders", ChoiceList).rows] == [mine]
    await terminal.tap_row("#orders", 0)
    assert isinstance(terminal.screen, OneOrderScreen)
    await terminal.tap("#cancel")
    await answer(terminal, yes=True)
    await terminal.tap(BACK)
    assert isinstance(terminal.screen, MyOrdersScreen)
    assert "订单已取消" in terminal.text("#orders")
    await terminal.press("1")
    assert isinstance(terminal.screen, OneOrderScreen)


async def test_without_orders_the_first_one_is_a_touch_away_and_becomes_theirs(terminal: Terminal) -> None:
    account_id = add_member(terminal.world)
    await terminal.begin()
    terminal.app.visit.person = SignedIn(account_id, AccountKind.MEMBER, "a***@example.com")
    await terminal.app.push_screen(MyOrdersEntry())
    await terminal.settle()
    assert "您还没有订单" in terminal.words
    await terminal.tap(NEXT)
    assert terminal.is_at(Step.NUMBER)


async def test_what_is_ordered_while_signed_in_is_listed(terminal: Terminal) -> None:
    """The confirm screen says whose order it is."""
    account_id = add_member(terminal.world)
    await terminal.reach(Step.CONFIRM, agreed=True)
    terminal.app.visit.person = SignedIn(account_id, AccountKind.MEMBER, "a***@example.com")
    await terminal.tap(NEXT)
    assert terminal.is_at(Step.PAY)
    assert terminal.the_row("orders").account_id == account_id
