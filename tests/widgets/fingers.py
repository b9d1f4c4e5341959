"""Fingers on the keys of a screen, and patience until what they bring about is there."""

from __future__ import annotations

from collections.abc import Callable

from textual.pilot import Pilot

from widgets.key_grid import KeyGrid


async def tap_key(pilot: Pilot[None], grid: KeyGrid, key: str) -> None:
    """Tap the middle of a key."""
    for row_index, row in enumerate(grid.rows):
        for found, start, width in grid._places(row):
            if found.key == key:
                left, top = grid.gutter.left, grid.gutter.top
                offset = (left + start + width // 2, top + row_index * grid.key_height)
                assert await pilot.click(grid, offset=offset)
                return
    raise AssertionError(f"no key {key!r}")


async def until(pilot: Pilot[None], happened: Callable[[], object]) -> None:
    """Wait for something to come true, however busy the machine is."""
    for _ in range(200):
        if happened():
            return
        await pilot.pause(0.01)
    raise AssertionError("it never came true")
