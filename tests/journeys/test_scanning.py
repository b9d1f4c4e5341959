"""What a scanner reads goes where a screen asked for it, and nowhere else (SPEC 2.5, 9.1, 9.2)."""

import asyncio
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from textual.widgets import Input

from kiosk.app import KioskApp
from kiosk.composition import Home
from kiosk.config import read_settings
from kiosk.domain.journeys import Step
from kiosk.run_terminal import run_terminal
from kiosk.services.hold_number import hold_number
from kiosk.services.keep_visit import begin_visit
from kiosk.services.shop import Shop
from kiosk.services.submit_order import submit_order
from kiosk.services.track_order import track_order
from kiosk.terminal.driver import Scanned
from screens.home import HomeScreen
from screens.idle_warning import IdleWarning
from screens.order_status import OrderStatusScreen
from tests.journeys.hands import BACK, HOME_SHOP, JINAN, NEXT, PHONE, TARIFF, Terminal, open_terminal
from tests.services.small_shop import World
from widgets.notice_strip import NoticeStrip

DRINK = "6901234567892"
"""An EAN-13: what is printed on everything else."""


@pytest.fixture
async def terminal(world: World, now: list[float]) -> AsyncIterator[Terminal]:
    async with open_terminal(world, now, has_scanner=True) as opened:
        yield opened


def somebodys_order(world: World, msisdn: int) -> str:
    visit_id = begin_visit(world.shop, "zh")
    hold_number(world.shop, visit_id, msisdn)
    return submit_order(
        world.shop, world.submission(visit_id, msisdn, person=7, tariff=TARIFF, branch=HOME_SHOP)
    ).order_no


async def order_of_another(terminal: Terminal) -> str:
    """Made at another terminal; this one is back at its attract screen."""
    await terminal.begin()
    numbers = terminal.numbers()
    await terminal.tap("#leave")
    await terminal.app.until_forgotten()
    await terminal.settle()
    return somebodys_order(terminal.world, numbers[0])


def notices(terminal: Terminal) -> list[str]:
    return [terminal.text(strip) for strip in terminal.screen.query(NoticeStrip)]


async def test_a_receipt_on_the_attract_screen_begins_a_visit_with_its_order(terminal: Terminal) -> None:
    order_no = await order_of_another(terminal)
    await terminal.scan(order_no)
    assert terminal.app.current_mode == "visit"
    assert isinstance(terminal.screen, OrderStatusScreen)
    assert "等待您付款" in terminal.words
    await terminal.tap(NEXT)
    await terminal.app.until_forgotten()
    assert terminal.app.current_mode == "attract"
    assert order_no not in terminal.words


@pytest.mark.parametrize("means", ["touch", "key"])
async def test_whoever_scans_a_receipt_first_may_have_it_in_large_print(terminal: Terminal, means: str) -> None:
    """SPEC 9.3: on the screen that is met first, too."""
    order_no = await order_of_another(terminal)
    await terminal.scan(order_no)
    await (terminal.press("z") if means == "key" else terminal.tap("#print"))
    assert terminal.app.large_print
    assert isinstance(terminal.screen, OrderStatusScreen)
    assert terminal.text("#order-no") == order_no


async def test_a_receipt_on_the_home_screen_shows_its_order_and_home_is_one_touch_away(terminal: Terminal) -> None:
    order_no = await order_of_another(terminal)
    await terminal.begin()
    await terminal.scan(f"{order_no[:7]}-{order_no[7:]} ")
    assert isinstance(terminal.screen, OrderStatusScreen)
    assert terminal.text("#order-no") == order_no
    await terminal.tap(BACK)
    assert isinstance(terminal.screen, HomeScreen)


async def test_nothing_of_the_person_is_shown(terminal: Terminal) -> None:
    order_no = await order_of_another(terminal)
    row = terminal.world.order_row(order_no)
    await terminal.scan(order_no)
    assert row.customer_name
    assert row.id_number
    for secret in (row.customer_name, row.id_number, row.contact_phone or PHONE, str(row.msisdn)[-8:]):
        assert secret not in terminal.words
    assert str(row.msisdn)[-4:] not in terminal.words.replace(order_no, "")


async def test_a_slip_and_an_unknown_number_are_answered_alike(terminal: Terminal) -> None:
    """Which numbers could be orders isn't told."""
    answers = set()
    for number in ("261122000000006", "261122000000007", "999999999999999"):
        await terminal.scan(number)
        assert isinstance(terminal.screen, OrderStatusScreen)
        answers.add(terminal.words.replace(number, ""))
    assert len(answers) == 1
    assert "没有找到这个订单，请核对小票" in answers.pop()


async def test_another_receipt_takes_the_place_of_the_one_shown(terminal: Terminal) -> None:
    await terminal.scan("261122000000006")
    assert "没有找到" in terminal.words
    order_no = somebodys_order(terminal.world, terminal.numbers()[0])
    await terminal.scan(order_no)
    assert terminal.text("#order-no") == order_no
    assert "没有找到" not in terminal.words
    assert sum(isinstance(screen, OrderStatusScreen) for screen in terminal.app.screen_stack) == 1


@pytest.mark.parametrize("begun", [False, True])
@pytest.mark.parametrize("pause_seconds", [0, 0.03, 0.1])
async def test_of_two_scans_in_quick_succession_the_newer_is_shown(
    terminal: Terminal, begun: bool, pause_seconds: float
) -> None:
    """SPEC 9.2: also while the screen of the first is still being drawn."""
    order_no = await order_of_another(terminal)
    if begun:
        await terminal.begin()
    terminal.app.post_message(Scanned("261122000000006"))
    await asyncio.sleep(pause_seconds)
    await terminal.scan(order_no)
    await terminal.until(lambda: "等待您付款" in terminal.words)
    assert terminal.text("#order-no") == order_no
    assert sum(isinstance(screen, OrderStatusScreen) for screen in terminal.app.screen_stack) == 1


async def test_a_scan_for_a_screen_without_widgets_yet_waits_for_them(terminal: Terminal) -> None:
    """SPEC 9.2."""
    order_no = await order_of_another(terminal)
    await terminal.begin()

    def scan_both() -> None:
        terminal.app.on_scanned(Scanned("261122000000006"))
        assert isinstance(terminal.screen, OrderStatusScreen)
        assert not terminal.screen.is_whole
        terminal.app.on_scanned(Scanned(DRINK))
        terminal.app.on_scanned(Scanned(order_no))

    terminal.app.call_next(scan_both)
    await terminal.until(lambda: "等待您付款" in terminal.words)
    assert terminal.text("#order-no") == order_no
    assert notices(terminal) == []


async def test_a_newer_scan_on_the_home_screen_goes_before_the_one_that_began_the_visit(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    order_no = await order_of_another(terminal)
    begin = terminal.app.begin_visit

    async def begin_and_scan() -> None:
        await begin()
        await terminal.app.push_screen(OrderStatusScreen(order_no))

    monkeypatch.setattr(terminal.app, "begin_visit", begin_and_scan)
    await terminal.scan("261122000000006")
    await terminal.until(lambda: "等待您付款" in terminal.words)
    assert terminal.text("#order-no") == order_no
    assert sum(isinstance(screen, OrderStatusScreen) for screen in terminal.app.screen_stack) == 1


async def test_a_scan_while_the_screen_is_drawn_anew_is_shown_after_it(terminal: Terminal) -> None:
    order_no = await order_of_another(terminal)
    await terminal.scan("261122000000006")
    screen = terminal.screen
    assert isinstance(screen, OrderStatusScreen)
    screen.is_redrawn = True
    await terminal.scan(DRINK)
    await terminal.scan(order_no)
    assert terminal.text("#order-no") == "261122000000006"
    await screen.change_texts()
    await terminal.until(lambda: "等待您付款" in terminal.words)
    assert terminal.text("#order-no") == order_no
    assert notices(terminal) == []


async def test_the_number_changes_together_with_the_state(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    order_no = await order_of_another(terminal)
    await terminal.scan("261122000000006")
    may_answer = threading.Event()

    def track_later(shop: Shop, wanted: str) -> object:
        may_answer.wait(10)
        return track_order(shop, wanted)

    monkeypatch.setattr("screens.order_status.track_order", track_later)
    terminal.app.post_message(Scanned(order_no))
    await asyncio.sleep(0.1)
    assert terminal.text("#order-no") == "261122000000006"
    assert "没有找到" in terminal.words
    may_answer.set()
    await terminal.until(lambda: "等待您付款" in terminal.words)
    assert terminal.text("#order-no") == order_no


async def test_the_order_stays_when_the_language_changes(terminal: Terminal) -> None:
    """SPEC 9.3."""
    order_no = await order_of_another(terminal)
    await terminal.scan(order_no)
    await terminal.tap("#language")
    assert terminal.text("#order-no") == order_no
    assert "Waiting for payment" in terminal.words


async def test_a_scan_that_nobody_asked_for_changes_nothing(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    await terminal.reach(Step.CUSTOMER, name="张小雅")
    await terminal.focus("#name Input")
    await terminal.scan("261122000000006")
    assert terminal.is_at(Step.CUSTOMER)
    assert [field.value for field in terminal.screen.query(Input)] == ["张小雅", "", ""]
    assert terminal.app.focused is terminal.find("#name Input")
    assert notices(terminal) == ["这里不需要扫码"]
    monkeypatch.setattr("widgets.notice_strip.SHOWN_SECONDS", 0.05)
    await terminal.scan(DRINK)
    await terminal.until(lambda: not terminal.screen.query(NoticeStrip))


async def test_a_dialog_takes_no_scan_either(terminal: Terminal) -> None:
    await terminal.reach(Step.CUSTOMER)
    await terminal.tap("#restart")
    dialog = terminal.screen
    await terminal.scan("261122000000006")
    assert terminal.screen is dialog
    assert notices(terminal) == ["这里不需要扫码"]


async def test_a_code_of_another_kind_is_told_what_is_wanted_in_both_languages(terminal: Terminal) -> None:
    await terminal.scan(DRINK)
    assert terminal.app.current_mode == "attract"
    await terminal.scan(DRINK)
    assert notices(terminal) == ["请扫描小票上的订单码    Please scan the code on your receipt"]
    await terminal.begin()
    await terminal.scan(DRINK)
    assert notices(terminal) == ["请扫描小票上的订单码"]


async def test_a_scan_is_presence_and_under_the_warning_nothing_else(terminal: Terminal) -> None:
    """SPEC 7.1."""
    await terminal.begin()
    await terminal.idle(60)
    await terminal.scan(DRINK)
    await terminal.idle(60)
    assert terminal.app.current_mode == "visit"
    await terminal.idle(20)
    assert isinstance(terminal.screen, IdleWarning)
    await terminal.scan("261122000000006")
    assert isinstance(terminal.screen, HomeScreen)


async def test_a_scan_brings_no_key_hints(terminal: Terminal) -> None:
    """SPEC 9.1: a scanner is no keyboard."""
    await terminal.scan("261122000000006")
    assert not terminal.app.keys_in_use


@pytest.mark.parametrize("has_scanner", [True, False])
async def test_people_are_told_of_a_scanner_where_there_is_one(
    world: World, now: list[float], has_scanner: bool
) -> None:
    async with open_terminal(world, now, has_scanner=has_scanner) as terminal:
        assert ("扫描小票" in terminal.words) is has_scanner
        assert ("Scan your receipt" in terminal.words) is has_scanner
        await terminal.begin()
        assert ("请扫描小票上的订单码" in terminal.words) is has_scanner


@pytest.mark.parametrize(("scanner", "has_scanner"), [("none", False), ("keyboard", True)])
def test_the_setting_says_whether_there_is_a_scanner(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scanner: str, has_scanner: bool
) -> None:
    """SPEC 9.5: none is the default."""
    started: list[KioskApp] = []
    monkeypatch.setattr("kiosk.run_terminal.run_locked", started.append)
    opened = SimpleNamespace(
        shop=world.shop, home=Home(JINAN, HOME_SHOP), base_url="http://127.0.0.1:1", painted=threading.Event()
    )
    environ = {"KIOSK_DATA_DIR": str(tmp_path)} | ({"KIOSK_SCANNER": scanner} if has_scanner else {})
    run_terminal(opened, read_settings(environ, tmp_path).settings)  # type: ignore[arg-type]  # as much as it looks at
    assert [app.has_scanner for app in started] == [has_scanner]
