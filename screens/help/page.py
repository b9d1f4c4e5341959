"""What the pages of the help have in common: they lie over a step, which they leave as it is (SPEC 2.4)."""

from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType

from kiosk.domain.help import Section
from kiosk.locale import Translator
from screens.headed_screen import HeadedScreen
from widgets.action_bar import ActionBar


class HelpPage(HeadedScreen):
    """A page of the help. "Back" goes one page back, "close" uncovers the step from which the help was opened."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", show=False),
        Binding("q,Q", "close", show=False),
    ]

    def back(self) -> None:
        """Go one page back."""
        self.dismiss()

    def action_back(self) -> None:
        """Go one page back, by key."""
        self.query_one(ActionBar).press_back()

    def action_close(self) -> None:
        """Close the help, by key."""
        self.query_one(ActionBar).press_next()

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
