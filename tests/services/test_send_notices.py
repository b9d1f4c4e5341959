"""Sending messages, each at most once shown as sent (DESIGN 2), on both databases."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from kiosk.gateways.messages import Channel, MessageGateway, MessageGatewayUnavailable, MessageUndeliverable
from kiosk.services.send_notices import list_messages, send_due_notices
from kiosk.services.shop import Shop
from storage import notices
from storage.tables import audit
from tests.services.small_shop import MINUTE, START, World


@dataclass
class FickleMessages:
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
