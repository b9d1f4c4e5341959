"""Filling in by touch and by keys: what belongs in is kept, what doesn't never gets in."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.app import App
from textual.events import Paste
from textual.widgets import Input

from kiosk.terminal.input_filter import is_printable
from tests.widgets.gallery import Gallery
from widgets.field import Field, FieldKind, clean_text


def paste(app: App[None], text: str) -> None:
    app.query_one(Input).post_message(Paste(text))


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
        (FieldKind.NAME, "阿卜杜拉·买买提\u200b", "阿卜杜拉·买买提"),
        (FieldKind.EMAIL, " ｍａｉｌ@example.cn ", "mail@example.cn"),
    ],
)
def test_what_belongs_in_a_field_is_kept(kind: FieldKind, given: str, kept: str) -> None:
    assert clean_text(given, kind) == kept


@given(text=st.text(), kind=st.sampled_from(FieldKind))
def test_no_control_or_direction_mark_ever_stays_and_cleaning_twice_changes_nothing(text: str, kind: FieldKind) -> None:
    clean = clean_text(text, kind)
    # Hanzi that are newer than Python's tables are of category "Cn" there.
    unwanted = [character for character in clean if unicodedata.category(character).startswith("C")]
    assert all("\U00020000" <= character < "\U0003fffe" for character in unwanted)
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


async def test_a_field_tells_of_change_enter_and_leaving() -> None:
    app = Gallery(lambda: [Field("name", "姓名"), Field("b", "电话")])
    async with app.run_test(size=(80, 40)) as pilot:
        first, second = app.query(Field)
        first.focus_input()
        await pilot.press("a", "b", "enter")
        second.focus_input()
        await pilot.pause()
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


@pytest.mark.parametrize("character", ["𬭎", "䶮", "\U00031350", "\U00032000"])
def test_hanzi_newer_than_python_stay_in_a_name(character: str) -> None:
    """SPEC 9.2: what the input filter lets in as a character of a name, the field keeps."""
    assert is_printable(character)
    assert clean_text(f"张{character}", FieldKind.NAME) == f"张{character}"
