"""What the pages of the help have in common: they lie over a step, which they leave as it is (SPEC 2.4)."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Static

from kiosk.domain.help import Section
from kiosk.locale import Translator
from screens.kiosk_screen import KioskScreen
from screens.words import print_label
from widgets.action_bar import ActionBar
from widgets.tap_button import TapButton


class HelpPage(KioskScreen):
    """A page of the help. "Back" goes one page back, "close" uncovers the step from which the help was opened."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", show=False),
        Binding("l,L", "press('language')", show=False),
        Binding("z,Z", "press('print')", show=False),
        Binding("q,Q", "close", show=False),
    ]

    def compose_header(self, name: str) -> ComposeResult:
        """The name of the page, the language and the print."""
        tr = self.tr
        with Horizontal(id="header"):
            yield Static(name, id="name", markup=False)
            yield TapButton(tr.pick("English", "中文"), hint="L", id="language")
            yield TapButton(print_label(tr, large=self.front.large_print), hint="Z", id="print")

    def back(self) -> None:
        """Go one page back."""
        self.dismiss()

    def action_press(self, button: str) -> None:
        """Press a button by its key."""
        self.query_one(f"#{button}", TapButton).press()

    def action_back(self) -> None:
        """Go one page back, by key."""
        self.query_one(ActionBar).press_back()

    def action_close(self) -> None:
        """Close the help, by key."""
        self.query_one(ActionBar).press_next()

    @on(TapButton.Pressed, "#language")
    def change_language(self) -> None:
        """Switch the language."""
        self.front.change_language()

    @on(TapButton.Pressed, "#print")
    def change_print(self) -> None:
        """Switch large print."""
        self.front.change_print()

    @on(ActionBar.Back)
    def back_pressed(self) -> None:
        """Go one page back."""
        self.back()

    @on(ActionBar.Next)
    def close_help(self) -> None:
        """Uncover the step."""
        while isinstance(self.app.screen, HelpPage):
            self.app.pop_screen()


def section_name(tr: Translator, section: Section) -> str:
    """A section as a chip says it."""
    match section:
        case Section.GUIDE:
            return tr("新用户指南")
        case Section.PAYMENT:
            return tr("付款和费用")
        case Section.DELIVERY:
            return tr("取卡和配送")
        case Section.AFTER_SALES:
            return tr("售后")
        case Section.QUESTIONS:
            return tr("常见问题")
