"""The keys that rise when a field is touched: the right ones, in nobody's way, and gone when they should be."""

from __future__ import annotations

import pytest
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Input

from tests.widgets.fingers import tap_key, until
from tests.widgets.gallery import Gallery
from tests.widgets.scenes import TEXTS, form
from widgets.action_bar import ActionBar
from widgets.candidate_bar import CandidateBar
from widgets.field import Field, FieldKind
from widgets.input_panel import InputPanel
from widgets.key_grid import KeyGrid
from widgets.keyboard import Keyboard
from widgets.keypad import KeyPad
from widgets.tap_button import TapButton


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (80, 64)])
async def test_touching_a_field_brings_the_keys_that_suit_it_and_covers_nothing_of_it(size: tuple[int, int]) -> None:
    """SPEC 9.1: neither the label nor the message line."""
    app = Gallery(form)
    async with app.run_test(size=size) as pilot:
        panel, pad, keyboard = app.query_one(InputPanel), app.query_one(KeyPad), app.query_one(Keyboard)
        assert not panel.display
        for field in app.query(Field):
            field.focus_input()
            view = app.query_one(VerticalScroll)

            def is_in_view(field: Field = field, view: VerticalScroll = view) -> bool:
                return panel.display and view.region.bottom <= panel.region.y and field.region in view.region

            # The keys come up, the screen is laid out anew, and then the field scrolls into what is left.
            await until(pilot, is_in_view)
            assert pad.display == (field.kind in {FieldKind.ID_NUMBER, FieldKind.PHONE})
            assert keyboard.display != pad.display
            assert pad.extra == ("X" if field.kind is FieldKind.ID_NUMBER else "")


async def test_an_identity_number_is_typed_by_touch_alone() -> None:
    app = Gallery(form)
    async with app.run_test(size=(120, 40)) as pilot:
        field = list(app.query(Field))[1]
        await pilot.click(field.query_one(Input))
        await pilot.pause()
        pad = app.query_one(KeyPad)
        await tap_key(pilot, pad, "clear")
        for key in "3701X":
            await tap_key(pilot, pad, key)
        await tap_key(pilot, pad, "backspace")
        await pilot.pause()
        assert field.value == "3701"
        await tap_key(pilot, pad, "done")
        await until(pilot, lambda: not app.query_one(InputPanel).display)
        assert [message.field for message in app.said(InputPanel.Done)] == [field]
        assert app.query_one(ActionBar).display


async def test_an_address_is_typed_by_touch_alone_with_a_capital_and_its_end_in_one_touch() -> None:
    app = Gallery(form)
    async with app.run_test(size=(120, 40)) as pilot:
        field = list(app.query(Field))[3]
        field.focus_input()
        await pilot.pause()
        await pilot.pause()
        grid = app.query_one(Keyboard).query_one(KeyGrid)
        await tap_key(pilot, grid, "shift")
        await pilot.pause()
        for key in ("A", "b", "@", ".cn"):
            await tap_key(pilot, grid, key)
            await pilot.pause()
        assert field.value == "Ab@.cn"
        await tap_key(pilot, grid, "@163.com")
        await pilot.pause()
        assert field.value == "Ab@163.com"


async def test_touching_elsewhere_takes_the_panel_away_and_a_keyboard_all_but_the_candidates() -> None:
    """SPEC 9.1: a name is composed by physical keys too."""
    app = Gallery(form)
    async with app.run_test(size=(80, 64)) as pilot:
        panel, keyboard, bar = app.query_one(InputPanel), app.query_one(Keyboard), app.query_one(CandidateBar)
        for field, has_method in ((app.query(Field).first(), True), (list(app.query(Field))[2], False)):
            field.focus_input()
            await pilot.pause()
            assert panel.display
            app.screen.add_class("-keys")
            await pilot.pause()
            assert panel.display == has_method
            assert not has_method or (panel.region.height, bar.display, keyboard.display) == (1, True, False)
            app.screen.remove_class("-keys")
            await pilot.pause()
            assert panel.display
        await pilot.click(VerticalScroll, offset=(10, 40))
        await until(pilot, lambda: not panel.display)


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that tell a double tap from two taps."""
    seconds = [1000.0]
    monkeypatch.setattr("widgets.repeat_guard.monotonic", lambda: seconds[0])
    return seconds


def two_fields() -> list[Widget]:
    """An identity number that lacks its last digit, and an empty phone."""
    return [
        Field("id", "证件号码", required=True, kind=FieldKind.ID_NUMBER, max_length=18, value="1101051949123100"),
        Field("phone", "联系电话", required=True, kind=FieldKind.PHONE, max_length=11),
        Field("mail", "电子邮箱", kind=FieldKind.EMAIL),
        InputPanel(TEXTS),
    ]


async def test_the_strong_key_goes_to_the_next_required_field_that_is_empty_and_from_the_last_one_away(
    now: list[float],
) -> None:
    app = Gallery(two_fields)
    async with app.run_test(size=(120, 40)) as pilot:
        panel, pad = app.query_one(InputPanel), app.query_one(KeyPad)
        first, second = list(app.query(Field))[:2]
        first.focus_input()
        await pilot.pause()
        assert pad.done == "下一项"
        await tap_key(pilot, pad, "done")
        await pilot.pause()
        assert panel.field is second
        assert pad.done == "完成"
        assert panel.display
        now[0] += 1
        await tap_key(pilot, pad, "done")
        await until(pilot, lambda: not panel.display)


async def test_the_second_half_of_a_double_tap_types_into_no_other_field(now: list[float]) -> None:
    """The host goes on from a filled field; the finger comes down once more on the same key, then types at ease."""
    app = Gallery(two_fields)
    async with app.run_test(size=(120, 40)) as pilot:
        panel, pad = app.query_one(InputPanel), app.query_one(KeyPad)
        first, second = list(app.query(Field))[:2]
        first.focus_input()
        await pilot.pause()
        await tap_key(pilot, pad, "2")
        assert app.said(InputPanel.Filled) == []
        await tap_key(pilot, pad, "1")
        await pilot.pause()
        assert [message.field for message in app.said(InputPanel.Filled)] == [first]
        panel.go_on()
        await pilot.pause()
        for seconds, key in ((0.2, "1"), (0.5, "1"), (0.1, "3"), (0.1, "3")):
            now[0] += seconds
            await tap_key(pilot, pad, key)
        await pilot.pause()
        assert (first.value, second.value) == ("110105194912310021", "133")


async def test_no_button_names_a_key_that_belongs_to_open_letters() -> None:
    """SPEC 9.1: Enter and Escape are the letters' until none is open."""
    app = Gallery(form)
    async with app.run_test(size=(120, 40)) as pilot:
        following = app.query_one(ActionBar).query(TapButton).last()
        app.screen.add_class("-keys")
        app.query(Field).first().focus_input()
        await pilot.pause()
        assert "Enter" in following.render().plain
        await pilot.press("l", "i")
        await pilot.pause()
        assert "Enter" not in following.render().plain
        await pilot.press("escape")
        await pilot.pause()
        assert "Enter" in following.render().plain
        await pilot.press("l", "i")
        app.query_one(InputPanel).close()
        await pilot.pause()
        assert "Enter" in following.render().plain


async def test_the_keys_stay_a_moment_for_the_second_half_of_a_double_tap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("widgets.input_panel.REPEAT_SECONDS", 60)
    app = Gallery(two_fields)
    async with app.run_test(size=(120, 40)) as pilot:
        panel, pad = app.query_one(InputPanel), app.query_one(KeyPad)
        list(app.query(Field))[1].focus_input()
        await pilot.pause()
        panel.close()
        await pilot.pause()
        assert panel.display
        await tap_key(pilot, pad, "1")
        assert list(app.query(Field))[1].value == ""
        assert panel.display


async def test_the_keys_go_after_that_moment() -> None:
    app = Gallery(two_fields)
    async with app.run_test(size=(120, 40)) as pilot:
        panel = app.query_one(InputPanel)
        list(app.query(Field))[1].focus_input()
        await until(pilot, lambda: panel.display)
        panel.close()
        await until(pilot, lambda: not panel.display)
