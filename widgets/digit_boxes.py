"""One box a digit: say which digits matter and where, leave the rest open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Offset, Size
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip

from widgets.drawn import Drawn
from widgets.tile import draw_tile

ANY = "_"
"""What stands in the value where any digit will do."""

_GROUP_GAP = 2
_NARROWEST, _WIDEST = 3, 9


class DigitBoxes(Drawn):
    """Boxes for single digits in groups; the first `fixed` ones are given and can't be changed.

    Touching a box goes to it and posts `Touched`, so that a pad can open beside. A digit fills the box and
    moves on, `backspace` empties it or the one before, `clear` empties all; Space or `_` leaves a box open.
    `type_key` takes the same keys from a pad.

    ```python
    boxes = DigitBoxes(groups=(3, 4, 4), fixed="1")
    boxes.value  # "1__5___88__"
    ```
    """

    SCOPED_CSS = False
    DEFAULT_CSS = """
    DigitBoxes { width: auto; max-width: 100%; height: auto; pointer: pointer; }
    DigitBoxes .digit-boxes--box { background: $surface; color: $foreground; text-style: bold; height: 3; }
    .-short DigitBoxes .digit-boxes--box { height: 1; }
    .-large DigitBoxes .digit-boxes--box { height: 3; }
    DigitBoxes .digit-boxes--outline { display: none; color: $foreground; }
    .-large DigitBoxes .digit-boxes--outline { display: block; }
    DigitBoxes .digit-boxes--open { background: $surface; color: $muted; }
    DigitBoxes .digit-boxes--filled { background: $primary; color: $background; text-style: bold; }
    DigitBoxes .digit-boxes--fixed { background: $panel; color: $muted; text-style: bold; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "digit-boxes--box",
        "digit-boxes--open",
        "digit-boxes--filled",
        "digit-boxes--fixed",
        "digit-boxes--outline",
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "move(-1)", show=False),
        Binding("right", "move(1)", show=False),
        Binding("home", "move(-99)", show=False),
        Binding("end", "move(99)", show=False),
        Binding("backspace", "type('backspace')", show=False),
        Binding("delete", "type('clear')", show=False),
    ]
    ALLOW_SELECT = False
    can_focus = True

    value: reactive[str] = reactive("")
    """All digits in order, `_` where any will do."""

    cursor: reactive[int] = reactive(0)
    """Index of the box that the next digit fills."""

    @dataclass
    class Changed(Message):
        """A person filled or emptied a box."""

        boxes: DigitBoxes
        value: str

        @property
        def control(self) -> DigitBoxes:
            """The boxes."""
            return self.boxes

    @dataclass
    class Touched(Message):
        """A finger chose a box: the place for a pad to open beside."""

        boxes: DigitBoxes
        index: int

        @property
        def control(self) -> DigitBoxes:
            """The boxes."""
            return self.boxes

    def __init__(
        self,
        groups: Sequence[int] = (3, 4, 4),
        fixed: str = "1",
        value: str = "",
        *,
        id: str | None = None,
        classes: str | None = None,
        disabled: bool = False,
    ) -> None:
        super().__init__(id=id, classes=classes, disabled=disabled)
        self._groups = tuple(groups)
        self._fixed = fixed
        self.set_reactive(DigitBoxes.value, self.validate_value(value))
        self.set_reactive(DigitBoxes.cursor, len(fixed))

    @property
    def length(self) -> int:
        """How many boxes there are."""
        return sum(self._groups)

    def validate_value(self, value: str) -> str:
        """Keep the fixed digits, pad to full length, and take anything but a digit for open."""
        digits = [character if character in "0123456789" else ANY for character in value[: self.length]]
        digits += [ANY] * (self.length - len(digits))
        return self._fixed + "".join(digits[len(self._fixed) :])

    def validate_cursor(self, cursor: int) -> int:
        """Stay on the boxes that can be changed."""
        return max(len(self._fixed), min(self.length - 1, cursor))

    def type_key(self, key: str) -> None:
        """Take a key of a pad: a digit, `_`, "backspace" or "clear"; others are ignored."""
        value = self.value
        if len(key) == 1 and key in "0123456789_":
            self._put(self.cursor, key)
            self.cursor += 1
        elif key == "backspace":
            # As in any text: a filled box empties first, an empty one passes it on to the box before.
            if value[self.cursor] == ANY:
                self.cursor -= 1
            self._put(self.cursor, ANY)
        elif key == "clear":
            self.value = ""
            self.cursor = 0
        if self.value != value:
            self.post_message(self.Changed(self, self.value))

    def action_move(self, step: int) -> None:
        """Go to another box."""
        self.cursor += step

    def action_type(self, key: str) -> None:
        """Empty a box or all."""
        self.type_key(key)

    def on_key(self, event: events.Key) -> None:
        """Fill the box with a typed digit; Space leaves it open."""
        character = ANY if event.key == "space" else (event.character or "")
        if len(character) == 1 and character in "0123456789_":
            event.stop()
            event.prevent_default()
            self.type_key(character)

    def on_click(self, event: events.Click) -> None:
        """Go to the box under the finger."""
        event.stop()
        index = self.index_at(event.get_content_offset_capture(self))
        if index is None or index < len(self._fixed):
            return
        self.cursor = index
        self.post_message(self.Touched(self, index))

    def index_at(self, offset: Offset) -> int | None:
        """Return the box under `offset` (cells from the top left corner); a gap belongs to the box on its left."""
        starts = self._starts
        inside = [index for index, start in enumerate(starts) if start <= offset.x]
        return inside[-1] if inside and offset.x < starts[-1] + self._box_width else None

    def watch_has_focus(self, _has_focus: bool) -> None:
        """Redraw the focus mark."""
        super().watch_has_focus(_has_focus)
        self.refresh()

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """The widest boxes that fit."""
        return self._width_of(self._box_width_within(container.width or viewport.width))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """One row of boxes."""
        return self._box_height

    def draw(self, size: Size) -> list[Strip]:
        """Draw all boxes."""
        ground = self.rich_style
        faces = {part: self.get_component_rich_style(f"digit-boxes--{part}") for part in ("fixed", "open", "filled")}
        outline = self.get_component_styles("digit-boxes--outline")
        around = outline.rich_style if outline.display != "none" else None
        width, height, starts = self._box_width, self._box_height, self._starts
        lines: list[list[Segment]] = [[] for _ in range(height)]
        cells = 0
        for index, start in enumerate(starts):
            part = self._part(index)
            border = around if part == "open" else None
            tile = draw_tile(self._label(index), width, height, face=faces[part], ground=ground, outline=border)
            for line, segments in zip(lines, tile, strict=True):
                line.append(Segment(" " * (start - cells), ground))
                line.extend(segments)
            cells = start + width
        return [Strip(line).adjust_cell_length(size.width, ground) for line in lines]

    def _part(self, index: int) -> str:
        if index < len(self._fixed):
            return "fixed"
        return "open" if self.value[index] == ANY else "filled"

    def _label(self, index: int) -> list[Segment]:
        digit = self.value[index]
        is_here = self.has_focus and index == self.cursor
        return [
            Segment("▸" if is_here else ""),
            Segment("·" if digit == ANY else digit, Style(bold=True, underline=is_here)),
            Segment("◂" if is_here else ""),
        ]

    def _put(self, index: int, digit: str) -> None:
        self.value = self.value[:index] + digit + self.value[index + 1 :]

    @property
    def _box_height(self) -> int:
        height = self.get_component_styles("digit-boxes--box").height
        return int(height.value) if height else 1

    @property
    def _box_width(self) -> int:
        return self._box_width_within(self.size.width)

    def _width_of(self, box_width: int) -> int:
        return self.length * box_width + self.length - 1 + (len(self._groups) - 1) * _GROUP_GAP

    def _box_width_within(self, width: int) -> int:
        gaps = self._width_of(0)
        return max(_NARROWEST, min(_WIDEST, (width - gaps) // self.length))

    @property
    def _starts(self) -> list[int]:
        bounds = list(accumulate(self._groups))[:-1]
        step = self._box_width + 1
        return [index * step + _GROUP_GAP * sum(bound <= index for bound in bounds) for index in range(self.length)]
