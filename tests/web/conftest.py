"""A terminal's web server with the sandbox behind it, on a database of its own and a clock that tests move."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

from kiosk.gateways.sandbox import SandboxKey, SandboxPayments
from kiosk.locale import Translator
from kiosk.web.app import make_web_app
from kiosk.web.server import WebServer
from storage.encryption import FieldCipher
from storage.engine import open_database
from storage.sandbox import SandboxLedger
from tests.web.sandbox_bank import MERCHANT_ID, Bank, MarkedTranslator, MovableClock, Shop, Visitor

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-proxy-server",
)


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
    yield Bank(database, ledger, payments, key, now, shop, app, server.base_url)
    database.close()


@pytest.fixture
def visitor(bank: Bank) -> Visitor:
    """Somebody on this machine."""
    return Visitor(bank.app, bank.base_url)


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('chromium')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    browser = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
    yield browser
    browser.quit()
