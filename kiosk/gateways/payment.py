"""The payment provider as the shop sees it: one protocol that WeChat Pay, Alipay and the sandbox implement.

Unknown is an answer of its own. A provider that can't be reached, times out or answers nonsense raises
`ProviderUnavailable`, which never means "not paid".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class ProviderUnavailable(Exception):
    """The provider gave no usable answer: whether money moved is unknown."""


class ProviderRefused(Exception):
    """The provider understood the request and declined it; `reason` is its own word for why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NoticeForged(Exception):
    """A notice whose signature, merchant or form doesn't prove that the provider sent it."""


class TradeState(StrEnum):
    """What a provider knows of one `out_trade_no`."""

    NOT_FOUND = "not_found"
    WAITING = "waiting"
    PAID = "paid"
    DECLINED = "declined"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class ChargeRequest:
    """Ask a provider for a code that a phone can scan and pay until `expires_at`."""

    out_trade_no: str
    amount_fen: int
    subject: str
    order_no: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Transaction:
    """Money that really moved, by the provider's own number for it."""

    transaction_id: str
    amount_fen: int
    paid_at: datetime


@dataclass(frozen=True, slots=True)
class Trade:
    """A provider's answer about one `out_trade_no`; a second transaction on it is a double payment."""

    out_trade_no: str
    merchant_id: str
    state: TradeState
    transactions: tuple[Transaction, ...] = ()


class RefundState(StrEnum):
    """What a provider knows of one `out_refund_no`."""

    NOT_FOUND = "not_found"
    PROCESSING = "processing"
    SUCCEEDED = "succeeded"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class RefundRequest:
    """Give money of one transaction back; the same `out_refund_no` never moves money twice."""

    out_refund_no: str
    out_trade_no: str
    transaction_id: str
    amount_fen: int
    reason: str


@dataclass(frozen=True, slots=True)
class Refund:
    """A provider's answer about one `out_refund_no`."""

    out_refund_no: str
    state: RefundState
    refund_id: str | None = None
    amount_fen: int = 0


@dataclass(frozen=True, slots=True)
class ProviderNotice:
    """A verified message of a provider: it says which trade to look at, and what it claims of it."""

    notice_id: str
    trade: Trade


class PaymentGateway(Protocol):
    """One payment provider under one merchant. Every call may raise `ProviderUnavailable`."""

    @property
    def provider(self) -> str:
        """The provider's code, as stored with every attempt: `sandbox`, `wechat`, `alipay`."""

    @property
    def merchant_id(self) -> str:
        """The merchant that trades and notices must name."""

    def create(self, charge: ChargeRequest) -> str:
        """Open the trade and return the text of its QR code; raises `ProviderRefused`."""

    def query(self, out_trade_no: str) -> Trade:
        """Say what is known of the trade."""

    def close(self, out_trade_no: str) -> None:
        """Stop the trade from being paid; closing a closed or unknown one is no error.

        Raises `ProviderRefused` for a paid one.
        """

    def refund(self, request: RefundRequest) -> Refund:
        """Give money back, once for each `out_refund_no`; raises `ProviderRefused`."""

    def query_refund(self, out_trade_no: str, out_refund_no: str) -> Refund:
        """Say what is known of the refund."""

    def read_notice(self, headers: Mapping[str, str], body: bytes) -> ProviderNotice:
        """Verify a notice and return what it says; raises `NoticeForged`."""
