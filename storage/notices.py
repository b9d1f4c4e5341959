"""Messages to people: written with what they tell of, sent later, at most once shown as sent."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, or_, select, update

from storage.tables import notices


@dataclass(frozen=True, slots=True, repr=False)
class NoticeRow:
    """One message to one person, without a repr that a log could hold."""

    notice_id: int
    notice_key: str
    order_no: str | None
    channel: str
    template: str
    recipient: str | None
    subject: str | None
    body: str | None
    state: str
    tries: int
    created_at: datetime
    sent_at: datetime | None


_COLUMNS = [notices.c[name] for name in NoticeRow.__slots__]


def queue_notice(connection: Connection, *, notice_key: str, now: datetime, **values: Any) -> bool:
    """Leave a message to be sent; false when the same one was left before."""
    if connection.execute(select(notices.c.notice_id).where(notices.c.notice_key == notice_key)).first():
        return False
    row = {"notice_key": notice_key, "state": "queued", "created_at": now, "next_try_at": now, "tries": 0}
    connection.execute(insert(notices).values(row | values))
    return True


def claim_due_notice(connection: Connection, now: datetime, try_again_at: datetime) -> NoticeRow | None:
    """One message that is due, left alone by other workers until `try_again_at`.

    A message stuck in `sending` belonged to a worker that died; the gateway knows its key and won't repeat it.
    """
    due = (
        select(notices.c.notice_id)
        .where(or_(notices.c.state == "queued", notices.c.state == "sending"), notices.c.next_try_at <= now)
        .order_by(notices.c.next_try_at)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    row = connection.execute(
        update(notices)
        .where(notices.c.notice_id == due)
        .values(state="sending", tries=notices.c.tries + 1, next_try_at=try_again_at)
        .returning(*_COLUMNS)
    ).first()
    return None if row is None else NoticeRow(**row._mapping)


def finish_notice(
    connection: Connection,
    notice_id: int,
    state: str,
    *,
    provider_message_id: str | None = None,
    sent_at: datetime | None = None,
) -> bool:
    """Write down that a message was sent, or failed for good; false when that was known."""
    which = (notices.c.notice_id == notice_id) & (notices.c.state == "sending")
    values = {"state": state, "provider_message_id": provider_message_id, "sent_at": sent_at}
    return connection.execute(update(notices).where(which).values(values)).rowcount == 1


def put_notice_back(connection: Connection, notice_id: int, next_try_at: datetime) -> None:
    """Leave a message for another try."""
    which = (notices.c.notice_id == notice_id) & (notices.c.state == "sending")
    connection.execute(update(notices).where(which).values(state="queued", next_try_at=next_try_at))


def list_notices(connection: Connection, limit: int) -> list[NoticeRow]:
    """The newest messages first."""
    rows = connection.execute(select(*_COLUMNS).order_by(notices.c.notice_id.desc()).limit(limit))
    return [NoticeRow(**row._mapping) for row in rows]


def forget_notices_of_order(connection: Connection, order_no: str) -> None:
    """Erase whom a message was for and what it said."""
    connection.execute(update(notices).where(notices.c.order_no == order_no).values(recipient=None, body=None))


def forget_notices_without_order(connection: Connection, before: datetime, most: int) -> int:
    """Erase whom messages of before then were for and what they said, unless an order keeps them; says how many."""
    old = (
        select(notices.c.notice_id)
        .where(notices.c.order_no.is_(None), notices.c.recipient.is_not(None), notices.c.created_at < before)
        .order_by(notices.c.created_at)
        .limit(most)
    )
    ids = list(connection.execute(old).scalars())
    return connection.execute(
        update(notices).where(notices.c.notice_id.in_(ids)).values(recipient=None, body=None)
    ).rowcount
