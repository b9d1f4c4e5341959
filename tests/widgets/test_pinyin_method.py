"""Keys become Hanzi by way of candidates, and everything can be undone and is forgotten (SPEC 9.1, 9.2, 3.8)."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.widgets.pinyin_keys import choosing, typing
from widgets.input_method import Typed
from widgets.pinyin.lexicon import Lexicon
from widgets.pinyin.method import LONGEST_COMPOSITION, PinyinMethod
from widgets.pinyin.purpose import NAMES, Purpose, places

PURPOSES = [NAMES, places(["历下区", "乐陵市", "泉城路"]), Purpose()]
LETTERS = "abcdefghijklmnopqrstuvwxyz"

relaxed = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def method(lexicon: Lexicon) -> PinyinMethod:
    return PinyinMethod(lexicon, NAMES)


def test_a_double_surname_is_chosen_and_the_rest_stays_open(method: PinyinMethod) -> None:
    rest = choosing(method, typing(method, "ouyangnana"), "欧阳")
    assert (rest.commit, rest.composing) == ("欧阳", "nana")
    assert choosing(method, rest, "娜娜") == Typed(commit="娜娜")


def test_undoing_gives_the_letters_back_choice_by_choice(method: PinyinMethod) -> None:
    surname = typing(method, "ouyang")
    choosing(method, surname, "欧阳")
    given_name = typing(method, "nana")
    choosing(method, given_name, "娜娜")
    assert method.feed("backspace") == Typed(retract=2, composing="nana", candidates=given_name.candidates)
    assert typing(method, ["backspace"] * 4) == Typed()
    assert method.feed("backspace") == Typed(retract=2, composing="ouyang", candidates=surname.candidates)


def test_a_key_of_the_field_ends_what_can_be_undone(method: PinyinMethod) -> None:
    choosing(method, typing(method, "wang"), "王")
    assert not method.feed("·").handled
    assert not method.feed("backspace").handled


def test_an_emptied_field_begins_with_a_surname_again(method: PinyinMethod) -> None:
    expected = typing(method, "shan")
    choosing(method, expected, "单")
    assert typing(method, "shan").candidates != expected.candidates
    typing(method, ["clear", "9", "backspace", "backspace"])
    assert typing(method, "shan") == expected


@pytest.mark.parametrize("key", ["A", "7", "é", "backspace", "enter", "clear", "done", "'", " ", "", "ab", "\x1b"])
def test_with_nothing_open_the_field_gets_every_other_key(method: PinyinMethod, key: str) -> None:
    assert method.feed(key) == Typed(handled=False)


def test_enter_puts_letters_in_as_they_are(method: PinyinMethod) -> None:
    typing(method, "anna")
    assert method.feed("enter") == Typed(commit="anna")
    assert method.feed("backspace").composing == "anna"


def test_a_space_takes_the_first_candidate(method: PinyinMethod) -> None:
    assert typing(method, ["z", "h", "a", "n", "g", " "]) == Typed(commit="张")


def test_capitals_are_the_fields_and_other_keys_are_ignored_while_letters_are_open(method: PinyinMethod) -> None:
    typed = typing(method, "li")
    assert method.feed("7") == typed
    capital = method.feed("A")
    assert (capital.handled, capital.composing, capital.candidates) == (False, "li", typed.candidates)


def test_a_mark_says_where_a_syllable_ends(lexicon: Lexicon) -> None:
    method = PinyinMethod(lexicon, Purpose())
    assert typing(method, "xi'an").candidates[0] == "西安"
    method.reset()
    assert "先" not in typing(method, "xi'an").candidates


def test_letters_beyond_the_longest_composition_are_ignored(method: PinyinMethod) -> None:
    assert len(typing(method, "a" * 99).composing) == LONGEST_COMPOSITION


def test_nothing_is_remembered_after_a_reset(method: PinyinMethod, lexicon: Lexicon) -> None:
    for text, letters in (("龚", "gong"), ("琳", "lin"), ("娜", "na")):
        choosing(method, typing(method, letters), text)
    typing(method, "mimi")
    method.reset()
    assert held(method) == held(PinyinMethod(lexicon, NAMES))
    assert method.feed("backspace") == Typed(handled=False)
    assert typing(method, "na") == typing(PinyinMethod(lexicon, NAMES), "na")


def test_what_was_looked_up_goes_with_the_composition(lexicon: Lexicon) -> None:
    method = PinyinMethod(lexicon, places([]))
    typing(method, "yangguangxincheng")
    method.reset()
    assert held(method) == held(PinyinMethod(lexicon, places([])))
    choosing(method, typing(method, "yangguangxincheng"), "阳光新城")
    assert held(method)["_memory"] == {}


def held(method: PinyinMethod) -> dict[str, object]:
    """All that an instance holds but the lexicon and the list of what is possible, which tell nothing of a person."""
    return {name: value for name, value in vars(method).items() if name not in {"_lexicon", "_book"}}


def test_what_is_typed_shows_in_no_repr(method: PinyinMethod) -> None:
    typed = choosing(method, typing(method, "wangwei"), "王")
    assert "wei" not in repr(method) + repr(typed) + repr(method._choices)


@relaxed
@given(purpose=st.sampled_from(PURPOSES), data=st.data())
def test_no_keys_raise_and_only_hanzi_are_offered(lexicon: Lexicon, purpose: Purpose, data: st.DataObject) -> None:
    method = PinyinMethod(lexicon, purpose)
    keys = st.sampled_from([*LETTERS * 3, "'", "backspace", "enter", "clear", " ", "A", "5", "·", "\x00", "choose"])
    for key in data.draw(st.lists(keys | st.text(max_size=3), max_size=25)):
        typed = method.choose(data.draw(st.integers(-2, 30))) if key == "choose" else method.feed(key)
        assert len(typed.candidates) == len(set(typed.candidates))
        for character in "".join(typed.candidates):
            assert character == "〇" or unicodedata.name(character).startswith("CJK UNIFIED IDEOGRAPH")


@relaxed
@given(purpose=st.sampled_from(PURPOSES), letters=st.text(LETTERS + "'", min_size=2, max_size=30))
def test_backspace_takes_back_what_a_letter_did(lexicon: Lexicon, purpose: Purpose, letters: str) -> None:
    method = PinyinMethod(lexicon, purpose)
    before = typing(method, "z" + letters[:-1])
    method.feed(letters[-1])
    assert method.feed("backspace") == before


@relaxed
@given(
    purpose=st.sampled_from(PURPOSES),
    words=st.lists(st.sampled_from(["zhang", "wei", "lx", "ouyangnana", "xian", "q'c"]), min_size=1, max_size=4),
    data=st.data(),
)
def test_undoing_restores_exactly(lexicon: Lexicon, purpose: Purpose, words: list[str], data: st.DataObject) -> None:
    method, text = PinyinMethod(lexicon, purpose), ""
    stages: list[tuple[str, Typed]] = []
    for word in words:
        typed = typing(method, word)
        while typed.composing:
            taken = data.draw(st.integers(0, len(typed.candidates) - 1))
            after = method.choose(taken)
            letters = typed.composing.removesuffix(after.composing).rstrip("'")
            stages.append((letters, typed))
            text, typed = text + after.commit, after
    for letters, shown in reversed(stages):
        undone = method.feed("backspace")
        text = text[: len(text) - undone.retract]
        assert undone.composing.rstrip("'") == letters
        if letters == shown.composing:
            assert undone.candidates == shown.candidates
        typing(method, ["backspace"] * len(undone.composing))
    assert text == ""
    assert method.feed("backspace") == Typed(handled=False)
