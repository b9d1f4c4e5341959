"""An agreement to be accepted by a touch, and to be read in full."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message

from widgets.modal import ReadText
from widgets.tap_button import TapButton


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementWords:
    """What an `Agreement` says; `name` stands over the text, `accept` is its last word."""

    name: str
    agree: str
    read: str
    close: str
    page_up: str
    page_down: str
    accept: str


class Agreement(Horizontal):
    """A line with a box to tick and a button that shows the whole text, at whose end it can be accepted too.

    Ticking what must be read first, and was not (`has_read`), opens it. `text` is only called for when it is read.

    ```python
    yield Agreement(words, lambda: read("service.md"), agreed=False)


    @on(Agreement.Changed)
    def keep(self, event: Agreement.Changed) -> None: ...
    ```
    """

    SCOPED_CSS = False
    DEFAULT_CSS = """
    Agreement { height: auto; }
    Agreement > .agreement--agree { width: 1fr; content-align: left middle; text-align: left; background: $surface; }
    Agreement > .agreement--agree.-agreed { color: $success; text-style: bold; }
    Agreement > .agreement--read { margin-left: 1; }
    """

    @dataclass
    class Changed(Message):
        """A person accepted it, took that back, or opened it."""

        agreement: Agreement
        agreed: bool
        has_read: bool

        @property
        def control(self) -> Agreement:
            """The line."""
            return self.agreement

    def __init__(
        self,
        words: AgreementWords,
        text: Callable[[], str],
        *,
        agreed: bool,
        has_read: bool = True,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._words = words
        self._text = text
        self._agreed = agreed
        self._has_read = has_read
        self._agree = TapButton("", hint="A", classes="agreement--agree")
        self._read = TapButton(words.read, hint="R", classes="agreement--read")

    def compose(self) -> ComposeResult:
        """The box, and the way to the text."""
        yield self._agree
        yield self._read

    def on_mount(self) -> None:
        """Tick the box if it was ticked before."""
        self._show()

    @property
    def agreed(self) -> bool:
        """Whether it is accepted."""
        return self._agreed

    def press_agree(self) -> None:
        """Accept it or take that back, as if tapped."""
        self._agree.press()

    def press_read(self) -> None:
        """Open the text, as if tapped."""
        self._read.press()

    def focus_agree(self) -> None:
        """Let the keys be at the box."""
        self._agree.focus()

    @on(TapButton.Pressed)
    def _pressed(self, event: TapButton.Pressed) -> None:
        event.stop()
        if event.button is self._read or not (self._has_read or self._agreed):
            self._open()
        else:
            self._set(agreed=not self._agreed)

    @work(exclusive=True)
    async def _open(self) -> None:
        words = self._words
        text = ReadText(
            words.name,
            self._text(),
            close=words.close,
            page_up=words.page_up,
            page_down=words.page_down,
            accept=words.accept,
        )
        accepted = await self.app.push_screen_wait(text)
        self._has_read = True
        self._set(agreed=self._agreed or bool(accepted))

    def _set(self, *, agreed: bool) -> None:
        self._agreed = agreed
        self._show()
        self.post_message(self.Changed(self, agreed, self._has_read))

    def _show(self) -> None:
        self._agree.label = f"{'✓' if self._agreed else '□'} {self._words.agree}"
        self._agree.set_class(self._agreed, "-agreed")
