"""Asking services from the event loop: in threads, in order, and again while the database is away."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, ParamSpec, TypeVar

import structlog
from textual.worker import NoActiveWorker, get_current_worker

from kiosk.domain.errors import ShopUnavailable
from kiosk.terminal.lockdown import LockedApp
from screens.kiosk_screen import KioskScreen
from screens.moment import OneMoment
from screens.passing_notice import PassingNotice

P = ParamSpec("P")
T = TypeVar("T")

_TRY_AGAIN_SECONDS = (0.2, 0.5, 1.0, 2.0, 3.0)
_REDRAW_SECONDS = 0.01

_log = structlog.get_logger("kiosk.app")


class Asking:
    """What the terminal asks of the shop: for a screen that waits, or in the background.

    Background work is done in the order in which it was asked for, and a screen's question waits for what was asked
    for before it: a number given back late must not undo a newer hold of it.
    """

    def __init__(self, app: LockedApp) -> None:
        self._app = app
        self._waiting = 0
        self._last: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def is_working(self) -> bool:
        """Whether something in the background isn't done yet."""
        return bool(self._tasks)

    async def ask(self, service: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a service off the event loop; while the database is away, say so and try again.

        Services are whole or nothing, so trying again is always right. A screen that is gone has its workers
        cancelled, and with them this waiting: a late answer goes nowhere.
        """
        earlier = self._last
        tries = 0
        waits = False
        try:
            while True:
                try:
                    await _turn_comes(earlier, _pause_seconds(tries))
                    return await self._answer(service, *args, **kwargs)
                except ShopUnavailable:
                    _log.warning("shop_unavailable", service=service.__name__)
                if not waits:
                    waits = True
                    self._waiting += 1
                if tries:
                    await self._say_one_moment()
                if earlier is None or earlier.done():
                    await asyncio.sleep(_pause_seconds(tries))
                tries += 1
        finally:
            # However this ends: a waiting that is counted and never counted off would keep the notice for ever.
            if waits:
                self._waiting -= 1
                if not self._waiting:
                    self.end_notices(OneMoment)

    async def _answer(self, service: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a service once; its answer finds its screen whole, or goes nowhere.

        While a screen changes its language, or is taken down, its widgets are gone before its workers are.
        """
        try:
            return await asyncio.to_thread(service, *args, **kwargs)
        finally:
            with suppress(NoActiveWorker):
                node = get_current_worker().node
                while isinstance(node, KioskScreen) and node.is_redrawn:
                    await asyncio.sleep(_REDRAW_SECONDS)
                is_gone = node is not self._app and (node._pruning or not node.is_attached)
                # While the app closes, a screen that comes up is told of its mounting before its widgets are there.
                if is_gone or not self._app.is_running or self._app._recovering_now():
                    raise asyncio.CancelledError

    def in_background(self, service: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> None:
        """Run a service whose answer nobody waits for, after those asked for before it, until it succeeds."""
        earlier = self._last

        async def run() -> None:
            if earlier is not None:
                await asyncio.wait([earlier])
            tries = 0
            while True:
                try:
                    await asyncio.to_thread(service, *args, **kwargs)
                except ShopUnavailable:
                    await asyncio.sleep(_pause_seconds(tries))
                    tries += 1
                else:
                    return

        self._last = self.start_task(run())

    def start_task(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Let something of the terminal's own run beside everything else, in no order."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if self._last is task:
            # What it was started by, and so a person's screen, lives as long as it is known.
            self._last = None

    async def finish(self) -> None:
        """Wait for all that runs in the background."""
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _say_one_moment(self) -> None:
        # Whatever is shown last waits as well: a dialog that has come up since would hide an older notice.
        if not isinstance(self._app.screen, PassingNotice):
            await self._app.push_screen(OneMoment())

    def end_notices(self, kind: type[PassingNotice]) -> None:
        """Take notices away, of every mode: one may lie over the attract screen while the visit is shown already."""
        for screen in list(self._app._all_screens()):
            if isinstance(screen, kind):
                screen.end()


def _pause_seconds(tries: int) -> float:
    return _TRY_AGAIN_SECONDS[min(tries, len(_TRY_AGAIN_SECONDS) - 1)]


async def _turn_comes(earlier: asyncio.Task[None] | None, seconds: float) -> None:
    """Wait for earlier work; what it still waits for after so long is the database, as `ShopUnavailable` says."""
    if earlier is not None and not earlier.done():
        done, _ = await asyncio.wait([earlier], timeout=seconds)
        if not done:
            raise ShopUnavailable
