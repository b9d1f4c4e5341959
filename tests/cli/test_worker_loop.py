"""The worker never dies, and is never far behind (SPEC 7.2)."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.composition import OpenedShop, open_shop
from kiosk.config import Settings
from kiosk.domain.errors import ShopUnavailable
from kiosk.services.check_health import worker_seen
from kiosk.services.settle_deadlines import Settled
from kiosk.services.shop import Shop
from kiosk.worker import Worker


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[OpenedShop]:
    with open_shop(Settings(data_dir=tmp_path / "data"), terminal=False, announce=lambda _line: None) as opened:
        yield opened


class Rounds:
    """Stands in for the settling: raises what it is told to, one round after the other."""

    def __init__(self, *faults: Exception | None) -> None:
        self.faults = list(faults)
        self.count = 0
        self.changed = threading.Condition()

    def __call__(self, _shop: Shop) -> Settled:
        with self.changed:
            self.count += 1
            self.changed.notify_all()
        fault = self.faults.pop(0) if self.faults else None
        if fault is not None:
            raise fault
        return Settled()

    def wait_for(self, count: int) -> bool:
        with self.changed:
            return self.changed.wait_for(lambda: self.count >= count, 10)


def test_worker_waits_longer_while_the_database_is_away_and_recovers(opened: OpenedShop) -> None:
    away = [ShopUnavailable("OperationalError") for _ in range(8)]
    worker = Worker(opened.shop, 2.0, settle=Rounds(*away[:7], None, None, away[7], None))
    assert [worker.work() for _ in range(11)] == [1, 2, 4, 8, 16, 30, 30, 2, 2, 1, 2]


def test_unexpected_fault_does_not_end_the_worker(opened: OpenedShop) -> None:
    rounds = Rounds(ZeroDivisionError("138 0053 1111"))
    worker = Worker(opened.shop, 2.0, settle=rounds)
    assert (worker.work(), worker.last_round_at) == (1, None)
    assert worker.work() == 2
    assert worker.last_round_at is not None


def test_woken_worker_looks_at_once_and_stops_when_told(opened: OpenedShop) -> None:
    rounds = Rounds()
    worker = Worker(opened.shop, 3600, opened.attention.listen(), settle=rounds)
    worker.start()
    assert rounds.wait_for(1)
    opened.wake_worker()
    assert rounds.wait_for(2)
    worker.wake()
    assert rounds.wait_for(3)
    worker.stop()
    assert all(thread.name != "worker" for thread in threading.enumerate())


def test_working_worker_is_seen(opened: OpenedShop) -> None:
    assert worker_seen(opened.shop) is None
    Worker(opened.shop, 2.0).work()
    assert worker_seen(opened.shop) is not None
