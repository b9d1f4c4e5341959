"""Flat tiles drawn in cells: the shape that keys and chips share."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style


def draw_tile(
    label: list[Segment], width: int, height: int, *, face: Style, ground: Style, joined_below: bool = False
) -> list[list[Segment]]:
    """Return `height` lines of a tile `width` cells wide with `label` in its middle.

    From two rows up the last row is half face, half ground: neighbours stay apart although every row is touchable.
    A tile `joined_below` runs into the one under it and has the label at its foot, the middle of the two.
    """
    blank = [Segment(" " * width, face)]
    has_edge = height > 1 and not joined_below
    edge = [Segment("▀" * width, Style(color=face.bgcolor, bgcolor=ground.bgcolor))]
    lines = [blank] * (height - has_edge) + ([edge] if has_edge else [])
    lines[height - 1 if joined_below else (height - 1) // 2] = _centred(label, width, face)
    return lines


def _centred(label: list[Segment], width: int, face: Style) -> list[Segment]:
    cells = sum(cell_len(text) for text, *_ in label)
    if cells > width:
        return [Segment(set_cell_size("".join(text for text, *_ in label), width), face)]
    left = (width - cells) // 2
    drawn = [Segment(text, face + style if style else face) for text, style, _ in label]
    return [Segment(" " * left, face), *drawn, Segment(" " * (width - cells - left), face)]
