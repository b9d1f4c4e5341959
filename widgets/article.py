"""A page to read: headings, paragraphs, numbered steps and points, wrapped with their marks hanging out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from textual.content import Content
from textual.geometry import Size
from textual.reactive import reactive
from textual.widget import Widget

from widgets.prose import wrap_text

_MARK_CELLS = 4


@dataclass(frozen=True, slots=True)
class Part:
    """A paragraph; `mark` stands before its first line, a `strong` one is a heading.

    One that is `close` follows the part before it without a line between.
    """

    text: str
    mark: str = ""
    strong: bool = False
    close: bool = False


class Article(Widget):
    """Parts one below the other, as high as they need to be; put it into a scrolling container.

    The part at index `here` has a bar at its left, for somebody who was led to it. `line_of` says where a part begins.

    ```python
    yield Article([Part("怎样付款", strong=True), Part("打开手机上的支付软件。", mark="1")])
    ```
    """

    DEFAULT_CSS = """
    Article { width: 1fr; height: auto; }
    Article .article--strong { color: $primary; text-style: bold; }
    Article .article--mark { color: $primary; text-style: bold; }
    .-large Article { text-style: bold; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"article--strong", "article--mark"}
    ALLOW_SELECT = False

    parts: reactive[tuple[Part, ...]] = reactive((), layout=True)
    here: reactive[int | None] = reactive(None)

    def __init__(self, parts: Sequence[Part] = (), *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.set_reactive(Article.parts, tuple(parts))

    @property
    def text(self) -> str:
        """All it says, a part a line."""
        return "\n".join(f"{part.mark} {part.text}".strip() for part in self.parts)

    def line_of(self, index: int) -> int:
        """The line at which the part at `index` begins, at the present width."""
        return next((line for line, (place, *_) in enumerate(self._lines(self.size.width)) if place == index), 0)

    def part_at(self, line: int) -> int:
        """The index of the part at a line, or of the first one below it."""
        parts = [place for place, *_ in self._lines(self.size.width)]
        return next((place for place in parts[line:] if place is not None), max(0, len(self.parts) - 1))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as its parts take."""
        return sum(1 for _ in self._lines(width)) if width else 0

    def render(self) -> Content:
        """Draw the wrapped lines, each with its mark or the room for it."""
        strong = self.get_visual_style("article--strong", partial=True)
        mark_style = self.get_visual_style("article--mark", partial=True)
        lines = [
            Content.assemble(
                (mark, mark_style), (text, strong) if place is not None and self.parts[place].strong else text
            )
            for place, mark, text in self._lines(max(1, self.size.width))
        ]
        return Content("\n").join(lines)

    def _lines(self, width: int) -> Iterator[tuple[int | None, str, str]]:
        """Each line: the part it belongs to (None between two), what stands before it, and its text."""
        for place, part in enumerate(self.parts):
            if place and not part.close:
                yield None, "", ""
            indent = _MARK_CELLS if part.mark else 0
            bar = "▌ " if place == self.here else ""
            for line, text in enumerate(wrap_text(part.text, max(1, width - indent - cell_len(bar)))):
                mark = part.mark if line == 0 else ""
                yield place, bar + mark + " " * (indent - cell_len(mark)), text
