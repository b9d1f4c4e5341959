"""Carry out refunds that were decided, until the provider has said yes or no (SPEC 6.4)."""

from datetime import datetime, timedelta

from kiosk.gateways.payment import ProviderRefused, ProviderUnavailable, RefundRequest, RefundState
from kiosk.services.shop import Shop
from storage import orders, payments
from storage.audit import write_audit
from storage.payments import RefundRow

_LONGEST_WAIT = timedelta(hours=1)
_FIRST_LEASE = timedelta(minutes=1)


def send_due_refunds(shop: Shop) -> int:
    """Ask for every refund that is due and say how many succeeded.

    The same `out_refund_no` moves money once, so a worker that died after asking does no harm: the next one asks
    again. A refund without an answer is tried again later, for ever; one that is refused goes to staff.
    """
    succeeded = 0
    while True:
        with shop.database.writing() as connection:
            now = shop.now()
            refund = payments.claim_due_refund(connection, now, now + _FIRST_LEASE)
        if refund is None:
            return succeeded
        succeeded += _send(shop, refund)


def _send(shop: Shop, refund: RefundRow) -> bool:
    gateway = shop.payments.get(refund.provider)
    if gateway is None:
        _wait(shop, refund)
        return False
    request = RefundRequest(
        out_refund_no=refund.out_refund_no,
        out_trade_no=refund.out_trade_no,
        transaction_id=refund.transaction_id,
        amount_fen=refund.amount_fen,
        reason=refund.reason,
    )
    try:
        answer = gateway.refund(request)
    except ProviderUnavailable:
        _wait(shop, refund)
        return False
    except ProviderRefused as refusal:
        _settle(shop, refund, "refused", None, refusal.reason)
        return False
    match answer.state:
        case RefundState.SUCCEEDED:
            _settle(shop, refund, "succeeded", answer.refund_id, None)
            return True
        case RefundState.REFUSED:
            _settle(shop, refund, "refused", answer.refund_id, None)
        case RefundState.PROCESSING | RefundState.NOT_FOUND:
            _wait(shop, refund)
    return False


def _wait(shop: Shop, refund: RefundRow) -> None:
    wait = min(_LONGEST_WAIT, timedelta(seconds=15 * 2 ** min(refund.tries, 12)))
    with shop.database.writing() as connection:
        payments.postpone_refund(connection, refund.out_refund_no, shop.now() + wait)


def _settle(shop: Shop, refund: RefundRow, state: str, refund_id: str | None, detail: str | None) -> None:
    with shop.database.writing() as connection:
        now: datetime = shop.now()
        if not payments.settle_refund(connection, refund.out_refund_no, state, refund_id, now):
            return
        orders.add_event(connection, refund.order_no, f"refund_{state}", refund.provider, now, detail)
        if state == "refused":
            # Money is owed and the provider won't move it: a person has to.
            write_audit(
                connection,
                "refund.refused",
                actor=refund.provider,
                now=now,
                subject=refund.out_refund_no,
                detail=detail,
            )
