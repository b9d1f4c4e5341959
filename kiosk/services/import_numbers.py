"""Read a CSV file of numbers into the stock: all of it, or nothing, with a report by line (DESIGN 5, SPEC 8.4).

Files come from spreadsheets and from other systems, so anything may be in them. They are read twice: once to check
every line while the shop goes on selling, and once to store what was checked. Neither holds the file in memory.
"""

import csv
import re
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO

from pyroaring import BitMap64
from sqlalchemy import Connection

from kiosk.domain.msisdn import parse_msisdn
from kiosk.domain.number_query import NumberState
from kiosk.domain.patterns import PATTERN_BY_CODE, PATTERNS
from kiosk.services.export_numbers import COLUMNS
from kiosk.services.find_city import adcodes_by_name
from storage import stock
from storage.engine import Database
from storage.offers import cities

if TYPE_CHECKING:
    import _csv

MOST_FAULTS_LISTED: Final = 1_000

_NEEDED: Final = ("msisdn", "city")
_FIRST_MOBILE: Final = 13_000_000_000
_LONGEST_LINE: Final = 1_000
_LONGEST_VALUE: Final = 40
_LINES_AT_A_TIME: Final = 5_000
_CHARACTERS_AT_A_TIME: Final = 1 << 16
_FIGURES: Final = {
    "prepayment_fen": re.compile(r"[0-9]{1,10}"),
    "monthly_minimum_fen": re.compile(r"[0-9]{1,10}"),
    "term_months": re.compile(r"[0-9]{1,3}"),
}
_UNPRINTABLE: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


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

    `numbers` counts the good lines. `faults` are the first thousand of `fault_count`; with any, nothing is imported.
    """

    numbers: int
    imported: bool
    faults: tuple[LineFault, ...]
    fault_count: int

    @property
    def clean(self) -> bool:
        """Whether every line is good."""
        return self.fault_count == 0


def import_numbers(database: Database, path: Path, now: datetime, *, dry_run: bool = False) -> ImportReport:
    """Add the numbers of a file to the stock, or with `dry_run` only say what would happen.

    What a line leaves out follows from its pattern and the tier rules. Raises `ShopUnavailable`.
    """
    found = _Faults()
    with database.reading() as connection:
        count = sum(len(rows) for rows in _good_rows(connection, path, now, found))
    if dry_run or found.count:
        return ImportReport(count, False, tuple(found.listed), found.count)
    try:
        with database.writing() as connection:
            count = _store(connection, path, now, found)
    except _Refused:
        return ImportReport(0, False, tuple(found.listed), found.count)
    return ImportReport(count, True, (), 0)


def _store(connection: Connection, path: Path, now: datetime, found: "_Faults") -> int:
    """Insert the file's numbers, every line checked again: stock and file may have changed. Raises `_Refused`."""
    stock.lock_stock(connection)
    count = sum(stock.insert_numbers(connection, rows) for rows in _good_rows(connection, path, now, found))
    if found.count:
        raise _Refused
    if count:
        stock.bump_stock_revision(connection)
    return count


class _Refused(Exception):
    """Undoes the transaction."""


@dataclass(slots=True)
class _Faults:
    """Collects what is wrong, but no more than can be shown."""

    listed: list[LineFault] = field(default_factory=list)
    count: int = 0

    def add(self, line: int, reason: FaultReason, value: str = "") -> None:
        self.count += 1
        if len(self.listed) < MOST_FAULTS_LISTED:
            shown = "".join(mark if mark.isprintable() else "\ufffd" for mark in value[:_LONGEST_VALUE])
            self.listed.append(LineFault(line, reason, shown))


class _Fault(Exception):
    """Something is wrong with a line, or with the rest of the file."""

    def __init__(self, reason: FaultReason, value: str = "", *, line: int = 0) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.value = value
        self.line = line


_Cells = Mapping[str, str]


def _good_rows(connection: Connection, path: Path, now: datetime, faults: _Faults) -> Iterator[list[stock.NewNumber]]:
    """The file's numbers as rows of the stock, some at a time; what is wrong goes to `faults`."""
    city_of = adcodes_by_name(cities(connection))
    terms = stock.tier_terms(connection)
    seen = BitMap64()
    for lines in stock.in_batches(_lines(path, faults), _LINES_AT_A_TIME):
        named = [(line, msisdn, cells) for line, cells in lines if (msisdn := _msisdn(line, cells, faults))]
        msisdns = [msisdn for _, msisdn, _ in named]
        in_stock = stock.those_in_stock(connection, msisdns)
        rows = []
        for (line, msisdn, cells), pattern in zip(named, _patterns(msisdns), strict=True):
            try:
                _check_new(msisdn, seen, in_stock)
                rows.append(_row(msisdn, cells, PATTERNS[pattern].code, city_of, terms, now))
            except _Fault as fault:
                faults.add(line, fault.reason, fault.value)
        if rows:
            yield rows


def _check_new(msisdn: int, seen: BitMap64, in_stock: Container[int]) -> None:
    """Raise `_Fault` for a number that is there already, and remember it as seen."""
    if msisdn in seen:
        raise _Fault(FaultReason.TWICE_IN_FILE, str(msisdn))
    seen.add(msisdn)
    if msisdn in in_stock:
        raise _Fault(FaultReason.IN_STOCK, str(msisdn))


def _patterns(msisdns: Sequence[int]) -> list[int]:
    # Imported here: numpy takes a good part of the time that a terminal has to start.
    import numpy as np  # noqa: PLC0415  # slow to load

    from kiosk.domain.bulk_patterns import classify_many  # noqa: PLC0415  # it imports numpy

    indexes: list[int] = classify_many(np.array(msisdns, dtype=np.int64)).tolist()
    return indexes


def _msisdn(line: int, cells: _Cells, faults: _Faults) -> int | None:
    try:
        msisdn = parse_msisdn(cells["msisdn"])
    except ValueError:
        msisdn = 0
    if msisdn >= _FIRST_MOBILE:
        return msisdn
    faults.add(line, FaultReason.MSISDN_INVALID, cells["msisdn"])
    return None


def _row(
    msisdn: int,
    cells: _Cells,
    code: str,
    city_of: Mapping[str, int],
    tiers: Mapping[int, stock.TierTerms],
    now: datetime,
) -> stock.NewNumber:
    """One row of the stock; raises `_Fault`."""
    city = city_of.get(cells["city"])
    if city is None:
        raise _Fault(FaultReason.CITY_UNKNOWN, cells["city"])
    if cells.get("pattern", "") not in {"", code}:
        raise _Fault(FaultReason.PATTERN_WRONG, cells["pattern"])
    tier = PATTERN_BY_CODE[code].tier
    if cells.get("tier", "") not in {"", str(tier)}:
        raise _Fault(FaultReason.TIER_WRONG, cells["tier"])
    rule = tiers.get(tier)
    if rule is None:
        raise _Fault(FaultReason.TIER_WITHOUT_RULE, str(tier))
    figures = {
        "prepayment_fen": rule.prepayment_fen,
        "monthly_minimum_fen": rule.monthly_minimum_fen,
        "term_months": rule.term_months,
    }
    for name, form in _FIGURES.items():
        if text := cells.get(name, ""):
            if not form.fullmatch(text):
                raise _Fault(FaultReason.FIGURE_INVALID, text)
            figures[name] = int(text)
    return stock.NewNumber(msisdn, city, code, tier, **figures, withdrawn_at=_withdrawn_at(cells, now))


def _withdrawn_at(cells: _Cells, now: datetime) -> int | None:
    match cells.get("state", ""):
        case "" | NumberState.AVAILABLE:
            return None
        case NumberState.WITHDRAWN:
            return stock.microseconds(now)
        case NumberState.HELD | NumberState.ORDERED | NumberState.SOLD as state:
            raise _Fault(FaultReason.STATE_NOT_IMPORTABLE, state)
        case unknown:
            raise _Fault(FaultReason.STATE_UNKNOWN, unknown)


def _lines(path: Path, faults: _Faults) -> Iterator[tuple[int, _Cells]]:
    """Every line but the header, as cells by column; what can't be read goes to `faults`."""
    try:
        with path.open(encoding=_encoding(path), newline="") as file:
            reader = csv.reader(_short_lines(file), strict=True)
            columns = _columns(next(reader, []))
            yield from _cells(reader, columns, faults)
    except _Fault as fault:
        faults.add(fault.line, fault.reason, fault.value)
    except csv.Error:
        faults.add(1, FaultReason.QUOTES)
    except OSError as fault:
        faults.add(0, FaultReason.FILE_UNREADABLE, fault.strerror or "")


def _encoding(path: Path) -> str:
    """UTF-8 if the whole file is, else what Chinese spreadsheets write; raises `_Fault`."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            with path.open(encoding=encoding, newline="") as file:
                while file.read(_CHARACTERS_AT_A_TIME):
                    pass
        except UnicodeDecodeError:
            continue
        return encoding
    raise _Fault(FaultReason.ENCODING)


def _short_lines(file: TextIO) -> Iterator[str]:
    """The file's lines; raises `_Fault` for one that never ends, before it fills the memory."""
    line = 0
    while text := file.readline(_LONGEST_LINE):
        line += 1
        if len(text) == _LONGEST_LINE and text[-1] not in "\r\n":
            raise _Fault(FaultReason.LINE_TOO_LONG, text, line=line)
        yield text


def _columns(header: list[str]) -> list[str]:
    """The columns that the first line names; raises `_Fault`."""
    columns = [name.strip().lstrip("\ufeff").lower() for name in header]
    if not any(columns):
        raise _Fault(FaultReason.FILE_EMPTY)
    for place, name in enumerate(columns):
        if name not in COLUMNS:
            raise _Fault(FaultReason.COLUMN_UNKNOWN, name, line=1)
        if name in columns[:place]:
            raise _Fault(FaultReason.COLUMN_TWICE, name, line=1)
    for name in _NEEDED:
        if name not in columns:
            raise _Fault(FaultReason.COLUMN_MISSING, name, line=1)
    return columns


def _cells(reader: "_csv.Reader", columns: list[str], faults: _Faults) -> Iterator[tuple[int, _Cells]]:
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
            faults.add(line, FaultReason.UNPRINTABLE, strange)
        elif len(cells) != len(columns):
            faults.add(line, FaultReason.CELLS, str(len(cells)))
        else:
            yield line, dict(zip(columns, (cell.strip() for cell in cells), strict=True))
