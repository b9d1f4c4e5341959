"""Read a CSV file of numbers into the stock: all of it, or nothing, with a report by line (DESIGN 5, SPEC 8.4).

The file is read twice: once to check every line while the shop goes on selling, and once to store what was checked.
Neither holds it in memory.
"""

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from pyroaring import BitMap64
from sqlalchemy import Connection

from kiosk.domain.number_query import NumberState
from kiosk.domain.patterns import PATTERN_BY_CODE, PATTERNS
from kiosk.services.export_numbers import COLUMNS
from kiosk.services.find_city import adcodes_by_name
from kiosk.services.read_csv import Cells, Fault, FaultReason, Faults, ImportReport, Layout, read_lines, read_msisdn
from storage import stock, subscribers
from storage.engine import Database
from storage.offers import cities

_LAYOUT: Final = Layout(columns=COLUMNS, needed=("msisdn", "city"))
_LINES_AT_A_TIME: Final = 5_000
_FIGURES: Final = {
    "prepayment_fen": re.compile(r"[0-9]{1,10}"),
    "monthly_minimum_fen": re.compile(r"[0-9]{1,10}"),
    "term_months": re.compile(r"[0-9]{1,3}"),
}


def import_numbers(database: Database, path: Path, now: datetime, *, dry_run: bool = False) -> ImportReport:
    """Add the numbers of a file to the stock, or with `dry_run` only say what would happen.

    What a line leaves out follows from its pattern and the tier rules. Raises `ShopUnavailable`.
    """
    found = Faults()
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


def _store(connection: Connection, path: Path, now: datetime, found: "Faults") -> int:
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


def _good_rows(connection: Connection, path: Path, now: datetime, faults: Faults) -> Iterator[list[stock.NewNumber]]:
    """The file's numbers as rows of the stock, some at a time; what is wrong goes to `faults`."""
    city_of = adcodes_by_name(cities(connection))
    terms = stock.tier_terms(connection)
    seen = BitMap64()
    for lines in stock.in_batches(read_lines(path, _LAYOUT, faults), _LINES_AT_A_TIME):
        named = [(line, msisdn, cells) for line, cells in lines if (msisdn := read_msisdn(line, cells, faults))]
        msisdns = [msisdn for _, msisdn, _ in named]
        in_stock = stock.those_in_stock(connection, msisdns)
        in_use = subscribers.those_in_use(connection, msisdns)
        rows = []
        for (line, msisdn, cells), pattern in zip(named, _patterns(msisdns), strict=True):
            try:
                _check_new(msisdn, seen, in_stock, in_use)
                rows.append(_row(msisdn, cells, PATTERNS[pattern].code, city_of, terms, now))
            except Fault as fault:
                faults.add(line, fault.reason, fault.value)
        if rows:
            yield rows


def _check_new(msisdn: int, seen: BitMap64, in_stock: Container[int], in_use: Container[int]) -> None:
    """Raise `Fault` for a number that is there already, and remember it as seen."""
    if msisdn in seen:
        raise Fault(FaultReason.TWICE_IN_FILE, str(msisdn))
    seen.add(msisdn)
    if msisdn in in_stock:
        raise Fault(FaultReason.IN_STOCK, str(msisdn))
    if msisdn in in_use:
        # Sold here, it would be a second person's.
        raise Fault(FaultReason.LINE_KNOWN, str(msisdn))


def _patterns(msisdns: Sequence[int]) -> list[int]:
    # Imported here: numpy takes a good part of the time that a terminal has to start.
    import numpy as np  # noqa: PLC0415  # slow to load

    from kiosk.domain.bulk_patterns import classify_many  # noqa: PLC0415  # it imports numpy

    indexes: list[int] = classify_many(np.array(msisdns, dtype=np.int64)).tolist()
    return indexes


def _row(
    msisdn: int,
    cells: Cells,
    code: str,
    city_of: Mapping[str, int],
    tiers: Mapping[int, stock.TierTerms],
    now: datetime,
) -> stock.NewNumber:
    """One row of the stock; raises `Fault`."""
    city = city_of.get(cells["city"])
    if city is None:
        raise Fault(FaultReason.CITY_UNKNOWN, cells["city"])
    if cells.get("pattern", "") not in {"", code}:
        raise Fault(FaultReason.PATTERN_WRONG, cells["pattern"])
    tier = PATTERN_BY_CODE[code].tier
    if cells.get("tier", "") not in {"", str(tier)}:
        raise Fault(FaultReason.TIER_WRONG, cells["tier"])
    rule = tiers.get(tier)
    if rule is None:
        raise Fault(FaultReason.TIER_WITHOUT_RULE, str(tier))
    figures = {
        "prepayment_fen": rule.prepayment_fen,
        "monthly_minimum_fen": rule.monthly_minimum_fen,
        "term_months": rule.term_months,
    }
    for name, form in _FIGURES.items():
        if text := cells.get(name, ""):
            if not form.fullmatch(text):
                raise Fault(FaultReason.FIGURE_INVALID, text)
            figures[name] = int(text)
    return stock.NewNumber(msisdn, city, code, tier, **figures, withdrawn_at=_withdrawn_at(cells, now))


def _withdrawn_at(cells: Cells, now: datetime) -> int | None:
    match cells.get("state", ""):
        case "" | NumberState.AVAILABLE:
            return None
        case NumberState.WITHDRAWN:
            return stock.microseconds(now)
        case NumberState.HELD | NumberState.ORDERED | NumberState.SOLD as state:
            raise Fault(FaultReason.STATE_NOT_IMPORTABLE, state)
        case unknown:
            raise Fault(FaultReason.STATE_UNKNOWN, unknown)
