"""The workers of one process side by side: none waits for another (SPEC 3.3, 7.2)."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.attention import Attention
from kiosk.composition import OpenedShop, open_shop
from kiosk.config import Settings
from kiosk.gateways.messages import Channel, ReadyGateway
from kiosk.services.check_health import worker_seen
from kiosk.services.settle_deadlines import settle_deadlines
from kiosk.services.shop import Shop
from kiosk.workers import Workers
from storage.notices import queue_notice


class StuckMail(ReadyGateway):
    """Takes SMS at once, and answers to no mail until it is let go."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.asked, self.let_go = threading.Event(), threading.Event()

    def send(self, message_key: str, channel: Channel, recipient: str, subject: str, body: str) -> str:
        if channel is Channel.EMAIL:
            self.asked.set()
            assert self.let_go.wait(20)
        self.taken.append(message_key)
        return message_key


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[OpenedShop]:
    with open_shop(Settings(data_dir=tmp_path / "data"), terminal=False, announce=lambda _line: None) as opened:
        yield opened


@contextmanager
def working(shop: Shop, interval: float, attention: Attention) -> Iterator[Workers]:
    workers = Workers(shop, interval, attention)
    workers.start()
    try:
        yield workers
    finally:
        workers.stop()


def queue(shop: Shop, key: str, channel: Channel) -> None:
    with shop.database.writing() as connection:
        queue_notice(
            connection,
            notice_key=key,
            now=shop.now(),
            channel=channel.value,
            template="sms_code",
            recipient="li.hua@example.com" if channel is Channel.EMAIL else "13900000001",
            subject=None,
            body="一",
        )


def until(true: Callable[[], bool]) -> None:
    ends_at = time.monotonic() + 10
    while not true():
        assert time.monotonic() < ends_at
        time.sleep(0.01)


def test_a_stuck_mail_server_delays_neither_sms_nor_deadlines(opened: OpenedShop) -> None:
    gateway = StuckMail()
    shop = replace(opened.shop, messages=gateway)
    queue(shop, "mail", Channel.EMAIL)
    with working(shop, 0.05, opened.attention) as workers:
        assert gateway.asked.wait(10)
        queue(shop, "sms", Channel.SMS)
        until(lambda: gateway.taken == ["sms"])
        since = workers.deadlines.last_round_at
        until(lambda: workers.deadlines.last_round_at != since)
        assert worker_seen(shop) is not None
        gateway.let_go.set()
        until(lambda: gateway.taken == ["sms", "mail"])
    assert not [thread for thread in threading.enumerate() if thread.name == "worker"]


def test_one_call_wakes_all_of_them(opened: OpenedShop) -> None:
    gateway = StuckMail()
    gateway.let_go.set()
    shop = replace(opened.shop, messages=gateway)
    with working(shop, 3600, opened.attention) as workers:
        until(lambda: workers.deadlines.last_round_at is not None)
        for nth in range(3):
            since = workers.deadlines.last_round_at
            queue(shop, f"sms-{nth}", Channel.SMS)
            queue(shop, f"mail-{nth}", Channel.EMAIL)
            opened.wake_worker()
            until(lambda nth=nth: len(gateway.taken) == 2 * (nth + 1))
            until(lambda since=since: workers.deadlines.last_round_at != since)


def test_who_clears_a_call_takes_it_from_nobody_else() -> None:
    attention = Attention()
    one, other = attention.listen(), attention.listen()
    attention.call()
    one.clear()
    assert other.is_set()


def test_one_round_of_everything_sends_too(opened: OpenedShop) -> None:
    gateway = StuckMail()
    gateway.let_go.set()
    shop = replace(opened.shop, messages=gateway)
    queue(shop, "sms", Channel.SMS)
    queue(shop, "mail", Channel.EMAIL)
    assert settle_deadlines(shop, send=False).notices == 0
    assert settle_deadlines(shop).notices == 2
