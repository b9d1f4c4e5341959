"""Delivery receipts: what the network says became of a message."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Final, Protocol

from smpp34 import Tlv

from kiosk.gateways.messages import Receipt

# SMPP 3.4, 5.2.12: bits 5 to 2 of `esm_class` say what a deliver_sm is.
_KIND, _RECEIPT = 0x3C, 0x04
_RECEIPTED_MESSAGE_ID, _MESSAGE_STATE = 0x001E, 0x0427
"""Tags of optional parameters (SMPP 3.4, 5.3.2)."""
# SMPP 3.4, 5.2.28 and appendix B: the final states by their number and by their word in the text.
_DELIVERED: Final = 2
_FAILURES: Final = {3: "carrier_expired", 4: "carrier_deleted", 5: "carrier_undeliverable", 8: "carrier_rejected"}
_WORDS: Final = {b"DELIVRD": _DELIVERED, b"EXPIRED": 3, b"DELETED": 4, b"UNDELIV": 5, b"REJECTD": 8}
_TEXT = re.compile(rb"id:(?P<id>[^ \0]{1,64})\b.*?\bstat:(?P<state>[A-Z]{7})", re.DOTALL)


class Arrival(Protocol):
    """What is read of a `smpp34.DeliverSmEvent`."""

    @property
    def esm_class(self) -> int:
        """What it is."""

    @property
    def short_message(self) -> bytes:
        """Its text."""

    @property
    def tlvs(self) -> Iterable[Tlv]:
        """Its optional parameters."""


def read_receipt(arrival: Arrival, now: datetime) -> Receipt | None:
    """The receipt in something that arrived; None for anything else, and for a state that isn't final.

    The optional parameters count; without them the text does, whose form is everybody's own but mostly that of
    appendix B.
    """
    if arrival.esm_class & _KIND != _RECEIPT:
        return None
    told = {tlv.tag: tlv for tlv in arrival.tlvs}
    found = _TEXT.search(arrival.short_message)
    number = told.get(_RECEIPTED_MESSAGE_ID)
    message_id = number.value.rstrip(b"\0") if number else found["id"] if found else b""
    stated = told.get(_MESSAGE_STATE)
    state = stated.as_int() if stated else _WORDS.get(found["state"]) if found else None
    if not message_id or state is None or (state != _DELIVERED and state not in _FAILURES):
        return None
    return Receipt(message_id.decode("ascii", "replace"), now, _FAILURES.get(state))
