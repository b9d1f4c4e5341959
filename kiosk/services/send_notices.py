"""Send the messages that wait, each at most once shown as sent; list them for staff (DESIGN 2)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from kiosk.domain.msisdn import mask_msisdn
from kiosk.gateways.messages import Channel, MessageGatewayUnavailable, MessageUndeliverable
from kiosk.services.shop import Shop
from storage import notices
from storage.audit import write_audit
from storage.notices import NoticeRow

_LEASE = timedelta(minutes=2)
_LONGEST_WAIT = timedelta(hours=1)


@dataclass(frozen=True, slots=True, repr=False)
class Message:
    """A message as staff may see it: the recipient masked, the text only while it is kept, and no repr to log."""

    notice_id: int
    order_no: str | None
    channel: str
    template: str
    recipient: str
    body: str
    state: str
    tries: int
    created_at: datetime
    sent_at: datetime | None


def send_due_notices(shop: Shop) -> int:
    """Send everything that is due and say how many were sent.

    A message is leased before it is sent: a worker that dies in between leaves it to the next one, and the gateway,
    which knows messages by their key, doesn't send it a second time.
    """
    sent = 0
    while True:
        with shop.database.writing() as connection:
            now = shop.now()
            notice = notices.claim_due_notice(connection, now, now + _LEASE)
        if notice is None:
            return sent
        sent += _send(shop, notice)


def _send(shop: Shop, notice: NoticeRow) -> bool:
    if notice.recipient is None or notice.body is None:
        # Its person was forgotten before it went out.
        _finish(shop, notice, "failed")
        return False
    try:
        message_id = shop.messages.send(
            notice.notice_key, Channel(notice.channel), notice.recipient, notice.subject or "", notice.body
        )
    except MessageUndeliverable as fault:
        _finish(shop, notice, "failed", fault=fault.reason)
        return False
    except MessageGatewayUnavailable:
        with shop.database.writing() as connection:
            notices.put_notice_back(connection, notice.notice_id, shop.now() + _wait_after(notice.tries))
        return False
    _finish(shop, notice, "sent", message_id=message_id)
    return True


def _wait_after(tries: int) -> timedelta:
    return min(_LONGEST_WAIT, timedelta(seconds=15 * 2 ** min(tries, 12)))


def _finish(
    shop: Shop, notice: NoticeRow, state: str, *, message_id: str | None = None, fault: str | None = None
) -> None:
    with shop.database.writing() as connection:
        now = shop.now()
        notices.finish_notice(
            connection,
            notice.notice_id,
            state,
            provider_message_id=message_id,
            sent_at=now if state == "sent" else None,
        )
        if state == "failed":
            subject = f"notice {notice.notice_id}"
            write_audit(connection, "notice.failed", actor="worker", now=now, subject=subject, detail=fault)


def list_messages(shop: Shop, limit: int = 50) -> list[Message]:
    """The newest messages first, recipients masked."""
    with shop.database.reading() as connection:
        return [_message(row) for row in notices.list_notices(connection, limit)]


def _message(row: NoticeRow) -> Message:
    recipient = row.recipient or ""
    return Message(
        notice_id=row.notice_id,
        order_no=row.order_no,
        channel=row.channel,
        template=row.template,
        recipient=mask_msisdn(int(recipient)) if recipient.isdigit() else "***",
        body=row.body or "",
        state=row.state,
        tries=row.tries,
        created_at=row.created_at,
        sent_at=row.sent_at,
    )
