"""Fifty at once: a code is spent once, limits hold, an address has one member. SPEC 3.2, 3.3, on both databases.

Each test is run without its guard as well, to show that it would notice.
"""

import itertools
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from threading import Barrier, BrokenBarrierError

import pytest
from pysqlite3 import dbapi2 as sqlite
from sqlalchemy import Connection, create_engine, func, make_url, select
from sqlalchemy.exc import DBAPIError

from kiosk.domain.accounts import ACTIVATION_TRIES
from kiosk.domain.errors import ShopUnavailable
from kiosk.services.activate_account import activate_by_code, activate_by_link, send_activation_again
from kiosk.services.errors import ServiceError
from kiosk.services.register_member import RegistrationInvalid
from kiosk.services.shop import Shop
from storage import accounts
from storage import activations as activation_rows
from storage.account_tables import accounts as account_table
from storage.account_tables import activations
from storage.activations import ActivationRow
from storage.encryption import FieldCipher
from storage.engine import Database
from storage.tables import audit
from tests.services.members import mails, register, wrong
from tests.services.small_shop import MINUTE, World

CROWD = 50
FEW = 10
"""As many as have a connection each."""


def at_once(ask: Callable[[], object], crowd: int = CROWD) -> Counter[str]:
    """Let everybody ask at the same moment; says how often each answer was given."""
    gate = Barrier(crowd)

    def come() -> str:
        gate.wait()
        for _ in range(20):
            try:
                answer = ask()
            except ShopUnavailable:
                # As the screens do; more at once than a terminal ever asks for.
                continue
            except (ServiceError, DBAPIError) as refusal:
                return type(refusal).__name__
            return answer if isinstance(answer, str) else "done" if answer is None else type(answer).__name__
        return "unavailable"

    with ThreadPoolExecutor(crowd) as people:
        return Counter(future.result() for future in [people.submit(come) for _ in range(crowd)])


def times(shop: Shop, action: str) -> int:
    with shop.database.reading() as connection:
        return connection.execute(select(func.count()).where(audit.c.action == action)).scalar_one()


@pytest.fixture(autouse=True)
def others_come_in_between(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between what is read and what is written there is time for somebody else."""
    newest = activation_rows.newest

    def linger(connection: Connection, account_id: int) -> ActivationRow | None:
        found = newest(connection, account_id)
        time.sleep(0.02)
        return found

    monkeypatch.setattr(activation_rows, "newest", linger)


class Unguarded(Database):
    """The same database without what keeps others out: each statement stands for itself, and no row is locked."""

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        with self.engine.connect() as connection:
            yield connection


@pytest.fixture
def unguarded(world: World, monkeypatch: pytest.MonkeyPatch, cipher: FieldCipher) -> Iterator[World]:
    find_account = accounts.find_account

    def find_without_lock(connection: Connection, account_id: int, *, lock: bool = False) -> object:
        return find_account(connection, account_id)

    monkeypatch.setattr(accounts, "find_account", find_without_lock)
    newest, meeting = activation_rows.newest, Barrier(2)

    def meet(connection: Connection, account_id: int) -> ActivationRow | None:
        found = newest(connection, account_id)
        with suppress(BrokenBarrierError):
            meeting.wait(timeout=2)
        return found

    monkeypatch.setattr(activation_rows, "newest", meet)
    url = make_url(world.shop.database.engine.url)
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url, module=sqlite, isolation_level="AUTOCOMMIT", connect_args={"timeout": 10})
    else:
        engine = create_engine(url, isolation_level="AUTOCOMMIT", pool_size=20)
    engine.dialect.field_cipher = cipher  # type: ignore[attr-defined]  # as the shop's own engine has it
    guarded = world.shop.database
    monkeypatch.setattr(guarded, "engine", engine)
    monkeypatch.setattr(Database, "writing", Unguarded.writing)
    yield world
    monkeypatch.undo()
    engine.dispose()


def test_one_of_fifty_activates(world: World) -> None:
    account_id = register(world.shop).account_id
    code = mails(world.shop)[0].code
    answers = at_once(lambda: activate_by_code(world.shop, account_id, code))
    assert answers == {"done": 1, "ActivationSpent": CROWD - 1}
    assert times(world.shop, "account.activated") == 1


def test_without_the_guard_more_than_one_would(unguarded: World) -> None:
    account_id = register(unguarded.shop).account_id
    code = mails(unguarded.shop)[0].code
    at_once(lambda: activate_by_code(unguarded.shop, account_id, code), FEW)
    assert times(unguarded.shop, "account.activated") > 1


def test_code_and_link_are_spent_together(world: World) -> None:
    world.shop = replace(world.shop, public_url="https://shop.example.com")
    account_id = register(world.shop).account_id
    mail = mails(world.shop)[0]
    turns = itertools.count()

    def come() -> str | None:
        if next(turns) % 2:
            return activate_by_code(world.shop, account_id, mail.code)
        return activate_by_link(world.shop, mail.token).value

    answers = at_once(come)
    assert answers["done"] + answers["activated"] == 1
    assert times(world.shop, "account.activated") == 1


def test_fifty_guesses_are_no_more_tries_than_five(world: World) -> None:
    account_id = register(world.shop).account_id
    code = mails(world.shop)[0].code
    answers = at_once(lambda: activate_by_code(world.shop, account_id, wrong(code)))
    assert answers == {"ActivationWrong": ACTIVATION_TRIES - 1, "ActivationSpent": CROWD - ACTIVATION_TRIES + 1}


def test_without_the_guard_there_would_be_more_tries(unguarded: World) -> None:
    account_id = register(unguarded.shop).account_id
    code = mails(unguarded.shop)[0].code
    answers = at_once(lambda: activate_by_code(unguarded.shop, account_id, wrong(code)), 2 * FEW)
    assert answers["ActivationWrong"] > ACTIVATION_TRIES - 1


def test_one_of_fifty_gets_another_mail(world: World) -> None:
    account_id = register(world.shop).account_id
    world.clock.move(MINUTE)
    answers = at_once(lambda: send_activation_again(world.shop, account_id))
    assert answers == {"Registration": 1, "TooSoon": CROWD - 1}
    with world.shop.database.reading() as connection:
        states = Counter(connection.execute(select(activations.c.state)).scalars())
    assert states == {"void": 1, "open": 1}


def test_five_of_fifty_registrations_of_one_address_are_sent_a_mail(world: World) -> None:
    answers = at_once(lambda: register(world.shop))
    assert answers == {"Registration": 5, RegistrationInvalid.__name__: CROWD - 5}
    assert len(mails(world.shop)) == 5


def test_of_five_registrations_of_one_address_one_is_activated(world: World) -> None:
    """The partial unique index decides when two are proved at the same moment."""
    found = {}
    for _ in range(5):
        account_id = register(world.shop).account_id
        found[account_id] = mails(world.shop)[0].code
    waiting = iter(list(found.items()) * (CROWD // 5))
    answers = at_once(lambda: activate_by_code(world.shop, *next(waiting)))
    assert answers["done"] == 1
    with world.shop.database.reading() as connection:
        active = connection.execute(select(func.count()).where(account_table.c.state == "active")).scalar_one()
    assert active == 1
    assert answers["AddressInUse"] == CROWD - CROWD // 5
