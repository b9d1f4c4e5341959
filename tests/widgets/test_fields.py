"""Filling in by touch and by keys: what belongs in is kept, what doesn't never gets in."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.app import App
from textual.containers import VerticalScroll
from textual.events import Paste
from textual.pilot import Pilot
from textual.widgets import Input

from tests.widgets.gallery import Gallery
from tests.widgets.scenes import form
from widgets.action_bar import ActionBar
from widgets.field import Field, FieldKind, clean_text
from widgets.input_method import Typed
from widgets.input_panel import InputPanel
from widgets.key_grid import Key, KeyGrid
from widgets.keyboard import CandidateBar, Keyboard
from widgets.keypad import KeyPad


def paste(app: App[None], text: str) -> None:
    app.query_one(Input).post_message(Paste(text))


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


@pytest.mark.parametrize(
    ("kind", "given", "kept"),
    [
        (FieldKind.ID_NUMBER, "１１０１０５１９４９１２３１００２ｘ", "11010519491231002X"),
        (FieldKind.ID_NUMBER, " 110105-19491231-002x\n", "11010519491231002X"),
        (FieldKind.PHONE, "138 5317-8888", "13853178888"),
        (FieldKind.PHONE, "+86 138 5317 8888", "13853178888"),
        (FieldKind.DIGITS, "三3四4", "34"),
        (FieldKind.TEXT, "王\x00小\u202e明\u200b\x1b[31m", "王小明[31m"),
        (FieldKind.TEXT, "历下区\n泺源大街", "历下区 泺源大街"),
        (FieldKind.TEXT, "阿卜杜拉·买买提", "阿卜杜拉·买买提"),
        (FieldKind.EMAIL, " ｍａｉｌ@example.cn ", "mail@example.cn"),
    ],
)
def test_what_belongs_in_a_field_is_kept(kind: FieldKind, given: str, kept: str) -> None:
    assert clean_text(given, kind) == kept


@given(text=st.text(), kind=st.sampled_from(FieldKind))
def test_no_control_or_direction_mark_ever_stays_and_cleaning_twice_changes_nothing(text: str, kind: FieldKind) -> None:
    clean = clean_text(text, kind)
    assert not any(unicodedata.category(character).startswith("C") for character in clean)
    assert clean_text(clean, kind) == clean
    if kind in {FieldKind.DIGITS, FieldKind.PHONE, FieldKind.ID_NUMBER}:
        assert set(clean) <= set("0123456789X")


async def test_a_huge_paste_is_cut_and_kills_nothing() -> None:
    app = Gallery(lambda: [Field("name", "姓名", max_length=20)])
    async with app.run_test() as pilot:
        paste(app, "王" * 10_000 + "\n" * 10_000)
        await pilot.pause()
        assert app.query_one(Field).value == "王" * 20


@pytest.mark.parametrize("text", ["", "\n", "\x00\x01\u202e", "é" * 3])
async def test_an_odd_paste_kills_nothing(text: str) -> None:
    app = Gallery(lambda: [Field("id", "证件号码", kind=FieldKind.ID_NUMBER, value="37010")])
    async with app.run_test() as pilot:
        paste(app, text)
        await pilot.pause()
        assert app.query_one(Field).value == "37010"


async def test_an_error_stands_below_moves_nothing_and_leaves_when_mended() -> None:
    app = Gallery(lambda: [Field("name", "姓名", required=True, hint="与证件上一致"), Field("b", "电话")])
    async with app.run_test(size=(80, 40)) as pilot:
        first, second = app.query(Field)
        below = second.region
        message = first.query_one(".field--message")
        first.set_error("请填写姓名")
        await pilot.pause()
        assert str(message.render()) == "⚠ 请填写姓名"
        assert second.region == below
        first.focus_input()
        await pilot.press("a")
        await pilot.pause()
        assert first.error is None
        assert str(message.render()) == "与证件上一致"


async def test_a_field_tells_of_focus_change_leaving_and_enter() -> None:
    app = Gallery(lambda: [Field("name", "姓名"), Field("b", "电话")])
    async with app.run_test(size=(80, 40)) as pilot:
        first, second = app.query(Field)
        first.focus_input()
        await pilot.press("a", "b", "enter")
        second.focus_input()
        await pilot.pause()
        assert [message.control for message in app.said(Field.Focused)] == [first, second]
        assert [message.value for message in app.said(Field.Changed)] == ["a", "ab"]
        assert [message.value for message in app.said(Field.Submitted)] == ["ab"]
        assert [message.value for message in app.said(Field.Left)] == ["ab"]


async def test_a_value_set_by_the_program_is_clean_and_silent() -> None:
    app = Gallery(lambda: [Field("phone", "电话", kind=FieldKind.PHONE, max_length=11)])
    async with app.run_test() as pilot:
        field = app.query_one(Field)
        field.value = "138 5317 8888"
        await pilot.pause()
        assert field.value == "13853178888"
        assert app.said(Field.Changed) == []


async def test_nothing_typed_can_be_copied_out() -> None:
    app = Gallery(lambda: [Field("name", "姓名", value="王小明")])
    async with app.run_test() as pilot:
        app.query_one(Field).focus_input()
        await pilot.press("home", "shift+end", "ctrl+c", "ctrl+x")
        await pilot.pause()
        assert app.clipboard == ""
        assert app.query_one(Field).value == "王小明"


async def test_touching_a_field_brings_the_keys_that_suit_it_and_never_covers_it() -> None:
    app = Gallery(form)
    async with app.run_test(size=(120, 40)) as pilot:
        panel, pad, keyboard = app.query_one(InputPanel), app.query_one(KeyPad), app.query_one(Keyboard)
        assert not panel.display
        for field in app.query(Field):
            field.focus_input()
            # The keys come up, the screen is laid out anew, and then the field scrolls into what is left.
            for _ in range(50):
                await pilot.pause()
                if panel.display and field.query_one(Input).region.bottom <= panel.region.y:
                    break
            assert panel.display
            assert pad.display == (field.kind in {FieldKind.ID_NUMBER, FieldKind.PHONE})
            assert keyboard.display != pad.display
            assert field.query_one(Input).region.bottom <= panel.region.y
            assert field.query_one(Input).region.y >= 0


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
        await pilot.pause()
        assert not app.query_one(InputPanel).display
        assert [message.field for message in app.said(InputPanel.Done)] == [field]
        assert app.query_one(ActionBar).display


async def test_an_address_is_typed_by_touch_alone_with_a_capital() -> None:
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


async def test_touching_elsewhere_or_using_a_keyboard_takes_the_panel_away() -> None:
    app = Gallery(form)
    async with app.run_test(size=(80, 64)) as pilot:
        panel = app.query_one(InputPanel)
        app.query(Field).first().focus_input()
        await pilot.pause()
        assert panel.display
        app.screen.add_class("-keys")
        await pilot.pause()
        assert not panel.display
        app.screen.remove_class("-keys")
        await pilot.pause()
        assert panel.display
        await pilot.click(VerticalScroll, offset=(10, 40))
        await pilot.pause()
        assert not panel.display


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


class Echo:
    """An input method that offers what was typed, doubled and tripled."""

    offers_candidates = True

    def __init__(self) -> None:
        self._open = ""

    def feed(self, key: str) -> Typed:
        if key == "backspace" and self._open:
            self._open = self._open[:-1]
        elif len(key) == 1:
            self._open += key
        else:
            return Typed(handled=False)
        return self._typed()

    def choose(self, index: int) -> Typed:
        commit = self._open * (index + 2)
        self._open = ""
        return Typed(commit=commit)

    def reset(self) -> None:
        self._open = ""

    def _typed(self) -> Typed:
        candidates = (self._open * 2, self._open * 3) if self._open else ()
        return Typed(composing=self._open, candidates=candidates)


async def test_an_input_method_composes_above_the_keys_without_its_users_knowing() -> None:
    app = Gallery(lambda: [Keyboard(done="完成", space="空格", method=Echo())])
    async with app.run_test(size=(120, 40)) as pilot:
        grid, bar = app.query_one(KeyGrid), app.query_one(CandidateBar)
        for key in ("n", "i", "h", "backspace"):
            await tap_key(pilot, grid, key)
        await pilot.pause()
        assert bar.render().plain.split() == ["ni", "nini", "ninini"]
        assert app.said(Keyboard.KeyPressed) == []
        await pilot.click(bar, offset=(bar.gutter.left + 7, bar.gutter.top))
        await pilot.pause()
        assert "".join(message.key for message in app.said(Keyboard.KeyPressed)) == "nini"
        await tap_key(pilot, grid, "backspace")
        await pilot.pause()
        assert app.said(Keyboard.KeyPressed)[-1].key == "backspace"


async def test_a_hole_in_the_keys_is_no_key() -> None:
    app = Gallery(lambda: [KeyGrid([[Key("a", "a"), Key("")]])])
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.click(KeyGrid, offset=(100, 1))
        await pilot.pause()
        assert app.said(KeyGrid.KeyPressed) == []
