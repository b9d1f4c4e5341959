"""Running text in Chinese and Latin letters, with lines broken as a printer would."""

from __future__ import annotations

import re

from rich.cells import cell_len
from textual.content import Content
from textual.geometry import Size
from textual.reactive import reactive
from textual.widget import Widget

_NOT_AT_LINE_START = "、。,.:;!?%)]}’”〉》」』】〕…—·，．：；！？％）］｝"
_NOT_AT_LINE_END = "([{‘“〈《「『【〔（［｛¥"

_PIECE = re.compile(
    rf"[{re.escape(_NOT_AT_LINE_END)}]*"
    rf"(?:[^\s\u2e80-\uffef{re.escape(_NOT_AT_LINE_END)}]+|[\u2e80-\uffef])"
    rf"[{re.escape(_NOT_AT_LINE_START)}]*\s*"
    rf"|\S\s*|\s+"
)
"""What is never divided: a Latin word or one Hanzi, with the brackets before and the punctuation after it."""


def wrap_text(text: str, width: int) -> list[str]:
    """Break `text` into lines of at most `width` cells, keeping its own line ends.

    Lines break between Hanzi and between words; none starts with closing punctuation or ends with an opening bracket
    (GB/T 15834). A word wider than a line is cut.
    """
    lines: list[str] = []
    for paragraph in text.splitlines():
        line = ""
        for piece in _PIECE.findall(paragraph):
            if line and cell_len(line + piece.rstrip()) > width:
                lines.append(line.rstrip())
                line = ""
            line += piece
            while cell_len(line.rstrip()) > width:
                cut = _characters_within(line, width)
                lines.append(line[:cut])
                line = line[cut:]
        lines.append(line.rstrip())
    return lines


def _characters_within(text: str, width: int) -> int:
    """How many of the first characters fit, at least one."""
    cells = 0
    for index, character in enumerate(text):
        cells += cell_len(character)
        if cells > width:
            return max(1, index)
    return len(text)


class Prose(Widget):
    """A text of any length, wrapped to the width it is given.

    ```python
    yield Prose("请携带本人有效证件,7 日内到店取卡。")
    ```
    """

    DEFAULT_CSS = """
    Prose { width: 1fr; height: auto; }
    """
    ALLOW_SELECT = False

    text: reactive[str] = reactive("", layout=True)

    def __init__(self, text: str = "", *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.set_reactive(Prose.text, text)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as the text takes."""
        return len(wrap_text(self.text, width)) if width else 0

    def render(self) -> Content:
        """Draw the wrapped lines."""
        return Content("\n".join(wrap_text(self.text, max(1, self.size.width))))
