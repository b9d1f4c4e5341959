"""Turns a screenshot of an app into pixels as a terminal shows them.

An SVG viewer places characters by count and draws block characters from a font, with seams; a terminal goes by
cells and fills them.
"""

from __future__ import annotations

import html
import re

import resvg_py
from rich.cells import cell_len

FONT = "Noto Sans Mono CJK SC"

_TEXT = re.compile(r'<text class="([\w-]+)" x="([\d.]+)" y="([\d.]+)" textLength="([\d.]+)"([^>]*)>([^<]*)</text>')
_CELL_WIDTH, _CELL_HEIGHT = 12.2, 24.4
_FRAME = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')
_WINDOW = (9, 42, 10, 10)
"""What Rich draws around the terminal: left, top, right, bottom."""

_BASELINE = 18.5
"""Rich draws a line's text this far (1.5 into the cell, then 20 less a little) below the top of its cells."""

_BLOCKS: dict[str, tuple[tuple[float, float, float, float], ...]] = {
    "█": ((0, 0, 1, 1),),
    "▀": ((0, 0, 1, 0.5),),
    "▄": ((0, 0.5, 1, 0.5),),
    "▌": ((0, 0, 0.5, 1),),
    "▐": ((0.5, 0, 0.5, 1),),
    "▊": ((0, 0, 0.75, 1),),
    "▎": ((0, 0, 0.25, 1),),
    "▁": ((0, 0.875, 1, 0.125),),
    "▔": ((0, 0, 1, 0.125),),
    "▛": ((0, 0, 1, 0.5), (0, 0.5, 0.5, 0.5)),
    "▜": ((0, 0, 1, 0.5), (0.5, 0.5, 0.5, 0.5)),
    "▙": ((0, 0, 0.5, 0.5), (0, 0.5, 1, 0.5)),
    "▟": ((0.5, 0, 0.5, 0.5), (0, 0.5, 1, 0.5)),
}
"""Rectangles of ink in parts of a cell: left, top, width, height."""

_STRANGERS = "☐☑⚠✓"
"""Signs that another font has to draw: on its own, or it would draw the words beside it too."""

_RUNS = re.compile(f"[{''.join(_BLOCKS)}]+|[{_STRANGERS}]|[^{''.join(_BLOCKS)}{_STRANGERS}]+")


def to_png(svg: str, *, zoom: float = 1) -> bytes:
    """Return the PNG of a Textual screenshot."""
    drawn = _FRAME.sub(_cut_out, _TEXT.sub(_draw, svg)).replace("Fira Code", FONT)
    return bytes(resvg_py.svg_to_bytes(svg_string=drawn, monospace_family=FONT, zoom=zoom))


def _cut_out(match: re.Match[str]) -> str:
    width, height = (float(size) for size in match.groups())
    left, top, right, bottom = _WINDOW
    return f'viewBox="{left} {top} {width - left - right} {height - top - bottom}"'


def _draw(match: re.Match[str]) -> str:
    style, x, y, _, rest, escaped = match.groups()
    text = html.unescape(escaped)
    top = float(y) - _BASELINE
    pieces = []
    cell = 0
    for run in _RUNS.findall(text):
        left = float(x) + cell * _CELL_WIDTH
        if run[0] in _BLOCKS:
            pieces += [_block(style, left + i * _CELL_WIDTH, top, block) for i, block in enumerate(run)]
        else:
            length = cell_len(run) * _CELL_WIDTH
            shown = html.escape(run).replace(" ", "\N{NO-BREAK SPACE}")
            pieces.append(
                f'<text class="{style}" x="{left:g}" y="{y}" textLength="{length:g}"'
                f' lengthAdjust="spacingAndGlyphs"{rest}>{shown}</text>'
            )
        cell += cell_len(run)
    return "".join(pieces)


def _block(style: str, left: float, top: float, block: str) -> str:
    return "".join(
        f'<rect class="{style}" x="{left + x * _CELL_WIDTH:.2f}" y="{top + y * _CELL_HEIGHT:.2f}"'
        f' width="{width * _CELL_WIDTH:.2f}" height="{height * _CELL_HEIGHT:.2f}" shape-rendering="crispEdges"/>'
        for x, y, width, height in _BLOCKS[block]
    )
