"""Choosing one of a few, side by side (SPEC 4.3, LOOK: principles 2 to 4)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from random import Random

import pytest
from rich.cells import cell_len
from textual.binding import Binding
from textual.events import MouseScrollDown, MouseScrollUp

from tests.widgets.gallery import Gallery
from widgets.choice_list import ChoiceList
from widgets.choice_table import ChoiceColumn, ChoiceRow

TALL, SHORT = (80, 40), (80, 24)
COLUMNS = (
    ChoiceColumn("套餐", strong=True),
    ChoiceColumn("月费", align="right", strong=True),
    ChoiceColumn("通用流量", "流量", align="right"),
    ChoiceColumn("超出后", replaces_note=True),
)


class Stage(Gallery):
    """The whole screen for the list: a pilot doesn't click on padding's far side."""

    CSS = "Screen { padding: 0; }"


def plans(count: int) -> list[ChoiceRow]:
    return [
        ChoiceRow(f"P{place}", (f"套餐 {'畅' * (place % 4)}{place}", f"¥{place * 7}", f"{place} GB", "短"), "长的说明")
        for place in range(count)
    ]


def build(rows: Sequence[ChoiceRow], chosen: str | None = None) -> ChoiceList:
    return ChoiceList(COLUMNS, rows, chosen=chosen, page_up="上一页", page_down="下一页")


def text_of(choices: ChoiceList) -> list[str]:
    return [choices.render_line(y).text for y in range(choices.size.height)]


def cells_before(line: str, part: str) -> int:
    return cell_len(line[: line.index(part)])


async def test_a_touch_anywhere_on_a_row_chooses_it() -> None:
    app = Stage(lambda: [build(plans(4))])
    async with app.run_test(size=TALL) as pilot:
        choices = app.query_one(ChoiceList)
        assert choices.row_height == 3
        for y in range(3):
            for x in (0, 40, choices.size.width - 1):
                choices.select(None)
                await pilot.click(choices, offset=(x, 2 + 3 * 2 + y))
                await pilot.pause()
                assert choices.chosen == "P2"
        assert {message.key for message in app.said(ChoiceList.Chosen)} == {"P2"}


async def test_rows_are_one_high_where_the_screen_is_short() -> None:
    app = Stage(lambda: [build(plans(4))])
    async with app.run_test(size=SHORT) as pilot:
        choices = app.query_one(ChoiceList)
        assert choices.row_height == 1
        await pilot.click(choices, offset=(30, 1 + 3))
        assert choices.chosen == "P3"


async def test_titles_and_the_ground_below_the_rows_choose_nothing() -> None:
    app = Stage(lambda: [build(plans(2))])
    async with app.run_test(size=TALL) as pilot:
        choices = app.query_one(ChoiceList)
        for y in (0, 8, 20):
            await pilot.click(choices, offset=(20, y))
        assert choices.chosen is None
        assert not app.said(ChoiceList.Chosen)


@pytest.mark.parametrize("size", [TALL, SHORT])
async def test_the_chosen_row_is_told_by_its_mark_and_not_by_colour_alone(size: tuple[int, int]) -> None:
    app = Stage(lambda: [build(plans(4), "P1")])
    async with app.run_test(size=size):
        choices = app.query_one(ChoiceList)
        marked = [line for line in text_of(choices) if "●" in line]
        assert len(marked) == 1
        assert "套餐 畅1" in marked[0]
        assert sum("○" in line for line in text_of(choices)) == 3


class WithWayOn(Stage):
    """Counts how often Enter reaches the screen."""

    BINDINGS = [Binding("enter", "go_on", show=False)]
    went_on = 0

    def action_go_on(self) -> None:
        self.went_on += 1


async def test_keys_move_choose_and_leave_a_second_enter_to_the_screen() -> None:
    app = WithWayOn(lambda: [build(plans(4))])
    async with app.run_test(size=TALL) as pilot:
        choices = app.query_one(ChoiceList)
        choices.focus()
        await pilot.press("down", "down", "up", "enter")
        assert (choices.chosen, app.went_on) == ("P1", 0)
        await pilot.press("enter")
        assert app.went_on == 1
        await pilot.press("down", "down", "down", "down", "space")
        assert choices.chosen == "P3"
        await pilot.press("home", "space", "end", "up", "up", "up", "up", "up")
        assert (choices.chosen, choices.cursor) == ("P0", 0)
        await pilot.press("3")
        assert choices.chosen == "P2"
        assert [message.key for message in app.said(ChoiceList.Chosen)] == ["P1", "P3", "P0", "P2"]


@pytest.mark.parametrize("size", [TALL, SHORT])
async def test_columns_stand_below_their_titles_measured_in_cells(size: tuple[int, int]) -> None:
    unlimited = ChoiceRow("U", ("套餐", "¥7", "无限", "短"))
    app = Stage(lambda: [build([*plans(4), unlimited], "P2")])
    async with app.run_test(size=size):
        lines = text_of(app.query_one(ChoiceList))
        title = lines[0]
        rows = [line for line in lines if "GB" in line]
        assert len(rows) == 4
        assert {cells_before(line, "套餐") for line in [title, *rows]} == {cells_before(title, "套餐")}
        assert {cells_before(line, "无限") + 4 for line in lines if "无限" in line} == {
            cells_before(title, "流量") + cell_len("流量")
        }
        assert {cells_before(line, " GB") + 3 for line in rows} == {cells_before(title, "流量") + cell_len("流量")}
        fee_ends = {cell_len(line[: found.end()]) for line in rows if (found := re.search(r"¥\d+", line))}
        assert fee_ends == {cells_before(title, "月费") + cell_len("月费")}


async def test_the_second_line_says_what_a_column_says_where_there_is_none() -> None:
    for size, note, column in ((TALL, True, False), (SHORT, False, True)):
        app = Stage(lambda: [build(plans(4))])
        async with app.run_test(size=size):
            text = "\n".join(text_of(app.query_one(ChoiceList)))
            assert ("长的说明" in text, "超出后" in text) == (note, column)


async def test_where_room_is_short_the_first_column_gives_way() -> None:
    app = Stage(lambda: [build([ChoiceRow("A", ("很长很长很长很长很长的套餐名称", "¥598", "300 GB", "短"))])])
    async with app.run_test(size=(40, 24)):
        row = text_of(app.query_one(ChoiceList))[1]
        assert "…" in row
        assert re.search(r"¥598 +300 GB +短", row)


async def test_every_line_is_as_wide_as_the_list() -> None:
    random = Random(8)
    for size in (TALL, SHORT):
        app = Stage(lambda: [build([])])
        async with app.run_test(size=size) as pilot:
            choices = app.query_one(ChoiceList)
            for width in (12, 23, 40, 61, 80):
                choices.styles.width = width
                await pilot.pause()
                for _ in range(20):
                    texts = ["".join(random.choices("畅享5G ¥·a…", k=random.randrange(30))) for _ in range(5)]
                    choices.set_rows([ChoiceRow(text, (text, *texts), note=text) for text in texts], texts[1])
                    for y in range(choices.size.height):
                        assert sum(cell_len(segment.text) for segment in choices.render_line(y)) == width


def shown_keys(choices: ChoiceList) -> list[str]:
    first = choices.page * choices.capacity
    return [row.key for row in choices.rows[first : first + choices.capacity]]


@pytest.mark.parametrize("size", [TALL, SHORT, (120, 40), (80, 64), (40, 10)])
async def test_every_row_can_be_reached_and_chosen_by_touch_alone(size: tuple[int, int]) -> None:
    rows = plans(21)
    app = Stage(lambda: [build(rows)])
    async with app.run_test(size=size) as pilot:
        choices = app.query_one(ChoiceList)
        head = 1 + (choices.row_height > 1)
        reached = []
        for page in range(choices.pages):
            assert choices.page == page
            for place in range(min(choices.capacity, len(rows) - page * choices.capacity)):
                await pilot.click(choices, offset=(20, head + place * choices.row_height))
                reached.append(choices.chosen)
            if page + 1 < choices.pages:
                assert f"{page + 1} / {choices.pages}" in "".join(text_of(choices))
                turn = head + choices.capacity * choices.row_height
                await pilot.click(choices, offset=(choices.size.width * 3 // 4, turn))
        assert reached == [row.key for row in rows]
        last = choices.page
        if last:
            turn = head + choices.capacity * choices.row_height
            await pilot.click(choices, offset=(choices.size.width // 4, turn))
            assert choices.page == last - 1


async def test_the_page_of_the_chosen_row_is_shown_and_kept_when_the_screen_changes() -> None:
    app = Stage(lambda: [build(plans(21), "P15")])
    async with app.run_test(size=TALL) as pilot:
        choices = app.query_one(ChoiceList)
        assert "P15" in shown_keys(choices)
        await pilot.resize_terminal(*SHORT)
        await pilot.pause()
        assert "P15" in shown_keys(choices)
        choices.select("P3")
        assert "P3" in shown_keys(choices)


async def test_page_keys_and_the_wheel_turn_pages_and_stop_at_the_ends() -> None:
    app = Stage(lambda: [build(plans(50))])
    async with app.run_test(size=SHORT) as pilot:
        choices = app.query_one(ChoiceList)
        choices.focus()
        pages = choices.pages
        for _ in range(pages + 2):
            await pilot.press("pagedown")
        assert choices.page == pages - 1
        for _ in range(pages + 2):
            await pilot.press("pageup")
        assert choices.page == 0
        await pilot._post_mouse_events([MouseScrollDown], choices, offset=(5, 5))
        assert choices.page == 1
        await pilot._post_mouse_events([MouseScrollUp], choices, offset=(5, 5))
        assert choices.page == 0
        assert not app.said(ChoiceList.Chosen)


async def test_only_a_person_posts_a_choice() -> None:
    app = Stage(lambda: [build(plans(3), "P0")])
    async with app.run_test(size=TALL) as pilot:
        choices = app.query_one(ChoiceList)
        choices.select("P1")
        choices.set_rows(plans(5), "P4")
        await pilot.pause()
        assert (choices.chosen, len(choices.rows)) == ("P4", 5)
        choices.set_rows(plans(2), "P4")
        assert choices.chosen is None
        assert not app.said(ChoiceList.Chosen)


async def test_an_empty_list_takes_every_key_calmly() -> None:
    app = WithWayOn(lambda: [build([])])
    async with app.run_test(size=TALL) as pilot:
        choices = app.query_one(ChoiceList)
        choices.focus()
        await pilot.press("down", "up", "home", "end", "pagedown", "space", "1", "enter")
        await pilot.click(choices, offset=(10, 4))
        assert (choices.chosen, app.went_on) == (None, 1)


async def test_hints_and_the_bar_of_the_keys_show_only_while_a_keyboard_is_in_use() -> None:
    for keys in (False, True):
        app = Stage(lambda: [build(plans(3))], keys=keys)
        async with app.run_test(size=TALL):
            choices = app.query_one(ChoiceList)
            choices.focus()
            text = "\n".join(text_of(choices))
            assert ("▌" in text, "2 ○" in text) == (keys, keys)


async def test_in_a_height_of_its_own_all_rows_are_shown() -> None:
    app = Stage(lambda: [ChoiceList([ChoiceColumn("")], [ChoiceRow("A", ("甲",)), ChoiceRow("B", ("乙",), "丙")])])
    app.CSS += "ChoiceList { height: auto; }"  # type: ignore[misc]  # styles of this one app
    async with app.run_test(size=TALL) as pilot:
        choices = app.query_one(ChoiceList)
        assert choices.size.height == 1 + 2 * 3
        assert choices.pages == 1
        await pilot.click(choices, offset=(5, 5))
        assert choices.chosen == "B"
