"""Where a person is in a row of steps."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import ClassVar

from rich.cells import cell_len
from textual.content import Content
from textual.geometry import Size
from textual.reactive import reactive
from textual.widget import Widget

_DONE, _HERE, _AHEAD = "✓", "●", "○"
_LONGEST_LINE = 3
_MARK_CELLS = 2


class Stepper(Widget):
    """Numbered steps on one line; marks tell done, here and ahead without relying on colour.

    When the line is too narrow the connecting lines shorten first; then only the current step keeps its label and
    the others their mark and number; at last there is only the current one, `● 3 / 6 资料`.

    ```python
    stepper = Stepper(["选号", "套餐", "资料"], current=1)
    stepper.current = 2
    ```
    """

    DEFAULT_CSS = """
    Stepper {
        width: 1fr;
        height: 1;
        color: $muted;
        & .stepper--done { color: $primary; }
        & .stepper--here { color: $foreground; text-style: bold; }
        & .stepper--mark { color: $primary; text-style: bold; }
        & .stepper--line { color: $muted; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"stepper--done", "stepper--here", "stepper--mark", "stepper--line"}
    ALLOW_SELECT = False

    current: reactive[int] = reactive(0)
    """Index of the step a person is at; all before it are done."""

    def __init__(
        self,
        steps: Sequence[str],
        current: int = 0,
        *,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._steps = tuple(steps)
        self.set_reactive(Stepper.current, current)

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """Room for every label with the longest lines between."""
        labels = sum(cell_len(self._label(index)) for index in range(len(self._steps)))
        return labels + max(0, len(self._steps) - 1) * (_LONGEST_LINE + 2)

    def render(self) -> Content:
        """Draw the fullest version that fits."""
        for labels in (self._full_labels(), self._short_labels()):
            for line in range(_LONGEST_LINE, -1, -1):
                drawn = self._draw(labels, line)
                if drawn.cell_length <= self.size.width:
                    return drawn
        here = f" {self.current + 1} / {len(self._steps)} {self._steps[self.current]}"
        return self._styled(self.current, here)

    def _label(self, index: int) -> str:
        return f"{self._mark(index)} {index + 1} {self._steps[index]}"

    def _mark(self, index: int) -> str:
        if index < self.current:
            return _DONE
        return _HERE if index == self.current else _AHEAD

    def _full_labels(self) -> list[Content]:
        return [self._styled(index, f" {index + 1} {label}") for index, label in enumerate(self._steps)]

    def _short_labels(self) -> list[Content]:
        return [
            self._styled(index, f" {index + 1} {label}" if index == self.current else f"{index + 1}")
            for index, label in enumerate(self._steps)
        ]

    def _styled(self, index: int, label: str) -> Content:
        done = self.get_visual_style("stepper--done", partial=True)
        here = self.get_visual_style("stepper--here", partial=True)
        mark = self.get_visual_style("stepper--mark", partial=True)
        if index < self.current:
            return Content.assemble((self._mark(index), done), label)
        if index == self.current:
            return Content.assemble((self._mark(index), mark), (label, here))
        return Content(f"{self._mark(index)}{label}")

    def _draw(self, labels: Sequence[Content], line: int) -> Content:
        between = f" {'─' * line} " if line else " "
        if not labels:
            return Content("")
        drawn = labels[0]
        for _, label in pairwise(labels):
            drawn = Content.assemble(drawn, (between, self.get_visual_style("stepper--line", partial=True)), label)
        return drawn
