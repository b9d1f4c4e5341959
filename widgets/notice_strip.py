"""A sentence along the top of a screen that goes away by itself."""

from __future__ import annotations

from typing import Any, Final

from textual.screen import Screen
from textual.widgets import Static

SHOWN_SECONDS: Final = 4.0


class NoticeStrip(Static):
    """Covers the top of a screen for `SHOWN_SECONDS`; it takes no focus, moves nothing and ends with its screen.

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

    @classmethod
    def show(cls, screen: Screen[Any], text: str) -> None:
        """Say `text` over a screen, in the place of what was said before."""
        screen.query_children(cls).remove()
        screen.mount(cls(text))

    def on_mount(self) -> None:
        """Stay long enough to be read."""
        self.set_timer(SHOWN_SECONDS, self.remove)
