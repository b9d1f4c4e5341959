"""SMS through a message centre on loopback, with its faults (SPEC 3.5, 4.8)."""

import asyncio
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, datetime

import pytest
from smpp34 import DeliverSmEvent

from kiosk.gateways.messages import (
    Channel,
    MessageFateUnknown,
    MessageGatewayUnavailable,
    MessageRefused,
    MessageUndeliverable,
    Outage,
    Receipt,
)
from kiosk.gateways.retry_pace import RetryPace
from kiosk.gateways.smpp.gateway import SmppMessages
from kiosk.gateways.smpp.receipt import read_receipt
from kiosk.gateways.smpp.session import SmppAccount
from tests.gateways.message_centre import SILENT, MessageCentre, free_port, read_back

NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
PHONE = "13853176688"
PASSWORD = "opensesm"
THROTTLED, QUEUE_FULL, NO_SUCH_NUMBER, BAD_SOURCE, SYSTEM_ERROR = 0x58, 0x14, 0x0B, 0x0A, 0x08
LONG = "您已成功订购号码 138 5317 6688，" * 12


class Seconds:
    """Time for the pace of retries, moved by the test."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def centre() -> Iterator[MessageCentre]:
    with MessageCentre(free_port()).running() as centre:
        yield centre


@contextmanager
def opened(
    port: int,
    *,
    source: str = "10086",
    seconds: Seconds | None = None,
    answer_seconds: float = 2.0,
    **limits: float,
) -> Iterator[SmppMessages]:
    gateway = SmppMessages(
        SmppAccount("127.0.0.1", port, "kiosk", PASSWORD, source),
        lambda: NOW,
        pace=RetryPace(seconds or Seconds()),
        bind_seconds=3.0,
        answer_seconds=answer_seconds,
        **limits,
    )
    try:
        yield gateway
    finally:
        gateway.close()


@pytest.fixture
def gateway(centre: MessageCentre) -> Iterator[SmppMessages]:
    with opened(centre.port) as gateway:
        yield gateway


def text(gateway: SmppMessages, body: str = "验证码 604918", key: str = "k", to: str = PHONE) -> str:
    return gateway.send(key, Channel.SMS, to, "", body)


def until(true: Callable[[], bool]) -> None:
    """Wait for what another thread does."""
    ends_at = time.monotonic() + 20
    while not true():
        assert time.monotonic() < ends_at
        time.sleep(0.01)


def test_a_chinese_text_arrives_with_its_addresses(centre: MessageCentre, gateway: SmppMessages) -> None:
    assert text(gateway) == "m1"
    (submit,) = centre.taken
    assert read_back(centre.taken) == "验证码 604918"
    assert (submit.data_coding, submit.esm_class, submit.registered_delivery) == (8, 0, 1)
    assert (submit.destination_addr, submit.dest_addr_ton, submit.dest_addr_npi) == (f"86{PHONE}", 1, 1)
    assert (submit.source_addr, submit.source_addr_ton) == ("10086", 0)


def test_an_english_text_uses_the_gsm_alphabet(centre: MessageCentre, gateway: SmppMessages) -> None:
    text(gateway, "Your code: 604918. €5 [shop@example.com]")
    assert centre.taken[0].data_coding == 0
    assert read_back(centre.taken) == "Your code: 604918. €5 [shop@example.com]"


def test_a_long_text_arrives_whole_and_asks_for_one_receipt(centre: MessageCentre, gateway: SmppMessages) -> None:
    number = text(gateway, LONG)
    assert read_back(centre.taken) == LONG
    assert number == f"m{len(centre.taken)}"
    assert [submit.registered_delivery for submit in centre.taken] == [*(0 for _ in centre.taken[1:]), 1]


def test_a_sender_may_have_a_name(centre: MessageCentre) -> None:
    with opened(centre.port, source="ShopSD") as gateway:
        text(gateway)
    assert (centre.taken[0].source_addr, centre.taken[0].source_addr_ton) == ("ShopSD", 5)


def test_one_session_carries_many_messages(centre: MessageCentre, gateway: SmppMessages) -> None:
    with ThreadPoolExecutor(4) as pool:
        numbers = set(pool.map(lambda nth: text(gateway, key=str(nth)), range(40)))
    assert len(numbers) == len(centre.taken) == 40
    assert centre.binds == 1


@pytest.mark.parametrize("status", [THROTTLED, QUEUE_FULL, SYSTEM_ERROR])
def test_asked_to_slow_down_it_waits_and_then_sends(
    centre: MessageCentre, gateway: SmppMessages, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Back-pressure: nothing more is submitted until the pause is over."""
    seconds = Seconds()
    monkeypatch.setattr(gateway, "_slower", RetryPace(seconds))
    centre.statuses = [status]
    with pytest.raises(MessageGatewayUnavailable) as caught:
        text(gateway)
    assert caught.value.reason is Outage.BUSY
    with pytest.raises(MessageGatewayUnavailable):
        gateway.prepare(Channel.SMS)
    assert len(centre.submits) == 1
    seconds.now += 1.1
    gateway.prepare(Channel.SMS)
    text(gateway)
    assert len(centre.taken) == 1


def test_slowed_down_in_the_middle_of_a_text_it_goes_on_with_the_same_part(
    centre: MessageCentre, gateway: SmppMessages
) -> None:
    centre.statuses = [0, THROTTLED]
    text(gateway, LONG)
    assert read_back(centre.taken) == LONG


def test_a_text_that_broke_off_is_repeated_with_the_same_parts(centre: MessageCentre) -> None:
    """Before its last part a phone shows nothing, so that repeating it shows it once."""
    seconds = Seconds()
    with opened(centre.port, seconds=seconds) as gateway:
        centre.statuses = [0, SILENT]
        with pytest.raises(MessageGatewayUnavailable):
            text(gateway, LONG)
        seconds.now += 1.1
        text(gateway, LONG)
    first, *again = [submit.short_message for submit in centre.taken]
    assert first == again[0]
    assert read_back(centre.taken[1:]) == LONG


def test_a_number_that_is_none_is_given_up(centre: MessageCentre, gateway: SmppMessages) -> None:
    centre.statuses = [NO_SUCH_NUMBER]
    with pytest.raises(MessageUndeliverable) as caught:
        text(gateway)
    assert caught.value.reason == "no_such_recipient"
    for nonsense in ("", "li.hua@example.com", "10086", "139000000010"):
        with pytest.raises(MessageUndeliverable):
            text(gateway, to=nonsense)
    assert len(centre.submits) == 1


def test_a_text_that_nobody_would_read_is_given_up(centre: MessageCentre, gateway: SmppMessages) -> None:
    with pytest.raises(MessageUndeliverable) as caught:
        text(gateway, "中" * 1000)
    assert caught.value.reason == "too_long"
    assert centre.submits == []


@pytest.mark.parametrize("status", [BAD_SOURCE, 0x0D, 0x0E, 0x0F])
def test_wrong_settings_are_said_to_be_wrong_and_stop_the_channel(
    centre: MessageCentre, gateway: SmppMessages, status: int
) -> None:
    centre.statuses = [status]
    with pytest.raises(MessageGatewayUnavailable) as caught:
        text(gateway)
    assert caught.value.reason is Outage.REFUSED
    with pytest.raises(MessageGatewayUnavailable):
        gateway.prepare(Channel.SMS)


@pytest.mark.parametrize("status", [0x45, 0x61, 0xFF])
def test_a_status_nobody_knows_is_about_its_message_alone(
    centre: MessageCentre, gateway: SmppMessages, status: int
) -> None:
    centre.statuses = [status]
    with pytest.raises(MessageRefused):
        text(gateway, key="this")
    gateway.prepare(Channel.SMS)
    text(gateway, key="another")
    assert len(centre.taken) == 1


@pytest.mark.parametrize("status", [0x400, 0x4FF])
def test_so_is_a_status_of_a_vendors_own(
    centre: MessageCentre, gateway: SmppMessages, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    """The message centre's library can't answer with one, so it is put in the answer's place."""

    async def submit(*_: object, **__: object) -> tuple[int, str]:
        return status, ""

    monkeypatch.setattr(gateway._session, "submit", submit)
    with pytest.raises(MessageRefused):
        text(gateway)
    gateway.prepare(Channel.SMS)


def test_an_answer_that_never_comes_leaves_the_fate_unknown(centre: MessageCentre, gateway: SmppMessages) -> None:
    centre.statuses = [SILENT]
    with pytest.raises(MessageFateUnknown):
        text(gateway)
    assert len(centre.submits) == 1
    assert not gateway.knows_keys(Channel.SMS)


def test_a_message_centre_that_binds_and_falls_silent_is_asked_less_and_less_often(centre: MessageCentre) -> None:
    """A bind alone doesn't end the pauses; an answer does."""
    seconds = Seconds()
    with opened(centre.port, seconds=seconds, answer_seconds=0.3) as gateway:
        for pause in (1, 2):
            centre.statuses = [SILENT]
            with pytest.raises(MessageFateUnknown):
                text(gateway)
            seconds.now += pause - 0.1
            with pytest.raises(MessageGatewayUnavailable):
                gateway.prepare(Channel.SMS)
            seconds.now += 0.2
            gateway.prepare(Channel.SMS)
        text(gateway)
        assert gateway._pace._pause == 0


def test_it_binds_again_after_the_message_centre_died(centre: MessageCentre) -> None:
    seconds, port = Seconds(), free_port()
    with opened(port, seconds=seconds) as gateway:
        for _ in range(2):
            with MessageCentre(port).running() as there:
                gateway.prepare(Channel.SMS)
                text(gateway)
                assert len(there.taken) == 1
            with pytest.raises(MessageGatewayUnavailable) as caught:
                text(gateway)
            assert caught.value.reason is Outage.NETWORK
            seconds.now += 1.1


def test_while_nobody_is_there_it_tries_less_and_less_often() -> None:
    seconds = Seconds()
    with opened(free_port(), seconds=seconds) as gateway:
        tries = 0
        for _ in range(600):
            with pytest.raises(MessageGatewayUnavailable):
                gateway.prepare(Channel.SMS)
            tries = max(tries, int(gateway._pace._pause))
            seconds.now += 1
    assert tries == 60


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n"])
def test_a_bind_that_is_not_accepted_is_said_to_be_the_login(answer: bytes) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                length, command, _, sequence = struct.unpack(">IIII", connection.recv(16, socket.MSG_WAITALL))
                connection.recv(length - 16, socket.MSG_WAITALL)
                # ESME_RINVPASWD
                connection.sendall(answer or struct.pack(">IIII", 16, command | 1 << 31, 0x0E, sequence))
                connection.settimeout(3)
                connection.recv(1)

        thread = threading.Thread(target=serve)
        thread.start()
        with opened(server.getsockname()[1]) as gateway:
            with pytest.raises(MessageGatewayUnavailable) as caught:
                gateway.prepare(Channel.SMS)
            assert caught.value.reason is Outage.LOGIN
        thread.join()


def test_a_link_that_is_not_private_is_not_used(centre: MessageCentre) -> None:
    account = SmppAccount("127.0.0.1", centre.port, "kiosk", PASSWORD, "10086", tls=True)
    with closing(SmppMessages(account, lambda: NOW)) as gateway:
        with pytest.raises(MessageGatewayUnavailable) as caught:
            text(gateway)
        assert caught.value.reason is Outage.TLS
    assert centre.binds == 0


def test_receipts_wait_until_they_are_written_down(centre: MessageCentre, gateway: SmppMessages) -> None:
    text(gateway)
    centre.deliver(b"id:m1 sub:001 dlvrd:001 submit date:2611250200 done date:2611250201 stat:DELIVRD err:000 Text:")
    centre.deliver(b"id:m2 sub:001 dlvrd:000 submit date:2611250200 done date:2611250201 stat:UNDELIV err:001 Text:")
    until(lambda: len(gateway.receipts()) == 2)
    delivered, failed = gateway.receipts()
    assert delivered == Receipt("m1", NOW)
    assert failed == Receipt("m2", NOW, "carrier_undeliverable")
    gateway.forget_receipts([delivered])
    assert gateway.receipts() == [failed]


def test_what_is_no_final_receipt_is_ignored(centre: MessageCentre, gateway: SmppMessages) -> None:
    text(gateway)
    centre.deliver(b"id:m1 stat:ENROUTE err:000")
    centre.deliver(b"id:m1 stat:DELIVRD err:000", esm_class=0)
    centre.deliver("退订".encode("utf-16-be"), esm_class=0)
    centre.deliver(b"\xff\xfe nonsense")
    centre.deliver(b"id:m9 stat:DELIVRD")
    until(lambda: gateway.receipts() == [Receipt("m9", NOW)])


def test_a_delivery_that_cannot_be_read_does_not_cost_those_after_it(
    centre: MessageCentre, gateway: SmppMessages, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    read, faults = read_receipt, [ZeroDivisionError(PHONE)]

    def read_once_wrong(arrival: DeliverSmEvent, now: datetime) -> Receipt | None:
        if faults:
            raise faults.pop()
        return read(arrival, now)

    monkeypatch.setattr("kiosk.gateways.smpp.gateway.read_receipt", read_once_wrong)
    text(gateway)
    centre.deliver(b"id:m1 stat:DELIVRD err:000")
    centre.deliver(b"id:m2 stat:DELIVRD err:000")
    until(lambda: gateway.receipts() == [Receipt("m2", NOW)])
    assert PHONE not in caplog.text


def test_where_no_delivery_makes_sense_it_binds_anew(
    centre: MessageCentre, gateway: SmppMessages, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_wrong(_arrival: DeliverSmEvent, _now: datetime) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr("kiosk.gateways.smpp.gateway.read_receipt", read_wrong)
        text(gateway)
        listening = gateway._session._listening
        assert listening is not None
        for nth in range(3):
            centre.deliver(b"id:m%d stat:DELIVRD err:000" % nth)
        until(listening.done)
    text(gateway)
    assert centre.binds == 2
    centre.deliver(b"id:m9 stat:DELIVRD err:000")
    until(lambda: gateway.receipts() == [Receipt("m9", NOW)])


def never_answering(gateway: SmppMessages, monkeypatch: pytest.MonkeyPatch, name: str) -> threading.Event:
    """Let the session's method hang as a fault of the library would; set once it is called."""
    called = threading.Event()

    async def hang(*_: object, **__: object) -> None:
        called.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(gateway._session, name, hang)
    return called


def test_work_that_never_comes_back_is_given_up_and_the_next_message_has_a_new_session(
    centre: MessageCentre, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = Seconds()
    with opened(centre.port, seconds=seconds, work_seconds=0.5) as gateway:
        never_answering(gateway, monkeypatch, "submit")
        with pytest.raises(MessageFateUnknown):
            text(gateway)
        seconds.now += 1.1
        never_answering(gateway, monkeypatch, "bind")
        with pytest.raises(MessageGatewayUnavailable):
            gateway.prepare(Channel.SMS)
        seconds.now += 2.1
        gateway._work_seconds = 10.0
        gateway.prepare(Channel.SMS)
        text(gateway)
    assert len(centre.taken) == 1


class StuckClient:
    """Hangs as a fault of the library would."""

    async def is_alive(self) -> bool:
        return await asyncio.Event().wait()

    async def stop(self) -> None:
        await asyncio.Event().wait()


def test_a_library_that_hangs_is_left_and_bound_anew(
    centre: MessageCentre, gateway: SmppMessages, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.gateways.smpp.session._LIBRARY_SECONDS", 0.1)
    text(gateway)
    monkeypatch.setattr(gateway._session, "_client", StuckClient())
    gateway._work_seconds = 5.0
    text(gateway)
    assert (len(centre.taken), centre.binds) == (2, 2)


def test_it_closes_in_seconds_whatever_is_under_way(centre: MessageCentre, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(centre.port, close_seconds=0.2) as gateway, ThreadPoolExecutor(1) as pool:
        called = never_answering(gateway, monkeypatch, "submit")
        sending = pool.submit(text, gateway)
        assert called.wait(10)
        began = time.monotonic()
        gateway.close()
        assert time.monotonic() - began < 3
        with pytest.raises(MessageFateUnknown):
            sending.result(10)


def test_closed_twice_or_unused_it_does_no_harm(centre: MessageCentre) -> None:
    with opened(centre.port):
        pass
    with opened(centre.port) as gateway:
        text(gateway)
        gateway.close()


def test_no_repr_shows_the_password() -> None:
    assert PASSWORD not in repr(SmppAccount("h", 1, "kiosk", PASSWORD, "10086"))
