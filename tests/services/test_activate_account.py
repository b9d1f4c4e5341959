"""An account comes into use by the code or the link of its newest mail, once. SPEC 3.2, 3.3, 7.1."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from kiosk.domain.accounts import ACTIVATION_TRIES, AccountState
from kiosk.domain.emails import EmailFault
from kiosk.services.activate_account import (
    ActivationExpired,
    ActivationSpent,
    ActivationWrong,
    AddressInUse,
    LinkOutcome,
    MailProgress,
    MailState,
    TooMany,
    TooSoon,
    activate_by_code,
    activate_by_link,
    correct_address,
    mail_progress,
    send_activation_again,
)
from kiosk.services.register_member import RegistrationField, RegistrationInvalid
from kiosk.services.send_notices import send_due_notices
from kiosk.services.shop import Shop
from storage.account_tables import activations
from storage.tables import audit, notices
from tests.services.members import EMAIL, mails, member, register, state, wrong
from tests.services.small_shop import DAY, MINUTE, SECOND, World

OTHER = "somebody.else@example.com"
VALID = timedelta(hours=24)


@pytest.fixture
def shop(world: World) -> Shop:
    """One whose pages people can reach."""
    return replace(world.shop, public_url="https://shop.example.com")


# The code


def test_the_code_of_the_mail_activates_once(world: World, shop: Shop) -> None:
    account_id = register(shop).account_id
    code = mails(shop)[0].code
    activate_by_code(shop, account_id, f" {code[:3]} {code[3:]}")
    assert state(shop, account_id) is AccountState.ACTIVE
    with pytest.raises(ActivationSpent) as caught:
        activate_by_code(shop, account_id, code)
    assert caught.value.activated
    with shop.database.reading() as connection:
        written = connection.execute(select(audit.c.action, audit.c.subject)).all()
    assert written == [("account.activated", f"account {account_id}")]


def test_a_wrong_code_says_how_many_tries_are_left_and_the_fifth_spends_it(shop: Shop) -> None:
    account_id = register(shop).account_id
    code = mails(shop)[0].code
    for left in range(ACTIVATION_TRIES - 1, 0, -1):
        with pytest.raises(ActivationWrong) as caught:
            activate_by_code(shop, account_id, wrong(code))
        assert caught.value.tries_left == left
    with pytest.raises(ActivationSpent):
        activate_by_code(shop, account_id, wrong(code))
    with pytest.raises(ActivationSpent) as spent:
        activate_by_code(shop, account_id, code)
    assert not spent.value.activated
    assert activate_by_link(shop, mails(shop)[0].token) is LinkOutcome.SPENT
    assert state(shop, account_id) is AccountState.PENDING


@pytest.mark.parametrize("typed", ["", "abcdef", "\ud800", "0" * 100_000, "１２３"])
def test_whatever_is_typed_is_a_wrong_code_and_no_fault(shop: Shop, typed: str) -> None:
    account_id = register(shop).account_id
    with pytest.raises(ActivationWrong):
        activate_by_code(shop, account_id, typed)


def test_the_code_of_another_account_is_wrong(shop: Shop) -> None:
    first = register(shop).account_id
    code = mails(shop)[0].code
    second = register(shop, OTHER).account_id
    if mails(shop)[0].code != code:
        with pytest.raises(ActivationWrong):
            activate_by_code(shop, second, code)
    activate_by_code(shop, first, code)
    assert state(shop, second) is AccountState.PENDING


def test_code_and_link_are_good_for_a_day_and_not_a_moment_longer(world: World, shop: Shop) -> None:
    registration = register(shop)
    mail = mails(shop)[0]
    world.clock.move(VALID)
    with pytest.raises(ActivationExpired):
        activate_by_code(shop, registration.account_id, mail.code)
    assert activate_by_link(shop, mail.token) is LinkOutcome.EXPIRED
    world.clock.move(-SECOND)
    activate_by_code(shop, registration.account_id, mail.code)


def test_one_that_a_wrong_clock_dated_into_the_future_has_expired(world: World, shop: Shop) -> None:
    """SPEC 3.5, 7.3; another mail is to be had at once."""
    world.clock.move(365 * DAY)
    account_id = register(shop).account_id
    mail = mails(shop)[0]
    world.clock.move(-365 * DAY)
    with pytest.raises(ActivationExpired):
        activate_by_code(shop, account_id, mail.code)
    assert activate_by_link(shop, mail.token) is LinkOutcome.EXPIRED
    send_activation_again(shop, account_id)
    activate_by_code(shop, account_id, mails(shop)[0].code)
    assert state(shop, account_id) is AccountState.ACTIVE


def test_an_account_that_never_was_has_no_code(shop: Shop) -> None:
    with pytest.raises(ActivationSpent) as caught:
        activate_by_code(shop, 4711, "123456")
    assert not caught.value.activated


# The link


def test_the_link_of_the_mail_activates_and_may_be_opened_again(shop: Shop) -> None:
    account_id = register(shop).account_id
    mail = mails(shop)[0]
    assert f"https://shop.example.com/activate/{mail.token}?lang=zh" in mail.body
    assert len(mail.token) == 32
    assert activate_by_link(shop, mail.token) is LinkOutcome.ACTIVATED
    assert activate_by_link(shop, mail.token) is LinkOutcome.ACTIVE_ALREADY
    assert state(shop, account_id) is AccountState.ACTIVE
    with pytest.raises(ActivationSpent) as caught:
        activate_by_code(shop, account_id, mail.code)
    assert caught.value.activated


def test_the_link_is_spent_with_the_code(shop: Shop) -> None:
    account_id = register(shop).account_id
    mail = mails(shop)[0]
    activate_by_code(shop, account_id, mail.code)
    assert activate_by_link(shop, mail.token) is LinkOutcome.ACTIVE_ALREADY


@pytest.mark.parametrize("token", ["", "x", "\ud800", "a" * 32, "a" * 100_000])
def test_a_link_that_nobody_sent_is_unknown(shop: Shop, token: str) -> None:
    register(shop)
    assert activate_by_link(shop, token) is LinkOutcome.UNKNOWN


def test_without_a_public_address_there_is_no_link(world: World) -> None:
    register(world.shop)
    (mail,) = mails(world.shop)
    assert "http" not in mail.body
    assert "链接" not in mail.body


# Another mail


def test_a_new_mail_voids_the_one_before(world: World, shop: Shop) -> None:
    account_id = register(shop).account_id
    first = mails(shop)[0]
    world.clock.move(MINUTE)
    registration = send_activation_again(shop, account_id)
    assert registration.expires_at == world.clock.now() + VALID
    second = mails(shop)[0]
    assert activate_by_link(shop, first.token) is LinkOutcome.SPENT
    if first.code != second.code:
        with pytest.raises(ActivationWrong):
            activate_by_code(shop, account_id, first.code)
    activate_by_code(shop, account_id, second.code)


def test_another_mail_is_sent_once_a_minute_and_five_times_a_day(world: World, shop: Shop) -> None:
    start = world.clock.now()
    account_id = register(shop).account_id
    world.clock.move(MINUTE - SECOND)
    with pytest.raises(TooSoon) as soon:
        send_activation_again(shop, account_id)
    assert soon.value.until == start + MINUTE
    world.clock.move(SECOND)
    for _ in range(4):
        send_activation_again(shop, account_id)
        world.clock.move(MINUTE)
    with pytest.raises(TooMany) as many:
        send_activation_again(shop, account_id)
    assert many.value.until == start + DAY
    assert len(mails(shop)) == 5
    world.clock.move(start + DAY - world.clock.now())
    send_activation_again(shop, account_id)


def test_both_limits_follow_the_settings(world: World) -> None:
    world.with_rules(activation_resend=10 * SECOND, activations_per_day=2)
    account_id = register(world.shop).account_id
    world.clock.move(10 * SECOND)
    send_activation_again(world.shop, account_id)
    world.clock.move(10 * SECOND)
    with pytest.raises(TooMany):
        send_activation_again(world.shop, account_id)


def test_correcting_the_address_keeps_the_account_and_counts_as_another_mail(world: World, shop: Shop) -> None:
    registration = register(shop)
    first = mails(shop)[0]
    with pytest.raises(TooSoon):
        correct_address(shop, registration.account_id, OTHER)
    world.clock.move(MINUTE)
    corrected = correct_address(shop, registration.account_id, OTHER)
    assert corrected.account_id == registration.account_id
    assert corrected.masked_email == "s***@example.com"
    assert mails(shop)[0].recipient == OTHER
    assert activate_by_link(shop, first.token) is LinkOutcome.SPENT
    activate_by_code(shop, registration.account_id, mails(shop)[0].code)
    assert state(shop, registration.account_id) is AccountState.ACTIVE


def test_a_corrected_address_is_judged_like_the_first(world: World, shop: Shop) -> None:
    account_id = register(shop).account_id
    world.clock.move(MINUTE)
    with pytest.raises(RegistrationInvalid) as caught:
        correct_address(shop, account_id, "anna")
    assert caught.value.faults == {RegistrationField.EMAIL: EmailFault.NO_AT}


def test_an_active_account_is_sent_no_mail_and_keeps_its_address(world: World, shop: Shop) -> None:
    account_id = member(shop)
    world.clock.move(MINUTE)
    for ask in (lambda: send_activation_again(shop, account_id), lambda: correct_address(shop, account_id, OTHER)):
        with pytest.raises(ActivationSpent) as caught:
            ask()
        assert caught.value.activated


# Two of one address


def test_of_two_registrations_of_one_address_only_the_first_to_be_proved_can_be(world: World, shop: Shop) -> None:
    first, first_mail = register(shop).account_id, mails(shop)[0]
    second, second_mail = register(shop, EMAIL.upper()).account_id, mails(shop)[0]
    activate_by_code(shop, second, second_mail.code)
    with pytest.raises(AddressInUse):
        activate_by_code(shop, first, first_mail.code)
    assert activate_by_link(shop, first_mail.token) is LinkOutcome.ADDRESS_IN_USE
    assert (state(shop, first), state(shop, second)) == (AccountState.PENDING, AccountState.ACTIVE)
    world.clock.move(MINUTE)
    send_activation_again(shop, first)
    assert mails(shop)[0].template == "address_in_use"


def test_a_registration_of_a_members_address_can_never_be_activated(shop: Shop) -> None:
    owner = member(shop)
    intruder = register(shop, password="another-long-one-7").account_id
    with pytest.raises(ActivationWrong):
        activate_by_code(shop, intruder, "000000" if mails(shop)[1].code != "000000" else "111111")
    assert (state(shop, owner), state(shop, intruder)) == (AccountState.ACTIVE, AccountState.PENDING)


# What became of the mail


def test_the_screen_can_follow_the_mail(world: World, shop: Shop) -> None:
    """SPEC 3.3: queued, sent, or not sent and why; and whether the link was opened meanwhile."""
    account_id = register(shop).account_id
    assert mail_progress(shop, account_id) == MailProgress(MailState.QUEUED, None, activated=False)
    send_due_notices(shop)
    assert mail_progress(shop, account_id) == MailProgress(MailState.SENT, None, activated=False)
    activate_by_link(shop, mails_token(world, shop))
    assert mail_progress(shop, account_id) == MailProgress(MailState.SENT, None, activated=True)


def mails_token(world: World, shop: Shop) -> str:
    """From the sandbox phone, where the mail has arrived."""
    return world.messages()[-1].split("/activate/")[1].split("?")[0]


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("queued", MailState.QUEUED),
        ("sending", MailState.QUEUED),
        ("sent", MailState.SENT),
        ("failed", MailState.FAILED),
    ],
)
def test_why_a_mail_was_not_sent_is_told(shop: Shop, stored: str, shown: MailState) -> None:
    account_id = register(shop).account_id
    with shop.database.writing() as connection:
        connection.execute(update(notices).values(state=stored, failure="no_such_mailbox"))
    assert mail_progress(shop, account_id) == MailProgress(shown, "no_such_mailbox", activated=False)


def test_only_the_newest_mail_is_followed(world: World, shop: Shop) -> None:
    account_id = register(shop).account_id
    with shop.database.writing() as connection:
        connection.execute(update(notices).values(state="failed", failure="network"))
    world.clock.move(MINUTE)
    correct_address(shop, account_id, OTHER)
    assert mail_progress(shop, account_id) == MailProgress(MailState.QUEUED, None, activated=False)


def test_neither_code_nor_token_is_stored(shop: Shop) -> None:
    register(shop)
    mail = mails(shop)[0]
    with shop.database.reading() as connection:
        (row,) = connection.execute(select(activations)).all()
    for value in row:
        assert mail.code.encode() not in (value if isinstance(value, bytes) else str(value).encode())
        assert mail.token.encode() not in (value if isinstance(value, bytes) else str(value).encode())
