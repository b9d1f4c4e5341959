"""Where an order is and what to do next, for whoever has its receipt (SPEC 2.5, 9.1)."""

from dataclasses import replace
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from kiosk.domain.scans import ORDER_NUMBER, ScanContext
from kiosk.services.errors import OrderUnknown
from kiosk.services.track_order import track_order
from screens.headed_screen import HeadedScreen
from screens.help.passages import FINDING_AN_ORDER
from screens.order_words import Mark, OrderWords, unknown_order_words, words_of_order
from screens.orders.find_order import FindOrderScreen
from widgets.action_bar import ActionBar
from widgets.big_digits import BigDigits
from widgets.prose import Prose
from widgets.tap_button import TapButton

_PLACES = (1, 2)


class OrderStatusScreen(HeadedScreen):
    """The order number, its state in words, and what to do next; no name, no phone number, no amount.

    Whoever has its contact phone may open it. Another receipt may be scanned here at once. Done ends the visit, back
    leads to the home screen.
    """

    PASSAGE = FINDING_AN_ORDER
    CSS_PATH = "order_status.tcss"
    SCANS = (ORDER_NUMBER,)
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", show=False),
        Binding("enter", "done", show=False),
        Binding("m,M", "press('more')", show=False),
    ]

    def __init__(self, order_no: str) -> None:
        super().__init__()
        self._order_no = order_no

    def compose(self) -> ComposeResult:
        """The number large, the state, the next steps."""
        tr = self.tr
        yield from self.compose_header(tr("订单进度"))
        with Vertical(id="order"):
            yield Static(tr("订单号"), classes="caption", markup=False)
            yield BigDigits(self._order_no, id="order-no")
            yield Static("", id="state", markup=False)
            for place in _PLACES:
                with Horizontal(classes="next-step", id=f"step-{place}"):
                    yield Static(str(place), classes="place", markup=False)
                    yield Prose("", id=f"next-{place}")
        more = TapButton(tr("更多：付款、取消"), hint="M", id="more")
        yield ActionBar(tr("首页"), tr("完成"), middle=(more,), id="actions")

    def fill(self) -> None:
        """Look the order up."""
        self.look()

    @work(exclusive=True, group="look")
    async def look(self) -> None:
        """Ask for exactly this number, and say what is found."""
        front, tr = self.front, self.tr
        is_known = True
        try:
            words = words_of_order(tr, await front.ask(track_order, front.shop, self._order_no))
        except OrderUnknown:
            words, is_known = unknown_order_words(tr), False
        # Only now, so that no order's number stands beside the state of another.
        self.query_one("#order-no", BigDigits).text = self._order_no
        self.query_one("#more").display = is_known
        self.show_words(words)

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

    def scanned(self, context: ScanContext, code: str) -> None:
        """Show another order in the place of this one, once its state is known."""
        self._order_no = code
        self.look()

    def action_back(self) -> None:
        """Go to the home screen, by key."""
        self.query_one(ActionBar).press_back()

    def action_done(self) -> None:
        """End the visit, by key."""
        self.query_one(ActionBar).press_next()

    @on(TapButton.Pressed, "#more")
    def open_order(self) -> None:
        """Open the order, which takes a code sent to its contact phone."""
        visit = self.front.visit
        visit.look_up = replace(visit.look_up, order_no=self._order_no)
        self.app.push_screen(FindOrderScreen())

    @on(ActionBar.Back)
    def go_home(self) -> None:
        """Go to the home screen."""
        self.dismiss()

    @on(ActionBar.Next)
    def leave(self) -> None:
        """Leave no trace."""
        self.front.end_visit("finished")
