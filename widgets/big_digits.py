"""Large digits for what must be read across a shop: a number, an amount, a clock."""

from __future__ import annotations

from typing import ClassVar, Literal

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from widgets.digit_shapes import GAP, SHAPES, Shape

DigitRows = Literal[3, 5]
"""Text rows a digit is high."""

Span = tuple[int, int] | slice | None
"""Characters to point out: start and end (excluded) in the text as given."""

_HALF_BLOCKS = {("#", "#"): "█", ("#", "."): "▀", (".", "#"): "▄", (".", "."): " "}
_SPACE_CELLS = {3: 2, 5: 3}


class BigDigits(Widget):
    """Digits three or five rows high; knows `0-9 ¥ . : -` and space, draws other characters as they are.

    The highlighted span has the accent colour and a bar beneath, so it doesn't rest on colour. Where there is not
    enough width smaller digits are used, then one line of bold text.

    ```python
    yield BigDigits("138 5317 8888", (9, 13))
    yield BigDigits("¥500.00", rows=5)
    ```
    """

    DEFAULT_CSS = """
    BigDigits {
        width: auto;
        height: auto;
        color: $foreground;
        text-style: bold;
        & .big-digits--highlight { color: $primary; text-style: bold; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"big-digits--highlight"}
    ALLOW_SELECT = False

    text: reactive[str] = reactive("", layout=True)
    highlight: reactive[Span] = reactive(None, layout=True)
    rows: reactive[int] = reactive(3, layout=True)

    def __init__(
        self,
        text: str = "",
        highlight: Span = None,
        *,
        rows: DigitRows = 3,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.set_reactive(BigDigits.text, text)
        self.set_reactive(BigDigits.highlight, highlight)
        self.set_reactive(BigDigits.rows, rows)

    @staticmethod
    def width_for(text: str, rows: DigitRows = 3) -> int:
        """Return the cells that `text` takes when drawn `rows` high."""
        widths = [_width(_shape(character, rows), character, rows) for character in text]
        return max(0, sum(widths) + GAP[rows] * (len(widths) - 1)) if widths else 0

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """The width of the largest digits that fit."""
        # A container without a width of its own asks with none: then the whole screen is to be had.
        rows = self._rows_within(container.width or viewport.width)
        return cell_len(self.text) if rows is None else self.width_for(self.text, rows)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Rows of digits, and one for the bar under a highlight."""
        rows = self._rows_within(width)
        return 1 if rows is None else rows + bool(self._span)

    def render_line(self, y: int) -> Strip:
        """Draw one line of all characters."""
        width = self.size.width
        rows = self._rows_within(width)
        if rows is None:
            return self._plain_line(y)
        plain = self.rich_style
        accent = self.get_component_rich_style("big-digits--highlight")
        return Strip(draw_digits(self.text, self._span, rows, y, plain, accent)).adjust_cell_length(width, plain)

    def _plain_line(self, y: int) -> Strip:
        width = self.size.width
        if y:
            return Strip.blank(width, self.rich_style)
        start, end = self._span or (0, 0)
        plain = self.rich_style + Style(bold=True)
        accent = self.get_component_rich_style("big-digits--highlight") + Style(underline=True)
        parts = [
            Segment(self.text[:start], plain),
            Segment(self.text[start:end], accent),
            Segment(self.text[end:], plain),
        ]
        return Strip(parts).adjust_cell_length(width, plain)

    @property
    def _span(self) -> tuple[int, int] | None:
        if self.highlight is None:
            return None
        chosen = self.highlight if isinstance(self.highlight, slice) else slice(*self.highlight)
        start, end, _ = chosen.indices(len(self.text))
        return (start, end) if start < end else None

    def _rows_within(self, width: int) -> DigitRows | None:
        sizes: tuple[DigitRows, ...] = (5, 3) if self.rows == 5 else (3,)  # noqa: PLR2004 - a size's name
        return next((rows for rows in sizes if self.width_for(self.text, rows) <= width), None)


def draw_digits(
    text: str, span: tuple[int, int] | None, rows: DigitRows, y: int, plain: Style, accent: Style
) -> list[Segment]:
    """One line of large digits; line `rows` is the bar beneath the characters of `span`."""
    segments: list[Segment] = []
    for index, character in enumerate(text):
        inside = span is not None and span[0] <= index < span[1]
        style = accent if inside else plain
        if y < rows:
            segments.append(Segment(_draw(character, rows, y), style))
        else:
            mark = "▄" if inside and y == rows else " "
            segments.append(Segment(mark * _width(_shape(character, rows), character, rows), style))
        joined = inside and span is not None and index + 1 < span[1] and y == rows
        segments.append(Segment(("▄" if joined else " ") * GAP[rows], style))
    return segments[:-1]


def _shape(character: str, rows: DigitRows) -> Shape | None:
    return SHAPES[rows].get(character)


def _width(shape: Shape | None, character: str, rows: DigitRows) -> int:
    if shape is not None:
        return len(shape[0])
    return _SPACE_CELLS[rows] if character == " " else cell_len(character)


def _draw(character: str, rows: DigitRows, y: int) -> str:
    shape = _shape(character, rows)
    if shape is not None:
        return "".join(_HALF_BLOCKS[pair] for pair in zip(shape[2 * y], shape[2 * y + 1], strict=True))
    return set_cell_size(character if y == rows - 1 else "", _width(None, character, rows))
