"""What somebody at the terminal sees, worked out from what a Textual app writes."""

import re
import unicodedata

_PIECE = re.compile(
    r"\x1b\[(?P<place>\d+;\d+)?H|(?P<erased>\x1b\[2J)|\x1b[\[\]][^a-zA-Z\x07]*[a-zA-Z\x07]|(?P<text>.)", re.S
)


class Painted:
    """The cells of a screen: places, texts and erasing of the whole; everything else changes looks only."""

    def __init__(self) -> None:
        self._cells: dict[tuple[int, int], str] = {}
        self.lowest = 0
        """The lowest row that anything was written to; beyond the screen it would scroll."""

    def write(self, output: bytes) -> None:
        row, column = 1, 1
        for piece in _PIECE.finditer(output.decode(errors="replace")):
            if piece["erased"]:
                self._cells.clear()
            elif piece["place"]:
                row, column = map(int, piece["place"].split(";"))
            elif piece["text"] == "\n":
                row, column = row + 1, 1
            elif (text := piece["text"]) and text.isprintable():
                width = 2 if unicodedata.east_asian_width(text) in "WF" else 1
                self._cells[row, column] = text
                for covered in range(1, width):
                    self._cells.pop((row, column + covered), None)
                column += width
                self.lowest = max(self.lowest, row)

    @property
    def text(self) -> str:
        """Row by row, without blanks."""
        rows: dict[int, list[str]] = {}
        for (row, _), text in sorted(self._cells.items()):
            rows.setdefault(row, []).append(text.strip())
        return "\n".join("".join(row) for row in rows.values())
