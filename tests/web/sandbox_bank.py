"""One sandbox with everything around it, for tests of the web pages to hold in one hand."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from starlette.applications import Starlette

from kiosk.gateways.payment import ChargeRequest, NoticeForged, ProviderNotice
from kiosk.gateways.sandbox import SandboxKey, SandboxPayments
from kiosk.locale import Translator
from storage.engine import Database
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

    database: Database
    ledger: SandboxLedger
    payments: SandboxPayments
    key: SandboxKey
    now: MovableClock
    shop: Shop
    app: Starlette
    base_url: str

    def open_charge(self, out_trade_no: str = OUT_TRADE_NO, minutes: float = 30) -> str:
        """Open a charge of ¥500.00 and return the path and query of its page."""
        self.payments.create(self.charge(out_trade_no, minutes))
        return f"/pay/{out_trade_no}?t={self.key.cashier_token(out_trade_no)}"

    def charge(self, out_trade_no: str = OUT_TRADE_NO, minutes: float = 30) -> ChargeRequest:
        """What the shop asks for."""
        return ChargeRequest(
            out_trade_no,
            50_000,
            "选号入网 138 5317 6688",
            "SD202611220001",
            self.now().replace(microsecond=0) + timedelta(minutes=minutes),
        )


class Visitor:
    """A browser without a screen, at `address`; it follows no redirects, and the server's errands don't run."""

    def __init__(self, app: Starlette, base_url: str, address: str = "127.0.0.1") -> None:
        self._transport = httpx.ASGITransport(app, raise_app_exceptions=False, client=(address, 50_000))
        self._base_url = base_url

    def get(self, path: str, **details: Any) -> httpx.Response:
        return self.request("GET", path, **details)

    def post(self, path: str, **details: Any) -> httpx.Response:
        return self.request("POST", path, **details)

    def request(self, method: str, path: str, **details: Any) -> httpx.Response:
        async def ask() -> httpx.Response:
            async with httpx.AsyncClient(transport=self._transport, base_url=self._base_url) as client:
                return await client.request(method, path, **details)

        return asyncio.run(ask())
