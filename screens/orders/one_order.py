"""One order of one's own: where it is, what to do next, and doing it (SPEC 2.1, 2.5, 4.7, 4.11)."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import ClassVar, Final

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widget import Widget
from textual.widgets import Static

from kiosk.domain.journeys import Step
from kiosk.domain.orders import OrderState
from kiosk.services.cancel_order import cancel_order, cancel_paid_order
from kiosk.services.errors import NotCancellable, NotPayable, OrderUnknown
from kiosk.services.my_orders import OrderStory, show_my_order, show_opened_order
from kiosk.services.track_order import Standing
from kiosk.services.whose_order import Asker
from screens.help.passages import CANCELLING
from screens.number_purchase.price_panel import AmountLines
from screens.order_words import Mark, OrderWords, unknown_order_words
from screens.orders.my_order_words import cancel_question, my_order_words
from screens.orders.orders_screen import ORDERS_CSS, OrdersScreen
from screens.orders.story_words import amount_lines, story_text, timeline_text
from widgets.action_bar import ActionBar
from widgets.big_digits import BigDigits
from widgets.countdown import Countdown
from widgets.message_line import MessageLevel
from widgets.modal import Ask, ReadText
from widgets.prose import Prose
from widgets.qr import QrCode
from widgets.tap_button import TapButton

_LOOK_EVERY_SECONDS: Final = 3.0
_PLACES: Final = (1, 2)
_MOVING: Final = frozenset({Standing.TO_PAY, Standing.CHECKING, Standing.REFUNDING})
"""Where an order may change without anybody's touch."""
_WITH_CODE: Final = frozenset({Standing.TO_COLLECT, Standing.OVERDUE})


class OneOrderScreen(OrdersScreen):
    """An order that its person may see: their own by account, or opened by a code in this visit.

    Done ends the visit, so that whoever comes next finds nothing.
    """

    PASSAGE = CANCELLING
    CSS_PATH: ClassVar[list[str | PurePath]] = [ORDERS_CSS, "one_order.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c,C", "press('cancel')", show=False),
        Binding("d,D", "press('details')", show=False),
    ]

    def __init__(self, order_no: str) -> None:
        super().__init__()
        self._order_no = order_no
        self._story: OrderStory | None = None
        self._is_cancelling = False

    def compose_body(self) -> ComposeResult:
        """Its number, the order on the left, the code to collect it with on the right."""
        tr = self.tr
        with Vertical(id="which"):
            yield Static(tr("订单号"), classes="caption", markup=False)
            yield BigDigits(self._order_no, id="order-no")
        with Horizontal(id="order"):
            with VerticalScroll(id="words", can_focus=False):
                with Horizontal(id="state-row"):
                    yield Static("", id="state", markup=False)
                    yield Countdown(
                        tr("剩余 {minutes} 分钟"),
                        self.front.shop.now,
                        urgent=tr("剩余 {clock}"),
                        over="",
                        id="pay-countdown",
                    )
                for place in _PLACES:
                    with Horizontal(classes="next-step", id=f"step-{place}"):
                        yield Static(str(place), classes="place", markup=False)
                        yield Prose("", id=f"next-{place}")
                with Vertical(id="facts"):
                    yield AmountLines(id="amounts")
                    yield Prose("", id="timeline")
            with Vertical(id="take-away"):
                yield QrCode(too_small=tr("请记下订单号"), id="code")
                yield Prose(tr("取卡时，请向店员出示此码或订单号"), id="take-away-text")

    def between(self) -> Sequence[Widget]:
        """What else can be done."""
        tr = self.tr
        return (
            TapButton(tr("明细"), hint="D", id="details"),
            TapButton(tr("取消订单"), hint="C", id="cancel"),
        )

    def next_label(self) -> str:
        """To pay is the next thing while that can be done; else to leave no trace."""
        story = self._story
        return self.tr("去付款") if story is not None and story.order.can_pay else self.tr("完成")

    def on_mount(self) -> None:
        """Look again from time to time, where something may have changed."""
        self.set_interval(_LOOK_EVERY_SECONDS, self.look)

    async def on_screen_resume(self) -> None:
        """Come back from the payment: the order may have another state, and is no purchase any more."""
        if self.front.visit.purchase.is_resumed:
            self.front.visit.begin_purchase()
        self.fetch()

    def fill(self) -> None:
        """Show what is known, then what has become of it."""
        self.show_story()
        self.fetch()

    def look(self) -> None:
        """See whether it has changed by itself."""
        if self.is_current and self._story is not None and self._story.order.standing in _MOVING:
            self.fetch()

    @work(exclusive=True, group="fetch")
    async def fetch(self) -> None:
        """Ask for the order, as its person."""
        front, visit = self.front, self.front.visit
        try:
            if visit.opened_order == self._order_no:
                self._story = await front.ask(show_opened_order, front.shop, visit.visit_id, self._order_no)
            elif visit.person is not None:
                self._story = await front.ask(show_my_order, front.shop, visit.person, self._order_no)
        except OrderUnknown:
            self._story = None
            self.show_words(unknown_order_words(self.tr))
        self.show_story()

    def show_story(self) -> None:
        """Everything about the order, once it is known."""
        story, tr = self._story, self.tr
        bar = self.query_one("#actions", ActionBar)
        bar.next = self.next_label()
        self.query_one("#cancel").display = story is not None and story.order.can_cancel
        self.set_class(story is not None, "-known")
        if story is None:
            return
        order = story.order
        self.show_words(my_order_words(tr, order))
        self.query_one("#pay-countdown", Countdown).deadline = order.until if order.can_pay else None
        self.query_one("#amounts", AmountLines).show(amount_lines(tr, story))
        self.query_one("#timeline", Prose).text = timeline_text(tr, story)
        has_code = order.standing in _WITH_CODE
        self.set_class(has_code, "-collects")
        self.query_one("#code", QrCode).content = order.order_no if has_code else None

    def show_words(self, words: OrderWords) -> None:
        """The state, and as many steps as there are."""
        state = self.query_one("#state", Static)
        state.update(f"{words.mark} {words.state}")
        for mark in Mark:
            state.set_class(mark is words.mark, f"-{mark.name.lower()}")
        for place in _PLACES:
            text = words.steps[place - 1] if place <= len(words.steps) else ""
            self.query_one(f"#next-{place}", Prose).text = text
            self.query_one(f"#step-{place}").display = bool(text)
            # A single sentence needs no number.
            self.query_one(f"#step-{place} .place", Static).display = len(words.steps) > 1

    @on(Countdown.Expired, "#pay-countdown")
    def deadline_passed(self) -> None:
        """It can't be paid any more."""
        self.fetch()

    @on(TapButton.Pressed, "#details")
    def show_details(self) -> None:
        """All amounts and all that happened, where the screen has no room for them."""
        tr = self.tr
        if self._story is not None:
            text = story_text(tr, self._story)
            title = tr("订单 {order_no}", order_no=self._order_no)
            self.app.push_screen(ReadText(title, text, close=tr("关闭"), page_up=tr("上一页"), page_down=tr("下一页")))

    def proceed(self) -> None:
        """Pay, or leave no trace."""
        story = self._story
        if self._is_cancelling:
            return
        if story is None or not story.order.can_pay:
            self.front.end_visit("finished")
            return
        order, visit = story.order, self.front.visit
        visit.begin_purchase()
        visit.purchase = replace(
            visit.purchase,
            msisdn=order.msisdn,
            tariff_code=order.tariff_code,
            order_no=order.order_no,
            amount_fen=order.amount_fen,
            pay_deadline=order.pay_deadline,
            is_resumed=True,
        )
        self.front.show_step(Step.PAY)

    @on(TapButton.Pressed, "#cancel")
    @work(exclusive=True, group="cancel")
    async def ask_to_cancel(self) -> None:
        """Say what comes back and when, and cancel if that is really meant."""
        story, tr = self._story, self.tr
        if story is None or not story.order.can_cancel or self._is_cancelling:
            return
        title, text, yes = cancel_question(tr, story.order, self.front.shop.rules.rest)
        if not await self.app.push_screen_wait(Ask(title, text, yes=yes, no=tr("不取消"), danger=True)):
            return
        self._is_cancelling = True
        try:
            text, level = await self._cancel(is_paid=story.order.paid_at is not None)
        finally:
            self._is_cancelling = False
        self.say(text, level)
        self.fetch()

    async def _cancel(self, *, is_paid: bool) -> tuple[str, MessageLevel]:
        """Cancel what the question was about, and say how that ended."""
        front, tr, visit = self.front, self.tr, self.front.visit
        asker = Asker(visit.visit_id, visit.person)
        too_late = tr("订单的状态刚刚变了，没有取消。请看最新状态。"), MessageLevel.WARNING
        try:
            if is_paid:
                await front.ask(cancel_paid_order, front.shop, asker, self._order_no)
                return tr("订单已取消，全额退款已开始办理，会短信通知您。"), MessageLevel.INFO
            ended = await front.ask(cancel_order, front.shop, asker, self._order_no)
        except (NotCancellable, NotPayable, OrderUnknown):
            return too_late
        match ended:
            case OrderState.CANCELLED:
                return tr("订单已取消，号码已放回，没有收取费用。"), MessageLevel.INFO
            case OrderState.HELD:
                return tr("正在与支付平台核对，核对后自动取消，或继续办理。"), MessageLevel.WARNING
            case _:
                return tr("您的付款刚刚到账，订单没有取消。要退款，请再点一次“取消订单”。"), MessageLevel.WARNING
