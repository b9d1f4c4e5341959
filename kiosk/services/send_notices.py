"""Send the messages that wait, each at most once shown as sent; take receipts; list them for staff (DESIGN 2)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from kiosk.domain.notices import DEMONSTRATION_TEMPLATE, SECRET_TEMPLATES, mask_recipient
from kiosk.gateways.messages import (
    Channel,
    MessageFateUnknown,
    MessageGatewayUnavailable,
    MessageRefused,
    MessageUndeliverable,
    Outage,
)
from kiosk.services.shop import Shop
from storage import notices
from storage.audit import write_audit
from storage.notices import NoticeRow

_LEASE = timedelta(minutes=2)
_LONGEST_WAIT = timedelta(hours=1)
_SHORTEST_WAIT = timedelta(seconds=5)
_TRIES_LEFT = 60
"""How often what expires could be tried in the time it has: somebody stands there and waits for a code."""
_TRIES_REFUSED = 5
"""How often a message is tried that its gateway refuses without saying whether for good: within eight minutes."""
_TURN = timedelta(seconds=10)
"""How long one channel may begin to send before its round ends."""
_RECEIPT_WAIT = timedelta(minutes=5)
"""How long a receipt waits for the message it is of, whose sender may be about to write its number down."""


@dataclass(frozen=True, slots=True, repr=False)
class Message:
    """A message as staff may see it: the recipient masked, the text only while it is kept, and no repr to log."""

    notice_id: int
    order_no: str | None
    channel: str
    template: str
    recipient: str
    body: str | None
    """None: erased, or nobody else's to read."""
    state: str
    tries: int
    created_at: datetime
    sent_at: datetime | None
    delivered_at: datetime | None
    expires_at: datetime | None
    failure: str | None


def send_due_notices(shop: Shop) -> int:
    """Send what is due through each channel in turn, and say how many were sent."""
    return sum(send_due_through(shop, channel) for channel in Channel)


def send_due_through(shop: Shop, channel: Channel) -> int:
    """Send what is due through one channel, for a few seconds, and say how many were sent.

    A message is leased before it is sent. A worker that dies in between leaves it to the next one, which sends it
    again only through a gateway that knows messages by their key; otherwise it is given up, for it might arrive twice.
    """
    _take_receipts(shop)
    with shop.database.reading() as connection:
        now = shop.now()
        if not notices.is_any_due(connection, channel, now):
            return 0
    with shop.database.writing() as connection:
        _audit(connection, notices.give_up_expired(connection, now), "expired", now)
        if not shop.messages.knows_keys(channel):
            _audit(connection, notices.give_up_stuck(connection, channel, now), "unknown", now)
    return _send_until(shop, channel, shop.now() + _TURN)


def _send_until(shop: Shop, channel: Channel, until: datetime) -> int:
    sent = 0
    while (now := shop.now()) < until:
        try:
            shop.messages.prepare(channel)
        except MessageGatewayUnavailable as fault:
            with shop.database.writing() as connection:
                notices.note_outage(connection, channel, now, fault.reason)
            break
        with shop.database.writing() as connection:
            now = shop.now()
            with_stuck = shop.messages.knows_keys(channel)
            notice = notices.claim_due_notice(connection, channel, now, now + _LEASE, with_stuck=with_stuck)
        if notice is None:
            break
        sent += _send(shop, notice)
    return sent


def _send(shop: Shop, notice: NoticeRow) -> bool:
    channel = Channel(notice.channel)
    if notice.recipient is None or notice.body is None:
        # Its person was forgotten before it went out.
        refusal = "forgotten"
    elif notice.expires_at is not None and notice.expires_at <= shop.now():
        refusal = "expired"
    elif notice.template == DEMONSTRATION_TEMPLATE and shop.messages.reaches_people(channel):
        refusal = "demonstration"
    else:
        return _hand_over(shop, notice, channel, notice.recipient, notice.body)
    _finish(shop, notice, "failed", failure=refusal)
    return False


def _hand_over(shop: Shop, notice: NoticeRow, channel: Channel, recipient: str, body: str) -> bool:
    try:
        message_id = shop.messages.send(notice.notice_key, channel, recipient, notice.subject or "", body)
    except MessageUndeliverable as fault:
        _finish(shop, notice, "failed", failure=fault.reason)
        return False
    except MessageRefused:
        if notice.tries < _TRIES_REFUSED:
            _put_back(shop, notice, "message_refused")
        else:
            _finish(shop, notice, "failed", failure="message_refused")
        return False
    except MessageFateUnknown:
        if shop.messages.knows_keys(channel):
            _put_back(shop, notice, Outage.NETWORK)
        else:
            _finish(shop, notice, "failed", failure="unknown")
        return False
    except MessageGatewayUnavailable as fault:
        _put_back(shop, notice, fault.reason)
        return False
    _finish(shop, notice, "sent", message_id=message_id)
    return True


def _put_back(shop: Shop, notice: NoticeRow, reason: str) -> None:
    wait = min(_LONGEST_WAIT, timedelta(seconds=15 * 2 ** min(notice.tries, 12)))
    with shop.database.writing() as connection:
        now = shop.now()
        if notice.expires_at is not None:
            wait = min(wait, max(_SHORTEST_WAIT, (notice.expires_at - now) / _TRIES_LEFT))
        notices.put_notice_back(connection, notice.notice_id, now + wait, reason)


def _finish(
    shop: Shop, notice: NoticeRow, state: str, *, message_id: str | None = None, failure: str | None = None
) -> None:
    with shop.database.writing() as connection:
        now = shop.now()
        notices.finish_notice(
            connection,
            notice.notice_id,
            state,
            provider_message_id=message_id,
            sent_at=now if state == "sent" else None,
            failure=failure,
        )
        if failure is not None:
            _audit(connection, [notice.notice_id], failure, now)


def _audit(connection: Connection, failed: Iterable[int], reason: str, now: datetime) -> None:
    for notice_id in failed:
        subject = f"notice {notice_id}"
        write_audit(connection, "notice.failed", actor="worker", now=now, subject=subject, detail=reason)


def _take_receipts(shop: Shop) -> None:
    """Write down what arrived; a receipt of an unknown message waits a while, and is then somebody else's."""
    arrived = shop.messages.receipts()
    if not arrived:
        return
    with shop.database.writing() as connection:
        now = shop.now()
        settled = [
            receipt
            for receipt in arrived
            if notices.record_receipt(connection, receipt.message_id, receipt.at, receipt.failure)
            or now - receipt.at > _RECEIPT_WAIT
        ]
    shop.messages.forget_receipts(settled)


def list_messages(shop: Shop, limit: int = 50) -> list[Message]:
    """The newest messages first, recipients masked."""
    with shop.database.reading() as connection:
        return [_message(row) for row in notices.list_notices(connection, limit)]


def _message(row: NoticeRow) -> Message:
    return Message(
        notice_id=row.notice_id,
        order_no=row.order_no,
        channel=row.channel,
        template=row.template,
        recipient=mask_recipient(row.recipient or ""),
        body=None if row.template in SECRET_TEMPLATES else row.body,
        state=row.state,
        tries=row.tries,
        created_at=row.created_at,
        sent_at=row.sent_at,
        delivered_at=row.delivered_at,
        expires_at=row.expires_at,
        failure=row.failure,
    )
