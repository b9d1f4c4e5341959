"""Values that hold a person's data have no printable form, so that no log can hold it (SPEC 10.3)."""

from dataclasses import fields
from typing import Any

import pytest

from kiosk.domain.id_documents import IdDocument
from kiosk.domain.sandbox import SandboxMessage
from kiosk.services.register_customer import Customer
from kiosk.services.register_member import Registration
from kiosk.services.send_notices import Message
from storage.accounts import AccountRow
from storage.activations import ActivationRow
from storage.notices import NoticeRow
from storage.orders import OrderRow

PLANTED = "张伟 370102199003070011 13900000001"


@pytest.mark.parametrize(
    "kind",
    [
        AccountRow,
        ActivationRow,
        Customer,
        IdDocument,
        Message,
        NoticeRow,
        OrderRow,
        Registration,
        SandboxMessage,
    ],
)
def test_what_a_value_holds_does_not_show_when_it_is_printed(kind: Any) -> None:
    value = kind(**{field.name: PLANTED for field in fields(kind)})
    for text in (repr(value), str(value), f"{value}", repr([value])):
        for word in PLANTED.split():
            assert word not in text
