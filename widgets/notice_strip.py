"""A sentence along the top of a screen that goes away by itself."""

from __future__ import annotations

from typing import Any, Final

from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static

SHOWN_SECONDS: Final = 4.0
_TALLEST_HEADER: Final = 5


class NoticeStrip(Static):
    """Covers the header of a screen for `SHOWN_SECONDS`; it takes no focus, moves nothing and ends with its screen.

    ```python
    NoticeStrip.show(self.screen, "这里不需要扫码")
    ```
    """

    DEFAULT_CSS = """
    NoticeStrip {
        layer: _loading;
        dock: top;
        width: 100%;
        height: 3;
        content-align: center middle;
        text-align: center;
        background: $foreground;
        color: $background;
        text-style: bold;
    }
    .-short NoticeStrip { height: 1; }
    """
    ALLOW_SELECT = False

    def __init__(self, text: str) -> None:
        super().__init__(text, markup=False)
        self._covered: list[Widget] = []

    @classmethod
    def show(cls, screen: Screen[Any], text: str) -> None:
        """Say `text` over a screen, in the place of what was said before."""
        screen.query_children(cls).remove()
        screen.mount(cls(text))

    def on_mount(self) -> None:
        """Stay long enough to be read."""
        self.set_timer(SHOWN_SECONDS, self.remove)
        # Textual cuts a Hanzi in two at the edge of what lies below it.
        self._covered = [
            child for child in self.screen.children if child is not self and child.visible and _leads(child)
        ]
        for child in self._covered:
            child.visible = False

    def on_unmount(self) -> None:
        """Let what was covered be seen again."""
        for child in self._covered:
            child.visible = True


def _leads(child: Widget) -> bool:
    """Whether a widget lies along the top of its screen, and only there."""
    return child.region.y == 0 and 0 < child.region.height <= _TALLEST_HEADER
