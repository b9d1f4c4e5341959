"""The second half of a double tap, when the first has brought another screen under the finger."""

import weakref
from typing import Any

from textual import events
from textual.screen import Screen

from widgets.repeat_guard import RepeatGuard


class DoubleTaps:
    """Tells a tap that follows another too closely, and would land on a screen its finger didn't mean.

    Example:
        taps = DoubleTaps()
        if isinstance(event, events.MouseDown | events.MouseUp) and taps.drops(event, app.screen):
            return
    """

    def __init__(self) -> None:
        self._taps = RepeatGuard()
        self._tapped: weakref.ref[Screen[Any]] | None = None
        self._is_echo = False

    def drops(self, event: events.MouseDown | events.MouseUp, shown: Screen[Any]) -> bool:
        """Whether this event, on its way to the screen that is shown, belongs to such a tap."""
        if event.is_forwarded:
            return False
        if isinstance(event, events.MouseDown):
            screen = weakref.ref(shown)
            # By when it was made: a screen that took long to draw must not make two taps of one.
            is_alone = self._taps.admits(at=event.time)
            self._is_echo = not is_alone and screen != self._tapped
            if not self._is_echo:
                self._tapped = screen
        return self._is_echo
