"""What stands between keys and text where letters don't go straight in: it composes and offers candidates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, repr=False)
class Typed:
    """What an input method makes of a key: text to put in now, letters still open, and what they may become.

    `retract` says how many characters before the cursor are taken out first: those of a choice that is undone.
    `candidates` are all there are, best first; whoever shows them turns the pages. `handled` is False when the
    method has no use for the key, which then goes to the field as it is.
    """

    commit: str = ""
    retract: int = 0
    composing: str = ""
    candidates: tuple[str, ...] = ()
    handled: bool = True


class InputMethod(Protocol):
    """Turns keys into text, at once or by way of candidates."""

    def feed(self, key: str) -> Typed:
        """Take a key: a character, or a name such as "backspace"."""
        ...

    def choose(self, index: int) -> Typed:
        """Take the candidate at `index` of those last offered."""
        ...

    def reset(self, before: int = 0) -> None:
        """Forget what is open and what was chosen; typing goes on after `before` characters of the field."""
        ...
