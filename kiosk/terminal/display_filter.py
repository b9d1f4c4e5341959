"""The last thing every piece of text passes on its way to the terminal: what isn't text can't be written there.

A name in the catalogue, or an answer of a provider, may hold an escape sequence; Textual 8.2.8 writes it raw.
"""

import re

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

_SUSPECT = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]")
"""Controls (C0, C1), and what is invisible or turns the writing round: all take no room, so that no line moves."""


class DisplayFilter(LineFilter):
    """Drops control and bidirectional characters from the text of a line, and links from its style (OSC 8)."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The same line if there is nothing to drop, as there nearly never is."""
        if not any(_SUSPECT.search(text) or (style is not None and style.link) for text, style, _ in segments):
            return segments
        return [_clean(segment) for segment in segments]


def _clean(segment: Segment) -> Segment:
    text, style, control = segment
    if style is not None and style.link:
        style = style.update_link(None)
    return Segment(_SUSPECT.sub("", text), style, control)
