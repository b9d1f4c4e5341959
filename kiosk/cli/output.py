"""What commands print: aligned tables for people, one JSON document for programs."""

import json
import sys
from collections.abc import Sequence
from datetime import datetime

from rich.cells import cell_len

from kiosk.domain.rules import SHOP_TIME
from kiosk.terminal.input_filter import clean_line

_GAP = "  "


def print_json(document: object) -> None:
    """One document in UTF-8."""
    json.dump(document, sys.stdout, ensure_ascii=False, indent=2)
    print()


def print_line(text: str, *, flush: bool = False) -> None:
    """One line for people, without what would control their terminal, since texts may come from anywhere."""
    print(clean_line(text), flush=flush)


def print_table(head: Sequence[str], rows: Sequence[Sequence[str]], right: frozenset[int] = frozenset()) -> None:
    """Columns aligned by terminal cells, in which a Chinese character is two; those in `right` end on one line."""
    # What people and providers have stored may hold control sequences, and this may be a terminal.
    table = [[clean_line(cell) for cell in row] for row in (head, *rows)]
    widths = [max(cell_len(row[column]) for row in table) for column in range(len(head))]
    for row in table:
        cells = [
            _pad(text, width, at_right=column in right)
            for column, (text, width) in enumerate(zip(row, widths, strict=True))
        ]
        print(_GAP.join(cells).rstrip())


def _pad(text: str, width: int, *, at_right: bool) -> str:
    space = " " * (width - cell_len(text))
    return space + text if at_right else text + space


def instant(moment: datetime | None) -> str | None:
    """A moment for programs: ISO 8601, in UTC."""
    return None if moment is None else moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def local_time(moment: datetime | None) -> str:
    """A moment as people at the shop read it."""
    return "-" if moment is None else f"{moment.astimezone(SHOP_TIME):%Y-%m-%d %H:%M}"
