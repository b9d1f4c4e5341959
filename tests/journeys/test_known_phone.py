"""Whoever has signed in finds their phone in the form, and may change it (SPEC 4.4)."""

import pytest

from kiosk.domain.accounts import AccountKind, SignedIn
from kiosk.domain.journeys import Step
from kiosk.services.contact_phone import contact_phone
from kiosk.services.shop import Shop
from screens.number_purchase import customer
from tests.journeys.hands import NAME, NEXT, TARIFF, Terminal
from tests.services.known_people import OURS
from tests.services.members import EMAIL, PASSWORD, register
from tests.services.members import PHONE as MEMBERS_PHONE
from widgets.field import Field

SUBSCRIBER = SignedIn(1, AccountKind.SUBSCRIBER, "138****0001", msisdn=OURS)


def phone_shown(terminal: Terminal) -> str:
    shown: str = terminal.find("#phone", Field).value
    assert terminal.app.visit.purchase.phone == shown
    return shown


async def come_to_form(terminal: Terminal, person: SignedIn | None, **chosen: object) -> None:
    await terminal.reach(Step.TARIFF, tariff_code=TARIFF, **chosen)
    terminal.app.visit.person = person
    await terminal.tap(NEXT)
    assert terminal.is_at(Step.CUSTOMER)


async def test_a_subscriber_finds_their_own_number_and_types_their_name(terminal: Terminal) -> None:
    """SPEC 4.4: typing starts at the name as ever."""
    await come_to_form(terminal, SUBSCRIBER)
    assert phone_shown(terminal) == str(OURS)
    assert terminal.app.focused in terminal.find("#name").walk_children()


@pytest.mark.parametrize("phone", [MEMBERS_PHONE, ""])
async def test_a_member_finds_the_phone_they_registered_with(terminal: Terminal, phone: str) -> None:
    """SPEC 3.2, 4.4: if they gave one."""
    account_id = register(terminal.world.shop, EMAIL, PASSWORD, phone=phone).account_id
    await come_to_form(terminal, SignedIn(account_id, AccountKind.MEMBER, "a***@example.com"))
    assert phone_shown(terminal) == phone


async def test_nobody_known_finds_nothing(terminal: Terminal) -> None:
    """SPEC 3.8."""
    await come_to_form(terminal, None)
    assert phone_shown(terminal) == ""


async def test_what_was_typed_stays(terminal: Terminal) -> None:
    """SPEC 4, 4.4: finished or not."""
    await come_to_form(terminal, SUBSCRIBER, phone="139")
    assert phone_shown(terminal) == "139"


async def test_a_key_that_comes_first_stays(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """SPEC 4, 4.4: while the phone is still being asked for."""

    def slow_answer(shop: Shop, person: SignedIn) -> str:
        terminal.app.call_from_thread(terminal.find("#phone", Field).type_key, "1")
        return contact_phone(shop, person)

    monkeypatch.setattr(customer, "contact_phone", slow_answer)
    await come_to_form(terminal, SUBSCRIBER)
    assert phone_shown(terminal) == "1"


@pytest.mark.parametrize("keys", ["", "13"])
async def test_it_may_be_changed_and_stays_so(terminal: Terminal, keys: str) -> None:
    """SPEC 4, 9.3: over a change of language and of print, and on the way back and forth."""
    await come_to_form(terminal, SUBSCRIBER)
    await terminal.focus("#phone")
    terminal.find("#phone", Field).type_key("clear")
    await terminal.type(keys)
    assert phone_shown(terminal) == keys
    await terminal.tap("#language")
    await terminal.tap("#print")
    assert phone_shown(terminal) == keys
    await terminal.tap("#print")
    for step in (Step.TARIFF, Step.CUSTOMER):
        terminal.app.show_step(step)
        await terminal.settle()
        assert terminal.is_at(step)
    assert phone_shown(terminal) == keys


async def test_in_large_print_it_is_there_when_it_is_asked_for(terminal: Terminal) -> None:
    """SPEC 4.4, 9.3."""
    await terminal.reach(Step.TARIFF, tariff_code=TARIFF, name=NAME)
    terminal.app.visit.person = SUBSCRIBER
    await terminal.press("z")
    await terminal.tap(NEXT)
    assert terminal.is_at(Step.CUSTOMER)
    assert phone_shown(terminal) == str(OURS)
