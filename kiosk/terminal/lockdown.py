"""The base of the kiosk's app: nothing leaves it, nobody stays in it, and an error is a pause, not an end."""

import asyncio
import contextvars
import time
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, ClassVar, Final

import structlog
from textual import events
from textual.app import App
from textual.message import Message
from textual.screen import Screen
from textual.timer import Timer

from kiosk.terminal.calm import CalmScreen, TooSmall
from kiosk.terminal.crash import CrashWindow, log_crash, report_from_loop, silence_reports
from kiosk.terminal.display_filter import DisplayFilter
from kiosk.terminal.driver import LockedDriver, Scanned
from kiosk.terminal.exit_status import STATUS_CRASHED
from kiosk.terminal.idle import IdleLimits, IdlePhase, IdleWatch
from kiosk.terminal.reset import clear_app, rebuild_modes
from kiosk.terminal.staff_sequence import STEP_SECONDS, Heard, StaffSequence

TOO_SMALL_TEXT: Final = "窗口太小，请放大到 {width}×{height}\n\nPlease enlarge the window to {width}×{height}"
CALM_MODE: Final = "calm"
HOOK_SECONDS: Final = 2.0
"""How long the app's own clearing up may take while a person or a crash waits for it."""

LEFT_SECONDS: Final = 0.3
"""How long after a touch the screen in sight keeps its key hints, in case a key follows: styling it costs time."""

_RECOVERY_SECONDS: Final = 10.0
_IDLE_TICK_SECONDS: Final = 0.5
_TEXTUAL_ACTIONS_KEPT: Final = frozenset({"focus_next", "focus_previous"})
_KEYS_CLASS: Final = "-keys"
_TOO_SMALL_CLASS: Final = "-too-small"

_log = structlog.get_logger("kiosk.terminal")


class LockedApp(App[None], inherit_bindings=False):
    """A Textual app for an unattended terminal: declare `MODES` with attract and visit, override hooks.

    `allow_quit` lets Ctrl+C twice within two seconds leave (a demonstration); else only SIGTERM and SIGHUP do.
    With `has_scanner` what a scanner types arrives as `Scanned`, never as keys: handle it with `on_scanned`.
    `propagate_crashes` is for tests of screens: an exception then ends the app and reaches the test.
    `calm_text` and `too_small_text` are shown as they are, in all languages at once; the latter may name `{width}`
    and `{height}`, the cells needed. `clock` gives monotonic seconds.

    Example:
        class Kiosk(LockedApp):
            MODES = {"attract": AttractScreen, "visit": HomeScreen}

            def on_mount(self) -> None:
                self.switch_mode("attract")
    """

    ENABLE_COMMAND_PALETTE: ClassVar[bool] = False
    ALLOW_SELECT: ClassVar[bool] = False
    ESCAPE_TO_MINIMIZE: ClassVar[bool] = False

    # The cover of a small window needs the cells of the scrollbars; `overflow` is left, or the scroll would be lost.
    DEFAULT_CSS = """
    Screen.-too-small { scrollbar-size: 0 0; }
    """

    def __init__(
        self,
        *,
        attract_mode: str = "attract",
        visit_mode: str = "visit",
        allow_quit: bool = False,
        has_scanner: bool = False,
        idle: IdleLimits | None = None,
        minimum_size: tuple[int, int] = (80, 24),
        calm_text: str = "请稍候\n\nOne moment, please",
        too_small_text: str = TOO_SMALL_TEXT,
        calm_seconds: float = 1.5,
        leave_seconds: float = 5.0,
        clock: Callable[[], float] = time.monotonic,
        propagate_crashes: bool = False,
    ) -> None:
        super().__init__(driver_class=LockedDriver)
        self.attract_mode = attract_mode
        self.visit_mode = visit_mode
        self.allow_quit = allow_quit
        self.has_scanner = has_scanner
        self.keys_in_use = False
        self._dressing: Timer | None = None
        self.too_small = False
        self._minimum_size = minimum_size
        self._too_small_text = too_small_text.format(width=minimum_size[0], height=minimum_size[1])
        self._calm_seconds = calm_seconds
        self._leave_seconds = leave_seconds
        self._clock = clock
        self._propagate_crashes = propagate_crashes
        self.heard_at = clock()
        """When the last touch or key came, by the clock."""
        self._idle = IdleWatch(idle or IdleLimits(), clock)
        self._staff_sequence = StaffSequence(clock)
        self._filters.append(DisplayFilter())
        self._warned_at: int | None = None
        self._crashes = CrashWindow()
        self._recovery: asyncio.Task[None] | None = None
        self._forgetting: asyncio.Task[None] | None = None
        self._leaving: asyncio.Task[None] | None = None
        self._mode_factories = dict(self._modes)
        self.add_mode(CALM_MODE, lambda: CalmScreen(calm_text))

    # Hooks.

    async def on_idle_warning(self, seconds_left: int) -> None:
        """Nobody has touched the terminal and the visit ends in `seconds_left`: called once for each second."""

    async def on_idle_back(self) -> None:
        """Somebody was there after all; that touch goes no further. Take the warning away."""

    async def on_idle_over(self) -> None:
        """The visit is over."""
        self.forget_person()

    def idle_watched(self) -> bool:
        """Whether time counts now: in the visit, not on the attract screen or at the counter."""
        return self.current_mode == self.visit_mode

    async def before_forgetting(self) -> None:
        """Give the visit's numbers back and erase it, in `HOOK_SECONDS`; the attract screen is already shown."""

    async def reset_after_crash(self, error: Exception) -> None:
        """Clear up after a crash while the calm screen is shown; then comes the attract screen. Bounded likewise.

        `error` may hold a person's data: don't show or log it.
        """
        await self.before_forgetting()

    async def on_leave(self) -> None:
        """The program ends: give numbers back. Bounded by `leave_seconds`."""

    def listens_for_staff(self) -> bool:
        """Whether the staff's sequence means something now; else touches and keys are a customer's at once."""
        return False

    async def on_staff_sequence(self) -> None:
        """Somebody knows the staff's sequence: ask for their PIN."""

    # What an app and its screens may call.

    @property
    def quiet_seconds(self) -> float:
        """For how long there has been no touch or key."""
        return self._clock() - self.heard_at

    def touch(self) -> None:
        """Count something else than a key or a tap as presence: a card on the reader, a payment that arrived."""
        self._idle.touch()

    def forget_person(self) -> None:
        """Show the attract screen at once and make the visit as if it had never been (SPEC 3.8).

        Returns at once, so that a screen of the visit may call it: the rest waits for that screen to end.
        """
        if not self._forgetting_now():
            self._forgetting = self._start(self._forget())

    async def until_forgotten(self) -> None:
        """Wait for what `forget_person` began. Not for handlers of screens in the visit, which it waits for."""
        if self._forgetting is not None:
            await asyncio.wait([self._forgetting])

    def request_leave(self, status: int = 0) -> None:
        """End in order: `on_leave`, a clean terminal, exit with `status`. Asking again changes nothing."""
        if self._leaving is None:
            self._leaving = self._start(self._leave(status))

    async def check_idle_time(self) -> None:
        """Look at the clock and call the idle hooks that are due; runs by itself twice a second."""
        if not self.idle_watched() or self._forgetting_now():
            self._idle.touch()
            return
        # The nearest screen that asks counts, so that a warning or help over the pay screen changes nothing.
        wishes = (getattr(screen, "idle_seconds_override", None) for screen in reversed(self.screen_stack))
        self._idle.allow(next((wish for wish in wishes if wish is not None), None))
        state = self._idle.state()
        match state.phase:
            case IdlePhase.ACTIVE:
                await self._end_warning()
            case IdlePhase.WARNING if state.seconds_left != self._warned_at:
                self._warned_at = state.seconds_left
                await self.on_idle_warning(state.seconds_left)
            case IdlePhase.WARNING:
                pass
            case IdlePhase.OVER:
                self._warned_at = None
                self._idle.touch()
                await self.on_idle_over()

    # Nothing leaves the program.

    def open_url(self, url: str, *, new_tab: bool = True) -> None:
        """Open nothing, whatever a text links to."""
        _log.warning("open_url_refused")

    def copy_to_clipboard(self, text: str) -> None:
        """Copy nothing: Textual would hand the text to the terminal's own clipboard as well."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Refuse Textual's own app actions (quit, screenshot, suspend …), which a link in a text could name."""
        method = getattr(type(self), f"action_{action}", None)
        if action not in _TEXTUAL_ACTIONS_KEPT and method is getattr(App, f"action_{action}", None):
            return False
        return super().check_action(action, parameters)

    # Input, idle time, size.

    async def on_event(self, event: events.Event) -> None:
        """Every event on its way in: what a modal or a screen would stop is still seen here."""
        if (
            isinstance(event, events.InputEvent | events.Paste | Scanned)
            and not event.is_forwarded
            and not await self._admit(event)
        ):
            return
        await super().on_event(event)

    async def _admit(self, event: events.InputEvent | events.Paste | Scanned) -> bool:
        self._idle.touch()
        self.heard_at = self._clock()
        if isinstance(event, events.Key):
            self._use_keys(True)
        elif isinstance(event, events.MouseUp):
            # Once it has done its work: keys that came up under a finger would take the touch from what it pressed.
            self.call_later(self._use_keys, False, after=LEFT_SECONDS)
        ended_warning = await self._end_warning()
        if isinstance(event, events.MouseMove):
            return True
        if ended_warning or self.too_small or self._forgetting_now() or self._recovering_now():
            # The release of a tap that went no further must not make a click of an earlier one.
            self._mouse_down_widget = None
            return False
        return not (self.listens_for_staff() and await self._is_for_staff(event))

    async def _is_for_staff(self, event: events.Event) -> bool:
        match self._staff_sequence.hear(event, self.size):
            case Heard.NOTHING:
                return False
            case Heard.PART:
                self.set_timer(STEP_SECONDS, self._let_through)
            case Heard.ALL:
                await self.on_staff_sequence()
            case Heard.RELEASE:
                pass
        return True

    async def _let_through(self) -> None:
        """Nothing followed what could have been the beginning of the sequence: it was a customer's."""
        for event in self._staff_sequence.take_overdue():
            await super().on_event(event)

    async def _end_warning(self) -> bool:
        if self._warned_at is None:
            return False
        self._warned_at = None
        await self.on_idle_back()
        return True

    def _use_keys(self, in_use: bool, *, after: float = 0.0) -> None:
        if in_use == self.keys_in_use:
            return
        self.keys_in_use = in_use
        if self._dressing is not None:
            self._dressing.stop()
            self._dressing = None
        if after:
            self._dressing = self.set_timer(after, self._show_keys)
        else:
            self._show_keys()

    def _show_keys(self) -> None:
        self._dressing = None
        # The others are dressed when they are shown: styling screens that nobody sees would keep the key waiting.
        for screen in (*self.screen_stack[-1:], *self._background_screens):
            screen.set_class(self.keys_in_use, _KEYS_CLASS)

    def _on_resize(self, event: events.Resize) -> None:  # type: ignore[override]  # each class's handler runs
        too_small = event.size.width < self._minimum_size[0] or event.size.height < self._minimum_size[1]
        if too_small != self.too_small:
            self.too_small = too_small
            for screen in self._all_screens():
                self._fit(screen)

    def _on_mount(self) -> None:
        self.screen_change_signal.subscribe(self, self._dress, immediate=True)
        for screen in self._all_screens():
            self._dress(screen)
        self.set_interval(_IDLE_TICK_SECONDS, self.check_idle_time)

    def _dress(self, screen: Screen[Any]) -> None:
        screen.set_class(self.keys_in_use, _KEYS_CLASS)
        self._fit(screen)

    def _fit(self, screen: Screen[Any]) -> None:
        screen.set_class(self.too_small, _TOO_SMALL_CLASS)
        covers = screen.query_children(TooSmall)
        if self.too_small and not covers:
            screen.mount(TooSmall(self._too_small_text))
        elif not self.too_small:
            covers.remove()

    def _all_screens(self) -> Iterator[Screen[Any]]:
        for stack in list(self._screen_stacks.values()):
            yield from list(stack)

    # Forgetting, leaving.

    def _start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        with self._context():
            return asyncio.get_running_loop().create_task(work)

    def _forgetting_now(self) -> bool:
        return self._forgetting is not None and not self._forgetting.done()

    def _recovering_now(self) -> bool:
        return self._recovery is not None and not self._recovery.done()

    async def _forget(self) -> None:
        if self._recovery is not None:
            # After a crash everything is forgotten anyway.
            await self._recovery
            return
        try:
            async with asyncio.timeout(_RECOVERY_SECONDS):
                if self.current_mode != self.attract_mode:
                    await self.switch_mode(self.attract_mode)
                await self._bounded(self.before_forgetting(), HOOK_SECONDS, "before_forgetting_failed")
                await rebuild_modes(self, {self.visit_mode: self._mode_factories[self.visit_mode]})
                clear_app(self)
                self._warned_at = None
                self._use_keys(False)
        except Exception as error:  # noqa: BLE001 - what can't be forgotten in order is thrown away as after a crash
            self._handle_exception(error)

    async def _shutdown(self) -> None:
        # Textual walks over the modes here, and must not find them being rebuilt.
        for task in (self._recovery, self._forgetting):
            if task is not None:
                task.cancel()
        await super()._shutdown()

    async def _leave(self, status: int) -> None:
        if isinstance(self._driver, LockedDriver):
            self._driver.end_by_force_after(2 * self._leave_seconds, status)
        await self._bounded(self.on_leave(), self._leave_seconds, "on_leave_failed")
        self.exit(return_code=status)

    async def _bounded(self, hook: Coroutine[Any, Any, None], seconds: float, failed: str) -> None:
        try:
            async with asyncio.timeout(seconds):
                await hook
        except Exception as error:  # noqa: BLE001 - a hook may fail; forgetting and leaving go on
            log_crash(failed, error)

    # Crashes.
    #
    # In Textual 8.2.8 every unhandled exception, whether of a handler, compose, a worker, a timer, a watch method
    # or a render, ends in `App._handle_exception`, which prints local variables and ends the app. By then the
    # message pump it came from has stopped for good, so its screen can't be used again: all modes are thrown away
    # and built anew. The app's own pump would stop likewise; `_dispatch_message` is where that can be prevented.

    async def _dispatch_message(self, message: Message) -> None:
        try:
            await super()._dispatch_message(message)
        except Exception as error:
            if self._propagate_crashes or self._driver is None:
                raise
            self._handle_exception(error)

    def _handle_exception(self, error: Exception) -> None:
        if self._propagate_crashes:
            super()._handle_exception(error)
            return
        log_crash("crash", error)
        if self._leaving is not None or self._recovering_now():
            return
        # Should the app end before it has recovered (a style sheet that can't be read at start), this is why.
        self._return_code = STATUS_CRASHED
        if self._driver is None or not self._running:
            return
        if self._crashes.too_many(self._clock()):
            self.request_leave(STATUS_CRASHED)
        else:
            # What comes of it must not keep the context of what crashed, and with it the screens of that visit.
            self._recovery = contextvars.Context().run(self._start, self._recover(error))

    def panic(self, *renderables: Any) -> None:
        """Treat Textual's way of ending with a message as a crash; the message is not shown."""
        self._handle_exception(RuntimeError())

    async def _recover(self, error: Exception) -> None:
        if self._forgetting is not None:
            self._forgetting.cancel()
        try:
            async with asyncio.timeout(_RECOVERY_SECONDS):
                await self.switch_mode(CALM_MODE)
                shown = asyncio.get_running_loop().time()
                await self._bounded(self.reset_after_crash(error), HOOK_SECONDS, "reset_after_crash_failed")
                await rebuild_modes(self, self._mode_factories)
                clear_app(self)
                self._use_keys(False)
                await asyncio.sleep(shown + self._calm_seconds - asyncio.get_running_loop().time())
        except Exception as failure:  # noqa: BLE001 - what can't be put right here, a new process can
            log_crash("recovery_failed", failure)
            self.request_leave(STATUS_CRASHED)
            return
        self._return_code = None
        self._warned_at = None
        # From here a crash counts again: one of the attract screen must not leave the terminal dead.
        self._recovery = None
        try:
            await self.switch_mode(self.attract_mode)
        except Exception as failure:  # noqa: BLE001 - likewise
            self._handle_exception(failure)

    async def _on_load(self) -> None:
        if not self._propagate_crashes:
            asyncio.get_running_loop().set_exception_handler(report_from_loop)


def run_locked(app: LockedApp) -> int:
    """Run the app on the process's terminal; the exit status: 0, or `STATUS_CRASHED`. Never raises or prints."""
    silence_reports()
    try:
        app.run()
    except Exception as error:  # noqa: BLE001 - nothing may print a traceback (SPEC 9.2)
        log_crash("run_failed", error)
        return STATUS_CRASHED
    return app.return_code or 0
