"""A screen about an account: its name on top, a question, a line for what stands in the way, back and next."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Static

from kiosk.domain.account_form import AccountForm
from screens.headed_screen import HeadedScreen
from widgets.action_bar import ActionBar
from widgets.countdown import Countdown
from widgets.message_line import MessageLevel, MessageLine

_COUNTED_DOWN: Final = timedelta(hours=1)


class AccountScreen(HeadedScreen):
    """A subclass names itself, asks its question, yields its body, and says what back and next are."""

    CSS_PATH = "account.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", show=False),
        Binding("enter", "next", show=False),
    ]

    @property
    def form(self) -> AccountForm:
        """What has been typed so far."""
        return self.front.visit.account_form

    def change(self, **values: object) -> None:
        """Replace some of what was typed."""
        self.front.visit.account_form = replace(self.form, **values)  # type: ignore[arg-type]  # by name, as declared

    # What a subclass says

    def heading(self) -> str:
        """What this is about, in the header."""
        return ""

    def question(self) -> str:
        """What is asked, or what has come of it."""
        return ""

    def compose_body(self) -> ComposeResult:
        """What there is to read, to fill in or to choose."""
        yield from ()

    def compose_last(self) -> ComposeResult:
        """What lies over the action bar: the keys on the screen."""
        yield from ()

    def back_label(self) -> str | None:
        """The way back."""
        return self.tr("返回")

    def next_label(self) -> str | None:
        """The one next action."""
        return self.tr("下一步")

    def back(self) -> None:
        """What "back" does: show the screen below."""
        self.dismiss()

    def proceed(self) -> None:
        """What "next" does."""

    # What they have in common

    def compose(self) -> ComposeResult:
        """Header, question, body, what stands in the way, back and next."""
        tr = self.tr
        yield from self.compose_header(self.heading())
        yield Static(self.question(), id="question", markup=False)
        with VerticalScroll(id="body", can_focus=False):
            yield from self.compose_body()
        with Horizontal(id="trouble"):
            yield MessageLine(id="message")
            yield Countdown(
                tr("还要等 {minutes} 分钟"), self.front.shop.now, urgent=tr("还要等 {clock}"), over="", id="wait"
            )
        yield ActionBar(self.back_label(), self.next_label(), id="actions")
        yield from self.compose_last()

    def show_question(self) -> None:
        """Ask what is to be asked now, with the ways back and on that belong to it."""
        self.query_one("#question", Static).update(self.question())
        bar = self.query_one("#actions", ActionBar)
        bar.back, bar.next = self.back_label(), self.next_label()

    def say(
        self, text: str | None, level: MessageLevel = MessageLevel.WARNING, *, until: datetime | None = None
    ) -> None:
        """Say what stands in the way, and until when if time alone removes it; None for nothing."""
        line = self.query_one("#message", MessageLine)
        if text is None:
            line.clear()
        else:
            line.show(text, level)
        # Nobody counts the minutes of a day: the words say until when.
        is_near = until is not None and until - self.front.shop.now() <= _COUNTED_DOWN
        self.query_one("#wait", Countdown).deadline = until if is_near else None

    @on(Countdown.Expired, "#wait")
    def waited(self) -> None:
        """Nothing stands in the way any more."""
        self.say(None)

    @contextmanager
    def deciding(self) -> Iterator[None]:
        """While a service is being asked, nothing else of the screen does anything."""
        self.is_deciding = True
        try:
            yield
        finally:
            self.is_deciding = False

    def action_back(self) -> None:
        """Go back by key."""
        self.query_one("#actions", ActionBar).press_back()

    def action_next(self) -> None:
        """Go on by key."""
        self.query_one("#actions", ActionBar).press_next()

    @on(ActionBar.Back)
    def back_pressed(self) -> None:
        """Leave by the way back."""
        if not self.is_deciding:
            self.say(None)
            self.back()

    @on(ActionBar.Next)
    def next_pressed(self) -> None:
        """Leave by the way on."""
        if not self.is_deciding:
            self.proceed()
