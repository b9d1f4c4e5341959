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
from widgets.number_list import NumberList
from widgets.tap_button import TapButton

_OFFERED = 5


class SimilarNumbers(ModalScreen[Hold | None]):
    """Numbers like `msisdn` under a headline; the one chosen is held, in the place of `instead_of`.

    Returns the hold, or None to search again.
    """

    CSS_PATH = "similar.tcss"
    HORIZONTAL_BREAKPOINTS = HORIZONTAL_BREAKPOINTS
    VERTICAL_BREAKPOINTS = VERTICAL_BREAKPOINTS
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "search_again", show=False)]

    def __init__(self, msisdn: int, headline: str, *, instead_of: int | None = None) -> None:
        super().__init__()
        self._choosing = False
        self._instead_of = instead_of
        self._msisdn = msisdn
        self._headline = headline

    @property
    def front(self) -> Front:
        """The app."""
        return cast(Front, self.app)

    def compose(self) -> ComposeResult:
        """Headline, the numbers, and the way back to the search."""
        with Vertical():
            yield Static(self._headline, markup=False, classes="headline")
            yield NumberList()
            yield MessageLine()
            with Horizontal():
                yield TapButton(self.front.tr("重新选号"), hint="Esc", id="search")

    def on_mount(self) -> None:
        """Look for similar numbers."""
        self.look()

    @work(exclusive=True, group="look")
    async def look(self) -> None:
        """Fill the list, or say that there is nothing like it."""
        front = self.front
        rows = await front.ask(similar_numbers, front.shop, self._msisdn, _OFFERED, front.visit.visit_id)
        now = front.shop.now()
        numbers = self.query_one(NumberList)
        numbers.set_rows([number_row(front.tr, row, now) for row in rows])
        if rows:
            numbers.focus()
        else:
            self.query_one(MessageLine).show(front.tr("没有相似的号码了，请重新选号。"))

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
