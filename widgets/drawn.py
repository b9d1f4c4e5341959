"""A widget drawn as a whole: its lines are made once for each change of its look, not once for each line."""

from __future__ import annotations

from typing import Self

from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget


class Drawn(Widget):
    """Draws all its lines in `draw` and keeps them until it is refreshed, restyled or resized.

    ```python
    class Bar(Drawn):
        def draw(self, size: Size) -> list[Strip]:
            return [Strip.blank(size.width, self.rich_style)] * size.height
    ```
    """

    _strips: list[Strip] | None = None
    _drawn_size: Size | None = None

    def draw(self, size: Size) -> list[Strip]:
        """Return the lines for a size in cells; fewer than its height leave the rest blank, as here all of it."""
        return []

    def render_line(self, y: int) -> Strip:
        """Give one of the lines."""
        if self._strips is None or self._drawn_size != self.size:
            self._strips, self._drawn_size = self.draw(self.size), self.size
        return self._strips[y] if y < len(self._strips) else Strip.blank(self.size.width, self.rich_style)

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        """Look different."""
        self._strips = None
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    def notify_style_update(self) -> None:
        """Look different."""
        self._strips = None
        super().notify_style_update()
