"""Write the stock to a CSV file (DESIGN 5)."""

import csv
import os
import tempfile
from datetime import datetime
from pathlib import Path
from typing import IO, Final

from kiosk.domain.number_query import NumberState
from kiosk.domain.orders import ClaimKind
from storage.engine import Database
from storage.stock import StockRow, every_number

COLUMNS: Final = (
    "msisdn",
    "city",
    "pattern",
    "tier",
    "prepayment_fen",
    "monthly_minimum_fen",
    "term_months",
    "state",
)
"""The columns of a file of numbers, as they are written; `city` is the Chinese name."""


def export_numbers(database: Database, path: Path, now: datetime) -> int:
    """Write the whole stock to a file, in UTF-8 and in order of MSISDN; tells how many numbers.

    A file that was there is replaced when the new one is complete. Raises OSError and `ShopUnavailable`.
    """
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", newline="", dir=path.parent, prefix=f".{path.name}.", delete=False
    ) as file:
        written = Path(file.name)
        try:
            count = write_numbers(database, file.file, now)
            file.flush()
            os.fsync(file.fileno())
            written.chmod(0o644)
            written.replace(path)
        except BaseException:
            written.unlink(missing_ok=True)
            raise
    return count


def write_numbers(database: Database, file: IO[str], now: datetime) -> int:
    """The same, to a file that is open; raises `ShopUnavailable`."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    count = 0
    with database.reading() as connection:
        for row in every_number(connection):
            conditions = (row.pattern, row.tier, row.prepayment_fen, row.monthly_minimum_fen, row.term_months)
            writer.writerow((row.msisdn, row.city, *conditions, state_of(row, now).value))
            count += 1
    return count


def state_of(row: StockRow, now: datetime) -> NumberState:
    """What a customer can expect of a number at an instant.

    One that rests after it was given up (SPEC 4.11) counts as held: it comes back by itself.
    """
    if row.withdrawn_at is not None:
        return NumberState.WITHDRAWN
    if row.claim_kind is None or row.is_claim_over(now):
        return NumberState.AVAILABLE
    match ClaimKind(row.claim_kind):
        case ClaimKind.HOLD | ClaimKind.REST:
            return NumberState.HELD
        case ClaimKind.ORDER:
            return NumberState.ORDERED
        case ClaimKind.SALE:
            return NumberState.SOLD
