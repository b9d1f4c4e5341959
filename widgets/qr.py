"""A QR code that a telephone reads off a terminal."""

from __future__ import annotations

from functools import lru_cache

from qrcode.constants import ERROR_CORRECT_L, ERROR_CORRECT_M
from qrcode.main import QRCode
from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

_QUIET_MODULES = 4
"""ISO/IEC 18004: a quiet zone of four modules all round; without it telephones did not decode."""

_INK = Style(color="#000000", bgcolor="#ffffff")
"""Black on white whatever the theme: inverted or tinted codes did not decode."""

_HALF_BLOCKS = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}


@lru_cache(maxsize=8)
def _lines(content: str, error_correction: int) -> tuple[str, ...]:
    """Draw `content` with the lowest version that holds it, two rows of modules to a line."""
    code = QRCode(error_correction=error_correction, border=_QUIET_MODULES)
    code.add_data(content)
    code.make(fit=True)
    matrix = code.get_matrix()
    if len(matrix) % 2:
        matrix.append([False] * len(matrix[0]))
    return tuple(
        "".join(_HALF_BLOCKS[bool(top), bool(bottom)] for top, bottom in zip(upper, lower, strict=True))
        for upper, lower in zip(matrix[::2], matrix[1::2], strict=True)
    )


def _size(lines: tuple[str, ...]) -> Size:
    return Size(len(lines[0]), len(lines))


class QrCode(Widget):
    """A QR code in half-block cells, black on white with its quiet zone.

    Error correction is M, or L where only that fits; where nothing fits `too_small` is shown instead. `content` is
    reactive, None wipes the code.

    ```python
    yield QrCode("https://example.cn/pay/17", too_small="屏幕太小,请到柜台付款")
    ```
    """

    DEFAULT_CSS = """
    QrCode { width: auto; height: auto; color: $foreground; }
    """
    ALLOW_SELECT = False

    content: reactive[str | None] = reactive(None, layout=True)

    def __init__(
        self,
        content: str | None = None,
        *,
        too_small: str,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._too_small = too_small
        self.set_reactive(QrCode.content, content)

    @staticmethod
    def size_for(content: str) -> tuple[int, int]:
        """Return the columns and rows that `content` takes with error correction M, quiet zone included."""
        size = _size(_lines(content, ERROR_CORRECT_M))
        return size.width, size.height

    @property
    def fits(self) -> bool:
        """Whether the code is drawn whole at the present size."""
        return self._fitting(self.size) is not None

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """The code's columns, or the whole width when even the smallest code is too wide."""
        return self._wanted(self._room(container, viewport)).width

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """The code's rows, or a line for the text that says that it doesn't fit."""
        return self._wanted(self._room(container, viewport)).height

    def render_line(self, y: int) -> Strip:
        """Draw two rows of modules, or the text that says that the code doesn't fit."""
        width = self.size.width
        lines = self._fitting(self.size)
        if lines is not None:
            line = lines[y] if y < len(lines) else ""
            return Strip([Segment(line, _INK)], cell_len(line)).adjust_cell_length(width, self.rich_style)
        text = self._too_small if self.content and y == 0 else ""
        return Strip([Segment(set_cell_size(text, width), self.rich_style)], width)

    def _fitting(self, room: Size) -> tuple[str, ...] | None:
        if not self.content:
            return None
        for error_correction in (ERROR_CORRECT_M, ERROR_CORRECT_L):
            lines = _lines(self.content, error_correction)
            if _size(lines).width <= room.width and len(lines) <= room.height:
                return lines
        return None

    def _wanted(self, room: Size) -> Size:
        if not self.content:
            return Size(0, 0)
        lines = self._fitting(room)
        return _size(lines) if lines else Size(min(room.width, cell_len(self._too_small)), 1)

    @staticmethod
    def _room(container: Size, viewport: Size) -> Size:
        # A container without a size of its own asks with none: then the whole screen is to be had.
        return Size(container.width or viewport.width, container.height or viewport.height)
