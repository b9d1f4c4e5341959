"""What every screen has: the language, the app as its `Front`, and texts that change in place."""

from collections.abc import Callable
from typing import ClassVar, cast

from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widget import Widget

from kiosk.domain.scans import ScanContext
from kiosk.locale import Translator
from screens.front import Front
from screens.theme import HORIZONTAL_BREAKPOINTS, VERTICAL_BREAKPOINTS
from widgets.input_panel import InputPanel


class KioskScreen(Screen[None], inherit_bindings=False):
    """A screen of the terminal; its texts come from `tr`, and a switch of language composes it anew.

    So `compose` must be able to draw the screen from the visit alone.
    """

    HORIZONTAL_BREAKPOINTS = HORIZONTAL_BREAKPOINTS
    VERTICAL_BREAKPOINTS = VERTICAL_BREAKPOINTS
    AUTO_FOCUS = ""
    is_redrawn = False
    """Whether its widgets are just being replaced: answers that are shown in them wait for the new ones."""
    is_stale = False
    """Whether its texts have changed while it lay below another screen: it is drawn anew when it is seen again."""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "app.focus_next", show=False, priority=True),
        Binding("shift+tab", "app.focus_previous", show=False, priority=True),
    ]

    SCANS: ClassVar[tuple[ScanContext, ...]] = ()
    """Codes that a scanner may give this screen, through `scanned`; any other is refused in words."""

    _waits: Callable[[], None] | None = None

    @property
    def front(self) -> Front:
        """The app."""
        return cast(Front, self.app)

    @property
    def tr(self) -> Translator:
        """The translator of the language people see now."""
        return self.front.tr

    @property
    def translators(self) -> tuple[Translator, ...]:
        """The languages in which this screen says something that wasn't asked for."""
        return (self.tr,)

    def scanned(self, context: ScanContext, code: str) -> None:
        """Take a code of one of `SCANS`: only the characters of its alphabet are left."""

    async def change_texts(self) -> None:
        """Draw everything again in the new language; the focus stays where it was."""
        place = self._focused_place()
        self.is_redrawn = True
        try:
            await self.recompose()
        finally:
            self.is_redrawn = False
        if not self.is_attached or self._pruning:
            # It was left meanwhile.
            return
        if place is not None:
            self._focus_place(*place)
        self.fill()
        self._do_what_waits()

    async def on_screen_resume(self) -> None:
        """Draw what changed meanwhile, before anything of it is seen."""
        if self.is_stale:
            self.is_stale = False
            await self.change_texts()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Refuse keys while the widgets they act on aren't there yet, or not any more."""
        return super().check_action(action, parameters) if self.is_whole else False

    @property
    def is_whole(self) -> bool:
        """Whether all its widgets are there: not before they are mounted, while they are replaced, or at the end."""
        return self.is_mounted and not self.is_redrawn and not self._pruning

    def when_whole(self, do: Callable[[], None]) -> None:
        """Do this once the screen is whole, in place of what was to be done then before; never if it is left first."""
        self._waits = do

    def _do_what_waits(self) -> None:
        do, self._waits = self._waits, None
        if do is not None:
            do()

    def _focused_place(self) -> tuple[str, int] | None:
        """Where the keys are: the nearest widget with an id, and the place among what can take keys in it."""
        if self.focused is None:
            return None
        named = next((node for node in self.focused.ancestors_with_self if node.id), None)
        if not isinstance(named, Widget):
            return None
        return f"#{named.id}", _takers_of_keys(named).index(self.focused)

    def _focus_place(self, named: str, place: int) -> None:
        for widget in self.query(named):
            takers = _takers_of_keys(widget)
            if place < len(takers):
                takers[place].focus()

    def fill(self) -> None:
        """Fetch from the services what `compose` couldn't know; runs at mount and after a change of language."""

    def on_mount(self) -> None:
        """Fill the screen. Textual calls this after a subclass's own, which must not call it once more."""
        self.fill()
        # Textual counts it as mounted only after this.
        self.call_later(self._do_what_waits)

    def on_click(self) -> None:
        """A touch on the ground, which nothing else has taken, puts the keys away."""
        for panel in self.query(InputPanel):
            panel.close()


def _takers_of_keys(widget: Widget) -> list[Widget]:
    """The widget itself and what lies in it, as far as keys can be there."""
    return [each for each in (widget, *widget.query(Widget)) if each.can_focus]
