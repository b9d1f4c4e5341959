"""A screen whose header says what it is about and offers the language, the print, and the help."""

from collections.abc import Iterator
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Static

from screens.help.passages import Passage
from screens.kiosk_screen import KioskScreen
from screens.words import help_label, print_label
from widgets.tap_button import TapButton


class HeadedScreen(KioskScreen):
    """A subclass composes its header by `compose_header`, or from `header_buttons`, and may name its `PASSAGE`."""

    DEFAULT_CSS = """
    HeadedScreen #header { height: 3; padding: 0 3; background: $panel; }
    HeadedScreen #header TapButton { background: $panel; height: 100%; }
    HeadedScreen #heading {
        width: 1fr;
        height: 100%;
        content-align: left middle;
        text-style: bold;
        text-wrap: nowrap;
        text-overflow: ellipsis;
    }
    HeadedScreen.-short #header { height: 1; }
    HeadedScreen.-large #header { height: 5; }
    HeadedScreen.-large.-short #header { height: 3; }
    HeadedScreen.-large #header TapButton { background: $background; margin-left: 1; }
    HeadedScreen.-large.-narrow #header { padding: 0 1; }
    HeadedScreen.-large.-narrow #help { width: 8; min-width: 8; }
    """
    PASSAGE: ClassVar[Passage | None] = None
    """What the help says about it; None for no passage of its own."""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("l,L", "press('language')", show=False),
        Binding("z,Z", "change_print", show=False),
        Binding("question_mark", "press('help')", show=False),
    ]
    is_deciding = False
    """Whether something is under way that can't be taken back: what leads away from the screen waits for it."""

    def compose_header(self, name: str) -> ComposeResult:
        """What the screen is about, and the buttons."""
        with Horizontal(id="header"):
            yield Static(name, id="heading", markup=False)
            yield from self.header_buttons()

    def header_buttons(self) -> Iterator[TapButton]:
        """Language, print and help."""
        tr = self.tr
        yield TapButton(tr.pick("English", "中文"), hint="L", id="language")
        yield TapButton(print_label(tr, large=self.front.large_print), hint="Z", id="print")
        if self.help_passage is not None:
            yield TapButton(help_label(tr), short="?", id="help")

    @property
    def help_passage(self) -> Passage | None:
        """What the help says about the screen as it is now."""
        return self.PASSAGE

    def action_press(self, button: str) -> None:
        """Press a button by its key, if it is to be seen."""
        for each in self.query(f"#{button}").results(TapButton):
            if all(node.display for node in each.ancestors_with_self):
                each.press()

    @on(TapButton.Pressed, "#language")
    def language_pressed(self) -> None:
        """Switch the language; everything stays as it is."""
        self.front.change_language()

    @on(TapButton.Pressed, "#print")
    def action_change_print(self) -> None:
        """Switch large print, by key also where the button has no room; everything stays as it is."""
        self.front.change_print()

    @on(TapButton.Pressed, "#help")
    def help_pressed(self) -> None:
        """Open the help over the screen, which stays as it is."""
        if not self.is_deciding:
            self.front.show_help(self.help_passage)
