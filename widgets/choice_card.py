"""One of a few choices as a card, for people who read large print: its deciding figure large, the rest in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style

from widgets.big_digits import draw_digits
from widgets.tile import draw_tile

CARD_ROWS: Final = 5
"""The least rows of a card: a large figure, a margin above and an edge below."""

_DIGIT_ROWS: Final = 3
_GAP_CELLS = 3
_BETWEEN_CELLS = 14


def draw_card(
    figure: str,
    words: Sequence[str],
    *,
    line: int,
    height: int,
    figure_cells: int,
    width: int,
    style: Callable[[str], Style],
) -> list[Segment]:
    """One line of a card without its edge: the figure in the middle, the words beside it, the first of them strong.

    `figure_cells` is the width of the widest figure, so that the words of all cards stand in one column.
    """
    top = (height - 1 - _DIGIT_ROWS) // 2
    line -= top
    if not 0 <= line < _DIGIT_ROWS:
        return [Segment(" " * width, style("row"))]
    figure_style = style("strong")
    drawn = draw_digits(figure, None, _DIGIT_ROWS, line, figure_style, figure_style)
    used = sum(cell_len(segment.text) for segment in drawn)
    word = words[line] if line < len(words) else ""
    room = max(0, width - figure_cells - _GAP_CELLS)
    return [
        *drawn,
        Segment(" " * (figure_cells - used + _GAP_CELLS), style("row")),
        Segment(set_cell_size(word, room), style("strong" if line == 0 else "row")),
    ]


def draw_pager(
    up: str, at: str, down: str, *, width: int, height: int, face: Style, off: Style, is_first: bool, is_last: bool
) -> list[list[Segment]]:
    """The lines of two buttons that turn pages, with the place between them; one that leads nowhere has no outline."""
    half = (width - _BETWEEN_CELLS) // 2
    between = width - 2 * half
    outline = Style(color=face.color)
    sides = [
        draw_tile(
            [Segment(label)], half, height, face=off if idle else face, ground=face, outline=None if idle else outline
        )
        for label, idle in ((up, is_first), (down, is_last))
    ]
    middle = [[Segment(" " * between, face)] for _ in range(height)]
    left = (between - cell_len(at)) // 2
    middle[(height - 1) // 2] = [Segment(set_cell_size(" " * left + at, between), face)]
    return [[*before, *space, *after] for before, space, after in zip(sides[0], middle, sides[1], strict=True)]
