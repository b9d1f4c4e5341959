"""My orders, for whoever has signed in: the newest first, with what to do next for each (SPEC 2.1)."""

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from kiosk.domain.journeys import Step
from kiosk.services.my_orders import MyOrder, list_my_orders
from screens.orders.my_order_words import order_row
from screens.orders.one_order import OneOrderScreen
from screens.orders.orders_screen import OrdersScreen
from widgets.action_bar import ActionBar
from widgets.choice_list import ChoiceList
from widgets.choice_table import ChoiceColumn
from widgets.prose import Prose


class MyOrdersScreen(OrdersScreen):
    """Large rows, each of which opens its order; without any, the way to the first one."""

    def compose_body(self) -> ComposeResult:
        """The list, and in its place what to do while there is nothing in it."""
        tr, person = self.tr, self.front.visit.person
        who = "" if person is None else tr("{who} 的订单", who=person.shown_as)
        yield Static(who, classes="question", markup=False)
        columns = [
            ChoiceColumn(tr("号码"), strong=True),
            ChoiceColumn(tr("状态")),
            ChoiceColumn(tr("金额"), align="right"),
            ChoiceColumn(tr("订单号"), align="right"),
        ]
        yield ChoiceList(
            # In large print there is room for two; the rest stands with the order.
            columns[:2] if self.front.large_print else columns,
            page_up=tr("上一页"),
            page_down=tr("下一页"),
            marks=("▸", "▸"),
            id="orders",
        )
        with Vertical(id="nothing"):
            yield Static(tr("您还没有订单"), classes="headline", markup=False)
            yield Prose(tr("登录后购买的号码都会列在这里。没有登录时下的订单，请返回首页，用订单号查看。"))

    async def on_screen_resume(self) -> None:
        """Show what has become of the orders since."""
        self.fetch()

    def fill(self) -> None:
        """Fetch the orders."""
        self.fetch()

    @work(exclusive=True, group="fetch")
    async def fetch(self) -> None:
        """Show what there is."""
        front = self.front
        if front.visit.person is not None:
            self.show_orders(await front.ask(list_my_orders, front.shop, front.visit.person))

    def show_orders(self, orders: tuple[MyOrder, ...]) -> None:
        """The rows, with the keys among them; or that there are none."""
        rows = self.query_one("#orders", ChoiceList)
        rows.set_rows([order_row(self.tr, order) for order in orders])
        self.set_class(not orders, "-nothing")
        self.query_one("#actions", ActionBar).next = None if orders else self.tr("选号入网")
        if orders and self.focused is None:
            rows.focus()

    @on(ChoiceList.Chosen, "#orders")
    def open_order(self, event: ChoiceList.Chosen) -> None:
        """Show one of them whole."""
        event.choice_list.select(None)
        self.app.push_screen(OneOrderScreen(event.key))

    def proceed(self) -> None:
        """Buy a number."""
        self.front.visit.begin_purchase()
        self.front.show_step(Step.NUMBER)
