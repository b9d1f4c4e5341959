"""What a terminal is asked about itself, and what its answers mean (ECMA-48, xterm's control sequences, and others).

All questions are sent at once, and one last that every terminal answers, so that one which leaves questions
unanswered costs no waiting.
"""

import os
import re
import select
import termios
import time
import tty
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

PATIENCE_SECONDS: Final = 0.8
"""How long a terminal that doesn't answer at all is waited for."""

MODES: Final = (1003, 1006, 2004, 2026)
"""Private modes: motion of the mouse, its coordinates beyond column 223, bracketed paste, synchronised output."""

_NAME, _KEYS, _COLOUR, _LAST = b"\x1b[>0q", b"\x1b[?u", b"\x1b[48;2;1;2;3m\x1bP$qm\x1b\\\x1b[0m", b"\x1b[c"
_WHERE, _WIPE = b"\x1b[6n", b"\r\x1b[J"
_IS_NAME = re.compile(rb"\x1bP>\|([^\x1b]*)\x1b\\")
_IS_STYLE = re.compile(rb"\x1bP[01]\$r([^\x1b]*)\x1b\\")
_IS_MODE = re.compile(rb"\x1b\[\?(\d+);(\d+)\$y")
_IS_KEYS = re.compile(rb"\x1b\[\?(\d+)u")
_IS_PLACE = re.compile(rb"\x1b\[\d+;(\d+)R")
_IS_LAST = re.compile(rb"\x1b\[\?([\d;]*)c")
_SIXEL: Final = "4"


@dataclass(frozen=True, slots=True)
class Answers:
    """What a terminal said of itself; None, or an absent key, where it said nothing."""

    name: str | None
    widths: Mapping[str, int]
    """Cells that each text took, for those asked about."""
    modes: Mapping[int, bool]
    """Whether it knows a private mode."""
    full_colour: bool | None
    extended_keys: bool
    sixel: bool | None


def ask_terminal(reading: int, writing: int, texts: Sequence[str], patience: float = PATIENCE_SECONDS) -> Answers:
    """Ask the terminal behind two file descriptors, and wait no longer than `patience` seconds.

    It is left as it was found: its modes, and the line that the cursor is on.
    """
    questions = [_NAME, _KEYS, *(b"\x1b[?%d$p" % mode for mode in MODES), _COLOUR, _WIPE]
    questions += [b"\r" + text.encode() + _WHERE for text in texts]
    with _unechoed(reading):
        _write(writing, b"".join([*questions, _WIPE, _LAST]))
        return understand(_read_until_last(reading, time.monotonic() + patience), texts)


def understand(answer: bytes, texts: Sequence[str]) -> Answers:
    """Read the answers, in whatever order and company they came."""
    name, style, last = _IS_NAME.search(answer), _IS_STYLE.search(answer), _IS_LAST.search(answer)
    places = [int(place) - 1 for place in _IS_PLACE.findall(answer)]
    return Answers(
        name=name[1].decode("utf-8", "replace") if name else None,
        # A missing place would give every later text the width of its neighbour.
        widths=dict(zip(texts, places, strict=True)) if len(places) == len(texts) else {},
        # 0: not known, 4: known, and never to be switched on (DECRPM).
        modes={int(mode): state not in (b"0", b"4") for mode, state in _IS_MODE.findall(answer)},
        full_colour=re.search(rb"48[:;]2[:;]+1[:;]2[:;]3", style[1]) is not None if style else None,
        extended_keys=_IS_KEYS.search(answer) is not None,
        sixel=_SIXEL in last[1].decode().split(";")[1:] if last else None,
    )


@contextmanager
def _unechoed(terminal: int) -> Iterator[None]:
    before = termios.tcgetattr(terminal)
    try:
        tty.setcbreak(terminal, termios.TCSAFLUSH)
        yield
    finally:
        # What came too late is thrown away, or the shell would take it for typing.
        termios.tcsetattr(terminal, termios.TCSAFLUSH, before)


def _write(terminal: int, data: bytes) -> None:
    while data:
        data = data[os.write(terminal, data) :]


def _read_until_last(terminal: int, deadline: float) -> bytes:
    answer = b""
    while (
        _IS_LAST.search(answer) is None and select.select([terminal], [], [], max(0.0, deadline - time.monotonic()))[0]
    ):
        received = os.read(terminal, 4096)
        if not received:
            break
        answer += received
    return answer
