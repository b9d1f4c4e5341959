"""How long the demonstration stock takes: drawing numbers, classifying them, and filling a new SQLite file.

    python benchmarks/demonstration.py [--numbers N] [--rounds N]

Prints the fastest and the median of several rounds, in seconds, each on the same numbers.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from kiosk.domain.bulk_patterns import classify_many
from kiosk.domain.inventory import demonstration_stock
from kiosk.services.load_stock import fill_demonstration
from storage import schema
from storage.catalogue import demonstration_catalogue
from storage.encryption import FieldCipher
from storage.engine import open_database

SEED = 1
CIPHER = FieldCipher({1: bytes(64)}, bytes(32))


def main() -> None:
    """Run every part so many times, print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--numbers", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    prefixes = demonstration_catalogue().prefixes
    drawn = demonstration_stock(asked.numbers, SEED, prefixes)
    parts: dict[str, Callable[[], float]] = {
        "draw": lambda: timed(lambda: demonstration_stock(asked.numbers, SEED, prefixes)),
        "classify": lambda: timed(lambda: classify_many(drawn.msisdn)),
        "fill SQLite": lambda: filling(asked.numbers),
    }
    print(f"{asked.numbers:,} numbers, {asked.rounds} rounds")
    print(f"{'s':<14}{'fastest':>10}{'median':>10}")
    for name, part in parts.items():
        seconds = [part() for _ in range(asked.rounds)]
        print(f"{name:<14}{min(seconds):>10.3f}{statistics.median(seconds):>10.3f}")


def filling(count: int) -> float:
    """Seconds to draw that many numbers and store all of the demonstration, committed to a new file."""
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(f"sqlite:///{Path(folder) / 'kiosk.sqlite'}", CIPHER)
        try:
            schema.upgrade(database)
            return timed(lambda: fill_demonstration(database, count, SEED, now=datetime.now(UTC)))
        finally:
            database.close()


def timed(what: Callable[[], object]) -> float:
    """How many seconds it takes."""
    start = time.perf_counter()
    what()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
