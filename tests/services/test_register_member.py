"""Registering with an e-mail address: every field is judged, the account waits for its proof. SPEC 3.1, 3.2, 3.6."""

import argon2
import pytest
from sqlalchemy import select

from kiosk.domain.accounts import AccountState
from kiosk.domain.agreements import REGISTRATION
from kiosk.domain.emails import EmailFault
from kiosk.domain.passwords import PasswordFault
from kiosk.domain.persons import NameFault, PhoneFault
from kiosk.services.activate_account import correct_address
from kiosk.services.errors import VisitOver
from kiosk.services.keep_visit import begin_visit, end_visit
from kiosk.services.register_member import (
    AgreementFault,
    RegistrationFault,
    RegistrationField,
    RegistrationInvalid,
    register_member,
)
from kiosk.services.shop import Shop
from storage import accounts
from storage.account_tables import acceptances
from storage.account_tables import accounts as account_table
from tests.services.members import EMAIL, NAME, PASSWORD, PHONE, mails, member, register, state
from tests.services.small_shop import DAY, MINUTE, SECOND, World


def faults(shop: Shop, **typed: object) -> dict[RegistrationField, RegistrationFault]:
    with pytest.raises(RegistrationInvalid) as caught:
        register(shop, **typed)  # type: ignore[arg-type]  # by name
    return caught.value.faults


def test_a_registration_waits_for_its_proof_and_says_what_comes_next(world: World, shop: Shop) -> None:
    registration = register(shop)
    assert state(shop, registration.account_id) is AccountState.PENDING
    assert registration.masked_email == "a***@example.com"
    assert registration.resend_at == world.clock.now() + MINUTE
    assert registration.expires_at == world.clock.now() + DAY
    (mail,) = mails(shop)
    assert (mail.template, mail.recipient) == ("activation", EMAIL)
    assert len(mail.code) == 6


def test_what_was_typed_is_kept_and_the_password_only_as_its_hash(shop: Shop) -> None:
    account_id = register(shop).account_id
    with shop.database.reading() as connection:
        account = accounts.find_account(connection, account_id)
        assert accounts.find_member(connection, accounts.email_hash(shop.database.cipher, EMAIL.upper())) == account
    assert account is not None
    assert (account.email, account.phone, account.name) == (EMAIL, PHONE, NAME)
    assert account.password_hash is not None
    assert account.password_hash.startswith("$argon2id$")
    assert shop.hasher.is_right(account.password_hash, PASSWORD)


def test_phone_and_name_may_be_left_out(shop: Shop) -> None:
    account_id = register(shop, phone=" ", name="").account_id
    with shop.database.reading() as connection:
        account = accounts.find_account(connection, account_id)
    assert account is not None
    assert (account.phone, account.name) == (None, None)


def test_every_fault_is_told_at_its_field_all_at_once(shop: Shop) -> None:
    assert faults(shop, email="anna", password="short", phone="123", name="X1", agreed=False) == {
        RegistrationField.EMAIL: EmailFault.NO_AT,
        RegistrationField.PASSWORD: PasswordFault.TOO_SHORT,
        RegistrationField.PHONE: PhoneFault.WRONG_LENGTH,
        RegistrationField.NAME: NameFault.DIGITS,
        RegistrationField.AGREEMENT: AgreementFault.NOT_ACCEPTED,
    }
    assert mails(shop) == []


@pytest.mark.parametrize(
    ("typed", "field", "fault"),
    [
        ({"again": ""}, RegistrationField.AGAIN, PasswordFault.EMPTY),
        ({"again": PASSWORD + "x"}, RegistrationField.AGAIN, PasswordFault.DIFFERENT),
        ({"password": "woaini1314"}, RegistrationField.PASSWORD, PasswordFault.COMMON),
        ({"password": "anna.smith12"}, RegistrationField.PASSWORD, PasswordFault.PERSONAL),
        ({"password": f"{PHONE}ab"}, RegistrationField.PASSWORD, PasswordFault.PERSONAL),
        ({"email": ""}, RegistrationField.EMAIL, EmailFault.EMPTY),
        ({"agreed": False}, RegistrationField.AGREEMENT, AgreementFault.NOT_ACCEPTED),
    ],
)
def test_one_fault_is_told_alone(
    shop: Shop, typed: dict[str, object], field: RegistrationField, fault: RegistrationFault
) -> None:
    assert faults(shop, **typed) == {field: fault}


def test_how_long_a_password_is_follows_the_settings(world: World) -> None:
    world.with_rules(password_length=20)
    assert faults(world.shop) == {RegistrationField.PASSWORD: PasswordFault.TOO_SHORT}


def test_the_acceptance_is_recorded_with_version_time_and_terminal(world: World, shop: Shop) -> None:
    account_id = register(shop).account_id
    with shop.database.reading() as connection:
        (row,) = connection.execute(select(acceptances)).all()
    assert (row.account_id, row.agreement, row.version) == (account_id, REGISTRATION.code, REGISTRATION.version)
    assert (row.terminal_id, row.accepted_at) == (shop.terminal_id, world.clock.now())


def test_nobody_is_registered_by_a_visit_that_has_ended(shop: Shop) -> None:
    """SPEC 3.8: whoever idled out has left no trace."""
    visit_id = begin_visit(shop, "zh")
    end_visit(shop, visit_id, "idle")
    with pytest.raises(VisitOver):
        register_member(
            shop,
            visit_id,
            email=EMAIL,
            password=PASSWORD,
            again=PASSWORD,
            phone="",
            name="",
            agreed=True,
            language="zh",
        )
    assert mails(shop) == []


def test_the_mail_is_in_the_language_of_the_visit_and_names_its_end(shop: Shop) -> None:
    register(shop, language="en")
    (mail,) = mails(shop)
    assert mail.subject == "Activate your member's account"
    assert "good until 2026-11-23 10:00" in mail.body
    assert mail.token == ""


def test_a_member_of_the_same_address_changes_nothing_that_can_be_seen(
    world: World, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SPEC 3.6: the same answer and the same work, one argon2 hash, whether or not the account exists."""
    work: list[str] = []
    for name in ("hash", "verify"):
        original = getattr(argon2.PasswordHasher, name)
        monkeypatch.setattr(
            argon2.PasswordHasher,
            name,
            lambda *given, _name=name, _original=original: work.append(_name) or _original(*given),
        )
    fresh = register(shop, "somebody.else@example.com")
    work_for_fresh, work[:] = list(work), []
    member(shop)
    work.clear()
    known = register(shop, EMAIL.upper())
    assert work == work_for_fresh == ["hash"]
    assert (known.resend_at, known.expires_at) == (fresh.resend_at, fresh.expires_at)
    assert known.masked_email == "A***@example.com"
    assert state(shop, known.account_id) is AccountState.PENDING


def test_the_owner_of_an_address_is_told_that_somebody_tried(shop: Shop) -> None:
    member(shop)
    register(shop, password="another-long-one-7")
    mail = mails(shop)[0]
    assert (mail.template, mail.recipient) == ("address_in_use", EMAIL)
    assert "您已经有会员账户" in mail.body
    assert mail.code == ""


def test_nobody_can_fill_a_mailbox_by_registering_it_again_and_again(world: World, shop: Shop) -> None:
    """SPEC 3.3: five a day, whoever asks, and whether or not it is a member's."""
    member(shop)
    for _ in range(4):
        register(shop)
    assert faults(shop) == {RegistrationField.EMAIL: EmailFault.TOO_MANY_MAILS}
    register(shop, "somebody.else@example.com")
    world.clock.move(DAY)
    register(shop)
    assert len(mails(shop)) == 7


def test_the_limit_outlives_a_correction_that_takes_the_registration_elsewhere(world: World, shop: Shop) -> None:
    for nth in range(5):
        registration = register(shop)
        world.clock.move(MINUTE + SECOND)
        correct_address(shop, registration.account_id, f"other{nth}@example.com")
    assert faults(shop) == {RegistrationField.EMAIL: EmailFault.TOO_MANY_MAILS}


def test_a_registration_that_is_refused_leaves_nothing(shop: Shop) -> None:
    faults(shop, agreed=False)
    with shop.database.reading() as connection:
        assert connection.execute(select(account_table)).all() == []
        assert connection.execute(select(acceptances)).all() == []
