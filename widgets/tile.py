"""Flat tiles drawn in cells: the shape that keys and chips share."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style

_LEAST_OUTLINED = 3


def draw_tile(
    label: list[Segment],
    width: int,
    height: int,
    *,
    face: Style,
    ground: Style,
    joined_below: bool = False,
    outline: Style | None = None,
) -> list[list[Segment]]:
    """Return `height` lines of a tile `width` cells wide with `label` in its middle.

    From two rows up the last row is half face, half ground: neighbours stay apart although every row is touchable.
    A tile `joined_below` runs into the one under it and has the label at its foot, the middle of the two. An `outline`
    is drawn around a tile from three rows up, where the difference of face and ground alone is too faint.
    """
    if outline is not None and height >= _LEAST_OUTLINED:
        return _outlined(label, width, height, face, ground, outline)
    blank = [Segment(" " * width, face)]
    has_edge = height > 1 and not joined_below
    edge = [Segment("▀" * width, Style(color=face.bgcolor, bgcolor=ground.bgcolor))]
    lines = [blank] * (height - has_edge) + ([edge] if has_edge else [])
    lines[height - 1 if joined_below else (height - 1) // 2] = _centred(label, width, face)
    return lines


def _outlined(
    label: list[Segment], width: int, height: int, face: Style, ground: Style, outline: Style
) -> list[list[Segment]]:
    """A thin line all round, as tall borders of widgets have it."""
    inside = width - 2
    left = Segment("▊", Style(color=ground.bgcolor, bgcolor=outline.color))
    right = Segment("▎", Style(color=outline.color, bgcolor=ground.bgcolor))
    line = face + Style(color=outline.color, bold=False)
    lines = [[left, Segment(" " * inside, face), right] for _ in range(height)]
    if outline.color != face.bgcolor:
        lines[0][1], lines[-1][1] = Segment("▔" * inside, line), Segment("▁" * inside, line)
    lines[(height - 1) // 2] = [left, *_centred(label, inside, face), right]
    return lines


def _centred(label: list[Segment], width: int, face: Style) -> list[Segment]:
    cells = sum(cell_len(text) for text, *_ in label)
    if cells > width:
        return [Segment(set_cell_size("".join(text for text, *_ in label), width), face)]
    left = (width - cells) // 2
    drawn = [Segment(text, face + style if style else face) for text, style, _ in label]
    return [Segment(" " * left, face), *drawn, Segment(" " * (width - cells - left), face)]
