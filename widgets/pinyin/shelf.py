"""Words of one length, sorted by their syllables, in flat arrays that can lie in a mapped file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from widgets.pinyin.spelling import Range

_BITS: Final = 9
"""Enough for the number of any syllable."""
LONGEST_WORD: Final = 64 // _BITS
"""As many syllables as fit into one key."""
_SCORE_UNIT: Final = 4000
"""Scores are natural logarithms of frequencies, up to 16, kept as integers of two bytes."""

Scored = tuple[float, str]
"""A score, the natural logarithm of a frequency, and the word it belongs to."""


class Shelf:
    """Words of `length` syllables: their keys in order, their characters and scores.

    A key holds a word's syllable numbers, nine bits each, the first on top; so words that begin alike are
    neighbours, and a reading that begins with whole syllables is found by two binary searches.
    """

    def __init__(self, keys: NDArray[np.uint64], characters: NDArray[np.uint32], scores: NDArray[np.uint16]) -> None:
        self._keys, self._characters, self._scores = keys, characters, scores
        self._length = characters.shape[1]

    @property
    def arrays(self) -> tuple[NDArray[np.uint64], NDArray[np.uint32], NDArray[np.uint16]]:
        """Keys, code points and scores, to be written to a file."""
        return self._keys, self._characters, self._scores

    def find(self, ranges: Sequence[Range], limit: int | None = None) -> list[Scored]:
        """The words that can be read so, best first; at most `limit` of them."""
        rows = self._rows(ranges)
        if limit is not None and rows.size > limit:
            rows = rows[np.argpartition(self._scores[rows], rows.size - limit)[rows.size - limit :]]
        rows = rows[np.argsort(-self._scores[rows].astype(np.int32), kind="stable")]
        texts = self._characters[rows].astype("<u4").view(f"<U{self._length}").ravel().tolist()
        return list(zip((self._scores[rows] / _SCORE_UNIT).tolist(), texts, strict=True))

    def best(self, numbers: Sequence[int]) -> Scored | None:
        """The best word of exactly these syllables."""
        found = self.find([(number, number + 1) for number in numbers], limit=1)
        return found[0] if found else None

    def readings(self, character: str) -> frozenset[int]:
        """The numbers of the syllables that this shelf of single characters has for one."""
        return frozenset(self._keys[self._characters[:, 0] == ord(character)].tolist())

    def _rows(self, ranges: Sequence[Range]) -> NDArray[np.intp]:
        low = high = 0
        searched = 0
        for first, past in ranges:
            low, high = low << _BITS | first, low << _BITS | past
            searched += 1
            if past - first > 1:
                break
        shift = _BITS * (self._length - searched)
        start, stop = np.searchsorted(self._keys, np.array([low << shift, high << shift], dtype=np.uint64))
        rows = np.arange(start, stop)
        for place in range(searched, self._length):
            first, past = ranges[place]
            syllable = self._keys[rows] >> np.uint64(_BITS * (self._length - 1 - place)) & np.uint64((1 << _BITS) - 1)
            rows = rows[(syllable >= np.uint64(first)) & (syllable < np.uint64(past))]
        return rows


def make_shelf(length: int, words: Iterable[tuple[str, Sequence[int], float]]) -> Shelf:
    """A shelf of words of `length` characters, each with its syllables' numbers and its score."""
    keyed = sorted((_key(numbers), -score, text) for text, numbers, score in words)
    keys = np.array([key for key, _, _ in keyed], dtype=np.uint64)
    characters = np.array([list(map(ord, text)) for _, _, text in keyed], dtype=np.uint32).reshape(-1, length)
    scores = np.array([round(max(0.0, min(16.0, -low)) * _SCORE_UNIT) for _, low, _ in keyed], dtype=np.uint16)
    return Shelf(keys, characters, scores)


def _key(numbers: Sequence[int]) -> int:
    key = 0
    for number in numbers:
        key = key << _BITS | number
    return key
