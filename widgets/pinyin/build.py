"""Make the lexicon's file from the tables of pinyinIME and pypinyin and from our own of names.

    python -m widgets.pinyin.build > FILE

A program of its own, because the libraries' tables take some 500 MB while they are turned into it.
"""

from __future__ import annotations

import math
import os
import pickle  # the table of an installed library, pinned by its hash
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Final

from pypinyin.pinyin_dict import pinyin_dict

from widgets.pinyin.lexicon_file import write_shelves
from widgets.pinyin.name_tables import Name, read_names
from widgets.pinyin.shelf import LONGEST_WORD, Shelf, make_shelf
from widgets.pinyin.syllables import NUMBER

Words = dict[tuple[str, tuple[str, ...]], float]
"""How often a word is met, by the word and its syllables."""

_PEOPLE: Final = 10_000_000
"""Frequencies of names are counted in this many people."""
_ADDED: Final = 1000
"""People added to a pair of name characters for each surname that it is met with among the words."""
_UNCOMMON: Final = 0.1
"""How much less a character counts that GB 2312, the standard's common ones, does not have."""
_UNATTESTED: Final = 0.01
"""How much less a reading counts that only one of the libraries has."""
_OF_PLACES: Final = (("乐", "lao"),)
"""Readings of characters in names of places that neither library has: 乐陵."""
_LATER_SIMPLIFIED: Final = ("\U0002a700", "\U0002f800")
"""Unicode's blocks of later additions, in which characters that were simplified late have their place."""


def main() -> None:
    """Write the lexicon to the standard output."""
    os.nice(10)  # whoever waits for the screen goes first
    sys.stdout.buffer.write(write_shelves(_shelves()))


def _shelves() -> dict[str, Shelf]:
    words = _library_words()
    surnames, given = (read_names(table, _usual_reading) for table in ("surnames", "given_names"))
    characters = [name for name in given if len(name.text) == 1]
    for name in (*surnames, *characters):
        if len(name.text) == 1:
            words.setdefault((name.text, name.syllables), 1.0)
    for character, syllable in _OF_PLACES:
        words.setdefault((character, (syllable,)), 1.0)
    doubles = _double_names(words, surnames, given)
    shelves = {f"words-{length}": _shelf(length, words) for length in range(1, LONGEST_WORD + 1)}
    for length in sorted({len(name.text) for name in surnames}):
        shelves[f"surnames-{length}"] = _shelf(length, {
            (name.text, name.syllables): name.frequency * _PEOPLE / 1e6 for name in surnames if len(name.text) == length
        })  # fmt: skip
    shelves["double-names"] = _shelf(2, doubles)
    shelves["single-names"] = _shelf(1, _spread(characters, {}))
    for place, shelf in enumerate(("first-characters", "second-characters")):
        met: dict[tuple[str, str], float] = defaultdict(float)
        for (text, syllables), people in doubles.items():
            met[text[place], syllables[place]] += people
        shelves[shelf] = _shelf(1, _spread(characters, met))
    return shelves


def _shelf(length: int, words: Mapping[tuple[str, tuple[str, ...]], float]) -> Shelf:
    return make_shelf(length, (
        (text, [NUMBER[syllable] for syllable in syllables], math.log(max(1.0, frequency)))
        for (text, syllables), frequency in words.items()
        if len(text) == length == len(syllables)
    ))  # fmt: skip


def _library_words() -> Words:
    """The words of pinyinIME that are Hanzi throughout, and readings of characters that only pypinyin knows."""
    table = files("pinyinIME").joinpath("data", ".pinyin_prism_table.pkl").read_bytes()
    prism, tree, _ = pickle.loads(table)  # noqa: S301  # see above
    words: Words = {}
    for numbers, word, frequency in _leaves(tree._root, ()):
        syllables = tuple(_typed(prism.syllable(number)) for number in numbers)
        if len(word) == len(syllables) and is_hanzi(word) and all(syllable in NUMBER for syllable in syllables):
            words[word, syllables] = frequency * (_confidence(word, syllables[0]) if len(word) == 1 else 1.0)
    known = {word for word, _ in words if len(word) == 1}
    for code, readings in pinyin_dict.items():
        character = chr(code)
        if character in known or _LATER_SIMPLIFIED[0] <= character < _LATER_SIMPLIFIED[1]:
            for reading in readings.split(","):
                if (syllable := _typed(reading)) in NUMBER:
                    words.setdefault((character, (syllable,)), 0.0)
    return words


def _leaves(node: dict, path: tuple[int, ...]) -> Iterator[tuple[tuple[int, ...], str, int]]:  # type: ignore[type-arg]  # the library's tree
    for key, value in node.items():
        if key == "_entries":
            yield from ((path, entry.word, entry.score) for entry in value)
        else:
            yield from _leaves(value, (*path, key))


def _typed(reading: str) -> str:
    """A reading as it is typed: no tones, v for ü.

    >>> _typed("lǜ")
    'lv'
    """
    parts = unicodedata.normalize("NFD", reading).replace("u\u0308", "v")
    return "".join(part for part in parts if not unicodedata.combining(part))


def is_hanzi(text: str) -> bool:
    """Whether every character is an ideograph of Chinese, compatibility forms apart.

    >>> is_hanzi("䶮"), is_hanzi("😮")
    (True, False)
    """
    return all(
        character == "〇" or unicodedata.name(character, "").startswith("CJK UNIFIED IDEOGRAPH") for character in text
    )


def _confidence(character: str, syllable: str) -> float:
    """How far to trust a character's frequency in a reading: less if it is no common one, or no dictionary has it."""
    attested = {_typed(reading) for reading in pinyin_dict.get(ord(character), "").split(",")}
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return _UNCOMMON
    return 1.0 if syllable in attested else _UNATTESTED


def _usual_reading(character: str) -> str:
    """The reading that pypinyin gives first, which is the one most met."""
    return _typed(pinyin_dict[ord(character)].split(",")[0])


def _double_names(words: Words, surnames: list[Name], given: list[Name]) -> Words:
    """How many people bear each given name of two characters.

    Known ones have their figure; others are gathered from people's names among the words: the more surnames a pair
    of name characters goes with there, the likelier it is a given name.
    """
    people = {
        (name.text, name.syllables): name.frequency * _PEOPLE / 100_000
        for name in given
        if len(name.text) == 2  # noqa: PLR2004  # two characters
    }
    family = {(name.text, *name.syllables) for name in surnames if len(name.text) == 1}
    parts = {(name.text, *name.syllables) for name in given if len(name.text) == 1}
    for (word, syllables), _ in words.items():
        if len(word) == 3 and all(  # noqa: PLR2004  # a surname and two characters
            pair in known for pair, known in zip(zip(word, syllables, strict=True), (family, parts, parts), strict=True)
        ):
            key = word[1:], syllables[1:]
            people[key] = people.get(key, 0.0) + _ADDED
    return people


def _spread(characters: list[Name], met: Mapping[tuple[str, str], float]) -> Words:
    """The share of each character among given names, half by its band and half by the double names it is met in."""
    bands, total = sum(name.frequency for name in characters), sum(met.values())
    words: Words = {}
    for name in characters:
        share = name.frequency / bands
        if total:
            share = (share + met.get((name.text, name.syllables[0]), 0.0) / total) / 2
        words[name.text, name.syllables] = share * _PEOPLE
    return words


if __name__ == "__main__":
    main()
