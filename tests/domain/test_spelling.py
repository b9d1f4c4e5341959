"""Words of a text are found by how they are spelled, in full or briefly (SPEC 2.4)."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.spelling import find_spelled, initials, spell

PINYIN = {"支": "zhi", "付": "fu", "扫": "sao", "码": "ma", "西": "xi", "安": "an", "先": "xian", "卡": "ka"}
TEXTS = st.text(st.sampled_from([*PINYIN, "a", "S", "I", "M", " ", "，", "7"]), max_size=20)


def readings(run: str) -> Sequence[str]:
    return [PINYIN[character] for character in run]


@pytest.mark.parametrize(
    ("letters", "briefly", "found"),
    [
        ("zhifu", False, "支付"),
        ("zhif", False, "支付"),
        ("fu", False, "付"),
        ("zf", True, "支付"),
        ("zhf", True, "支付"),
        ("zfsm", True, "支付，扫码"),
        ("zf", False, None),
        ("xian", False, "西安"),
        ("simka", False, "SIM 卡"),
        ("sk", True, "SIM 卡"),
        ("", False, None),
        ("zz", True, None),
    ],
)
def test_what_is_spelled_is_found_where_it_stands(letters: str, briefly: bool, found: str | None) -> None:
    text = "支付，扫码：西安先 SIM 卡"
    span = find_spelled(letters, spell(text, readings), briefly=briefly)
    assert (None if span is None else text[slice(*span)]) == found


@given(TEXTS, st.data())
def test_any_stretch_of_a_text_is_found_by_its_spelling_and_by_its_initials(text: str, data: st.DataObject) -> None:
    units = spell(text, readings)
    if not units:
        return
    start = data.draw(st.integers(0, len(units) - 1))
    stop = data.draw(st.integers(start + 1, len(units)))
    stretch = units[start:stop]
    assert find_spelled("".join(unit.letters for unit in stretch), units) is not None
    assert find_spelled(initials(stretch), units, briefly=True) is not None


@given(TEXTS, st.text(st.sampled_from("zhifusaomxn"), min_size=1, max_size=32))
def test_what_is_found_begins_as_it_was_spelled(text: str, letters: str) -> None:
    units = spell(text, readings)
    for briefly in (False, True):
        span = find_spelled(letters, units, briefly=briefly)
        if span is not None:
            found = [unit for unit in units if span[0] <= unit.begin and unit.end <= span[1]]
            assert found[0].letters[0] == letters[0]
            assert len(found) <= len(letters)
