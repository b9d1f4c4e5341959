"""Changing a member's password, and deleting the account, ask for the password again. SPEC 3.6, 10.3."""

import pytest
from sqlalchemy import insert, select

from kiosk.domain.accounts import AccountKind, AccountState
from kiosk.domain.back_off import PACES, Subject
from kiosk.domain.passwords import PasswordFault
from kiosk.services.activate_account import LinkOutcome, activate_by_link
from kiosk.services.back_off import BackedOff
from kiosk.services.change_password import change_password
from kiosk.services.delete_account import delete_account
from kiosk.services.errors import PasswordUnfit, PasswordWrong
from kiosk.services.shop import Shop
from storage import accounts
from storage.account_tables import acceptances, activations, addresses, favourites
from storage.account_tables import accounts as account_table
from storage.tables import audit, notices
from storage.tables import orders as order_table
from tests.services.members import EMAIL, NAME, PASSWORD, PHONE, mails, member, register, state
from tests.services.small_shop import World

NEW = "八月的济南泉水很凉快呀"


def stored_hash(shop: Shop, account_id: int) -> str | None:
    with shop.database.reading() as connection:
        account = accounts.find_account(connection, account_id)
    assert account is not None
    return account.password_hash


def test_the_new_password_takes_the_place_of_the_old_and_the_owner_is_told(shop: Shop) -> None:
    account_id = member(shop)
    change_password(shop, account_id, PASSWORD, NEW, NEW)
    assert shop.hasher.is_right(stored_hash(shop, account_id), NEW)
    assert not shop.hasher.is_right(stored_hash(shop, account_id), PASSWORD)
    mail = mails(shop)[0]
    assert (mail.template, mail.recipient) == ("password_changed", EMAIL)
    assert "2026-11-22 10:00" in mail.body


@pytest.mark.parametrize(
    ("new", "again", "fault"),
    [
        ("short", "short", PasswordFault.TOO_SHORT),
        ("woaini1314", "woaini1314", PasswordFault.COMMON),
        (f"{PHONE}ab", f"{PHONE}ab", PasswordFault.PERSONAL),
        ("anna.smith12", "anna.smith12", PasswordFault.PERSONAL),
        (PASSWORD, PASSWORD, PasswordFault.UNCHANGED),
        (NEW, NEW + "x", PasswordFault.DIFFERENT),
        (NEW, "", PasswordFault.DIFFERENT),
    ],
)
def test_an_unfit_new_password_changes_nothing_and_costs_no_try(
    shop: Shop, new: str, again: str, fault: PasswordFault
) -> None:
    account_id = member(shop)
    for _ in range(20):
        with pytest.raises(PasswordUnfit) as caught:
            change_password(shop, account_id, PASSWORD, new, again)
        assert caught.value.fault is fault
    assert shop.hasher.is_right(stored_hash(shop, account_id), PASSWORD)


def test_a_wrong_old_password_changes_nothing_and_makes_wait_in_the_end(world: World, shop: Shop) -> None:
    account_id = member(shop)
    for _ in range(PACES[Subject.ACCOUNT].free + 1):
        with pytest.raises(PasswordWrong):
            change_password(shop, account_id, "not the password", NEW, NEW)
    with pytest.raises(BackedOff) as caught:
        change_password(shop, account_id, PASSWORD, NEW, NEW)
    assert shop.hasher.is_right(stored_hash(shop, account_id), PASSWORD)
    world.clock.move(caught.value.until - world.clock.now())
    change_password(shop, account_id, PASSWORD, NEW, NEW)
    assert shop.hasher.is_right(stored_hash(shop, account_id), NEW)


def test_an_account_that_is_gone_or_not_activated_has_no_password_to_change(shop: Shop) -> None:
    pending = register(shop).account_id
    for account_id in (pending, 4711):
        with pytest.raises(PasswordWrong):
            change_password(shop, account_id, PASSWORD, NEW, NEW)


def keep_things(shop: Shop, account_id: int) -> None:
    with shop.database.writing() as connection:
        now = shop.now()
        connection.execute(
            insert(favourites).values(account_id=account_id, kind="number", item="13853100000", added_at=now)
        )
        connection.execute(
            insert(addresses).values(
                account_id=account_id, recipient=NAME, phone=PHONE, district_adcode=370102, detail="1 号", added_at=now
            )
        )


def test_deleting_erases_the_person_and_all_they_kept(world: World, shop: Shop) -> None:
    account_id = member(shop)
    keep_things(shop, account_id)
    delete_account(shop, account_id, PASSWORD)
    with shop.database.reading() as connection:
        (row,) = connection.execute(select(account_table)).mappings().all()
        for table in (favourites, addresses, activations):
            assert connection.execute(select(table)).all() == []
        messages = connection.execute(select(notices.c.recipient, notices.c.body)).all()
    known = {name for name, value in row.items() if value is not None}
    assert known == {"account_id", "kind", "state", "language", "registered_at", "activated_at", "deleted_at"}
    assert row["state"] == AccountState.DELETED
    assert messages == [(None, None)]


def test_what_the_law_makes_the_shop_keep_stays(world: World, shop: Shop) -> None:
    """E-Commerce Law, art. 31: orders; and which agreement was accepted."""
    account_id = member(shop)
    order_no = world.order()
    with shop.database.writing() as connection:
        connection.execute(order_table.update().values(account_id=account_id))
    delete_account(shop, account_id, PASSWORD)
    with shop.database.reading() as connection:
        assert connection.execute(select(acceptances.c.account_id)).scalars().all() == [account_id]
        assert connection.execute(select(order_table.c.account_id)).scalar_one() == account_id
        assert ("account.deleted", f"account {account_id}") in connection.execute(
            select(audit.c.action, audit.c.subject)
        ).all()
    assert world.order_row(order_no).contact_phone is not None


def test_the_address_can_be_registered_again_afterwards(shop: Shop) -> None:
    first = member(shop)
    delete_account(shop, first, PASSWORD)
    second = member(shop)
    assert (state(shop, first), state(shop, second)) == (AccountState.DELETED, AccountState.ACTIVE)


def test_without_the_password_a_members_account_stays(shop: Shop) -> None:
    account_id = member(shop)
    for password in (None, "", "not the password"):
        with pytest.raises(PasswordWrong):
            delete_account(shop, account_id, password)
    assert state(shop, account_id) is AccountState.ACTIVE


def test_deleting_again_is_harmless(shop: Shop) -> None:
    account_id = member(shop)
    delete_account(shop, account_id, PASSWORD)
    delete_account(shop, account_id, PASSWORD)
    delete_account(shop, 4711, None)
    assert activate_by_link(shop, "a" * 32) is LinkOutcome.UNKNOWN


def test_a_subscriber_whose_phone_signed_in_needs_no_password(shop: Shop) -> None:
    with shop.database.writing() as connection:
        connection.execute(
            insert(account_table).values(
                account_id=9,
                kind=AccountKind.SUBSCRIBER.value,
                state=AccountState.ACTIVE.value,
                language="zh",
                phone=PHONE,
                registered_at=shop.now(),
            )
        )
    delete_account(shop, 9, None)
    assert state(shop, 9) is AccountState.DELETED
