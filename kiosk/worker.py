"""The background worker: every terminal has one, `kiosk worker` is one, and any number may run at once (SPEC 7.2)."""

import threading
import time
from collections.abc import Callable
from datetime import datetime
from typing import Final

import structlog

from kiosk.domain.errors import ShopUnavailable
from kiosk.services.check_health import report_worker
from kiosk.services.settle_deadlines import Settled, report_alive, settle_deadlines
from kiosk.services.shop import Shop
from kiosk.terminal.crash import log_crash

_ALIVE_SECONDS: Final = 30.0
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 30.0
STOP_SECONDS: Final = 10.0
_log = structlog.get_logger("kiosk.worker")


class Worker:
    """Settles what is due every `interval` seconds, and at once when it is woken.

    No fault ends it: while the database is away it asks again after 1, 2, 4 … 30 seconds, and anything unexpected
    is logged and treated alike. `attention` may be an event that others set instead of calling `wake`; it is this
    worker's alone. One that `reports` tells the database that a worker is there, and that this terminal runs.
    """

    def __init__(
        self,
        shop: Shop,
        interval: float = 2.0,
        attention: threading.Event | None = None,
        settle: Callable[[Shop], Settled] = settle_deadlines,
        *,
        reports: bool = True,
    ) -> None:
        self._shop = shop
        self._interval = interval
        self._attention = attention or threading.Event()
        self._settle = settle
        self._reports = reports
        self._stopping = False
        self._pause = 0.0
        self._alive_at: float | None = None
        self._thread: threading.Thread | None = None
        self.last_round_at: datetime | None = None
        """When a round was last finished without a fault, by the shop's clock."""

    def start(self) -> None:
        """Work in a daemon thread."""
        self._thread = threading.Thread(target=self.run_forever, name="worker", daemon=True)
        self._thread.start()

    def stop(self, seconds: float = STOP_SECONDS) -> None:
        """Finish the round under way, for so many seconds at most."""
        self.finish()
        if self._thread is not None:
            self._thread.join(seconds)

    def finish(self) -> None:
        """Ask the loop to end after this round, without waiting for it; may be called from a signal handler."""
        self._stopping = True
        self._attention.set()

    def wake(self) -> None:
        """Look at once, because something has just changed; cheap, from any thread."""
        self._attention.set()

    def run_forever(self) -> None:
        """Work in this thread until `finish` or `stop`."""
        while not self._stopping:
            self._attention.clear()
            pause = self.work()
            # Cleared before the round, so that what happens during it is looked at right after it.
            if not self._stopping:
                self._attention.wait(pause)

    def work(self) -> float:
        """One round; says how many seconds may pass before the next."""
        try:
            settled = self._settle(self._shop)
            if self._reports:
                self._report_alive()
            self.last_round_at = self._shop.now()
        except ShopUnavailable as fault:
            _log.warning("database_unavailable", reason=str(fault))
            return self._longer_pause()
        except Exception as error:  # noqa: BLE001  # whatever one round meets, the next one must still come
            log_crash("worker_fault", error)
            return self._longer_pause()
        if settled.total:
            _log.info("settled", **{name: getattr(settled, name) for name in Settled.__slots__})
        self._pause = 0.0
        return self._interval

    def _longer_pause(self) -> float:
        self._pause = min(max(self._pause * 2, _FIRST_PAUSE), _LONGEST_PAUSE)
        return self._pause

    def _report_alive(self) -> None:
        now = time.monotonic()
        if self._alive_at is None or now - self._alive_at >= _ALIVE_SECONDS:
            report_alive(self._shop)
            report_worker(self._shop)
            self._alive_at = now
