"""The order of candidates: what the purpose makes likeliest, yet every other way to go on within reach."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import NamedTuple

from widgets.pinyin.lexicon import Lexicon
from widgets.pinyin.people import first_given_characters, started_surnames, whole_given_names, whole_names
from widgets.pinyin.place_book import PlaceBook
from widgets.pinyin.spelling import Lattice, Spelling
from widgets.pinyin.text import Memory, first_characters, first_words, sentence, whole_words


class Candidate(NamedTuple):
    """A text, and how many of the letters it stands for."""

    text: str
    used: int


_Turn = tuple[Iterator[Candidate], int | None]
"""A source of candidates, and how many new ones it may add before the next has its turn; None for all."""


def surname_candidates(lexicon: Lexicon, lattice: Lattice) -> list[Candidate]:
    """What a name may begin with: whole names, and surnames that leave the given name open.

    A first screen holds about seven of them, so the kinds take turns: the likeliest whole names, surnames to go on
    from, one word of another kind.
    """
    whole, parts = lattice.whole(), lattice.beginnings()
    names = _all_of(whole_names(lexicon, whole), lattice)
    surnames = chain(_by_spelling(lexicon, parts), _all_of(started_surnames(lexicon, whole), lattice))
    words = _all_of(whole_words(lexicon, whole), lattice)
    turns = ((names, 3), (surnames, 3), (words, 1), (names, 4), (surnames, 3), (words, 3), (names, None))
    return _in_turns(*turns, (surnames, None), (words, None), *_rest(lexicon, whole, parts))


def given_name_candidates(lexicon: Lexicon, lattice: Lattice) -> list[Candidate]:
    """What may follow a surname: given names, and first characters of them that leave the second open.

    Three whole names and seven characters on a first screen reach more names than the other way round.
    """
    whole, parts = lattice.whole(), lattice.beginnings()
    names = _all_of(whole_given_names(lexicon, whole), lattice)
    firsts = (
        Candidate(text, spelling.end)
        for spelling in parts
        if len(spelling.ranges) == 1
        for text in first_given_characters(lexicon, spelling.ranges)
    )
    words = _all_of(whole_words(lexicon, whole), lattice)
    turns = ((names, 3), (firsts, 7), (names, 6), (firsts, 6), (words, 2), (names, None), (firsts, None), (words, None))
    return _in_turns(*turns, *_rest(lexicon, whole, parts))


def text_candidates(lexicon: Lexicon, lattice: Lattice, book: PlaceBook, memory: Memory) -> list[Candidate]:
    """What an address or any text may go on with: the places in the book, then words, then characters."""
    whole, parts = lattice.whole(), lattice.beginnings()
    possible = (Candidate(word, lattice.end) for spelling in whole for word in book.beginning(spelling.ranges))
    shortened = _all_of(book.beginning(lattice.initials()), lattice)
    begun = (Candidate(word, spelling.end) for spelling in parts for word in book.complete(spelling.ranges))
    found = whole_words(lexicon, whole)
    several = not any(lexicon.find_words(spelling.ranges, 1) for spelling in whole if spelling.in_full)
    composed = sentence(lexicon, lattice, memory) if several else ""
    words = _all_of([composed, *found] if composed else found, lattice)
    begun_words, (characters, _) = _rest(lexicon, whole, parts)
    one_syllable = bool(whole) and len(whole[0].ranges) == 1
    first: tuple[_Turn, ...] = ((words, 1), (characters, 12)) if one_syllable else ((words, 3),)
    turns = ((possible, 4), (shortened, 3), (begun, 2), *first, (possible, None), (shortened, None), (begun, None))
    return _in_turns(*turns, (words, None), begun_words, (characters, None))


def _by_spelling(lexicon: Lexicon, parts: Iterable[Spelling]) -> Iterator[Candidate]:
    for spelling in parts:
        for _, text in lexicon.find_surnames(spelling.ranges):
            yield Candidate(text, spelling.end)


def _all_of(texts: Iterable[str], lattice: Lattice) -> Iterator[Candidate]:
    return (Candidate(text, lattice.end) for text in texts)


def _rest(lexicon: Lexicon, whole: list[Spelling], parts: list[Spelling]) -> tuple[_Turn, _Turn]:
    """Words and characters for the first letters."""
    words = (Candidate(*found) for found in first_words(lexicon, parts))
    characters = (Candidate(*found) for found in first_characters(lexicon, whole, parts))
    return (words, None), (characters, None)


def _in_turns(*turns: _Turn) -> list[Candidate]:
    """Take from each source as many new candidates as its turn has, or all of them; each text once."""
    taken: dict[str, Candidate] = {}
    for source, count in turns:
        fresh = (candidate for candidate in source if candidate.text not in taken)
        for candidate in islice(fresh, count):
            taken[candidate.text] = candidate
    return list(taken.values())
