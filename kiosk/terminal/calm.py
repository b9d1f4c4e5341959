"""What people see when the program can't go on for a moment, or when the window is too small for it."""

from textual.app import ComposeResult
from textual.containers import Middle
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static


class CalmScreen(Screen[None]):
    """A few quiet words in the middle of an empty screen; nothing to press."""

    DEFAULT_CSS = """
    CalmScreen { align: center middle; }
    CalmScreen > Static { width: auto; max-width: 100%; text-align: center; }
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def compose(self) -> ComposeResult:
        """The words alone."""
        yield Static(self._text, markup=False)


class TooSmall(Widget):
    """Covers a screen that has too little room, and leaves everything on it as it is.

    It lies on the topmost layer instead of hiding what is below, since Textual unfocuses hidden widgets.
    """

    DEFAULT_CSS = """
    TooSmall {
        layer: _loading; dock: top; width: 100%; height: 100%;
        background: $background; color: $foreground;
    }
    TooSmall > Middle { width: 100%; }
    TooSmall Static { width: 100%; text-align: center; }
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def compose(self) -> ComposeResult:
        """The words, in the middle."""
        with Middle():
            yield Static(self._text, markup=False)
