"""The pages in a real browser at the size of a phone (issue 2 item 6): touch, sight, languages, self-renewal."""

import os
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

from kiosk.domain.sandbox import ChargeState, Promise
from kiosk.gateways.messages import Channel
from kiosk.gateways.sandbox import SandboxMessages
from kiosk.web.server import WebServer
from tests.web.sandbox_bank import OUT_TRADE_NO, Bank

pytestmark = pytest.mark.web

PHONE = (390, 844)
SMALL_PHONE = (360, 640)
DESKTOP = (1280, 800)
# Every text that can be seen with its colour, its size, and the nearest ground behind it.
TEXTS = """
const seen = [];
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
for (let node = walker.nextNode(); node; node = walker.nextNode()) {
  const element = node.parentElement;
  if (!node.data.trim() || !element.checkVisibility() || element.closest("noscript, script")) continue;
  let ground = element;
  while (ground && getComputedStyle(ground).backgroundColor === "rgba(0, 0, 0, 0)") ground = ground.parentElement;
  seen.push([node.data.trim(), getComputedStyle(element).color, getComputedStyle(ground).backgroundColor]);
}
return seen;
"""
TARGETS = """
return [...document.querySelectorAll("a, button, summary")]
  .filter((element) => element.checkVisibility())
  .map((element) => [element.innerText, element.getBoundingClientRect().height]);
"""


class Visit:
    """What a person does with a page: open, look, tap."""

    def __init__(self, browser: webdriver.Chrome, bank: Bank) -> None:
        self.browser = browser
        self.bank = bank

    def open(self, path: str, size: tuple[int, int] = PHONE) -> None:
        width, height = size
        self.browser.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": size != DESKTOP},
        )
        self.browser.get(self.bank.base_url + path)

    def find(self, selector: str) -> WebElement:
        return self.browser.find_element(By.CSS_SELECTOR, selector)

    def tap(self, selector: str) -> None:
        self.find(selector).click()

    def sees(self, text: str, seconds: float = 10) -> bool:
        wait = WebDriverWait(self.browser, seconds, poll_frequency=0.1)
        return wait.until(lambda _: text in self.browser.execute_script("return document.body.innerText"))

    def ask(self, script: str) -> Any:
        return self.browser.execute_script(script)


@pytest.fixture
def visit(chromium: webdriver.Chrome, bank: Bank, server: WebServer) -> Iterator[Visit]:
    server.start(bank.app)
    chromium.get_log("browser")
    yield Visit(chromium, bank)
    complaints = [entry["message"] for entry in chromium.get_log("browser") if "404" not in entry["message"]]
    chromium.get("about:blank")
    assert complaints == []


def state_of(bank: Bank) -> ChargeState:
    charge = bank.ledger.charge(OUT_TRADE_NO)
    assert charge is not None
    return charge.state


def test_one_tap_pays_and_a_tick_says_so(visit: Visit) -> None:
    visit.open(visit.bank.open_charge())
    visit.tap("button.primary")
    assert visit.sees("支付成功")
    assert visit.find("svg.good").is_displayed()
    assert state_of(visit.bank) is ChargeState.PAID


def test_tapping_many_times_pays_once(visit: Visit) -> None:
    visit.open(visit.bank.open_charge())
    visit.ask("const button = document.querySelector('.primary'); for (let i = 0; i < 10; i++) button.click();")
    assert visit.sees("支付成功")
    charge = visit.bank.ledger.charge(OUT_TRADE_NO)
    assert charge is not None
    assert len(charge.payments) == 1


def test_a_reload_of_the_result_pays_nothing_more(visit: Visit) -> None:
    visit.open(visit.bank.open_charge())
    visit.tap("button.primary")
    assert visit.sees("支付成功")
    visit.browser.refresh()
    assert visit.sees("支付成功")
    charge = visit.bank.ledger.charge(OUT_TRADE_NO)
    assert charge is not None
    assert len(charge.payments) == 1


@pytest.mark.parametrize(
    ("action", "shown"),
    [
        ("decline", "付款没有成功"),
        ("delay", "付款处理中"),
        ("twice", "这笔单付了 2 次"),
        ("late", "付款处理中"),
        ("silent", "服务商对终端不作应答"),
    ],
)
def test_what_can_go_wrong_is_folded_away_and_one_tap_each(visit: Visit, action: str, shown: str) -> None:
    visit.open(visit.bank.open_charge())
    button = visit.find(f"button[value={action}]")
    assert not button.is_displayed()
    visit.tap("summary")
    button.click()
    assert visit.sees(shown)


def test_the_page_renews_itself_when_the_charge_changes_elsewhere(visit: Visit) -> None:
    visit.open(visit.bank.open_charge())
    visit.bank.payments.close(OUT_TRADE_NO)
    assert visit.sees("这笔付款已关闭")


def test_an_unfolded_page_stays_unfolded_while_nothing_changes(visit: Visit) -> None:
    visit.open(visit.bank.open_charge())
    visit.tap("summary")
    time.sleep(4)
    assert visit.find("button[value=decline]").is_displayed()


def test_a_delayed_payment_turns_into_a_tick_by_itself(visit: Visit) -> None:
    visit.open(visit.bank.open_charge())
    visit.tap("summary")
    visit.tap("button[value=delay]")
    assert visit.sees("付款处理中")
    visit.bank.now.offset += timedelta(seconds=10)
    assert visit.sees("支付成功")


def test_the_keyboard_alone_is_enough(visit: Visit) -> None:
    visit.open(visit.bank.open_charge())
    visit.find("button.primary").send_keys("\n")
    assert visit.sees("支付成功")


def test_the_other_language_is_one_tap_away(visit: Visit) -> None:
    visit.open(visit.bank.open_charge() + "&lang=zh")
    visit.tap("a.language")
    assert visit.sees("China Mobile Shandong")
    visit.tap("button.primary")
    assert visit.sees("[en] 支付成功")
    visit.tap("a.language")
    assert visit.sees("中国移动山东公司")


def test_a_new_message_appears_on_the_phone_by_itself(visit: Visit) -> None:
    visit.open("/phone")
    assert visit.sees("还没有消息")
    SandboxMessages(visit.bank.ledger, visit.bank.now).send("a", Channel.SMS, "13853176688", "", "验证码 604918")
    assert visit.sees("604918")
    assert visit.sees("138 5317 6688")


def paid(bank: Bank) -> str:
    address = bank.open_charge()
    bank.ledger.pay(OUT_TRADE_NO, bank.now())
    return address


def paid_twice(bank: Bank) -> str:
    address = bank.open_charge()
    bank.ledger.pay(OUT_TRADE_NO, bank.now(), times=2)
    return address


def declined(bank: Bank) -> str:
    address = bank.open_charge()
    bank.ledger.decline(OUT_TRADE_NO)
    return address


def closed(bank: Bank) -> str:
    address = bank.open_charge()
    bank.payments.close(OUT_TRADE_NO)
    return address


def under_way(bank: Bank) -> str:
    address = bank.open_charge()
    bank.ledger.promise(OUT_TRADE_NO, Promise.DELAYED, bank.now() + timedelta(minutes=5))
    return address


def silent(bank: Bank) -> str:
    address = bank.open_charge()
    bank.ledger.fall_silent(OUT_TRADE_NO, bank.now() + timedelta(minutes=5))
    return address


def phone(bank: Bank) -> str:
    messages = SandboxMessages(bank.ledger, bank.now)
    messages.send(
        "a",
        Channel.EMAIL,
        "li.hua." + "x" * 50 + "@example.com",
        "请激活",
        f"激活码 482913\n请输入，或打开：\n{bank.base_url}/activate/kQ7zB2mXc9TnL4vR8sWd1yHf6pGj3aEu",
    )
    messages.send("b", Channel.SMS, "13853176688", "", "订单号 SD202611220001，请凭身份证原件领取号卡。" + "9" * 90)
    return "/phone?"


PAGES: dict[str, Callable[[Bank], str]] = {
    "waiting": Bank.open_charge,
    "expired": lambda bank: bank.open_charge(minutes=-1),
    "paid": paid,
    "paid-twice": paid_twice,
    "declined": declined,
    "closed": closed,
    "under-way": under_way,
    "silent": silent,
    "phone": phone,
    "phone-empty": lambda bank: "/phone?",
    "index": lambda bank: "/?",
    "not-found": lambda bank: "/pay/nothing?",
}


@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_legible_and_fits_phones_and_desktops(visit: Visit, name: str, tmp_path: Path) -> None:
    """Contrast of 4.5:1 (WCAG 2.2, 1.4.3), targets of 48 px, no sideways scrolling; pictures in KIOSK_SHOTS."""
    path = PAGES[name](visit.bank)
    shots = Path(os.environ.get("KIOSK_SHOTS", tmp_path))
    for language in ("zh", "en"):
        for size in (PHONE, SMALL_PHONE, DESKTOP):
            visit.open(f"{path}&lang={language}", size)
            visit.ask("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
            assert visit.ask("return document.documentElement.scrollWidth") <= size[0]
            small = [label for label, height in visit.ask(TARGETS) if height < 48]
            assert small == []
            faint = [text for text, ink, ground in visit.ask(TEXTS) if contrast(ink, ground) < 4.5]
            assert faint == []
            if size == PHONE:
                visit.browser.save_screenshot(str(shots / f"web-{name}-{language}.png"))


def test_pages_load_nothing_from_elsewhere(visit: Visit) -> None:
    for path in (visit.bank.open_charge(), "/phone", "/"):
        visit.open(path)
        loaded = visit.ask("return performance.getEntriesByType('resource').map((entry) => entry.name)")
        assert loaded
        assert all(name.startswith(visit.bank.base_url) for name in loaded)


def contrast(one: str, other: str) -> float:
    """The contrast of two opaque CSS colours `rgb(r, g, b)` (WCAG 2.2, relative luminance)."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    channels = [int(part) / 255 for part in colour.removeprefix("rgb(").removesuffix(")").split(",")]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
