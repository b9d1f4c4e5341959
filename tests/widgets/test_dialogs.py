"""Dialogs answer once, by touch and by keys, and Escape never does harm."""

from __future__ import annotations

from textual.containers import VerticalScroll
from textual.pilot import Pilot
from textual.screen import ModalScreen

from tests.widgets.gallery import Gallery
from widgets.modal import Ask, ReadText
from widgets.tap_button import TapButton

LONG = "\n\n".join(f"第{number}条 " + "客户应当提供真实、准确、完整的身份信息。" * 6 for number in range(1, 30))


async def answers(
    app: Gallery, pilot: Pilot[None], dialog: ModalScreen[bool] | ModalScreen[bool | None]
) -> list[object]:
    """Open `dialog` and collect what it answers."""
    given: list[object] = []
    app.push_screen(dialog, given.append)
    await pilot.pause()
    await pilot.pause()
    return given


def ask(*, danger: bool = False) -> Ask:
    return Ask("取消订单?", "号码会马上放回,已付款项原路退回。", yes="取消订单", no="再想想", danger=danger)


def agreement(accept: str | None = "同意") -> ReadText:
    return ReadText("入网协议", LONG, close="关闭", page_up="上一页", page_down="下一页", accept=accept)


async def test_a_question_is_answered_by_touch() -> None:
    for index, expected in ((0, False), (1, True)):
        app = Gallery(list)
        async with app.run_test(size=(120, 40)) as pilot:
            given = await answers(app, pilot, ask())
            await pilot.click(list(app.screen.query(TapButton))[index])
            await pilot.pause()
            assert given == [expected]


async def test_escape_is_no() -> None:
    app = Gallery(list)
    async with app.run_test(size=(80, 24)) as pilot:
        given = await answers(app, pilot, ask())
        await pilot.press("escape")
        await pilot.pause()
        assert given == [False]


async def test_a_careless_enter_loses_nothing() -> None:
    app = Gallery(list)
    async with app.run_test(size=(80, 24)) as pilot:
        given = await answers(app, pilot, ask(danger=True))
        await pilot.press("enter")
        await pilot.pause()
        assert given == [False]


async def test_a_long_text_is_read_page_by_page_by_touch_and_accepted() -> None:
    app = Gallery(list)
    async with app.run_test(size=(120, 40)) as pilot:
        given = await answers(app, pilot, agreement())
        page_up, page_down, _, accept = app.screen.query(TapButton)
        scroll = app.screen.query_one(VerticalScroll)
        assert page_down.size.height >= 3
        assert page_up.disabled
        pages = 0
        while not page_down.disabled:
            await pilot.click(page_down)
            await pilot.pause()
            pages += 1
            assert pages < 50
        assert pages > 2
        assert scroll.scroll_offset.y == scroll.max_scroll_y
        await pilot.click(page_up)
        await pilot.pause()
        assert not page_down.disabled
        await pilot.click(accept)
        await pilot.pause()
        assert given == [True]


async def test_closing_a_text_accepts_nothing() -> None:
    app = Gallery(list)
    async with app.run_test(size=(80, 24)) as pilot:
        given = await answers(app, pilot, agreement(None))
        await pilot.press("pagedown", "pagedown", "pageup", "escape")
        await pilot.pause()
        assert given == [None]


async def test_a_short_text_has_no_pages_to_turn() -> None:
    app = Gallery(list)
    async with app.run_test(size=(120, 40)) as pilot:
        await answers(app, pilot, ReadText("说明", "一句话。", close="关闭", page_up="上一页", page_down="下一页"))
        page_up, page_down, _ = app.screen.query(TapButton)
        assert page_up.disabled
        assert page_down.disabled
