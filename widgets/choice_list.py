"""A few things to choose one of, side by side in columns, so that they can be compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.actions import SkipAction
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from widgets.big_digits import BigDigits
from widgets.choice_card import CARD_ROWS, draw_card, draw_pager

_BAR_CELLS = 2
_HINT_CELLS = 2
_MARK_CELLS = 3
_RIGHT_MARGIN = 1
_NARROWEST_GAP, _WIDEST_GAP = 1, 8
_ROWS_FOR_A_NOTE = 3
_DIGIT_KEYS = "1234567890"
_CHOSEN, _OPEN = "●", "○"
_ELLIPSIS = "…"


@dataclass(frozen=True, slots=True)
class ChoiceColumn:
    """A column: its title (and a `short_title` for rows one high), on which side its texts stand, how they look.

    A column that `replaces_note` is shown only where rows are one high and so have no second line for the note. One
    that is a `figure` is drawn in large digits where rows are high enough to be cards, as under `.-large`.
    """

    title: str
    short_title: str = ""
    align: Literal["left", "right"] = "left"
    strong: bool = False
    replaces_note: bool = False
    figure: bool = False


@dataclass(frozen=True, slots=True)
class ChoiceRow:
    """One thing to choose: a text for each column, and a `note` for the second line of a row that has one."""

    key: str
    cells: tuple[str, ...]
    note: str = ""


class ChoiceList(Widget):
    """Rows of which one is chosen, drawn as one widget; a whole row is the target.

    The chosen row has ● where the others have ○, and a colour. Up, down, Home, End and the page keys move, Enter,
    Space or a row's digit choose; the row at which the keys are has a bar while a keyboard is in use. Enter on the
    row that is chosen already is left to the screen, as its way on. What doesn't fit is on further pages, with
    a line below to turn them. A title line is shown when any column has a title.

    ```python
    plans = ChoiceList(
        [ChoiceColumn("套餐"), ChoiceColumn("月费", align="right", strong=True)],
        [ChoiceRow("A", ("花卡", "¥19"), note="超出后 通话 0.10 元/分钟")],
        page_up="上一页",
        page_down="下一页",
    )


    @on(ChoiceList.Chosen)
    def price(self, event: ChoiceList.Chosen) -> None: ...
    ```
    """

    SCOPED_CSS = False
    DEFAULT_CSS = """
    ChoiceList { width: 1fr; height: 1fr; background: $surface; pointer: pointer; }
    ChoiceList .choice-list--row { background: $surface; color: $foreground; height: 3; }
    .-short ChoiceList .choice-list--row { height: 1; }
    ChoiceList .choice-list--title { background: $surface; color: $muted; }
    ChoiceList .choice-list--strong { background: $surface; color: $foreground; text-style: bold; }
    ChoiceList .choice-list--note { background: $surface; color: $muted; }
    ChoiceList .choice-list--rule { background: $surface; color: $panel; }
    ChoiceList .choice-list--mark { background: $surface; color: $muted; }
    ChoiceList .choice-list--chosen { background: $panel; color: $primary; text-style: bold; }
    ChoiceList .choice-list--bar { color: $primary; }
    ChoiceList .choice-list--pager { background: $background; color: $foreground; }
    .-large ChoiceList { max-width: 62; }
    .-large ChoiceList .choice-list--row { height: 7; text-style: bold; }
    .-large.-short ChoiceList .choice-list--row { height: 6; }
    .-large ChoiceList .choice-list--pager { height: 5; text-style: bold; }
    .-large ChoiceList .choice-list--note { color: $foreground; }
    .-large ChoiceList .choice-list--rule { color: $foreground; }
    .-large ChoiceList .choice-list--chosen { background: $primary; color: $background; }
    ChoiceList .choice-list--hint { display: none; color: $muted; }
    .-keys ChoiceList .choice-list--hint { display: block; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "choice-list--row",
        "choice-list--title",
        "choice-list--strong",
        "choice-list--note",
        "choice-list--rule",
        "choice-list--mark",
        "choice-list--chosen",
        "choice-list--bar",
        "choice-list--pager",
        "choice-list--hint",
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("home", "edge(0)", show=False),
        Binding("end", "edge(-1)", show=False),
        Binding("pageup", "turn(-1)", show=False),
        Binding("pagedown", "turn(1)", show=False),
        Binding("enter", "enter", show=False),
        Binding("space", "choose", show=False),
        *(Binding(key, f"choose_shown({index})", show=False) for index, key in enumerate(_DIGIT_KEYS)),
    ]
    ALLOW_SELECT = False
    can_focus = True

    cursor: reactive[int] = reactive(0)
    """Index of the row at which the keys are; its page is the one shown."""

    @dataclass
    class Chosen(Message):
        """A person chose the row with this key."""

        choice_list: ChoiceList
        key: str

        @property
        def control(self) -> ChoiceList:
            """The list."""
            return self.choice_list

    def __init__(
        self,
        columns: Sequence[ChoiceColumn],
        rows: Sequence[ChoiceRow] = (),
        *,
        chosen: str | None = None,
        page_up: str = "▲",
        page_down: str = "▼",
        id: str | None = None,
        classes: str | None = None,
        disabled: bool = False,
    ) -> None:
        super().__init__(id=id, classes=classes, disabled=disabled)
        self._columns = tuple(columns)
        self._rows = tuple(rows)
        self._page_up, self._page_down = page_up, page_down
        self._chosen: str | None = None
        self._mark_chosen(chosen)

    @property
    def rows(self) -> tuple[ChoiceRow, ...]:
        """All rows, of every page."""
        return self._rows

    @property
    def chosen(self) -> str | None:
        """The key of the chosen row."""
        return self._chosen

    @property
    def row_height(self) -> int:
        """Text rows that a row takes."""
        height = self.get_component_styles("choice-list--row").height
        return int(height.value) if height else 1

    @property
    def _pager_height(self) -> int:
        height = self.get_component_styles("choice-list--pager").height
        return int(height.value) if height else self.row_height

    @property
    def _has_page_buttons(self) -> bool:
        """Whether the line that turns pages has a height of its own, as in large print."""
        return self.get_component_styles("choice-list--pager").height is not None

    @property
    def capacity(self) -> int:
        """How many rows a page has, at least one."""
        room = self.size.height - self._head_height
        if len(self._rows) * self.row_height > room:
            room -= self._pager_height
        return max(1, room // self.row_height)

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-len(self._rows) // self.capacity))

    @property
    def page(self) -> int:
        """The page shown, from 0."""
        return self.cursor // self.capacity

    def set_rows(self, rows: Sequence[ChoiceRow], chosen: str | None = None) -> None:
        """Show other rows, with one of them chosen; posts nothing."""
        self._rows = tuple(rows)
        self._mark_chosen(chosen)
        self.refresh(layout=True)

    def select(self, key: str | None) -> None:
        """Choose a row, or none, without a message, and show its page."""
        self._mark_chosen(key)
        self.refresh()

    def choose(self, index: int) -> None:
        """Choose the row at `index`, as if touched."""
        if 0 <= index < len(self._rows):
            self.select(self._rows[index].key)
            self.post_message(self.Chosen(self, self._rows[index].key))

    def validate_cursor(self, cursor: int) -> int:
        """Keep the keys on a row."""
        return max(0, min(len(self._rows) - 1, cursor))

    def action_move(self, step: int) -> None:
        """Go to the next or previous row."""
        self.cursor += step

    def action_edge(self, index: int) -> None:
        """Go to the first or the last row."""
        self.cursor = index if index >= 0 else len(self._rows) + index

    def action_turn(self, pages: int) -> None:
        """Show the next or previous page, if there is one."""
        page = self.page + pages
        if 0 <= page < self.pages:
            self.cursor = page * self.capacity

    def action_choose(self) -> None:
        """Choose the row at which the keys are."""
        self.choose(self.cursor)

    def action_enter(self) -> None:
        """Choose the row at which the keys are; when it is chosen already, leave the key to the screen."""
        if not self._rows or self._rows[self.cursor].key == self._chosen:
            raise SkipAction
        self.action_choose()

    def action_choose_shown(self, place: int) -> None:
        """Choose the row with this digit on the page shown."""
        if place < self.capacity:
            self.choose(self.page * self.capacity + place)

    def on_click(self, event: events.Click) -> None:
        """Choose the row under the finger, or turn the page."""
        event.stop()
        offset = event.get_content_offset_capture(self)
        place, _ = divmod(offset.y - self._head_height, self.row_height)
        if 0 <= place < self.capacity:
            self.choose(self.page * self.capacity + place)
        elif place == self.capacity and self.pages > 1:
            self.action_turn(-1 if offset.x < self.size.width // 2 else 1)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Turn to the next page with a wheel."""
        event.stop()
        self.action_turn(1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Turn to the previous page with a wheel."""
        event.stop()
        self.action_turn(-1)

    def watch_has_focus(self, _has_focus: bool) -> None:
        """Redraw the bar of the keys."""
        super().watch_has_focus(_has_focus)
        self.refresh()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """The title and all rows."""
        return self._head_height + len(self._rows) * self.row_height

    def render_line(self, y: int) -> Strip:  # noqa: PLR0911 - one a kind of line
        """Draw one line: of the title, between rows, of a row, or of the line that turns pages."""
        width = self.size.width
        if self._has_titles and y == 0:
            return self._draw_title(width)
        place, line = divmod(y - self._head_height, self.row_height)
        index = self.page * self.capacity + place
        if place == self.capacity and self.pages > 1:
            return self._draw_pager(line, width)
        if place >= self.capacity or index >= len(self._rows):
            return Strip.blank(width, self._style("pager"))
        if line == self.row_height - 1 and self.row_height > 1:
            return self._draw_edge(place, width)
        if self._has_cards:
            return self._draw_card(index, line, width)
        has_note = bool(self._rows[index].note) and self.row_height >= _ROWS_FOR_A_NOTE
        match line - (self.row_height - 1 - has_note) // 2:
            case 0:
                return self._draw_text(index, place, width)
            case 1 if has_note:
                return self._draw_note(index, width)
            case _:
                return self._draw_blank(index, width)

    def _draw_title(self, width: int) -> Strip:
        style = self._style("title")
        segments = [Segment(" " * self._margin, style)]
        for column, cells in self._widths(width):
            title = _aligned(self._title(self._columns[column]), cells, self._columns[column].align)
            segments += [Segment(title, style), Segment(" " * self._gap(width), style)]
        return Strip(segments).adjust_cell_length(width, style)

    def _draw_text(self, index: int, place: int, width: int) -> Strip:
        row = self._rows[index]
        is_chosen = row.key == self._chosen
        segments = [self._bar(index), *self._draw_mark(place, is_chosen), *self._draw_cells(row, is_chosen, width)]
        return Strip(segments).adjust_cell_length(width, self._on(is_chosen, "row"))

    def _draw_note(self, index: int, width: int) -> Strip:
        row = self._rows[index]
        style = self._on(row.key == self._chosen, "note")
        note = " " * (self._margin - _BAR_CELLS) + _cut(row.note, width - self._margin - _RIGHT_MARGIN)
        return Strip([self._bar(index), Segment(note, style)]).adjust_cell_length(width, style)

    @property
    def _has_cards(self) -> bool:
        return self.row_height >= CARD_ROWS and any(column.figure for column in self._columns)

    def _draw_card(self, index: int, line: int, width: int) -> Strip:
        row, columns = self._rows[index], self._columns
        is_chosen = row.key == self._chosen
        place = next(place for place, column in enumerate(columns) if column.figure)
        words = [
            f"{column.title} {text}" if at else text
            for at, (column, text) in enumerate(zip(columns, row.cells, strict=False))
            if at != place
        ]
        # Chosen cards have a strong ground: all their words are in its colour.
        style = (lambda _part: self._style("chosen")) if is_chosen else self._style
        middle = (self.row_height - 2) // 2
        mark = self._draw_mark(index % self.capacity, is_chosen)
        card = draw_card(
            row.cells[place],
            words,
            line=line,
            height=self.row_height,
            figure_cells=max(BigDigits.width_for(each.cells[place]) for each in self._rows),
            width=width - self._margin - _RIGHT_MARGIN,
            style=style,
        )
        blank = Segment(" " * (self._margin - _BAR_CELLS), style("row"))
        segments = [self._bar(index), *(mark if line == middle else [blank]), *card]
        return Strip(segments).adjust_cell_length(width, style("row"))

    def _draw_blank(self, index: int, width: int) -> Strip:
        style = self._on(self._rows[index].key == self._chosen, "row")
        return Strip([self._bar(index)]).adjust_cell_length(width, style)

    def _draw_edge(self, place: int, width: int) -> Strip:
        """The line below a place on the page: a rule, or halves of two grounds.

        So the text of a row stands in the middle of its ground.
        """
        shown = self._rows[self.page * self.capacity :][: self.capacity]
        below_chosen, above_chosen = (
            0 <= beside < len(shown) and shown[beside].key == self._chosen for beside in (place, place + 1)
        )
        row, chosen = self._style("row").bgcolor, self._style("chosen").bgcolor
        if place == len(shown) - 1:
            half, style = "▀", Style(color=chosen if below_chosen else row, bgcolor=self._style("pager").bgcolor)
        elif place < 0 and not self._has_titles:
            half, style = "▄", Style(color=chosen if above_chosen else row, bgcolor=self._style("pager").bgcolor)
        elif below_chosen or above_chosen:
            half, style = "▀" if below_chosen else "▄", Style(color=chosen, bgcolor=row)
        else:
            half, style = "─", self._style("rule")
        return Strip([Segment(half * width, style)], width)

    def _bar(self, index: int) -> Segment:
        at_keys = self.has_focus and self._shows_hints and index == self.cursor
        is_chosen = self._rows[index].key == self._chosen
        style = self._on(is_chosen, "mark") + Style(color=self._style("chosen" if is_chosen else "bar").color)
        return Segment(set_cell_size("▌" if at_keys else "", _BAR_CELLS), style)

    def _draw_mark(self, place: int, is_chosen: bool) -> list[Segment]:
        mark = Segment(
            set_cell_size(_CHOSEN if is_chosen else _OPEN, _MARK_CELLS),
            self._on(is_chosen, "chosen" if is_chosen else "mark"),
        )
        if not self._shows_hints:
            return [mark]
        hint = _DIGIT_KEYS[place] if place < len(_DIGIT_KEYS) else ""
        return [Segment(set_cell_size(hint, _HINT_CELLS), self._on(is_chosen, "note")), mark]

    def _draw_cells(self, row: ChoiceRow, is_chosen: bool, width: int) -> list[Segment]:
        gap = Segment(" " * self._gap(width), self._on(is_chosen, "row"))
        segments: list[Segment] = []
        for index, cells in self._widths(width):
            column = self._columns[index]
            text = _aligned(row.cells[index] if index < len(row.cells) else "", cells, column.align)
            part = ("chosen" if is_chosen else "strong") if column.strong else "row"
            segments += [Segment(text, self._on(is_chosen, part)), gap]
        return segments

    def _draw_pager(self, line: int, width: int) -> Strip:
        style = self._style("pager")
        if self._has_page_buttons:
            if line >= self._pager_height:
                return Strip.blank(width, style)
            lines = draw_pager(
                f"▲ {self._page_up}",
                f"{self.page + 1} / {self.pages}",
                f"{self._page_down} ▼",
                width=width,
                height=self._pager_height,
                face=style,
                off=self._style("note") + Style(bgcolor=style.bgcolor),
                is_first=self.page == 0,
                is_last=self.page + 1 >= self.pages,
            )
            return Strip(lines[line]).adjust_cell_length(width, style)
        if line != (self.row_height - 1) // 2:
            return Strip.blank(width, style)
        muted = Style(color=self._style("note").color, bgcolor=style.bgcolor)
        at = f"{self.page + 1} / {self.pages}"
        side = (width - cell_len(at)) // 2
        up, down = f"▲ {self._page_up}", f"{self._page_down} ▼"
        return Strip(
            [
                Segment(_aligned(up, side - 2, "right") + "  ", style if self.page else muted),
                Segment(at, muted),
                Segment("  " + set_cell_size(down, max(0, side - 2)), style if self.page + 1 < self.pages else muted),
            ]
        ).adjust_cell_length(width, style)

    def _mark_chosen(self, key: str | None) -> None:
        place = next((index for index, row in enumerate(self._rows) if row.key == key), None)
        self._chosen = None if place is None else key
        if place is not None:
            self.cursor = place
        elif self.cursor >= len(self._rows):
            self.cursor = 0

    def _widths(self, width: int) -> list[tuple[int, int]]:
        """Index and cells of each column shown; the first gives way where there isn't room for all."""
        shown = self._natural_widths
        over = self._taken(shown) + _NARROWEST_GAP * (len(shown) - 1) - width
        if shown and over > 0:
            index, cells = shown[0]
            shown[0] = (index, max(0, cells - over))
        return shown

    @property
    def _natural_widths(self) -> list[tuple[int, int]]:
        one_high = self.row_height < _ROWS_FOR_A_NOTE
        return [
            (
                index,
                max(
                    cell_len(self._title(column)),
                    *(cell_len(row.cells[index]) for row in self._rows if index < len(row.cells)),
                    0,
                ),
            )
            for index, column in enumerate(self._columns)
            if one_high or not column.replaces_note
        ]

    def _gap(self, width: int) -> int:
        """Cells between columns: what is left over, shared evenly within bounds."""
        shown = self._natural_widths
        left = (width - self._taken(shown)) // max(1, len(shown) - 1)
        return max(_NARROWEST_GAP, min(_WIDEST_GAP, left))

    def _taken(self, shown: Sequence[tuple[int, int]]) -> int:
        return self._margin + sum(cells for _, cells in shown) + _RIGHT_MARGIN

    def _title(self, column: ChoiceColumn) -> str:
        return (self.row_height == 1 and column.short_title) or column.title

    @property
    def _has_titles(self) -> bool:
        return any(column.title for column in self._columns) and not self._has_cards

    @property
    def _head_height(self) -> int:
        """The titles, and the edge above the first row."""
        return self._has_titles + (self.row_height > 1)

    @property
    def _margin(self) -> int:
        return _BAR_CELLS + (_HINT_CELLS if self._shows_hints else 0) + _MARK_CELLS

    @property
    def _shows_hints(self) -> bool:
        return self.get_component_styles("choice-list--hint").display != "none"

    def _style(self, part: str) -> Style:
        return self.get_component_rich_style(f"choice-list--{part}")

    def _on(self, is_chosen: bool, part: str) -> Style:
        """The style of a part, on the ground of its row."""
        style, chosen = self._style(part), self._style("chosen")
        if not is_chosen:
            return style
        # In large print the ground of a chosen row is so strong that only its own colour can be read on it.
        return style + (chosen if self._has_page_buttons else Style(bgcolor=chosen.bgcolor))


def _aligned(text: str, cells: int, align: Literal["left", "right"]) -> str:
    if align == "left" or cell_len(text) >= cells:
        return _cut(text, cells)
    return " " * (cells - cell_len(text)) + text


def _cut(text: str, cells: int) -> str:
    """Return `text` exactly `cells` wide, with an ellipsis where it was cut."""
    if cell_len(text) <= cells:
        return set_cell_size(text, max(0, cells))
    return set_cell_size(text, max(0, cells - 1)) + _ELLIPSIS[: max(0, cells)]
