"""Buttons answer one tap once (SPEC 9.1; the second Enter that submits twice is what we avoid)."""

from __future__ import annotations

import asyncio

import pytest

from tests.widgets.gallery import Gallery
from widgets.action_bar import ActionBar
from widgets.field import Field
from widgets.tap_button import TapButton


async def test_a_tap_is_one_press_and_a_double_tap_too() -> None:
    app = Gallery(lambda: [TapButton("好")])
    async with app.run_test() as pilot:
        await pilot.click(TapButton)
        await pilot.click(TapButton)
        await pilot.pause()
        assert [message.control for message in app.said(TapButton.Pressed)] == [app.query_one(TapButton)]


async def test_a_tap_after_a_while_counts_again() -> None:
    app = Gallery(lambda: [TapButton("好", repeat_seconds=0.05)])
    async with app.run_test() as pilot:
        await pilot.click(TapButton)
        await asyncio.sleep(0.06)
        await pilot.click(TapButton)
        await pilot.pause()
        assert len(app.said(TapButton.Pressed)) == 2


async def test_enter_pressed_ten_times_goes_on_once() -> None:
    app = Gallery(lambda: [TapButton("提交")])
    async with app.run_test() as pilot:
        app.query_one(TapButton).focus()
        await pilot.press(*["enter"] * 10)
        await pilot.pause()
        assert len(app.said(TapButton.Pressed)) == 1


async def test_a_held_key_stays_one_press_and_turning_pages_takes_every_one() -> None:
    app = Gallery(lambda: [TapButton("提交", repeat_seconds=0.3), TapButton("下一页", repeat_seconds=0)])
    async with app.run_test() as pilot:
        held, page = app.query(TapButton)
        for _ in range(8):
            held.press()
            page.press()
            await asyncio.sleep(0.05)
        await pilot.pause()
        assert [message.button for message in app.said(TapButton.Pressed)].count(held) == 1
        assert [message.button for message in app.said(TapButton.Pressed)].count(page) == 8


async def test_a_tap_on_a_button_leaves_the_focus_where_typing_goes() -> None:
    app = Gallery(lambda: [Field("name", "姓名"), TapButton("好")])
    async with app.run_test(size=(80, 40)) as pilot:
        app.query_one(Field).focus_input()
        await pilot.click(TapButton)
        await pilot.pause()
        assert app.query_one(Field).query_one("Input").has_focus


async def test_a_disabled_button_is_deaf() -> None:
    app = Gallery(lambda: [TapButton("好", disabled=True)])
    async with app.run_test() as pilot:
        await pilot.click(TapButton)
        app.query_one(TapButton).press()
        await pilot.pause()
        assert app.said(TapButton.Pressed) == []


@pytest.mark.parametrize(("height", "rows"), [(24, 1), (40, 3)])
async def test_a_button_is_three_rows_high_where_there_is_room(height: int, rows: int) -> None:
    app = Gallery(lambda: [TapButton("好")])
    async with app.run_test(size=(120, height)):
        assert app.query_one(TapButton).size.height == rows
        assert app.query_one(TapButton).size.width >= 10


async def test_the_hint_shows_only_while_a_keyboard_is_in_use() -> None:
    app = Gallery(lambda: [TapButton("好", hint="7")])
    async with app.run_test() as pilot:
        button = app.query_one(TapButton)
        assert "7" not in button.render().plain
        app.screen.add_class("-keys")
        await pilot.pause()
        assert "7" in button.render().plain


async def test_focus_shows_without_colour() -> None:
    app = Gallery(lambda: [TapButton("好")])
    async with app.run_test() as pilot:
        button = app.query_one(TapButton)
        app.screen.set_focus(None)
        await pilot.pause()
        before = button.render().plain
        button.focus()
        await pilot.pause()
        assert button.render().plain != before


async def test_back_is_bottom_left_and_next_bottom_right_and_larger() -> None:
    app = Gallery(lambda: [ActionBar("上一步", "下一步")])
    async with app.run_test(size=(120, 40)) as pilot:
        back, next_ = app.query(TapButton)
        assert back.region.x < 10
        assert next_.region.right > 110
        assert back.region.bottom == next_.region.bottom > 30
        assert next_.region.area > back.region.area
        await pilot.click(back)
        await pilot.click(next_)
        await pilot.pause()
        assert len(app.said(ActionBar.Back)) == len(app.said(ActionBar.Next)) == 1
        assert app.said(TapButton.Pressed) == []


async def test_next_stays_in_place_without_a_way_back_and_can_be_forbidden() -> None:
    app = Gallery(lambda: [ActionBar("上一步", "下一步")])
    async with app.run_test(size=(120, 40)) as pilot:
        bar = app.query_one(ActionBar)
        place = app.query(TapButton).last().region
        bar.back = None
        bar.next_disabled = True
        await pilot.pause()
        assert app.query(TapButton).last().region == place
        bar.press_next()
        bar.press_back()
        await pilot.pause()
        assert app.said(ActionBar.Next) == app.said(ActionBar.Back) == []
