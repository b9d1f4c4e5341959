"""Whether the database is sound, and whether a worker looks after it (SPEC 10.4, 10.5)."""

from datetime import datetime, timedelta
from typing import Final

from kiosk.services.shop import Shop
from storage import orders
from storage.integrity import integrity_faults
from storage.remembered import recall, remember
from storage.schema import differences

_WORKER: Final = "worker.seen_at"
WORKER_SILENCE: Final = timedelta(minutes=2)
"""A worker reports every half minute; one that is silent for so long is gone."""


def find_damage(shop: Shop) -> list[str]:
    """What is wrong with the database, one line each: damage, dangling references, a schema that differs.

    Reads every page of it. Raises `ShopUnavailable`.
    """
    with shop.database.reading() as connection:
        return [*integrity_faults(connection), *differences(connection)]


def report_worker(shop: Shop) -> None:
    """Say that a worker runs; raises `ShopUnavailable`."""
    with shop.database.writing() as connection:
        remember(connection, _WORKER, shop.now().isoformat())


def worker_seen(shop: Shop) -> datetime | None:
    """When a worker last reported, at any terminal; None for never. Raises `ShopUnavailable`."""
    with shop.database.reading() as connection:
        seen = recall(connection, _WORKER)
    return None if seen is None else datetime.fromisoformat(seen)


def somebody_waits(shop: Shop) -> bool:
    """Whether a number is held or an order unpaid, so that a worker is needed; raises `ShopUnavailable`."""
    with shop.database.reading() as connection:
        return orders.somebody_waits(connection)
