"""Many chips on as many pages as they need (LOOK 2: nothing scrolls)."""

import pytest

from tests.widgets.gallery import Gallery
from widgets.chip import Chip, ChipRow
from widgets.chip_pages import ChipPages

CHIPS = [Chip(str(number), f"第{number:02}街道") for number in range(26)]


def gallery() -> Gallery:
    pages = ChipPages(CHIPS, page_up="上一页", page_down="下一页")
    pages.styles.margin = (0, 0, 2, 0)
    return Gallery(lambda: [pages])


def shown(pages: ChipPages) -> list[str]:
    return [chip.key for chip in pages.row.chips]


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (40, 12), (34, 10)])
async def test_every_chip_is_on_one_page_and_in_sight_there(size: tuple[int, int]) -> None:
    app = gallery()
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        pages = app.query_one(ChipPages)
        found: list[str] = []
        for _ in range(pages.pages):
            await pilot.pause()
            found += shown(pages)
            assert pages.row.region.bottom <= pages.region.bottom
            if pages.pages > 1:
                assert pages.row.region.bottom <= pages.query_one(".chip-pages--up").region.y
            await pilot.click(".chip-pages--down") if pages.pages > 1 else None
        assert found == [chip.key for chip in CHIPS]


async def test_pages_are_turned_by_touch_and_by_keys_and_end_at_both_ends() -> None:
    """SPEC 9.1."""
    app = gallery()
    async with app.run_test(size=(40, 12)) as pilot:
        await pilot.pause()
        pages = app.query_one(ChipPages)
        assert pages.query_one(".chip-pages--up").disabled
        await pilot.click(".chip-pages--down")
        await pilot.pause()
        assert pages.page == 1
        pages.row.focus()
        await pilot.press("pageup", "pageup")
        assert pages.page == 0
        await pilot.press(*["pagedown"] * 9)
        assert pages.page == pages.pages - 1
        assert pages.query_one(".chip-pages--down").disabled
        await pilot.press("enter")
        await pilot.pause()
        assert app.said(ChipRow.Changed)[-1].key == shown(pages)[0]


async def test_the_page_of_the_chosen_chip_is_the_one_in_sight_whatever_the_size() -> None:
    app = gallery()
    async with app.run_test(size=(40, 12)) as pilot:
        await pilot.pause()
        pages = app.query_one(ChipPages)
        await pilot.press("pagedown", "enter")
        await pilot.pause()
        chosen = app.said(ChipRow.Changed)[-1].key
        await pilot.press("pageup")
        assert chosen not in shown(pages)
        for size in ((34, 10), (120, 40), (40, 12)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert chosen in shown(pages)
            assert chosen in pages.row.selected
