"""How often signing in went wrong, and until when the next try waits: kept over a restart."""

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, delete, select, update

from kiosk.domain.back_off import Failures
from storage.account_tables import sign_in_failures
from storage.upsert import insert_into


def lock_failures(connection: Connection, subject: str, subject_hash: bytes, now: datetime) -> Failures:
    """What is known of a subject, kept from changing until this transaction ends; an unknown one is made known."""
    row = insert_into(sign_in_failures, connection.dialect.name).values(
        subject=subject, subject_hash=subject_hash, failures=0, fades_from=now, free_at=now
    )
    # An update that changes nothing locks the row and returns it, which doing nothing would not.
    found = connection.execute(
        row.on_conflict_do_update(
            index_elements=[sign_in_failures.c.subject, sign_in_failures.c.subject_hash],
            set_={"failures": sign_in_failures.c.failures},
        ).returning(sign_in_failures.c.failures, sign_in_failures.c.fades_from, sign_in_failures.c.free_at)
    ).one()
    return Failures(*found)


def store_failures(connection: Connection, subject: str, subject_hash: bytes, failures: Failures) -> None:
    """Keep what became of a subject that was locked."""
    values = {"failures": failures.count, "fades_from": failures.fades_from, "free_at": failures.free_at}
    connection.execute(update(sign_in_failures).where(_is(subject, subject_hash)).values(values))


def clear_failures(connection: Connection, subject: str, subject_hash: bytes) -> None:
    """Forget that it ever went wrong."""
    connection.execute(delete(sign_in_failures).where(_is(subject, subject_hash)))


def forget_failures(connection: Connection, quiet_since: datetime, most: int) -> int:
    """Remove what has faded long since; says how many subjects there were."""
    old = (
        select(sign_in_failures.c.subject_hash)
        .where(sign_in_failures.c.fades_from <= quiet_since, sign_in_failures.c.free_at <= quiet_since)
        .limit(most)
        # One that is locked is being tried this moment, and is kept.
        .with_for_update(skip_locked=True)
    )
    return connection.execute(delete(sign_in_failures).where(sign_in_failures.c.subject_hash.in_(old))).rowcount


def _is(subject: str, subject_hash: bytes) -> ColumnElement[bool]:
    return and_(sign_in_failures.c.subject == subject, sign_in_failures.c.subject_hash == subject_hash)
