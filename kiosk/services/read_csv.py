"""Read a CSV file line by line, whoever wrote it, and say by line what is wrong with it (DESIGN 5, SPEC 8.4).

Files come from spreadsheets and from other systems, so anything may be in them.
"""

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO

from kiosk.domain.msisdn import parse_msisdn

if TYPE_CHECKING:
    import _csv

MOST_FAULTS_LISTED: Final = 1_000

_FIRST_MOBILE: Final = 13_000_000_000
_LONGEST_LINE: Final = 1_000
_LONGEST_VALUE: Final = 40
_CHARACTERS_AT_A_TIME: Final = 1 << 16
_UNPRINTABLE: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")

Cells = Mapping[str, str]
"""A line's cells by the names of their columns."""


@dataclass(frozen=True, slots=True)
class Layout:
    """What a file's first line may, and must, name."""

    columns: tuple[str, ...]
    needed: tuple[str, ...]
    secret: bool = False
    """Whether a line may hold a password: then what can't be told apart from one isn't shown."""

    def shown(self, text: str) -> str:
        """What a report may show of a text that stands in no known column."""
        return text if not self.secret or text.isidentifier() else ""


class FaultReason(StrEnum):
    """Why a line, or the file, can't be imported."""

    FILE_UNREADABLE = "file_unreadable"
    """It doesn't exist, or may not be read."""
    FILE_EMPTY = "file_empty"
    ENCODING = "encoding"
    """Neither UTF-8 nor GB 18030 (GBK)."""
    COLUMN_MISSING = "column_missing"
    COLUMN_UNKNOWN = "column_unknown"
    COLUMN_TWICE = "column_twice"
    LINE_TOO_LONG = "line_too_long"
    """No line of numbers has so many characters: this isn't a file of them, and what follows wasn't read."""
    UNPRINTABLE = "unprintable"
    """Characters that no text has, such as NUL."""
    QUOTES = "quotes"
    """Quotation marks that CSV doesn't allow there."""
    CELLS = "cells"
    """More or fewer cells than columns."""
    MSISDN_INVALID = "msisdn_invalid"
    """Not a mobile number of mainland China."""
    CITY_UNKNOWN = "city_unknown"
    PATTERN_WRONG = "pattern_wrong"
    """Not the pattern that the number carries."""
    TIER_WRONG = "tier_wrong"
    """Not the tier of the number's pattern."""
    TIER_WITHOUT_RULE = "tier_without_rule"
    """The shop has no prices for the tier."""
    FIGURE_INVALID = "figure_invalid"
    """Not a whole number of fen, or of months."""
    STATE_UNKNOWN = "state_unknown"
    STATE_NOT_IMPORTABLE = "state_not_importable"
    """Held, ordered and sold numbers belong to people, whom a file doesn't bring along."""
    TWICE_IN_FILE = "twice_in_file"
    IN_STOCK = "in_stock"
    """The number is in stock already, perhaps withdrawn."""
    LINE_KNOWN = "line_known"
    """The number is somebody's line already."""
    NUMBER_CLAIMED = "number_claimed"
    """Somebody is buying the number, or has bought it."""
    TARIFF_UNKNOWN = "tariff_unknown"
    DATE_INVALID = "date_invalid"
    """No day as in 2024-05-01, or one that hasn't come yet."""
    PASSWORD_UNFIT = "password_unfit"  # noqa: S105  # a reason, not a password
    """A service password that is too weak, or isn't six digits."""
    FILE_CHANGED = "file_changed"
    """Another password than when the file was checked."""


@dataclass(frozen=True, slots=True)
class LineFault:
    """What is wrong where: `line` counts from 1, the header; 0 is the file as a whole."""

    line: int
    reason: FaultReason
    value: str
    """What was found there, fit to be shown: cut short, without control characters."""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, or would do.

    `numbers` counts the good lines, which have a number each. `faults` are the first thousand of `fault_count`; with
    any, nothing is imported.
    """

    numbers: int
    imported: bool
    faults: tuple[LineFault, ...]
    fault_count: int

    @property
    def clean(self) -> bool:
        """Whether every line is good."""
        return self.fault_count == 0


@dataclass(slots=True)
class Faults:
    """Collects what is wrong, but no more than can be shown."""

    listed: list[LineFault] = field(default_factory=list)
    count: int = 0

    def add(self, line: int, reason: FaultReason, value: str = "") -> None:
        """Count one, and keep it if it will be shown."""
        self.count += 1
        if len(self.listed) < MOST_FAULTS_LISTED:
            shown = "".join(mark if mark.isprintable() else "\ufffd" for mark in value[:_LONGEST_VALUE])
            self.listed.append(LineFault(line, reason, shown))


class Fault(Exception):
    """Something is wrong with a line, or with the rest of the file."""

    def __init__(self, reason: FaultReason, value: str = "", *, line: int = 0) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.value = value
        self.line = line


def read_lines(path: Path, layout: Layout, faults: Faults) -> Iterator[tuple[int, Cells]]:
    """Every line but the header, as cells by column; what can't be read goes to `faults`."""
    try:
        with path.open(encoding=_encoding(path), newline="") as file:
            reader = csv.reader(_short_lines(file, layout), strict=True)
            columns = _columns(next(reader, []), layout)
            yield from _cells(reader, columns, layout, faults)
    except Fault as fault:
        faults.add(fault.line, fault.reason, fault.value)
    except csv.Error:
        faults.add(1, FaultReason.QUOTES)
    except OSError as fault:
        faults.add(0, FaultReason.FILE_UNREADABLE, fault.strerror or "")


def _encoding(path: Path) -> str:
    """UTF-8 if the whole file is, else what Chinese spreadsheets write; raises `Fault`."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            with path.open(encoding=encoding, newline="") as file:
                while file.read(_CHARACTERS_AT_A_TIME):
                    pass
        except UnicodeDecodeError:
            continue
        return encoding
    raise Fault(FaultReason.ENCODING)


def _short_lines(file: TextIO, layout: Layout) -> Iterator[str]:
    """The file's lines; raises `Fault` for one that never ends, before it fills the memory."""
    line = 0
    while text := file.readline(_LONGEST_LINE):
        line += 1
        if len(text) == _LONGEST_LINE and text[-1] not in "\r\n":
            raise Fault(FaultReason.LINE_TOO_LONG, layout.shown(text), line=line)
        yield text


def _columns(header: list[str], layout: Layout) -> list[str]:
    """The columns that the first line names; raises `Fault`."""
    columns = [name.strip().lstrip("\ufeff").lower() for name in header]
    if not any(columns):
        raise Fault(FaultReason.FILE_EMPTY)
    for place, name in enumerate(columns):
        if name not in layout.columns:
            raise Fault(FaultReason.COLUMN_UNKNOWN, layout.shown(name), line=1)
        if name in columns[:place]:
            raise Fault(FaultReason.COLUMN_TWICE, name, line=1)
    for name in layout.needed:
        if name not in columns:
            raise Fault(FaultReason.COLUMN_MISSING, name, line=1)
    return columns


def _cells(reader: "_csv.Reader", columns: list[str], layout: Layout, faults: Faults) -> Iterator[tuple[int, Cells]]:
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            faults.add(reader.line_num, FaultReason.QUOTES)
            continue
        line = reader.line_num
        if not any(cells):
            continue
        if strange := next((cell for cell in cells if _UNPRINTABLE.search(cell)), None):
            faults.add(line, FaultReason.UNPRINTABLE, layout.shown(strange))
        elif len(cells) != len(columns):
            faults.add(line, FaultReason.CELLS, str(len(cells)))
        else:
            yield line, dict(zip(columns, (cell.strip() for cell in cells), strict=True))


def read_msisdn(line: int, cells: Cells, faults: Faults) -> int | None:
    """The mobile number in the column `msisdn`; None, and a fault, where there is none."""
    try:
        msisdn = parse_msisdn(cells["msisdn"])
    except ValueError:
        msisdn = 0
    if msisdn >= _FIRST_MOBILE:
        return msisdn
    faults.add(line, FaultReason.MSISDN_INVALID, cells["msisdn"])
    return None
