"""The input method: letters in, candidates out, one visit's memory and no more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from widgets.input_method import Typed
from widgets.pinyin.lexicon import Lexicon
from widgets.pinyin.place_book import PlaceBook
from widgets.pinyin.purpose import Purpose
from widgets.pinyin.ranking import Candidate, given_name_candidates, surname_candidates, text_candidates
from widgets.pinyin.spelling import MARK, Lattice
from widgets.pinyin.text import Memory

LONGEST_COMPOSITION: Final = 40
"""Further letters are ignored until a candidate is chosen."""
_LETTERS: Final = frozenset("abcdefghijklmnopqrstuvwxyz")


@dataclass(frozen=True, slots=True, repr=False)
class _Choice:
    """Text that was put in, and the letters it took, to be undone."""

    text: str
    letters: str


class PinyinMethod:
    """Composes Hanzi from pinyin for one purpose. Nothing it is told outlives `reset`.

    A letter, or `'` after one, extends what is open; "backspace" takes the last letter away or, with nothing open,
    undoes the last choice; "enter" puts the letters in as they are, a space the first candidate; "clear" drops them.
    Other keys are ignored while letters are open, and left to the field when none are; capitals always are.

    ```python
    method = PinyinMethod(open_lexicon(folder), NAMES)
    for letter in "ouyangnana":
        typed = method.feed(letter)
    method.choose(typed.candidates.index("欧阳"))  # commits 欧阳; nana stays open
    ```
    """

    def __init__(self, lexicon: Lexicon, purpose: Purpose) -> None:
        self._lexicon, self._names = lexicon, purpose.names
        self._book = PlaceBook(lexicon, purpose.words)
        self.reset()

    def reset(self, before: int = 0) -> None:
        """Forget what is open, what was chosen, and everything looked up for it; `before` characters stand already."""
        self._letters = ""
        self._offered: list[Candidate] = []
        self._choices: list[_Choice] = []
        self._before = before  # characters before the cursor: after none of them a surname is due
        self._memory: Memory = {}

    def feed(self, key: str) -> Typed:
        """Take a key."""
        if key in _LETTERS or (key == MARK and self._letters):
            if len(self._letters) < LONGEST_COMPOSITION:
                self._open(self._letters + key)
            return self._typed()
        if self._letters:
            return self._feed_open(key)
        if key == "backspace" and self._choices:
            return self._undo()
        self._pass_on(key)
        return Typed(handled=False)

    def choose(self, index: int) -> Typed:
        """Put a candidate in; letters that it doesn't stand for stay open."""
        if not 0 <= index < len(self._offered):
            return self._typed()
        candidate = self._offered[index]
        used = candidate.used
        self._commit(candidate.text, self._letters[:used])
        self._open(self._letters[used:].lstrip(MARK))
        return self._typed(commit=candidate.text)

    def _feed_open(self, key: str) -> Typed:
        match key:
            case "backspace":
                self._open(self._letters[:-1])
            case "enter":
                letters = self._letters
                self._commit(letters, letters)
                self._open("")
                return self._typed(commit=letters)
            case " ":
                return self.choose(0)
            case "clear":
                self._open("")
            case _ if len(key) == 1 and key.isupper():
                return self._typed(handled=False)
        return self._typed()

    def _pass_on(self, key: str) -> None:
        """Keep count of what stands before the cursor when the field itself takes a key."""
        self._choices.clear()
        match key:
            case "clear":
                self._before = 0
            case "backspace":
                self._before = max(0, self._before - 1)
            case _ if len(key) == 1:
                self._before += 1

    def _undo(self) -> Typed:
        choice = self._choices.pop()
        self._before -= len(choice.text)
        self._open(choice.letters)
        return self._typed(retract=len(choice.text))

    def _commit(self, text: str, letters: str) -> None:
        self._choices.append(_Choice(text, letters))
        self._before += len(text)

    def _open(self, letters: str) -> None:
        self._letters = letters
        if not letters:
            self._offered = []
            self._memory.clear()
            return
        lattice = Lattice(letters)
        if not self._names:
            self._offered = text_candidates(self._lexicon, lattice, self._book, self._memory)
        elif self._before:
            self._offered = given_name_candidates(self._lexicon, lattice)
        else:
            self._offered = surname_candidates(self._lexicon, lattice)

    def _typed(self, commit: str = "", retract: int = 0, handled: bool = True) -> Typed:
        texts = tuple(candidate.text for candidate in self._offered)
        return Typed(commit, retract, self._letters, texts, handled)
