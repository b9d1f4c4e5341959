"""Conditions to switch on and off by a touch, each with how much it would leave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from rich.cells import cell_len
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

_GAP = 1
_MARGIN = 2
_TICK = "✓ "


@dataclass(frozen=True, slots=True)
class Chip:
    """One condition: `count` is what choosing it would leave (None shows nothing), `hint` the mark of its key."""

    key: str
    label: str
    count: int | None = None
    selected: bool = False
    hint: str = ""


class ChipRow(Drawn):
    """Chips that wrap over as many lines as they need; one or `multiple` may be chosen.

    A chosen chip has a tick and a colour. Left, right and Space or Enter do what a touch does; the chip at
    which the keys are has a bar at its left. Only what a person does posts `Changed`.

    ```python
    yield ChipRow([Chip("AAA", "AAA", 62), Chip("AABB", "AABB", 51)], multiple=True)


    @on(ChipRow.Changed)
    def search(self, event: ChipRow.Changed) -> None: ...
    ```
    """

    SCOPED_CSS = False
    DEFAULT_CSS = """
    ChipRow { width: 1fr; height: auto; pointer: pointer; }
    ChipRow .chip-row--chip { background: $panel; color: $foreground; height: 3; min-width: 10; }
    .-short ChipRow .chip-row--chip { height: 1; min-width: 1; }
    ChipRow .chip-row--outline { display: none; color: $foreground; }
    .-large ChipRow .chip-row--outline { display: block; }
    .-large ChipRow .chip-row--chip { background: $background; height: 3; }
    .-large.-short ChipRow .chip-row--chip { height: 3; min-width: 10; }
    ChipRow .chip-row--chosen { background: $primary; color: $background; text-style: bold; }
    ChipRow .chip-row--empty { background: $panel; color: $muted; }
    ChipRow .chip-row--hint { display: none; }
    .-keys ChipRow .chip-row--hint { display: block; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "chip-row--chip",
        "chip-row--chosen",
        "chip-row--empty",
        "chip-row--hint",
        "chip-row--outline",
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "move(-1)", show=False),
        Binding("right", "move(1)", show=False),
        Binding("enter,space", "switch", show=False),
    ]
    ALLOW_SELECT = False
    can_focus = True

    cursor: reactive[int] = reactive(0)
    """Index of the chip at which the keys are."""

    @dataclass
    class Changed(Message):
        """A person switched a chip on or off."""

        row: ChipRow
        key: str
        selected: bool

        @property
        def control(self) -> ChipRow:
            """The row of chips."""
            return self.row

    def __init__(
        self,
        chips: Sequence[Chip],
        *,
        multiple: bool = False,
        id: str | None = None,
        classes: str | None = None,
        disabled: bool = False,
    ) -> None:
        super().__init__(id=id, classes=classes, disabled=disabled)
        self._chips = tuple(chips)
        self._multiple = multiple

    @property
    def chips(self) -> tuple[Chip, ...]:
        """The chips as they are now."""
        return self._chips

    @property
    def selected(self) -> frozenset[str]:
        """Keys of the chosen chips."""
        return frozenset(chip.key for chip in self._chips if chip.selected)

    def set_chips(self, chips: Sequence[Chip]) -> None:
        """Replace all chips."""
        self._chips = tuple(chips)
        self.cursor = min(self.cursor, max(0, len(self._chips) - 1))
        if not self.is_mounted:
            # Its styles, and with them its places, aren't known yet.
            return
        # A layout draws the whole screen anew: only where the chips need more lines, or fewer, is it worth that.
        places = self._places(self.size.width)
        lines = places[-1][1].y + self._chip_height if places else 0
        self.refresh(layout=lines != self.size.height)

    def select(self, key: str, selected: bool = True) -> None:
        """Switch a chip without a message; in a single choice the others go off."""
        self.set_chips(
            [
                replace(chip, selected=selected)
                if chip.key == key
                else replace(chip, selected=chip.selected and (self._multiple or not selected))
                for chip in self._chips
            ]
        )

    def toggle(self, key: str) -> None:
        """Switch a chip as a touch would, and post `Changed`."""
        selected = key not in self.selected
        self.select(key, selected)
        self.post_message(self.Changed(self, key, selected))

    def action_move(self, step: int) -> None:
        """Go to the next or previous chip."""
        self.cursor = max(0, min(len(self._chips) - 1, self.cursor + step))

    def action_switch(self) -> None:
        """Switch the chip at which the keys are."""
        if self._chips:
            self.toggle(self._chips[self.cursor].key)

    def on_click(self, event: events.Click) -> None:
        """Switch the chip under the finger."""
        event.stop()
        index = self.index_at(event.get_content_offset_capture(self))
        if index is not None:
            self.cursor = index
            self.toggle(self._chips[index].key)

    def index_at(self, offset: Offset) -> int | None:
        """Return the index of the chip under `offset` (cells from the top left corner)."""
        height = self._chip_height
        for index, place, width in self._places(self.size.width):
            if place.y <= offset.y < place.y + height and place.x <= offset.x < place.x + width:
                return index
        return None

    def watch_has_focus(self, _has_focus: bool) -> None:
        """Redraw the focus mark."""
        super().watch_has_focus(_has_focus)
        self.refresh()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines of chips as the width asks for."""
        places = self._places(width)
        return places[-1][1].y + self._chip_height if places else 0

    def draw(self, size: Size) -> list[Strip]:
        """Draw the chips, line by line of chips."""
        ground = self.rich_style
        faces = {part: self.get_component_rich_style(f"chip-row--{part}") for part in ("chip", "chosen", "empty")}
        outline = self.get_component_styles("chip-row--outline")
        line = outline.rich_style if outline.display != "none" else None
        height, shows_hints = self._chip_height, self._shows_hints
        lines: dict[int, list[Segment]] = {}
        for index, place, width in self._places(size.width):
            chip = self._chips[index]
            face = faces["chosen" if chip.selected else "empty" if chip.count == 0 else "chip"]
            # A chosen chip keeps the shape that the line around gives to the others.
            around = Style(color=face.bgcolor) if line is not None and chip.selected else line
            tile = draw_tile(self._label(index, shows_hints), width, height, face=face, ground=ground, outline=around)
            for row, segments in enumerate(tile, start=place.y):
                drawn = lines.setdefault(row, [])
                drawn.append(Segment(" " * (place.x - sum(segment.cell_length for segment in drawn)), ground))
                drawn.extend(segments)
        return [Strip(lines[row]).adjust_cell_length(size.width, ground) for row in sorted(lines)]

    def _label(self, index: int, shows_hints: bool) -> list[Segment]:
        chip = self._chips[index]
        at_keys = self.has_focus and index == self.cursor
        return [
            Segment("▸" if at_keys else ""),
            Segment(_TICK if chip.selected else ""),
            Segment(f"{chip.hint} " if shows_hints and chip.hint else "", Style(bold=False)),
            Segment(chip.label, Style(underline=at_keys, bold=True)),
            Segment(f" {chip.count:,}" if chip.count is not None else "", Style(bold=False)),
        ]

    def fitting(self, chips: Sequence[Chip], room: Size) -> int:
        """How many of some chips, from the first on, would fit into a room."""
        height = self._chip_height
        return sum(place.y + height <= room.height for _, place, _ in self._places(room.width, chips))

    def _places(self, width: int, chips: Sequence[Chip] | None = None) -> list[tuple[int, Offset, int]]:
        """Index, top left corner and width of every chip, wrapped within `width` cells."""
        places: list[tuple[int, Offset, int]] = []
        least = self.get_component_styles("chip-row--chip").min_width
        x = y = 0
        for index, chip in enumerate(self._chips if chips is None else chips):
            chip_width = min(width, max(self._natural_width(chip), int(least.value) if least else 1))
            if x and x + chip_width > width:
                x, y = 0, y + self._chip_height
            places.append((index, Offset(x, y), chip_width))
            x += chip_width + _GAP
        return places

    def _natural_width(self, chip: Chip) -> int:
        # Room for the tick and the hint is always kept, so that choosing moves nothing.
        count = cell_len(f" {chip.count:,}") if chip.count is not None else 0
        hint = cell_len(chip.hint) + 1 if chip.hint else 0
        return cell_len(_TICK) + hint + cell_len(chip.label) + count + _MARGIN

    @property
    def _chip_height(self) -> int:
        height = self.get_component_styles("chip-row--chip").height
        return int(height.value) if height else 1

    @property
    def _shows_hints(self) -> bool:
        return self.get_component_styles("chip-row--hint").display != "none"
