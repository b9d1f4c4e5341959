"""Step 5: pay by phone. The screen asks the provider; it turns by itself to paid, expired or failed (SPEC 6.1)."""

from collections.abc import Sequence
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
from kiosk.services.errors import NotPayable, PaymentRefused, PaymentUnavailable
from kiosk.services.take_payment import PaymentCode, check_payment, start_payment, unsettled_attempts
from screens.step_screen import STEP_CSS, StepScreen
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

    BINDINGS: ClassVar[list[BindingType]] = [Binding("p", "press('paid-already')", show=False)]

    def __init__(self) -> None:
        super().__init__()
        self._code: PaymentCode | None = None
        self._over = False
        self._failed = False

    @property
    def idle_seconds_override(self) -> float:
        """Paying takes longer than choosing: people look for their phone."""
        return self.front.shop.rules.idle_paying.total_seconds()

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

    def between(self) -> Sequence[Widget]:
        """For somebody who has paid and sees no change."""
        return (TapButton(self.tr("我已付款，还没更新？"), hint="P", id="paid-already"),)

    def back_label(self) -> str | None:
        """There is no way back to the form, but out."""
        return None if self._over else self.tr("取消订单")

    def next_label(self) -> str | None:
        """Only a payment leads on; after a failure or the deadline, a new start does."""
        if self._over:
            return self.tr("重新选号")
        return self.tr("再试一次") if self._failed else None

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
        """Ask the provider again and again."""
        super().on_mount()
        self.set_interval(_LOOK_EVERY_SECONDS, self.look)

    def on_unmount(self) -> None:
        """Leave no code behind."""
        self._code = None

    def fill(self) -> None:
        """Show the code that there is, or open the payment."""
        if self._over:
            self.show_over()
        elif self._code is not None:
            self.show_code(self._code)
        else:
            self.open_payment()

    @property
    def order_no(self) -> str:
        """The order to be paid."""
        return self.purchase.order_no or ""

    @work(exclusive=True, group="open")
    async def open_payment(self) -> None:
        """Get a code from the provider; an attempt that waits already is shown again."""
        front, tr = self.front, self.tr
        provider = next(iter(front.shop.payments))
        try:
            code = await front.ask(start_payment, front.shop, self.order_no, provider)
        except NotPayable as refusal:
            self.follow(refusal.state)
        except (PaymentUnavailable, PaymentRefused):
            self._say(tr("支付平台暂时没有回应。没有扣款，请稍候再试一次。"))
            self._set_failed(True)
        else:
            self._set_failed(False)
            self.show_code(code)

    def show_code(self, code: PaymentCode) -> None:
        """Show everything that is needed to pay."""
        tr = self.tr
        self._code = code
        self.query_one("#code", QrCode).content = code.code_url
        self.query_one("#amount", BigDigits).text = format_yuan(code.amount_fen)
        self.query_one("#pay-countdown", Countdown).deadline = code.pay_deadline
        self.query_one("#headline", Static).update(tr("请用手机扫码付款"))
        explanation = tr("付款后本页会自动更新，请不要离开。")
        if self.front.payment_page is not None:
            explanation += "\n\n" + tr("仅限本机打开：") + "\n" + code.code_url
        self.query_one("#explanation", Prose).text = explanation

    def look(self) -> None:
        """See whether the payment has arrived, unless that is being seen already."""
        if self._code is not None and not self._over:
            self.ask_provider()

    @work(exclusive=True, group="look")
    async def ask_provider(self) -> None:
        """Follow what the provider says."""
        state, waiting = await self.front.ask(self._progress, self.order_no)
        if state is OrderState.PENDING and not waiting:
            self.wipe_code()
            self._say(self.tr("这次付款没有成功，没有扣款。可以再试一次。"))
            self._set_failed(True)
        else:
            self.follow(state)

    def _progress(self, order_no: str) -> tuple[OrderState, bool]:
        shop = self.front.shop
        return check_payment(shop, order_no), bool(unsettled_attempts(shop, order_no))

    def follow(self, state: OrderState) -> None:
        """Turn to what the order has become."""
        match state:
            case OrderState.PENDING:
                pass
            case OrderState.IN_PROGRESS | OrderState.COMPLETED:
                self.wipe_code()
                self.front.touch()
                self.go_on()
            case OrderState.HELD:
                self.wipe_code()
                self._say(self.tr("正在与支付平台核对，请不要重复付款。"))
            case OrderState.CANCELLED:
                self.show_over()

    def wipe_code(self) -> None:
        """Take the code off the screen."""
        self._code = None
        self.query_one("#code", QrCode).content = None
        self.query_one("#headline", Static).update("")
        self.query_one("#explanation", Prose).text = ""

    def show_over(self) -> None:
        """The order has ended unpaid: say so and offer a new start."""
        tr = self.tr
        self.wipe_code()
        self._over = True
        self.query_one("#message", MessageLine).clear()
        self.query_one("#pay-countdown", Countdown).deadline = None
        self.query_one("#headline", Static).update(tr("订单已取消，没有扣款"))
        self.query_one("#explanation", Prose).text = tr("号码已放回。如果付款在途，会自动退回您的账户，并短信通知。")
        self._refresh_actions()

    @on(Countdown.Expired, "#pay-countdown")
    def deadline_passed(self) -> None:
        """Time is up: ask one last time, then end the order."""
        self.end_order(StateReason.PAYMENT_TIMEOUT)

    @work(exclusive=True, group="look")
    async def end_order(self, reason: StateReason) -> None:
        """Close the payment and give the number back, unless it turns out to be paid."""
        self.wipe_code()
        try:
            state = await self.front.ask(cancel_order, self.front.shop, self.order_no, reason)
        except NotPayable as refusal:
            state = refusal.state
        self.follow(state)
        if state is OrderState.HELD:
            self.set_timer(_LOOK_EVERY_SECONDS, self.ask_provider)

    def back(self) -> None:
        """Ask, then cancel."""
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
        if self._over:
            self.front.visit.begin_purchase()
            self.front.show_step(Step.NUMBER)
        else:
            self.query_one("#message", MessageLine).clear()
            self.open_payment()

    @on(TapButton.Pressed, "#paid-already")
    def paid_already(self) -> None:
        """Ask at once, and say what to do when it takes longer."""
        self._say(
            self.tr("正在查询。若已扣款，最迟一分钟内会更新；请记下订单号 {order_no}。", order_no=self.order_no),
            MessageLevel.INFO,
        )
        if not self._over:
            self.ask_provider()

    def _set_failed(self, failed: bool) -> None:
        self._failed = failed
        self._refresh_actions()

    def _refresh_actions(self) -> None:
        actions = self.query_one("#actions", ActionBar)
        actions.back, actions.next = self.back_label(), self.next_label()
        self.query_one("#paid-already").display = not self._over

    def _say(self, text: str, level: MessageLevel = MessageLevel.WARNING) -> None:
        self.query_one("#message", MessageLine).show(text, level)
