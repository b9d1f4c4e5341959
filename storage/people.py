"""Visits and terminals, and how many numbers one person has or holds."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, func, insert, select, text, update

from kiosk.domain.orders import UNPAID, ClaimKind, LineState
from storage.tables import lines, number_claims, orders, terminals, visits


@dataclass(frozen=True, slots=True)
class OpenVisit:
    """What is known of a visit by whoever does something for it."""

    visit_id: str
    phone_hash: bytes | None
    id_hash: bytes | None
    language: str


def start_visit(connection: Connection, visit_id: str, terminal_id: str, language: str, now: datetime) -> None:
    """Remember that somebody is at a terminal."""
    values = {"visit_id": visit_id, "terminal_id": terminal_id, "language": language, "started_at": now}
    connection.execute(insert(visits).values(values))


_LOCK_VISIT = (
    select(visits.c.phone_hash, visits.c.id_hash, visits.c.language)
    .where(visits.c.visit_id == bindparam("visit"), visits.c.ended_at.is_(None))
    .with_for_update()
)


def lock_visit(connection: Connection, visit_id: str) -> OpenVisit | None:
    """The visit, kept from changing until this transaction ends; None once it has ended."""
    row = connection.execute(_LOCK_VISIT, {"visit": visit_id}).first()
    return None if row is None else OpenVisit(visit_id, row.phone_hash, row.id_hash, row.language)


def save_choices(connection: Connection, visit_id: str, step: str, language: str, choices: str) -> None:
    """Keep what a visit has chosen so far, encrypted."""
    connection.execute(
        update(visits)
        .where(visits.c.visit_id == visit_id, visits.c.ended_at.is_(None))
        .values(step=step, language=language, choices=choices)
    )


def read_choices(connection: Connection, visit_id: str) -> str | None:
    """What a visit has chosen so far; None once it has ended."""
    return connection.execute(select(visits.c.choices).where(visits.c.visit_id == visit_id)).scalar_one_or_none()


def name_person(connection: Connection, visit_id: str, *, phone_hash: bytes, id_hash: bytes) -> None:
    """Say who a visit is, so that their holds at other terminals count with theirs here."""
    connection.execute(
        update(visits).where(visits.c.visit_id == visit_id).values(phone_hash=phone_hash, id_hash=id_hash)
    )


def end_visit(connection: Connection, visit_id: str, reason: str, now: datetime) -> bool:
    """Close a visit and erase all it knew of the person; false when it was closed before."""
    return _end(connection, visits.c.visit_id == visit_id, reason, now) == 1


def end_visits_of_terminal(connection: Connection, terminal_id: str, reason: str, now: datetime) -> int:
    """Close what a terminal left open when it died."""
    return _end(connection, visits.c.terminal_id == terminal_id, reason, now)


def open_visits_begun_before(connection: Connection, begun_before: datetime) -> list[str]:
    """Visits that are open and that nobody can still be at."""
    left = select(visits.c.visit_id).where(visits.c.ended_at.is_(None), visits.c.started_at < begun_before)
    return list(connection.execute(left.order_by(visits.c.visit_id)).scalars())


def _end(connection: Connection, which: Any, reason: str, now: datetime) -> int:
    return connection.execute(
        update(visits)
        .where(which, visits.c.ended_at.is_(None))
        .values(ended_at=now, end_reason=reason, step=None, choices=None, phone_hash=None, id_hash=None)
    ).rowcount


def terminal_started(connection: Connection, terminal_id: str, now: datetime) -> None:
    """Register a terminal, new or known."""
    found = connection.execute(
        update(terminals).where(terminals.c.terminal_id == terminal_id).values(started_at=now, seen_at=now)
    )
    if not found.rowcount:
        connection.execute(insert(terminals).values(terminal_id=terminal_id, started_at=now, seen_at=now))


def terminal_seen(connection: Connection, terminal_id: str, now: datetime) -> None:
    """Report that a terminal is alive."""
    connection.execute(update(terminals).where(terminals.c.terminal_id == terminal_id).values(seen_at=now))


_LOCK_PERSON = text("SELECT pg_advisory_xact_lock(:key)")


def lock_persons(connection: Connection, *person_hashes: bytes | None) -> None:
    """Let only one transaction at a time count the numbers of these persons; after the visit, before any claim.

    SQLite has one writer anyway; on PostgreSQL two counts could otherwise miss each other. The locks are always taken
    in the same order, so that two visits of one person can't wait for each other.
    """
    if connection.dialect.name == "postgresql":
        for person_hash in sorted({known for known in person_hashes if known is not None}):
            connection.execute(_LOCK_PERSON, {"key": int.from_bytes(person_hash[:8], "big", signed=True)})


def count_reserved(connection: Connection, column: str, person_hash: bytes, now: datetime) -> int:
    """How many numbers a person keeps from others without having paid: live holds and unpaid orders.

    `column` is `phone_hash` or `id_hash`.
    """
    return _count_holds(connection, column, person_hash, now) + _count_unpaid(connection, column, person_hash)


def count_numbers_of_id(connection: Connection, id_hash: bytes, now: datetime) -> int:
    """How many numbers an identity document has: open lines, unpaid orders and live holds (SPEC 4.4)."""
    open_lines = connection.execute(
        select(func.count())
        .select_from(lines)
        .where(lines.c.id_hash == id_hash, lines.c.state != LineState.CLOSED.value)
    ).scalar_one()
    return open_lines + count_reserved(connection, "id_hash", id_hash, now)


def _count_holds(connection: Connection, column: str, person_hash: bytes, now: datetime) -> int:
    held = number_claims.join(visits, visits.c.visit_id == number_claims.c.visit_id)
    return connection.execute(
        select(func.count())
        .select_from(held)
        .where(
            visits.c[column] == person_hash,
            number_claims.c.kind == ClaimKind.HOLD.value,
            number_claims.c.expires_at > now,
        )
    ).scalar_one()


def _count_unpaid(connection: Connection, column: str, person_hash: bytes) -> int:
    return connection.execute(
        select(func.count())
        .select_from(orders)
        .where(and_(orders.c[column] == person_hash, orders.c.state.in_([state.value for state in UNPAID])))
    ).scalar_one()
