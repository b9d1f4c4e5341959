"""Active lines of this carrier and the accounts that belong to them (SPEC 3.4)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from kiosk.domain.accounts import AccountKind, AccountState
from kiosk.domain.orders import LineState
from storage.account_tables import accounts
from storage.tables import lines
from storage.upsert import insert_into


@dataclass(frozen=True, slots=True, repr=False)
class Subscriber:
    """An active line, and what is known of its account; no repr, so that no log can hold a password's hash."""

    line_id: int
    msisdn: int
    account_id: int | None
    """None until somebody first signs in, or has a service password."""
    password_hash: str | None


def active_line(connection: Connection, msisdn: int, *, lock: bool = False) -> Subscriber | None:
    """The line that a number is today; None where it is none of ours, not started yet, or closed.

    With `lock` the line can't be closed until this transaction ends.
    """
    found = (
        select(lines.c.line_id, lines.c.msisdn, accounts.c.account_id, accounts.c.password_hash)
        .outerjoin(accounts, accounts.c.line_id == lines.c.line_id)
        .where(lines.c.msisdn == msisdn, lines.c.state == LineState.ACTIVE.value)
        .order_by(lines.c.line_id.desc())
        .limit(1)
    )
    row = connection.execute(found.with_for_update(of=lines, read=True) if lock else found).first()
    return None if row is None else Subscriber(**row._mapping)


def account_of_line(connection: Connection, line_id: int, language: str, now: datetime) -> int:
    """The account of a line, made when it is needed first, however many ask at once."""
    row = insert_into(accounts, connection.dialect.name).values(
        kind=AccountKind.SUBSCRIBER.value,
        state=AccountState.ACTIVE.value,
        language=language,
        line_id=line_id,
        registered_at=now,
        activated_at=now,
    )
    connection.execute(row.on_conflict_do_nothing(index_elements=[accounts.c.line_id]))
    found = select(accounts.c.account_id).where(accounts.c.line_id == line_id)
    account_id: int = connection.execute(found).scalar_one()
    return account_id


def lines_of(connection: Connection, msisdns: list[int]) -> set[int]:
    """Which of these numbers are lines that aren't closed."""
    known = select(lines.c.msisdn).where(lines.c.msisdn.in_(msisdns), lines.c.state != LineState.CLOSED.value)
    return set(connection.execute(known).scalars())


def add_lines(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """Put lines in that didn't come from an order."""
    connection.execute(insert(lines), rows)
