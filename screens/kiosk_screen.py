"""What every screen has: the language, the app as its `Front`, and texts that change in place."""

from typing import ClassVar, cast

from textual.binding import Binding, BindingType
from textual.screen import Screen

from kiosk.locale import Translator
from screens.front import Front
from screens.theme import HORIZONTAL_BREAKPOINTS, VERTICAL_BREAKPOINTS


class KioskScreen(Screen[None], inherit_bindings=False):
    """A screen of the terminal; its texts come from `tr`, and a switch of language composes it anew.

    So `compose` must be able to draw the screen from the visit alone.
    """

    HORIZONTAL_BREAKPOINTS = HORIZONTAL_BREAKPOINTS
    VERTICAL_BREAKPOINTS = VERTICAL_BREAKPOINTS
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "app.focus_next", show=False),
        Binding("shift+tab", "app.focus_previous", show=False),
    ]

    @property
    def front(self) -> Front:
        """The app."""
        return cast(Front, self.app)

    @property
    def tr(self) -> Translator:
        """The translator of the language people see now."""
        return self.front.tr

    async def change_texts(self) -> None:
        """Draw everything again in the new language; the focus stays where it was."""
        focused = self.focused.id if self.focused is not None else None
        await self.recompose()
        if focused and (found := self.query(f"#{focused}")):
            found.first().focus()
        self.fill()

    def fill(self) -> None:
        """Fetch from the services what `compose` couldn't know; runs at mount and after a change of language."""

    def on_mount(self) -> None:
        """Fill the screen."""
        self.fill()
