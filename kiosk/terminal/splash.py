"""The first thing on the screen: shown before anything heavy is imported, so that nobody looks at a black terminal.

It is drawn with plain control sequences (ECMA-48, and xterm's alternate screen) in the colours of the attract screen,
which Textual then draws over it.
"""

import os
import sys
import unicodedata
from collections.abc import Sequence
from types import TracebackType
from typing import Self, TextIO

_ENTER, _LEAVE = "\x1b[?1049h\x1b[?25l", "\x1b[0m\x1b[?25h\x1b[?1049l"
_BLUE_GROUND = "\x1b[48;2;0;98;173m\x1b[38;2;243;246;249m"


class Splash:
    """Covers the terminal with a few centred lines, until the app is handed the screen or something goes wrong.

    ```python
    with Splash(["中国移动 · 自助营业厅"]) as splash:
        splash.say("正在准备演示目录…")
        splash.hand_over()
        app.run()
    ```

    What was said is repeated on standard error once the ordinary screen is back: it may be worth keeping.
    """

    def __init__(self, lines: Sequence[str], terminal: TextIO = sys.stdout) -> None:
        self._lines = tuple(lines)
        self._terminal = terminal
        self._said: list[str] = []
        self._covers = False

    def __enter__(self) -> Self:
        self._covers = True
        self._write(_ENTER)
        self._draw()
        return self

    def say(self, line: str) -> None:
        """Show one more line, in the place of the one said before."""
        self._said.append(line)
        self._draw()

    def hand_over(self) -> None:
        """From here on the screen belongs to the app, which also leaves it clean."""
        self._covers = False

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._covers:
            self._write(_LEAVE)
        for line in self._said:
            print(line, file=sys.stderr, flush=True)

    def _draw(self) -> None:
        columns, rows = os.get_terminal_size(self._terminal.fileno())
        lines = [*self._lines, *self._said[-1:]]
        top = max(1, (rows - 2 * len(lines)) // 2)
        drawn = [f"{_BLUE_GROUND}\x1b[2J"]
        for place, line in enumerate(lines):
            left = max(1, (columns - _cells(line)) // 2 + 1)
            drawn.append(f"\x1b[{top + 2 * place};{left}H{line}")
        self._write("".join(drawn))

    def _write(self, text: str) -> None:
        self._terminal.write(text)
        self._terminal.flush()


def _cells(text: str) -> int:
    """The width of a plain text; the libraries that know all of Unicode aren't imported yet."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
