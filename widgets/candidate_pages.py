"""Which candidates stand together: as many as fit, none of them cut."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

GAP = 1


@dataclass(frozen=True, slots=True)
class Place:
    """Where a candidate stands on its page: its index among all, the line, and the cells it takes."""

    index: int
    line: int
    start: int
    width: int


Page = tuple[Place, ...]


def lay_out(widths: Sequence[int], room: int, lines: int, most: int) -> tuple[Page, ...]:
    """Fill pages of `lines` lines of `room` cells with candidates `widths` cells wide, a gap between.

    No page has more than `most` of them. One that is wider than a line gets a line of its own, as wide as the line.
    """
    pages: list[list[Place]] = []
    line, start = lines, 0
    for index, width in enumerate(min(width, room) for width in widths):
        if start + width > room:
            line, start = line + 1, 0
        if line >= lines or len(pages[-1]) >= most:
            pages.append([])
            line, start = 0, 0
        pages[-1].append(Place(index, line, start, width))
        start += width + GAP
    return tuple(map(tuple, pages))
