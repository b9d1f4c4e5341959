"""Step 2: which tariff for the number, compared side by side, and what the choice costs (SPEC 4.3)."""

from pathlib import PurePath
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.widget import Widget
from textual.widgets import Static

from kiosk.domain.journeys import Step
from kiosk.domain.tariffs import Tariff
from kiosk.locale import Translator
from kiosk.services.browse_offers import Price, list_tariffs, price_purchase
from kiosk.services.errors import NotForSale
from screens.number_purchase.favourite_button import FavouriteButton
from screens.number_purchase.price_account import full_account
from screens.number_purchase.price_panel import PricePanel
from screens.number_purchase.tariff_words import (
    basket_line,
    count_or_none,
    data_amount,
    overage_line,
    overage_short,
    tariff_name,
)
from screens.step_screen import STEP_CSS, StepScreen
from screens.words import short_yuan
from widgets.action_bar import ActionBar
from widgets.choice_list import ChoiceList
from widgets.choice_table import ChoiceColumn, ChoiceRow
from widgets.message_line import MessageLevel, MessageLine
from widgets.modal import ReadText
from widgets.tap_button import TapButton


class TariffScreen(StepScreen):
    """Only what the number may be sold with is listed; touching a tariff shows its price beside or below."""

    STEP = Step.TARIFF
    CSS_PATH: ClassVar[list[str | PurePath]] = [STEP_CSS, "tariff.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d", "read_account", show=False),
        Binding("f,F", "press('favourite')", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._tariffs: tuple[Tariff, ...] = ()
        self._price: Price | None = None

    def compose_body(self) -> ComposeResult:
        """The question, the comparison, the price."""
        tr = self.tr
        yield Static(tr("请选择套餐"), classes="question", markup=False)
        with Container(id="choice"):
            yield ChoiceList(
                large_columns(tr) if self.front.large_print else columns(tr),
                self._rows(),
                chosen=self.purchase.tariff_code,
                page_up=tr("上一页"),
                page_down=tr("下一页"),
                id="tariffs",
            )
            yield PricePanel(tr, id="price")
        yield MessageLine(id="message")

    def _rows(self) -> list[ChoiceRow]:
        make = large_tariff_row if self.front.large_print else tariff_row
        return [make(self.tr, tariff) for tariff in self._tariffs]

    def between(self) -> list[Widget]:
        """The way to the whole account, and a star for the number."""
        account = TapButton(self.tr("费用明细"), hint="D", id="account", disabled=True)
        msisdn = self.purchase.msisdn
        return [account] if msisdn is None else [account, FavouriteButton(msisdn, self.front, hint="F", id="favourite")]

    def next_label(self) -> str:
        """What comes next."""
        return self.tr("填写资料")

    def basket_text(self) -> str:
        """The number, and the chosen tariff with the amount so far."""
        msisdn = self.purchase.msisdn
        return "" if msisdn is None else basket_line(self.tr, msisdn, self._price)

    def fill(self) -> None:
        """Show what is known already, and ask what may be chosen."""
        self._show_price(self._price)
        self._fetch()

    @work(exclusive=True, group="fetch")
    async def _fetch(self) -> None:
        """List the tariffs allowed with the number, and price the one chosen before."""
        front, purchase = self.front, self.purchase
        if purchase.msisdn is None:
            return
        tr, message = self.tr, self.query_one("#message", MessageLine)
        try:
            self._tariffs = await front.ask(list_tariffs, front.shop, purchase.msisdn)
        except NotForSale:
            self._tariffs = ()
        code = purchase.tariff_code
        if code is not None and all(tariff.code != code for tariff in self._tariffs):
            self.change(tariff_code=None)
            message.show(tr("之前选的套餐不能配这个号码，请另选一个。"), MessageLevel.WARNING)
        if not self._tariffs:
            message.show(tr("这个号码暂时没有可办的套餐，请返回上一步换一个号码。"), MessageLevel.WARNING)
        tariffs = self.query_one("#tariffs", ChoiceList)
        tariffs.set_rows(self._rows(), self.purchase.tariff_code)
        if self.focused is None:
            tariffs.focus()
        await self._fetch_price()

    @on(ChoiceList.Chosen, "#tariffs")
    def tariff_chosen(self, event: ChoiceList.Chosen) -> None:
        """Take the choice and show what it costs."""
        self.change(tariff_code=event.key)
        self.query_one("#message", MessageLine).clear()
        self._reprice()

    @work(exclusive=True, group="price")
    async def _reprice(self) -> None:
        await self._fetch_price()

    async def _fetch_price(self) -> None:
        front, purchase = self.front, self.purchase
        if purchase.msisdn is None or purchase.tariff_code is None:
            self._show_price(None)
            return
        try:
            price = await front.ask(price_purchase, front.shop, purchase.msisdn, purchase.tariff_code)
        except NotForSale:
            self.change(tariff_code=None)
            self.query_one("#tariffs", ChoiceList).select(None)
            self.query_one("#message", MessageLine).show(
                self.tr("这个套餐刚刚停售，请另选一个。"), MessageLevel.WARNING
            )
            self._show_price(None)
        else:
            self._show_price(price)

    def _show_price(self, price: Price | None) -> None:
        self._price = price
        self.query_one("#price", PricePanel).show(price)
        self.query_one("#account", TapButton).disabled = price is None
        self.query_one("#actions", ActionBar).next_disabled = price is None
        self.refresh_basket()

    @on(TapButton.Pressed, "#account")
    def account_pressed(self) -> None:
        """Open the whole account: every line, every condition."""
        if self._price is not None:
            tr = self.tr
            self.app.push_screen(
                ReadText(
                    tr("费用明细"),
                    full_account(tr, self._price),
                    close=tr("关闭"),
                    page_up=tr("上一页"),
                    page_down=tr("下一页"),
                )
            )

    def action_read_account(self) -> None:
        """Open the whole account by key."""
        self.query_one("#account", TapButton).press()


def columns(tr: Translator) -> list[ChoiceColumn]:
    """What tariffs are compared by."""
    return [
        ChoiceColumn(tr("套餐"), strong=True),
        ChoiceColumn(tr("月费"), align="right", strong=True),
        ChoiceColumn(tr("通话分钟"), tr("分钟"), align="right"),
        ChoiceColumn(tr("通用流量"), tr("流量"), align="right"),
        ChoiceColumn(tr("定向流量"), tr("定向"), align="right"),
        ChoiceColumn(tr("短信"), align="right"),
        ChoiceColumn(tr("超出后（元）"), replaces_note=True),
    ]


def tariff_row(tr: Translator, tariff: Tariff) -> ChoiceRow:
    """A tariff as the comparison shows it."""
    return ChoiceRow(
        tariff.code,
        (
            tariff_name(tr, tariff),
            short_yuan(tariff.monthly_fee_fen),
            count_or_none(tr, tariff.minutes),
            data_amount(tr, tariff.data_mb),
            data_amount(tr, tariff.directed_data_mb),
            count_or_none(tr, tariff.sms),
            overage_short(tr, tariff),
        ),
        note=overage_line(tr, tariff),
    )


def large_columns(tr: Translator) -> list[ChoiceColumn]:
    """What decides, for large print; the whole account has the rest."""
    return [
        ChoiceColumn(""),
        ChoiceColumn("", figure=True, strong=True),
        ChoiceColumn(tr("通话分钟")),
        ChoiceColumn(tr("通用流量")),
    ]


def large_tariff_row(tr: Translator, tariff: Tariff) -> ChoiceRow:
    """A tariff with what decides."""
    return ChoiceRow(
        tariff.code,
        (
            tariff_name(tr, tariff),
            short_yuan(tariff.monthly_fee_fen),
            count_or_none(tr, tariff.minutes),
            data_amount(tr, tariff.data_mb),
        ),
    )
