"""A number is gone: say why, and offer some that are like it (SPEC 4.2)."""

from typing import ClassVar, cast

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from kiosk.services.errors import ServiceError
from kiosk.services.hold_number import Hold, hold_number
from kiosk.services.search_numbers import similar_numbers
from screens.front import Front
from screens.theme import HORIZONTAL_BREAKPOINTS, VERTICAL_BREAKPOINTS
from screens.words import number_row, refusal_text
from widgets.message_line import MessageLevel, MessageLine
from widgets.number_list import NumberList, NumberRow
from widgets.tap_button import TapButton

_OFFERED = 5


class SimilarNumbers(ModalScreen[Hold | None]):
    """Numbers like `msisdn` under a headline; the one chosen is held, in the place of `instead_of`.

    Returns the hold, or None to search again.
    """

    CSS_PATH = "similar.tcss"
    HORIZONTAL_BREAKPOINTS = HORIZONTAL_BREAKPOINTS
    VERTICAL_BREAKPOINTS = VERTICAL_BREAKPOINTS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "search_again", show=False),
        Binding("pageup", "turn('previous')", show=False),
        Binding("pagedown", "turn('following')", show=False),
    ]

    def __init__(self, msisdn: int, headline: str, *, instead_of: int | None = None) -> None:
        super().__init__()
        self._choosing = False
        self._instead_of = instead_of
        self._msisdn = msisdn
        self._headline = headline
        self._rows: list[NumberRow] = []
        self._first = 0

    @property
    def front(self) -> Front:
        """The app."""
        return cast(Front, self.app)

    def compose(self) -> ComposeResult:
        """Headline, the numbers, and the way back to the search."""
        tr = self.front.tr
        with Vertical():
            yield Static(self._headline, markup=False, classes="headline")
            yield NumberList()
            yield MessageLine()
            with Horizontal():
                yield TapButton(tr("重新选号"), hint="Esc", id="search")
                yield Static(id="between")
                yield TapButton(tr("上一页"), hint="PgUp", repeat_seconds=0, id="previous")
                yield TapButton(tr("下一页"), hint="PgDn", repeat_seconds=0, id="following")

    def on_mount(self) -> None:
        """Look for similar numbers."""
        self.show_page()
        self.look()

    @work(exclusive=True, group="look")
    async def look(self) -> None:
        """Fill the list, or say that there is nothing like it."""
        front = self.front
        rows = await front.ask(similar_numbers, front.shop, self._msisdn, _OFFERED, front.visit.visit_id)
        now = front.shop.now()
        self._rows = [number_row(front.tr, row, now) for row in rows]
        self._first = 0
        self.show_page()
        if rows:
            self.query_one(NumberList).focus()
        else:
            self.query_one(MessageLine).show(front.tr("没有相似的号码了，请重新选号。"))

    @on(NumberList.Fitted)
    def show_page(self) -> None:
        """Show as many as fit, and the way to the others where they don't all."""
        numbers = self.query_one(NumberList)
        fit = max(1, numbers.capacity)
        self._first = self._first // fit * fit
        numbers.set_rows(self._rows[self._first : self._first + fit])
        previous, following = self.query_one("#previous"), self.query_one("#following")
        previous.display = following.display = len(self._rows) > fit
        previous.disabled = self._first == 0
        following.disabled = self._first + fit >= len(self._rows)

    @on(TapButton.Pressed, "#previous")
    def turn_back(self) -> None:
        """Show those before."""
        self._first -= self.query_one(NumberList).capacity
        self.show_page()

    @on(TapButton.Pressed, "#following")
    def turn_forwards(self) -> None:
        """Show those after."""
        self._first += self.query_one(NumberList).capacity
        self.show_page()

    def action_turn(self, button: str) -> None:
        """Turn the page by key."""
        self.query_one(f"#{button}", TapButton).press()

    @on(NumberList.Selected)
    def number_selected(self, event: NumberList.Selected) -> None:
        """Take the number, unless another one is just being taken: a call can't be taken back, and would hold both."""
        if not self._choosing:
            self._choosing = True
            self.choose(int(event.key))

    @work(group="hold")
    async def choose(self, msisdn: int) -> None:
        """Hold the chosen number, or look again when somebody was quicker."""
        front = self.front
        try:
            hold = await front.ask(hold_number, front.shop, front.visit.visit_id, msisdn, instead_of=self._instead_of)
        except ServiceError as refusal:
            self.query_one(MessageLine).show(refusal_text(front.tr, refusal), MessageLevel.WARNING)
            self._choosing = False
            self.look()
        else:
            self.dismiss(hold)

    def action_search_again(self) -> None:
        """Choose none of these, by key."""
        self.query_one("#search", TapButton).press()

    @on(TapButton.Pressed, "#search")
    def search_again(self) -> None:
        """Choose none of these, unless one is just being taken."""
        if not self._choosing:
            self.dismiss(None)
