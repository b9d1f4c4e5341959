"""The real server: errands that survive restarts, notices delivered at least once (SPEC 6.2, 6.3), a quiet stop."""

import socket
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from kiosk.domain.errors import ShopUnavailable
from kiosk.domain.sandbox import ChargeState, Promise
from kiosk.gateways.messages import Channel
from kiosk.gateways.sandbox import SandboxMessages
from kiosk.web.errands import MESSAGES_KEPT
from kiosk.web.server import WebServer
from tests.web.sandbox_bank import OUT_TRADE_NO, Bank


def eventually(holds: Callable[[], bool], seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.02)
    return holds()


def state_of(bank: Bank) -> ChargeState:
    charge = bank.ledger.charge(OUT_TRADE_NO)
    assert charge is not None
    return charge.state


def press(bank: Bank, address: str, action: str) -> httpx.Response:
    token = parse_qs(urlsplit(address).query)["t"][0]
    return httpx.post(
        bank.base_url + urlsplit(address).path,
        data={"t": token, "action": action},
        follow_redirects=True,
        trust_env=False,
    )


def test_a_payment_on_the_page_reaches_the_shop_as_a_signed_notice(bank: Bank, server: WebServer) -> None:
    server.start(bank.app)
    page = press(bank, bank.open_charge(), "pay")
    assert "支付成功" in page.text
    assert eventually(lambda: len(bank.shop.received) == 1)
    trade = bank.shop.received[0].trade
    assert (trade.out_trade_no, trade.transactions[0].amount_fen) == (OUT_TRADE_NO, 50_000)


def test_a_notice_is_sent_again_until_the_shop_takes_it(bank: Bank, server: WebServer) -> None:
    bank.shop.failures = 1
    server.start(bank.app)
    press(bank, bank.open_charge(), "pay")
    assert eventually(lambda: bank.shop.failures == 0)
    assert bank.shop.received == []
    bank.now.offset += timedelta(seconds=4)
    assert eventually(lambda: len(bank.shop.received) == 1)
    bank.now.offset += timedelta(days=1)
    time.sleep(1.5)
    assert len(bank.shop.received) == 1


def test_a_forged_notice_is_answered_401_and_a_true_one_200(bank: Bank, server: WebServer) -> None:
    server.start(bank.app)
    door = f"{bank.base_url}/notify/sandbox"
    assert httpx.post(door, content=b"{}", trust_env=False).status_code == 401
    bank.open_charge()
    bank.ledger.pay(OUT_TRADE_NO, bank.now())
    assert eventually(lambda: len(bank.shop.received) == 1)
    assert httpx.post(f"{bank.base_url}/notify/other", content=b"{}", trust_env=False).status_code == 401
    assert httpx.get(door, trust_env=False).status_code == 405
    assert httpx.post(door, content=b"x" * 70_000, trust_env=False).status_code == 413


def test_a_delayed_payment_arrives_by_itself(bank: Bank, server: WebServer) -> None:
    server.start(bank.app)
    press(bank, bank.open_charge(), "delay")
    assert state_of(bank) is ChargeState.WAITING
    bank.now.offset += timedelta(seconds=10)
    assert eventually(lambda: state_of(bank) is ChargeState.PAID)


def test_a_payment_promised_before_a_crash_arrives_after_the_restart(bank: Bank, server: WebServer) -> None:
    """The promise is a row, not a timer."""
    bank.open_charge()
    bank.ledger.promise(OUT_TRADE_NO, Promise.LATE, bank.now() - timedelta(seconds=1))
    server.start(bank.app)
    assert eventually(lambda: state_of(bank) is ChargeState.PAID)


def test_messages_older_than_a_week_are_erased(bank: Bank, server: WebServer) -> None:
    """SPEC 10.3: personal data is deleted when no longer needed."""
    SandboxMessages(bank.ledger, bank.now).send("a", Channel.SMS, "13853176688", "", "您好")
    bank.now.offset += MESSAGES_KEPT + timedelta(minutes=1)
    server.start(bank.app)
    assert eventually(lambda: bank.ledger.messages() == [])


def test_the_address_is_known_before_the_application_and_the_port_is_free_again_after(
    bank: Bank, server: WebServer
) -> None:
    assert server.base_url == bank.base_url
    server.start(bank.app)
    assert httpx.get(f"{server.base_url}/health", trust_env=False).json() == {"status": "ok"}
    server.stop()
    port = urlsplit(server.base_url).port
    assert port is not None
    with socket.create_server(("127.0.0.1", port)):
        pass


def test_a_port_that_is_taken_is_said_at_once(server: WebServer) -> None:
    with pytest.raises(OSError, match="in use"):
        WebServer(port=urlsplit(server.base_url).port or 0)


def test_an_address_for_phones_may_differ_from_the_one_bound() -> None:
    server = WebServer(public_url="http://192.168.1.20:8080/")
    assert server.base_url == "http://192.168.1.20:8080"
    server.stop()


FAILING_SERVER = """
import logging
import httpx
from starlette.applications import Starlette
from starlette.routing import Route
from kiosk.web.server import WebServer

def fail(request):
    raise RuntimeError("a fault of the program")

server = WebServer()
server.start(Starlette(routes=[Route("/", fail)]))
assert httpx.get(server.base_url, trust_env=False).status_code == 500
logging.getLogger("kiosk.web.errands").warning("a notice waits")
logging.getLogger("asyncio").error("a task failed")
server.stop()
"""


def test_nothing_is_written_to_the_terminals_screen_even_when_requests_fail() -> None:
    done = subprocess.run([sys.executable, "-c", FAILING_SERVER], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")


def test_binding_every_interface_needs_an_address_for_phones() -> None:
    with pytest.raises(ValueError, match="public address"):
        WebServer("0.0.0.0")  # noqa: S104 - refused before anything is bound


def test_a_fault_in_one_turn_does_not_end_the_errands(
    bank: Bank, server: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    faults = iter([RuntimeError("a fault of the program"), ShopUnavailable("locked")])
    carry_out_due = bank.ledger.carry_out_due

    def stumble(now: datetime) -> int:
        if fault := next(faults, None):
            raise fault
        return carry_out_due(now)

    monkeypatch.setattr(bank.ledger, "carry_out_due", stumble)
    bank.open_charge()
    bank.ledger.promise(OUT_TRADE_NO, Promise.DELAYED, bank.now())
    server.start(bank.app)
    assert eventually(lambda: state_of(bank) is ChargeState.PAID)
