"""Each channel to its own gateway, and a pause after each fault that grows."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from kiosk.gateways.messages import Channel, MessageGatewayUnavailable, Outage, ReadyGateway, Receipt
from kiosk.gateways.retry_pace import RetryPace
from kiosk.gateways.routed_messages import RoutedMessages

NOW = datetime(2026, 11, 25, tzinfo=UTC)


@dataclass(eq=False)
class Recording(ReadyGateway):
    """Takes everything and remembers it."""

    name: str
    keys: bool = True
    sent: list[str] = field(default_factory=list)
    arrived: list[Receipt] = field(default_factory=list)
    closed: int = 0

    def send(self, message_key: str, channel: Channel, recipient: str, subject: str, body: str) -> str:
        self.sent.append(message_key)
        return f"{self.name}-{message_key}"

    def knows_keys(self, channel: Channel) -> bool:
        return self.keys

    def receipts(self) -> Sequence[Receipt]:
        return self.arrived

    def forget_receipts(self, receipts: Collection[Receipt]) -> None:
        self.arrived = [each for each in self.arrived if each not in receipts]

    def close(self) -> None:
        self.closed += 1


def test_each_channel_goes_to_its_own_gateway() -> None:
    sms, mail = Recording("sms", keys=False, arrived=[Receipt("1", NOW)]), Recording("mail", arrived=[])
    routed = RoutedMessages({Channel.SMS: sms, Channel.EMAIL: mail})
    assert routed.send("a", Channel.SMS, "", "", "") == "sms-a"
    assert routed.send("b", Channel.EMAIL, "", "", "") == "mail-b"
    assert (sms.sent, mail.sent) == (["a"], ["b"])
    assert [routed.knows_keys(channel) for channel in (Channel.SMS, Channel.EMAIL)] == [False, True]
    assert routed.receipts() == [Receipt("1", NOW)]
    routed.forget_receipts(routed.receipts())
    assert routed.receipts() == []


def test_people_are_reached_where_a_gateway_leaves_the_machine() -> None:
    routed = RoutedMessages({Channel.SMS: Recording("sms")})
    assert [routed.reaches_people(channel) for channel in (Channel.SMS, Channel.EMAIL)] == [True, False]


def test_a_gateway_for_both_is_asked_and_closed_once() -> None:
    phone = Recording("phone", arrived=[Receipt("1", NOW)])
    routed = RoutedMessages(dict.fromkeys(Channel, phone))
    assert len(routed.receipts()) == 1
    routed.close()
    assert phone.closed == 1


def test_without_a_gateway_messages_wait() -> None:
    routed = RoutedMessages({})
    for attempt in (lambda: routed.prepare(Channel.SMS), lambda: routed.send("a", Channel.SMS, "", "", "")):
        with pytest.raises(MessageGatewayUnavailable) as caught:
            attempt()
        assert caught.value.reason is Outage.NOT_CONFIGURED


def is_closed(pace: RetryPace) -> bool:
    """Whether it keeps callers out, with the reason of the last fault."""
    try:
        pace.check()
    except MessageGatewayUnavailable as fault:
        return fault.reason is Outage.LOGIN
    return False


def test_pauses_grow_to_a_minute_and_end_with_the_first_success() -> None:
    now = 100.0
    pace = RetryPace(lambda: now)
    pace.check()
    pauses = []
    for _ in range(8):
        pace.failed(Outage.LOGIN)
        began = now
        while is_closed(pace):
            now += 0.5
        pauses.append(now - began)
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60]
    pace.failed(Outage.NETWORK)
    pace.succeeded()
    pace.check()
