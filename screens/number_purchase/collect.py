"""Step 6: the receipt, and what happens next (SPEC 4.8, 4.9; LOOK, "the receipt moment is the reward")."""

from datetime import datetime
from pathlib import PurePath
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Static

from kiosk.domain.journeys import Step
from kiosk.domain.money import format_yuan
from kiosk.domain.msisdn import group_msisdn
from kiosk.domain.rules import SHOP_TIME
from kiosk.services.read_receipt import Receipt, read_receipt
from screens.number_purchase.price_panel import AmountLine, AmountLines
from screens.number_purchase.tariff_words import quote_line_name
from screens.order_words import collect_by
from screens.step_screen import STEP_CSS, StepScreen
from widgets.big_digits import BigDigits
from widgets.prose import Prose
from widgets.qr import QrCode


class CollectScreen(StepScreen):
    """A tick, the order number large, three lines of what comes next, and a code to take away."""

    STEP = Step.COLLECT
    CSS_PATH: ClassVar[list[str | PurePath]] = [STEP_CSS, "collect.tcss"]

    def compose_body(self) -> ComposeResult:
        """What was bought on the left, the code to take away on the right."""
        tr = self.tr
        yield Static("✓ " + tr("付款成功"), id="headline", markup=False)
        with Vertical(id="order"):
            yield Static(tr("订单号"), classes="caption", markup=False)
            yield BigDigits(self.purchase.order_no or "", id="order-no")
        with Horizontal(id="receipt"):
            with VerticalScroll(id="words"):
                for place in range(1, 4):
                    with Horizontal(classes="next-step"):
                        yield Static(str(place), classes="place", markup=False)
                        yield Prose("", id=f"next-{place}")
                yield AmountLines(id="bought")
            with Vertical(id="take-away"):
                yield QrCode(self.purchase.order_no, too_small=tr("请记下订单号"), id="code")
                yield Prose(tr("请用手机拍下此码，取卡时出示"), id="take-away-text")

    def back_label(self) -> str | None:
        """Nothing to go back to."""
        return None

    def basket_text(self) -> str:
        """The receipt says it all."""
        return ""

    def next_label(self) -> str:
        """Leave no trace."""
        return self.tr("完成")

    def deadline(self) -> datetime | None:
        """Nothing runs out on this screen."""
        return None

    def what_is_lost(self) -> str:
        """Nothing: it is paid."""
        return self.tr("您的订单已付款，不受影响。")

    def fill(self) -> None:
        """Fetch the receipt."""
        self.fetch()

    @work(exclusive=True, group="fetch")
    async def fetch(self) -> None:
        """Show what the order says."""
        receipt = await self.front.ask(read_receipt, self.front.shop, self.purchase.order_no or "")
        self.show_receipt(receipt)

    def show_receipt(self, receipt: Receipt) -> None:
        """Three lines of what comes next, then what was paid for."""
        tr = self.tr
        place = tr.pick(receipt.shop.name_zh, receipt.shop.name_en)
        address = tr.pick(receipt.shop.address_zh, receipt.shop.address_en)
        deadline = receipt.pickup_deadline.astimezone(SHOP_TIME)
        until = f"{deadline:%Y-%m-%d %H:%M}"
        steps = (
            tr("订单号已用短信发送到 {phone}", phone=receipt.masked_phone),
            tr("请本人带身份证件原件，到{place}取 SIM 卡：{address}", place=place, address=address),
            collect_by(tr, until, activates_by_itself=receipt.activates_by_itself),
        )
        for place_of_step, text in enumerate(steps, start=1):
            self.query_one(f"#next-{place_of_step}", Prose).text = text
        tariff = tr.pick(receipt.tariff.name_zh, receipt.tariff.name_en)
        lines = [AmountLine(quote_line_name(tr, line), (format_yuan(line.amount_fen),)) for line in receipt.lines]
        self.query_one("#bought", AmountLines).show(
            [
                AmountLine(f"{group_msisdn(receipt.msisdn)}  {tariff}", ()),
                *lines,
                AmountLine(tr("已付"), (format_yuan(receipt.amount_fen),), strong=True),
            ]
        )

    def proceed(self) -> None:
        """End the visit."""
        self.front.end_visit("finished")
