"""Dialogs over the screen: a question with two answers, and a long text to read."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from widgets.prose import Prose
from widgets.tap_button import TapButton


class Ask(ModalScreen[bool]):
    """A question answered with `yes` (right) or `no` (left); Escape is no.

    With `danger` the yes is coloured as a warning and the keys start at no.

    ```python
    self.app.push_screen(Ask("取消订单?", "号码会放回", yes="取消订单", no="再想想", danger=True), self.decided)
    ```
    """

    SCOPED_CSS = False
    DEFAULT_CSS = """
    Ask { align: center middle; background: $foreground 50%; }
    Ask > Vertical { width: 64; max-width: 94%; height: auto; padding: 2 4; background: $background; }
    Ask .ask--title { text-style: bold; width: 1fr; height: auto; margin-bottom: 1; }
    Ask .ask--text { width: 1fr; height: auto; max-height: 12; margin-bottom: 2; }
    Ask Horizontal { height: auto; }
    Ask .ask--between { width: 1fr; height: 1; }
    Ask TapButton { min-width: 16; }
    Ask.-large .ask--text { text-style: bold; }
    .-short Ask > Vertical { padding: 1 2; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "no", show=False)]

    def __init__(self, title: str, text: str, *, yes: str, no: str, danger: bool = False) -> None:
        super().__init__()
        self._title, self._text = title, text
        self._danger = danger
        self._yes = TapButton(yes, variant="warning" if danger else "primary")
        self._no = TapButton(no, hint="Esc")

    def compose(self) -> ComposeResult:
        """Title, text, the two answers."""
        with Vertical():
            yield Static(self._title, markup=False, classes="ask--title")
            yield Prose(self._text, classes="ask--text")
            with Horizontal():
                yield self._no
                yield Static(classes="ask--between")
                yield self._yes

    def on_mount(self) -> None:
        """Let the keys start where a careless Enter does least harm."""
        (self._no if self._danger else self._yes).focus()

    def action_no(self) -> None:
        """Answer no."""
        self.dismiss(False)

    @on(TapButton.Pressed)
    def _answered(self, event: TapButton.Pressed) -> None:
        event.stop()
        self.dismiss(event.button is self._yes)


class ReadText(ModalScreen[bool | None]):
    """A long text, such as an agreement, with touch buttons to turn pages; True when accepted, None when closed.

    ```python
    self.app.push_screen(ReadText("入网协议", text, close="关闭", page_up="上一页", page_down="下一页"))
    ```
    """

    SCOPED_CSS = False
    DEFAULT_CSS = """
    ReadText { align: center middle; background: $foreground 50%; }
    ReadText > Vertical { width: 92; max-width: 96%; height: 92%; padding: 1 4; background: $background; }
    ReadText .read-text--title { text-style: bold; width: 1fr; height: auto; margin-bottom: 1; }
    ReadText VerticalScroll {
        height: 1fr;
        margin-bottom: 1;
        background: $surface;
        padding: 1 2;
        scrollbar-size-vertical: 1;
        scrollbar-color: $muted;
        scrollbar-background: $panel;
    }
    ReadText.-large > Vertical { width: 82; padding: 1 2; }
    ReadText.-large Prose { text-style: bold; }
    ReadText.-large VerticalScroll { scrollbar-color: $foreground; padding: 1 0; }
    ReadText Horizontal { height: auto; }
    ReadText Horizontal TapButton { min-width: 14; margin-right: 1; }
    ReadText .read-text--between { width: 1fr; height: 1; }
    .-short ReadText > Vertical { padding: 0 2; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", show=False),
        Binding("pageup", "turn(-1)", show=False),
        Binding("pagedown,space", "turn(1)", show=False),
    ]

    def __init__(
        self, title: str, text: str, *, close: str, page_up: str, page_down: str, accept: str | None = None
    ) -> None:
        super().__init__()
        self._title = title
        self._scroll = VerticalScroll(Prose(text))
        self._page_up = TapButton(page_up, hint="PgUp", repeat_seconds=0)
        self._page_down = TapButton(page_down, hint="PgDn", repeat_seconds=0)
        self._close = TapButton(close, hint="Esc")
        self._accept = TapButton(accept, variant="primary") if accept is not None else None

    def compose(self) -> ComposeResult:
        """Title, the text, the page buttons left, close and accept right."""
        with Vertical():
            yield Static(self._title, markup=False, classes="read-text--title")
            yield self._scroll
            with Horizontal():
                yield self._page_up
                yield self._page_down
                yield Static(classes="read-text--between")
                yield self._close
                if self._accept is not None:
                    yield self._accept

    def on_mount(self) -> None:
        """Keep the page buttons true to where the text is."""
        self._scroll.focus()
        self.watch(self._scroll, "scroll_y", self._follow_scroll)
        self.watch(self._scroll, "virtual_size", self._follow_scroll)
        self.call_after_refresh(self._follow_scroll)

    def action_turn(self, pages: int) -> None:
        """Go a page on or back, keeping one line in common."""
        self._scroll.scroll_relative(y=pages * max(1, self._scroll.size.height - 1), animate=False)

    def action_close(self) -> None:
        """Close without accepting."""
        self.dismiss(None)

    @on(TapButton.Pressed)
    def _pressed(self, event: TapButton.Pressed) -> None:
        event.stop()
        if event.button is self._page_up:
            self.action_turn(-1)
        elif event.button is self._page_down:
            self.action_turn(1)
        else:
            self.dismiss(True if event.button is self._accept else None)

    def _follow_scroll(self) -> None:
        self._page_up.disabled = self._scroll.scroll_offset.y <= 0
        self._page_down.disabled = self._scroll.scroll_offset.y >= self._scroll.max_scroll_y
