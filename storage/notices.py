"""Messages to people: written with what they tell of, sent later, at most once shown as sent."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, and_, case, delete, insert, null, or_, select, update

from kiosk.domain.notices import SECRET_TEMPLATES
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
    delivered_at: datetime | None
    failure: str | None
    """Why it wasn't sent or delivered, or why the last try came to nothing."""
    expires_at: datetime | None
    """From then on it isn't sent any more."""


_COLUMNS = [notices.c[name] for name in NoticeRow.__slots__]
_ENDLESS = notices.c.expires_at.is_(None)
_RECEIPT_OF = timedelta(days=7)
"""Message centres begin their numbers anew; a receipt comes within days (SMPP validity periods)."""
# A secret is kept no longer than it is needed: it goes with the change that makes it so.
_BODY_LEFT = case((notices.c.template.in_(SECRET_TEMPLATES), null()), else_=notices.c.body)


def queue_notice(connection: Connection, *, notice_key: str, now: datetime, **values: Any) -> bool:
    """Leave a message to be sent; false when the same one was left before."""
    if connection.execute(select(notices.c.notice_id).where(notices.c.notice_key == notice_key)).first():
        return False
    row = {"notice_key": notice_key, "state": "queued", "created_at": now, "next_try_at": now, "tries": 0}
    connection.execute(insert(notices).values(row | values))
    return True


def find_notice(connection: Connection, notice_key: str) -> NoticeRow | None:
    """The message of that key."""
    row = connection.execute(select(*_COLUMNS).where(notices.c.notice_key == notice_key)).first()
    return None if row is None else NoticeRow(**row._mapping)


def is_any_due(connection: Connection, channel: str, now: datetime) -> bool:
    """Whether a message of that channel waits to be sent now."""
    due = select(notices.c.notice_id).where(_is_due(channel, ("queued", "sending"), now))
    return connection.execute(due.limit(1)).first() is not None


def claim_due_notice(
    connection: Connection, channel: str, now: datetime, try_again_at: datetime, *, with_stuck: bool
) -> NoticeRow | None:
    """One message that is due, left alone by other workers until `try_again_at`; what expires first comes first.

    One stuck in `sending` belonged to a worker that died. It is claimed only `with_stuck`: when the gateway knows its
    key, and so won't repeat it.
    """
    states = ("queued", "sending") if with_stuck else ("queued",)
    # Small questions, each answered in the order of an index: the queue of what has time may be long.
    for order, waits in ((notices.c.expires_at, notices.c.expires_at.is_not(None)), (notices.c.next_try_at, _ENDLESS)):
        for state in states:
            due = select(notices.c.notice_id).where(_is_due(channel, (state,), now), waits).order_by(order)
            row = _claim(connection, due, try_again_at)
            if row is not None:
                return row
    return None


def _claim(connection: Connection, due: Select[tuple[int]], try_again_at: datetime) -> NoticeRow | None:
    first = due.limit(1).with_for_update(skip_locked=True).scalar_subquery()
    row = connection.execute(
        update(notices)
        .where(notices.c.notice_id == first)
        .values(state="sending", tries=notices.c.tries + 1, next_try_at=try_again_at)
        .returning(*_COLUMNS)
    ).first()
    return None if row is None else NoticeRow(**row._mapping)


def _is_due(channel: str, states: Collection[str], now: datetime) -> Any:
    return and_(notices.c.state.in_(states), notices.c.next_try_at <= now, notices.c.channel == channel)


def finish_notice(
    connection: Connection,
    notice_id: int,
    state: str,
    *,
    provider_message_id: str | None = None,
    sent_at: datetime | None = None,
    failure: str | None = None,
) -> bool:
    """Write down that a message was sent, or failed for good; false when that was known.

    Whoever knows that it was sent is believed also after others gave it up as unknown.
    """
    is_open = notices.c.state == "sending"
    if state == "sent":
        is_open = or_(is_open, and_(notices.c.state == "failed", notices.c.failure == "unknown"))
    values = {
        "state": state,
        "provider_message_id": provider_message_id,
        "sent_at": sent_at,
        "failure": failure,
        "body": _BODY_LEFT,
    }
    which = (notices.c.notice_id == notice_id) & is_open
    return connection.execute(update(notices).where(which).values(values)).rowcount == 1


def put_notice_back(connection: Connection, notice_id: int, next_try_at: datetime, failure: str) -> None:
    """Leave a message for another try, with the reason why this one came to nothing."""
    which = (notices.c.notice_id == notice_id) & (notices.c.state == "sending")
    values = {"state": "queued", "next_try_at": next_try_at, "failure": failure}
    connection.execute(update(notices).where(which).values(values))


def note_outage(connection: Connection, channel: str, now: datetime, failure: str) -> None:
    """Write to everything that is due why it isn't sent; its place in the queue stays."""
    differs = or_(notices.c.failure.is_(None), notices.c.failure != failure)
    connection.execute(update(notices).where(_is_due(channel, ("queued",), now), differs).values(failure=failure))


def give_up_expired(connection: Connection, now: datetime) -> list[int]:
    """Fail what came too late to be sent, a code for one; returns which."""
    return _give_up(connection, (notices.c.state == "queued") & (notices.c.expires_at <= now), "expired")


def give_up_stuck(connection: Connection, channel: str, now: datetime) -> list[int]:
    """Fail what a worker was sending when it died, where sending it again might be once too often; returns which."""
    return _give_up(connection, _is_due(channel, ("sending",), now), "unknown")


def _give_up(connection: Connection, which: Any, failure: str) -> list[int]:
    given_up = (
        update(notices)
        .where(which)
        .values(state="failed", failure=failure, body=_BODY_LEFT)
        .returning(notices.c.notice_id)
    )
    return list(connection.scalars(given_up))


def record_receipt(connection: Connection, provider_message_id: str, now: datetime, failure: str | None) -> bool:
    """Write down that a message was delivered, or failed on the way; false when none bears that number.

    A message that was delivered stays so, whatever comes later.
    """
    which = and_(notices.c.provider_message_id == provider_message_id, notices.c.sent_at > now - _RECEIPT_OF)
    if connection.execute(select(notices.c.notice_id).where(which)).first() is None:
        return False
    values = {
        "state": "failed" if failure else "sent",
        "delivered_at": None if failure else now,
        "failure": failure,
    }
    connection.execute(update(notices).where(which, notices.c.delivered_at.is_(None)).values(values))
    return True


def list_notices(connection: Connection, limit: int) -> list[NoticeRow]:
    """The newest messages first."""
    rows = connection.execute(select(*_COLUMNS).order_by(notices.c.notice_id.desc()).limit(limit))
    return [NoticeRow(**row._mapping) for row in rows]


def forget_notices_of_order(connection: Connection, order_no: str) -> None:
    """Erase whom a message was for and what it said."""
    connection.execute(update(notices).where(notices.c.order_no == order_no).values(recipient=None, body=None))


def is_any_without_order(connection: Connection, before: datetime) -> bool:
    """Whether `forget_notices_without_order` would erase something."""
    return connection.execute(select(notices.c.notice_id).where(_is_without_order(before)).limit(1)).first() is not None


def forget_notices_without_order(connection: Connection, before: datetime, most: int) -> int:
    """Erase whom messages of before then were for and what they said, unless an order keeps them; says how many."""
    old = select(notices.c.notice_id).where(_is_without_order(before)).order_by(notices.c.created_at).limit(most)
    ids = list(connection.execute(old).scalars())
    erased = update(notices).where(notices.c.notice_id.in_(ids)).values(recipient=None, body=None)
    return connection.execute(erased).rowcount


def _is_without_order(before: datetime) -> Any:
    return and_(notices.c.order_no.is_(None), notices.c.recipient.is_not(None), notices.c.created_at < before)


def is_any_outlived(connection: Connection, before: datetime) -> bool:
    """Whether `delete_outlived` would delete something."""
    return connection.execute(select(notices.c.notice_id).where(_is_outlived(before)).limit(1)).first() is not None


def delete_outlived(connection: Connection, before: datetime) -> int:
    """Delete messages, sent or not, that expired before then, with whom they were for; returns how many."""
    return connection.execute(delete(notices).where(_is_outlived(before))).rowcount


def _is_outlived(before: datetime) -> Any:
    return and_(notices.c.state.in_(("sent", "failed")), notices.c.expires_at < before)
