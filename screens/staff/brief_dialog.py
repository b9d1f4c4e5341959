"""A dialog for staff that nobody finds standing open."""

from typing import Final, TypeVar, cast

from textual import events
from textual.screen import ModalScreen
from textual.timer import Timer

from screens.front import Front
from screens.theme import HORIZONTAL_BREAKPOINTS, VERTICAL_BREAKPOINTS

T = TypeVar("T")

UNTOUCHED_SECONDS: Final = 20.0
"""How long it stays without a touch or a key."""


class BriefDialog(ModalScreen[T | None]):
    """Closes with None when nobody has touched it for a while."""

    CSS_PATH = "staff.tcss"
    HORIZONTAL_BREAKPOINTS = HORIZONTAL_BREAKPOINTS
    VERTICAL_BREAKPOINTS = VERTICAL_BREAKPOINTS
    AUTO_FOCUS = ""
    _untouched: Timer | None = None

    @property
    def front(self) -> Front:
        """The app."""
        return cast(Front, self.app)

    def on_mount(self) -> None:
        """Begin to wait."""
        self.wait_anew()

    def wait_anew(self) -> None:
        """Wait for so long again."""
        if self._untouched is not None:
            self._untouched.stop()
        self._untouched = self.set_timer(UNTOUCHED_SECONDS, self.give_up)

    async def on_event(self, event: events.Event) -> None:
        """Begin to wait anew with every touch and key."""
        if isinstance(event, events.InputEvent):
            self.wait_anew()
        await super().on_event(event)

    def give_up(self) -> None:
        """Go away, whatever was typed."""
        if self.is_current:
            self.dismiss(None)
