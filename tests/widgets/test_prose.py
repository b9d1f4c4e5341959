"""Agreements and hints read as printed text does."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from widgets.prose import wrap_text

_CLOSING = "、。,)》"
_MIXED = st.text("客户应当身份信息abc 128.50¥(《" + _CLOSING, max_size=80)


def test_a_line_never_starts_with_a_full_stop_nor_ends_with_an_opening_bracket() -> None:
    assert wrap_text("请阅读《入网协议》。", 6) == ["请阅读", "《入网", "协", "议》。"]
    assert wrap_text("第1条 客户应当提供", 14) == ["第1条 客户应当", "提供"]


def test_words_and_amounts_stay_whole() -> None:
    assert wrap_text("每月 ¥128.50 起 per month", 12) == ["每月 ¥128.50", "起 per month"]


def test_a_word_wider_than_a_line_is_cut() -> None:
    assert wrap_text("abcdefghij", 4) == ["abcd", "efgh", "ij"]


def test_paragraphs_keep_their_ends() -> None:
    assert wrap_text("甲\n\n乙", 10) == ["甲", "", "乙"]
    assert wrap_text("", 10) == []


@given(text=_MIXED, width=st.integers(2, 60))
def test_no_line_is_too_wide_and_no_character_is_lost(text: str, width: int) -> None:
    lines = wrap_text(text, width)
    assert all(cell_len(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
