"""Step 4: everything on one screen, each part with a way to change it; submitted exactly once (SPEC 4.6)."""

import uuid
from collections.abc import Iterator, Sequence
from pathlib import PurePath
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widget import Widget
from textual.widgets import Static

from kiosk.domain.agreements import NUMBER_SELECTION
from kiosk.domain.id_documents import ID_TYPE_BY_CODE, mask_id
from kiosk.domain.journeys import Step
from kiosk.domain.money import format_yuan
from kiosk.domain.msisdn import group_msisdn, parse_msisdn
from kiosk.domain.patterns import pattern_span
from kiosk.services.browse_offers import Price, list_shops, price_purchase
from kiosk.services.errors import (
    HoldLost,
    NotForSale,
    PriceChanged,
    ServiceError,
    TooManyHolds,
    TooManyNumbers,
)
from kiosk.services.read_agreement import read_agreement
from kiosk.services.register_customer import check_customer
from kiosk.services.submit_order import Submission, submit_order
from screens.number_purchase.price_panel import AmountLine, AmountLines
from screens.number_purchase.tariff_words import basket_line, quote_line_name, term_line
from screens.step_screen import STEP_CSS, StepScreen
from screens.words import short_yuan
from widgets.action_bar import ActionBar
from widgets.big_digits import BigDigits
from widgets.grouping import grouped_span
from widgets.message_line import MessageLevel, MessageLine
from widgets.modal import ReadText
from widgets.prose import Prose
from widgets.tap_button import TapButton


class ConfirmScreen(StepScreen):
    """What will be ordered, for whom, where it is collected, what it costs; the agreement; "submit"."""

    STEP = Step.CONFIRM
    CSS_PATH: ClassVar[list[str | PurePath]] = [STEP_CSS, "confirm.tcss"]

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1", "press('change-number')", show=False),
        Binding("2", "press('change-tariff')", show=False),
        Binding("3", "press('change-customer')", show=False),
        Binding("4", "press('change-shop')", show=False),
        Binding("a,A", "press('agree')", show=False),
        Binding("r,R", "press('read')", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._price: Price | None = None

    def compose_body(self) -> ComposeResult:
        """Four parts, the amount, the agreement."""
        tr, purchase = self.tr, self.purchase
        msisdn = purchase.msisdn or 0
        span = pattern_span(msisdn)
        yield BigDigits(group_msisdn(msisdn), grouped_span(span) if span[1] > span[0] else None, id="chosen")
        with Horizontal(id="order"):
            with VerticalScroll(id="summary"):
                yield from self._part("1", "number", tr("号码"), group_msisdn(purchase.msisdn or 0))
                yield from self._part("2", "tariff", tr("套餐"), "")
                yield from self._part("3", "customer", tr("使用人"), self._customer_text())
                yield from self._part("4", "shop", tr("取卡"), "")
            with Vertical(id="amount"):
                if not self.front.large_print:
                    yield from self._total()
                yield AmountLines(id="lines")
        with Horizontal(id="agreement"):
            yield TapButton(self._agreement_label(), hint="A", id="agree", classes="-agreed" if purchase.agreed else "")
            yield TapButton(tr("阅读全文"), hint="R", id="read")
        yield MessageLine(id="message")

    def _total(self) -> Iterator[Widget]:
        yield Static(self.tr("今天应付"), classes="caption", markup=False)
        yield BigDigits(id="total")

    def between(self) -> Sequence[Widget]:
        """In large print, what the order costs, beside the button that places it."""
        return (Vertical(*self._total(), id="due"),) if self.front.large_print else ()

    def _part(self, key: str, name: str, caption: str, text: str) -> ComposeResult:
        with Horizontal(classes="part"):
            yield Static(caption, classes="caption", markup=False)
            yield Prose(text, id=f"{name}-text", classes="value")
            yield TapButton(self.tr("修改"), hint=key, id=f"change-{name}")

    def _customer_text(self) -> str:
        tr, purchase = self.tr, self.purchase
        id_type = ID_TYPE_BY_CODE[purchase.id_type]
        phone = group_msisdn(parse_msisdn(purchase.phone))
        document = tr.pick(id_type.name_zh, id_type.name_en)
        lines = (
            purchase.name.strip(),
            f"{document} {mask_id(purchase.id_number)}",
            tr("联系电话 {phone}", phone=phone),
        )
        return "\n".join(lines)

    def _agreement_label(self) -> str:
        mark = "✓" if self.purchase.agreed else "□"
        return f"{mark} " + self.tr("我已阅读并同意《选号入网协议》")

    def basket_text(self) -> str:
        """The number, its tariff and the amount."""
        return basket_line(self.tr, self.purchase.msisdn or 0, self._price)

    def next_label(self) -> str:
        """The order."""
        return self.tr("提交订单")

    def on_mount(self) -> None:
        """One key for this screen's order, however often it is submitted."""
        if self.purchase.idempotency_key is None:
            self.change(idempotency_key=uuid.uuid4().hex)
        self._allow_submit()

    def _allow_submit(self) -> None:
        may = self._price is not None and not self.is_deciding
        self.query_one("#actions", ActionBar).next_disabled = not may

    def fill(self) -> None:
        """Fetch prices and the shop."""
        self.fetch()

    @work(exclusive=True, group="fetch")
    async def fetch(self) -> None:
        """Show what it costs now: that, and nothing else, is what will be ordered."""
        front, purchase, tr = self.front, self.purchase, self.tr
        msisdn, tariff_code = purchase.msisdn or 0, purchase.tariff_code or ""
        try:
            price = await front.ask(price_purchase, front.shop, msisdn, tariff_code)
        except NotForSale:
            self._say(tr("这个套餐已停止办理，请返回重新选择。"))
            return
        shops = await front.ask(list_shops, front.shop, price.number.city_adcode)
        shop = next((shop for shop in shops if shop.code == purchase.shop_code), None)
        self._price = price
        fee = format_yuan(price.tariff.monthly_fee_fen)
        tariff = tr.pick(price.tariff.name_zh, price.tariff.name_en)
        fee_text = tr("每月 {fee}", fee=fee)
        self.query_one("#tariff-text", Prose).text = f"{tariff} · {fee_text}\n{term_line(tr, price)}"
        if shop is not None:
            # The opening hours were shown where the shop was chosen; large print has no room for them.
            hours = "" if front.large_print else f"  {shop.hours}"
            place = f"{tr.pick(shop.name_zh, shop.name_en)}{hours}"
            self.query_one("#shop-text", Prose).text = f"{place}\n{tr.pick(shop.address_zh, shop.address_en)}"
        total = short_yuan if front.large_print else format_yuan
        self.query_one("#total", BigDigits).text = total(price.today.total_fen)
        lines = [AmountLine(quote_line_name(tr, line), (format_yuan(line.amount_fen),)) for line in price.today.lines]
        self.query_one("#lines", AmountLines).show(lines)
        self.refresh_basket()
        self._allow_submit()

    @on(TapButton.Pressed, "#agree")
    def agree(self) -> None:
        """Accept the agreement, or take that back."""
        self.query_one("#message", MessageLine).clear()
        self._set_agreed(not self.purchase.agreed)

    def _set_agreed(self, agreed: bool) -> None:
        self.change(agreed=agreed)
        agree = self.query_one("#agree", TapButton)
        agree.label = self._agreement_label()
        agree.set_class(agreed, "-agreed")
        self._allow_submit()

    @on(TapButton.Pressed, "#read")
    @work
    async def read(self) -> None:
        """Show the agreement in full; it can be accepted at its end."""
        tr = self.tr
        text = read_agreement(self.front.shop, NUMBER_SELECTION, tr.language)
        accepted = await self.app.push_screen_wait(
            ReadText(
                tr("选号入网协议"),
                text,
                close=tr("关闭"),
                page_up=tr("上一页"),
                page_down=tr("下一页"),
                accept=tr("同意"),
            )
        )
        if accepted:
            self._set_agreed(True)

    @on(TapButton.Pressed, "#change-number")
    def change_number(self) -> None:
        """Go back to the numbers; this one stays held until another is chosen."""
        self._go_to(Step.NUMBER)

    @on(TapButton.Pressed, "#change-tariff")
    def change_tariff(self) -> None:
        """Go back to the tariffs."""
        self._go_to(Step.TARIFF)

    @on(TapButton.Pressed, "#change-customer")
    @on(TapButton.Pressed, "#change-shop")
    def change_customer(self) -> None:
        """Go back to the form."""
        self._go_to(Step.CUSTOMER)

    def _go_to(self, step: Step) -> None:
        if not self.is_deciding:
            self.front.show_step(step)

    def proceed(self) -> None:
        """Submit; further presses meet a button that is off, and the same key."""
        if self._price is None:
            return
        if not self.purchase.agreed:
            self._say(self.tr("请先阅读并勾选《选号入网协议》，再提交订单。"))
            return
        # From this moment, not from when the worker starts.
        self.is_deciding = True
        self._allow_submit()
        self.submit(self._submission(self._price.today.total_fen))

    def _submission(self, amount_fen: int) -> Submission:
        """All that the screen shows at this moment."""
        purchase, front = self.purchase, self.front
        person = front.visit.person
        return Submission(
            idempotency_key=purchase.idempotency_key or "",
            visit_id=front.visit.visit_id,
            language=front.visit.language,
            msisdn=purchase.msisdn or 0,
            tariff_code=purchase.tariff_code or "",
            customer=check_customer(
                front.shop,
                name=purchase.name,
                id_type=purchase.id_type,
                id_number=purchase.id_number,
                phone=purchase.phone,
            ),
            shop_code=purchase.shop_code or "",
            payment_method=purchase.payment_method,
            account_id=None if person is None else person.account_id,
            agreement=NUMBER_SELECTION,
            amount_fen=amount_fen,
        )

    @work(group="submit")
    async def submit(self, submission: Submission) -> None:
        """Create the order and go on to its payment, or say what stands in the way."""
        tr = self.tr
        try:
            with self.deciding():
                order = await self.front.ask(submit_order, self.front.shop, submission)
        except HoldLost as lost:
            await self.hold_is_lost(lost.msisdn)
        except PriceChanged:
            self._say(tr("价格刚刚有变动，请核对新的金额后再提交。"))
            self.fetch()
        except TooManyNumbers as refusal:
            self._say(tr("同一证件最多办理 {limit} 个号码，您已达到上限。请到柜台咨询。", limit=refusal.limit))
        except TooManyHolds as refusal:
            self._say(tr("您有 {limit} 个号码尚未办完，请先完成或取消。", limit=refusal.limit))
        except ServiceError:
            self._say(tr("现在不能提交，请返回检查，或询问店员。"))
        else:
            self.change(order_no=order.order_no, amount_fen=order.amount_fen, pay_deadline=order.pay_deadline)
            self.go_on()

    def _say(self, text: str) -> None:
        self.query_one("#message", MessageLine).show(text, MessageLevel.WARNING)
        self._allow_submit()
