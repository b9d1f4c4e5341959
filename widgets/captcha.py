"""Proof that a person is there: digits to read off a picture, or two sums in words instead."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Final

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from widgets.captcha_challenge import CODE_DIGITS, SUMS_IN_A_ROW, Code, Sum, new_code, new_sum
from widgets.captcha_picture import CaptchaPicture, draw_code
from widgets.field import Field, FieldKind
from widgets.tap_button import TapButton

CHANGE_KEY: Final = "C"
OTHER_WAY_KEY: Final = "W"
"""The marks of the keys that a screen binds to `press()` on `#captcha-change` and `#captcha-other-way`."""

_DONE_MARK: Final = "✓"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptchaWords:
    """Everything that a `Captcha` says."""

    label: str
    picture_hint: str
    """How to answer a picture: it has four digits."""
    sum_hint: str
    in_words: Callable[[int, int], str]
    """The question after the total of two numbers, written out for a voice to read."""
    change: str
    to_sums: str
    to_picture: str
    check: str
    wrong: str
    one_more: str
    solved: str


class Captcha(Widget):
    """Asks for the digits of a picture, or for the totals of two sums, and posts `Solved` or `Wrong`.

    Each picture and each sum takes one answer: a wrong one brings another, and both sums begin again. An answer is
    given by Enter, the button or `check()`. Nothing that could be repeated or printed holds the answer. `random`
    makes the digits and sums; let it be a `SystemRandom` wherever it matters. `sums_first` begins with a question in
    words, and `only_sums` never shows a picture, for where there is no room for one or nobody could see it.

    ```python
    yield Captcha(words, random=SystemRandom())


    @on(Captcha.Solved)
    def let_in(self) -> None: ...
    ```
    """

    SCOPED_CSS = False
    DEFAULT_CSS = """
    Captcha { width: 1fr; height: auto; }
    Captcha .captcha--question {
        width: 60;
        max-width: 100%;
        height: 16;
        background: $surface;
        content-align: center middle;
        text-align: center;
        text-style: bold;
    }
    Captcha > .captcha--answer { height: auto; margin-top: 1; }
    Captcha > .captcha--answer > Field { width: 30; margin-bottom: 0; }
    Captcha > .captcha--answer > TapButton { margin: 1 0 0 1; }
    .-short Captcha > .captcha--answer { margin-top: 0; }
    Captcha .captcha--solved { height: auto; color: $success; text-style: bold; }
    """

    @dataclass
    class Solved(Message):
        """A person is there."""

        captcha: Captcha

        @property
        def control(self) -> Captcha:
            """The captcha."""
            return self.captcha

    @dataclass
    class Wrong(Message):
        """The answer was wrong; something else is asked already."""

        captcha: Captcha

        @property
        def control(self) -> Captcha:
            """The captcha."""
            return self.captcha

    def __init__(
        self,
        words: CaptchaWords,
        *,
        random: Random,
        sums_first: bool = False,
        only_sums: bool = False,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._sums_first = sums_first
        self._only_sums = only_sums
        self._words = words
        self._random = random
        self._challenge: Code | Sum | None = None
        self._sums_left = 0
        self._is_solved = False
        self._picture = CaptchaPicture()
        self._question = Static("", markup=False, classes="captcha--question")
        self._other_way = TapButton(words.to_sums, hint=OTHER_WAY_KEY, id="captcha-other-way")
        self._field = Field(
            "captcha",
            words.label,
            kind=FieldKind.DIGITS,
            max_length=CODE_DIGITS,
            passes=CHANGE_KEY + OTHER_WAY_KEY,
        )

    @property
    def is_solved(self) -> bool:
        """Whether a person has proved to be there, since the last `begin`."""
        return self._is_solved

    @property
    def asks_sums(self) -> bool:
        """Whether the question is one in words."""
        return isinstance(self._challenge, Sum)

    def compose(self) -> ComposeResult:
        """The picture or question; below it the answer and the ways around."""
        words = self._words
        yield self._picture
        yield self._question
        with Horizontal(classes="captcha--answer"):
            yield self._field
            yield TapButton(words.check, variant="primary", classes="captcha--check")
            yield TapButton(words.change, hint=CHANGE_KEY, id="captcha-change", classes="captcha--change")
            yield self._other_way
        yield Static(f"{_DONE_MARK} {words.solved}", markup=False, classes="captcha--solved")

    def on_mount(self) -> None:
        """Ask."""
        self._other_way.display = not self._only_sums
        self.begin()

    def begin(self) -> None:
        """Ask anew, whatever was answered before."""
        self._is_solved = False
        self._show_parts()
        if self._sums_first or self._only_sums:
            self._ask_sum(SUMS_IN_A_ROW)
        else:
            self._ask_picture()

    @property
    def only_sums(self) -> bool:
        """Whether no picture is offered, as where its lines would not fit."""
        return self._only_sums

    @only_sums.setter
    def only_sums(self, only_sums: bool) -> None:
        if only_sums == self._only_sums:
            return
        self._only_sums = only_sums
        self._other_way.display = not only_sums
        if only_sums and not self._is_solved and not self._sums_left:
            self._ask_sum(SUMS_IN_A_ROW)

    @property
    def answer(self) -> Field:
        """Where the answer is typed."""
        return self._field

    def check(self) -> None:
        """Judge what is in the field; an answer that can't be whole yet costs nothing, and is asked for."""
        answer, challenge = self._field.value, self._challenge
        if challenge is None:
            return
        if len(answer) < (CODE_DIGITS if isinstance(challenge, Code) else 1):
            self._field.set_error(self._words.picture_hint if isinstance(challenge, Code) else self._words.sum_hint)
            self._field.focus_input()
            return
        # Whatever the answer is worth, this challenge takes no other.
        self._challenge = None
        if not challenge.accepts(answer):
            self._ask_again()
            self._field.set_error(self._words.wrong)
            self._field.focus_input()
            self.post_message(self.Wrong(self))
        elif isinstance(challenge, Sum) and self._sums_left > 1:
            self._ask_sum(self._sums_left - 1)
            self._field.focus_input()
        else:
            self._is_solved = True
            self._field.value = ""
            self._picture.greys = ()
            self._question.update("")
            self._show_parts()
            self.post_message(self.Solved(self))

    def _ask_again(self) -> None:
        if self._sums_left:
            self._ask_sum(SUMS_IN_A_ROW)
        else:
            self._ask_picture()

    def _ask_picture(self) -> None:
        self._sums_left = 0
        self._challenge = code = new_code(self._random)
        self._picture.greys = ()
        self._show_question("", self._words.picture_hint)
        self._draw(code)

    def _ask_sum(self, left: int) -> None:
        self._sums_left = left
        self._challenge = question = new_sum(self._random)
        again = self._words.one_more if left < SUMS_IN_A_ROW else self._words.sum_hint
        self._show_question(self._words.in_words(question.first, question.second), again)

    def _show_question(self, text: str, hint: str) -> None:
        self._field.value = ""
        self._field.set_hint(hint)
        self._question.update(text)
        self._picture.display, self._question.display = not text, bool(text)
        self._other_way.label = self._words.to_picture if text else self._words.to_sums

    def _show_parts(self) -> None:
        if self._is_solved:
            self._picture.display = self._question.display = False
        self.query_one(".captcha--answer").display = not self._is_solved
        self.query_one(".captcha--solved").display = self._is_solved

    @work(exclusive=True)
    async def _draw(self, code: Code) -> None:
        greys = await asyncio.to_thread(draw_code, code.digits)
        if code is self._challenge:
            self._picture.greys = greys

    @on(Field.Submitted)
    def _submitted(self, event: Field.Submitted) -> None:
        event.stop()
        self.check()

    @on(TapButton.Pressed)
    def _pressed(self, event: TapButton.Pressed) -> None:
        event.stop()
        if event.button.has_class("captcha--check"):
            self.check()
            return
        if event.button.has_class("captcha--change"):
            self._ask_again()
        elif self._sums_left:
            self._ask_picture()
        else:
            self._ask_sum(SUMS_IN_A_ROW)
        self._field.focus_input()
