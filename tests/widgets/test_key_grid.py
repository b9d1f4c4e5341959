"""Keys on the screen: large enough, evenly spread, and silent about what is typed."""

from __future__ import annotations

import pytest

from tests.widgets.gallery import Gallery
from tests.widgets.scenes import form
from widgets.field import Field
from widgets.input_method import Typed
from widgets.key_grid import Key, KeyGrid
from widgets.keyboard import Keyboard
from widgets.keypad import KeyPad


@pytest.mark.parametrize(("size", "height"), [((120, 40), 3), ((80, 64), 3), ((80, 24), 2)])
async def test_keys_are_large_enough_for_fingers(size: tuple[int, int], height: int) -> None:
    app = Gallery(lambda: [KeyPad("X", done="完成", clear="清空")])
    async with app.run_test(size=size):
        pad = app.query_one(KeyPad)
        assert pad.key_height == height
        for row in pad.rows:
            assert all(width >= 10 for _, _, width in pad._places(row))


async def test_keys_of_one_weight_are_equally_wide() -> None:
    app = Gallery(lambda: [Keyboard(done="完成", space="空格")])
    async with app.run_test(size=(83, 40)):
        grid = app.query_one(KeyGrid)
        widths = {width for row in grid.rows for key, _, width in grid._places(row) if key.weight == 1 and key.key}
        assert len(widths) == 1


async def test_what_a_person_types_does_not_show_when_a_message_is_printed() -> None:
    """SPEC 10.3: a log that names a message must not name the person."""
    planted = "370102199003070011"
    app = Gallery(lambda: [Keyboard(done="完成", space="空格"), *form()])
    async with app.run_test(size=(120, 60)):
        field, board, grid = app.query(Field).first(), app.query_one(Keyboard), app.query(KeyGrid).first()
        of_field = [kind(field, planted) for kind in (Field.Changed, Field.Left, Field.Submitted)]
        of_keys = [Keyboard.KeyPressed(board, planted), KeyGrid.KeyPressed(grid, planted), Typed(commit=planted)]
        for value in (*of_field, *of_keys):
            assert planted not in repr(value)
            assert planted not in str(value)


async def test_a_hole_in_the_keys_is_no_key() -> None:
    app = Gallery(lambda: [KeyGrid([[Key("a", "a"), Key("")]])])
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.click(KeyGrid, offset=(100, 1))
        await pilot.pause()
        assert app.said(KeyGrid.KeyPressed) == []
