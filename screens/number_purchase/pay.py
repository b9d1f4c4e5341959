"""Step 5: pay by phone. The screen asks the provider; it turns by itself to paid, expired or failed (SPEC 6.1)."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import PurePath
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from textual.widgets import Static

from kiosk.domain.journeys import Step
from kiosk.domain.money import format_yuan
from kiosk.domain.msisdn import group_msisdn
from kiosk.domain.orders import OrderState, StateReason
from kiosk.services.cancel_order import cancel_order
from kiosk.services.errors import NotPayable, OrderUnknown, PaymentRefused, PaymentUnavailable
from kiosk.services.take_payment import (
    PaymentCode,
    PaymentProgress,
    known_progress,
    payment_progress,
    start_payment,
)
from kiosk.services.whose_order import Asker
from screens.number_purchase.payment_words import (
    PaymentFailure,
    PaymentPhase,
    words_of_code,
    words_of_end,
    words_of_failure,
    words_of_search,
)
from screens.step_screen import STEP_CSS, StepScreen
from screens.words import short_yuan
from widgets.action_bar import ActionBar
from widgets.big_digits import BigDigits
from widgets.countdown import Countdown
from widgets.message_line import MessageLevel, MessageLine
from widgets.modal import Ask
from widgets.prose import Prose
from widgets.qr import QrCode
from widgets.tap_button import TapButton

_LOOK_EVERY_SECONDS = 1.5


class PayScreen(StepScreen):
    """The code, the amount, the time left and what to do; nothing here is believed but the provider's answer."""

    STEP = Step.PAY
    CSS_PATH: ClassVar[list[str | PurePath]] = [STEP_CSS, "pay.tcss"]

    BINDINGS: ClassVar[list[BindingType]] = [Binding("p,P", "press('paid-already')", show=False)]

    def __init__(self) -> None:
        super().__init__()
        self._code: PaymentCode | None = None
        self._phase = PaymentPhase.OPENING
        self._failure = PaymentFailure.NO_ANSWER
        self._refund_due = False
        self._says_paid = False
        self._looking = False
        self._ending = False
        self._is_drawn = False

    @property
    def idle_seconds_override(self) -> float:
        """Paying takes longer than choosing: people look for their phone."""
        rules = self.front.shop.rules
        longest = max(rules.idle_paying, rules.large_idle) if self.front.large_print else rules.idle_paying
        return longest.total_seconds()

    def compose_body(self) -> ComposeResult:
        """The code on the left, what to know on the right."""
        tr, front = self.tr, self.front
        with Horizontal(id="payment"):
            with Vertical(id="code-side"):
                yield QrCode(too_small=tr("屏幕太小，放不下付款码，请放大窗口"), id="code")
            with Vertical(id="words"):
                yield Static(tr("应付"), classes="caption", markup=False)
                yield BigDigits("", id="amount")
                yield Countdown(tr("剩余时间"), front.shop.now, large=True, id="pay-countdown")
                yield Static("", id="headline", markup=False)
                yield Prose("", id="explanation")
                yield MessageLine(id="message")
                # Where there is no room for the basket.
                yield Static(tr("订单号 {order_no}", order_no=self.order_no), id="order-no", markup=False)

    def between(self) -> Sequence[Widget]:
        """For somebody who has paid and sees no change."""
        return (TapButton(self.tr("我已付款，还没更新？"), hint="P", id="paid-already"),)

    def back_label(self) -> str | None:
        """There is no way back to the form, but out, for as long as that is known to be free; or to the order."""
        if self.purchase.is_resumed:
            return None if self._phase.is_last else self.tr("返回订单")
        return self.tr("取消订单") if self._phase.is_open else None

    def next_label(self) -> str | None:
        """Only a payment leads on; after a failure or the deadline, a new start does."""
        match self._phase:
            case PaymentPhase.OVER if self.purchase.is_resumed:
                return self.tr("返回订单")
            case PaymentPhase.OVER:
                return self.tr("重新选号")
            case PaymentPhase.FAILED:
                return self.tr("再试一次")
            case _:
                return None

    def basket_text(self) -> str:
        """The number and the order."""
        purchase = self.purchase
        return self.tr(
            "{number} · 订单号 {order_no}",
            number=group_msisdn(purchase.msisdn or 0),
            order_no=purchase.order_no or "",
        )

    def deadline(self) -> datetime | None:
        """The hold has become an order; its own countdown is larger."""
        return None

    def what_is_lost(self) -> str:
        """The order stays until its deadline, whoever looks."""
        return self.tr("订单已提交，会保留到付款时间结束。离开后，本机不再显示付款码。")

    def on_mount(self) -> None:
        """Open the payment, and ask the provider again and again."""
        self.open_payment()
        self.set_interval(_LOOK_EVERY_SECONDS, self.look)

    def on_unmount(self) -> None:
        """Leave no code behind."""
        self._code = None

    async def change_texts(self) -> None:
        """Draw what there is in the new language; what arrives in between is drawn with it."""
        self._is_drawn = False
        await super().change_texts()

    def fill(self) -> None:
        """Show how the payment stands."""
        self._is_drawn = True
        self.redraw()

    @property
    def order_no(self) -> str:
        """The order to be paid."""
        return self.purchase.order_no or ""

    @work(exclusive=True, group="open")
    async def open_payment(self) -> None:
        """Get a code from the provider; an attempt that waits already is shown again."""
        shop = self.front.shop
        provider = next(iter(shop.payments), None)
        if provider is None:
            self.fail(PaymentFailure.NO_PROVIDER)
            return
        code: PaymentCode | None = None
        is_payable = True
        try:
            code = await self.front.ask(start_payment, shop, self.order_no, provider)
        except NotPayable:
            is_payable = False
        except (PaymentUnavailable, PaymentRefused):
            pass
        progress = await self.front.ask(known_progress, shop, self.order_no)
        if self._phase is not PaymentPhase.OPENING:
            # The order was being ended meanwhile.
            return
        self.follow(progress)
        if self._phase is not PaymentPhase.OPENING:
            return
        if code is not None:
            self._code = code
            self.turn_to(PaymentPhase.WAITING)
        elif is_payable:
            self.fail(PaymentFailure.NO_ANSWER)
        else:
            # Its time is up, and nobody has ended it yet.
            self.end_order(StateReason.PAYMENT_TIMEOUT)

    def look(self) -> None:
        """See what has become of the payment, where it can change without a touch."""
        if self._phase in {PaymentPhase.WAITING, PaymentPhase.CHECKING}:
            self.ask_provider()

    @work(group="look")
    async def ask_provider(self) -> None:
        """Follow what the provider says; a slow one is asked once at a time."""
        if self._looking or self._ending:
            return
        self._looking = True
        code = self._code
        try:
            progress = await self.front.ask(payment_progress, self.front.shop, self.order_no)
        finally:
            self._looking = False
        self.follow(progress)
        if progress.is_waiting:
            return
        if progress.state is OrderState.HELD:
            self.end_order(StateReason.PAYMENT_TIMEOUT)
        elif progress.state is OrderState.PENDING and code is not None and self._code is code:
            self.fail(PaymentFailure.NOT_PAID)
        elif progress.state is OrderState.PENDING and self._phase is PaymentPhase.FAILED:
            self.turn_to(PaymentPhase.FAILED)

    def follow(self, progress: PaymentProgress) -> None:
        """Turn to what the order has become."""
        self._refund_due = progress.refund_due
        match progress.state:
            case OrderState.PENDING:
                pass
            case OrderState.HELD:
                # An answer can be older than the end.
                if not self._phase.is_last and self._phase is not PaymentPhase.CHECKING:
                    self.turn_to(PaymentPhase.CHECKING)
            case OrderState.CANCELLED:
                self.turn_to(PaymentPhase.OVER)
            case OrderState.IN_PROGRESS | OrderState.COMPLETED:
                if self._phase is not PaymentPhase.PAID:
                    self.turn_to(PaymentPhase.PAID)
                    self.front.touch()
                    self.go_on()

    def fail(self, failure: PaymentFailure) -> None:
        """Say why there is nothing to scan, and offer another try."""
        self._failure = failure
        self.turn_to(PaymentPhase.FAILED)

    def turn_to(self, phase: PaymentPhase) -> None:
        """Show where the payment stands now; only a code that is being waited for stays."""
        self._phase = phase
        self._says_paid = False
        if phase is not PaymentPhase.WAITING:
            self._code = None
        self.redraw()

    def redraw(self) -> None:
        """Draw the payment as it stands, unless everything is just being drawn anew."""
        if not self._is_drawn:
            return
        code, purchase = self._code, self.purchase
        amount_fen = purchase.amount_fen if code is None else code.amount_fen
        deadline = purchase.pay_deadline if code is None else code.pay_deadline
        headline, explanation, message, level = self._words()
        self.query_one("#code", QrCode).content = None if code is None else code.code_url
        # Beside the code there is room for large digits without the fen.
        shown = short_yuan if self.front.large_print else format_yuan
        self.query_one("#amount", BigDigits).text = "" if amount_fen is None else shown(amount_fen)
        self.query_one("#pay-countdown", Countdown).deadline = deadline if self._phase.is_open else None
        self.query_one("#headline", Static).update(headline)
        self.query_one("#explanation", Prose).text = explanation
        self.query_one("#message", MessageLine).show(message, level)
        actions = self.query_one("#actions", ActionBar)
        actions.back, actions.next = self.back_label(), self.next_label()
        self.query_one("#paid-already").display = self._phase is not PaymentPhase.OVER

    def _words(self) -> tuple[str, str, str, MessageLevel]:
        """The headline, what it means, what has just happened, and how serious that is."""
        tr, phase, refund_due = self.tr, self._phase, self._refund_due
        if phase is PaymentPhase.OVER:
            headline, explanation = words_of_end(tr, refund_due=refund_due)
        elif self._code is None:
            headline, explanation = "", ""
        else:
            page = self._code.code_url if self.front.payment_page is not None else None
            headline, explanation = words_of_code(tr, page)
        if self._says_paid:
            return headline, explanation, words_of_search(tr, self.order_no), MessageLevel.INFO
        if phase is PaymentPhase.CHECKING:
            return headline, explanation, tr("正在与支付平台核对，请不要重复付款。"), MessageLevel.WARNING
        if phase is PaymentPhase.FAILED:
            return (
                headline,
                explanation,
                words_of_failure(tr, self._failure, refund_due=refund_due),
                MessageLevel.WARNING,
            )
        return headline, explanation, "", MessageLevel.INFO

    @on(Countdown.Expired, "#pay-countdown")
    def deadline_passed(self) -> None:
        """Time is up: ask one last time, then end the order."""
        if self._phase.is_open:
            self.end_order(StateReason.PAYMENT_TIMEOUT)

    @work(group="end")
    async def end_order(self, reason: StateReason) -> None:
        """Close the payment and give the number back, unless it turns out to be paid."""
        if self._ending or self._phase.is_last:
            return
        self._ending = True
        if self._phase is not PaymentPhase.CHECKING:
            self.turn_to(PaymentPhase.CHECKING)
        try:
            visit = self.front.visit
            asker = Asker(visit.visit_id, visit.person)
            progress = await self.front.ask(self._end, asker, self.order_no, reason)
        finally:
            self._ending = False
        self.follow(progress)

    def _end(self, asker: Asker, order_no: str, reason: StateReason) -> PaymentProgress:
        shop = self.front.shop
        # Whoever ended or paid it first, what it has become says it all; so it does to whom it is no longer shown.
        with suppress(NotPayable, OrderUnknown):
            cancel_order(shop, asker, order_no, reason)
        return known_progress(shop, order_no)

    def back(self) -> None:
        """Ask, then cancel; an order that was gone back to is still there when its payment is left."""
        if self.purchase.is_resumed:
            self.dismiss()
        else:
            self.ask_to_cancel()

    @work
    async def ask_to_cancel(self) -> None:
        """Cancel the order if that is really meant."""
        tr = self.tr
        question = Ask(
            tr("要取消订单吗？"), tr("号码会放回，其他人可以选。"), yes=tr("取消订单"), no=tr("继续付款"), danger=True
        )
        if await self.app.push_screen_wait(question):
            self.end_order(StateReason.CUSTOMER)

    def proceed(self) -> None:
        """Start again, or try the payment again."""
        if self._phase is PaymentPhase.OVER and self.purchase.is_resumed:
            self.dismiss()
        elif self._phase is PaymentPhase.OVER:
            self.front.visit.begin_purchase()
            self.front.show_step(Step.NUMBER)
        elif self._phase is PaymentPhase.FAILED:
            self.turn_to(PaymentPhase.OPENING)
            self.open_payment()

    @on(TapButton.Pressed, "#paid-already")
    def paid_already(self) -> None:
        """Ask at once, and say what to do when it takes longer."""
        if not self._phase.is_last:
            self._says_paid = True
            self.redraw()
            self.ask_provider()
