"""How a list of choices is drawn, line by line: its titles, rows or cards, their edges, and what turns pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from widgets.choice_card import draw_card, draw_pager
from widgets.choice_table import RIGHT_MARGIN, ROWS_FOR_A_NOTE, ChoiceColumn, ChoiceRow, TableLayout, aligned, cut

BAR_CELLS: Final = 2
HINT_CELLS: Final = 2
MARK_CELLS: Final = 3
DIGIT_KEYS: Final = "1234567890"

CHOICE_MARKS: Final = ("●", "○")
"""Of the row that is chosen, and of the others."""


@dataclass(frozen=True, slots=True)
class PagerTexts:
    """The line that turns pages: what it says, the page shown (from 0), and its height where it has buttons."""

    up: str
    down: str
    page: int
    pages: int
    button_height: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoicePicture:
    """A list as it looks at one moment.

    `shown` are the rows of the page shown, `at_keys` the place among them at which the keys are, None while no
    keyboard is in use. `figure_cells` is the width of the widest figure of all cards. `style` gives the style of a
    part by its name.
    """

    columns: Sequence[ChoiceColumn]
    shown: Sequence[ChoiceRow]
    table: TableLayout
    chosen: str | None
    at_keys: int | None
    capacity: int
    has_titles: bool
    has_cards: bool
    figure_cells: int
    shows_hints: bool
    pager: PagerTexts
    style: Callable[[str], Style]
    marks: tuple[str, str] = CHOICE_MARKS

    def line(self, y: int) -> Strip:  # noqa: PLR0911 - one a kind of line
        """Draw one line: of the title, between rows, of a row, or of the line that turns pages."""
        width, height = self.table.width, self.table.row_height
        if self.has_titles and y == 0:
            return self._draw_title(width)
        place, line = divmod(y - self.has_titles - (height > 1), height)
        if place >= self.capacity and self.pager.pages > 1:
            # Its buttons may be higher than a row.
            return self._draw_pager(line + (place - self.capacity) * height, width)
        if place >= len(self.shown):
            return Strip.blank(width, self.style("pager"))
        if line == height - 1 and height > 1:
            return self._draw_edge(place, width)
        if self.has_cards:
            return self._draw_card(place, line, width)
        has_note = bool(self.shown[place].note) and height >= ROWS_FOR_A_NOTE
        match line - (height - 1 - has_note) // 2:
            case 0:
                return self._draw_text(place, width)
            case 1 if has_note:
                return self._draw_note(place, width)
            case _:
                return self._draw_blank(place, width)

    def _draw_title(self, width: int) -> Strip:
        style = self.style("title")
        segments = [Segment(" " * self.table.margin, style)]
        for column, cells in self.table.widths:
            title = aligned(self.table.title(self.columns[column]), cells, self.columns[column].align)
            segments += [Segment(title, style), Segment(" " * self.table.gap, style)]
        return Strip(segments).adjust_cell_length(width, style)

    def _draw_text(self, place: int, width: int) -> Strip:
        row = self.shown[place]
        is_chosen = row.key == self.chosen
        segments = [self._bar(place), *self._draw_mark(place, is_chosen), *self._draw_cells(row, is_chosen, width)]
        return Strip(segments).adjust_cell_length(width, self._on(is_chosen, "row"))

    def _draw_note(self, place: int, width: int) -> Strip:
        row = self.shown[place]
        style = self._on(row.key == self.chosen, "note")
        note = " " * (self.table.margin - BAR_CELLS) + cut(row.note, width - self.table.margin - RIGHT_MARGIN)
        return Strip([self._bar(place), Segment(note, style)]).adjust_cell_length(width, style)

    def _draw_card(self, place: int, line: int, width: int) -> Strip:
        row, columns = self.shown[place], self.columns
        is_chosen = row.key == self.chosen
        figure = next(at for at, column in enumerate(columns) if column.figure)
        words = [
            f"{column.title} {text}" if at else text
            for at, (column, text) in enumerate(zip(columns, row.cells, strict=False))
            if at != figure
        ]
        # Chosen cards have a strong ground: all their words are in its colour.
        style = (lambda _part: self.style("chosen")) if is_chosen else self.style
        middle = (self.table.row_height - 2) // 2
        mark = self._draw_mark(place, is_chosen)
        card = draw_card(
            row.cells[figure],
            words,
            line=line,
            height=self.table.row_height,
            figure_cells=self.figure_cells,
            width=width - self.table.margin - RIGHT_MARGIN,
            style=style,
        )
        blank = Segment(" " * (self.table.margin - BAR_CELLS), style("row"))
        segments = [self._bar(place), *(mark if line == middle else [blank]), *card]
        return Strip(segments).adjust_cell_length(width, style("row"))

    def _draw_blank(self, place: int, width: int) -> Strip:
        style = self._on(self.shown[place].key == self.chosen, "row")
        return Strip([self._bar(place)]).adjust_cell_length(width, style)

    def _draw_edge(self, place: int, width: int) -> Strip:
        """The line below a place on the page: a rule, or halves of two grounds.

        So the text of a row stands in the middle of its ground.
        """
        shown = self.shown
        below_chosen, above_chosen = (
            0 <= beside < len(shown) and shown[beside].key == self.chosen for beside in (place, place + 1)
        )
        row, chosen = self.style("row").bgcolor, self.style("chosen").bgcolor
        if place == len(shown) - 1:
            half, style = "▀", Style(color=chosen if below_chosen else row, bgcolor=self.style("pager").bgcolor)
        elif place < 0 and not self.has_titles:
            half, style = "▄", Style(color=chosen if above_chosen else row, bgcolor=self.style("pager").bgcolor)
        elif below_chosen or above_chosen:
            half, style = "▀" if below_chosen else "▄", Style(color=chosen, bgcolor=row)
        else:
            half, style = "─", self.style("rule")
        return Strip([Segment(half * width, style)], width)

    def _bar(self, place: int) -> Segment:
        at_keys = place == self.at_keys
        is_chosen = self.shown[place].key == self.chosen
        style = self._on(is_chosen, "mark") + Style(color=self.style("chosen" if is_chosen else "bar").color)
        return Segment(set_cell_size("▌" if at_keys else "", BAR_CELLS), style)

    def _draw_mark(self, place: int, is_chosen: bool) -> list[Segment]:
        mark = Segment(
            set_cell_size(self.marks[0 if is_chosen else 1], MARK_CELLS),
            self._on(is_chosen, "chosen" if is_chosen else "mark"),
        )
        if not self.shows_hints:
            return [mark]
        hint = DIGIT_KEYS[place] if place < len(DIGIT_KEYS) else ""
        return [Segment(set_cell_size(hint, HINT_CELLS), self._on(is_chosen, "note")), mark]

    def _draw_cells(self, row: ChoiceRow, is_chosen: bool, width: int) -> list[Segment]:
        gap = Segment(" " * self.table.gap, self._on(is_chosen, "row"))
        segments: list[Segment] = []
        for index, cells in self.table.widths:
            column = self.columns[index]
            text = aligned(row.cells[index] if index < len(row.cells) else "", cells, column.align)
            part = ("chosen" if is_chosen else "strong") if column.strong else "row"
            segments += [Segment(text, self._on(is_chosen, part)), gap]
        return segments

    def _draw_pager(self, line: int, width: int) -> Strip:
        style, pager = self.style("pager"), self.pager
        at, is_first, is_last = f"{pager.page + 1} / {pager.pages}", pager.page == 0, pager.page + 1 >= pager.pages
        if pager.button_height is not None:
            if line >= pager.button_height:
                return Strip.blank(width, style)
            lines = draw_pager(
                pager.up,
                at,
                pager.down,
                width=width,
                height=pager.button_height,
                face=style,
                off=self.style("note") + Style(bgcolor=style.bgcolor),
                is_first=is_first,
                is_last=is_last,
            )
            return Strip(lines[line]).adjust_cell_length(width, style)
        if line != (self.table.row_height - 1) // 2:
            return Strip.blank(width, style)
        muted = Style(color=self.style("note").color, bgcolor=style.bgcolor)
        side = (width - cell_len(at)) // 2
        return Strip(
            [
                Segment(aligned(pager.up, side - 2, "right") + "  ", muted if is_first else style),
                Segment(at, muted),
                Segment("  " + set_cell_size(pager.down, max(0, side - 2)), muted if is_last else style),
            ]
        ).adjust_cell_length(width, style)

    def _on(self, is_chosen: bool, part: str) -> Style:
        """The style of a part, on the ground of its row."""
        style, chosen = self.style(part), self.style("chosen")
        if not is_chosen:
            return style
        # In large print the ground of a chosen row is so strong that only its own colour can be read on it.
        return style + (chosen if self.pager.button_height is not None else Style(bgcolor=chosen.bgcolor))
