"""What staff do at the attract screen to be asked for their PIN, and no customer does by accident."""

from collections.abc import Callable
from enum import StrEnum, auto
from typing import Final

from textual import events
from textual.geometry import Size

CORNERS: Final = ("top left", "top right", "bottom right", "bottom left")
"""Touched in this order, clockwise."""

ARROWS: Final = ("left", "up", "right", "down")
"""The same by keys."""

STEP_SECONDS: Final = 1.5
"""No more time than this between two of them."""

_CORNER: Final = Size(12, 6)
_SHARE: Final = 4


class Heard(StrEnum):
    """What an input means to the sequence: no part of it, a part, the last part, or the release of a part."""

    NOTHING = auto()
    PART = auto()
    ALL = auto()
    RELEASE = auto()


class StaffSequence:
    """Listens for the four corners or the four arrows; `clock` gives monotonic seconds.

    What could be part of the sequence is kept from the screen, since a touch there would begin a visit. Once the
    sequence is broken the touch that broke it counts alone; `take_overdue` gives back what nothing followed.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._held: list[events.Event] = []
        self._way: tuple[str, ...] = ()
        self._done = 0
        self._heard_at = 0.0
        self._is_down = False

    def hear(self, event: events.Event, size: Size) -> Heard:
        """Take an input on a screen of this size."""
        if isinstance(event, events.MouseUp):
            held, self._is_down = self._is_down, False
            if held:
                self._held.append(event)
            return Heard.RELEASE if held else Heard.NOTHING
        if isinstance(event, events.MouseMove):
            return Heard.NOTHING
        step = _step(event, size)
        if self._clock() - self._heard_at > STEP_SECONDS:
            self._forget()
        if self._done and step != self._way[self._done]:
            self._forget()
        if not self._done:
            self._way = next((way for way in (CORNERS, ARROWS) if way[0] == step), ())
            if not self._way:
                self._is_down = False
                return Heard.NOTHING
        return self._advance(event)

    def _advance(self, event: events.Event) -> Heard:
        self._done += 1
        self._heard_at = self._clock()
        self._is_down = isinstance(event, events.MouseDown)
        if self._done < len(self._way):
            self._held.append(event)
            return Heard.PART
        self._forget()
        return Heard.ALL

    def take_overdue(self) -> list[events.Event]:
        """The inputs held back, once the time for the next part is over."""
        if not self._done or self._clock() - self._heard_at < STEP_SECONDS:
            return []
        held = self._held
        self._is_down = False
        self._forget()
        return held

    def _forget(self) -> None:
        self._held = []
        self._done = 0


def _step(event: events.Event, size: Size) -> str:
    match event:
        case events.Key():
            return event.key
        case events.MouseDown():
            return _corner(int(event.screen_x), int(event.screen_y), size)
    return ""


def _corner(x: int, y: int, size: Size) -> str:
    width, height = min(_CORNER.width, size.width // _SHARE), min(_CORNER.height, size.height // _SHARE)
    column = "left" if x < width else "right" if x >= size.width - width else ""
    row = "top" if y < height else "bottom" if y >= size.height - height else ""
    return f"{row} {column}" if row and column else ""
