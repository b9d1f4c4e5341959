"""What is being typed, which decides the candidates that come first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Purpose:
    """People's names, or text in which the `words` are the likeliest."""

    names: bool = False
    words: tuple[str, ...] = ()


NAMES: Final = Purpose(names=True)
"""A person's name: surnames first, then given names."""


def places(words: Iterable[str]) -> Purpose:
    """An address: the districts, streets and shops that are possible come first, in the order given.

    They are found by all their syllables, by the first few, by initials, or any mixture: `lixia`, `lxq`, `lxia`.
    """
    return Purpose(words=tuple(dict.fromkeys(words)))
