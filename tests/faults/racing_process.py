"""A process that races for numbers: `python -m tests.faults.racing_process URL NAME [careless]`.

Each line of input names the numbers of some rounds, the same for both racers; it answers with those that it won.
With `careless`, the condition of the conflict clause is left out: the control.
"""

import sys
from datetime import UTC, datetime, timedelta
from typing import Any

from kiosk.domain.orders import ClaimKind
from storage import claims
from storage.encryption import FieldCipher
from storage.engine import Database, open_database

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)


def take_carelessly(database: Database) -> None:
    """Leave out the condition under which a claim may be taken over."""
    # The statement is made once and kept, so that a change here is a change for good.
    statement: Any = claims._taking(database.engine.dialect.name, staff_may=False)
    statement._post_values_clause.update_whereclause = None


def main() -> None:
    """Race until there is no more input."""
    url, name, careless = sys.argv[1], sys.argv[2], "careless" in sys.argv
    database = open_database(url, FieldCipher({1: bytes(range(64))}, bytes(range(32))))
    if careless:
        take_carelessly(database)
    print("ready", flush=True)
    for line in sys.stdin:
        won = []
        for msisdn in map(int, line.split()):
            with database.writing() as connection:
                if claims.take(
                    connection,
                    msisdn,
                    kind=ClaimKind.HOLD,
                    visit_id=name,
                    order_no=None,
                    until=NOW + timedelta(minutes=30),
                    now=NOW,
                ):
                    won.append(msisdn)
        print(*won, flush=True)


if __name__ == "__main__":
    main()
