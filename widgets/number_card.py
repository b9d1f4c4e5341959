"""A number as a card, for people who read large print: digits three rows high, its conditions in words beside them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style

from widgets.big_digits import BigDigits, draw_digits
from widgets.prose import wrap_text

CARD_ROWS: Final = 10
"""The least rows of a card: two lines of digits with one between, the bar beneath, what a touch does, and a gap."""

_DIGIT_ROWS: Final = 3
_GAP_CELLS = 3
_MOST_ACTION_ROWS = 3


def draw_card(
    number: str,
    span: tuple[int, int] | None,
    words: Sequence[str],
    action: str,
    *,
    line: int,
    width: int,
    height: int,
    style: Callable[[str], Style],
) -> list[Segment]:
    """One line of a card `width` cells wide: the first group of digits with `words` beside, the others below.

    `span` are the characters of `number` to point out, `action` what a touch does, empty where it does nothing.
    `style` gives the style of a part by its name.
    """
    action_rows = max(1, min(_MOST_ACTION_ROWS, height - CARD_ROWS + 1))
    top = height - CARD_ROWS + 1 - action_rows
    line -= top
    first, _, rest = number.partition(" ")
    if line < 0 or line == _DIGIT_ROWS or line > 2 * _DIGIT_ROWS + 1 + action_rows:
        return [Segment(" " * width, style("ground"))]
    if line < _DIGIT_ROWS:
        digits = draw_digits(
            first, _within(span, 0, len(first)), _DIGIT_ROWS, line, style("number"), style("highlight")
        )
        room = width - BigDigits.width_for(first) - _GAP_CELLS
        return [*digits, Segment(" " * _GAP_CELLS + _line_of_words(words, line, room), style("words"))]
    line -= _DIGIT_ROWS + 1
    if line <= _DIGIT_ROWS:
        start = len(first) + 1
        here = _within(span, start, start + len(rest))
        return draw_digits(rest, here, _DIGIT_ROWS, line, style("number"), style("highlight"))
    if not action:
        return [Segment(" " * width, style("number"))]
    is_middle = line - _DIGIT_ROWS - 1 == (action_rows - 1) // 2
    label = action if is_middle else ""
    left = (width - cell_len(label)) // 2
    return [Segment(set_cell_size(" " * left + label, width), style("action"))]


def _line_of_words(words: Sequence[str], line: int, room: int) -> str:
    """A line of the words, each on its own; what doesn't fit in so many lines is run together."""
    lines = [part for text in words for part in wrap_text(text, max(1, room))]
    if len(lines) > _DIGIT_ROWS:
        lines = wrap_text("  ".join(words), max(1, room))
    return set_cell_size(lines[line] if line < len(lines) else "", room)


def _within(span: tuple[int, int] | None, start: int, end: int) -> tuple[int, int] | None:
    """The part of a span that lies between two places, counted from the first."""
    if span is None:
        return None
    first, last = max(span[0], start), min(span[1], end)
    return (first - start, last - start) if first < last else None
