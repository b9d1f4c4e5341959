"""The app's lock: no way out, idle time, forgetting, keys in use, small windows. SPEC 3.8, 7.1, 9.2, 9.4."""

import asyncio
import threading
from collections.abc import Iterator

import pytest
from rich.cells import cached_cell_len
from structlog.testing import capture_logs
from textual import events
from textual.app import App, ComposeResult
from textual.screen import ModalScreen
from textual.widgets import Input, Static
from textual.worker import Worker

from kiosk.terminal import lockdown
from kiosk.terminal.calm import TooSmall
from kiosk.terminal.driver import LockedDriver
from tests.terminal.small_app import PLANTED_ID, Attract, SmallApp, Visit


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Warning(ModalScreen[None]):
    """Stops every key, as a modal may."""

    def compose(self) -> ComposeResult:
        yield Static("还在吗？")

    def on_key(self, event: events.Key) -> None:
        event.stop()


class Shop(SmallApp):
    def __init__(self, clock: Clock | None = None, **settings: object) -> None:
        super().__init__(clock=clock or Clock(), propagate_crashes=True, **settings)  # type: ignore[arg-type]
        self.heard: list[object] = []

    async def on_idle_warning(self, seconds_left: int) -> None:
        self.heard.append(seconds_left)
        if not isinstance(self.screen, Warning):
            await self.push_screen(Warning())

    async def on_idle_back(self) -> None:
        self.heard.append("back")
        await self.pop_screen()

    async def before_forgetting(self) -> None:
        self.heard.append("numbers given back")


def name(app: App[None]) -> Input:
    return app.screen.query_one("#name", Input)


def test_nothing_is_bound_and_nothing_can_be_selected_or_called_up() -> None:
    app = Shop()
    assert not app._bindings.key_to_bindings
    assert not app.use_command_palette
    assert not app.ALLOW_SELECT
    assert app.driver_class is LockedDriver


@pytest.mark.parametrize(
    "action", ["quit", "screenshot", "suspend_process", "change_theme", "toggle_dark", "simulate_key"]
)
async def test_a_link_in_a_text_cannot_call_textuals_actions(action: str) -> None:
    app = Shop()
    async with app.run_test():
        await app.run_action(f"app.{action}" + ("('x')" if action == "simulate_key" else ""))
        assert not app._exit
        assert app.check_action("focus_next", ())


async def test_text_is_not_handed_to_the_terminals_clipboard_and_links_are_not_opened(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    app = Shop()
    async with app.run_test():
        app.copy_to_clipboard(PLANTED_ID)
        with capture_logs():
            app.open_url("https://example.org")
        assert app.clipboard == ""
        assert opened == []


async def test_idle_warning_counts_down_and_a_touch_ends_it_without_going_further() -> None:
    clock = Clock()
    app = Shop(clock)
    async with app.run_test() as pilot:
        await app.switch_mode("visit")
        await pilot.press("1", "3")
        clock.now += 74
        await app.check_idle_time()
        assert app.heard == []
        clock.now += 2
        await app.check_idle_time()
        await app.check_idle_time()
        clock.now += 1
        await app.check_idle_time()
        assert app.heard == [14, 13]
        await pilot.press("8")
        assert app.heard == [14, 13, "back"]
        assert isinstance(app.screen, Visit)
        assert name(app).value == "13", "the touch that ended the warning typed nothing"
        await pilot.press("8")
        assert name(app).value == "138"


async def test_idle_over_ends_the_visit_and_counts_no_more() -> None:
    clock = Clock()
    app = Shop(clock)
    async with app.run_test():
        await app.switch_mode("visit")
        clock.now += 90
        await app.check_idle_time()
        app.forget_person()
        await app.until_forgotten()
        assert app.current_mode == "attract"
        clock.now += 900
        await app.check_idle_time()
        assert app.heard == ["numbers given back"]


async def test_a_screen_may_ask_for_longer_also_below_a_warning() -> None:
    clock = Clock()
    app = Shop(clock)
    async with app.run_test():
        await app.switch_mode("visit")
        app.screen.idle_seconds_override = 600  # type: ignore[attr-defined]
        await app.check_idle_time()
        clock.now += 590
        await app.check_idle_time()
        assert app.heard == [10]
        clock.now += 1
        await app.check_idle_time()
        assert app.heard == [10, 9]


async def test_a_payment_that_arrives_counts_as_a_touch() -> None:
    clock = Clock()
    app = Shop(clock)
    async with app.run_test():
        await app.switch_mode("visit")
        clock.now += 80
        app.touch()
        clock.now += 70
        await app.check_idle_time()
        assert app.heard == []


async def test_forgetting_leaves_nothing_of_the_person() -> None:
    app = Shop()
    async with app.run_test(notifications=True) as pilot:
        await app.switch_mode("visit")
        name(app).value = PLANTED_ID
        app._clipboard = PLANTED_ID
        app.notify(PLANTED_ID)
        cached_cell_len(PLANTED_ID)
        before = app.screen
        await pilot.press("a")
        app.forget_person()
        await app.until_forgotten()
        assert app.heard == ["numbers given back"]
        assert isinstance(app.screen, Attract)
        assert app.clipboard == ""
        assert not app._notifications
        assert cached_cell_len.cache_info().currsize < 100
        assert not app.keys_in_use
        await app.switch_mode("visit")
        assert app.screen is not before
        assert name(app).value == ""


async def test_forgetting_cancels_the_workers_of_the_visit_and_no_others() -> None:
    app = Shop()
    async with app.run_test():
        await app.switch_mode("visit")
        for_ever = asyncio.Event()
        of_visit: list[Worker[bool]] = [
            app.screen.run_worker(for_ever.wait()),
            name(app).run_worker(for_ever.wait()),
            app.run_worker(for_ever.wait(), group="visit"),
        ]
        of_shop = app.run_worker(for_ever.wait())
        app.forget_person()
        await app.until_forgotten()
        assert all(worker.is_cancelled for worker in of_visit)
        assert of_shop.is_running


async def test_a_thread_of_a_past_visit_changes_nothing_when_it_ends() -> None:
    app = Shop()
    async with app.run_test() as pilot:
        await app.switch_mode("visit")
        go_on = threading.Event()

        def slow(field: Input) -> None:
            go_on.wait(5)
            app.call_from_thread(setattr, field, "value", PLANTED_ID)

        field = name(app)
        worker = app.screen.run_worker(lambda: slow(field), thread=True)
        app.forget_person()
        await app.until_forgotten()
        assert not worker.is_running
        await app.switch_mode("visit")
        go_on.set()
        await pilot.pause(0.05)
        assert name(app).value == ""


async def test_nobody_types_into_a_visit_that_is_being_forgotten() -> None:
    released = asyncio.Event()

    class Slow(Shop):
        async def before_forgetting(self) -> None:
            await super().before_forgetting()
            await released.wait()

    app = Slow()
    async with app.run_test() as pilot:
        await app.switch_mode("visit")
        app.forget_person()
        app.forget_person()
        await pilot.pause()
        assert isinstance(app.screen, Attract)
        app.switch_mode("visit")
        await pilot.press("x")
        assert name(app).value == ""
        app.switch_mode("attract")
        released.set()
        await app.until_forgotten()
        assert app.heard == ["numbers given back"]


async def test_forgetting_can_be_asked_for_by_a_screen_of_the_visit() -> None:
    app = Shop()
    async with app.run_test() as pilot:
        await app.switch_mode("visit")
        app.screen.call_later(app.forget_person)
        await pilot.pause(0.2)
        assert app.current_mode == "attract"
        assert not app._forgetting_now()


async def test_keys_class_follows_the_hand_on_every_screen() -> None:
    app = Shop()
    async with app.run_test() as pilot:
        await app.switch_mode("visit")
        assert not app.screen.has_class("-keys")
        await pilot.press("tab")
        assert app.screen.has_class("-keys")
        await app.push_screen(Warning())
        assert app.screen.has_class("-keys")
        # A pilot's click goes to the screen directly, past the app, where a real one arrives.
        app.post_message(events.MouseDown(None, 5, 5, 0, 0, 1, False, False, False))
        await pilot.pause()
        assert app.screen.has_class("-keys"), "a finger that is still down finds what it has pressed"
        app.post_message(events.MouseUp(None, 5, 5, 0, 0, 1, False, False, False))
        await pilot.pause(lockdown.LEFT_SECONDS + 0.1)
        assert not any(screen.has_class("-keys") for screen in app.screen_stack)
        await app.pop_screen()
        assert not app.screen.has_class("-keys")


async def test_a_touch_between_keys_dresses_no_screen_anew() -> None:
    app = Shop()
    async with app.run_test() as pilot:
        await app.switch_mode("visit")
        await pilot.press("tab")
        app.post_message(events.MouseUp(None, 5, 5, 0, 0, 1, False, False, False))
        await pilot.pause()
        assert not app.keys_in_use
        assert app.screen.has_class("-keys")
        await pilot.press("tab")
        await pilot.pause(lockdown.LEFT_SECONDS + 0.1)
        assert app.screen.has_class("-keys")


async def test_a_screen_that_a_touch_has_brought_shows_no_key_hints_until_a_key_follows() -> None:
    app = Shop()
    async with app.run_test() as pilot:
        await app.switch_mode("visit")
        await pilot.press("tab")
        app.post_message(events.MouseUp(None, 5, 5, 0, 0, 1, False, False, False))
        await pilot.pause()
        await app.push_screen(Warning())
        assert not app.screen.has_class("-keys")
        await pilot.press("tab")
        assert app.screen.has_class("-keys")


def covers(app: App[None]) -> Iterator[TooSmall]:
    return iter(app.screen.query(TooSmall))


@pytest.mark.parametrize("size", [(79, 24), (80, 23), (20, 5), (1, 1)])
async def test_too_small_a_window_says_so_and_the_step_comes_back_unchanged(size: tuple[int, int]) -> None:
    app = Shop()
    async with app.run_test() as pilot:
        await app.switch_mode("visit")
        await pilot.press("1", "3", "8")
        focused = app.focused
        await pilot.resize_terminal(*size)
        await pilot.pause(0.05)
        cover = next(covers(app))
        assert cover.region.size == app.screen.size
        words = str(cover.query_one(Static).render())
        assert "80×24" in words
        assert "窗口太小" in words
        assert "enlarge" in words
        await pilot.press("9")
        await pilot.resize_terminal(80, 24)
        await pilot.pause(0.05)
        assert not list(covers(app))
        assert app.focused is focused
        assert name(app).value == "138"
        await pilot.press("9")
        assert name(app).value == "1389"


async def test_a_screen_that_opens_in_too_small_a_window_is_covered_too() -> None:
    app = Shop()
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.pause()
        assert len(list(covers(app))) == 1
        await app.switch_mode("visit")
        await pilot.pause()
        await app.push_screen(Warning())
        await pilot.pause()
        assert len(list(covers(app))) == 1
        await pilot.resize_terminal(120, 40)
        await pilot.pause(0.05)
        assert not any(screen.query(TooSmall) for screen in app._all_screens())


async def test_a_huge_window_and_a_storm_of_sizes_are_survived() -> None:
    app = Shop()
    async with app.run_test() as pilot:
        await app.switch_mode("visit")
        await pilot.press("a")
        for width, height in [(500, 200), (1, 200), (500, 1), (81, 25), (79, 23)] * 2:
            await pilot.resize_terminal(width, height)
        await pilot.resize_terminal(500, 200)
        await pilot.pause(0.05)
        assert name(app).value == "a"
        assert not list(covers(app))
