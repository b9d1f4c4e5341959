"""The picture of a captcha, in half-block cells of a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby
from typing import Final, TypeAlias

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.reactive import reactive
from textual.strip import Strip

from widgets.drawn import Drawn

Greys: TypeAlias = Sequence[Sequence[int]]
"""Rows of pixels, 0 black to 255 white; two rows make a line of cells."""

SIZE: Final = Size(60, 16)
"""Cells: the least at which everybody could read the digits."""

_PIXELS: Final = (180, 96)
_FONT_SIZES: Final = (72, 74, 76)
_TURN_DEGREES: Final = (-18, 18)
_OVERLAP: Final = 0.1
_INK, _PAPER = (128, 128, 128, 255), (255, 255, 255)
"""The library pastes its letters by the brightness of their colour: in black they would be invisible."""

_DARKEST_SHARE: Final = 12
"""Percent of the pixels that become black, which gives the thin strokes their contrast back."""

_SHADES: Final = 8


def draw_code(digits: str) -> Greys:
    """Draw digits crooked and among specks, at the size of `SIZE`; takes some milliseconds, so not on an event loop.

    Which digit stands how crooked, and where the specks are, comes from the system's own randomness.
    """
    # Pillow and the font take 90 ms to import, which most visits never need.
    from captcha.image import ImageCaptcha  # noqa: PLC0415
    from PIL import Image, ImageOps  # noqa: PLC0415

    class Crooked(ImageCaptcha):
        character_rotate = _TURN_DEGREES
        word_offset_dx = _OVERLAP

    drawn = Crooked(*_PIXELS, font_sizes=_FONT_SIZES).generate_image(digits, bg_color=_PAPER, fg_color=_INK)
    clear = ImageOps.autocontrast(drawn.convert("L"), cutoff=(_DARKEST_SHARE, 0))
    small = clear.resize((SIZE.width, 2 * SIZE.height), Image.Resampling.BOX)
    pixels = small.tobytes()
    return [pixels[start : start + SIZE.width] for start in range(0, len(pixels), SIZE.width)]


class CaptchaPicture(Drawn):
    """Shows greys as cells, black on white whatever the theme; blank paper while there are none.

    Its own half blocks and not an image library's: those ask the terminal what it can draw, and the answer would
    arrive among the keys of a customer.

    ```python
    picture = CaptchaPicture()
    picture.greys = draw_code("4827")
    ```
    """

    DEFAULT_CSS = f"""
    CaptchaPicture {{ width: {SIZE.width}; height: {SIZE.height}; }}
    """
    ALLOW_SELECT = False

    greys: reactive[Greys] = reactive((), always_update=True)

    def draw(self, size: Size) -> list[Strip]:
        """Two rows of pixels to a line, neighbours of one look in one piece."""
        if not self.greys:
            return [Strip.blank(size.width, _cell_style(255, 255))] * size.height
        pairs = zip(self.greys[::2], self.greys[1::2], strict=True)
        return [
            Strip(
                [
                    Segment("▀" * len(list(run)), _cell_style(*look))
                    for look, run in groupby(zip(upper, lower, strict=True))
                ]
            )
            for upper, lower in pairs
        ]


@lru_cache(maxsize=_SHADES * _SHADES)
def _shade(grey: int) -> str:
    level = round(grey / 255 * (_SHADES - 1)) * 255 // (_SHADES - 1)
    return f"#{level:02x}{level:02x}{level:02x}"


def _cell_style(upper: int, lower: int) -> Style:
    return _style(_shade(upper), _shade(lower))


@lru_cache(maxsize=_SHADES * _SHADES)
def _style(upper: str, lower: str) -> Style:
    return Style(color=upper, bgcolor=lower)
