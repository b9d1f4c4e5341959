"""A stage for one widget at a time, with the colours and size classes that the terminal has."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from textual.app import App, ComposeResult
from textual.events import Event
from textual.message import Message
from textual.theme import Theme
from textual.widget import Widget

M = TypeVar("M", bound=Message)

LIGHT = Theme(
    name="gallery",
    primary="#0062AD",
    secondary="#0B7A5E",
    accent="#0062AD",
    success="#0B7239",
    warning="#A63A00",
    error="#B3261E",
    foreground="#14202B",
    background="#F3F6F9",
    surface="#FFFFFF",
    panel="#E3EAF1",
    dark=False,
    variables={"muted": "#4F5D6A"},
)


class Gallery(App[None]):
    """Shows the widgets that `build` makes and keeps every message that they post."""

    CSS = "Screen { padding: 1 2; } .gap { width: 2; }"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-short"), (36, "-tall")]
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, build: Callable[[], Iterable[Widget]], *, keys: bool = False) -> None:
        super().__init__()
        self._build = build
        self._keys = keys
        self.posted: list[Message] = []

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return {"muted": "#4F5D6A"}

    def on_mount(self) -> None:
        self.register_theme(LIGHT)
        self.theme = LIGHT.name
        self.screen.set_class(self._keys, "-keys")

    def compose(self) -> ComposeResult:
        yield from self._build()

    def post_message(self, message: Message) -> bool:
        if not isinstance(message, Event):
            self.posted.append(message)
        return super().post_message(message)

    def said(self, kind: type[M]) -> list[M]:
        """Messages of one kind that reached the app, in order."""
        return [message for message in self.posted if isinstance(message, kind)]
