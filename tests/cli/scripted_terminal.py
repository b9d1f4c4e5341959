"""A terminal that answers questions as it is told to, on a pseudo-terminal."""

import os
import pty
import re
import select
import threading
import unicodedata
from collections.abc import Callable
from types import TracebackType
from typing import Self

QUESTION = re.compile(
    rb"\x1b\[>0q|\x1b\[\?u|\x1b\[\?(?P<mode>\d+)\$p|\x1bP\$qm\x1b\\|\x1b\[6n|\x1b\[c|\x1b\[[0-9;]*[mJ]|\r|[^\x1b\r]+"
)


def wide_hanzi(text: str) -> int:
    """The cells of a text in a terminal as it should be."""
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text)


class ScriptedTerminal:
    """Reads what a program writes to `end`, and answers; `cells` measures a text, and None mutes the whole terminal.

    `attributes` is what it says of itself (DA1), `name` its name and version, `modes` the answer for each mode.
    """

    def __init__(
        self,
        cells: Callable[[str], int] | None = wide_hanzi,
        name: bytes | None = b"foot(1.21.0)",
        modes: dict[int, int] | None = None,
        style: bytes | None = b"0;48:2::1:2:3m",
        attributes: bytes = b"62;4;22",
        keys: bool = True,
    ) -> None:
        self.master, self.end = pty.openpty()
        self._cells, self._name, self._style, self._attributes, self._keys = cells, name, style, attributes, keys
        self._modes = {1003: 2, 1006: 2, 2004: 2, 2026: 2} if modes is None else modes
        self._column = 1
        self._stop, self._stopped = os.pipe()
        self._thread = threading.Thread(target=self._answer_all)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        os.write(self._stopped, b"x")
        self._thread.join()
        for each in (self.master, self.end, self._stop, self._stopped):
            os.close(each)

    def _answer_all(self) -> None:
        waiting = b""
        while self._stop not in (ready := select.select([self.master, self._stop], [], [])[0]):
            assert ready
            waiting += os.read(self.master, 65536)
            if self._cells is not None and waiting.endswith(b"\x1b[c"):
                for found in QUESTION.finditer(waiting):
                    os.write(self.master, self._answer(found[0], found["mode"]))
                waiting = b""

    def _answer(self, question: bytes, mode: bytes | None) -> bytes:
        assert self._cells is not None
        answer = b""
        match question:
            case b"\r":
                self._column = 1
            case b"\x1b[>0q" if self._name is not None:
                answer = b"\x1bP>|" + self._name + b"\x1b\\"
            case b"\x1b[?u" if self._keys:
                answer = b"\x1b[?0u"
            case b"\x1bP$qm\x1b\\" if self._style is not None:
                answer = b"\x1bP1$r" + self._style + b"\x1b\\"
            case b"\x1b[6n":
                answer = b"\x1b[12;%dR" % self._column
            case b"\x1b[c":
                answer = b"\x1b[?" + self._attributes + b"c"
            case _ if mode is not None and int(mode) in self._modes:
                answer = b"\x1b[?%d;%d$y" % (int(mode), self._modes[int(mode)])
            case _ if not question.startswith(b"\x1b"):
                self._column += self._cells(question.decode())
        return answer
