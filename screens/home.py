"""Home: what would you like to do, where are you, which language (SPEC 2.1)."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from kiosk.domain.journeys import Step
from kiosk.domain.scans import ORDER_NUMBER, ScanContext
from screens.help.centre import HelpCentreScreen
from screens.kiosk_screen import KioskScreen
from screens.order_status import OrderStatusScreen
from screens.region import RegionScreen
from screens.words import help_label, print_label, spaced
from widgets.tap_button import TapButton


class HomeScreen(KioskScreen):
    """The first question of a visit; it shows only what works."""

    CSS_PATH = "home.tcss"
    SCANS = (ORDER_NUMBER,)
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1", "press('numbers')", show=False),
        Binding("2", "press('region')", show=False),
        Binding("3", "press('language')", show=False),
        Binding("4,z,Z", "press('print')", show=False),
        Binding("question_mark", "press('help')", show=False),
        Binding("escape", "press('leave')", show=False),
    ]

    def compose(self) -> ComposeResult:
        """The greeting, the one large choice, and the asides in the header."""
        tr = self.tr
        city = self.front.regions.city(self.front.visit.city_adcode)
        with Horizontal(id="header"):
            yield Static(tr("自助营业厅"), id="name", markup=False)
            place = tr("{city} · 更换", city=tr.pick(city.name_zh, city.name_en))
            yield TapButton(place, hint="2", id="region")
            yield TapButton(tr.pick("English", "中文"), hint="3", id="language")
            yield TapButton(print_label(tr, large=self.front.large_print), hint="4", id="print")
            yield TapButton(help_label(tr), short="?", id="help")
        with Vertical(id="welcome"), Vertical():
            yield Static(tr("您好，请问办理什么业务？"), id="greeting", markup=False)
            yield TapButton(
                spaced(tr("选号入网")) if self.front.large_print else tr("选号入网"),
                description=tr("挑一个喜欢的号码，手机支付，到店取卡"),
                hint="1",
                variant="card",
                id="numbers",
            )
            yield Static(tr("大约需要 5 分钟，请准备好身份证和手机。"), id="prepare", markup=False)
            if self.front.has_scanner:
                yield Static(tr("已经下单？请扫描小票上的订单码，查看进度。"), id="scan", markup=False)
        with Horizontal(id="foot"):
            yield TapButton(tr("结束"), hint="Esc", id="leave")
            yield Static(self._foot(), id="touch", markup=False)

    def _foot(self) -> str:
        if self.front.is_demonstration:
            return self.tr("演示系统：号码、价格和营业厅均为示例")
        return self.tr("触摸任意一项开始")

    def action_press(self, button: str) -> None:
        """Press a button by its key."""
        self.query_one(f"#{button}", TapButton).press()

    @on(TapButton.Pressed, "#numbers")
    def buy_number(self) -> None:
        """Start buying a number."""
        self.front.visit.begin_purchase()
        self.front.show_step(Step.NUMBER)

    @on(TapButton.Pressed, "#region")
    def change_region(self) -> None:
        """Choose another city; it is drawn anew when the choice is made."""
        self.app.push_screen(RegionScreen())

    @on(TapButton.Pressed, "#language")
    def change_language(self) -> None:
        """Switch the language."""
        self.front.change_language()

    def scanned(self, context: ScanContext, code: str) -> None:
        """Show where the order of a receipt is."""
        self.app.push_screen(OrderStatusScreen(code))

    @on(TapButton.Pressed, "#print")
    def change_print(self) -> None:
        """Switch large print."""
        self.front.change_print()

    @on(TapButton.Pressed, "#help")
    def open_help(self) -> None:
        """Open the help centre."""
        self.app.push_screen(HelpCentreScreen())

    @on(TapButton.Pressed, "#leave")
    def leave(self) -> None:
        """End the visit."""
        self.front.end_visit("left")
