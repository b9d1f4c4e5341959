"""A sentence in its place, instead of a box that flies in and covers something."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget


class MessageLevel(StrEnum):
    """How serious a message is; the value is also its style class."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


_MARKS = {MessageLevel.INFO: "●", MessageLevel.WARNING: "▲", MessageLevel.ERROR: "⚠"}


class MessageLine(Widget):
    """One line for what has just happened; keeps its line when empty, so that nothing jumps.

    ```python
    line = MessageLine()
    line.show("这个号码刚被选走,请看看相近的号码", MessageLevel.WARNING)
    ```
    """

    DEFAULT_CSS = """
    MessageLine {
        width: 1fr;
        height: 1;
        padding: 0 2;
        color: $foreground;
        text-overflow: ellipsis;
        text-wrap: nowrap;
        &.-info { background: $panel; }
        &.-warning { background: $panel; color: $warning; text-style: bold; }
        &.-error { background: $error; color: $background; text-style: bold; }
        &.-empty { background: transparent; }
    }
    """
    ALLOW_SELECT = False
    _LEVEL_CLASSES: ClassVar[tuple[str, ...]] = tuple(f"-{level}" for level in MessageLevel)

    text: reactive[str] = reactive("")
    level: reactive[MessageLevel] = reactive(MessageLevel.INFO)

    def __init__(
        self,
        text: str = "",
        level: MessageLevel = MessageLevel.INFO,
        *,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.text = text
        self.level = level

    def show(self, text: str, level: MessageLevel = MessageLevel.INFO) -> None:
        """Say `text` until the next one or `clear`."""
        self.level = level
        self.text = text

    def clear(self) -> None:
        """Say nothing any more."""
        self.text = ""

    def watch_text(self, text: str) -> None:
        """Leave no coloured bar behind when there is nothing to say."""
        self.set_class(not text, "-empty")

    def watch_level(self, level: MessageLevel) -> None:
        """Wear the level's colours."""
        self.remove_class(*self._LEVEL_CLASSES)
        self.add_class(f"-{level}")

    def render(self) -> Content:
        """Draw the mark of the level and the text."""
        return Content(f"{_MARKS[self.level]} {self.text}" if self.text else "")
