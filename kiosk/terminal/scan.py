"""Telling a scanner that types like a keyboard from a person who types: its characters come faster than fingers can.

Knows neither a clock nor Textual. That nothing came for as long as `patience` is told by whoever waits for input,
since only the wait itself knows it: times taken after a late wake-up would make typing of a scan on a busy machine.
"""

import re
from dataclasses import dataclass
from typing import Final, Generic, TypeAlias, TypeVar

GAP_SECONDS: Final = 0.035
"""Longest pause in which a scan begins: slow readers take 20 ms a character, a held key repeats every 40."""

SURE: Final = 4
"""After so many characters without a pause it is a scanner: no fingers roll over four keys in a tenth of a second."""

SURE_GAP_SECONDS: Final = 0.08
"""Longest pause from then on, so that a machine busy with something else doesn't tear a scan apart."""

SHORTEST: Final = 6
"""Fewest characters of a scan: a quick roll of fingers over fewer keys is typing."""

LONGEST: Final = 256
"""Most characters of a scan; all this program asks for have fewer than thirty."""

ENDS: Final = frozenset({"\r", "\t"})
"""What a reader may be set to send after a code: enter or tab."""

_SYMBOLOGY: Final = re.compile(r"\][A-Za-z][0-9A-Za-z]")
"""The kind of the code, as some readers send it before the code itself (ISO/IEC 15424)."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True, repr=False)
class Scan:
    """What a reader read, without its ending; without a repr, since it may be of somebody's document."""

    text: str


@dataclass(frozen=True, slots=True)
class TooLong:
    """More characters came without a pause than any code has: they are dropped, up to the next pause."""


Heard: TypeAlias = T | Scan | TooLong


class ScanWatch(Generic[T]):
    """Holds characters back until it is known whether a scanner or a person typed them.

    A scan is at least `SHORTEST` characters with no pause between them, ended without one. Everything else comes out
    as it came in: nothing is lost, doubled or in another order. Only what no code is as long as is dropped.

    >>> watch = ScanWatch[str]()
    >>> [heard for key in "13" for heard in watch.feed(key, key)], watch.pause()
    ([], ['1', '3'])
    >>> [heard.text for key in "2611225317\\r" for heard in watch.feed(key, key)]
    ['2611225317']
    """

    def __init__(self) -> None:
        self._held: list[T] = []
        self._text: list[str] = []
        self._overflows = False
        self._ended = False

    @property
    def patience(self) -> float | None:
        """After how many seconds without input `pause` is to be called; None while that would change nothing."""
        if self._overflows or self._ended or len(self._held) >= SURE:
            return SURE_GAP_SECONDS
        return GAP_SECONDS if self._held else None

    def feed(self, item: T, typed: str) -> list[Heard[T]]:
        """Take the next input and give what is certain now, in order.

        `typed` is the character that the item types, one of `ENDS` for enter and tab, and empty for anything else.
        """
        if typed in ENDS:
            return self._end(item)
        if not typed:
            return [*self.pause(), item]
        self._ended = False
        if self._overflows:
            return []
        if len(self._held) == LONGEST:
            self._forget()
            self._overflows = True
            return [TooLong()]
        self._held.append(item)
        self._text.append(typed)
        return []

    def pause(self) -> list[Heard[T]]:
        """Nothing came for as long as `patience`: what is held was typed by a person."""
        held: list[Heard[T]] = list(self._held)
        self._forget()
        self._overflows = self._ended = False
        return held

    def _end(self, item: T) -> list[Heard[T]]:
        # Some readers end a code twice, with tab and enter: the second would press a button.
        if self._ended:
            return []
        if self._overflows or len(self._held) >= SHORTEST:
            heard: list[Heard[T]] = [] if self._overflows else [Scan(_SYMBOLOGY.sub("", "".join(self._text), count=1))]
            self._forget()
            self._overflows, self._ended = False, True
            return heard
        return [*self.pause(), item]

    def _forget(self) -> None:
        self._held, self._text = [], []
