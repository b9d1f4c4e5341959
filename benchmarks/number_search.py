"""Number search beside plain SQL with LIKE and COUNT on the same database, in one run.

    python benchmarks/number_search.py [--numbers N] [--rounds N] [--database-url URL]

Prints p50 and p99 in milliseconds, and how many times slower the plain SQL is. A search is what a screen does: the
first page with its exact total, and the counts on the chips; plain SQL counts and reads the page, without the chips.
"""

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import ColumnElement, Select, String, cast, func, or_, select

from kiosk.domain.number_query import NumberQuery
from kiosk.services.load_stock import StockNotEmpty, fill_demonstration
from storage import schema
from storage.catalogue import demonstration_catalogue
from storage.encryption import FieldCipher
from storage.engine import Database, open_database
from storage.number_index import NumberIndex
from storage.tables import number_claims, numbers

SEED = 20_260_504


def main() -> None:
    """Fill a database, search it both ways, print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--numbers", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=200, help="queries of each kind")
    parser.add_argument("--database-url", help="an empty database; a SQLite file of its own by default")
    asked = parser.parse_args()
    with opened(asked.database_url) as database:
        filling = timed(lambda: fill(database, asked.numbers))
        now, index = datetime.now(UTC), NumberIndex()
        loading = timed(lambda: index.view(database, now))
        print(f"{asked.numbers:,} numbers on {database.engine.dialect.name}")
        print(f"filled in {filling / 1000:.1f} s, index loaded in {loading / 1000:.2f} s, {asked.rounds} queries each")
        print()
        print(f"{'ms':<14}{'search + chips':^20}{'plain SQL':^20}{'times slower':^20}")
        print(f"{'':<14}{'p50':>9}{'p99':>9}  {'p50':>9}{'p99':>9}  {'p50':>9}{'p99':>9}")
        everything: list[tuple[float, float]] = []
        for kind, queries in kinds(asked.rounds).items():
            times = [measured(database, index, query, now) for query in queries]
            report(kind, times)
            everything += times
        report("all", everything)


def measured(database: Database, index: NumberIndex, query: NumberQuery, now: datetime) -> tuple[float, float]:
    """Milliseconds of a search by the index, and of the same by plain SQL; they must agree."""
    totals: list[int] = []

    def by_index() -> None:
        page = index.view(database, now).page(query, None)
        index.view(database, now).counts(query)
        totals.append(page.total)

    def by_sql() -> None:
        counting, reading = plain_sql(query, now)
        with database.reading() as connection:
            totals.append(connection.execute(counting).scalar_one())
            connection.execute(reading).all()

    times = timed(by_index), timed(by_sql)
    if totals[0] != totals[1]:
        raise SystemExit(f"the index finds {totals[0]}, plain SQL {totals[1]}: {query}")
    return times


def plain_sql(query: NumberQuery, now: datetime) -> tuple[Select[int], Select[int]]:
    """The statements that a program without an index in memory would make: a count, and a page."""
    digits = cast(numbers.c.msisdn, String)
    conditions: list[ColumnElement[bool]] = [
        numbers.c.withdrawn_at.is_(None),
        ~select(number_claims.c.msisdn)
        .where(
            number_claims.c.msisdn == numbers.c.msisdn,
            or_(number_claims.c.expires_at.is_(None), number_claims.c.expires_at > now),
        )
        .exists(),
    ]
    if query.city_adcode is not None:
        conditions.append(numbers.c.city_adcode == query.city_adcode)
    if query.tail:
        conditions.append(digits.like(f"%{query.tail}"))
    if query.contains:
        conditions.append(digits.like(f"%{query.contains}%"))
    if query.at:
        conditions.append(digits.like(query.at))
    if query.no_4:
        conditions.append(func.substr(digits, 4).not_like("%4%"))
    if query.patterns:
        conditions.append(numbers.c.pattern.in_(query.patterns))
    if query.price_max_fen is not None:
        conditions.append(numbers.c.prepayment_fen <= query.price_max_fen)
    counting = select(func.count()).select_from(numbers).where(*conditions)
    reading = select(numbers.c.msisdn).where(*conditions).order_by(numbers.c.msisdn).limit(query.limit)
    return counting, reading


def kinds(rounds: int) -> dict[str, list[NumberQuery]]:
    """Queries as people make them, the same in every run."""
    chance = random.Random(SEED)
    cities = sorted({prefix.city_adcode for prefix in demonstration_catalogue().prefixes})

    def digits(count: int) -> str:
        return "".join(chance.choice("0123456789") for _ in range(count))

    def positions() -> str:
        places = chance.sample(range(3, 11), 3)
        return "1" + "".join(digits(1) if place in places else "_" for place in range(1, 11))

    makers: dict[str, Callable[[], NumberQuery]] = {
        "nothing": NumberQuery,
        "city": lambda: NumberQuery(city_adcode=chance.choice(cities)),
        "tail": lambda: NumberQuery(tail=digits(chance.randint(1, 4))),
        "contains": lambda: NumberQuery(contains=digits(chance.randint(1, 4))),
        "positions": lambda: NumberQuery(at=positions()),
        "pattern": lambda: NumberQuery(patterns=frozenset({chance.choice(["AAA", "AABB", "ABAB", "ABC", "AA"])})),
        "combined": lambda: NumberQuery(
            city_adcode=chance.choice(cities), tail=digits(2), no_4=True, price_max_fen=100_00
        ),
    }
    return {kind: [make() for _ in range(rounds)] for kind, make in makers.items()}


def timed(what: Callable[[], object]) -> float:
    """How many milliseconds it takes."""
    start = time.perf_counter()
    what()
    return (time.perf_counter() - start) * 1000


def report(kind: str, times: Sequence[tuple[float, float]]) -> None:
    """Print one line of the table."""
    index, sql = ([pair[side] for pair in times] for side in (0, 1))
    medians, tails = (statistics.median(index), statistics.median(sql)), (percentile(index), percentile(sql))
    ratios = f"{medians[1] / medians[0]:>9.1f}{tails[1] / tails[0]:>9.1f}"
    print(f"{kind:<14}{medians[0]:>9.2f}{tails[0]:>9.2f}  {medians[1]:>9.2f}{tails[1]:>9.2f}  {ratios}")


def percentile(times: Sequence[float]) -> float:
    """The 99th percentile."""
    return statistics.quantiles(times, n=100, method="inclusive")[98]


def fill(database: Database, count: int) -> None:
    """The demonstration's numbers, unless they are there from a run before."""
    schema.upgrade(database)
    try:
        fill_demonstration(database, count, SEED)
    except StockNotEmpty:
        print("the database has its numbers already")


@contextmanager
def opened(url: str | None) -> Iterator[Database]:
    """The database that was asked for, or one that goes away afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        cipher = FieldCipher({1: bytes(range(64))}, bytes(range(32)))
        database = open_database(url or f"sqlite:///{Path(folder) / 'search.sqlite'}", cipher)
        yield database
        database.close()


if __name__ == "__main__":
    main()
