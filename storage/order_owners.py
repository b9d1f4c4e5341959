"""Whose orders are whose: those of an account, and those for the phone that is a subscriber's line."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, or_, select

from kiosk.domain.accounts import CodePurpose
from kiosk.domain.orders import LineState
from storage.account_tables import accounts, code_challenges
from storage.orders import OrderRow, as_order
from storage.tables import lines, orders, visits


@dataclass(frozen=True, slots=True, repr=False)
class OwnLine:
    """The line that a subscriber's account stands for, and since when it is theirs."""

    msisdn: int
    since: datetime


@dataclass(frozen=True, slots=True, repr=False)
class Owner:
    """What makes orders somebody's own.

    With `phone_hash` also those for that contact phone, from `since` on: before, the number was somebody else's.
    """

    account_id: int
    phone_hash: bytes | None = None
    since: datetime | None = None


def line_of_account(connection: Connection, account_id: int) -> OwnLine | None:
    """The active line of a subscriber's account; None for a member's, and for a line that has ended."""
    row = connection.execute(
        select(lines.c.msisdn, lines.c.activated_at)
        .join(accounts, accounts.c.line_id == lines.c.line_id)
        .where(
            accounts.c.account_id == account_id,
            lines.c.state == LineState.ACTIVE.value,
            lines.c.activated_at.is_not(None),
        )
    ).first()
    return None if row is None else OwnLine(row.msisdn, row.activated_at)


def is_opened(connection: Connection, visit_id: str, order_no: str) -> bool:
    """Whether this visit, which goes on, has proved by a code that the order is its person's."""
    proof = (
        select(code_challenges.c.challenge_id)
        .join(visits, visits.c.visit_id == code_challenges.c.visit_id)
        .where(
            code_challenges.c.visit_id == visit_id,
            code_challenges.c.purpose == CodePurpose.OPEN_ORDER.value,
            code_challenges.c.subject == order_no,
            code_challenges.c.state == "used",
            visits.c.ended_at.is_(None),
        )
    )
    return connection.execute(proof.limit(1)).first() is not None


def orders_of(connection: Connection, owner: Owner, *, limit: int, order_no: str | None = None) -> list[OrderRow]:
    """Somebody's own orders, the newest first; with `order_no` only that one, if it is theirs."""
    is_own = orders.c.account_id == owner.account_id
    if owner.phone_hash is not None and owner.since is not None:
        is_own = or_(is_own, and_(orders.c.phone_hash == owner.phone_hash, orders.c.submitted_at > owner.since))
    if order_no is not None:
        is_own = and_(is_own, orders.c.order_no == order_no)
    newest = select(orders).where(is_own).order_by(orders.c.submitted_at.desc(), orders.c.order_no).limit(limit)
    return [as_order(row) for row in connection.execute(newest)]
