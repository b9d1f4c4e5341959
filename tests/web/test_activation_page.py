"""The page behind the link of an activation mail: only its button activates. SPEC 3.2, 9.3, 10.3."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from kiosk.domain.accounts import AccountState
from kiosk.locale import Translator
from kiosk.services.activate_account import activate_by_link, send_activation_again
from kiosk.services.shop import Shop
from kiosk.web.app import make_web_app
from kiosk.web.server import WebServer
from storage.encryption import FieldCipher
from tests.services.members import EMAIL, NAME, PHONE, mails, register, state
from tests.services.small_shop import MINUTE, World, open_world
from tests.web.sandbox_bank import Visitor


@pytest.fixture
def world(sqlite_url: str, tmp_path: Path, cipher: FieldCipher, server: WebServer) -> Iterator[World]:
    opened = open_world(sqlite_url, f"sqlite:///{tmp_path / 'sandbox.sqlite'}", cipher)
    opened.shop = replace(opened.shop, public_url=server.base_url)
    yield opened
    opened.close()


@pytest.fixture
def shop(world: World) -> Shop:
    return world.shop


@pytest.fixture
def app(world: World, server: WebServer) -> object:
    return make_web_app(
        ledger=world.ledger,
        key=world.key,
        base_url=server.base_url,
        merchant_zh="中国移动山东公司",
        merchant_en="China Mobile Shandong",
        translator=Translator,
        now=world.clock.now,
        activate=partial(activate_by_link, world.shop),
    )


@pytest.fixture
def visitor(app: object, server: WebServer) -> Visitor:
    """Somebody on a phone far away."""
    return Visitor(app, server.base_url, "203.0.113.7")  # type: ignore[arg-type]  # the application


def link(shop: Shop) -> str:
    return f"/activate/{mails(shop)[0].token}"


def test_looking_at_the_page_changes_nothing_and_its_button_activates(shop: Shop, visitor: Visitor) -> None:
    """Programs that look at links in mails open them by GET, and some by HEAD."""
    account_id = register(shop).account_id
    for method in ("GET", "HEAD", "GET"):
        assert visitor.request(method, link(shop)).status_code == 200
    assert "激活我的账户" in visitor.get(link(shop)).text
    assert state(shop, account_id) is AccountState.PENDING
    page = visitor.post(link(shop))
    assert page.status_code == 200
    assert "账户已激活" in page.text
    assert state(shop, account_id) is AccountState.ACTIVE


def test_pressing_twice_says_the_same(shop: Shop, visitor: Visitor) -> None:
    register(shop)
    pages = [visitor.post(link(shop)).text for _ in range(2)]
    assert pages[0] == pages[1]


def test_a_link_that_ran_out_says_what_to_do(world: World, shop: Shop, visitor: Visitor) -> None:
    register(shop)
    world.clock.move(timedelta(hours=24))
    page = visitor.post(link(shop))
    assert page.status_code == 410
    assert "链接已过期" in page.text


def test_a_link_that_a_newer_mail_voided_says_so(world: World, shop: Shop, visitor: Visitor) -> None:
    account_id = register(shop).account_id
    first = link(shop)
    world.clock.move(MINUTE)
    send_activation_again(shop, account_id)
    page = visitor.post(first)
    assert page.status_code == 410
    assert "请打开最新的一封" in page.text
    assert "账户已激活" in visitor.post(link(shop)).text


def test_a_second_registration_of_one_address_is_told_that_there_is_an_account(shop: Shop, visitor: Visitor) -> None:
    register(shop)
    first = link(shop)
    register(shop)
    visitor.post(link(shop))
    page = visitor.post(first)
    assert page.status_code == 409
    assert "这个邮箱已有账户" in page.text


@pytest.mark.parametrize("token", ["x", "a" * 32, "a" * 500, "%00", "..%2f..%2fetc", "'%20OR%201=1--", "%ed%a0%80"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_link_that_nobody_sent_leads_nowhere(shop: Shop, visitor: Visitor, method: str, token: str) -> None:
    account_id = register(shop).account_id
    page = visitor.request(method, f"/activate/{token}")
    if method == "POST" or len(token) != 32:
        assert page.status_code == 404
    assert state(shop, account_id) is AccountState.PENDING


def test_both_languages_and_nothing_of_the_person(shop: Shop, visitor: Visitor) -> None:
    register(shop, language="en")
    assert "?lang=en" in mails(shop)[0].body
    pages = [visitor.get(f"{link(shop)}?lang=en"), visitor.post(f"{link(shop)}?lang=en")]
    assert "Activate my account" in pages[0].text
    assert "Your account is active" in pages[1].text
    for page in pages:
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["referrer-policy"] == "no-referrer"
        for word in (EMAIL, "anna", "a***", NAME, PHONE, mails(shop)[0].code):
            assert word not in page.text


def test_without_members_there_are_no_such_pages(world: World, server: WebServer) -> None:
    app = make_web_app(
        ledger=world.ledger,
        key=world.key,
        base_url=server.base_url,
        merchant_zh="",
        merchant_en="",
        translator=Translator,
        now=world.clock.now,
    )
    assert Visitor(app, server.base_url).get(f"/activate/{'a' * 32}").status_code == 404


@pytest.mark.web
def test_the_link_of_the_mail_opened_on_a_phone(
    world: World, app: object, server: WebServer, chromium: webdriver.Chrome
) -> None:
    account_id = register(world.shop).account_id
    (address,) = [line for line in mails(world.shop)[0].body.split() if line.startswith("http")]
    server.start(app)  # type: ignore[arg-type]  # the application
    chromium.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride", {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": True}
    )
    chromium.get(address)
    button = chromium.find_element(By.CSS_SELECTOR, "button.primary")
    assert button.size["height"] >= 44
    assert state(world.shop, account_id) is AccountState.PENDING
    button.click()
    WebDriverWait(chromium, 10, poll_frequency=0.1).until(
        lambda _: "账户已激活" in chromium.find_element(By.TAG_NAME, "main").text
    )
    assert chromium.find_element(By.CSS_SELECTOR, "svg.good").is_displayed()
    assert state(world.shop, account_id) is AccountState.ACTIVE
