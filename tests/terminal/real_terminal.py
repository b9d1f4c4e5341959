"""A program on a pseudo-terminal, and what a person at its other end can do and see."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType

_LONGEST_SEND_SECONDS = 60

PROGRAM = Path(__file__).with_name("small_app.py")
ROOT = str(PROGRAM.parents[2])


class RealTerminal:
    """Runs the small app with these flags; leaving the context ends it."""

    def __init__(self, log: Path, *flags: str, size: tuple[int, int] = (80, 24)) -> None:
        self.log = log
        self._start([str(PROGRAM), str(log), *flags], {}, size)

    def _start(self, arguments: Sequence[str], settings: Mapping[str, str], size: tuple[int, int]) -> None:
        self.output = b""
        self._status: int | None = None
        self.child, self.master = pty.fork()
        if self.child == 0:
            environ = {"PATH": os.environ["PATH"], "TERM": "xterm-256color", "PYTHONPATH": ROOT, "LANG": "C.UTF-8"}
            program = [sys.executable, *arguments]
            os.execve(sys.executable, program, environ | settings)  # noqa: S606 - our own program, no shell wanted
        self.modes_before = termios.tcgetattr(self.master)
        self.resize(*size)

    def __enter__(self) -> "RealTerminal":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        if self._status is None and not self._reap():
            os.kill(self.child, signal.SIGKILL)
            os.waitpid(self.child, 0)
        if self.master >= 0:
            os.close(self.master)

    def resize(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def send(self, data: bytes) -> None:
        """Type all of this, reading meanwhile, as a terminal does."""
        deadline = time.monotonic() + _LONGEST_SEND_SECONDS
        while data:
            assert time.monotonic() < deadline, "what is typed isn't read"
            self.look(0)
            if select.select([], [self.master], [], 5)[1]:
                data = data[os.write(self.master, data[:512]) :]

    def look(self, seconds: float) -> bytes:
        """Read what is shown for so long."""
        deadline = time.monotonic() + seconds
        while select.select([self.master], [], [], max(0.0, deadline - time.monotonic()))[0]:
            try:
                shown = os.read(self.master, 65536)
            except OSError:
                break
            self.output += shown
            if not shown:
                break
        return self.output

    def wait_for(self, text: str, seconds: float = 8) -> None:
        """Look until the text is shown; what was shown before doesn't count the next time."""
        deadline = time.monotonic() + seconds
        while text.encode() not in self.output:
            assert time.monotonic() < deadline, f"{text!r} not shown, last: {self.output[-800:]!r}"
            assert not self._reap(), f"ended with {self._status}: {self.output[-800:]!r}"
            self.look(0.02)
        self.output = self.output.split(text.encode(), 1)[1]

    def answers(self, token: str) -> None:
        """It still takes a typed line and shows it; a person whose first try went under in a flood tries again."""
        for _ in range(8):
            self.send(b"\r" + token.encode() + b"\r")
            self.look(0.1)
            if f"<{token}>".encode() in self.output:
                break
            self.look(1)
        self.wait_for(f"<{token}>")

    def signal(self, number: signal.Signals) -> None:
        os.kill(self.child, number)

    def hang_up(self) -> None:
        """Take the terminal itself away."""
        os.close(self.master)
        self.master = -1

    def ended(self, seconds: float = 8) -> int:
        """Wait for its end; its exit status, negative for a signal."""
        deadline = time.monotonic() + seconds
        while not self._reap():
            assert time.monotonic() < deadline, "still running"
            if self.master >= 0:
                self.look(0.02)
            else:
                time.sleep(0.02)
        if self.master >= 0:
            self.look(0.05)
        assert self._status is not None
        return self._status

    def running(self) -> bool:
        return not self._reap()

    def modes(self) -> list[object]:
        return list(termios.tcgetattr(self.master))

    def _reap(self) -> bool:
        if self._status is None:
            pid, status = os.waitpid(self.child, os.WNOHANG)
            if pid:
                self._status = os.waitstatus_to_exitcode(status)
        return self._status is not None


SHOWN = re.compile(rb"\x1b\[[0-9;?<>]*\$?[A-Za-z]|\x1b\]22;[a-z-]+\x07")
"""The only kinds of sequence a locked app writes: control sequences, and the pointer's shape."""
