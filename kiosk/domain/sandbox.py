"""What the sandbox provider keeps: charges, the money that moved on them, and the messages its phone received.

The sandbox stands in for a bank, so these values belong to it alone; the shop sees them only through the
payment and message gateways.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ChargeState(StrEnum):
    """Where a charge stands; everything but `WAITING` is final, save for money in flight (see `Promise.LATE`)."""

    WAITING = "waiting"
    PAID = "paid"
    DECLINED = "declined"
    CLOSED = "closed"


class Promise(StrEnum):
    """A payment that the customer set off and that arrives later.

    `DELAYED` money arrives only while the charge still waits. `LATE` money arrives after the deadline even on a
    closed charge, as an answer in flight between two banks can: the case of SPEC 6.4.
    """

    DELAYED = "delayed"
    LATE = "late"


class Refusal(StrEnum):
    """Why the sandbox declined a request, in the words its callers may show or log."""

    UNKNOWN_CHARGE = "unknown_charge"
    OUT_TRADE_NO_USED = "out_trade_no_used"
    ALREADY_PAID = "already_paid"
    DECLINED = "declined"
    CLOSED = "closed"
    EXPIRED = "expired"
    UNKNOWN_TRANSACTION = "unknown_transaction"
    OUT_REFUND_NO_USED = "out_refund_no_used"
    REFUND_EXCEEDS_PAYMENT = "refund_exceeds_payment"


class SandboxRefused(Exception):
    """The sandbox understood and declined; nothing changed."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class SandboxPayment:
    """Money that moved on a charge, and how much of it has been given back."""

    transaction_id: str
    amount_fen: int
    paid_at: datetime
    refunded_fen: int = 0


@dataclass(frozen=True, slots=True)
class SandboxCharge:
    """One `out_trade_no` with every payment made on it, oldest first; two payments are a double payment."""

    out_trade_no: str
    merchant_id: str
    order_no: str
    subject: str
    amount_fen: int
    state: ChargeState
    expires_at: datetime
    promise: Promise | None = None
    due_at: datetime | None = None
    unavailable_until: datetime | None = None
    payments: tuple[SandboxPayment, ...] = ()

    def is_silent(self, now: datetime) -> bool:
        """Whether the provider gives no answer about this charge at `now`."""
        return self.unavailable_until is not None and now < self.unavailable_until


@dataclass(frozen=True, slots=True)
class SandboxRefund:
    """Money given back of one transaction, once for each `out_refund_no`."""

    out_refund_no: str
    refund_id: str
    out_trade_no: str
    transaction_id: str
    amount_fen: int


@dataclass(frozen=True, slots=True)
class SandboxNotice:
    """A payment that the shop is still to be told of."""

    notice_id: str
    merchant_id: str
    out_trade_no: str
    payment: SandboxPayment


@dataclass(frozen=True, slots=True, repr=False)
class SandboxMessage:
    """An SMS or e-mail that arrived at the sandbox phone; `subject` is empty for an SMS. No repr: it names people."""

    message_id: str
    channel: str
    recipient: str
    subject: str
    body: str
    sent_at: datetime
