"""People's names as candidates: whole ones, surnames, given names, by how many people bear them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from heapq import nlargest
from typing import Final

from widgets.pinyin.lexicon import Lexicon
from widgets.pinyin.shelf import Scored
from widgets.pinyin.spelling import Range, Spelling
from widgets.pinyin.syllables import SYLLABLES

_ALL: Final = math.log(10_000_000)
"""Scores are logarithms of people in ten million."""
_DOUBLED: Final = math.log(0.02)
"""Two in a hundred double names repeat their character."""
_COMPOSED: Final = math.log(0.4)
"""Four in ten double names are in no list and as likely as their parts."""
_SHARE: Final = {1: math.log(0.12), 2: math.log(0.88)}
"""Given names of one character, and of two."""
_COST: Final = 4.0
"""How much a unit of a spelling's cost takes from the score."""
_SURNAMES, _PARTS, _GIVEN, _WHOLE = 10, 10, 30, 60
_SPELLINGS: Final = 6
ANY: Final[Range] = (0, len(SYLLABLES))


def whole_names(lexicon: Lexicon, spellings: Sequence[Spelling]) -> list[str]:
    """Surname and given name, or a surname alone, that all the letters may stand for, the likeliest first."""
    found: list[Scored] = []
    for spelling in spellings[:_SPELLINGS]:
        for length in (1, 2):
            surname, given = spelling.ranges[:length], spelling.ranges[length:]
            if len(surname) < length or len(given) > len(_SHARE):
                continue
            surnames = lexicon.find_surnames(surname, _SURNAMES if given else None)
            found += [
                (score + more - spelling.cost * _COST, text + name)
                for more, name in (given_names(lexicon, given) if given else [(0.0, "")])
                for score, text in surnames
            ]
    return best_first(found, _WHOLE)


def started_surnames(lexicon: Lexicon, spellings: Iterable[Spelling]) -> list[str]:
    """Surnames of two characters of which the first was typed."""
    typed = [one.ranges[0] for one in spellings if len(one.ranges) == 1 and one.in_full]
    return [text for only in typed for _, text in lexicon.find_surnames([only, ANY])]


def given_names(lexicon: Lexicon, ranges: Sequence[Range]) -> list[Scored]:
    """Given names of one or two characters that can be read so, with the logarithm of their share, best first."""
    if len(ranges) == 1:
        singles = lexicon.single_names.find(ranges, _GIVEN)
        return [(score - _ALL + _SHARE[1], text) for score, text in singles]
    found = {text: score - _ALL for score, text in lexicon.double_names.find(ranges, _GIVEN)}
    for second_score, second in lexicon.second_characters.find(ranges[1:], _PARTS):
        for first_score, first in lexicon.first_characters.find(ranges[:1], _PARTS):
            score = first_score + (_DOUBLED if first == second else second_score - _ALL + _COMPOSED) - _ALL
            found[first + second] = max(score, found.get(first + second, score))
    return nlargest(_GIVEN, ((score + _SHARE[2], text) for text, score in found.items()))


def whole_given_names(lexicon: Lexicon, spellings: Sequence[Spelling]) -> list[str]:
    """Given names, or one character of them, that all the letters may stand for, the likeliest first."""
    found: list[Scored] = []
    for spelling in spellings[:_SPELLINGS]:
        if len(spelling.ranges) == 1:
            found += [(score - spelling.cost * _COST, text) for score, text in _characters(lexicon, spelling.ranges)]
        elif len(spelling.ranges) == len(_SHARE):
            names = given_names(lexicon, spelling.ranges)
            found += [(score + _ALL - spelling.cost * _COST, text) for score, text in names]
    return best_first(found, None)


def first_given_characters(lexicon: Lexicon, ranges: Sequence[Range]) -> list[str]:
    """Characters that may begin a given name, the likeliest first."""
    return [text for _, text in lexicon.first_characters.find(ranges)]


def _characters(lexicon: Lexicon, ranges: Sequence[Range]) -> list[Scored]:
    shelves = (lexicon.single_names, lexicon.first_characters, lexicon.second_characters)
    return [scored for shelf in shelves for scored in shelf.find(ranges)]


def best_first(scored: Iterable[Scored], limit: int | None) -> list[str]:
    """The texts in the order of their scores, each once."""
    ordered = sorted(scored, key=lambda one: -one[0])
    return list(dict.fromkeys(text for _, text in ordered))[:limit]
