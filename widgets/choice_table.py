"""The values of a list of choices, and how wide its columns are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rich.cells import cell_len, set_cell_size

RIGHT_MARGIN = 1
ROWS_FOR_A_NOTE = 3

_NARROWEST_GAP, _WIDEST_GAP = 1, 8
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


@dataclass(frozen=True, slots=True)
class TableLayout:
    """Which columns are shown in `width` cells, how wide each is, and the gap between them.

    `margin` are the cells before the first column, `row_height` the lines of a row.
    """

    columns: Sequence[ChoiceColumn]
    rows: Sequence[ChoiceRow]
    margin: int
    row_height: int
    width: int

    @property
    def widths(self) -> list[tuple[int, int]]:
        """Index and cells of each column shown; the first gives way where there isn't room for all."""
        shown = self._natural_widths
        over = self._taken(shown) + _NARROWEST_GAP * (len(shown) - 1) - self.width
        if shown and over > 0:
            index, cells = shown[0]
            shown[0] = (index, max(0, cells - over))
        return shown

    @property
    def gap(self) -> int:
        """Cells between columns: what is left over, shared evenly within bounds."""
        shown = self._natural_widths
        left = (self.width - self._taken(shown)) // max(1, len(shown) - 1)
        return max(_NARROWEST_GAP, min(_WIDEST_GAP, left))

    def title(self, column: ChoiceColumn) -> str:
        """What stands over a column."""
        return (self.row_height == 1 and column.short_title) or column.title

    @property
    def _natural_widths(self) -> list[tuple[int, int]]:
        one_high = self.row_height < ROWS_FOR_A_NOTE
        return [
            (
                index,
                max(
                    cell_len(self.title(column)),
                    *(cell_len(row.cells[index]) for row in self.rows if index < len(row.cells)),
                    0,
                ),
            )
            for index, column in enumerate(self.columns)
            if one_high or not column.replaces_note
        ]

    def _taken(self, shown: Sequence[tuple[int, int]]) -> int:
        return self.margin + sum(cells for _, cells in shown) + RIGHT_MARGIN


def aligned(text: str, cells: int, align: Literal["left", "right"]) -> str:
    """Return `text` exactly `cells` wide, on one side of them."""
    if align == "left" or cell_len(text) >= cells:
        return cut(text, cells)
    return " " * (cells - cell_len(text)) + text


def cut(text: str, cells: int) -> str:
    """Return `text` exactly `cells` wide, with an ellipsis where it was cut."""
    if cell_len(text) <= cells:
        return set_cell_size(text, max(0, cells))
    return set_cell_size(text, max(0, cells - 1)) + _ELLIPSIS[: max(0, cells)]
