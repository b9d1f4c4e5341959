"""Telling a scanner that types like a keyboard from a person who types: its characters come faster than fingers can.

Knows neither a clock nor Textual. That nothing came for as long as `patience` is told by whoever waits for input,
since only the wait itself knows it: times taken after a late wake-up would make typing of a scan on a busy machine.
"""

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final, Generic, TypeAlias, TypeVar

GAP_SECONDS: Final = 0.035
"""Longest pause in which a scan begins: slow readers take 20 ms a character, a held key repeats every 40."""

SURE: Final = 4
"""After so many characters without a pause it is a scanner: no fingers roll over four keys in a tenth of a second."""

SURE_GAP_SECONDS: Final = 0.08
"""Longest pause from then on, so that a machine busy with something else doesn't tear a scan apart."""

SHORTEST: Final = 6
"""Fewest characters of a scan: a quick roll of fingers over fewer keys is typing."""

SURE_UNENDED: Final = 12
"""Fewest characters of a scan without any ending: nobody types so many without a pause."""

LONGEST: Final = 256
"""Most characters of a scan; all this program asks for have fewer than thirty."""

ENDS: Final = frozenset({"\r", "\n", "\t"})
"""What a reader may be set to send after a code: enter, line feed or tab."""

_SYMBOLOGY: Final = re.compile(r"^\][A-Za-z][0-9A-Za-z]")
"""The kind of the code, as some readers send it before the code itself (ISO/IEC 15424)."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True, repr=False)
class Scan:
    """What a reader read, without its ending; without a repr, since it may be of somebody's document."""

    text: str


class Dropped(Enum):
    """Why characters are dropped from here to the next pause: no code is so long, or it went on after an ending."""

    TOO_LONG = auto()
    WENT_ON = auto()


InputOrScan: TypeAlias = T | Scan | Dropped


class ScanWatch(Generic[T]):
    """Holds keys back until it is known whether a scanner or a person typed them.

    What comes without a pause is a scan if it has `SHORTEST` characters and an ending, or `SURE_UNENDED` and none.
    No key of a scan comes out, up to the next pause. Everything else comes out as it came in: nothing is lost, doubled
    or in another order. Only what is longer than any code is dropped.

    >>> watch = ScanWatch[str]()
    >>> [heard for key in "13" for heard in watch.feed(key, key)], watch.pause()
    ([], ['1', '3'])
    >>> [heard.text for key in "2611225317\\r" for heard in watch.feed(key, key)]
    ['2611225317']
    """

    def __init__(self) -> None:
        self._held: list[T] = []
        self._text: list[str] = []
        self._characters = 0
        self._is_known = False
        self._is_told = False

    @property
    def patience(self) -> float | None:
        """After how many seconds without input `pause` is to be called; None while that would change nothing."""
        if self._is_known or self._characters >= SURE:
            return SURE_GAP_SECONDS
        return GAP_SECONDS if self._held else None

    def feed(self, item: T, typed: str | None) -> list[InputOrScan[T]]:
        """Take the next input and give what is certain now, in order.

        `typed` is the character that the item types, one of `ENDS` for enter, line feed and tab, empty for any other
        key, and None for what is no key: that passes by a scan.
        """
        if typed is None:
            return [item] if self._is_scanning else [*self.pause(), item]
        if self._is_known:
            return self._drop(typed)
        if not typed and not self._is_scanning:
            return [*self.pause(), item]
        if len(self._held) == LONGEST:
            self._know(is_told=True)
            return [Dropped.TOO_LONG]
        if typed in ENDS and self._is_scanning:
            return self._scan()
        self._held.append(item)
        self._text.append(typed)
        self._characters += typed not in ENDS and typed != ""
        return []

    def pause(self) -> list[InputOrScan[T]]:
        """Nothing came for as long as `patience`: what is held is a scan without an ending, or a person's typing."""
        was_ended = any(typed in ENDS for typed in self._text)
        if self._characters >= (SHORTEST if was_ended else SURE_UNENDED):
            heard: list[InputOrScan[T]] = list(self._scan())
        else:
            heard = list(self._held)
        self._forget()
        self._is_known = self._is_told = False
        return heard

    @property
    def _is_scanning(self) -> bool:
        return self._is_known or self._characters >= SHORTEST

    def _scan(self) -> list[InputOrScan[T]]:
        text = "".join(self._text).strip("".join(ENDS))
        self._know(is_told=False)
        return [Scan(_SYMBOLOGY.sub("", text))]

    def _drop(self, typed: str) -> list[InputOrScan[T]]:
        # Readers that end a code twice, with tab and enter, do nothing that need be told.
        if self._is_told or typed in ENDS:
            return []
        self._is_told = True
        return [Dropped.WENT_ON]

    def _know(self, *, is_told: bool) -> None:
        self._forget()
        self._is_known, self._is_told = True, is_told

    def _forget(self) -> None:
        self._held, self._text, self._characters = [], [], 0
