"""Choosing a number: boxes, chips and the list of rows (SPEC 4.1, LOOK "Pick a number")."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.widgets.gallery import Gallery
from tests.widgets.scenes import CHIPS, ROWS
from widgets.chip import Chip, ChipRow
from widgets.digit_boxes import DigitBoxes
from widgets.number_list import NumberList, NumberRow, RowState


async def test_digits_fill_boxes_and_move_on() -> None:
    app = Gallery(lambda: [DigitBoxes()])
    async with app.run_test(size=(120, 40)) as pilot:
        boxes = app.query_one(DigitBoxes)
        boxes.focus()
        await pilot.press("right", "right", "5", "end", "left", "8", "8")
        await pilot.pause()
        assert boxes.value == "1__5_____88"
        assert app.said(DigitBoxes.Changed)[-1].value == boxes.value
        await pilot.press("backspace")
        assert boxes.value == "1__5_____8_"
        await pilot.press("backspace", "backspace")
        assert boxes.value == "1__5_______"
        await pilot.press("delete")
        assert boxes.value == "1__________"


async def test_touching_a_box_goes_there_and_asks_for_a_pad() -> None:
    app = Gallery(lambda: [DigitBoxes()])
    async with app.run_test(size=(120, 40)) as pilot:
        boxes = app.query_one(DigitBoxes)
        for index in range(11):
            await pilot.click(boxes, offset=(boxes._starts[index] + 1, 2))
        await pilot.pause()
        assert [message.index for message in app.said(DigitBoxes.Touched)] == list(range(1, 11))
        assert boxes.cursor == 10
        boxes.type_key("6")
        assert boxes.value == "1_________6"


@given(st.text(max_size=20))
def test_a_value_is_always_eleven_places_with_the_first_given(value: str) -> None:
    boxes = DigitBoxes(value=value)
    assert len(boxes.value) == 11
    assert boxes.value[0] == "1"
    assert set(boxes.value) <= set("0123456789_")


@pytest.mark.parametrize("width", [60, 80, 120])
async def test_boxes_fit_the_screen(width: int) -> None:
    app = Gallery(lambda: [DigitBoxes()])
    async with app.run_test(size=(width, 40)):
        boxes = app.query_one(DigitBoxes)
        assert boxes.region.right <= width
        assert len(boxes.render_line(0).text) == boxes.size.width


async def test_chips_of_several_choices_switch_one_by_one() -> None:
    app = Gallery(lambda: [ChipRow(CHIPS, multiple=True)])
    async with app.run_test(size=(120, 40)) as pilot:
        row = app.query_one(ChipRow)
        await pilot.click(row, offset=(20, 1))
        await pilot.click(row, offset=(3, 1))
        await pilot.pause()
        assert [(message.key, message.selected) for message in app.said(ChipRow.Changed)] == [
            ("AAA", True),
            ("no4", False),
        ]
        assert row.selected == {"AAA"}


async def test_of_a_single_choice_one_chip_is_on() -> None:
    app = Gallery(lambda: [ChipRow([Chip("a", "甲", selected=True), Chip("b", "乙")])])
    async with app.run_test(size=(120, 40)) as pilot:
        row = app.query_one(ChipRow)
        row.focus()
        await pilot.press("right", "space")
        assert row.selected == {"b"}
        await pilot.press("enter")
        assert row.selected == set()


async def test_a_chosen_chip_has_a_tick_and_nothing_moves_when_it_is_chosen() -> None:
    app = Gallery(lambda: [ChipRow(CHIPS, multiple=True)])
    async with app.run_test(size=(120, 40)):
        row = app.query_one(ChipRow)
        before = row._places(row.size.width)
        row.select("AAA")
        assert row._places(row.size.width) == before
        assert "✓ AAA" in row.render_line(1).text


@settings(max_examples=25, deadline=None)
@given(labels=st.lists(st.text("甲乙abc", min_size=1, max_size=12), max_size=12), width=st.integers(20, 120))
async def test_chips_wrap_within_any_width_and_touch_finds_each(labels: list[str], width: int) -> None:
    app = Gallery(lambda: [ChipRow([Chip(str(index), label) for index, label in enumerate(labels)])])
    async with app.run_test(size=(width + 4, 60)):
        row = app.query_one(ChipRow)
        for index, place, chip_width in row._places(row.size.width):
            assert place.x + chip_width <= row.size.width
            assert row.index_at(place) == index


async def test_the_whole_row_is_the_target() -> None:
    app = Gallery(lambda: [NumberList(ROWS)])
    async with app.run_test(size=(120, 40)) as pilot:
        for x, y in ((1, 0), (60, 4), (110, 11)):
            await pilot.click(NumberList, offset=(x, y))
        await pilot.pause()
        assert [message.key for message in app.said(NumberList.Selected)] == ["a", "b", "d"]


async def test_a_double_tap_on_a_row_chooses_once() -> None:
    app = Gallery(lambda: [NumberList(ROWS)])
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.click(NumberList, offset=(60, 4), times=2)
        await pilot.press(*["enter"] * 5)
        await pilot.pause()
        assert [message.key for message in app.said(NumberList.Selected)] == ["b"]


async def test_rows_that_cannot_be_chosen_say_why_and_are_passed_by() -> None:
    app = Gallery(lambda: [NumberList(ROWS)])
    async with app.run_test(size=(120, 40)) as pilot:
        numbers = app.query_one(NumberList)
        numbers.focus()
        await pilot.click(numbers, offset=(10, 13))
        await pilot.press("3", "5")
        await pilot.pause()
        assert app.said(NumberList.Selected) == []
        await pilot.press("home", "down", "down", "enter", "6")
        await pilot.pause()
        assert [message.key for message in app.said(NumberList.Selected)] == ["d", "f"]
        assert "约 12 分钟后可选" in numbers.render_line(13).text


@pytest.mark.parametrize(("size", "height"), [((120, 40), 3), ((80, 64), 3), ((80, 24), 1)])
async def test_rows_are_as_high_as_the_screen_allows(size: tuple[int, int], height: int) -> None:
    app = Gallery(lambda: [NumberList(ROWS)])
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        numbers = app.query_one(NumberList)
        assert numbers.row_height == height
        assert numbers.capacity == (size[1] - 2) // height
        assert app.said(NumberList.Fitted)[-1].rows == numbers.capacity


async def test_the_list_tells_when_another_number_of_rows_fits() -> None:
    app = Gallery(lambda: [NumberList(ROWS)])
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        await pilot.pause()
        assert app.said(NumberList.Fitted)[-1].rows == 22


@pytest.mark.parametrize("width", [40, 60, 80, 120, 200])
async def test_every_line_is_as_wide_as_the_list(width: int) -> None:
    app = Gallery(lambda: [NumberList(ROWS)])
    async with app.run_test(size=(width, 40)):
        numbers = app.query_one(NumberList)
        for y in range(20):
            assert cell_len(numbers.render_line(y).text) == numbers.size.width


async def test_the_highlight_is_marked_by_a_line_as_well_as_a_colour() -> None:
    app = Gallery(lambda: [NumberList(ROWS)])
    async with app.run_test(size=(120, 40)):
        marked = [
            segment.text
            for segment in app.query_one(NumberList).render_line(1)
            if segment.style and segment.style.underline
        ]
        assert "6688" in marked


async def test_a_list_without_rows_is_empty_and_deaf() -> None:
    app = Gallery(lambda: [NumberList([NumberRow("x", "1", state=RowState.BUSY)])])
    async with app.run_test() as pilot:
        numbers = app.query_one(NumberList)
        numbers.focus()
        await pilot.press("enter", "down", "end", "1")
        numbers.set_rows([])
        await pilot.press("enter", "up", "1")
        await pilot.click(numbers, offset=(5, 5))
        await pilot.pause()
        assert app.said(NumberList.Selected) == []


async def test_a_list_that_is_removed_while_it_changes_is_no_fault() -> None:
    """A row chosen by key changes the list's look and its screen in one moment."""
    app = Gallery(lambda: [NumberList(ROWS)])
    async with app.run_test() as pilot:
        numbers = app.query_one(NumberList)
        numbers.notify_style_update()
        await numbers.remove()
        await pilot.pause()
