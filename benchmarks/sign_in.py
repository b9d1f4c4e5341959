"""Whether time tells who has an account: refused sign-ins, known and unknown, beside the bare password hash.

    python benchmarks/sign_in.py [--rounds N] [--only WORD]

One round has one of each kind, in random order, so that a busy machine slows all of them alike; each uses an account
and a terminal of its own, so that nobody has to wait. `ratio` is the unknown one's median over the known one's, and
`told apart` how often the known one of two took longer: 50 % is a coin.
"""

import argparse
import math
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import insert

from kiosk.domain.accounts import CodePurpose, SignInWay
from kiosk.domain.orders import LineState
from kiosk.domain.rules import Rules
from kiosk.gateways.sandbox import SandboxMessages
from kiosk.services.check_code import CodeSpent
from kiosk.services.keep_visit import begin_visit
from kiosk.services.request_code import request_code
from kiosk.services.shop import Shop
from kiosk.services.sign_in import SignInRefused, sign_in
from storage import accounts, schema, subscribers
from storage.encryption import FieldCipher
from storage.engine import Database, open_database
from storage.number_index import NumberIndex
from storage.sandbox import SandboxLedger
from storage.tables import lines

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
CIPHER = FieldCipher({1: bytes(range(64))}, bytes(range(32)))
OURS, STRANGERS = 13853100000, 13953100000
PASSWORD = "lantern-on-the-river"  # noqa: S105  # nobody's


class StandingClock:
    """Time doesn't matter here."""

    def now(self) -> datetime:
        """Always the same instant."""
        return NOW


def fill(database: Database, shop: Shop, rounds: int) -> None:
    """A subscriber, an active member and one who isn't activated, for every round."""
    password_hash = shop.hasher.hash(PASSWORD)
    with database.writing() as connection:
        for place in range(rounds):
            row = {"msisdn": OURS + place, "tariff_code": "T", "state": LineState.ACTIVE.value, "created_at": NOW}
            line_id = connection.execute(insert(lines).values(row).returning(lines.c.line_id)).scalar_one()
            accounts.set_password(
                connection, subscribers.account_of_line(connection, line_id, "zh", NOW), password_hash, NOW
            )
            for name in ("member", "pending"):
                address = f"{name}{place}@example.com"
                account_id = accounts.add_member(
                    connection,
                    language="zh",
                    email=address,
                    address_hash=accounts.email_hash(CIPHER, address),
                    phone=None,
                    phone_hash=None,
                    name=None,
                    password_hash=password_hash,
                    now=NOW,
                )
                if name == "member":
                    accounts.activate(connection, account_id, NOW)


def measure(shop: Shop, places: range, only: str) -> dict[str, list[float]]:
    """Milliseconds of every try, by kind, in the order of the rounds."""
    visit = begin_visit(shop, "zh")

    def enter(here: Shop, way: SignInWay, identity: str) -> None:
        with suppress(SignInRefused, CodeSpent):
            sign_in(
                here,
                visit,
                way,
                identity=identity,
                password="not-the-one",  # noqa: S106  # likewise
                agreed=True,
                captcha_solved=True,
                language="zh",
            )

    def ask(here: Shop, phone: int) -> None:
        request_code(here, visit, CodePurpose.SIGN_IN, str(phone), captcha_solved=True, language="zh")

    kinds: dict[str, Callable[[Shop, int], None]] = {
        "argon2 alone": lambda here, _: none(here.hasher.is_right(None, PASSWORD)),
        "phone, known": lambda here, place: enter(here, SignInWay.PHONE_PASSWORD, str(OURS + place)),
        "phone, unknown": lambda here, place: enter(here, SignInWay.PHONE_PASSWORD, str(STRANGERS + place)),
        "phone and code, known": lambda here, place: enter(here, SignInWay.PHONE_BOTH, str(OURS + place)),
        "phone and code, unknown": lambda here, place: enter(here, SignInWay.PHONE_BOTH, str(STRANGERS + place)),
        "member, known": lambda here, place: enter(here, SignInWay.MEMBER, f"member{place}@example.com"),
        "member, unknown": lambda here, place: enter(here, SignInWay.MEMBER, f"nobody{place}@example.com"),
        "not activated, known": lambda here, place: enter(here, SignInWay.MEMBER, f"pending{place}@example.com"),
        "not activated, unknown": lambda here, place: enter(here, SignInWay.MEMBER, f"nowhere{place}@example.com"),
        "get code, known": lambda here, place: ask(here, OURS + place),
        "get code, unknown": lambda here, place: ask(here, STRANGERS + place),
    }
    kinds = {kind: what for kind, what in kinds.items() if only in kind}
    took: dict[str, list[float]] = {kind: [] for kind in kinds}
    for place in places:
        for kind in random.sample(list(kinds), len(kinds)):
            # One visit at many terminals: nobody's failures count for anybody else here.
            here = replace(shop, terminal_id=f"{kind}-{place}")
            start = time.perf_counter()
            kinds[kind](here, place)
            took[kind].append((time.perf_counter() - start) * 1000)
    return took


def none(_: object) -> None:
    """Only what it took matters."""


def print_table(took: dict[str, list[float]]) -> None:
    """Each kind's distribution, the known one above the unknown one."""
    print(f"{'ms':<26}{'p5':>8}{'p50':>8}{'p95':>8}{'mean':>8}{'ratio':>8}{'told apart':>12}")
    known: list[float] = []
    for kind, times in took.items():
        marks = statistics.quantiles(times, n=20)
        line = (
            f"{kind:<26}{marks[0]:>8.1f}{statistics.median(times):>8.1f}{marks[-1]:>8.1f}{statistics.mean(times):>8.1f}"
        )
        if kind.endswith("unknown"):
            ratio = statistics.median(times) / statistics.median(known)
            longer = statistics.mean((one > other) + 0.5 * (one == other) for one in known for other in times)
            line += f"{ratio:>8.3f}{longer:>11.0%}"
        known = times
        print(line)
    rounds = len(known)
    # Two standard errors of the Mann-Whitney statistic where both distributions are the same.
    chance = 2 * math.sqrt((2 * rounds + 1) / (12 * rounds**2))
    print(f"Over {rounds} rounds chance alone tells apart 50 % ± {chance:.0%}.")


def main() -> None:
    """Measure on a new SQLite file, print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--only", default="", help="kinds with this word, such as 'get code'")
    asked = parser.parse_args()
    rounds = asked.rounds
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(f"sqlite:///{Path(folder) / 'kiosk.sqlite'}", CIPHER)
        try:
            schema.upgrade(database)
            messages = SandboxMessages(SandboxLedger(database), lambda: NOW)
            shop = Shop(database, StandingClock(), {}, messages, Rules(), NumberIndex(), "bench-1")
            fill(database, shop, rounds + 1)
            # Once for what is imported and compiled on first use.
            measure(shop, range(rounds, rounds + 1), asked.only)
            print_table(measure(shop, range(rounds), asked.only))
        finally:
            database.close()


if __name__ == "__main__":
    main()
