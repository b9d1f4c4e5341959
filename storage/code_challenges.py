"""Codes by SMS, of which only keyed hashes are kept (SPEC 3.5): at most one is open for a purpose and a phone."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import ColumnElement, Connection, bindparam, case, delete, func, insert, select, update

from storage.account_tables import code_challenges
from storage.types import Instant


class ChallengeState(StrEnum):
    """A code's life."""

    OPEN = "open"
    USED = "used"
    VOID = "void"
    """A newer one was asked for, or it was guessed at too often."""


@dataclass(frozen=True, slots=True)
class Asked:
    """How often codes were asked for, and when last."""

    count: int
    first_at: datetime | None
    last_at: datetime | None


@dataclass(frozen=True, slots=True, repr=False)
class Challenge:
    """A code that was sent, without the code; no repr, so that no log can hold its hash."""

    challenge_id: str
    code_hash: bytes
    state: ChallengeState
    tries_left: int
    created_at: datetime
    expires_at: datetime


_COLUMNS: Final = [code_challenges.c[name] for name in Challenge.__slots__]
_THIS: Final = code_challenges.c.challenge_id == bindparam("challenge")
_IS_OPEN: Final = code_challenges.c.state == ChallengeState.OPEN.value
_now: Final = bindparam("at", type_=Instant)


def add_challenge(
    connection: Connection,
    challenge_id: str,
    *,
    purpose: str,
    subject: str,
    phone_hash: bytes,
    visit_id: str,
    terminal_id: str,
    code_hash: bytes,
    tries: int,
    now: datetime,
    expires_at: datetime,
) -> None:
    """Keep a new code, which voids the open one of this purpose and phone, in whatever visit it was asked for.

    Wants the phone locked (`storage.people.lock_persons`), or two could be open at once.
    """
    of_phone = (code_challenges.c.phone_hash == phone_hash) & (code_challenges.c.purpose == purpose)
    connection.execute(update(code_challenges).where(of_phone, _IS_OPEN).values(state=ChallengeState.VOID.value))
    connection.execute(
        insert(code_challenges).values(
            challenge_id=challenge_id,
            purpose=purpose,
            subject=subject,
            phone_hash=phone_hash,
            visit_id=visit_id,
            terminal_id=terminal_id,
            code_hash=code_hash,
            state=ChallengeState.OPEN.value,
            tries_left=tries,
            created_at=now,
            expires_at=expires_at,
        )
    )


def newest_challenge(
    connection: Connection, *, purpose: str, subject: str, phone_hash: bytes, visit_id: str, terminal_id: str
) -> Challenge | None:
    """The code that was last asked for with just this in mind."""
    row = connection.execute(
        select(*_COLUMNS)
        .where(
            code_challenges.c.visit_id == visit_id,
            code_challenges.c.terminal_id == terminal_id,
            code_challenges.c.purpose == purpose,
            code_challenges.c.subject == subject,
            code_challenges.c.phone_hash == phone_hash,
        )
        .order_by(_IS_OPEN.desc(), code_challenges.c.created_at.desc())
        .limit(1)
    ).first()
    return None if row is None else Challenge(**(dict(row._mapping) | {"state": ChallengeState(row.state)}))


_COUNT_TRY: Final = (
    update(code_challenges)
    .where(
        _THIS,
        _IS_OPEN,
        code_challenges.c.tries_left > 0,
        code_challenges.c.created_at <= _now,
        code_challenges.c.expires_at > _now,
    )
    .values(
        tries_left=code_challenges.c.tries_left - 1,
        state=case((code_challenges.c.tries_left > 1, ChallengeState.OPEN.value), else_=ChallengeState.VOID.value),
    )
    .returning(code_challenges.c.tries_left)
)
_USE: Final = update(code_challenges).where(_THIS).values(state=ChallengeState.USED.value)


def count_try(connection: Connection, challenge_id: str, now: datetime) -> int | None:
    """Take one of the tries away, and say how many are left; None for a code that can't be used (any more).

    From here to the end of the transaction nobody else can try this code. The last try closes it. One from a future
    that the clock has come back from can't be used either: it would be good for too long.
    """
    values = {"challenge": challenge_id, "at": now}
    left: int | None = connection.execute(_COUNT_TRY, values).scalar_one_or_none()
    return left


def use_challenge(connection: Connection, challenge_id: str) -> None:
    """The try that was just counted was right: the code is good for nothing more."""
    connection.execute(_USE, {"challenge": challenge_id})


def asked_by_phone(
    connection: Connection, phone_hash: bytes, since: datetime, now: datetime, purpose: str | None = None
) -> Asked:
    """The codes that a phone was meant to get after `since`, for one purpose or for all."""
    which = code_challenges.c.phone_hash == phone_hash
    if purpose is not None:
        which &= code_challenges.c.purpose == purpose
    return _asked(connection, which, since, now)


def asked_by_terminal(connection: Connection, terminal_id: str, since: datetime, now: datetime) -> Asked:
    """The codes that were asked for at a terminal after `since`."""
    return _asked(connection, code_challenges.c.terminal_id == terminal_id, since, now)


def _asked(connection: Connection, which: ColumnElement[bool], since: datetime, now: datetime) -> Asked:
    at = code_challenges.c.created_at
    # Up to now: what a wrong clock dated into the future limits nobody.
    row = connection.execute(select(func.count(), func.min(at), func.max(at)).where(which, at > since, at <= now)).one()
    return Asked(*row)


def forget_challenges(connection: Connection, asked_before: datetime, most: int) -> int:
    """Remove codes that no limit counts any more; says how many."""
    old = (
        select(code_challenges.c.challenge_id)
        .where(code_challenges.c.created_at <= asked_before)
        .order_by(code_challenges.c.created_at)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    return connection.execute(delete(code_challenges).where(code_challenges.c.challenge_id.in_(old))).rowcount
