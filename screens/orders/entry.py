"""My orders, for whoever isn't known yet: sign in to see all of them, or open one by its number (SPEC 2.5)."""

from dataclasses import replace
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Static

from kiosk.domain.scans import ORDER_NUMBER, ScanContext
from screens.help.passages import FINDING_AN_ORDER
from screens.orders.find_order import FindOrderScreen
from screens.orders.my_orders import MyOrdersScreen
from screens.orders.orders_screen import OrdersScreen
from widgets.tap_button import TapButton


class MyOrdersEntry(OrdersScreen):
    """Two ways; it gives way to the list as soon as somebody has signed in, here or before."""

    PASSAGE = FINDING_AN_ORDER
    SCANS = (ORDER_NUMBER,)
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1", "press('by-account')", show=False),
        Binding("2", "press('by-number')", show=False),
    ]

    def compose_body(self) -> ComposeResult:
        """Both ways, as two large choices."""
        tr = self.tr
        with Vertical(id="ways"):
            yield Static(tr("您想怎样查看订单？"), classes="question", markup=False)
            yield TapButton(
                tr("登录，查看全部订单"),
                description=tr("用手机号码或邮箱登录"),
                hint="1",
                variant="card",
                id="by-account",
            )
            yield TapButton(
                tr("不登录，查看一个订单"),
                description=tr("需要订单号，和下单时填写的联系手机"),
                hint="2",
                variant="card",
                id="by-number",
            )
            if self.front.has_scanner:
                yield Static(tr("也可以扫描小票上的订单码。"), classes="aside", markup=False)

    def fill(self) -> None:
        """Show the list instead, once the person is known."""
        if self.front.visit.person is not None:
            self.call_later(self._give_way)

    def _give_way(self) -> None:
        if self.is_current:
            self.app.switch_screen(MyOrdersScreen())

    @on(TapButton.Pressed, "#by-account")
    def sign_in(self) -> None:
        """Ask who it is, and come back."""
        self.front.show_sign_in()

    @on(TapButton.Pressed, "#by-number")
    def by_number(self) -> None:
        """Look one order up."""
        self.app.push_screen(FindOrderScreen())

    def scanned(self, context: ScanContext, code: str) -> None:
        """Look up the order of a receipt."""
        visit = self.front.visit
        visit.look_up = replace(visit.look_up, order_no=code)
        self.by_number()
