"""The program's own tables of surnames and given names, as the builder reads them.

`surnames.txt` and `given_names.txt` have one band a line, `frequency: name name=reading …`; where no reading is given
the usual one of the character holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from itertools import product


@dataclass(frozen=True, slots=True)
class Name:
    """A surname, or a given name or part of one, with one of its readings and the figure of its band."""

    text: str
    syllables: tuple[str, ...]
    frequency: float


def read_names(table: str, usual_reading: Callable[[str], str]) -> list[Name]:
    """The names of a table (`surnames` or `given_names`), each once a reading, with the figure it first stands at."""
    found: dict[tuple[str, tuple[str, ...]], Name] = {}
    for text, readings, frequency in _entries(table):
        ways = [readings.split("/")] if len(text) == 1 else [[one] for one in readings.split("'")]
        if not readings:
            ways = [[usual_reading(character)] for character in text]
        for syllables in product(*ways):
            found.setdefault((text, syllables), Name(text, syllables, frequency))
    return list(found.values())


def _entries(table: str) -> Iterator[tuple[str, str, float]]:
    for line in files(__package__).joinpath(f"{table}.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            frequency, _, names = line.partition(":")
            for name in names.split():
                text, _, readings = name.partition("=")
                yield text, readings, float(frequency)
