"""Home: what would you like to do, where are you, which language (SPEC 2.1)."""

from collections.abc import Iterator
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Horizontal, Vertical
from textual.widgets import Static

from kiosk.domain.journeys import Step
from kiosk.domain.scans import ORDER_NUMBER, ScanContext
from kiosk.services.search_numbers import has_stock
from screens.favourites import FavouritesScreen
from screens.headed_screen import HeadedScreen
from screens.order_status import OrderStatusScreen
from screens.orders.entry import MyOrdersEntry
from screens.orders.my_orders import MyOrdersScreen
from screens.region import RegionScreen
from screens.take_away import TakeAway
from screens.words import help_label, print_label, spaced
from widgets.prose import Prose
from widgets.tap_button import TapButton


class HomeScreen(HeadedScreen):
    """The first question of a visit; it shows only what works.

    Large choices first, asides below them, what concerns the screen itself in the header. In a city with nothing on
    sale the choices give way to that news and to other cities.
    """

    CSS_PATH = "home.tcss"
    SCANS = (ORDER_NUMBER,)
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1", "press('numbers')", show=False),
        Binding("3", "press('orders')", show=False),
        Binding("4", "press('me')", show=False),
        Binding("5", "press('favourites')", show=False),
        Binding("7", "press('region')", show=False),
        Binding("8,l,L", "press('language')", show=False),
        Binding("9,z,Z", "press('print')", show=False),
        Binding("escape", "press('leave')", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._empty_city: int | None = None

    def compose(self) -> ComposeResult:
        """The header, the greeting, the large choices and the asides."""
        tr = self.tr
        city = self.front.regions.city(self.front.visit.city_adcode)
        self.set_class(self._empty_city == city.adcode, "-nothing")
        yield from self.compose_header(tr("自助营业厅"))
        with Vertical(id="welcome"), Vertical():
            yield Static(self._greeting(), id="greeting", markup=False)
            with Container(id="cards"):
                yield from self._cards()
            with Container(id="nothing"):
                yield from self._nothing()
            with Container(id="asides"):
                yield from self._asides()
            yield Static(tr("大约需要 5 分钟，请准备好身份证和手机。"), id="prepare", markup=False)
            if self.front.has_scanner:
                yield Static(tr("已经下单？请扫描小票上的订单码，查看进度。"), id="scan", markup=False)
        with Horizontal(id="foot"):
            yield TapButton(tr("结束"), hint="Esc", id="leave")
            yield Static(self._foot(), id="touch", markup=False)

    def header_buttons(self) -> Iterator[TapButton]:
        """Region, language, print and help."""
        tr = self.tr
        city = self.front.regions.city(self.front.visit.city_adcode)
        place = tr("{city} · 更换", city=tr.pick(city.name_zh, city.name_en))
        yield TapButton(place, hint="7", id="region")
        yield TapButton(tr.pick("English", "中文"), hint="8", id="language")
        yield TapButton(print_label(tr, large=self.front.large_print), hint="9", id="print")
        yield TapButton(help_label(tr), short="?", id="help")

    def _greeting(self) -> str:
        person = self.front.visit.person
        if person is None:
            return self.tr("您好，请问办理什么业务？")
        return self.tr("{who}，您好，请问办理什么业务？", who=person.shown_as)

    def _cards(self) -> Iterator[TapButton]:
        tr = self.tr
        yield TapButton(
            spaced(tr("选号入网")) if self.front.large_print else tr("选号入网"),
            description=tr("挑一个喜欢的号码，手机支付，到店取卡"),
            hint="1",
            variant="card",
            id="numbers",
        )

    def _nothing(self) -> ComposeResult:
        tr, front = self.tr, self.front
        city, home = front.regions.city(front.visit.city_adcode), front.regions.city(front.home_city)
        text = tr("{city}现在没有可以办理的业务，请换一个城市。", city=tr.pick(city.name_zh, city.name_en))
        yield Prose(text, id="nothing-text")
        with Horizontal():
            yield TapButton(tr("更换城市"), hint="1", variant="primary", id="other-city")
            if city.adcode != home.adcode:
                back = tr("回到{city}", city=tr.pick(home.name_zh, home.name_en))
                yield TapButton(back, hint="2", id="home-city")

    def _asides(self) -> Iterator[TapButton]:
        tr, person = self.tr, self.front.visit.person
        yield TapButton(tr("我的订单"), description=tr("付款、取卡、取消"), hint="3", variant="card", id="orders")
        yield TapButton(
            tr("登录 / 注册") if person is None else tr("我的"),
            description=tr("会员和手机用户") if person is None else tr("地址、密码和账户"),
            hint="4",
            variant="card",
            id="me",
        )
        yield TapButton(
            tr("收藏"),
            description=tr("登录后保存号码") if self.front.mall_url is None else tr("带走慢慢选"),
            hint="5",
            variant="card",
            id="favourites",
        )

    def _foot(self) -> str:
        if self.front.is_demonstration:
            return self.tr("演示系统：号码、价格和营业厅均为示例")
        return self.tr("触摸任意一项开始")

    def fill(self) -> None:
        """Ask whether anything is on sale here."""
        self.look()

    async def on_screen_resume(self) -> None:
        """Stock may have come or gone meanwhile."""
        if self.is_whole:
            self.look()

    @work(exclusive=True, group="look")
    async def look(self) -> None:
        """Show the choices, or that this city has none (SPEC 2.2)."""
        front, city = self.front, self.front.visit.city_adcode
        has_any = await front.ask(has_stock, front.shop, city)
        self._empty_city = None if has_any else city
        self.set_class(not has_any, "-nothing")

    def action_press(self, button: str) -> None:
        """Press a button by its key; where nothing is on sale, its neighbours have the first keys."""
        nothing = {"numbers": "other-city"} if self.has_class("-nothing") else {}
        for each in self.query(f"#{nothing.get(button, button)}").results(TapButton):
            each.press()

    @on(TapButton.Pressed, "#numbers")
    def buy_number(self) -> None:
        """Start buying a number."""
        self.front.visit.begin_purchase()
        self.front.show_step(Step.NUMBER)

    @on(TapButton.Pressed, "#orders")
    def show_orders(self) -> None:
        """All of the person's orders; for those whom nobody knows, the ways to find one."""
        self.app.push_screen(MyOrdersEntry() if self.front.visit.person is None else MyOrdersScreen())

    @on(TapButton.Pressed, "#me")
    def show_me(self) -> None:
        """Sign in, or see what the person has here."""
        self.front.show_my_page()

    @on(TapButton.Pressed, "#favourites")
    def show_favourites(self) -> None:
        """What is kept; for those whom nobody knows, what they can take away."""
        if self.front.visit.person is None:
            self.app.push_screen(TakeAway())
        else:
            self.app.push_screen(FavouritesScreen())

    @on(TapButton.Pressed, "#region")
    @on(TapButton.Pressed, "#other-city")
    def change_region(self) -> None:
        """Choose another city; it is drawn anew when the choice is made."""
        self.app.push_screen(RegionScreen())

    @on(TapButton.Pressed, "#home-city")
    def go_home(self) -> None:
        """Back to the city in which the terminal stands."""
        self.front.change_city(self.front.home_city)

    def scanned(self, context: ScanContext, code: str) -> None:
        """Show where the order of a receipt is."""
        self.app.push_screen(OrderStatusScreen(code))

    @on(TapButton.Pressed, "#leave")
    def leave(self) -> None:
        """End the visit."""
        self.front.end_visit("left")
