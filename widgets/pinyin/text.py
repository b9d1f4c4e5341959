"""Words of any kind as candidates: of all the letters, of the first of them, and the best way to part the whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from widgets.pinyin.lexicon import Lexicon
from widgets.pinyin.people import best_first
from widgets.pinyin.shelf import Scored
from widgets.pinyin.spelling import Lattice, Spelling

Memory = dict[tuple[int, ...], Scored | None]
"""The best word for syllables already looked up; it belongs to one composition and goes with it."""

_COST: Final = 4.0
"""How much a unit of a spelling's cost takes from the score."""
_WORDS, _BEGINNINGS, _ABBREVIATED = 40, 12, 60
_PHRASE: Final = 4
"""Longer words aren't looked for inside a sentence."""
_NEW_WORD: Final = 18.0
"""What each further word takes from a sentence's score: fewer and longer words are likelier."""


def whole_words(lexicon: Lexicon, spellings: Sequence[Spelling]) -> list[str]:
    """Words of several characters that all the letters may stand for.

    The best of each division in full syllables comes before the second best of any, so that `jinan` and `xian` offer
    济南 and 西安 at once.
    """
    firsts: list[Scored] = []
    others: list[Scored] = []
    for spelling in spellings:
        if len(spelling.ranges) > 1:
            found = lexicon.find_words(spelling.ranges, _WORDS)
            scored = [(score - spelling.cost * _COST, text) for score, text in found]
            firsts += scored[: spelling.in_full]
            others += scored[spelling.in_full :]
    return best_first(firsts, None) + best_first(others, None)


def first_words(lexicon: Lexicon, spellings: Sequence[Spelling]) -> Iterator[tuple[str, int]]:
    """Words of several characters for the first letters, the longest first, with how many letters they take."""
    for spelling in spellings:
        if len(spelling.ranges) > 1:
            for _, text in lexicon.find_words(spelling.ranges, _BEGINNINGS):
                yield text, spelling.end


def first_characters(
    lexicon: Lexicon, whole: Sequence[Spelling], parts: Sequence[Spelling]
) -> Iterator[tuple[str, int]]:
    """Single characters for all the letters, then for the first of them, with how many letters they take.

    Every character of a full syllable is there; of a beginning the common ones are.
    """
    for spellings in (whole, parts):
        found: list[tuple[float, str, int]] = []
        for spelling in spellings:
            if len(spelling.ranges) == 1:
                words = lexicon.find_words(spelling.ranges, None if spelling.in_full else _ABBREVIATED)
                found += [(score - spelling.cost * _COST, text, spelling.end) for score, text in words]
        yield from ((text, end) for _, text, end in sorted(found, key=lambda one: -one[0]))


def sentence(lexicon: Lexicon, lattice: Lattice, memory: Memory) -> str:
    """The likeliest words in a row for all the letters, or nothing if they aren't full syllables."""
    best: list[Scored | None] = [None] * (lattice.end + 1)
    best[0] = 0.0, ""
    for start in range(lattice.end):
        if (before := best[start]) is not None:
            for end, numbers in _phrases(lattice, start, ()):
                if numbers not in memory:
                    memory[numbers] = lexicon.words[len(numbers)].best(numbers)
                if (word := memory[numbers]) is not None:
                    scored = before[0] + word[0] - _NEW_WORD, before[1] + word[1]
                    best[end] = max(best[end] or scored, scored)
    whole = best[lattice.end]
    return whole[1] if whole else ""


def _phrases(lattice: Lattice, start: int, numbers: tuple[int, ...]) -> Iterator[tuple[int, tuple[int, ...]]]:
    if start < lattice.end and len(numbers) < _PHRASE:
        for end, number in lattice.steps(start):
            yield end, (*numbers, number)
            yield from _phrases(lattice, end, (*numbers, number))
