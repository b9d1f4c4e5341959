"""SPEC 9.2: whatever raises, the customer sees a calm screen and then the attract screen, and no data is told."""

import asyncio
import json
import sys
import threading
import time
from collections.abc import Callable

import pytest
from structlog.testing import capture_logs
from textual import events, work
from textual.app import ComposeResult, RenderResult
from textual.reactive import reactive
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Button, Input, Static

from kiosk.terminal.calm import CalmScreen
from kiosk.terminal.crash import CrashWindow, describe, silence_reports
from kiosk.terminal.exit_status import STATUS_CRASHED
from tests.terminal.small_app import PLANTED_ID, Attract, SmallApp, Visit


def fail(id_number: str = PLANTED_ID) -> None:
    held = {"id": id_number}
    raise ValueError(f"no such person: {held}")


class Broken(Widget):
    amount: reactive[int] = reactive(0)

    def __init__(self, breaks: str) -> None:
        super().__init__()
        self.breaks = breaks

    def compose(self) -> ComposeResult:
        yield Static("child")
        if self.breaks == "compose":
            fail()

    def on_mount(self) -> None:
        if self.breaks == "mount":
            fail()

    def watch_amount(self, amount: int) -> None:
        if amount:
            fail()


class Unpaintable(Widget):
    def render(self) -> RenderResult:
        fail()
        return ""


class Trap(Screen[None]):
    def compose(self) -> ComposeResult:
        yield Input(PLANTED_ID)
        yield Button("pay", id="pay")

    def on_key(self, event: events.Key) -> None:
        fail()

    def on_button_pressed(self) -> None:
        fail()

    @work(thread=True)
    def fail_in_thread(self) -> None:
        fail()

    @work
    async def fail_in_worker(self) -> None:
        await asyncio.sleep(0)
        fail()

    async def widen(self) -> None:
        broken = Broken("later")
        await self.mount(broken)
        broken.amount = 1


class Shop(SmallApp):
    def __init__(self) -> None:
        super().__init__(calm_seconds=0.1)
        self.given_back = 0
        self.left = 0

    async def before_forgetting(self) -> None:
        self.given_back += 1

    async def on_leave(self) -> None:
        self.left += 1


def trap(app: Shop) -> Trap:
    assert isinstance(app.screen, Trap)
    return app.screen


CRASHES: dict[str, Callable[[Shop], object]] = {
    "a key handler": lambda app: app.post_message(events.Key("escape", None)),
    "a button handler": lambda app: trap(app).query_one(Button).press(),
    "compose": lambda app: trap(app).mount(Broken("compose")),
    "compose of a screen": lambda app: app.push_screen(type("Bad", (Screen,), {"compose": lambda self: fail()})()),
    "on_mount": lambda app: trap(app).mount(Broken("mount")),
    "a thread worker": lambda app: trap(app).fail_in_thread(),
    "an async worker": lambda app: trap(app).fail_in_worker(),
    "a timer": lambda app: trap(app).set_timer(0.001, fail),
    "a timer of the app": lambda app: app.set_timer(0.001, fail),
    "render": lambda app: trap(app).mount(Unpaintable()),
    "a watch method": lambda app: trap(app).call_later(trap(app).widen),
    "a handler of the app": lambda app: app.call_later(fail),
    "a callback after refresh": lambda app: trap(app).call_after_refresh(fail),
    "a callback next": lambda app: app.call_next(fail),
}


async def until(condition: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "not in time"
        await asyncio.sleep(0.005)


@pytest.mark.parametrize("crash", CRASHES.values(), ids=CRASHES.keys())
async def test_an_exception_anywhere_is_a_pause(
    crash: Callable[[Shop], object], capfd: pytest.CaptureFixture[str]
) -> None:
    app = Shop()
    with capture_logs() as logs:
        async with app.run_test() as pilot:
            await app.switch_mode("visit")
            await app.push_screen(Trap())
            crash(app)
            await until(lambda: isinstance(app.screen, CalmScreen) and bool(app.screen.query(Static)))
            assert "请稍候" in str(app.screen.query_one(Static).render())
            await until(lambda: app.current_mode == "attract" and not app._recovering_now())
            await pilot.pause()
            assert isinstance(app.screen, Attract)
            await app.switch_mode("visit")
            assert isinstance(app.screen, Visit)
            await pilot.press("o", "k")
            assert app.screen.query_one("#name", Input).value == "ok"
            assert app.given_back == 1
            assert not app._exit
            assert app.return_code is None
    logged = json.dumps(logs)
    assert "ValueError" in logged
    assert "test_crash_recovery.py" in logged
    shown = "".join(capfd.readouterr())
    for place in (logged, shown):
        assert PLANTED_ID not in place
        assert "no such person" not in place
    assert "Traceback" not in shown


async def test_an_attract_screen_that_cannot_be_built_asks_for_a_new_process() -> None:
    class Hopeless(Shop):
        MODES = {"attract": type("Bad", (Screen,), {"compose": lambda self: fail()}), "visit": Visit}

    app = Hopeless()
    with capture_logs():
        async with app.run_test():
            await until(lambda: app._exit)
    assert app.return_code == STATUS_CRASHED
    assert app.left == 1


async def test_a_hook_that_fails_does_not_keep_the_calm_screen() -> None:
    class Unlucky(Shop):
        async def reset_after_crash(self, error: Exception) -> None:
            fail()

    app = Unlucky()
    with capture_logs() as logs:
        async with app.run_test():
            await app.switch_mode("visit")
            app.call_later(fail)
            await until(lambda: isinstance(app.screen, CalmScreen))
            await until(lambda: isinstance(app.screen, Attract))
    assert [entry["event"] for entry in logs] == ["crash", "reset_after_crash_failed"]


async def test_a_crash_while_a_person_is_forgotten_ends_in_the_attract_screen() -> None:
    class Both(Shop):
        async def before_forgetting(self) -> None:
            self.given_back += 1
            if self.given_back == 1:
                self.call_later(fail)
                await asyncio.sleep(1)

    app = Both()
    with capture_logs():
        async with app.run_test() as pilot:
            await app.switch_mode("visit")
            app.forget_person()
            await until(lambda: isinstance(app.screen, CalmScreen))
            await until(lambda: isinstance(app.screen, Attract) and not app._recovering_now())
            await app.switch_mode("visit")
            await pilot.press("o", "k")
            assert app.screen.query_one("#name", Input).value == "ok"


async def test_tests_of_screens_may_have_the_exception_itself() -> None:
    app = SmallApp(propagate_crashes=True)

    async def run() -> None:
        async with app.run_test() as pilot:
            app.call_later(fail)
            await pilot.pause()

    with pytest.raises(ValueError, match="no such person"):
        await run()


def test_a_crash_is_described_by_types_and_places_only() -> None:
    try:
        try:
            fail()
        except ValueError as error:
            raise RuntimeError(PLANTED_ID) from error
    except RuntimeError as error:
        described = describe(error)
    assert described["types"] == ["builtins.RuntimeError", "builtins.ValueError"]
    assert described["frames"][-1].endswith(" fail")
    assert "terminal/test_crash_recovery.py:" in described["frames"][-1]
    assert PLANTED_ID not in json.dumps(described)


@pytest.mark.parametrize(
    ("times", "too_many"), [([0, 1], False), ([0, 1, 30], True), ([0, 1, 31], False), ([0, 20, 40, 45], True)]
)
def test_three_crashes_in_thirty_seconds_are_too_many(times: list[float], too_many: bool) -> None:
    window = CrashWindow()
    assert [window.too_many(now) for now in times][-1] is too_many


def test_threads_and_destructors_report_to_the_log_alone(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    for module, hook in ((sys, "excepthook"), (threading, "excepthook"), (sys, "unraisablehook")):
        monkeypatch.setattr(module, hook, getattr(module, hook))
    silence_reports()

    class Falls:
        def __del__(self) -> None:
            fail()

    with capture_logs() as logs:
        thread = threading.Thread(target=fail)
        thread.start()
        thread.join()
        Falls()
    assert [entry["event"] for entry in logs] == ["unhandled_in_thread", "unraisable"]
    assert PLANTED_ID not in json.dumps(logs) + "".join(capfd.readouterr())
