"""Chinese is typed by an input method, by touch and by keys, and nothing that was typed is lost (SPEC 9.1)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.events import Paste
from textual.pilot import Pilot
from textual.widget import Widget
from textual.widgets import Input

from tests.widgets.fingers import tap_key
from tests.widgets.gallery import Gallery
from tests.widgets.scenes import TEXTS
from tests.widgets.small_pinyin import WORDS, compose_names
from widgets.candidate_bar import CandidateBar
from widgets.candidate_pages import GAP, lay_out
from widgets.field import Field, FieldKind
from widgets.input_panel import InputPanel
from widgets.key_grid import KeyGrid
from widgets.keyboard import Keyboard


def name_and_another(longest: int = 30) -> list[Widget]:
    return [
        Field("name", "姓名", required=True, kind=FieldKind.NAME, max_length=longest),
        Field("note", "备注"),
        InputPanel(TEXTS, method_for=compose_names),
    ]


@dataclass
class Desk:
    """A name field with the keys open below it."""

    app: Gallery
    pilot: Pilot[None]

    @property
    def name(self) -> Field:
        return self.app.query(Field).first()

    @property
    def bar(self) -> CandidateBar:
        return self.app.query_one(CandidateBar)

    @property
    def value(self) -> str:
        return self.name.value

    @property
    def open(self) -> str:
        """The letters that are open."""
        return self.bar.typed.composing

    @property
    def done(self) -> str:
        return self.app.query_one(Keyboard).done

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def tap(self, *keys: str) -> None:
        for key in keys:
            await tap_key(self.pilot, self.app.query_one(Keyboard).query_one(KeyGrid), key)
        await self.pilot.pause()

    async def tap_candidate(self, word: str) -> None:
        """Touch a candidate, in the middle of where it is drawn."""
        bar = self.bar
        place = next(place for place in bar._page if bar.typed.candidates[place.index] == word)
        line = bar._top + place.line * bar.row_height + bar.row_height // 2
        await self.pilot.click(bar, offset=(bar._start + place.start + place.width // 2, line))
        await self.pilot.pause()


@asynccontextmanager
async def desk(*, keys: bool = False, size: tuple[int, int] = (120, 40), longest: int = 30) -> AsyncIterator[Desk]:
    app = Gallery(lambda: name_and_another(longest), keys=keys)
    async with app.run_test(size=size) as pilot:
        app.query(Field).first().focus_input()
        await pilot.pause()
        await pilot.pause()
        yield Desk(app, pilot)


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (80, 64)])
async def test_a_name_is_typed_by_touch(size: tuple[int, int]) -> None:
    """SPEC 9.1."""
    async with desk(size=size) as it:
        await it.tap(*"ouyang")
        assert (it.value, it.open, it.done) == ("", "ouyang", "选定")
        await it.tap_candidate("欧阳")
        await it.tap(*"nana", " ")
        assert (it.value, it.open, it.done) == ("欧阳娜娜", "", "完成")


async def test_a_name_is_typed_by_keys_with_digits_and_space_for_candidates() -> None:
    """SPEC 9.1: by keyboard alone."""
    async with desk(keys=True) as it:
        await it.press(*"ouyang", "1", *"nana", "space")
        assert it.value == "欧阳娜娜"
        assert [message.value for message in it.app.said(Field.Changed)] == ["欧阳", "欧阳娜娜"]
        await it.press("enter")
        assert len(it.app.said(Field.Submitted)) == 1


async def test_a_rest_of_the_letters_stays_open_and_a_wrong_choice_is_taken_back() -> None:
    """SPEC 9.1."""
    async with desk(keys=True) as it:
        await it.press(*"ouyangnana", "3")
        assert (it.value, it.open) == ("欧", "yangnana")
        await it.press("backspace")
        assert (it.value, it.open) == ("", "ouyangnana")
        await it.press("1", "backspace", "backspace")
        assert (it.value, it.open) == ("", "ouyangnan")


async def test_backspace_takes_back_nothing_once_the_cursor_has_moved() -> None:
    async with desk(keys=True) as it:
        await it.press(*"ouyang", "1", *"wei", "1", "left", "backspace")
        assert (it.value, it.open) == ("欧伟", "")


async def test_a_choice_that_does_not_fit_is_cut_and_not_taken_back_twice() -> None:
    async with desk(keys=True, longest=3) as it:
        await it.press(*"wei", "1", *"ouyangnana", "1")
        assert it.value == "伟欧阳"
        await it.press("backspace")
        assert it.value == "伟欧"


async def test_pages_turn_by_keys_and_digits_choose_what_is_in_sight() -> None:
    """SPEC 9.1."""
    async with desk(keys=True) as it:
        await it.press(*"zhang", "pagedown")
        assert it.bar.page == 1
        shown = it.bar.typed.candidates[it.bar.shown(1) or 0]
        await it.press("equals_sign", "comma", "2")
        assert it.value == shown
        assert shown == WORDS["zhang"][10]


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (80, 64)])
async def test_pages_turn_by_touch_and_end_at_either_end(size: tuple[int, int]) -> None:
    """SPEC 9.1."""
    async with desk(size=size) as it:
        await it.tap(*"zhang")
        seen = []
        last = len(it.bar.pages) - 1
        on, back = it.bar.size.width - 3, it.bar.size.width - it.bar._end + 3
        for _ in range(last + 2):
            seen += [place.index for place in it.bar._page if it.bar.page == len(seen) or place.index not in seen]
            await it.pilot.click(it.bar, offset=(on, it.bar._top))
        assert it.bar.page == last
        assert seen == list(range(len(WORDS["zhang"])))
        for _ in range(last + 2):
            await it.pilot.click(it.bar, offset=(back, it.bar._top))
        assert it.bar.page == 0


async def test_escape_drops_the_open_letters_and_nothing_else() -> None:
    async with desk(keys=True) as it:
        await it.press(*"ouyang", "1", *"na", "escape")
        assert (it.value, it.open) == ("欧阳", "")
        assert it.app.focused is it.name.query_one(Input)


async def test_enter_keeps_the_letters_as_they_were_typed() -> None:
    async with desk(keys=True) as it:
        await it.press(*"nana", "enter")
        assert (it.value, it.open) == ("nana", "")
        assert it.app.said(Field.Submitted) == []


async def test_hanzi_capitals_and_pastes_go_straight_in_and_leave_no_letter_behind() -> None:
    async with desk(keys=True) as it:
        await it.press("王", "A", *"na")
        it.name.query_one(Input).post_message(Paste("小明"))
        await it.press("1")
        assert it.value == "王A小明娜"
        await it.press(*"na", "B")
        assert it.value == "王A小明娜naB"


async def test_the_strong_key_takes_the_candidate_in_sight_before_it_leads_on() -> None:
    async with desk() as it:
        await it.tap(*"zhang", "done")
        assert (it.value, it.open) == ("张", "")
        assert it.app.query_one(InputPanel).field is it.name
        await it.tap(*"xzq", "done")
        assert (it.value, it.open) == ("张xzq", "")


async def test_letters_left_open_stay_as_they_were_typed_and_open_again_on_coming_back() -> None:
    """Nothing typed is lost, and nobody is given a name that they did not choose."""
    async with desk() as it:
        await it.tap(*"ouyang", " ", *"nana")
        list(it.app.query(Field))[1].focus_input()
        await it.pilot.pause()
        assert (it.value, it.open) == ("欧阳nana", "")
        assert it.app.said(Field.Left)[-1].value == "欧阳nana"
        it.name.focus_input()
        await it.pilot.pause()
        assert (it.value, it.open) == ("欧阳", "nana")
        await it.tap(" ")
        assert it.value == "欧阳娜娜"


async def test_switching_to_letters_and_back_loses_nothing() -> None:
    """SPEC 9.3."""
    async with desk() as it:
        await it.tap(*"na", " ", *"wei", "switch")
        assert it.value == "娜wei"
        assert not it.bar.display
        await it.tap("a", "n")
        assert it.value == "娜weian"
        await it.tap("switch", *"na", " ")
        assert it.value == "娜weian娜"


async def test_a_key_of_a_keyboard_switches_too_and_the_bar_says_which() -> None:
    async with desk(keys=True) as it:
        assert it.bar.switch == "` 字母"
        await it.press("grave_accent", *"Li")
        assert (it.value, it.bar.switch, it.bar.display) == ("Li", "` 拼音", True)
        await it.press("grave_accent", *"na", "1")
        assert it.value == "Li娜"


async def test_a_field_of_another_kind_composes_nothing() -> None:
    async with desk(keys=True) as it:
        list(it.app.query(Field))[1].focus_input()
        await it.press(*"na1`")
        assert list(it.app.query(Field))[1].value == "na1`"


@given(
    widths=st.lists(st.integers(3, 40), max_size=60),
    room=st.integers(1, 60),
    lines=st.integers(1, 3),
    most=st.integers(1, 12),
)
def test_every_candidate_is_on_one_page_in_order_and_whole(widths: list[int], room: int, lines: int, most: int) -> None:
    pages = lay_out(widths, room, lines, most)
    assert [place.index for page in pages for place in page] == list(range(len(widths)))
    for page in pages:
        assert 0 < len(page) <= most
        for place in page:
            assert place.line < lines
            assert place.start >= 0
            assert place.start + place.width <= room
            assert place.width == min(widths[place.index], room)
        for one, other in pairwise(page):
            assert other.line > one.line or other.start >= one.start + one.width + GAP


async def test_nothing_moves_while_letters_are_typed() -> None:
    for keys in (False, True):
        async with desk(keys=keys) as it:
            before = (it.bar.region, it.app.query_one(Keyboard).region)
            await it.press(*"zhang") if keys else await it.tap(*"zhang")
            assert (it.bar.region, it.app.query_one(Keyboard).region) == before
