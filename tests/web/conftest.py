"""A terminal's web server with the sandbox behind it, on a database of its own and a clock that tests move."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from starlette.applications import Starlette

from kiosk.gateways.payment import ChargeRequest, NoticeForged, ProviderNotice
from kiosk.gateways.sandbox import SandboxKey, SandboxPayments
from kiosk.locale import Translator
from kiosk.web.app import make_web_app
from kiosk.web.server import WebServer
from storage.encryption import FieldCipher
from storage.engine import open_database
from storage.sandbox import SandboxLedger

OUT_TRADE_NO = "20261122000001A1"
MERCHANT_ID = "SHANDONG"


class MovableClock:
    """The real clock, plus what a test adds to it."""

    def __init__(self) -> None:
        self.offset = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.offset


class MarkedTranslator(Translator):
    """Says which language was asked for without needing its catalogue."""

    def __init__(self, language: str) -> None:
        super().__init__("zh")
        self.language = language

    def __call__(self, msgid: str, **values: object) -> str:
        text = super().__call__(msgid, **values)
        return text if self.language == "zh" else f"[{self.language}] {text}"


@dataclass
class Shop:
    """The shop's side: it takes notices, and can be told to fail."""

    read: Callable[[Mapping[str, str], bytes], ProviderNotice]
    received: list[ProviderNotice] = field(default_factory=list)
    failures: int = 0

    def receive(self, provider: str, headers: Mapping[str, str], body: bytes) -> None:
        if provider != "sandbox":
            raise NoticeForged("an unknown provider")
        notice = self.read(headers, body)
        if self.failures:
            self.failures -= 1
            raise RuntimeError("the shop stumbles")
        self.received.append(notice)


@dataclass
class Bank:
    """Everything about one sandbox: its books, gateway, key, clock, shop and application."""

    ledger: SandboxLedger
    payments: SandboxPayments
    key: SandboxKey
    now: MovableClock
    shop: Shop
    app: Starlette
    base_url: str

    def open_charge(self, out_trade_no: str = OUT_TRADE_NO, minutes: float = 30) -> str:
        """Open a charge of ¥500.00 and return the path and query that its QR code leads to."""
        code = self.payments.create(
            ChargeRequest(
                out_trade_no,
                50_000,
                "选号入网 138 5317 6688",
                "SD202611220001",
                self.now().replace(microsecond=0) + timedelta(minutes=minutes),
            )
        )
        return code.removeprefix(self.base_url)


@pytest.fixture
def translator() -> Callable[[str], Translator]:
    return MarkedTranslator


@pytest.fixture
def server() -> Iterator[WebServer]:
    server = WebServer()
    yield server
    server.stop()


@pytest.fixture
def bank(
    tmp_path: Path, cipher: FieldCipher, server: WebServer, translator: Callable[[str], Translator]
) -> Iterator[Bank]:
    database = open_database(f"sqlite:///{tmp_path / 'sandbox.sqlite'}", cipher)
    ledger = SandboxLedger(database)
    key, now = SandboxKey(b"k" * 32), MovableClock()
    payments = SandboxPayments(ledger, key, base_url=server.base_url, merchant_id=MERCHANT_ID, now=now)
    shop = Shop(payments.read_notice)
    app = make_web_app(
        ledger=ledger,
        key=key,
        base_url=server.base_url,
        merchant_zh="中国移动山东公司",
        merchant_en="China Mobile Shandong",
        translator=translator,
        now=now,
        receive_notice=shop.receive,
    )
    yield Bank(ledger, payments, key, now, shop, app, server.base_url)
    database.close()
