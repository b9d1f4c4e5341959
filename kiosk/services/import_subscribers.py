"""Read a CSV file of subscribers into the shop: all of them, or none, with a report by line (DESIGN 5).

Their lines come from another system, and may sign in here from then on. None of their numbers can be sold: one that is
in stock becomes a sale, and one that somebody is buying is refused.
"""

import os
import re
from collections.abc import Container, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Final

from pyroaring import BitMap64
from sqlalchemy import Connection

from kiosk.domain.orders import ClaimKind
from kiosk.domain.passwords import service_password_fault
from kiosk.domain.rules import SHOP_TIME
from kiosk.services.hashing import Hasher
from kiosk.services.read_csv import Cells, Fault, FaultReason, Faults, ImportReport, Layout, read_lines, read_msisdn
from kiosk.services.shop import Shop
from storage import claims, offers, stock, subscribers

COLUMNS: Final = ("msisdn", "tariff_code", "activated_on", "service_password")

_LAYOUT: Final = Layout(columns=COLUMNS, needed=COLUMNS[:3], secret=True)
_LINES_AT_A_TIME: Final = 5_000
_DAY: Final = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})", re.ASCII)


@dataclass(frozen=True, slots=True, repr=False)
class _Row:
    """A good line of the file."""

    line: int
    msisdn: int
    tariff_code: str
    activated_at: datetime
    password: str
    """Empty where there is none; no repr, so that no log can hold it."""


@dataclass(frozen=True, slots=True, repr=False)
class _Hashed:
    password: str
    password_hash: str


def import_subscribers(shop: Shop, path: Path, *, dry_run: bool = False) -> ImportReport:
    """Add the lines of a file, or with `dry_run` only say what would happen.

    A line without a service password is imported in no time, and its owner sets one by an SMS code. One with a
    password costs a hash, a tenth of a second or more on all cores; all are made before the shop is kept from selling.
    Raises `ShopUnavailable`.
    """
    found = Faults()
    to_hash: dict[int, str] = {}
    count = 0
    with shop.database.reading() as connection:
        for rows in _good_rows(shop, connection, path, found):
            count += len(rows)
            to_hash.update({row.msisdn: row.password for row in rows if row.password})
    if dry_run or found.count:
        return ImportReport(count, False, tuple(found.listed), found.count)
    hashed = _hash(shop.hasher, to_hash)
    try:
        with shop.database.writing() as connection:
            count = _store(shop, connection, path, hashed, found)
    except _Refused:
        return ImportReport(0, False, tuple(found.listed), found.count)
    return ImportReport(count, True, (), 0)


class _Refused(Exception):
    """Undoes the transaction."""


def _hash(hasher: Hasher, passwords: Mapping[int, str]) -> dict[int, _Hashed]:
    # Threads are enough: argon2 works without the interpreter's lock.
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        hashes = pool.map(hasher.hash, passwords.values())
        return {
            msisdn: _Hashed(password, password_hash)
            for (msisdn, password), password_hash in zip(passwords.items(), hashes, strict=True)
        }


def _store(shop: Shop, connection: Connection, path: Path, hashed: Mapping[int, _Hashed], found: Faults) -> int:
    """Put the lines in, each one checked again: shop and file may have changed. Raises `_Refused`."""
    # Nobody may put the numbers into stock meanwhile.
    stock.lock_stock(connection)
    now = shop.now()
    count = 0
    for rows in _good_rows(shop, connection, path, found):
        in_stock = stock.those_for_sale(connection, [row.msisdn for row in rows])
        new = []
        for row in rows:
            known = hashed.get(row.msisdn)
            if (known.password if known else "") != row.password:
                found.add(row.line, FaultReason.FILE_CHANGED)
            elif row.msisdn in in_stock and not _take_out_of_sale(connection, row.msisdn, now):
                found.add(row.line, FaultReason.NUMBER_CLAIMED, str(row.msisdn))
            else:
                password_hash = known.password_hash if known else None
                new.append(subscribers.NewLine(row.msisdn, row.tariff_code, row.activated_at, password_hash))
        subscribers.add_lines(connection, new, now)
        count += len(new)
    if found.count:
        raise _Refused
    return count


def _take_out_of_sale(connection: Connection, msisdn: int, now: datetime) -> bool:
    return claims.take(
        connection,
        msisdn,
        kind=ClaimKind.SALE,
        visit_id=None,
        order_no=None,
        until=None,
        now=now,
        staff_may=True,
    )


def _good_rows(shop: Shop, connection: Connection, path: Path, faults: Faults) -> Iterator[list[_Row]]:
    """The file's subscribers, some at a time; what is wrong goes to `faults`."""
    tariffs = offers.tariff_codes(connection)
    seen = BitMap64()
    for lines in stock.in_batches(read_lines(path, _LAYOUT, faults), _LINES_AT_A_TIME):
        named = [(line, msisdn, cells) for line, cells in lines if (msisdn := read_msisdn(line, cells, faults))]
        msisdns = [msisdn for _, msisdn, _ in named]
        in_use = subscribers.those_in_use(connection, msisdns)
        claimed = stock.those_claimed(connection, msisdns, shop.now())
        rows = []
        for line, msisdn, cells in named:
            try:
                _check_new(msisdn, seen, in_use, claimed)
                rows.append(_row(line, msisdn, cells, tariffs, shop.today()))
            except Fault as fault:
                faults.add(line, fault.reason, fault.value)
        if rows:
            yield rows


def _check_new(msisdn: int, seen: BitMap64, in_use: Container[int], claimed: Container[int]) -> None:
    """Raise `Fault` for a number that is there already or that somebody is buying, and remember it as seen."""
    if msisdn in seen:
        raise Fault(FaultReason.TWICE_IN_FILE, str(msisdn))
    seen.add(msisdn)
    if msisdn in in_use:
        raise Fault(FaultReason.LINE_KNOWN, str(msisdn))
    if msisdn in claimed:
        raise Fault(FaultReason.NUMBER_CLAIMED, str(msisdn))


def _row(line: int, msisdn: int, cells: Cells, tariffs: frozenset[str], today: date) -> _Row:
    """One line; raises `Fault`."""
    if cells["tariff_code"] not in tariffs:
        raise Fault(FaultReason.TARIFF_UNKNOWN, cells["tariff_code"])
    day = _day(cells["activated_on"])
    if day is None or day > today:
        raise Fault(FaultReason.DATE_INVALID, cells["activated_on"])
    password = cells.get("service_password", "")
    if password and service_password_fault(password, msisdn) is not None:
        # Not shown: it may be what the person uses, but for a slip.
        raise Fault(FaultReason.PASSWORD_UNFIT)
    began = datetime.combine(day, time(), SHOP_TIME).astimezone(UTC)
    return _Row(line, msisdn, cells["tariff_code"], began, password)


def _day(text: str) -> date | None:
    match = _DAY.fullmatch(text)
    if match is None:
        return None
    try:
        return date(*map(int, match.groups()))
    except ValueError:
        return None
