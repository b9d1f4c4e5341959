"""Finding words of a text by how they are spelled: a Hanzi by its pinyin, a Latin word by its letters."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

_UNIT: Final = re.compile(r"[\u3007\u3400-\u9fff]+|[A-Za-z]+|\d+")
_HANZI: Final = re.compile(r"[\u3007\u3400-\u9fff]")

Readings = Callable[[str], Sequence[str]]
"""Gives the pinyin of each character of a run of Hanzi, without tones."""

Span = tuple[int, int]
"""Where something stands in a text: first character, and the one after the last."""


@dataclass(frozen=True, slots=True)
class Unit:
    """What is spelled as one: a Hanzi, a Latin word in small letters, a number. `begin` and `end` are its place."""

    begin: int
    end: int
    letters: str


def spell(text: str, readings: Readings) -> tuple[Unit, ...]:
    """The units of a text in their order; punctuation is none."""
    units: list[Unit] = []
    for run in _UNIT.finditer(text):
        if _HANZI.match(run[0]):
            places = range(run.start(), run.end())
            units += [Unit(place, place + 1, letters) for place, letters in zip(places, readings(run[0]), strict=True)]
        else:
            units.append(Unit(run.start(), run.end(), run[0].lower()))
    return tuple(units)


def initials(units: Sequence[Unit]) -> str:
    """The first letter of each unit: `zf` for 支付."""
    return "".join(unit.letters[:1] for unit in units)


def find_spelled(letters: str, units: Sequence[Unit], *, briefly: bool = False) -> Span | None:
    """Where `letters` spell units one after another, the last perhaps not to its end.

    `briefly` lets every unit be spelled by its first letters alone: `zf`, `zhf` and `zhifu` are all 支付.
    """
    if letters:
        for start in range(len(units)):
            end = _spelled_until(letters, units, start, briefly=briefly)
            if end is not None:
                return units[start].begin, units[end].end
    return None


def _spelled_until(letters: str, units: Sequence[Unit], place: int, *, briefly: bool) -> int | None:
    """The last of the units from `place` on that spell all of `letters`."""
    if place == len(units):
        return None
    unit = units[place].letters
    if unit.startswith(letters):
        return place
    least = 1 if briefly else len(unit)
    for taken in range(len(unit), least - 1, -1):
        if letters.startswith(unit[:taken]):
            end = _spelled_until(letters[taken:], units, place + 1, briefly=briefly)
            if end is not None:
                return end
    return None
