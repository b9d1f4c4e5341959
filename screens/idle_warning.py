"""Nobody has touched the terminal for a while: offer more time before everything is cleared (SPEC 7.1)."""

from typing import cast

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.reactive import reactive
from textual.widgets import Static

from screens.front import Front
from screens.passing_notice import PassingNotice
from widgets.big_digits import BigDigits
from widgets.tap_button import TapButton


class IdleWarning(PassingNotice):
    """Counts the last seconds down; any touch or key takes it away, whatever it touches."""

    CSS_PATH = "idle_warning.tcss"

    seconds_left: reactive[int] = reactive(15)

    def __init__(self, seconds_left: int) -> None:
        super().__init__()
        self.set_reactive(IdleWarning.seconds_left, seconds_left)

    def compose(self) -> ComposeResult:
        """What will happen, in how many seconds, and what to do."""
        tr = cast(Front, self.app).tr
        with Vertical():
            yield Static(tr("您还在吗？"), classes="headline", markup=False)
            yield BigDigits(str(self.seconds_left))
            yield Static(self._what_is_lost(), markup=False)
            yield TapButton(tr("我还在，继续办理"), variant="primary")

    def _what_is_lost(self) -> str:
        """A number only where one is held: that of an order stays with it."""
        front = cast(Front, self.app)
        purchase = front.visit.purchase
        if purchase.msisdn is not None and purchase.order_no is None:
            return front.tr("秒后将清除您的信息，已选的号码会放回。")
        return front.tr("秒后将清除您的信息。")

    def watch_seconds_left(self, seconds_left: int) -> None:
        """Show the second."""
        for digits in self.query(BigDigits):
            digits.text = str(seconds_left)
