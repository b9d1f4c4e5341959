"""The four ways to sign in, and what they tell whom (SPEC 3.4 to 3.6), on both databases."""

from collections.abc import Iterator
from dataclasses import replace

import argon2
import pytest
from sqlalchemy import func, select

from kiosk.domain.accounts import AccountKind, SignInWay
from kiosk.domain.emails import EmailInvalid
from kiosk.domain.orders import LineState
from kiosk.domain.persons import PhoneInvalid
from kiosk.services.back_off import BackedOff
from kiosk.services.check_code import CodeExpired, CodeSpent, CodeWrong
from kiosk.services.errors import VisitOver
from kiosk.services.hashing import Hasher
from kiosk.services.keep_visit import end_visit
from kiosk.services.request_code import CaptchaNeeded
from kiosk.services.shop import Shop
from kiosk.services.sign_in import AgreementNeeded, NotActivated, SignInRefused
from storage import accounts
from storage.account_tables import acceptances, sign_in_failures
from storage.account_tables import accounts as account_table
from tests.services.known_people import (
    EMAIL,
    OURS,
    OURS_TOO,
    PASSWORD,
    SERVICE_PASSWORD,
    STRANGERS,
    add_member,
    ask_code,
    close_line,
    code_on,
    enter,
    give_password,
    open_line,
    wrong,
)
from tests.services.small_shop import MINUTE, SECOND, START, World

CODE, BY_PASSWORD, BOTH, MEMBER = SignInWay
PHONE_WAYS = (CODE, BY_PASSWORD, BOTH)


@pytest.fixture
def visit(world: World) -> str:
    """Somebody at the terminal; the shop knows a subscriber with a password and a member."""
    give_password(world, open_line(world))
    add_member(world)
    return world.visit()


@pytest.fixture
def verifications(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[argon2.Parameters]]:
    """The parameters of every argon2 verification there was."""
    done: list[argon2.Parameters] = []
    verify = argon2.PasswordHasher.verify

    def count(self: argon2.PasswordHasher, stored: str | bytes, password: str | bytes) -> bool:
        done.append(argon2.extract_parameters(str(stored)))
        return verify(self, stored, password)

    monkeypatch.setattr(argon2.PasswordHasher, "verify", count)
    return done


def proofs_of(shop: Shop, visit_id: str, way: SignInWay, phone: int = OURS) -> dict[str, str]:
    """What the owner has to show."""
    proofs = {}
    if way.asks_code:
        ask_code(shop, visit_id, phone)
        proofs["code"] = code_on(shop, phone)
    if way.asks_password:
        proofs["password"] = PASSWORD if way is MEMBER else SERVICE_PASSWORD
    return proofs


def identity_of(way: SignInWay) -> str:
    return EMAIL if way is MEMBER else str(OURS)


# The four ways


@pytest.mark.parametrize("way", SignInWay)
def test_the_owner_gets_in(shop: Shop, visit: str, way: SignInWay) -> None:
    """SPEC 3.4."""
    person = enter(shop, visit, way, identity_of(way), **proofs_of(shop, visit, way))
    if way is MEMBER:
        assert (person.kind, person.msisdn, person.shown_as) == (AccountKind.MEMBER, None, "a***@example.com")
    else:
        assert (person.kind, person.msisdn, person.shown_as) == (AccountKind.SUBSCRIBER, OURS, "138****0001")


@pytest.mark.parametrize("way", SignInWay)
def test_the_service_agreement_is_recorded_each_time(world: World, shop: Shop, visit: str, way: SignInWay) -> None:
    """SPEC 3.4: with its version, at each sign-in."""
    person = enter(shop, visit, way, identity_of(way), **proofs_of(shop, visit, way))
    with shop.database.reading() as connection:
        rows = connection.execute(select(acceptances)).all()
    assert [(row.account_id, row.agreement, row.version, row.terminal_id, row.accepted_at) for row in rows] == [
        (person.account_id, "service", "2026-11-01", "jn01-1", START)
    ]


def test_the_account_of_a_line_is_made_when_it_first_signs_in_and_stays_the_same(world: World, shop: Shop) -> None:
    open_line(world, OURS_TOO)
    accounts_seen = set()
    for _ in range(2):
        visit = world.visit()
        accounts_seen.add(enter(shop, visit, CODE, OURS_TOO, **proofs_of(shop, visit, CODE, OURS_TOO)).account_id)
        world.clock.move(MINUTE)
    assert len(accounts_seen) == 1


def test_a_number_may_be_typed_with_spaces_and_country_code(shop: Shop, visit: str) -> None:
    assert enter(shop, visit, BY_PASSWORD, "+86 138 5390 0001", password=SERVICE_PASSWORD).msisdn == OURS


# What stands in the way, in this order


@pytest.mark.parametrize("way", SignInWay)
def test_captcha_then_agreement_then_form_then_wait_then_proofs(
    world: World, shop: Shop, visit: str, way: SignInWay, verifications: list[argon2.Parameters]
) -> None:
    """SPEC 3.4."""
    with pytest.raises(CaptchaNeeded):
        enter(shop, visit, way, "?", captcha_solved=False, agreed=False)
    with pytest.raises(AgreementNeeded):
        enter(shop, visit, way, "?", agreed=False)
    with pytest.raises(EmailInvalid if way is MEMBER else PhoneInvalid):
        enter(shop, visit, way, "?", password=PASSWORD)
    with shop.database.reading() as connection:
        assert connection.execute(select(sign_in_failures)).first() is None
    assert verifications == []


def test_a_visit_that_is_over_signs_nobody_in(shop: Shop, visit: str) -> None:
    """SPEC 3.8."""
    end_visit(shop, visit, "idle")
    for way, identity, password in ((BY_PASSWORD, OURS, SERVICE_PASSWORD), (MEMBER, EMAIL, PASSWORD)):
        with pytest.raises(VisitOver):
            enter(shop, visit, way, identity, password=password)


# Known and unknown alike


def test_nobody_learns_from_a_wrong_password_who_is_a_subscriber(world: World, shop: Shop, visit: str) -> None:
    """SPEC 3.6: no account, no password yet, a line not started, a line closed, a wrong password."""
    open_line(world, OURS_TOO)
    open_line(world, STRANGERS, LineState.PRE_ACTIVE)
    give_password(world, open_line(world, STRANGERS + 1, LineState.CLOSED))
    told = set()
    for phone in (OURS, OURS_TOO, STRANGERS, STRANGERS + 1, STRANGERS + 2):
        with pytest.raises(SignInRefused) as refusal:
            enter(shop, visit, BY_PASSWORD, phone, password="730586")
        told.add((str(refusal.value), *refusal.value.args))
    assert len(told) == 1


def test_nobody_learns_from_a_code_who_is_a_subscriber(world: World, shop: Shop, visit: str) -> None:
    """SPEC 3.6."""
    for phone in (OURS, STRANGERS):
        ask_code(shop, visit, phone)
        for expected in (CodeWrong, CodeWrong, CodeSpent, CodeSpent):
            guess = wrong(code_on(shop)) if phone == OURS else "123456"
            with pytest.raises(expected):
                enter(shop, visit, CODE, phone, code=guess)


@pytest.mark.parametrize("way", SignInWay)
@pytest.mark.parametrize("known", [True, False])
def test_each_try_costs_one_verification_if_a_password_is_asked_for_and_else_none(
    world: World, shop: Shop, visit: str, verifications: list[argon2.Parameters], way: SignInWay, known: bool
) -> None:
    """SPEC 3.6."""
    identity = identity_of(way) if known else "nobody@example.com" if way is MEMBER else str(STRANGERS)
    if way.asks_code:
        ask_code(shop, visit, OURS if known else STRANGERS)
    for password in ("730586", "", SERVICE_PASSWORD, PASSWORD):
        verifications.clear()
        try:
            enter(shop, visit, way, identity, password=password, code="")
        except (SignInRefused, CodeWrong, CodeSpent):
            pass
        except BackedOff:
            assert verifications == []
            continue
        expected = argon2.Parameters(argon2.low_level.Type.ID, 19, 16, 32, 1, 64, 1)
        assert verifications == ([expected] if way.asks_password else [])


@pytest.mark.parametrize("state", ["pending", "none", "deleted"])
def test_it_is_one_also_for_accounts_that_cannot_sign_in(
    world: World, shop: Shop, visit: str, verifications: list[argon2.Parameters], state: str
) -> None:
    address = "berta@example.com"
    if state != "none":
        account_id = add_member(world, email=address, active=False)
        if state == "deleted":
            with shop.database.writing() as connection:
                accounts.erase_account(connection, account_id, START)
    with pytest.raises(SignInRefused):
        enter(shop, visit, MEMBER, address, password="x" * 12)
    assert len(verifications) == 1


@pytest.mark.parametrize("way", [BY_PASSWORD, MEMBER])
def test_known_and_unknown_accounts_are_made_to_wait_alike(
    world: World, shop: Shop, visit: str, way: SignInWay
) -> None:
    """SPEC 3.6."""
    told = []
    for identity in (identity_of(way), "nobody@example.com" if way is MEMBER else str(STRANGERS)):
        for place in range(6):
            terminal = world.another_terminal(f"{identity}-{place}")
            try:
                enter(terminal, visit, way, identity, password="730586")
            except SignInRefused:
                told.append("refused")
            except BackedOff as refusal:
                told.append(str(refusal.until))
    assert told[:6] == told[6:]
    assert told.count("refused") == 8


# Members


def test_a_member_who_is_not_activated_is_told_so_after_the_right_password_only(
    world: World, shop: Shop, visit: str
) -> None:
    """SPEC 3.2."""
    account_id = add_member(world, email="berta@example.com", active=False)
    with pytest.raises(SignInRefused):
        enter(shop, visit, MEMBER, "berta@example.com", password="not-the-one-1")
    for _ in range(10):
        with pytest.raises(NotActivated) as refusal:
            enter(shop, visit, MEMBER, "berta@example.com", password=PASSWORD)
        assert refusal.value.account_id == account_id
    with shop.database.reading() as connection:
        assert connection.execute(select(acceptances)).first() is None


def test_somebody_who_registers_my_address_does_not_keep_me_out(world: World, shop: Shop, visit: str) -> None:
    add_member(world, password="quite-another-one", active=False)
    enter(shop, visit, MEMBER, EMAIL, password=PASSWORD)


def test_an_address_is_the_same_in_capitals(shop: Shop, visit: str) -> None:
    enter(shop, visit, MEMBER, "Anna@EXAMPLE.com", password=PASSWORD)


# Codes, and both together


def test_a_code_signs_in_once(shop: Shop, visit: str) -> None:
    """SPEC 3.5."""
    proofs = proofs_of(shop, visit, CODE)
    enter(shop, visit, CODE, **proofs)
    with pytest.raises(CodeSpent):
        enter(shop, visit, CODE, **proofs)


def test_a_code_that_expired_says_so(world: World, shop: Shop, visit: str) -> None:
    proofs = proofs_of(shop, visit, CODE)
    world.clock.move(5 * MINUTE)
    with pytest.raises(CodeExpired):
        enter(shop, visit, CODE, **proofs)


def test_a_wrong_code_does_not_tell_whether_the_password_was_right(shop: Shop, visit: str) -> None:
    proofs = proofs_of(shop, visit, BOTH)
    told = []
    for password in (SERVICE_PASSWORD, "730586"):
        with pytest.raises(CodeWrong) as refusal:
            enter(shop, visit, BOTH, password=password, code=wrong(proofs["code"]))
        told.append(refusal.value.tries_left)
    assert told == [2, 1]


def test_a_wrong_password_spends_neither_the_code_nor_a_try_of_it(shop: Shop, visit: str) -> None:
    proofs = proofs_of(shop, visit, BOTH)
    for _ in range(3):
        with pytest.raises(SignInRefused):
            enter(shop, visit, BOTH, password="730586", code=proofs["code"])
    enter(shop, visit, BOTH, **proofs)


def test_whoever_has_the_code_still_waits_for_wrong_passwords(shop: Shop, visit: str) -> None:
    proofs = proofs_of(shop, visit, BOTH)
    for _ in range(4):
        with pytest.raises(SignInRefused):
            enter(shop, visit, BOTH, password="730586", code=proofs["code"])
    with pytest.raises(BackedOff) as refusal:
        enter(shop, visit, BOTH, **proofs)
    assert refusal.value.until == START + 15 * SECOND


def test_a_stranger_who_guesses_at_the_password_does_not_keep_the_owner_out(
    world: World, shop: Shop, visit: str
) -> None:
    """SPEC 3.6: never a lock; by a code the owner of the phone gets in at once, and may set a new password."""
    elsewhere = world.another_terminal("qd01-1")
    for _ in range(4):
        with pytest.raises(SignInRefused):
            enter(elsewhere, visit, BY_PASSWORD, password="730586")
    with pytest.raises(BackedOff):
        enter(shop, visit, BY_PASSWORD, password=SERVICE_PASSWORD)
    enter(shop, visit, CODE, **proofs_of(shop, visit, CODE))


def test_wrong_codes_slow_the_terminal_down_whatever_phone_they_are_for(world: World, shop: Shop, visit: str) -> None:
    for place in range(11):
        with pytest.raises(CodeSpent):
            enter(shop, visit, CODE, STRANGERS + place, code="123456")
    with pytest.raises(BackedOff):
        enter(shop, visit, CODE, code="123456")
    enter(world.another_terminal("jn01-2"), visit, BY_PASSWORD, password=SERVICE_PASSWORD)


# Whose number it is


def test_a_number_that_is_sold_again_brings_nothing_of_its_last_owner(world: World, shop: Shop) -> None:
    """SPEC 3.4: another line, another account, no password until its owner sets one."""
    line = open_line(world)
    give_password(world, line)
    visit = world.visit()
    before = enter(shop, visit, BY_PASSWORD, password=SERVICE_PASSWORD)
    close_line(world, line)
    with pytest.raises(SignInRefused):
        enter(shop, visit, BY_PASSWORD, password=SERVICE_PASSWORD)
    open_line(world)
    with pytest.raises(SignInRefused):
        enter(shop, visit, BY_PASSWORD, password=SERVICE_PASSWORD)
    after = enter(shop, visit, CODE, **proofs_of(shop, visit, CODE))
    assert after.account_id != before.account_id
    with shop.database.reading() as connection:
        present = accounts.find_account(connection, after.account_id)
    assert present is not None
    assert present.password_hash is None


def test_a_code_is_no_good_once_the_line_is_closed(world: World, shop: Shop) -> None:
    line = open_line(world)
    visit = world.visit()
    proofs = proofs_of(shop, visit, CODE)
    close_line(world, line)
    with pytest.raises(SignInRefused):
        enter(shop, visit, CODE, **proofs)


def test_who_deleted_the_account_of_a_line_starts_a_new_one(world: World, shop: Shop, visit: str) -> None:
    person = enter(shop, visit, BY_PASSWORD, password=SERVICE_PASSWORD)
    with shop.database.writing() as connection:
        accounts.erase_account(connection, person.account_id, START)
    with pytest.raises(SignInRefused):
        enter(shop, visit, BY_PASSWORD, password=SERVICE_PASSWORD)
    again = enter(shop, visit, CODE, **proofs_of(shop, visit, CODE))
    assert again.account_id != person.account_id


# Hashes in another profile


@pytest.mark.parametrize("way", [BY_PASSWORD, BOTH, MEMBER])
def test_a_password_is_hashed_anew_when_the_profile_was_changed(shop: Shop, visit: str, way: SignInWay) -> None:
    """SPEC 3.6: at the next sign-in, by whatever way, and only then."""
    shop = replace(shop, hasher=Hasher(passes=2, memory_kib=128, lanes=1))

    def hashes() -> list[str]:
        with shop.database.reading() as connection:
            found = connection.execute(select(account_table.c.password_hash).order_by(account_table.c.account_id))
            return list(found.scalars())

    proofs = proofs_of(shop, visit, way)
    was = hashes()
    with pytest.raises(SignInRefused):
        enter(shop, visit, way, identity_of(way), **(proofs | {"password": "730586"}))
    assert hashes() == was
    enter(shop, visit, way, identity_of(way), **proofs)
    [changed] = set(hashes()) - set(was)
    assert changed.startswith("$argon2id$v=19$m=128,t=2,p=1$")
    now = hashes()
    enter(shop, visit, BY_PASSWORD if way is BOTH else way, identity_of(way), password=proofs["password"])
    assert hashes() == now


def test_a_success_leaves_no_failures_of_the_person(shop: Shop, visit: str) -> None:
    for _ in range(3):
        with pytest.raises(SignInRefused):
            enter(shop, visit, BY_PASSWORD, password="730586")
    enter(shop, visit, BY_PASSWORD, password=SERVICE_PASSWORD)
    with shop.database.reading() as connection:
        left = connection.execute(select(sign_in_failures.c.subject, sign_in_failures.c.failures)).all()
        assert connection.execute(select(func.count()).select_from(acceptances)).scalar_one() == 1
    assert [tuple(row) for row in left] == [("terminal", 3)]
