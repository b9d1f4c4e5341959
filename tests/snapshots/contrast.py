"""Whether everything on the screen can be read: contrast of each character with its ground (LOOK 2, WCAG 2.2 1.4.3)."""

import re
from collections.abc import Iterator
from typing import Final

from rich.cells import cell_len
from rich.color import Color
from rich.segment import Segment
from textual._context import visible_screen_stack
from textual.strip import Strip

from kiosk.app import KioskApp

LEAST: Final = 4.5
LEAST_IN_HIGH_CONTRAST: Final = 7.0
LEAST_OF_MARKS: Final = 3.0
"""Of outlines and focus bars, without which a control can't be seen (WCAG 2.2 1.4.11)."""

_MARKS: Final = frozenset("▊▎▔▁▌▐▏▕▛▜▙▟")
_UNREAD: Final = re.compile("[\u2500-\u2587\u2589-\u259f\\s]+")
"""Lines and edges, which part things from each other; large digits are drawn with the full block, which counts."""


def drawn(app: KioskApp) -> list[Strip]:
    """The lines of the screen as the terminal gets them, what shows through a dialog included."""
    visible_screen_stack.set(app._background_screens)
    return app.screen._compositor.render_strips()


def faint_words(app: KioskApp, least: float = LEAST) -> list[str]:
    """Words on the topmost screen whose contrast is too low; what lies dimmed behind a dialog isn't for reading."""
    return [
        f"{text!r} at {start}: {contrast_of(segment):.2f}"
        for segment, start in _segments(app)
        if (text := _UNREAD.sub(" ", segment.text).strip()) and contrast_of(segment) < least
    ]


def faint_marks(app: KioskApp) -> list[str]:
    """Outlines and focus bars on the topmost screen that hardly stand out."""
    return [
        f"{segment.text.strip()!r} at {start}: {contrast_of(segment):.2f}"
        for segment, start in _segments(app)
        if _MARKS.intersection(segment.text) and contrast_of(segment) < LEAST_OF_MARKS
    ]


def _segments(app: KioskApp) -> Iterator[tuple[Segment, tuple[int, int]]]:
    """What is drawn on the topmost screen, and where its first character is."""
    regions = [child.region for child in app.screen.children if child.display]
    for y, strip in enumerate(drawn(app)):
        x = 0
        for segment in strip:
            start = (x + len(segment.text) - len(segment.text.lstrip()), y)
            x += cell_len(segment.text)
            if any(region.contains_point(start) for region in regions):
                yield segment, start


def contrast_of(segment: Segment) -> float:
    """The contrast ratio of a segment's text, from 1 to 21."""
    style = segment.style
    assert style is not None, segment
    assert style.color is not None, segment
    assert style.bgcolor is not None, segment
    assert not style.dim, "dim text has a colour that only the terminal knows"
    lighter, darker = sorted((_luminance(style.color), _luminance(style.bgcolor)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: Color) -> float:
    shares = (part / 255 for part in colour.get_truecolor())
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
