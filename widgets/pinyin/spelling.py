"""How letters may be read as syllables: every division that makes sense, the likeliest first.

`jinan` is ji'nan and jin'an, `zhw` is zh'w, `ouyangn` is ou'yang'n. Because all divisions are kept in one lattice,
forty letters cost no more than a few syllables do, although they have thousands of divisions.
"""

from __future__ import annotations

from dataclasses import dataclass
from heapq import nsmallest
from typing import Final

from widgets.pinyin.syllables import INITIALS, LONGEST, syllable_number, syllables_beginning

MARK: Final = "'"
"""Typed between syllables to say where one ends."""

_SYLLABLE_COST: Final = 0.1
"""Of two divisions the one with fewer syllables is likelier."""
_BEGINNING_COST: Final = 1.0
_VOWEL_COST: Final = 0.4
"""Less than for a consonant: a, o and e are syllables of their own that are hardly ever meant."""
_PAIR_COST: Final = 1.5
"""More than for a single letter, so that s'h stays near sh: 商河 as well as 上 begin with it."""
_UNFINISHED_COST: Final = 0.6
_UNREADABLE_COST: Final = 3.0
_KEPT: Final = 12
"""Divisions kept at each letter."""
_LIKELY: Final = 0.75
"""What a division may cost more than the best: a few more syllables, or the last one not yet at its end."""
_VOWELS: Final = "aoe"

Range = tuple[int, int]
"""Syllables that a stretch of letters may stand for: number of the first, one past the last."""


@dataclass(frozen=True, slots=True, repr=False)
class Spelling:
    """One reading of the first `end` letters: a range of syllables for each stretch, and how unlikely it is.

    `cost` is 0.1 a syllable, and up to 1.5 more for each of which only the beginning was typed.
    """

    end: int
    ranges: tuple[Range, ...]
    cost: float

    @property
    def in_full(self) -> bool:
        """Whether every syllable was typed to its end."""
        return all(high - low == 1 for low, high in self.ranges)


class Lattice:
    """The readings of one string of letters and marks."""

    def __init__(self, letters: str) -> None:
        self._letters = letters
        self.end = len(letters)
        self._edges = [self._edges_at(start) for start in range(self.end)]
        self._rest_costs = self._costs_of_rests()
        self._from_start = self._spellings_from(0)

    def whole(self) -> list[Spelling]:
        """Readings of all the letters, best first; none that leaves more syllables to be guessed than the best."""
        spellings = self._from_start[self.end]
        return [spelling for spelling in spellings if spelling.cost <= spellings[0].cost + _LIKELY]

    def beginnings(self) -> list[Spelling]:
        """Readings of some letters that leave a sensible rest, the longest first.

        A beginning is kept when no division of all the letters is better than its own by more than a little.
        """
        if not self.end:
            return []
        bound = self._rest_costs[0] + _LIKELY
        return [
            spelling
            for end in range(self.end - 1, 0, -1)
            for spelling in self._from_start[end]
            if spelling.cost + self._rest_costs[end] <= bound
        ]

    def initials(self) -> tuple[Range, ...]:
        """The reading that takes every letter for an initial, however well they make syllables; empty if none can be.

        For a short list of what is possible: nobody thinks of `te` when typing `tezq` for 台儿庄区.
        """
        letters = self._letters.replace(MARK, "")
        return tuple(map(syllables_beginning, letters)) if INITIALS.issuperset(letters) else ()

    def steps(self, start: int) -> list[tuple[int, int]]:
        """The fully typed syllables that may stand at `start`: where each ends, and its number."""
        return [(end, low) for end, (low, high), _ in self._edges[start] if high - low == 1]

    def _edges_at(self, start: int) -> list[tuple[int, Range, float]]:
        edges: list[tuple[int, Range, float]] = []
        for end in range(start + 1, min(start + LONGEST, self.end) + 1):
            part = self._letters[start:end]
            if MARK in part:
                break
            number, beginning = syllable_number(part), syllables_beginning(part)
            after = self._past_marks(end)
            if number is not None:
                edges.append((after, (number, number + 1), _SYLLABLE_COST))
            if part in INITIALS:
                edges.append((after, beginning, _SYLLABLE_COST + _beginning_cost(part)))
            elif end == self.end and beginning[1] - beginning[0] > (number is not None):
                edges.append((after, beginning, _SYLLABLE_COST + _UNFINISHED_COST))
        return edges

    def _past_marks(self, position: int) -> int:
        while position < self.end and self._letters[position] == MARK:
            position += 1
        return position

    def _costs_of_rests(self) -> list[float]:
        costs = [0.0] * (self.end + 1)
        for start in range(self.end - 1, -1, -1):
            read = min((costs[end] + cost for end, _, cost in self._edges[start]), default=float("inf"))
            costs[start] = min(read, costs[start + 1] + _UNREADABLE_COST)
        return costs

    def _spellings_from(self, start: int) -> list[list[Spelling]]:
        found: list[list[Spelling]] = [[] for _ in range(self.end + 1)]
        found[start] = [Spelling(start, (), 0.0)]
        for position in range(start, self.end):
            best = found[position] = nsmallest(_KEPT, found[position], key=lambda one: one.cost)
            for end, syllables, cost in self._edges[position]:
                found[end] += [Spelling(end, (*one.ranges, syllables), one.cost + cost) for one in best]
        found[self.end] = nsmallest(_KEPT, found[self.end], key=lambda one: one.cost)
        return found


def _beginning_cost(initial: str) -> float:
    if initial in _VOWELS:
        return _VOWEL_COST
    return _BEGINNING_COST if len(initial) == 1 else _PAIR_COST
