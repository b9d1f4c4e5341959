"""The sandbox: a payment provider and a phone inside the shop's own machine, for which nobody needs an account.

It is a gateway like any other: the shop asks it for the state of a trade and believes neither a browser nor an
unsigned notice.
"""

import base64
import hmac
import json
import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Protocol
from urllib.parse import quote

from kiosk.domain.errors import ShopUnavailable
from kiosk.domain.sandbox import (
    ChargeState,
    Refusal,
    SandboxCharge,
    SandboxNotice,
    SandboxRefund,
    SandboxRefused,
)
from kiosk.gateways.messages import (
    Channel,
    MessageGatewayUnavailable,
    MessageUndeliverable,
    Outage,
    ReadyGateway,
)
from kiosk.gateways.payment import (
    ChargeRequest,
    NoticeForged,
    ProviderNotice,
    ProviderRefused,
    ProviderUnavailable,
    Refund,
    RefundRequest,
    RefundState,
    Trade,
    TradeState,
    Transaction,
)

PROVIDER = "sandbox"
NOTICE_WINDOW = timedelta(minutes=5)
_MIN_SECRET_BYTES = 32
_TOKEN_BYTES = 10
_TIMESTAMP, _NONCE, _SIGNATURE = "sandbox-timestamp", "sandbox-nonce", "sandbox-signature"
_MOBILE = re.compile(r"(?:\+?86)?1[3-9][0-9]{9}")
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,255}")
# RFC 2606 reserves it: an address there never exists, which lets people try what the shop says then.
_UNDELIVERABLE_DOMAIN = ".invalid"


class ChargeLedger(Protocol):
    """What the payment gateway needs of the sandbox's books; see `storage.sandbox.SandboxLedger`."""

    def open_charge(
        self,
        *,
        out_trade_no: str,
        merchant_id: str,
        order_no: str,
        subject: str,
        amount_fen: int,
        expires_at: datetime,
    ) -> None:
        """Open a charge, once."""

    def charge(self, out_trade_no: str) -> SandboxCharge | None:
        """Everything known of a charge."""

    def close(self, out_trade_no: str) -> None:
        """Stop a charge from being paid."""

    def refund(
        self,
        *,
        out_refund_no: str,
        out_trade_no: str,
        transaction_id: str,
        amount_fen: int,
        reason: str,
        now: datetime,
    ) -> SandboxRefund:
        """Give money back, once for each `out_refund_no`."""

    def refund_of(self, out_refund_no: str) -> SandboxRefund | None:
        """The refund of that number."""


class MessageLedger(Protocol):
    """What the message gateway needs of the sandbox's books."""

    def store_message(
        self, *, message_key: str, channel: str, recipient: str, subject: str, body: str, now: datetime
    ) -> str:
        """Put a message on the sandbox phone, once for each key; returns its number there."""


class SandboxKey:
    """The secret that the sandbox and the shop share: it makes cashier links unguessable and notices provable."""

    __slots__ = ("_link_key", "_notice_key")

    def __init__(self, secret: bytes) -> None:
        if len(secret) < _MIN_SECRET_BYTES:
            raise ValueError(f"the sandbox's secret needs at least {_MIN_SECRET_BYTES} bytes")
        self._link_key = hmac.digest(secret, b"cashier link", "sha256")
        self._notice_key = hmac.digest(secret, b"notice", "sha256")

    def cashier_token(self, out_trade_no: str) -> str:
        """The part of a cashier's address that only someone who saw the QR code knows: 80 bits in base 32."""
        digest = hmac.digest(self._link_key, out_trade_no.encode(), "sha256")
        return base64.b32encode(digest[:_TOKEN_BYTES]).decode()

    def opens_cashier(self, out_trade_no: str, token: str) -> bool:
        """Whether the token belongs to this charge."""
        return hmac.compare_digest(self.cashier_token(out_trade_no).encode(), token.encode())

    def sign_notice(self, body: bytes, now: datetime) -> dict[str, str]:
        """The headers that prove a notice, made anew for each delivery."""
        timestamp, nonce = str(int(now.timestamp())), secrets.token_hex(16)
        return {
            _TIMESTAMP: timestamp,
            _NONCE: nonce,
            _SIGNATURE: self._signature(timestamp, nonce, body),
        }

    def check_notice(self, headers: Mapping[str, str], body: bytes, now: datetime) -> None:
        """Raise `NoticeForged` unless the headers prove the body and are at most `NOTICE_WINDOW` old.

        Header names are compared without regard to case; one that comes twice proves nothing.
        """
        names = [name.lower() for name in headers]
        proof = {name.lower(): value for name, value in headers.items()}
        if any(names.count(name) != 1 for name in (_TIMESTAMP, _NONCE, _SIGNATURE)):
            raise NoticeForged("a signature header is missing or repeated")
        timestamp = proof[_TIMESTAMP]
        expected = self._signature(timestamp, proof[_NONCE], body)
        if not hmac.compare_digest(expected.encode(), proof[_SIGNATURE].encode(errors="surrogateescape")):
            raise NoticeForged("the signature is wrong")
        if not abs(now - datetime.fromtimestamp(int(timestamp), UTC)) <= NOTICE_WINDOW:
            raise NoticeForged("the notice is too old, or from the future")

    def _signature(self, timestamp: str, nonce: str, body: bytes) -> str:
        signed = b"\n".join((timestamp.encode(errors="replace"), nonce.encode(errors="replace"), body))
        return hmac.new(self._notice_key, signed, sha256).hexdigest()


class SandboxPayments:
    """The sandbox as a payment gateway: its QR code opens the cashier page at `base_url`."""

    def __init__(
        self,
        ledger: ChargeLedger,
        key: SandboxKey,
        *,
        base_url: str,
        merchant_id: str,
        now: Callable[[], datetime],
    ) -> None:
        self._ledger = ledger
        self._key = key
        self._base_url = base_url.rstrip("/")
        self._merchant_id = merchant_id
        self._now = now

    @property
    def provider(self) -> str:
        """Always `sandbox`."""
        return PROVIDER

    @property
    def merchant_id(self) -> str:
        """The merchant that charges and notices must name."""
        return self._merchant_id

    def create(self, charge: ChargeRequest) -> str:
        """Open the charge and return the cashier's address for its QR code, the same for the same request."""
        with _answering():
            self._ledger.open_charge(
                out_trade_no=charge.out_trade_no,
                merchant_id=self._merchant_id,
                order_no=charge.order_no,
                subject=charge.subject,
                amount_fen=charge.amount_fen,
                expires_at=charge.expires_at,
            )
        # Capitals only: a QR code has a denser alphabet for them (ISO/IEC 18004, alphanumeric mode), and at 80×24 the
        # code must leave room for the words.
        token = self._key.cashier_token(charge.out_trade_no)
        return f"{self._base_url}/pay/{quote(charge.out_trade_no, safe='')}/{token}".upper()

    def query(self, out_trade_no: str) -> Trade:
        """What the ledger knows; raises `ProviderUnavailable` while the sandbox plays silent."""
        with _answering():
            charge = self._own_charge(out_trade_no)
        if charge is None:
            return Trade(out_trade_no, self._merchant_id, TradeState.NOT_FOUND)
        transactions = tuple(
            Transaction(payment.transaction_id, payment.amount_fen, payment.paid_at) for payment in charge.payments
        )
        return Trade(out_trade_no, charge.merchant_id, _trade_state(charge.state), transactions)

    def close(self, out_trade_no: str) -> None:
        """Stop the charge from being paid; raises `ProviderRefused` for a paid one."""
        with _answering():
            if self._own_charge(out_trade_no) is not None:
                self._ledger.close(out_trade_no)

    def refund(self, request: RefundRequest) -> Refund:
        """Give money back at once; the same `out_refund_no` again answers the same and moves nothing."""
        with _answering():
            if self._own_charge(request.out_trade_no) is None:
                raise SandboxRefused(Refusal.UNKNOWN_CHARGE)
            refund = self._ledger.refund(
                out_refund_no=request.out_refund_no,
                out_trade_no=request.out_trade_no,
                transaction_id=request.transaction_id,
                amount_fen=request.amount_fen,
                reason=request.reason,
                now=self._now(),
            )
        return Refund(refund.out_refund_no, RefundState.SUCCEEDED, refund.refund_id, refund.amount_fen)

    def query_refund(self, out_trade_no: str, out_refund_no: str) -> Refund:
        """What the ledger knows of the refund."""
        with _answering():
            known = self._own_charge(out_trade_no) is not None
            refund = self._ledger.refund_of(out_refund_no) if known else None
        if refund is None or refund.out_trade_no != out_trade_no:
            return Refund(out_refund_no, RefundState.NOT_FOUND)
        return Refund(refund.out_refund_no, RefundState.SUCCEEDED, refund.refund_id, refund.amount_fen)

    def read_notice(self, headers: Mapping[str, str], body: bytes) -> ProviderNotice:
        """Verify a notice's signature, age, merchant and form; raises `NoticeForged`."""
        self._key.check_notice(headers, body, self._now())
        try:
            notice = _read_notice(body)
        except (ValueError, KeyError, TypeError, RecursionError) as fault:
            raise NoticeForged("the notice has another form") from fault
        if notice.trade.merchant_id != self._merchant_id:
            raise NoticeForged("the notice is for another merchant")
        return notice

    def _own_charge(self, out_trade_no: str) -> SandboxCharge | None:
        """The merchant's charge of that number, or no answer at all while the sandbox is silent about it."""
        charge = self._ledger.charge(out_trade_no)
        if charge is None or charge.merchant_id != self._merchant_id:
            return None
        if charge.is_silent(self._now()):
            raise ProviderUnavailable("the sandbox plays silent")
        return charge


class SandboxMessages(ReadyGateway):
    """The sandbox phone as a message gateway: what is sent appears on the page `/phone` and goes nowhere else."""

    def __init__(self, ledger: MessageLedger, now: Callable[[], datetime]) -> None:
        self._ledger = ledger
        self._now = now

    def reaches_people(self, channel: Channel) -> bool:
        """Never."""
        return False

    def send(self, message_key: str, channel: Channel, recipient: str, subject: str, body: str) -> str:
        """Put the message on the phone, once for each key.

        Mainland mobile numbers and e-mail addresses can be reached, except for domains that end in `.invalid`.
        """
        match channel:
            case Channel.SMS:
                reachable = _MOBILE.fullmatch(recipient) is not None
            case Channel.EMAIL:
                reachable = _EMAIL.fullmatch(recipient) is not None
                reachable = reachable and not recipient.lower().endswith(_UNDELIVERABLE_DOMAIN)
        if not reachable:
            raise MessageUndeliverable("no_such_recipient")
        try:
            return self._ledger.store_message(
                message_key=message_key,
                channel=channel,
                recipient=recipient,
                subject=subject,
                body=body,
                now=self._now(),
            )
        except ShopUnavailable as fault:
            raise MessageGatewayUnavailable(Outage.NETWORK) from fault


def notice_body(notice: SandboxNotice) -> bytes:
    """What a notice says, as the JSON that `SandboxPayments.read_notice` reads."""
    told = {
        "notice_id": notice.notice_id,
        "merchant_id": notice.merchant_id,
        "out_trade_no": notice.out_trade_no,
        "trade_state": TradeState.PAID,
        "transaction_id": notice.payment.transaction_id,
        "amount_fen": notice.payment.amount_fen,
        "paid_at": notice.payment.paid_at.isoformat(),
    }
    return json.dumps(told, ensure_ascii=False).encode()


def _read_notice(body: bytes) -> ProviderNotice:
    """Take a notice apart; raises `ValueError`, `KeyError` or `TypeError` when it has another form."""
    told = json.loads(body)
    if told["trade_state"] != TradeState.PAID:
        raise ValueError("notices tell of payments only")
    paid_at = datetime.fromisoformat(told["paid_at"])
    if paid_at.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    amount_fen = told["amount_fen"]
    if type(amount_fen) is not int or amount_fen <= 0:
        raise ValueError("an amount is a positive whole number of fen")
    transaction = Transaction(_text(told["transaction_id"]), amount_fen, paid_at)
    trade = Trade(_text(told["out_trade_no"]), _text(told["merchant_id"]), TradeState.PAID, (transaction,))
    return ProviderNotice(_text(told["notice_id"]), trade)


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("a text is missing")
    return value


def _trade_state(state: ChargeState) -> TradeState:
    match state:
        case ChargeState.WAITING:
            return TradeState.WAITING
        case ChargeState.PAID:
            return TradeState.PAID
        case ChargeState.DECLINED:
            return TradeState.DECLINED
        case ChargeState.CLOSED:
            return TradeState.CLOSED


@contextmanager
def _answering() -> Iterator[None]:
    """Turn what the ledger raises into what every payment provider raises."""
    try:
        yield
    except SandboxRefused as refusal:
        raise ProviderRefused(refusal.reason) from refusal
    except ShopUnavailable as fault:
        raise ProviderUnavailable("the sandbox's ledger can't be reached") from fault
