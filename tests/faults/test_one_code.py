"""One code and fifty processes: exactly one gets in, and guesses made at once are no more than three (SPEC 3.5)."""

import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import func, select

from kiosk.domain.accounts import SignInWay
from kiosk.services.back_off import BackedOff
from kiosk.services.check_code import CodeSpent
from kiosk.services.request_code import CaptchaNeeded, CodeTooSoon, TooManyCodes
from kiosk.services.sign_in import SignInRefused
from storage import people, subscribers
from storage.account_tables import accounts, code_challenges
from tests.services.known_people import (
    OURS,
    STRANGERS,
    ask_code,
    code_on,
    enter,
    give_password,
    open_line,
    wrong,
)
from tests.services.small_shop import World

RACERS = 50


@pytest.fixture
def visit(world: World) -> str:
    """Somebody who has asked for a code."""
    open_line(world)
    visit_id = world.visit()
    ask_code(world.shop, visit_id)
    return visit_id


def race(url: str, visit_id: str, *words: str) -> dict[str, int]:
    """What came of fifty tries made at once, each by a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.racing_codes", url, visit_id, str(OURS), str(RACERS), *words],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
        cwd=Path(__file__).parents[2],
    )
    told: dict[str, int] = json.loads(done.stdout)
    assert sum(told.values()) == RACERS, done.stderr
    return told


def test_of_fifty_processes_with_the_right_code_one_gets_in(world: World, visit: str, stocked_url: str) -> None:
    assert race(stocked_url, visit, code_on(world.shop)) == {"in": 1, "CodeSpent": RACERS - 1}


def test_without_the_condition_that_decides_more_get_in(world: World, visit: str, stocked_url: str) -> None:
    """The control: the test above would see it."""
    assert race(stocked_url, visit, code_on(world.shop), "careless")["in"] > 1


def test_fifty_guesses_at_once_are_three(world: World, visit: str, stocked_url: str) -> None:
    code = code_on(world.shop)
    guesses = [guess for place in range(RACERS + 1) if (guess := f"{place:06d}") != code][:RACERS]
    told = race(stocked_url, visit, *guesses)
    assert told == {"CodeWrong": 2, "CodeSpent": RACERS - 2}
    with pytest.raises(CodeSpent):
        enter(world.shop, visit, SignInWay.PHONE_CODE, code=code)


def test_without_the_condition_there_would_be_fifty(world: World, visit: str, stocked_url: str) -> None:
    """The control: a code could be found by trying all of them at the same moment."""
    told = race(stocked_url, visit, wrong(code_on(world.shop)), "careless")
    assert told.get("CodeWrong", 0) > 2


# The limits, counted by threads of which each has a connection of its own

THREADS = 8


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(THREADS) as opened:
        yield opened


def ask_at_once(world: World, pool: ThreadPoolExecutor, phones: list[int], *, captcha_solved: bool) -> list[str]:
    """What came of asking for codes at the same moment, one visit each."""
    visits = [world.visit() for _ in phones]
    start = Barrier(len(phones))

    def ask(visit_id: str, phone: int) -> str:
        start.wait()
        try:
            ask_code(world.shop, visit_id, phone, captcha_solved=captcha_solved)
        except (CodeTooSoon, CaptchaNeeded, TooManyCodes) as refusal:
            return type(refusal).__name__
        return "sent"

    return sorted(pool.map(ask, visits, phones))


def test_asked_for_by_many_at_once_a_phone_gets_one_code(world: World, pool: ThreadPoolExecutor) -> None:
    told = ask_at_once(world, pool, [STRANGERS] * THREADS, captcha_solved=True)
    assert told == ["CodeTooSoon"] * (THREADS - 1) + ["sent"]


def test_the_tenth_of_a_day_is_sent_once(world: World, pool: ThreadPoolExecutor) -> None:
    world.with_rules(code_resend=timedelta(0), codes_per_day=3)
    told = ask_at_once(world, pool, [STRANGERS] * THREADS, captcha_solved=True)
    assert told == ["TooManyCodes"] * (THREADS - 3) + ["sent"] * 3


def test_a_terminal_sends_three_before_the_captcha_also_at_once(world: World, pool: ThreadPoolExecutor) -> None:
    told = ask_at_once(world, pool, [STRANGERS + place for place in range(THREADS)], captcha_solved=False)
    assert told == ["CaptchaNeeded"] * (THREADS - 3) + ["sent"] * 3


def test_without_the_lock_only_sqlite_counts_right(
    world: World, pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: SQLite has one writer at a time anyway."""
    monkeypatch.setattr(people, "lock_persons", lambda *_: None)
    told = [ask_at_once(world, pool, [STRANGERS + place] * THREADS, captcha_solved=True) for place in range(5)]
    most = max(each.count("sent") for each in told)
    assert most > 1 if world.shop.database.is_shared else most == 1


def test_at_most_one_code_is_open_for_a_purpose_and_a_phone(world: World, pool: ThreadPoolExecutor) -> None:
    world.with_rules(code_resend=timedelta(0), codes_per_day=100)
    ask_at_once(world, pool, [STRANGERS] * THREADS, captcha_solved=True)
    with world.shop.database.reading() as connection:
        states = list(connection.execute(select(code_challenges.c.state)).scalars())
    assert sorted(states) == ["open"] + ["void"] * (THREADS - 1)


def test_wrong_passwords_at_once_are_no_more_than_one_after_the_other(world: World, pool: ThreadPoolExecutor) -> None:
    """SPEC 3.6: counted before they are looked at."""
    give_password(world, open_line(world))
    visit = world.visit()
    start = Barrier(THREADS)

    def guess(place: int) -> str:
        start.wait()
        try:
            enter(
                world.another_terminal(f"t{place}"), visit, SignInWay.PHONE_PASSWORD, OURS, password=f"7305{place:02d}"
            )
        except (SignInRefused, BackedOff) as refusal:
            return type(refusal).__name__
        return "in"

    told = sorted(pool.map(guess, range(THREADS)))
    assert told == ["BackedOff"] * (THREADS - 4) + ["SignInRefused"] * 4


def test_the_first_sign_ins_of_a_line_at_once_make_one_account(world: World, pool: ThreadPoolExecutor) -> None:
    line = open_line(world)
    start = Barrier(THREADS)

    def make(_: int) -> int:
        start.wait()
        with world.shop.database.writing() as connection:
            return subscribers.account_of_line(connection, line, "zh", world.clock.now())

    assert len(set(pool.map(make, range(THREADS)))) == 1
    with world.shop.database.reading() as connection:
        assert connection.execute(select(func.count()).select_from(accounts)).scalar_one() == 1
