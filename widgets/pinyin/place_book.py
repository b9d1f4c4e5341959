"""The places that are possible, found by any mixture of syllables and initials."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from widgets.pinyin.lexicon import Lexicon
from widgets.pinyin.spelling import Range

_Place = tuple[int, str, tuple[frozenset[int], ...]]
"""Its place in the given order, the word, and the syllables that each character may be read as."""


class PlaceBook:
    """Words with every reading that their characters have, so that 乐陵 is found under `laoling` and `leling` alike."""

    def __init__(self, lexicon: Lexicon, words: Iterable[str]) -> None:
        self._by_first: dict[int, list[_Place]] = defaultdict(list)
        readings: dict[str, frozenset[int]] = {}
        for order, word in enumerate(words):
            for character in word:
                if character not in readings:
                    readings[character] = lexicon.readings(character)
            place = order, word, tuple(readings[character] for character in word)
            for number in place[2][0] if word else ():
                self._by_first[number].append(place)

    def beginning(self, ranges: Sequence[Range]) -> list[str]:
        """The places that begin so: those that are typed to their end first, then in the order given."""
        return sorted(self._matching(ranges), key=lambda word: len(word) != len(ranges))

    def complete(self, ranges: Sequence[Range]) -> list[str]:
        """The places that read just so."""
        return [word for word in self._matching(ranges) if len(word) == len(ranges)]

    def _matching(self, ranges: Sequence[Range]) -> list[str]:
        if not ranges:
            return []
        found = {
            (order, word)
            for first in range(*ranges[0])
            for order, word, readings in self._by_first.get(first, ())
            if len(word) >= len(ranges)
            and all(
                any(low <= number < high for number in syllable)
                for syllable, (low, high) in zip(readings, ranges, strict=False)
            )
        }
        return [word for _, word in sorted(found)]
