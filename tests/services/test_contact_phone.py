"""The phone that the form begins with for whoever has signed in. SPEC 4.4."""

from kiosk.domain.accounts import AccountKind, SignedIn
from kiosk.services.contact_phone import contact_phone
from kiosk.services.delete_account import delete_account
from tests.services.known_people import OURS
from tests.services.members import EMAIL, PASSWORD, PHONE, member, register
from tests.services.small_shop import World


def known(account_id: int) -> SignedIn:
    return SignedIn(account_id, AccountKind.MEMBER, "a***@example.com")


def test_a_subscriber_is_reached_on_their_line(world: World) -> None:
    """SPEC 4.4."""
    assert contact_phone(world.shop, SignedIn(1, AccountKind.SUBSCRIBER, "138****0001", msisdn=OURS)) == str(OURS)


def test_a_member_is_reached_on_the_phone_they_registered_with(world: World) -> None:
    """SPEC 3.2, 4.4."""
    assert contact_phone(world.shop, known(member(world.shop))) == PHONE


def test_a_member_without_a_phone_has_none(world: World) -> None:
    """SPEC 3.2: a phone is optional."""
    assert contact_phone(world.shop, known(register(world.shop, EMAIL, PASSWORD, phone="").account_id)) == ""


def test_nobody_is_reached_through_an_account_that_is_gone(world: World) -> None:
    """SPEC 3.6, 10.3."""
    account_id = member(world.shop)
    delete_account(world.shop, account_id, PASSWORD)
    assert contact_phone(world.shop, known(account_id)) == ""
    assert contact_phone(world.shop, known(account_id + 1)) == ""
