"""SMS and e-mail as the shop sees them: one protocol for the sandbox phone and for real gateways."""

from enum import StrEnum
from typing import Protocol


class Channel(StrEnum):
    """How a message reaches a person."""

    SMS = "sms"
    EMAIL = "email"


class MessageUndeliverable(Exception):
    """The message can never reach this recipient; `reason` is the gateway's own word for why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class MessageGatewayUnavailable(Exception):
    """The gateway gave no usable answer: send again later, under the same key."""


class MessageGateway(Protocol):
    """A way to send messages to people."""

    def send(self, message_key: str, channel: Channel, recipient: str, subject: str, body: str) -> str:
        """Send once for each `message_key` and return the provider's number for the message.

        `recipient` is a phone number or an e-mail address; `subject` is empty for an SMS. The same key again
        sends nothing and returns the same number. Raises `MessageUndeliverable` for good, or
        `MessageGatewayUnavailable` when it is worth another try.
        """
