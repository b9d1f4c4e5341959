"""Active lines of this carrier and the accounts that belong to them (SPEC 3.4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from kiosk.domain.accounts import AccountKind, AccountState
from kiosk.domain.orders import LineState
from storage.account_tables import accounts
from storage.accounts import set_password
from storage.stock import in_batches
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


def those_in_use(connection: Connection, msisdns: Sequence[int]) -> set[int]:
    """Which of some numbers are lines already, started or about to be."""
    return {
        msisdn
        for batch in in_batches(msisdns, 500)
        for msisdn in connection.execute(
            select(lines.c.msisdn).where(lines.c.msisdn.in_(batch), lines.c.state != LineState.CLOSED.value)
        ).scalars()
    }


@dataclass(frozen=True, slots=True, repr=False)
class NewLine:
    """A line that didn't come from an order of this shop; no repr, so that no log can hold a password's hash."""

    msisdn: int
    tariff_code: str
    activated_at: datetime
    password_hash: str | None


def add_lines(connection: Connection, new: Sequence[NewLine], now: datetime) -> None:
    """Put active lines in, and accounts for those that have a service password."""
    if not new:
        return
    connection.execute(
        insert(lines),
        [
            {
                "msisdn": line.msisdn,
                "tariff_code": line.tariff_code,
                "state": LineState.ACTIVE.value,
                "created_at": now,
                "activated_at": line.activated_at,
            }
            for line in new
        ],
    )
    for line in new:
        if line.password_hash is not None:
            added = active_line(connection, line.msisdn)
            if added is not None:
                account_id = account_of_line(connection, added.line_id, "zh", now)
                set_password(connection, account_id, line.password_hash, now)
