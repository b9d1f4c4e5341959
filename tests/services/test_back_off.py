"""Who guesses passwords waits, at every terminal and after every restart (SPEC 3.6), on both databases."""

import pytest
from sqlalchemy import select

from kiosk.domain.back_off import PACES, Subject
from kiosk.services.back_off import BackedOff, begin_try, forgive, succeed
from kiosk.services.settle_deadlines import settle_deadlines
from kiosk.services.shop import Shop
from storage.account_tables import sign_in_failures
from tests.services.known_people import OURS, OURS_TOO
from tests.services.small_shop import DAY, MINUTE, SECOND, START, World, open_world

FREE = PACES[Subject.ACCOUNT].free
FREE_OF_TERMINAL = PACES[Subject.TERMINAL].free


def fail(world: World, times: int, *, account: int | str | None = 1, phone: int | None = None) -> None:
    """Tries at terminals that nobody used before, each as soon as it may be."""
    for _ in range(times):
        terminal = world.another_terminal(f"t{next(world._serial)}")
        try:
            begin_try(terminal, account=account, phone=phone)
        except BackedOff as refusal:
            world.clock.move(refusal.until - world.clock.now())
            begin_try(terminal, account=account, phone=phone)


def test_after_some_failures_the_next_try_waits_at_any_terminal(world: World, shop: Shop) -> None:
    fail(world, FREE + 1)
    with pytest.raises(BackedOff) as refusal:
        begin_try(world.another_terminal("qd01-1"), account=1)
    assert refusal.value.until == START + 15 * SECOND
    begin_try(shop, account=2)
    world.clock.move(15 * SECOND)
    begin_try(shop, account=1)
    with pytest.raises(BackedOff) as refusal:
        begin_try(shop, account=1)
    assert refusal.value.until == START + 45 * SECOND


def test_what_is_refused_counts_for_nothing(world: World, shop: Shop) -> None:
    fail(world, FREE + 1, account=1, phone=OURS)
    for _ in range(50):
        with pytest.raises(BackedOff) as refusal:
            begin_try(shop, account=2, phone=OURS)
        assert refusal.value.until == START + 15 * SECOND
    fail(world, FREE, account=2, phone=OURS_TOO)


def test_an_identity_that_nobody_has_waits_like_an_account(world: World, shop: Shop) -> None:
    fail(world, FREE + 1, account="nobody@example.com")
    with pytest.raises(BackedOff):
        begin_try(shop, account="nobody@example.com")
    begin_try(shop, account=1)
    begin_try(shop, account="1")


def test_it_outlives_a_restart_because_it_is_in_the_database(world: World, stocked_url: str, bank_url: str) -> None:
    fail(world, FREE + 1)
    again = open_world(stocked_url, bank_url, world.shop.database.cipher, terminal_id="jn01-1")
    try:
        with pytest.raises(BackedOff):
            begin_try(again.shop, account=1)
    finally:
        again.close()


def test_a_success_forgets_the_persons_failures_and_gives_the_terminal_only_its_own_back(
    world: World, shop: Shop
) -> None:
    for account in range(FREE_OF_TERMINAL - 1):
        begin_try(shop, account=account)
    fail(world, FREE - 1, account=1, phone=OURS)
    attempt = begin_try(shop, account=1, phone=OURS)
    with shop.database.writing() as connection:
        succeed(shop, connection, attempt)
    fail(world, FREE, account=1, phone=OURS)
    begin_try(shop, account=100)
    begin_try(shop, account=101)
    with pytest.raises(BackedOff):
        begin_try(shop, account=102)


def test_signing_in_to_an_account_of_ones_own_between_guesses_gains_nothing(world: World, shop: Shop) -> None:
    """The terminal stays as slow as without: one guess at each of many accounts, which no account would notice."""
    guesses = 0
    while world.clock.now() < START + 60 * MINUTE:
        try:
            begin_try(shop, account=1000 + guesses)
            guesses += 1
            mine = begin_try(shop, account=1)
            with shop.database.writing() as connection:
                succeed(shop, connection, mine)
        except BackedOff as refusal:
            world.clock.move(refusal.until - world.clock.now())
    assert guesses <= FREE_OF_TERMINAL + 60 // 3 + 6


def test_a_new_password_starts_afresh(world: World, shop: Shop) -> None:
    fail(world, FREE + 1, account=1, phone=OURS)
    with shop.database.writing() as connection:
        forgive(shop, connection, account=1, phone=OURS)
    begin_try(shop, account=1, phone=OURS)


def test_never_is_anybody_locked_out_for_good(world: World, shop: Shop) -> None:
    fail(world, 60, account=1, phone=OURS)
    world.clock.move(30 * MINUTE)
    begin_try(shop, account=1, phone=OURS)


def test_nothing_is_kept_that_names_anybody(world: World, shop: Shop) -> None:
    """SPEC 10.3."""
    begin_try(shop, account="anna@example.com", phone=OURS)
    with shop.database.reading() as connection:
        rows = connection.execute(select(sign_in_failures)).all()
    assert len(rows) == 3
    assert "anna" not in repr(rows)
    assert str(OURS) not in repr(rows)


def test_a_day_later_nothing_is_left_of_it(world: World, shop: Shop) -> None:
    fail(world, 60, account=1)
    world.clock.move(DAY + 30 * MINUTE)
    settle_deadlines(shop)
    with shop.database.reading() as connection:
        assert connection.execute(select(sign_in_failures)).all() == []
