"""Nothing that a member typed, or was mailed, is found in the database file, its journal or the log. SPEC 10.3."""

import logging
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import make_url

from kiosk.services.activate_account import (
    LinkOutcome,
    activate_by_code,
    activate_by_link,
    correct_address,
    send_activation_again,
)
from kiosk.services.change_password import change_password
from kiosk.services.delete_account import delete_account
from kiosk.services.errors import ServiceError
from kiosk.services.send_notices import send_due_notices
from tests.services.members import EMAIL, NAME, PASSWORD, PHONE, mails, register, wrong
from tests.services.small_shop import MINUTE, World

OTHER_EMAIL, OTHER_PASSWORD = "zebra.quartz@example.org", "quiet-lantern-meadow-8"


def files_of(world: World) -> dict[str, bytes]:
    """Everything on the disk that belongs to the databases of the shop and its sandbox."""
    found = {}
    for database in (world.shop.database, world.bank):
        path = Path(make_url(database.engine.url).database or "")
        found |= {each.name: each.read_bytes() for each in path.parent.glob(f"{path.name}*")}
    return found


@pytest.mark.parametrize("stocked_url", ["sqlite"], indirect=True)
def test_nothing_of_a_member_is_in_clear_anywhere(world: World, caplog: pytest.LogCaptureFixture) -> None:
    shop = replace(world.shop, public_url="https://shop.example.com")
    caplog.set_level(logging.DEBUG)
    refusals: list[str] = []

    def refused(ask: object, *given: object) -> None:
        with suppress(ServiceError):
            try:
                ask(shop, *given)  # type: ignore[operator]  # a service
            except ServiceError as refusal:
                refusals.append(f"{refusal!r} {refusal}")
                raise

    account_id = register(shop).account_id
    first = mails(shop)[0]
    refused(activate_by_code, account_id, wrong(first.code))
    world.clock.move(MINUTE)
    send_activation_again(shop, account_id)
    second = mails(shop)[0]
    send_due_notices(shop)
    world.clock.move(MINUTE)
    correct_address(shop, account_id, OTHER_EMAIL)
    third = mails(shop)[0]
    refused(activate_by_code, account_id, wrong(third.code))
    assert activate_by_link(shop, third.token) is LinkOutcome.ACTIVATED
    refused(change_password, account_id, "wrong-" + PASSWORD, OTHER_PASSWORD, OTHER_PASSWORD)
    refused(change_password, account_id, PASSWORD, OTHER_EMAIL, OTHER_EMAIL)
    change_password(shop, account_id, PASSWORD, OTHER_PASSWORD, OTHER_PASSWORD)
    send_due_notices(shop)
    with suppress(ServiceError):
        register(shop, email=EMAIL + " x", password=PASSWORD, phone=PHONE + "1", name=NAME + "1")
    stored = files_of(world)
    delete_account(shop, account_id, OTHER_PASSWORD)
    stored |= {f"{name} later": text for name, text in files_of(world).items()}
    assert any(name.endswith("-wal") for name in stored)
    said = (caplog.text + "\n".join(refusals)).encode()
    planted = [EMAIL, OTHER_EMAIL, "anna.smith", PASSWORD, OTHER_PASSWORD, PHONE, NAME]
    planted += [mail.token for mail in (first, second, third)]
    # Six digits may turn up by chance in the digits of a moment or a hash; the text around a code can't.
    planted += [f"：{mail.code}" for mail in (first, second, third)]
    for word in planted:
        for form in (word.encode(), word.encode("utf-16-le")):
            for name, text in stored.items():
                assert form not in text, (word, name)
            assert form not in said, word


@pytest.mark.parametrize("stocked_url", ["sqlite"], indirect=True)
def test_the_search_would_find_what_is_stored_in_clear(world: World) -> None:
    """A control: the agreement's code stands in the same rows, not encrypted."""
    register(world.shop)
    assert any(b"registration" in text for text in files_of(world).values())
