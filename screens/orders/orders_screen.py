"""What the screens of orders have in common: the header, the line for what has just happened, back and next."""

from collections.abc import Sequence
from pathlib import Path, PurePath
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widget import Widget

from screens.headed_screen import HeadedScreen
from screens.help.passages import OWN_ACCOUNT
from widgets.action_bar import ActionBar
from widgets.message_line import MessageLevel, MessageLine

ORDERS_CSS: Final = Path(__file__).with_name("orders.tcss")


class OrdersScreen(HeadedScreen):
    """A subclass yields its body and says what back and next are; its `CSS_PATH` begins with `ORDERS_CSS`."""

    PASSAGE = OWN_ACCOUNT
    CSS_PATH: ClassVar[list[str | PurePath]] = [ORDERS_CSS]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", show=False),
        Binding("enter", "next", show=False),
    ]

    def compose(self) -> ComposeResult:
        """Header, body, what has just happened, back and next."""
        tr = self.tr
        yield from self.compose_header(tr("我的订单"))
        with Vertical(id="body"):
            yield from self.compose_body()
        yield MessageLine(id="message")
        yield ActionBar(self.back_label(), self.next_label(), middle=self.between(), id="actions")
        yield from self.compose_last()

    def compose_body(self) -> ComposeResult:
        """What it is about."""
        yield from ()

    def compose_last(self) -> ComposeResult:
        """What lies over the action bar: the keys on the screen."""
        yield from ()

    def between(self) -> Sequence[Widget]:
        """What stands between back and next."""
        return ()

    def back_label(self) -> str | None:
        """The way back."""
        return self.tr("返回")

    def next_label(self) -> str | None:
        """The one next action."""
        return None

    def proceed(self) -> None:
        """What "next" does."""

    def leave(self) -> None:
        """What "back" does."""
        self.dismiss()

    def say(self, text: str | None, level: MessageLevel = MessageLevel.WARNING) -> None:
        """Say what has just happened, or with None nothing any more."""
        line = self.query_one("#message", MessageLine)
        if text is None:
            line.clear()
        else:
            line.show(text, level)

    def action_back(self) -> None:
        """Go back by key."""
        self.query_one("#actions", ActionBar).press_back()

    def action_next(self) -> None:
        """Go on by key."""
        self.query_one("#actions", ActionBar).press_next()

    @on(ActionBar.Back)
    def back_pressed(self) -> None:
        """Leave by the way back."""
        self.leave()

    @on(ActionBar.Next)
    def next_pressed(self) -> None:
        """Go on."""
        self.proceed()
