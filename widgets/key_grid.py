"""Rows of touch keys, drawn as one widget: forty keys cost no more to show than a line of text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.geometry import Offset, Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from widgets.tile import draw_tile

_FLASH_SECONDS = 0.15
_GAP = 1


@dataclass(frozen=True, slots=True)
class Key:
    """One key: what it sends, what it says, how wide it is beside its neighbours, and how it looks.

    `key` is a character or a name such as "backspace"; empty leaves a hole. `joined_below` makes it one key
    with the key under it, which then has no label.
    """

    key: str
    label: str = ""
    weight: float = 1
    strong: bool = False
    plain: bool = True
    joined_below: bool = False


KeyRows = Sequence[Sequence[Key]]


class KeyGrid(Widget):
    """Keys for fingers in rows; a tap posts `KeyPressed` and never takes the focus from what is typed into.

    ```python
    yield KeyGrid([[Key("1", "1"), Key("2", "2")], [Key("done", "完成", weight=2, strong=True)]])
    ```
    """

    SCOPED_CSS = False
    DEFAULT_CSS = """
    KeyGrid { width: 1fr; height: auto; background: $panel; pointer: pointer; }
    KeyGrid .key-grid--key { background: $surface; color: $foreground; text-style: bold; height: 3; }
    .-short KeyGrid .key-grid--key { height: 2; }
    .-large KeyGrid { background: $muted; }
    .-large.-tall KeyGrid .key-grid--key { height: 4; }
    KeyGrid .key-grid--function { background: $background; color: $foreground; }
    KeyGrid .key-grid--strong { background: $primary; color: $background; text-style: bold; }
    KeyGrid .key-grid--pressed { background: $foreground; color: $background; text-style: bold; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "key-grid--key",
        "key-grid--function",
        "key-grid--strong",
        "key-grid--pressed",
    }
    ALLOW_SELECT = False

    @dataclass(repr=False)
    class KeyPressed(Message):
        """A key was tapped: one character to insert, or the name of a function key."""

        grid: KeyGrid
        key: str

        @property
        def control(self) -> KeyGrid:
            """The grid of keys."""
            return self.grid

    def __init__(self, rows: KeyRows, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._rows = rows
        self._flash: Key | None = None

    @property
    def rows(self) -> KeyRows:
        """The keys as shown."""
        return self._rows

    def set_rows(self, rows: KeyRows) -> None:
        """Show other keys, as when shift is held."""
        resized = len(rows) != len(self._rows)
        self._rows = rows
        self.refresh(layout=resized)

    @property
    def key_height(self) -> int:
        """Rows a key is high: three where there is room for fingers, fewer on a short screen."""
        height = self.get_component_styles("key-grid--key").height
        return int(height.value) if height else 1

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """All rows of keys."""
        return len(self._rows) * self.key_height

    def key_at(self, offset: Offset) -> Key | None:
        """Return the key under `offset` (cells from the top left corner); gaps belong to the key on their left."""
        row_index = offset.y // self.key_height
        if not 0 <= row_index < len(self._rows):
            return None
        row = self._rows[row_index]
        for key, start, width in self._places(row):
            if start <= offset.x < start + width + _GAP:
                return key if key.key else None
        return None

    def on_click(self, event: events.Click) -> None:
        """Send the key under the finger."""
        event.stop()
        key = self.key_at(event.get_content_offset_capture(self))
        if key is None:
            return
        self._flash = key
        self.refresh()
        self.set_timer(_FLASH_SECONDS, self._end_flash)
        self.press(key.key)

    def press(self, key: str) -> None:
        """Post `key`, as if tapped."""
        self.post_message(self.KeyPressed(self, key))

    def render_line(self, y: int) -> Strip:
        """Draw one line of keys."""
        row_index, line = divmod(y, self.key_height)
        ground = self.rich_style
        if row_index >= len(self._rows):
            return Strip.blank(self.size.width, ground)
        segments: list[Segment] = []
        cells = 0
        for key, start, width in self._places(self._rows[row_index]):
            segments.append(Segment(" " * (start - cells), ground))
            segments.extend(self._draw_key(key, width)[line])
            cells = start + width
        return Strip(segments).adjust_cell_length(self.size.width, ground)

    def _draw_key(self, key: Key, width: int) -> list[list[Segment]]:
        ground = self.rich_style
        if not key.key:
            return [[Segment(" " * width, ground)]] * self.key_height
        if key == self._flash:
            part = "key-grid--pressed"
        elif key.strong:
            part = "key-grid--strong"
        else:
            part = "key-grid--key" if key.plain else "key-grid--function"
        return draw_tile(
            [Segment(key.label)],
            width,
            self.key_height,
            face=self.get_component_rich_style(part),
            ground=ground,
            joined_below=key.joined_below,
        )

    def _places(self, row: Sequence[Key]) -> list[tuple[Key, int, int]]:
        """Where the keys of a row start and how wide they are by their weights."""
        if not row:
            return []
        # Whole cells for one key's weight, so that keys of a weight are equally wide; what is left over goes outside.
        total = sum(key.weight for key in row)
        unit = int((self.size.width + _GAP) / total)
        margin = int((self.size.width + _GAP - unit * total) / 2)
        edges = [margin + int(part * unit + 0.5) for part in accumulate((key.weight for key in row), initial=0)]
        return [(key, start, end - start - _GAP) for key, (start, end) in zip(row, pairwise(edges), strict=True)]

    def _end_flash(self) -> None:
        self._flash = None
        self.refresh()
