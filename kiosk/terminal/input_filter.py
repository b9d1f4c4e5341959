"""Bytes from the tty in, harmless text out: only keys on a short list, plain text, taps and pastes get through.

What comes out is safe for a terminal input parser by construction: every escape sequence in it is one this
module wrote itself, whole and with small numbers. SPEC 9.2; the grammar of what comes in is ECMA-48 as xterm
speaks it (https://invisible-island.net/xterm/ctlseqs/ctlseqs.html).
"""

import re
import unicodedata
from codecs import getincrementaldecoder
from enum import StrEnum, auto
from typing import Final

PASTE_LIMIT: Final = 4096
"""Most characters of one paste that are delivered; the rest is dropped."""

ESCAPE_SECONDS: Final = 0.1
"""Quiet after which an escape byte was the escape key, and an unfinished key sequence was noise."""

OPEN_SECONDS: Final = 1.0
"""Quiet after which a paste or a control string that was never ended counts as ended."""

PASTE_START: Final = "\x1b[200~"
PASTE_END: Final = "\x1b[201~"

_SEQUENCE_LIMIT: Final = 32
_TYPED_CONTROLS: Final = {"\r": "\r", "\t": "\t", "\x7f": "\x7f", "\x08": "\x7f"}
_ESC: Final = "\x1b"
_CANCEL: Final = "\x18\x1a"
_INTERRUPT: Final = "\x03"

_KEYS: Final = {
    "A": "\x1b[A",
    "B": "\x1b[B",
    "C": "\x1b[C",
    "D": "\x1b[D",
    "H": "\x1b[H",
    "F": "\x1b[F",
    "Z": "\x1b[Z",
    "1~": "\x1b[H",
    "7~": "\x1b[H",
    "4~": "\x1b[F",
    "8~": "\x1b[F",
    "3~": "\x1b[3~",
    "5~": "\x1b[5~",
    "6~": "\x1b[6~",
    # The terminal's answer to "do you draw whole frames at once?" (mode 2026); without it the screen tears.
    "?2026;1$y": "\x1b[?2026;1$y",
    "?2026;2$y": "\x1b[?2026;2$y",
}
"""Control sequences let in (without their `ESC [`), each with the one spelling it leaves in."""

_SHIFTED_KEYS: Final = (
    {key: _KEYS[key] for key in "ABCDHF"} | {"M": "\r"} | dict(zip("pqrstuvwxy", "0123456789", strict=True))
)
"""The same for `ESC O`: arrows and the number pad in their application modes."""

_MOUSE: Final = re.compile(r"<([0-9]{1,3});([0-9]{1,4});([0-9]{1,4})([Mm])")
_MOUSE_MODIFIERS: Final = 4 | 8 | 16
_MOUSE_MOTION: Final = 32
_MOUSE_NO_BUTTON: Final = 3
_WHEEL: Final = (64, 65)

_CJK_PLANES: Final = range(0x20000, 0x40000)
_NONCHARACTER: Final = 0xFFFE
_LINE_BREAKS: Final = frozenset("\t\n\r\x0b\x0c\x85\u2028\u2029")


class _State(StrEnum):
    TEXT = auto()
    ESCAPE = auto()
    CONTROL = auto()
    SHIFTED = auto()
    STRING = auto()
    SWALLOW = auto()


def is_printable(character: str) -> bool:
    """Whether a character may be typed or pasted: no control (C0, C1), format (bidi, zero width) or undefined one.

    Ideographs newer than Python's Unicode tables count as printable, because people have them in their names.
    """
    category = unicodedata.category(character)
    if category == "Cn":
        code = ord(character)
        return code in _CJK_PLANES and code & _NONCHARACTER != _NONCHARACTER
    return category[0] != "C" and category not in {"Zl", "Zp"}


def clean_line(text: str) -> str:
    """Text as one harmless line: line ends and tabs become blanks, what isn't printable goes."""
    return "".join(" " if c in _LINE_BREAKS else c for c in text if c in _LINE_BREAKS or is_printable(c))


class InputFilter:
    """The state between two reads of the tty: call `feed` with what was read and `settle` when nothing was.

    Lets in: printable text, enter, tab, shift+tab, backspace, delete, escape, arrows, home, end, page up, page
    down, the mouse in SGR coordinates, and bracketed pastes as one line of at most `paste_limit` characters. Any
    byte may come at any time and chunks may end anywhere. Holds a bounded amount: one short sequence or one paste.
    With `line_feeds` a line feed is let in too, for whoever tells scans by their ending; it is no key.

    >>> keys = InputFilter()
    >>> keys.feed(b"138\\x11\\x1b[9999999999;5u\\x1b[A")
    '138\\x1b[A'
    """

    def __init__(self, *, paste_limit: int = PASTE_LIMIT, line_feeds: bool = False) -> None:
        self._decoder = getincrementaldecoder("utf-8")("ignore")
        self._paste_limit = paste_limit
        self._line_feeds = line_feeds
        self._state = _State.TEXT
        self._sequence = ""
        self._swallow = 0
        self._paste: list[str] | None = None
        self._interrupts = 0

    @property
    def pending(self) -> bool:
        """Whether something was begun that `settle` may have to finish."""
        return self._state is not _State.TEXT or self._paste is not None

    def take_interrupts(self) -> int:
        """How often Ctrl+C was pressed (not pasted) since the last call; the key itself is never let in."""
        taken, self._interrupts = self._interrupts, 0
        return taken

    def feed(self, data: bytes) -> str:
        """Take the next bytes and give what they let in, as far as it is complete. Never raises on any bytes."""
        out: list[str] = []
        for character in self._decoder.decode(data):
            self._take(character, out)
        return "".join(out)

    def settle(self, quiet_seconds: float) -> str:
        """Finish what was left open, given how long nothing has been read; `"\\x1b"` is the escape key.

        A single escape byte is the key after `ESCAPE_SECONDS`, or the end of a paste. A paste is delivered and a
        control string is over after `OPEN_SECONDS` too, so that no torn sequence can lock the keyboard.
        """
        out: list[str] = []
        if quiet_seconds >= ESCAPE_SECONDS and self._state not in {_State.TEXT, _State.STRING}:
            if self._state is _State.ESCAPE and self._paste is None:
                out.append(_ESC)
            elif self._state is _State.ESCAPE:
                # No paste pauses behind an escape: this is a person, who finds that nothing works.
                self._end_paste(out)
            self._state = _State.TEXT
        if quiet_seconds >= OPEN_SECONDS:
            self._state = _State.TEXT
            self._decoder.reset()
            self._end_paste(out)
        return "".join(out)

    def _take(self, character: str, out: list[str]) -> None:
        if self._state is not _State.TEXT and character in _CANCEL:
            self._state = _State.TEXT
            return
        if character == _ESC:
            self._state = _State.ESCAPE
            return
        match self._state:
            case _State.TEXT:
                self._take_text(character, out)
            case _State.ESCAPE:
                self._take_escaped(character)
            case _State.CONTROL:
                self._take_control(character, out)
            case _State.SHIFTED:
                self._state = _State.TEXT
                if self._paste is None:
                    out.append(_SHIFTED_KEYS.get(character, ""))
            case _State.STRING:
                if character == "\x07":
                    self._state = _State.TEXT
            case _State.SWALLOW:
                self._swallow -= 1
                if self._swallow == 0:
                    self._state = _State.TEXT

    def _take_text(self, character: str, out: list[str]) -> None:
        if self._paste is not None:
            if len(self._paste) < self._paste_limit:
                self._paste.extend(clean_line(character))
        elif character in _TYPED_CONTROLS:
            out.append(_TYPED_CONTROLS[character])
        elif character == "\n" and self._line_feeds:
            out.append(character)
        elif character == _INTERRUPT:
            self._interrupts += 1
        elif is_printable(character):
            out.append(character)

    def _take_escaped(self, character: str) -> None:
        self._sequence = ""
        if character == "[":
            self._state = _State.CONTROL
        elif character == "O":
            self._state = _State.SHIFTED
        elif character in "]PX^_":
            self._state = _State.STRING
        elif " " <= character <= "/":
            self._swallow_next(1)
        else:
            self._state = _State.TEXT

    def _take_control(self, character: str, out: list[str]) -> None:
        if " " <= character <= "?":
            # One character over the limit marks the sequence as too long; no more of it is kept.
            if len(self._sequence) <= _SEQUENCE_LIMIT:
                self._sequence += character
            return
        self._state = _State.TEXT
        if not "@" <= character <= "~":
            return
        if not self._sequence and character in "[M":
            # The Linux console's function keys (`ESC [ [ A`), and the oldest mouse report (`ESC [ M` and three).
            self._swallow_next(1 if character == "[" else 3)
            return
        if len(self._sequence) <= _SEQUENCE_LIMIT:
            self._finish_control(self._sequence + character, out)

    def _finish_control(self, sequence: str, out: list[str]) -> None:
        if sequence == "201~":
            self._end_paste(out)
        elif self._paste is not None:
            return
        elif sequence == "200~":
            self._paste = []
        elif key := _KEYS.get(sequence):
            out.append(key)
        elif mouse := _MOUSE.fullmatch(sequence):
            out.append(_clean_mouse(*mouse.groups()))

    def _swallow_next(self, characters: int) -> None:
        self._swallow = characters
        self._state = _State.SWALLOW

    def _end_paste(self, out: list[str]) -> None:
        if self._paste:
            out.extend((PASTE_START, *self._paste, PASTE_END))
        self._paste = None


def _clean_mouse(buttons: str, x: str, y: str, final: str) -> str:
    """The report without modifiers and with any button as the first, or nothing if it is none of ours.

    A long press on a touch screen arrives as the right button; for a customer a press is a press.
    """
    code = int(buttons) & ~_MOUSE_MODIFIERS
    if int(x) < 1 or int(y) < 1:
        return ""
    if code in _WHEEL:
        return f"\x1b[<{code};{int(x)};{int(y)}M"
    if code & ~(_MOUSE_MOTION | _MOUSE_NO_BUTTON):
        return ""
    pressed = 0 if code & _MOUSE_NO_BUTTON != _MOUSE_NO_BUTTON else _MOUSE_NO_BUTTON
    return f"\x1b[<{code & _MOUSE_MOTION | pressed};{int(x)};{int(y)}{final}"


class Budget:
    """How many inputs may be passed on: `burst` at once, refilled by `per_second`; so a flood can't pile up.

    >>> budget = Budget(burst=2, per_second=1, now=0)
    >>> [budget.take(0), budget.take(0), budget.take(0), budget.take(1.5)]
    [True, True, False, True]
    """

    def __init__(self, *, burst: float, per_second: float, now: float) -> None:
        self._burst = burst
        self._per_second = per_second
        self._left = burst
        self._then = now

    def take(self, now: float) -> bool:
        """Whether one more may pass at `now` (seconds, monotonic)."""
        self._left = min(self._burst, self._left + max(0.0, now - self._then) * self._per_second)
        self._then = now
        if self._left < 1:
            return False
        self._left -= 1
        return True
