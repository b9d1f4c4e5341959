"""The shop's time: anchored once a boot, never behind the last durable tick, doubted after a great leap (SPEC 7.3)."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from kiosk.domain.rules import LONGEST_WAIT
from kiosk.gateways.clock import Anchor, AnchoredClock, Clock, DatabaseClock, this_boot, time_since_boot, wall_time
from kiosk.services.shop import Shop
from storage import orders
from storage.audit import write_audit
from storage.engine import Database
from storage.remembered import forget, recall, remember

_BELIEVABLE_LEAP = timedelta(days=30)
_ALIVE = timedelta(minutes=5)
_TICK_EVERY = timedelta(seconds=15)
_TICK, _BOOT, _STARTED, _LEAP = "clock.tick", "clock.boot", "clock.started_at", "clock.leap"


def open_clock(database: Database) -> Clock:
    """The clock that every service takes its time from: the shared database's, or this machine's, anchored."""
    if database.is_shared:
        return DatabaseClock(lambda: _ask_database(database), time_since_boot)
    return AnchoredClock(anchor_clock(database, this_boot(), wall_time(), time_since_boot()), time_since_boot)


def _ask_database(database: Database) -> datetime:
    with database.reading() as connection:
        answer: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
        return answer


def anchor_clock(database: Database, boot_id: str, wall: datetime, since_boot: timedelta) -> Anchor:
    """Tie this boot's passing time to a date, once, for every process on the machine.

    A process that starts while something is held or unpaid, or while another one runs, takes the anchor it finds: the
    wall clock may have been set since, and nobody's half hour may change for that. Otherwise the wall clock is
    believed, but never to be before the last durable tick; a leap of more than 30 days beyond it is written down for
    staff to confirm.
    """
    with database.writing() as connection:
        tick = recall(connection, _TICK)
        last_tick = datetime.fromisoformat(tick) if tick else None
        started = recall(connection, _STARTED)
        if started and recall(connection, _BOOT) == boot_id:
            found = Anchor(boot_id, datetime.fromisoformat(started))
            # Every worker stores a tick in every round: a fresh one comes from a process that lives by this anchor.
            is_alive = last_tick is not None and found.started_at + since_boot - last_tick < _ALIVE
            if is_alive or orders.somebody_waits(connection):
                return found
        now = max(wall, last_tick) if last_tick else wall
        leaps = last_tick is not None and now - last_tick > _BELIEVABLE_LEAP
        if recall(connection, _LEAP) and not leaps:
            # Staff never confirmed the leap, and the clock has been put right: what was given a date in that future
            # mustn't be kept for ever.
            forget(connection, _LEAP)
            orders.end_waits_after(connection, now + LONGEST_WAIT, now)
            write_audit(connection, "clock.put_right", actor="clock", now=now)
        if last_tick and leaps and not recall(connection, _LEAP):
            remember(connection, _LEAP, f"{last_tick.isoformat()} {now.isoformat()}")
            write_audit(connection, "clock.leap", actor="clock", now=now, detail=f"after {last_tick.isoformat()}")
        anchor = Anchor(boot_id, now - since_boot)
        remember(connection, _BOOT, boot_id)
        remember(connection, _STARTED, anchor.started_at.isoformat())
        _store(connection, now)
        return anchor


def store_tick(shop: Shop) -> None:
    """Make this instant, to some seconds, the floor that time never falls below again.

    A leap that staff haven't confirmed is no floor: it may be put right yet.
    """
    now = shop.now()
    with shop.database.reading() as connection:
        tick = recall(connection, _TICK)
        is_fresh = tick is not None and now - datetime.fromisoformat(tick) < _TICK_EVERY
    if not is_fresh:
        with shop.database.writing() as connection:
            _store(connection, now)


def _store(connection: Connection, now: datetime) -> None:
    tick = recall(connection, _TICK)
    if recall(connection, _LEAP) is None and (tick is None or datetime.fromisoformat(tick) < now):
        remember(connection, _TICK, now.isoformat())


def clock_leap(shop: Shop) -> tuple[datetime, datetime] | None:
    """The unconfirmed leap: the last tick before it, and the time after it; None when time can be trusted."""
    with shop.database.reading() as connection:
        leap = recall(connection, _LEAP)
    if leap is None:
        return None
    before, after = leap.split()
    return datetime.fromisoformat(before), datetime.fromisoformat(after)


def clock_jumped(shop: Shop) -> bool:
    """Whether staff must look at the clock before pickups are settled."""
    return clock_leap(shop) is not None


def confirm_clock(shop: Shop, actor: str) -> bool:
    """Staff say that the date is right; false when nothing was to be confirmed."""
    with shop.database.writing() as connection:
        if not forget(connection, _LEAP):
            return False
        _store(connection, shop.now())
        write_audit(connection, "clock.confirmed", actor=actor, now=shop.now())
        return True
