"""Notices from the outbox to a message centre on loopback and back: never lost, never sent twice (SPEC 4.8, 7.2)."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from kiosk.gateways.messages import Channel
from kiosk.gateways.retry_pace import RetryPace
from kiosk.gateways.routed_messages import RoutedMessages
from kiosk.gateways.smpp.gateway import SmppMessages
from kiosk.gateways.smpp.session import SmppAccount
from kiosk.services.send_notices import list_messages, send_due_notices
from kiosk.services.shop import Shop
from storage.notices import queue_notice
from tests.gateways.message_centre import SILENT, MessageCentre, free_port, read_back
from tests.services.small_shop import MINUTE, START, World

THROTTLED = 0x58
BODY = (
    "您已成功订购号码 138 5317 6688，订单号 2026112200000001。请本人携带有效身份证件原件到泉城路营业厅领取 SIM 卡。" * 2
)


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def centre(port: int) -> Iterator[MessageCentre]:
    with MessageCentre(port).running() as centre:
        yield centre


@pytest.fixture
def workers(world: World, port: int) -> Iterator[list[Shop]]:
    """Two programs on one database, each with a session of its own."""
    account = SmppAccount("127.0.0.1", port, "kiosk", "opensesm", "10086")
    gateways = [
        SmppMessages(account, world.clock.now, pace=RetryPace(lambda: 0.0), bind_seconds=1.0, answer_seconds=1.0)
        for _ in range(2)
    ]
    yield [replace(world.shop, messages=RoutedMessages({Channel.SMS: gateway})) for gateway in gateways]
    for gateway in gateways:
        gateway.close()


def queue(world: World, key: str, body: str = BODY) -> None:
    with world.shop.database.writing() as connection:
        queue_notice(
            connection,
            notice_key=key,
            now=world.clock.now(),
            order_no=None,
            channel="sms",
            template="order_paid",
            recipient="13900000001",
            subject=None,
            body=body,
        )


def until(true: Callable[[], bool]) -> None:
    ends_at = time.monotonic() + 5
    while not true():
        assert time.monotonic() < ends_at
        time.sleep(0.01)


def test_two_workers_and_one_notice_make_one_message(world: World, centre: MessageCentre, workers: list[Shop]) -> None:
    for nth in range(10):
        key = f"k{nth}"
        queue(world, key, f"一 {nth}")
        with ThreadPoolExecutor(2) as pool:
            assert sum(pool.map(send_due_notices, workers)) == 1
    assert [read_back([submit]) for submit in centre.submits] == [f"一 {nth}" for nth in range(10)]


def test_while_it_is_told_to_slow_down_nothing_is_lost(
    world: World, centre: MessageCentre, workers: list[Shop], monkeypatch: pytest.MonkeyPatch
) -> None:
    for nth in range(5):
        queue(world, f"k{nth}", f"一 {nth}")
    centre.statuses = [0, THROTTLED]
    assert send_due_notices(workers[0]) == 1
    assert len(centre.submits) == 2
    waiting = [message for message in list_messages(world.shop) if message.state == "queued"]
    assert [message.failure for message in waiting] == ["busy"] * 4
    world.clock.move(MINUTE)
    assert send_due_notices(workers[1]) == 4
    assert sorted(read_back([submit]) for submit in centre.taken) == [f"一 {nth}" for nth in range(5)]


def test_what_waits_is_sent_when_the_message_centre_is_back(world: World, port: int, workers: list[Shop]) -> None:
    queue(world, "k")
    assert send_due_notices(workers[0]) == 0
    assert (list_messages(world.shop)[0].state, list_messages(world.shop)[0].failure) == ("queued", "network")
    with MessageCentre(port).running() as centre:
        assert send_due_notices(workers[1]) == 1
        assert read_back(centre.taken) == BODY
    (message,) = list_messages(world.shop)
    assert (message.state, message.failure, message.tries) == ("sent", None, 1)


def test_a_receipt_reaches_the_list(world: World, centre: MessageCentre, workers: list[Shop]) -> None:
    queue(world, "k")
    send_due_notices(workers[0])
    world.clock.move(MINUTE)
    last = f"m{len(centre.taken)}"
    centre.deliver(f"id:{last} sub:001 dlvrd:001 stat:DELIVRD err:000 text:".encode())
    until(lambda: bool(workers[0].messages.receipts()))
    send_due_notices(workers[0])
    (message,) = list_messages(world.shop)
    assert (message.state, message.delivered_at) == ("sent", START + MINUTE)


def test_without_an_answer_it_is_left_as_unknown_and_never_repeated(
    world: World, centre: MessageCentre, workers: list[Shop]
) -> None:
    queue(world, "k", "一")
    centre.statuses = [SILENT]
    for worker in workers:
        assert send_due_notices(worker) == 0
        world.clock.move(3 * MINUTE)
    (message,) = list_messages(world.shop)
    assert (message.state, message.failure) == ("failed", "unknown")
    assert len(centre.submits) == 1
