"""Letters are parted into syllables in every way that makes sense."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from pinyinsplit import PinyinSplit

from widgets.pinyin.spelling import Lattice, Spelling
from widgets.pinyin.syllables import INITIALS, SYLLABLES, syllable_number, syllables_beginning

SPLITTER = PinyinSplit()


def read(spelling: Spelling) -> str:
    return "'".join(SYLLABLES[low] if high - low == 1 else f"{SYLLABLES[low]}…" for low, high in spelling.ranges)


def readings(letters: str) -> list[str]:
    return [read(spelling) for spelling in Lattice(letters).whole()]


def test_ambiguous_letters_have_all_their_readings() -> None:
    assert {"jin'an", "ji'nan"} <= set(readings("jinan"))
    assert {"xian", "xi'an"} <= set(readings("xian"))
    assert readings("xi'an")[0] == "xi'an"
    assert "xian" not in readings("xi'an")


def test_initials_and_unfinished_syllables_are_beginnings() -> None:
    assert readings("zw") == ["za…'wa…"]
    assert readings("shx") == ["sha…'xi…", "sa…'ha…'xi…"]
    assert readings("zhang") == ["zhang"]
    assert readings("zhan") == ["zhan", "zhan…"]


@given(st.lists(st.sampled_from(SYLLABLES), min_size=1, max_size=3).map("".join))
def test_every_division_that_pinyinsplit_finds_is_in_the_lattice(letters: str) -> None:
    lattice = Lattice(letters)

    def reach(start: int, rest: list[str]) -> bool:
        if not rest:
            return start == lattice.end
        end = start + len(rest[0])
        return (end, syllable_number(rest[0])) in lattice.steps(start) and reach(end, rest[1:])

    for division in SPLITTER.split(letters):
        if all(syllable_number(syllable) is not None for syllable in division):
            assert reach(0, division)


@given(st.lists(st.sampled_from(SYLLABLES), min_size=1, max_size=12))
def test_syllables_with_marks_between_are_read_as_typed(syllables: list[str]) -> None:
    assert readings("'".join(syllables))[0] == "'".join(syllables)


@given(st.text("abcdefghijklmnopqrstuvwxyz'", max_size=40))
def test_any_letters_are_read_without_more_guessing_than_needed(letters: str) -> None:
    lattice = Lattice(letters)
    costs = [spelling.cost for spelling in lattice.whole()]
    assert costs == sorted(costs)
    assert all(0 < spelling.end < len(letters) for spelling in lattice.beginnings())


def test_every_syllable_has_an_initial() -> None:
    for initial in INITIALS:
        low, high = syllables_beginning(initial)
        assert all(syllable.startswith(initial) for syllable in SYLLABLES[low:high])
    assert {syllable[0] for syllable in SYLLABLES} == {initial for initial in INITIALS if len(initial) == 1}


def test_umlauts_may_be_typed_in_other_ways() -> None:
    assert readings("lve")[0] == readings("lue")[0] == "lve"
    assert readings("jv")[0] == "ju"
