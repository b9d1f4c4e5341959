"""A captcha that hands can answer, that tells nobody its answer, and that takes each answer once (SPEC 3.7)."""

from __future__ import annotations

import itertools
import sys
import threading
from collections import Counter
from collections.abc import Awaitable, Callable
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.pilot import Pilot
from textual.widget import Widget
from textual.widgets import Input, Static

from tests.widgets.captcha_words import WORDS
from tests.widgets.gallery import Gallery
from widgets.captcha import Captcha
from widgets.captcha_challenge import CODE_DIGITS, Code, Sum, new_code, new_sum
from widgets.captcha_picture import SIZE, CaptchaPicture, draw_code
from widgets.field import Field

WRONG = "9" * CODE_DIGITS
Answer = Callable[["Hands", str], Awaitable[None]]


@pytest.fixture(autouse=True)
def no_double_taps(monkeypatch: pytest.MonkeyPatch) -> None:
    """No two taps of a test are one, however quick the machine is."""
    monkeypatch.setattr("widgets.repeat_guard.monotonic", itertools.count(1000.0).__next__)


class Hands:
    """A captcha on a stage, and what a person does with it."""

    def __init__(self, app: Gallery, pilot: Pilot[None]) -> None:
        self.app, self.pilot = app, pilot
        self.captcha = app.query_one(Captcha)

    async def settle(self) -> None:
        await self.app.workers.wait_for_complete()
        await self.pilot.pause()

    async def tap(self, part: str) -> None:
        await self.pilot.click(part)
        await self.settle()

    async def answer_by_touch(self, text: str) -> None:
        for key in text:
            self.app.query_one(Field).type_key(key)
        await self.tap(".captcha--check")

    async def answer_by_keys(self, text: str) -> None:
        self.app.query_one(Input).focus()
        await self.pilot.press(*text, "enter")
        await self.settle()

    async def ask_in_words(self) -> None:
        await self.pilot.click(self.captcha._other_way)
        await self.settle()

    @property
    def right(self) -> str:
        match self.captcha._challenge:
            case Code(digits):
                return digits
            case Sum(first, second):
                return str(first + second)
        raise AssertionError("nothing is asked")

    @property
    def question(self) -> str:
        return str(self.app.query_one(".captcha--question", Static).content)

    @property
    def greys(self) -> object:
        return self.app.query_one(CaptchaPicture).greys

    def is_shown(self, part: type[Widget] | str) -> bool:
        return bool(self.app.query_one(part).display)

    def solved(self) -> int:
        return len(self.app.said(Captcha.Solved))

    def wrong(self) -> int:
        return len(self.app.said(Captcha.Wrong))


WAYS = pytest.mark.parametrize("answer", [Hands.answer_by_touch, Hands.answer_by_keys])


def stage() -> Gallery:
    return Gallery(lambda: [Captcha(WORDS, random=Random(7))])


@WAYS
async def test_the_digits_of_the_picture_are_accepted_once(answer: Answer) -> None:
    app = stage()
    async with app.run_test(size=(80, 40)) as pilot:
        hands = Hands(app, pilot)
        await hands.settle()
        right = hands.right
        await answer(hands, right)
        assert (hands.solved(), hands.wrong()) == (1, 0)
        assert hands.captcha.is_solved
        assert not hands.is_shown(CaptchaPicture)
        app.query_one(Field).value = right
        hands.captcha.check()
        await hands.settle()
        assert (hands.solved(), hands.wrong()) == (1, 0)


@WAYS
async def test_a_wrong_answer_brings_another_picture_and_its_own_digits_come_too_late(answer: Answer) -> None:
    app = stage()
    async with app.run_test(size=(80, 40)) as pilot:
        hands = Hands(app, pilot)
        await hands.settle()
        first, picture = hands.right, hands.greys
        assert first != WRONG
        await answer(hands, WRONG)
        assert (hands.solved(), hands.wrong()) == (0, 1)
        assert hands.right != first
        assert hands.greys != picture
        assert app.query_one(Field).value == ""
        assert app.query_one(Field).error == WORDS.wrong
        await answer(hands, first)
        assert (hands.solved(), hands.wrong()) == (0, 2)
        await answer(hands, hands.right)
        assert hands.solved() == 1


async def test_another_picture_can_be_had_without_a_try() -> None:
    app = stage()
    async with app.run_test(size=(80, 40)) as pilot:
        hands = Hands(app, pilot)
        await hands.settle()
        first, picture = hands.right, hands.greys
        await hands.tap(".captcha--change")
        assert (hands.wrong(), hands.right == first, hands.greys == picture) == (0, False, False)


async def test_fewer_digits_than_the_picture_has_cost_nothing() -> None:
    app = stage()
    async with app.run_test(size=(80, 40)) as pilot:
        hands = Hands(app, pilot)
        await hands.settle()
        right = hands.right
        await hands.answer_by_keys(right[:2])
        assert app.query_one(Field).error == WORDS.picture_hint
        await hands.answer_by_keys(right[2:])
        assert (hands.solved(), hands.wrong()) == (1, 0)


@WAYS
async def test_two_sums_in_words_are_as_good_as_a_picture(answer: Answer) -> None:
    app = stage()
    async with app.run_test(size=(80, 40)) as pilot:
        hands = Hands(app, pilot)
        await hands.ask_in_words()
        first = hands.question
        assert "加" in first
        assert not any(character.isdigit() for character in first)
        assert not hands.is_shown(CaptchaPicture)
        await answer(hands, hands.right)
        assert hands.solved() == 0
        assert hands.question != first
        await answer(hands, hands.right)
        assert (hands.solved(), hands.wrong()) == (1, 0)
        assert hands.question == ""


async def test_a_wrong_sum_begins_both_again() -> None:
    app = stage()
    async with app.run_test(size=(80, 40)) as pilot:
        hands = Hands(app, pilot)
        await hands.ask_in_words()
        await hands.answer_by_keys(hands.right)
        await hands.answer_by_keys("1")
        assert hands.wrong() == 1
        await hands.answer_by_keys(hands.right)
        assert hands.solved() == 0
        await hands.answer_by_keys(hands.right)
        assert hands.solved() == 1


async def test_another_sum_in_the_place_of_the_second_begins_both_again() -> None:
    """Else the first could be had for good, and only easy seconds be answered."""
    app = stage()
    async with app.run_test(size=(80, 40)) as pilot:
        hands = Hands(app, pilot)
        await hands.ask_in_words()
        await hands.answer_by_keys(hands.right)
        await hands.tap(".captcha--change")
        await hands.answer_by_keys(hands.right)
        assert hands.solved() == 0


async def test_the_way_back_to_the_picture() -> None:
    app = stage()
    async with app.run_test(size=(80, 40)) as pilot:
        hands = Hands(app, pilot)
        await hands.ask_in_words()
        await hands.ask_in_words()
        assert (hands.is_shown(CaptchaPicture), hands.is_shown(".captcha--question")) == (True, False)
        await hands.answer_by_keys(hands.right)
        assert hands.solved() == 1


async def test_it_can_be_asked_anew_after_it_was_solved() -> None:
    app = stage()
    async with app.run_test(size=(80, 40)) as pilot:
        hands = Hands(app, pilot)
        await hands.answer_by_keys(hands.right)
        hands.captcha.begin()
        await hands.settle()
        assert not hands.captcha.is_solved
        await hands.answer_by_keys(hands.right)
        assert hands.solved() == 2


@pytest.fixture
def may_draw(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Until this is set no picture is drawn; then it says its digits."""
    allowed = threading.Event()

    def draw_when_allowed(digits: str) -> list[bytes]:
        allowed.wait(5)
        return [digits.encode()] * 2

    monkeypatch.setattr("widgets.captcha.draw_code", draw_when_allowed)
    return allowed


async def test_only_the_picture_asked_for_last_is_shown(may_draw: threading.Event) -> None:
    app = stage()
    async with app.run_test(size=(80, 40)) as pilot:
        hands = Hands(app, pilot)
        await pilot.click(".captcha--change")
        may_draw.set()
        await hands.settle()
        assert hands.greys == [hands.right.encode()] * 2


async def test_a_picture_that_comes_after_its_question_was_changed_is_dropped(may_draw: threading.Event) -> None:
    app = stage()
    async with app.run_test(size=(80, 40)) as pilot:
        hands = Hands(app, pilot)
        await pilot.click(hands.captcha._other_way)
        may_draw.set()
        await hands.settle()
        assert hands.is_shown(".captcha--question")
        assert hands.greys == ()


async def test_nothing_that_could_be_logged_holds_the_answer() -> None:
    app = stage()
    async with app.run_test(size=(80, 40)) as pilot:
        hands = Hands(app, pilot)
        seen: list[object] = [hands.captcha, hands.captcha._challenge]
        right = hands.right
        seen += list(app.workers)
        await hands.answer_by_keys(right)
        seen += app.posted
        assert not [thing for thing in seen if right in repr(thing) or right in str(thing)]


@given(st.integers())
def test_codes_are_of_digits_that_cannot_be_confused(seed: int) -> None:
    code = new_code(Random(seed))
    assert len(code.digits) == CODE_DIGITS
    assert set(code.digits) <= set("23456789")
    assert code.accepts(code.digits)
    assert not code.accepts(code.digits[::-1] + "2")


def test_a_seven_that_looks_like_a_one_is_forgiven() -> None:
    assert Code("7234").accepts("1234")
    assert not Code("7234").accepts("2234")


def test_every_total_is_as_likely_as_any_other() -> None:
    """So that the best guess is worth no more than the docstring says."""
    random = Random(11)
    totals = Counter((asked := new_sum(random)).first + asked.second for _ in range(40_000))
    assert set(totals) == set(range(20, 100))
    assert max(totals.values()) < 1.25 * 40_000 / 80


def test_a_sum_takes_its_total_and_nothing_else() -> None:
    assert Sum(36, 7).accepts("43")
    assert not any(Sum(36, 7).accepts(answer) for answer in ("", "4", "043", "36", "7", "４３"))


def test_the_picture_has_ink_on_paper_and_never_looks_the_same() -> None:
    pictures = [draw_code("4827") for _ in range(5)]
    assert len({bytes(b for row in picture for b in row) for picture in pictures}) == 5
    for picture in pictures:
        pixels = [pixel for row in picture for pixel in row]
        assert (len(picture), len(pixels)) == (2 * SIZE.height, 2 * SIZE.height * SIZE.width)
        ink = sum(pixel < 64 for pixel in pixels) / len(pixels)
        paper = sum(pixel > 220 for pixel in pixels) / len(pixels)
        assert ink > 0.1
        assert paper > 0.4


@pytest.mark.parametrize("theme", ["gallery", "textual-dark"])
async def test_it_is_black_on_white_in_any_theme(theme: str) -> None:
    app = stage()
    async with app.run_test(size=(80, 40)) as pilot:
        hands = Hands(app, pilot)
        app.theme = theme
        await hands.settle()
        looks = {
            str(side)
            for y in range(SIZE.height)
            for segment in app.query_one(CaptchaPicture).render_line(y)
            if segment.style is not None
            for side in (segment.style.color.name, segment.style.bgcolor.name)  # type: ignore[union-attr]  # both set
        }
        assert {"#000000", "#ffffff"} <= looks
        assert all(look[1:3] == look[3:5] == look[5:7] for look in looks)


def test_nothing_is_imported_that_asks_the_terminal_what_it_can_draw() -> None:
    """Its answer would arrive among the keys of a customer."""
    assert "textual_image" not in sys.modules
