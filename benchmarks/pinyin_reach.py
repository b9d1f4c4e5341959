"""How many touches it takes to write what a customer wants to, with our input method and with plain pinyinIME.

The customer types all letters, then takes what is wanted from the candidates: all that is left to write if it is on
the first screen, else the longest beginning of it there, else turns the pages.
"""

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pypinyin import lazy_pinyin

from widgets.pinyin.lexicon import Lexicon
from widgets.pinyin.method import PinyinMethod
from widgets.pinyin.purpose import Purpose

SCREEN_CELLS = 72
AROUND_CANDIDATE = 4
"""Cells that a candidate takes on the bar besides its own."""
NAMES_FILE = Path(__file__).parent / "names.txt"
DISTRICTS_FILE = Path(__file__).parents[1] / "storage" / "catalogue" / "districts.csv"


@dataclass(frozen=True, slots=True)
class Target:
    """What is to be written, and its syllables."""

    text: str
    syllables: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Effort:
    """What it took: letters and choices, and turned pages; whether the first choice was all of it."""

    touches: int
    pages: int
    at_once: bool

    @property
    def first_screens(self) -> bool:
        """Whether no page had to be turned."""
        return self.pages == 0


class Session(Protocol):
    """One engine while one text is being written."""

    def type(self, letters: str) -> Sequence[str]:
        """Type the letters; the candidates then."""
        ...

    def take(self, index: int) -> Sequence[str]:
        """Take a candidate; those for what is left."""
        ...


class OurSession:
    """The program's own input method."""

    def __init__(self, lexicon: Lexicon, purpose: Purpose) -> None:
        self._method = PinyinMethod(lexicon, purpose)

    def type(self, letters: str) -> Sequence[str]:
        """Type the letters; the candidates then."""
        self._method.reset()
        return [self._method.feed(letter).candidates for letter in letters][-1]

    def take(self, index: int) -> Sequence[str]:
        """Take a candidate; those for what is left."""
        return self._method.choose(index).candidates


def names() -> list[Target]:
    """The 300 names."""
    lines = NAMES_FILE.read_text(encoding="utf-8").splitlines()
    fields = [line.split() for line in lines if not line.startswith("#")]
    return [Target(text, tuple(syllables)) for text, *syllables in fields]


def districts() -> list[Target]:
    """The districts of Shandong, read as their inhabitants do."""
    local = {"单": "shan", "莘": "shen", "乐陵市": "le", "东阿县": "e", "牟": "mu", "长": "chang"}
    with DISTRICTS_FILE.open(encoding="utf-8") as file:
        texts = [row["name_zh"] for row in csv.DictReader(file)]
    targets = []
    for text in texts:
        usual = [syllable.replace("ü", "v") for syllable in lazy_pinyin(text)]
        read = [local.get(character, syllable) for character, syllable in zip(text, usual, strict=True)]
        targets.append(Target(text, tuple(read)))
    return targets


def fully(target: Target) -> str:
    """All its letters."""
    return "".join(target.syllables)


def by_initials(target: Target) -> str:
    """The first letter of each syllable."""
    return "".join(syllable[0] for syllable in target.syllables)


def effort(session: Session, target: Target, letters: Callable[[Target], str]) -> Effort | None:
    """What it takes to write the target, or None if the engine can't."""
    typed = letters(target)
    candidates, wanted = session.type(typed), target.text
    touches, pages, at_once = len(typed), 0, False
    while wanted:
        screens = list(_screens(candidates))
        found = _pick(screens, wanted)
        if found is None:
            return None
        page, index = found
        text = candidates[index]
        at_once = at_once or (page == 0 and text == target.text)
        touches, pages = touches + 1 + page, pages + page
        wanted = wanted.removeprefix(text)
        candidates = session.take(index)
    return Effort(touches, pages, at_once)


def _pick(screens: list[tuple[int, Sequence[str]]], wanted: str) -> tuple[int, int] | None:
    for page, (start, texts) in enumerate(screens):
        beginnings = [text for text in texts if wanted.startswith(text)]
        if beginnings:
            return page, start + texts.index(max(beginnings, key=len))
    return None


def _screens(candidates: Sequence[str]) -> Iterator[tuple[int, Sequence[str]]]:
    start = cells = 0
    for index, text in enumerate(candidates):
        width = 2 * len(text) + AROUND_CANDIDATE
        if cells + width > SCREEN_CELLS:
            yield start, candidates[start:index]
            start, cells = index, 0
        cells += width
    yield start, candidates[start:]
