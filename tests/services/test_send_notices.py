"""Sending messages, each at most once shown as sent (DESIGN 2), on both databases."""

from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import timedelta
from time import perf_counter

import pytest
from sqlalchemy import insert, select

from kiosk.domain.notices import SECRET_TEMPLATES
from kiosk.gateways.messages import (
    Channel,
    MessageFateUnknown,
    MessageGateway,
    MessageGatewayUnavailable,
    MessageRefused,
    MessageUndeliverable,
    Outage,
    ReadyGateway,
    Receipt,
)
from kiosk.services.forget_people import forget_old_codes
from kiosk.services.send_notices import list_messages, send_due_notices
from kiosk.services.shop import Shop
from storage import notices
from storage.notices import NoticeRow
from storage.tables import audit
from storage.tables import notices as notice_table
from tests.services.small_shop import MINUTE, START, World


@dataclass
class FickleMessages(ReadyGateway):
    """A message gateway that fails as it is told to, before or after the message went out."""

    honest: MessageGateway
    before: Callable[[], None] = lambda: None
    after: Callable[[], None] = lambda: None

    def send(self, message_key: str, channel: Channel, recipient: str, subject: str, body: str) -> str:
        self.before()
        sent = self.honest.send(message_key, channel, recipient, subject, body)
        self.after()
        return sent


def fail(fault: BaseException) -> Callable[[], None]:
    def raise_it() -> None:
        raise fault

    return raise_it


@pytest.fixture
def gateway(world: World) -> FickleMessages:
    gateway = FickleMessages(world.shop.messages)
    world.shop = replace(world.shop, messages=gateway)
    return gateway


@pytest.fixture
def shop(world: World, gateway: FickleMessages) -> Shop:
    world.paid_order()
    return world.shop


def test_what_waits_is_sent_once(world: World, shop: Shop) -> None:
    assert send_due_notices(shop) == 1
    assert send_due_notices(shop) == 0
    assert len(world.messages()) == 1
    (message,) = list_messages(shop)
    assert (message.state, message.sent_at, message.tries) == ("sent", START, 1)


def test_staff_see_the_recipient_masked(shop: Shop) -> None:
    """SPEC 10.3."""
    (message,) = list_messages(shop)
    assert message.state == "queued"
    assert message.recipient != "13900000001"
    assert "*" in message.recipient


@pytest.mark.parametrize("when", ["before", "after"])
def test_without_an_answer_it_is_sent_again_and_arrives_once(
    world: World, shop: Shop, gateway: FickleMessages, when: str
) -> None:
    setattr(gateway, when, fail(MessageGatewayUnavailable()))
    assert send_due_notices(shop) == 0
    setattr(gateway, when, lambda: None)
    assert send_due_notices(shop) == 0
    world.clock.move(MINUTE)
    assert send_due_notices(shop) == 1
    assert len(world.messages()) == 1


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_worker_that_dies_meanwhile_leaves_it_to_the_next(
    world: World, shop: Shop, gateway: FickleMessages, when: str
) -> None:
    setattr(gateway, when, fail(KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        send_due_notices(shop)
    setattr(gateway, when, lambda: None)
    assert send_due_notices(shop) == 0
    world.clock.move(2 * MINUTE)
    assert send_due_notices(shop) == 1
    assert len(world.messages()) == 1


def test_what_can_never_arrive_is_given_up_and_told(shop: Shop, gateway: FickleMessages) -> None:
    gateway.before = fail(MessageUndeliverable("no_such_recipient"))
    assert send_due_notices(shop) == 0
    assert list_messages(shop)[0].state == "failed"
    with shop.database.reading() as connection:
        told = connection.execute(select(audit).where(audit.c.action == "notice.failed")).one()
    assert told.detail == "no_such_recipient"


def test_waits_grow_to_an_hour(world: World, shop: Shop, gateway: FickleMessages) -> None:
    gateway.before = fail(MessageGatewayUnavailable())
    for _ in range(30):
        world.clock.move(timedelta(hours=1))
        send_due_notices(shop)
    assert list_messages(shop)[0].tries == 30


def test_the_same_happening_is_told_once(world: World, shop: Shop) -> None:
    with shop.database.writing() as connection:
        for new in (True, False):
            assert new is notices.queue_notice(
                connection,
                notice_key="k",
                now=START,
                order_no=None,
                channel="sms",
                template="t",
                recipient="13900000001",
                subject=None,
                body="一",
            )


def test_a_message_whose_person_was_forgotten_is_not_sent(world: World, shop: Shop) -> None:
    order_no = list_messages(shop)[0].order_no
    assert order_no is not None
    with shop.database.writing() as connection:
        notices.forget_notices_of_order(connection, order_no)
    assert send_due_notices(shop) == 0
    assert list_messages(shop)[0].state == "failed"
    assert world.messages() == []


def test_several_workers_at_once_send_each_message_once(world: World, shop: Shop) -> None:
    """SPEC 7.2."""
    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(lambda _: send_due_notices(shop), range(4))) == 1
    assert len(world.messages()) == 1


# Gateways that forget what they sent, receipts, codes


@dataclass
class Carrier(ReadyGateway):
    """A message centre: it knows no keys, and does as it is told."""

    sent: list[tuple[Channel, str]] = field(default_factory=list)
    outage: dict[Channel, Outage] = field(default_factory=dict)
    fault: BaseException | None = None
    waiting: list[Receipt] = field(default_factory=list)

    def prepare(self, channel: Channel) -> None:
        if channel in self.outage:
            raise MessageGatewayUnavailable(self.outage[channel])

    def knows_keys(self, channel: Channel) -> bool:
        return channel is Channel.EMAIL

    def send(self, message_key: str, channel: Channel, recipient: str, subject: str, body: str) -> str:
        self.sent.append((channel, message_key))
        if self.fault is not None:
            raise self.fault
        return f"id-{message_key}"

    def receipts(self) -> list[Receipt]:
        return list(self.waiting)

    def forget_receipts(self, receipts: Collection[Receipt]) -> None:
        self.waiting = [each for each in self.waiting if each not in receipts]


@pytest.fixture
def carrier(world: World) -> Carrier:
    carrier = Carrier()
    world.shop = replace(world.shop, messages=carrier)
    return carrier


def queue(
    world: World,
    key: str,
    *,
    template: str = "order_paid",
    channel: Channel = Channel.SMS,
    expires_in: timedelta | None = None,
) -> None:
    with world.shop.database.writing() as connection:
        notices.queue_notice(
            connection,
            notice_key=key,
            now=world.clock.now(),
            order_no=None,
            channel=channel.value,
            template=template,
            recipient="li.hua@example.com" if channel is Channel.EMAIL else "13900000001",
            subject=None,
            body=f"验证码 {key}",
            expires_at=None if expires_in is None else world.clock.now() + expires_in,
        )


def row(world: World, key: str) -> NoticeRow:
    with world.shop.database.reading() as connection:
        found = notices.find_notice(connection, key)
    assert found is not None
    return found


def test_where_a_worker_died_while_sending_nothing_is_sent_twice(world: World, carrier: Carrier) -> None:
    """Nobody can tell whether the message went out: shown as unknown, it is left to a person."""
    queue(world, "k")
    carrier.fault = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        send_due_notices(world.shop)
    carrier.fault = None
    world.clock.move(2 * MINUTE)
    assert send_due_notices(world.shop) == 0
    assert carrier.sent == [(Channel.SMS, "k")]
    assert (row(world, "k").state, row(world, "k").failure) == ("failed", "unknown")


@pytest.mark.parametrize(("channel", "tries"), [(Channel.SMS, 1), (Channel.EMAIL, 2)])
def test_a_message_of_unknown_fate_is_repeated_only_where_its_key_is_known(
    world: World, carrier: Carrier, channel: Channel, tries: int
) -> None:
    queue(world, "k", channel=channel)
    carrier.fault = MessageFateUnknown()
    send_due_notices(world.shop)
    carrier.fault = None
    world.clock.move(MINUTE)
    send_due_notices(world.shop)
    assert carrier.sent == [(channel, "k")] * tries


def test_while_a_gateway_is_away_everything_keeps_its_place_and_says_why(world: World, carrier: Carrier) -> None:
    """SPEC 3.3: the reason is there for the screen; the other channel goes on."""
    for nth in range(3):
        queue(world, f"mail-{nth}", channel=Channel.EMAIL)
    queue(world, "sms")
    carrier.outage = {Channel.EMAIL: Outage.LOGIN}
    assert send_due_notices(world.shop) == 1
    assert {(row(world, f"mail-{nth}").failure, row(world, f"mail-{nth}").tries) for nth in range(3)} == {("login", 0)}
    carrier.outage = {}
    assert send_due_notices(world.shop) == 3
    assert row(world, "mail-0").failure is None


def test_a_slow_channel_takes_no_turn_from_the_next(
    world: World, carrier: Carrier, monkeypatch: pytest.MonkeyPatch
) -> None:
    for nth in range(3):
        queue(world, f"sms-{nth}")
    queue(world, "mail", channel=Channel.EMAIL)
    prepare = carrier.prepare

    def prepare_slowly(channel: Channel) -> None:
        world.clock.move(timedelta(seconds=6))
        prepare(channel)

    monkeypatch.setattr(carrier, "prepare", prepare_slowly)
    assert send_due_notices(world.shop) == 3
    assert [channel for channel, _ in carrier.sent] == [Channel.SMS, Channel.SMS, Channel.EMAIL]


def test_a_code_does_not_wait_behind_thousands(world: World, carrier: Carrier) -> None:
    with world.shop.database.writing() as connection:
        connection.execute(
            insert(notice_table),
            [
                {
                    "notice_key": f"old-{nth}",
                    "channel": "sms",
                    "template": "order_paid",
                    "recipient": "13900000001",
                    "body": "一",
                    "state": "queued",
                    "created_at": START,
                    "next_try_at": START,
                    "tries": 0,
                }
                for nth in range(2_000)
            ],
        )
    queue(world, "late", template="sms_code", expires_in=5 * MINUTE)
    queue(world, "soon", template="sms_code", expires_in=4 * MINUTE)
    carrier.fault = MessageGatewayUnavailable(Outage.BUSY)
    began = perf_counter()
    for _ in range(3):
        with world.shop.database.writing() as connection:
            now = world.clock.now()
            claimed = notices.claim_due_notice(connection, "sms", now, now + MINUTE, with_stuck=True)
            assert claimed is not None
            carrier.sent.append((Channel.SMS, claimed.notice_key))
    assert [key for _, key in carrier.sent] == ["soon", "late", "old-0"]
    assert perf_counter() - began < 1.0


def test_a_code_that_expired_is_dropped_and_not_sent_late(world: World, carrier: Carrier) -> None:
    """SPEC 3.5."""
    queue(world, "k", template="sms_code", expires_in=5 * MINUTE)
    carrier.outage = {Channel.SMS: Outage.NETWORK}
    send_due_notices(world.shop)
    world.clock.move(5 * MINUTE)
    carrier.outage = {}
    assert send_due_notices(world.shop) == 0
    assert carrier.sent == []
    assert (row(world, "k").state, row(world, "k").failure, row(world, "k").body) == ("failed", "expired", None)


def test_a_mail_that_is_good_for_a_day_does_not_press_a_server_that_wants_to_wait(
    world: World, carrier: Carrier
) -> None:
    queue(world, "k", template="activation", channel=Channel.EMAIL, expires_in=timedelta(days=1))
    carrier.fault = MessageGatewayUnavailable(Outage.BUSY)
    for _ in range(60):
        send_due_notices(world.shop)
        world.clock.move(MINUTE)
    assert 5 <= len(carrier.sent) <= 8


def test_a_code_is_tried_again_soon(world: World, carrier: Carrier) -> None:
    queue(world, "k", template="sms_code", expires_in=5 * MINUTE)
    carrier.fault = MessageGatewayUnavailable(Outage.BUSY)
    for _ in range(6):
        send_due_notices(world.shop)
        world.clock.move(timedelta(seconds=5))
    assert len(carrier.sent) == 6


@pytest.mark.parametrize("template", sorted(SECRET_TEMPLATES))
@pytest.mark.parametrize("fault", [None, MessageUndeliverable("no_such_recipient"), MessageFateUnknown()])
def test_a_secret_is_never_listed_and_erased_once_it_is_settled(
    world: World, carrier: Carrier, template: str, fault: BaseException | None
) -> None:
    """SPEC 10.3."""
    queue(world, "604918", template=template, expires_in=5 * MINUTE)
    assert list_messages(world.shop)[0].body is None
    assert row(world, "604918").body is not None
    carrier.fault = fault
    send_due_notices(world.shop)
    assert row(world, "604918").body is None
    assert list_messages(world.shop)[0].body is None


def test_a_message_that_is_refused_again_and_again_is_given_up(world: World, carrier: Carrier) -> None:
    """It doesn't come back for ever, and others don't wait for it."""
    queue(world, "k")
    carrier.fault = MessageRefused()
    for _ in range(10):
        send_due_notices(world.shop)
        world.clock.move(timedelta(hours=1))
    assert len(carrier.sent) == 5
    assert (row(world, "k").state, row(world, "k").failure) == ("failed", "message_refused")


def test_a_message_that_was_refused_once_is_sent_at_the_next_try(world: World, carrier: Carrier) -> None:
    queue(world, "k")
    carrier.fault = MessageRefused()
    send_due_notices(world.shop)
    assert (row(world, "k").state, row(world, "k").failure) == ("queued", "message_refused")
    carrier.fault = None
    world.clock.move(MINUTE)
    assert send_due_notices(world.shop) == 1
    assert row(world, "k").failure is None


def test_a_made_up_subscriber_is_written_to_on_the_sandbox_phone_only(world: World, carrier: Carrier) -> None:
    """SPEC 10.3: the number of a demonstration's line may be a stranger's."""
    queue(world, "k", template="demonstration")
    assert send_due_notices(world.shop) == 0
    assert carrier.sent == []
    assert (row(world, "k").state, row(world, "k").failure) == ("failed", "demonstration")


def test_a_made_up_subscriber_is_written_to_on_the_sandbox_phone(world: World) -> None:
    queue(world, "k", template="demonstration")
    assert send_due_notices(world.shop) == 1
    assert len(world.messages()) == 1


def test_other_texts_are_kept_for_staff(world: World, carrier: Carrier) -> None:
    queue(world, "k")
    send_due_notices(world.shop)
    assert list_messages(world.shop)[0].body == "验证码 k"


def test_a_receipt_says_that_the_message_arrived(world: World, carrier: Carrier) -> None:
    queue(world, "k")
    send_due_notices(world.shop)
    world.clock.move(MINUTE)
    carrier.waiting = [Receipt("id-k", world.clock.now())]
    send_due_notices(world.shop)
    assert (row(world, "k").state, row(world, "k").delivered_at) == ("sent", START + MINUTE)
    assert carrier.waiting == []
    carrier.waiting = [Receipt("id-k", world.clock.now(), "carrier_expired")]
    send_due_notices(world.shop)
    assert (row(world, "k").state, row(world, "k").failure) == ("sent", None)


def test_a_receipt_says_that_it_never_will(world: World, carrier: Carrier) -> None:
    queue(world, "k")
    send_due_notices(world.shop)
    carrier.waiting = [Receipt("id-k", world.clock.now(), "carrier_undeliverable")]
    send_due_notices(world.shop)
    assert (row(world, "k").state, row(world, "k").failure) == ("failed", "carrier_undeliverable")
    assert row(world, "k").delivered_at is None


def test_a_receipt_that_is_faster_than_the_books_waits_for_them(world: World, carrier: Carrier) -> None:
    carrier.waiting = [Receipt("id-k", START)]
    send_due_notices(world.shop)
    assert len(carrier.waiting) == 1
    queue(world, "k")
    send_due_notices(world.shop)
    send_due_notices(world.shop)
    assert row(world, "k").delivered_at == START
    carrier.waiting = [Receipt("of-somebody-else", START)]
    world.clock.move(6 * MINUTE)
    send_due_notices(world.shop)
    assert carrier.waiting == []


def test_several_workers_and_a_carrier_that_knows_no_keys_send_each_message_once(
    world: World, carrier: Carrier
) -> None:
    """SPEC 7.2."""
    for nth in range(20):
        queue(world, f"k{nth}")
    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(lambda _: send_due_notices(world.shop), range(4))) == 20
    assert sorted(key for _, key in carrier.sent) == sorted(f"k{nth}" for nth in range(20))


def test_old_codes_are_deleted_with_whom_they_went_to(world: World, carrier: Carrier) -> None:
    """SPEC 10.3."""
    queue(world, "code", template="sms_code", expires_in=5 * MINUTE)
    queue(world, "order")
    send_due_notices(world.shop)
    world.clock.move(timedelta(days=7))
    assert forget_old_codes(world.shop) == 0
    world.clock.move(5 * MINUTE + timedelta(seconds=1))
    assert forget_old_codes(world.shop) == 1
    assert [message.template for message in list_messages(world.shop)] == ["order_paid"]


@pytest.mark.parametrize(("channel", "shown"), [(Channel.SMS, "139****0001"), (Channel.EMAIL, "l***@example.com")])
def test_recipients_are_masked_on_every_channel(world: World, carrier: Carrier, channel: Channel, shown: str) -> None:
    """SPEC 10.3."""
    queue(world, "k", channel=channel)
    assert list_messages(world.shop)[0].recipient == shown


def test_what_gets_stuck_while_a_worker_connects_is_not_claimed_either(world: World, carrier: Carrier) -> None:
    queue(world, "stuck")
    carrier.fault = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        send_due_notices(world.shop)
    carrier.fault = None
    queue(world, "due")
    connecting = timedelta(seconds=5)
    world.clock.move(2 * MINUTE - connecting)

    def prepare(channel: Channel) -> None:
        world.clock.move(connecting if len(carrier.sent) == 1 else timedelta())

    carrier.prepare = prepare  # type: ignore[method-assign]
    send_due_notices(world.shop)
    assert carrier.sent == [(Channel.SMS, "stuck"), (Channel.SMS, "due")]
