"""One page of numbers to choose from; a whole row is the target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from widgets.number_card import CARD_ROWS, draw_card
from widgets.repeat_guard import RepeatGuard

_LEFT_MARGIN = 2
_RIGHT_MARGIN = 2
_HINT_CELLS = 3
_NARROWEST_GAP, _WIDEST_GAP = 2, 8
_DIGIT_KEYS = "1234567890"
_ELLIPSIS = "…"


class RowState(StrEnum):
    """Whether a row can be chosen, and if not, why in kind; the row's note says it in words."""

    AVAILABLE = "available"
    ASK_STAFF = "ask_staff"
    BUSY = "busy"


@dataclass(frozen=True, slots=True)
class NumberRow:
    """One row: `number` as shown, the `highlight` (start, end) of its characters to point out, further texts.

    `note` takes the place of `columns` and `action` in a row that can't be chosen.
    """

    key: str
    number: str
    highlight: tuple[int, int] | None = None
    columns: tuple[str, ...] = ()
    action: str = ""
    state: RowState = RowState.AVAILABLE
    note: str = ""


class NumberList(Widget):
    """Rows drawn as one widget, so that another page costs one repaint.

    A touch anywhere on a row, Enter, or the row's digit (the tenth is 0; shown while the list has the focus) posts
    `Selected`, only for rows that can be chosen. The row at which the keys are has a bar at its left. `capacity` says
    how many rows fit; `Fitted` tells when that changes, so that the host asks for pages of that size. Rows that a style
    makes as high as `CARD_ROWS` are drawn as cards, as under `.-large`.

    ```python
    numbers.set_rows([
        NumberRow("13853176688", "138 5317 6688", (9, 13), ("预存 ¥500", "每月最低 ¥68"), "选这个"),
        NumberRow("15720663788", "157 2066 3788", state=RowState.BUSY, note="有人正在购买,约 12 分钟后可选"),
    ])
    ```
    """

    SCOPED_CSS = False
    DEFAULT_CSS = """
    NumberList { width: 1fr; height: 1fr; background: $background; pointer: pointer; }
    NumberList .number-list--row { background: $surface; color: $foreground; height: 3; }
    .-short NumberList .number-list--row { height: 1; }
    NumberList .number-list--number { background: $surface; color: $foreground; text-style: bold; }
    NumberList .number-list--highlight { background: $surface; color: $primary; text-style: bold underline; }
    NumberList .number-list--action { background: $surface; color: $primary; text-style: bold; }
    NumberList .number-list--muted { background: $surface; color: $muted; }
    NumberList .number-list--rule { background: $surface; color: $panel; }
    .-large NumberList { max-width: 62; }
    .-large NumberList .number-list--row { height: 10; text-style: bold; }
    .-large.-narrow NumberList .number-list--row { height: 12; }
    .-large.-short NumberList .number-list--row { height: 11; }
    .-large NumberList .number-list--action { background: $primary; color: $background; }
    NumberList .number-list--hint { display: none; background: $surface; color: $muted; }
    .-keys NumberList:focus .number-list--hint { display: block; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "number-list--row",
        "number-list--number",
        "number-list--highlight",
        "number-list--action",
        "number-list--muted",
        "number-list--rule",
        "number-list--hint",
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("home", "edge(1)", show=False),
        Binding("end", "edge(-1)", show=False),
        Binding("enter,space", "choose", show=False),
        *(Binding(key, f"choose({index})", show=False) for index, key in enumerate(_DIGIT_KEYS)),
    ]
    ALLOW_SELECT = False
    can_focus = True

    cursor: reactive[int] = reactive(0)
    """Index of the row at which the keys are."""

    @dataclass
    class Selected(Message):
        """A person chose the row with this key."""

        number_list: NumberList
        key: str

        @property
        def control(self) -> NumberList:
            """The list."""
            return self.number_list

    @dataclass
    class Fitted(Message):
        """Another number of rows fits now."""

        number_list: NumberList
        rows: int

        @property
        def control(self) -> NumberList:
            """The list."""
            return self.number_list

    def __init__(
        self,
        rows: Sequence[NumberRow] = (),
        *,
        id: str | None = None,
        classes: str | None = None,
        disabled: bool = False,
    ) -> None:
        super().__init__(id=id, classes=classes, disabled=disabled)
        self._rows = tuple(rows)
        self._told_capacity = 0
        self._guard = RepeatGuard()

    @property
    def rows(self) -> tuple[NumberRow, ...]:
        """The rows of this page."""
        return self._rows

    @property
    def capacity(self) -> int:
        """How many whole rows fit now."""
        return self.size.height // self.row_height

    @property
    def row_height(self) -> int:
        """Text rows that a row takes."""
        height = self.get_component_styles("number-list--row").height
        return int(height.value) if height else 1

    def set_rows(self, rows: Sequence[NumberRow]) -> None:
        """Show another page; the keys go to its first row that can be chosen."""
        self._rows = tuple(rows)
        self.cursor = next(iter(self._choosable), 0)
        self.refresh()

    def choose(self, index: int) -> None:
        """Choose the row at `index`, as if touched; nothing happens when it can't be chosen or was a moment ago."""
        if index in self._choosable and self._guard.admits(self._rows[index].key):
            self.cursor = index
            self.post_message(self.Selected(self, self._rows[index].key))

    def action_move(self, step: int) -> None:
        """Go to the next row that can be chosen."""
        ahead = [index for index in self._choosable if (index - self.cursor) * step > 0]
        if ahead:
            self.cursor = ahead[0] if step > 0 else ahead[-1]

    def action_edge(self, step: int) -> None:
        """Go to the first or last row that can be chosen."""
        if self._choosable:
            self.cursor = self._choosable[0 if step > 0 else -1]

    def action_choose(self, index: int | None = None) -> None:
        """Choose the row at which the keys are, or the one with the digit."""
        self.choose(self.cursor if index is None else index)

    def on_click(self, event: events.Click) -> None:
        """Choose the row under the finger."""
        event.stop()
        self.choose(event.get_content_offset_capture(self).y // self.row_height)

    def on_resize(self) -> None:
        """Tell how many rows fit."""
        self._tell_capacity()

    def notify_style_update(self) -> None:
        """Tell how many rows fit when a row's height follows the screen."""
        super().notify_style_update()
        if self.is_mounted:
            self.call_after_refresh(self._tell_capacity)

    def watch_has_focus(self, _has_focus: bool) -> None:
        """Redraw the focus mark."""
        super().watch_has_focus(_has_focus)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw one line of the page."""
        index, line = divmod(y, self.row_height)
        width = self.size.width
        if index >= len(self._rows) or index >= self.capacity:
            return Strip.blank(width, self.rich_style)
        is_here = self.has_focus and index == self.cursor
        bar = Segment("▌ " if is_here else "  ", self._style("highlight") + Style(underline=False))
        room = width - _LEFT_MARGIN
        if self.row_height >= CARD_ROWS:
            return Strip([bar, *self._draw_card(index, line, room)]).adjust_cell_length(width, self._style("row"))
        if line == (self.row_height - 1) // 2:
            return Strip([bar, *self._draw_text(index, room)]).adjust_cell_length(width, self._style("row"))
        is_last = line == self.row_height - 1
        return Strip([bar, Segment(("▁" if is_last else " ") * room, self._style("rule"))], width)

    def _draw_card(self, index: int, line: int, room: int) -> list[Segment]:
        row = self._rows[index]
        can_choose = row.state is RowState.AVAILABLE
        hint = self._hint(index).text.strip()
        before, after = ("▸ ", " ◂") if self.has_focus and index == self.cursor else ("", "")
        muted = {} if can_choose else {"words": "muted", "number": "muted"}
        parts = {"words": "row", "ground": "row"} | muted
        return draw_card(
            row.number,
            row.highlight if can_choose else None,
            row.columns if can_choose else (row.note,),
            f"{before}{hint}{'  ' if hint else ''}{row.action}{after}" if can_choose else "",
            line=line,
            width=room,
            height=self.row_height,
            # The digits have a bar beneath instead.
            style=lambda part: self._style(parts.get(part, part)) + Style(underline=False),
        )

    def _draw_text(self, index: int, room: int) -> list[Segment]:
        row = self._rows[index]
        can_choose = row.state is RowState.AVAILABLE
        segments = [self._hint(index), *self._draw_number(row)]
        used = _HINT_CELLS + self._number_width
        action = row.action if can_choose else ""
        middle = max(0, room - used - cell_len(action) - _RIGHT_MARGIN)
        if can_choose:
            segments.append(Segment(self._draw_columns(row.columns, middle), self._style("row")))
        else:
            note = " " * self._gap(room) + row.note
            segments.append(Segment(_cut(note, middle), self._style("muted")))
        underline = Style(underline=self.has_focus and index == self.cursor)
        return [*segments, Segment(action, self._style("action") + underline)]

    def _hint(self, index: int) -> Segment:
        can_hint = index < len(_DIGIT_KEYS) and self._rows[index].state is RowState.AVAILABLE
        hint = _DIGIT_KEYS[index] if self._shows_hints and can_hint else ""
        return Segment(set_cell_size(hint, _HINT_CELLS), self._style("hint"))

    def _draw_number(self, row: NumberRow) -> list[Segment]:
        number = set_cell_size(row.number, self._number_width)
        if row.state is not RowState.AVAILABLE:
            return [Segment(number, self._style("muted"))]
        start, end = row.highlight or (0, 0)
        plain = self._style("number")
        return [
            Segment(number[:start], plain),
            Segment(number[start:end], self._style("highlight")),
            Segment(number[end:], plain),
        ]

    def _draw_columns(self, columns: Sequence[str], room: int) -> str:
        gap = " " * self._gap(room + _HINT_CELLS + self._number_width + self._action_width + _RIGHT_MARGIN)
        line = ""
        for text, width in zip(columns, self._column_widths, strict=False):
            if cell_len(line) + cell_len(gap) + width > room:
                # A column is there as a whole or not at all: part of an amount is another amount.
                break
            line += gap + set_cell_size(text, width)
        return set_cell_size(line, room)

    def _gap(self, room: int) -> int:
        """Cells before each column: what is left over, shared evenly within bounds."""
        taken = _HINT_CELLS + self._number_width + sum(self._column_widths) + self._action_width + _RIGHT_MARGIN
        return max(_NARROWEST_GAP, min(_WIDEST_GAP, (room - taken) // (len(self._column_widths) + 1)))

    @property
    def _number_width(self) -> int:
        return max((cell_len(row.number) for row in self._rows), default=0)

    @property
    def _action_width(self) -> int:
        return max((cell_len(row.action) for row in self._rows), default=0)

    @property
    def _column_widths(self) -> list[int]:
        count = max((len(row.columns) for row in self._rows), default=0)
        return [
            max((cell_len(row.columns[column]) for row in self._rows if column < len(row.columns)), default=0)
            for column in range(count)
        ]

    @property
    def _choosable(self) -> list[int]:
        return [index for index, row in enumerate(self._rows) if row.state is RowState.AVAILABLE]

    @property
    def _shows_hints(self) -> bool:
        return self.get_component_styles("number-list--hint").display != "none"

    def _style(self, part: str) -> Style:
        return self.get_component_rich_style(f"number-list--{part}")

    def _tell_capacity(self) -> None:
        # Called after a refresh, by when the list may have been removed and has no styles any more.
        if self.is_attached and self.capacity != self._told_capacity:
            self._told_capacity = self.capacity
            self.post_message(self.Fitted(self, self.capacity))


def _cut(text: str, width: int) -> str:
    """Return `text` exactly `width` cells wide, with an ellipsis where it was cut."""
    if cell_len(text) <= width:
        return set_cell_size(text, width)
    return set_cell_size(text, max(0, width - 1)) + _ELLIPSIS[: max(0, width)]
