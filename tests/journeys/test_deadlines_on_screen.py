"""What a customer sees when time passes: the hold, the payment's half hour, late money (SPEC 4.2, 6, 7)."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from kiosk.domain.journeys import Step
from kiosk.domain.orders import ClaimKind, OrderState
from kiosk.gateways.payment import Trade
from kiosk.services.hold_number import hold_number
from kiosk.services.submit_order import submit_order
from screens.number_purchase.pay import PayScreen
from screens.similar import SimilarNumbers
from tests.journeys.hands import BACK, HOME_SHOP, NEXT, TARIFF, WHO, Terminal, open_terminal
from tests.services.small_shop import START, World
from widgets.countdown import Countdown
from widgets.modal import Ask
from widgets.number_list import NumberList
from widgets.qr import QrCode

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
HALF_AN_HOUR = timedelta(minutes=30)


async def test_the_time_left_is_shown_on_every_step(terminal: Terminal) -> None:
    """SPEC 4.1: the countdown is visible on every step; the last minutes are told by the second."""
    await terminal.reach(Step.CONFIRM)
    for _ in range(3):
        assert "30" in terminal.text(terminal.find("#countdown").query_one("Static"))
        await terminal.press("escape")
    assert terminal.is_at(Step.NUMBER)
    await terminal.pass_time(timedelta(minutes=26, seconds=30))
    assert "3:30" in terminal.text(terminal.find("#countdown").query_one("Static"))
    assert terminal.find("#countdown").has_class("-soon")


@pytest.mark.parametrize(
    ("step", "is_swept"),
    [(Step.NUMBER, True), (Step.TARIFF, False), (Step.CUSTOMER, True), (Step.CONFIRM, False)],
)
async def test_an_expired_hold_is_said_and_a_similar_number_goes_on(
    terminal: Terminal, step: Step, is_swept: bool
) -> None:
    """SPEC 4.2, 7.2: given back with a clear message and a one-tap search, whether or not a worker is awake."""
    number = await terminal.reach(Step.CUSTOMER, shop_code=HOME_SHOP, **WHO)
    visit = terminal.app.visit
    terminal.app.show_step(step)
    await terminal.settle()
    before = visit.purchase
    await terminal.pass_time(HALF_AN_HOUR - SECOND)
    assert terminal.is_at(step)
    assert not isinstance(terminal.screen, SimilarNumbers)
    terminal.world.clock.move(SECOND)
    if is_swept:
        terminal.work()
        assert terminal.rows("number_claims") == []
    await terminal.look_at_clock()
    assert isinstance(terminal.screen, SimilarNumbers)
    assert "已放回" in terminal.words
    assert terminal.world.is_free(number)
    similar: NumberList = terminal.screen.query_one(NumberList)
    assert 1 <= len(similar.rows) <= 5
    another = int(similar.rows[0].key)
    await terminal.tap_row(similar)
    assert terminal.is_at(Step.TARIFF)
    assert (visit.purchase.msisdn, visit.purchase.held_until) == (another, START + 2 * HALF_AN_HOUR)
    assert terminal.world.live_claims() == {another: ClaimKind.HOLD}
    assert (visit.purchase.name, visit.purchase.phone) == (before.name, before.phone)
    assert "30" in terminal.text(terminal.find("#countdown").query_one("Static"))


async def test_a_hold_that_expires_while_something_is_decided_is_said_afterwards(terminal: Terminal) -> None:
    """SPEC 4.2: nobody goes on with a number that has gone back."""
    await terminal.reach(Step.CUSTOMER)
    with terminal.screen.deciding():
        await terminal.pass_time(HALF_AN_HOUR)
        assert not isinstance(terminal.screen, SimilarNumbers)
    await terminal.settle()
    assert isinstance(terminal.screen, SimilarNumbers)


async def test_a_hold_that_was_given_more_time_at_its_end_is_not_said_to_be_gone(terminal: Terminal) -> None:
    await terminal.reach(Step.CUSTOMER)
    with terminal.screen.deciding():
        await terminal.pass_time(HALF_AN_HOUR)
        terminal.screen.change(held_until=START + 2 * HALF_AN_HOUR)
    await terminal.settle()
    assert terminal.is_at(Step.CUSTOMER)
    assert not isinstance(terminal.screen, SimilarNumbers)


async def test_none_of_the_similar_ones_leads_back_to_the_search(terminal: Terminal) -> None:
    """SPEC 4.2."""
    await terminal.reach(Step.CUSTOMER)
    await terminal.pass_time(HALF_AN_HOUR)
    await terminal.press("escape")
    assert terminal.is_at(Step.NUMBER)
    assert terminal.app.visit.purchase.msisdn is None
    assert terminal.find("#basket").has_class("-empty")


@pytest.mark.parametrize("dialog", ["#restart", "#read"])
async def test_a_hold_that_expires_below_a_dialog_leaves_one_step_and_no_dialog(
    terminal: Terminal, dialog: str
) -> None:
    """SPEC 4.2: nothing of the step before stays below."""
    await terminal.reach(Step.CONFIRM)
    await terminal.tap(dialog)
    assert terminal.screen.is_modal
    terminal.world.clock.move(HALF_AN_HOUR)
    for screen in terminal.app.screen_stack:
        for countdown in screen.query("#countdown"):
            countdown.tick()  # type: ignore[attr-defined]
    await terminal.settle()
    assert isinstance(terminal.screen, SimilarNumbers)
    await terminal.tap_row(terminal.screen.query_one(NumberList))
    assert terminal.is_at(Step.TARIFF)
    assert len(terminal.app.screen_stack) == 2
    await terminal.tap("#language")
    assert terminal.app.tr.language == "en"


async def test_a_number_whose_hold_ended_unseen_is_not_ordered(terminal: Terminal) -> None:
    """SPEC 4.2, 4.6: the moment of the order counts, not what the screen knows."""
    await terminal.reach(Step.CONFIRM)
    await terminal.tap("#agree")
    terminal.world.clock.move(HALF_AN_HOUR)
    await terminal.tap(NEXT)
    assert isinstance(terminal.screen, SimilarNumbers)
    assert terminal.rows("orders") == []


# Paying


def code(terminal: Terminal) -> str | None:
    shown: QrCode = terminal.find("#code")
    return shown.content


@pytest.mark.parametrize("is_swept", [False, True], ids=["no worker", "worker"])
async def test_an_unpaid_order_ends_at_its_deadline_and_the_number_returns(terminal: Terminal, is_swept: bool) -> None:
    """SPEC 4.7, 6.1, 6.4: the code is wiped, the number is in stock again, a new start is offered."""
    number = await terminal.reach(Step.PAY)
    order_no, shown = terminal.order_no, code(terminal)
    assert shown
    await terminal.pass_time(HALF_AN_HOUR - SECOND)
    assert code(terminal) == shown
    terminal.world.clock.move(SECOND)
    if is_swept:
        terminal.work()
        await terminal.look_at_payment()
    await terminal.look_at_clock()
    assert code(terminal) is None
    assert shown not in terminal.words
    assert "已取消" in terminal.text("#headline")
    order = terminal.world.order_row(order_no)
    assert (order.state, order.state_reason) == ("cancelled", "payment_timeout")
    assert terminal.world.is_free(number)
    assert [attempt.state for attempt in terminal.world.attempts(order_no)] == ["closed"]
    await terminal.tap(NEXT)
    assert terminal.is_at(Step.NUMBER)
    assert terminal.app.visit.purchase.order_no is None


async def test_a_declined_payment_is_tried_again_with_a_new_code(terminal: Terminal) -> None:
    """SPEC 6.1, 6.2: the screen turns to "failed"; another code only after the first is settled."""
    await terminal.reach(Step.PAY)
    first, first_code = terminal.trade, code(terminal)
    terminal.world.ledger.decline(first)
    await terminal.look_at_payment()
    assert code(terminal) is None
    assert "没有扣款" in terminal.text("#message")
    await terminal.tap(NEXT)
    assert code(terminal) not in {None, first_code}
    assert terminal.text("#message") == ""
    second = terminal.trade
    assert second != first
    terminal.world.pay(second)
    await terminal.look_at_payment()
    assert terminal.is_at(Step.COLLECT)
    states = {attempt.out_trade_no: attempt.state for attempt in terminal.rows("payment_attempts")}
    assert states == {first: "failed", second: "confirmed"}


async def test_a_payment_in_flight_at_the_deadline_still_buys_the_number(terminal: Terminal) -> None:
    """SPEC 6.4: query, close, query again."""
    await terminal.reach(Step.PAY)
    terminal.world.pay(terminal.trade)
    await terminal.pass_time(HALF_AN_HOUR)
    assert terminal.is_at(Step.COLLECT)
    assert terminal.the_row("orders").state == "in_progress"


@pytest.mark.parametrize("is_free", [True, False], ids=["still free", "taken since"])
async def test_money_that_comes_after_the_end_buys_the_number_or_goes_back(terminal: Terminal, is_free: bool) -> None:
    """SPEC 6.4: the number is taken back if it is still free, else all is refunded, with an SMS."""
    number = await terminal.reach(Step.PAY)
    order_no, trade = terminal.order_no, terminal.trade
    await terminal.pass_time(HALF_AN_HOUR)
    if not is_free:
        visit_id = terminal.world.visit()
        hold_number(terminal.world.shop, visit_id, number)
        other = terminal.world.submission(visit_id, number, person=7, tariff=TARIFF, branch=HOME_SHOP)
        submit_order(terminal.world.shop, other)
    terminal.world.pay_late(trade)
    terminal.world.deliver_notices()
    terminal.work()
    order = terminal.world.order_row(order_no)
    assert order.state == ("in_progress" if is_free else "cancelled")
    refunds = [refund.state for refund in terminal.world.refunds(order_no)]
    assert refunds == ([] if is_free else ["succeeded"])
    (sms,) = [body for body in terminal.world.messages() if order_no in body]
    assert ("退回" in sms) is not is_free
    money = terminal.world.money()
    assert money.paid == money.kept + money.given_back


async def test_a_silent_provider_is_waited_for_and_nothing_is_believed(terminal: Terminal) -> None:
    """SPEC 6.3: unknown is never failed, and the number stays while a payment is unknown."""
    number = await terminal.reach(Step.PAY)
    order_no, shown = terminal.order_no, code(terminal)
    terminal.world.provider.silent = {"query", "close"}
    await terminal.look_at_payment()
    assert code(terminal) == shown
    await terminal.pass_time(HALF_AN_HOUR)
    assert code(terminal) is None
    assert "不要重复付款" in terminal.text("#message")
    assert terminal.world.order_row(order_no).state == "held"
    assert not terminal.world.is_free(number)
    terminal.world.pay_late(terminal.trade)
    terminal.world.provider.silent = set()
    await terminal.until(lambda: terminal.is_at(Step.COLLECT))
    assert terminal.world.order_row(order_no).state == "in_progress"


@pytest.mark.parametrize("fault", ["silent", "mute", "refusing"])
async def test_a_code_that_cannot_be_had_is_asked_for_again(terminal: Terminal, fault: str) -> None:
    """SPEC 6.3: said calmly, nothing taken, and "try again" works."""
    getattr(terminal.world.provider, fault).update({"create"})
    await terminal.reach(Step.PAY)
    assert code(terminal) is None
    assert "没有扣款" in terminal.text("#message")
    getattr(terminal.world.provider, fault).clear()
    await terminal.tap(NEXT)
    assert code(terminal) is not None
    terminal.world.pay(terminal.trade)
    await terminal.look_at_payment()
    assert terminal.is_at(Step.COLLECT)


async def test_paying_twice_pays_back_once(terminal: Terminal) -> None:
    """SPEC 6.3."""
    await terminal.reach(Step.PAY)
    terminal.world.pay(terminal.trade, times=2)
    await terminal.look_at_payment()
    assert terminal.is_at(Step.COLLECT)
    terminal.work()
    money = terminal.world.money()
    assert money.given_back * 2 == money.paid


@pytest.mark.parametrize("answer", ["yes", "no"])
async def test_an_order_is_cancelled_only_when_that_is_meant(terminal: Terminal, answer: str) -> None:
    """SPEC 4.2: cancelling gives the number back; a slip of the finger doesn't."""
    number = await terminal.reach(Step.PAY)
    shown = code(terminal)
    await terminal.tap(BACK)
    assert isinstance(terminal.screen, Ask)
    if answer == "yes":
        await terminal.tap(terminal.screen._yes)
    else:
        await terminal.press("escape")
    assert terminal.world.is_free(number) is (answer == "yes")
    assert code(terminal) == (None if answer == "yes" else shown)


async def test_a_payment_that_arrives_below_the_question_ends_the_question(terminal: Terminal) -> None:
    """SPEC 6.1: the screen turns by itself to "paid"; nobody can cancel what is paid."""
    await terminal.reach(Step.PAY)
    await terminal.tap(BACK)
    terminal.world.pay(terminal.trade)
    await terminal.until(lambda: terminal.is_at(Step.COLLECT))
    await terminal.settle()
    assert len(terminal.app.screen_stack) == 2
    await terminal.press("enter")
    assert terminal.app.current_mode == "attract"
    assert terminal.the_row("orders").state == "in_progress"


# When the provider is silent, slow or wrong


def time_to_pay(terminal: Terminal) -> timedelta | None:
    countdown: Countdown = terminal.find("#pay-countdown")
    return countdown.remaining


@contextmanager
def slow(world: World, call: str) -> Iterator[threading.Event]:
    """Let the provider think about every such call until the end; the event says that the first has arrived."""
    arrived, answer = threading.Event(), threading.Event()

    def think(asked: str) -> None:
        if asked == call:
            arrived.set()
            answer.wait(10)

    world.provider.before = think
    try:
        yield arrived
    finally:
        world.provider.before = lambda _call: None
        answer.set()


def one_fen_short(trade: Trade) -> Trade:
    paid = (replace(each, amount_fen=each.amount_fen - 1) for each in trade.transactions)
    return replace(trade, transactions=tuple(paid))


def decline(terminal: Terminal) -> None:
    terminal.world.ledger.decline(terminal.trade)


def let_the_worker_close_it(terminal: Terminal) -> None:
    terminal.world.clock.move(MINUTE)
    terminal.work()


@pytest.mark.parametrize("end", [decline, let_the_worker_close_it], ids=["declined", "worker"])
async def test_an_order_whose_payment_is_unknown_turns_by_itself(
    terminal: Terminal, end: Callable[[Terminal], None]
) -> None:
    """SPEC 6.1, 6.3: as soon as the truth is known; until then no time is counted and nothing can be paid."""
    number = await terminal.reach(Step.PAY)
    order_no = terminal.order_no
    terminal.world.provider.silent = {"query", "close"}
    await terminal.pass_time(HALF_AN_HOUR)
    for _ in range(3):
        await terminal.look_at_payment()
        assert terminal.world.order_row(order_no).state is OrderState.HELD
        assert "不要重复付款" in terminal.text("#message")
        assert time_to_pay(terminal) is None
    terminal.world.provider.silent = set()
    end(terminal)
    await terminal.until(lambda: "已取消" in terminal.text("#headline"))
    await terminal.settle()
    assert terminal.world.order_row(order_no).state is OrderState.CANCELLED
    assert terminal.world.is_free(number)
    assert terminal.text("#message") == ""


async def test_amount_and_time_are_shown_before_there_is_a_code(terminal: Terminal) -> None:
    """SPEC 6.1: they are the order's, whatever the provider says; and the deadline counts without a code."""
    terminal.world.provider.silent = {"create", "query", "close"}
    await terminal.reach(Step.PAY, amount_fen=8_900, pay_deadline=START + HALF_AN_HOUR)
    order_no = terminal.order_no
    assert code(terminal) is None
    assert "89" in terminal.text("#amount")
    assert time_to_pay(terminal) == HALF_AN_HOUR
    await terminal.pass_time(HALF_AN_HOUR)
    assert "不要重复付款" in terminal.text("#message")
    assert time_to_pay(terminal) is None
    assert terminal.world.order_row(order_no).state is OrderState.HELD
    terminal.world.provider.silent = set()
    let_the_worker_close_it(terminal)
    await terminal.until(lambda: "已取消" in terminal.text("#headline"))


async def test_another_try_past_the_deadline_ends_the_order(terminal: Terminal) -> None:
    """SPEC 4.7: although no countdown has noticed."""
    terminal.world.provider.refusing = {"create"}
    number = await terminal.reach(Step.PAY)
    terminal.world.clock.move(HALF_AN_HOUR)
    await terminal.tap(NEXT)
    assert "已取消" in terminal.text("#headline")
    assert terminal.world.order_row(terminal.order_no).state_reason == "payment_timeout"
    assert terminal.world.is_free(number)


async def test_nobody_who_paid_is_told_that_nothing_was_taken(terminal: Terminal) -> None:
    """SPEC 6.3: money of a wrong amount goes back, and every later word on the screen knows of it."""
    await terminal.reach(Step.PAY)
    terminal.world.provider.twist = one_fen_short
    terminal.world.pay(terminal.trade)
    await terminal.look_at_payment()
    assert "金额不符" in terminal.text("#message")
    assert "没有扣款" not in terminal.words
    terminal.world.provider.refusing = {"create"}
    await terminal.tap(NEXT)
    assert "将全额退回" in terminal.text("#message")
    assert "没有扣款" not in terminal.words
    await terminal.tap(BACK)
    assert isinstance(terminal.screen, Ask)
    await terminal.tap(terminal.screen._yes)
    assert "已取消" in terminal.text("#headline")
    assert "将全额退回" in terminal.text("#explanation")
    assert "没有扣款" not in terminal.words


async def test_a_slow_provider_is_asked_once_at_a_time(terminal: Terminal) -> None:
    """SPEC 6.3, 9.1: looking again neither drops the answer that is on its way nor piles up threads."""
    await terminal.reach(Step.PAY)
    screen = terminal.screen
    assert isinstance(screen, PayScreen)
    with slow(terminal.world, "query") as arrived:
        screen.look()
        await terminal.until(arrived.is_set)
        terminal.world.pay(terminal.trade)
        asked = terminal.world.provider.calls.count("query")
        for _ in range(5):
            screen.look()
            screen.paid_already()
            await asyncio.sleep(0.01)
        assert terminal.world.provider.calls.count("query") == asked
    await terminal.until(lambda: terminal.is_at(Step.COLLECT))


async def test_asking_for_a_payment_does_not_stop_the_end_of_the_order(terminal: Terminal) -> None:
    """SPEC 6.4: "I have paid" while the last question to the provider is under way."""
    await terminal.reach(Step.PAY)
    screen = terminal.screen
    assert isinstance(screen, PayScreen)
    with slow(terminal.world, "close") as arrived:
        screen.deadline_passed()
        await terminal.until(arrived.is_set)
        screen.action_press("paid-already")
        await terminal.until(lambda: "正在查询" in terminal.text("#message"))
        await asyncio.sleep(0.02)
    await terminal.settle()
    assert "已取消" in terminal.text("#headline")
    assert terminal.text("#message") == ""


async def test_a_failure_is_said_in_either_language_and_not_tried_again(terminal: Terminal) -> None:
    """SPEC 9.3: a switch of language changes nothing but the words."""
    terminal.world.provider.refusing = {"create"}
    await terminal.reach(Step.PAY)
    said, calls = terminal.text("#message"), len(terminal.world.provider.calls)
    await terminal.tap("#language")
    assert "not charged" in terminal.text("#message")
    await terminal.tap("#language")
    assert terminal.text("#message") == said != ""
    assert len(terminal.world.provider.calls) == calls
    terminal.world.provider.refusing = set()
    await terminal.tap(NEXT)
    shown = code(terminal)
    assert shown is not None
    await terminal.tap("#language")
    assert code(terminal) == shown


async def test_a_terminal_without_a_provider_says_so_calmly(world: World, now: list[float]) -> None:
    """SPEC 9.2: none is expected to open; one that lost its provider doesn't break down."""
    async with open_terminal(world, now, shop=replace(world.shop, payments={})) as terminal:
        await terminal.reach(Step.PAY)
        assert "不能付款" in terminal.text("#message")
        assert code(terminal) is None
        await terminal.tap(BACK)
        assert isinstance(terminal.screen, Ask)
        await terminal.tap(terminal.screen._yes)
        assert "已取消" in terminal.text("#headline")
