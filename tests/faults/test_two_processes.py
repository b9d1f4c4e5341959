"""Two processes and one number: exactly one has it, round after round (SPEC 4.2; issue 2, "Show")."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import insert, select

from kiosk.services.errors import TooManyHolds, TooManyNumbers
from kiosk.services.hold_number import hold_number
from kiosk.services.register_customer import register_customer
from storage.tables import number_claims, numbers
from tests.services.small_shop import JINAN, PLAIN, World

ROUNDS = 2_000
BATCH = 100
FIRST = 15053100000


class Racer:
    """A process that takes the numbers it is told, as fast as it can."""

    def __init__(self, url: str, name: str, *options: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.racing_process", url, name, *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        )

    def _line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the racer died"
        return line

    def wait_until_ready(self) -> None:
        assert self._line() == "ready\n"

    def race(self, msisdns: list[int]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(" ".join(map(str, msisdns)) + "\n")
        self._process.stdin.flush()

    def won(self) -> set[int]:
        return {int(msisdn) for msisdn in self._line().split()}

    def stop(self) -> None:
        self._process.kill()
        self._process.communicate()


@contextmanager
def two_racers(url: str, *options: str) -> Iterator[tuple[Racer, Racer]]:
    one, two = Racer(url, "one", *options), Racer(url, "two", *options)
    try:
        one.wait_until_ready()
        two.wait_until_ready()
        yield one, two
    finally:
        one.stop()
        two.stop()


@pytest.fixture
def racing_world(world: World) -> Iterator[World]:
    """The shop with a fresh number for each round; they go again, because a PostgreSQL is shared by the tests."""
    new = numbers.c.msisdn.between(FIRST, FIRST + ROUNDS)
    with world.shop.database.writing() as connection:
        connection.execute(
            insert(numbers),
            [
                {
                    "msisdn": FIRST + place,
                    "city_adcode": JINAN,
                    "pattern": "PLAIN",
                    "tier": 0,
                    "prepayment_fen": 0,
                    "monthly_minimum_fen": 0,
                    "term_months": 0,
                }
                for place in range(ROUNDS)
            ],
        )
    yield world
    with world.shop.database.writing() as connection:
        connection.execute(number_claims.delete())
        connection.execute(numbers.delete().where(new))


def run_race(url: str, rounds: int, *options: str) -> tuple[int, int, set[int], set[int]]:
    """How often nobody and how often both won, and what each won."""
    ones, twos = set[int](), set[int]()
    with two_racers(url, *options) as (one, two):
        for start in range(0, rounds, BATCH):
            batch = [FIRST + place for place in range(start, min(start + BATCH, rounds))]
            one.race(batch)
            two.race(batch)
            ones |= one.won()
            twos |= two.won()
    everything = {FIRST + place for place in range(rounds)}
    return len(everything - ones - twos), len(ones & twos), ones, twos


def test_each_round_has_exactly_one_holder(racing_world: World, stocked_url: str) -> None:
    nobody, both, ones, twos = run_race(stocked_url, ROUNDS)
    assert (nobody, both) == (0, 0)
    assert min(len(ones), len(twos)) > ROUNDS // 100, "that was no race"
    with racing_world.shop.database.reading() as connection:
        rows = connection.execute(select(number_claims.c.msisdn, number_claims.c.visit_id)).all()
    assert {row.msisdn for row in rows if row.visit_id == "one"} == ones
    assert {row.msisdn for row in rows if row.visit_id == "two"} == twos


def test_without_the_condition_of_the_conflict_clause_both_hold_it(racing_world: World, stocked_url: str) -> None:
    """The control: the test above would see it."""
    _, both, _, _ = run_race(stocked_url, 2 * BATCH, "careless")
    assert both > 0


def test_eight_visits_of_one_person_at_once_never_hold_more_than_three(world: World) -> None:
    """SPEC 4.2."""
    visits = [world.visit() for _ in range(8)]
    for visit in visits:
        register_customer(world.shop, visit, world.customer())
    start = Barrier(8)

    def hold(visit: str, msisdn: int) -> bool:
        start.wait()
        try:
            hold_number(world.shop, visit, msisdn)
        except TooManyHolds:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(hold, visits, PLAIN)) == 3
    assert len(world.live_claims()) == 3


def test_eight_visits_at_once_never_get_one_person_above_five_numbers(world: World) -> None:
    """SPEC 4.4, at step 3: each of them is nameless and holds a number already."""
    for msisdn in PLAIN[8:11]:
        world.paid_order(msisdn)
    visits = [world.visit() for _ in range(8)]
    for visit, msisdn in zip(visits, PLAIN, strict=False):
        hold_number(world.shop, visit, msisdn)
    start = Barrier(8)

    def register(visit: str) -> bool:
        start.wait()
        try:
            register_customer(world.shop, visit, world.customer())
        except TooManyNumbers:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(register, visits)) == 2


def test_two_visits_that_swap_their_numbers_do_not_wait_for_each_other(world: World) -> None:
    """Neither may get the other's, and neither may lose its own."""
    for round_ in range(20):
        pair = [(world.visit(), PLAIN[2 * round_ % 30]), (world.visit(), PLAIN[2 * round_ % 30 + 1])]
        for visit, msisdn in pair:
            hold_number(world.shop, visit, msisdn)
        start = Barrier(2)

        def swap(visit: str, mine: int, theirs: int, start: Barrier = start) -> str:
            start.wait()
            try:
                hold_number(world.shop, visit, theirs, instead_of=mine)
            except Exception as fault:  # noqa: BLE001  # its name is what is checked
                return type(fault).__name__
            return "held"

        with ThreadPoolExecutor(2) as pool:
            (one, mine), (two, theirs) = pair
            assert set(pool.map(swap, (one, two), (mine, theirs), (theirs, mine))) == {"NumberTaken"}
        for visit, msisdn in pair:
            claim = world.claim(msisdn)
            assert claim is not None
            assert claim.visit_id == visit
        with world.shop.database.writing() as connection:
            connection.execute(number_claims.delete())
