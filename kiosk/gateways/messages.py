"""SMS and e-mail as the shop sees them: one protocol for the sandbox phone and for real gateways."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Channel(StrEnum):
    """How a message reaches a person."""

    SMS = "sms"
    EMAIL = "email"


class Outage(StrEnum):
    """Why a gateway takes no message now, in codes that are stored and that screens put into words (SPEC 3.3)."""

    NETWORK = "network"
    """It can't be reached, or fell silent."""
    TLS = "tls"
    """It can be reached, but not privately: its certificate is wrong, or it offers no encryption."""
    LOGIN = "login"
    """It doesn't let this shop in."""
    BUSY = "busy"
    """It asks to come back later."""
    REFUSED = "refused"
    """It refuses what this shop asks for, its sender address for one: the settings are wrong."""
    ANSWER = "answer"
    """What answers there speaks another language."""
    NOT_CONFIGURED = "not_configured"
    """There is none."""


class MessageUndeliverable(Exception):
    """The message can never reach this recipient; `reason` is a code of 32 characters at most."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class MessageRefused(Exception):
    """The message was certainly not taken, for a reason of its own that may pass: give it up after a few tries."""


class MessageGatewayUnavailable(Exception):
    """The message was certainly not taken as a whole: send it again later, under the same key."""

    def __init__(self, reason: Outage = Outage.NETWORK) -> None:
        super().__init__(reason.value)
        self.reason = reason


class MessageFateUnknown(Exception):
    """The message may have been taken, and nobody can tell: sent again, it might arrive twice."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the network says became of a message."""

    message_id: str
    """As `send` returned it."""
    at: datetime
    failure: str | None = None
    """None: delivered. Otherwise why it never will be, in a code of 32 characters at most."""


class MessageGateway(Protocol):
    """A way to send messages to people. All may be called from any thread, and block for seconds at most."""

    def send(self, message_key: str, channel: Channel, recipient: str, subject: str, body: str) -> str:
        """Send once for each `message_key` and return the provider's number for the message, at most 64 characters.

        `recipient` is a phone number or an e-mail address; `subject` is empty for an SMS. The same key again
        sends nothing and returns the same number, if the gateway knows keys. Raises `MessageUndeliverable` for good,
        `MessageRefused` when it may be for good, `MessageGatewayUnavailable` when it is worth another try, or
        `MessageFateUnknown`.
        """

    def prepare(self, channel: Channel) -> None:
        """Connect if need be, so that `send` has only to send; raises `MessageGatewayUnavailable`.

        Soon after a fault it raises that at once, without trying.
        """

    def knows_keys(self, channel: Channel) -> bool:
        """Whether a message may be sent again under its key when nobody knows what became of it."""

    def reaches_people(self, channel: Channel) -> bool:
        """Whether a message may leave this machine, for somebody's own phone or mailbox."""

    def receipts(self) -> Sequence[Receipt]:
        """What arrived and wasn't forgotten yet, oldest first."""

    def forget_receipts(self, receipts: Collection[Receipt]) -> None:
        """Drop receipts that are written down."""

    def close(self) -> None:
        """Leave the provider; nothing is sent afterwards."""


class ReadyGateway:
    """What a gateway inherits that is always ready, knows its keys, reaches people and gives no receipts."""

    def prepare(self, channel: Channel) -> None:
        """Nothing is to be done."""

    def knows_keys(self, channel: Channel) -> bool:
        """Always."""
        return True

    def reaches_people(self, channel: Channel) -> bool:
        """Always."""
        return True

    def receipts(self) -> Sequence[Receipt]:
        """There never are any."""
        return ()

    def forget_receipts(self, receipts: Collection[Receipt]) -> None:
        """There never are any."""

    def close(self) -> None:
        """Nothing is open."""
