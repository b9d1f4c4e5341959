"""Open payments, believe only the provider, and settle what it says (SPEC 6).

A payment attempt is stored before its code is shown. An answer that can't be had means unknown, and unknown keeps the
number: it is never taken for "not paid". No transaction is open while the provider is asked.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from kiosk.domain.msisdn import group_msisdn
from kiosk.domain.orders import AttemptState, OrderState
from kiosk.gateways.payment import (
    ChargeRequest,
    NoticeForged,
    PaymentGateway,
    ProviderRefused,
    ProviderUnavailable,
    Trade,
    TradeState,
)
from kiosk.locale import Translator
from kiosk.services.errors import (
    NotPayable,
    OrderUnknown,
    PaymentRefused,
    PaymentUnavailable,
    ProviderUnknown,
)
from kiosk.services.settle_payment import end_attempt, lock_attempt, settle_trade
from kiosk.services.shop import Shop
from storage import claims, orders, payments
from storage.audit import write_audit
from storage.payments import AttemptRow


@dataclass(frozen=True, slots=True)
class PaymentCode:
    """What the customer scans: the text of the QR code, and until when it can be paid."""

    out_trade_no: str
    provider: str
    code_url: str
    amount_fen: int
    pay_deadline: datetime


@dataclass(frozen=True, slots=True)
class PaymentProgress:
    """How far an order's payment has come, as known at one moment."""

    state: OrderState
    is_waiting: bool
    """Whether some attempt may still be paid."""
    refund_due: bool
    """Whether money that arrived goes back, or went back: nobody may be told that nothing was taken."""


def start_payment(shop: Shop, order_no: str, provider: str) -> PaymentCode:
    """Make a code for the order, or return the one that waits to be paid already.

    An earlier attempt with another provider, or one whose fate is unknown, is closed first.
    Raises `OrderUnknown`, `NotPayable`, `ProviderUnknown`, `PaymentRefused` or `PaymentUnavailable`.
    """
    gateway = _gateway(shop, provider)
    for attempt in unsettled_attempts(shop, order_no):
        if attempt.provider == provider and attempt.code_url is not None:
            return _code(_payable(shop, order_no), attempt)
        if not close_attempt(shop, attempt).is_settled:
            raise PaymentUnavailable
    order, attempt = _store_attempt(shop, order_no, gateway)
    if attempt.code_url is not None:
        return _code(order, attempt)
    tr = Translator(order.language)
    charge = ChargeRequest(
        out_trade_no=attempt.out_trade_no,
        amount_fen=attempt.amount_fen,
        subject=tr("选号入网 {number}", number=group_msisdn(order.msisdn)),
        order_no=order_no,
        expires_at=order.pay_deadline,
    )
    try:
        code_url = gateway.create(charge)
    except ProviderRefused as refusal:
        _give_attempt_up(shop, attempt.out_trade_no, refusal.reason)
        raise PaymentRefused from refusal
    except ProviderUnavailable as silence:
        raise PaymentUnavailable from silence
    with shop.database.writing() as connection:
        shown = payments.show_code(connection, attempt.out_trade_no, code_url)
    if not shown:
        # Given up meanwhile, when the provider didn't know of it yet: nobody would look whether this code is paid.
        raise PaymentUnavailable
    return PaymentCode(attempt.out_trade_no, provider, code_url, attempt.amount_fen, order.pay_deadline)


def payment_progress(shop: Shop, order_no: str) -> PaymentProgress:
    """Ask the providers about the order's open attempts, settle what they say, and return what is known then.

    A provider that gives no answer changes nothing. Raises `OrderUnknown`.
    """
    for attempt in unsettled_attempts(shop, order_no):
        ask_provider(shop, attempt)
    return known_progress(shop, order_no)


def known_progress(shop: Shop, order_no: str) -> PaymentProgress:
    """What is known of an order's payment without asking anybody; raises `OrderUnknown`."""
    with shop.database.reading() as connection:
        # In this order: where each query sees what was committed since the one before, an attempt seen as settled
        # comes with what that made of its order, and an order seen as ended with the refund that was decided for it.
        attempts = payments.attempts_of_order(connection, order_no)
        order = orders.find_order(connection, order_no)
        refunds = payments.refunds_of_order(connection, order_no)
    if order is None:
        raise OrderUnknown
    return PaymentProgress(
        state=order.state,
        is_waiting=not all(attempt.state.is_settled for attempt in attempts),
        refund_due=bool(refunds),
    )


def receive_notice(shop: Shop, provider: str, headers: Mapping[str, str], body: bytes) -> None:
    """Take a provider's message: verified by the gateway, then settled like any other answer.

    Raises `NoticeForged` for one that proves nothing; a repeated one is harmless.
    """
    gateway = shop.payments.get(provider)
    if gateway is None:
        raise NoticeForged("no such provider")
    notice = gateway.read_notice(headers, body)
    out_trade_no = notice.trade.out_trade_no
    with shop.database.reading() as connection:
        attempt = payments.find_attempt(connection, out_trade_no)
    if attempt is not None and attempt.provider != provider:
        attempt = None
    outcome = "unknown_trade" if attempt is None else "taken"
    if attempt is not None:
        ask_provider(shop, attempt, told=notice.trade)
    with shop.database.writing() as connection:
        now = shop.now()
        new = payments.add_provider_notice(connection, provider, notice.notice_id, out_trade_no, outcome, now)
        if new and attempt is None:
            write_audit(connection, "notice.unknown_trade", actor=provider, now=now, subject=out_trade_no)


def unsettled_attempts(shop: Shop, order_no: str) -> list[AttemptRow]:
    """The order's attempts that may still be paid."""
    with shop.database.reading() as connection:
        attempts = payments.attempts_of_order(connection, order_no)
    return [attempt for attempt in attempts if not attempt.state.is_settled]


def ask_provider(shop: Shop, attempt: AttemptRow, told: Trade | None = None) -> AttemptState:
    """Query one attempt and settle the answer, and with it what a verified notice told.

    An answer can be older than a notice, and where none comes the notice is all there is: either way its money counts.
    """
    gateway = shop.payments.get(attempt.provider)
    if gateway is None:
        return attempt.state
    try:
        trade = _query(gateway, attempt.out_trade_no)
    except ProviderUnavailable:
        if told is None:
            return attempt.state
        trade = told
    else:
        trade = trade if told is None else _with_money_told(trade, told)
    return settle_trade(shop, attempt.provider, gateway.merchant_id, trade)


def _query(gateway: PaymentGateway, out_trade_no: str) -> Trade:
    trade = gateway.query(out_trade_no)
    if trade.out_trade_no != out_trade_no:
        raise ProviderUnavailable("the provider answered about another payment")
    return trade


def _with_money_told(trade: Trade, told: Trade) -> Trade:
    known = {transaction.transaction_id for transaction in trade.transactions}
    new = (transaction for transaction in told.transactions if transaction.transaction_id not in known)
    return replace(trade, transactions=(*trade.transactions, *new))


def close_attempt(shop: Shop, attempt: AttemptRow) -> AttemptState:
    """Query, close, query again (SPEC 6.4): afterwards the attempt is settled, or nobody knows yet.

    A provider's own time limit isn't relied on; WeChat Pay leaves a trade open past it.
    """
    state = ask_provider(shop, attempt)
    gateway = shop.payments.get(attempt.provider)
    if state.is_settled or gateway is None:
        return state
    try:
        gateway.close(attempt.out_trade_no)
        trade = _query(gateway, attempt.out_trade_no)
    except ProviderRefused:
        # Paid in the meantime.
        return ask_provider(shop, attempt)
    except ProviderUnavailable:
        return state
    if trade.state is TradeState.NOT_FOUND:
        # The provider never heard of it and was just told not to take it.
        trade = Trade(trade.out_trade_no, gateway.merchant_id, TradeState.CLOSED)
    return settle_trade(shop, attempt.provider, gateway.merchant_id, trade)


def _gateway(shop: Shop, provider: str) -> PaymentGateway:
    try:
        return shop.payments[provider]
    except KeyError:
        raise ProviderUnknown from None


def _payable(shop: Shop, order_no: str) -> orders.OrderRow:
    with shop.database.reading() as connection:
        return _require_payable(shop, orders.find_order(connection, order_no))


def _require_payable(shop: Shop, order: orders.OrderRow | None) -> orders.OrderRow:
    if order is None:
        raise OrderUnknown
    if order.state is not OrderState.PENDING or order.pay_deadline <= shop.now():
        raise NotPayable(order.state)
    return order


def _code(order: orders.OrderRow, attempt: AttemptRow) -> PaymentCode:
    return PaymentCode(
        attempt.out_trade_no, attempt.provider, attempt.code_url or "", attempt.amount_fen, order.pay_deadline
    )


def _store_attempt(shop: Shop, order_no: str, gateway: PaymentGateway) -> tuple[orders.OrderRow, AttemptRow]:
    with shop.database.writing() as connection:
        order = _require_payable(shop, orders.find_order(connection, order_no, lock=True))
        attempts = payments.attempts_of_order(connection, order_no)
        for attempt in attempts:
            if not attempt.state.is_settled:
                # Another press was quicker.
                if attempt.code_url is None or attempt.provider != gateway.provider:
                    raise PaymentUnavailable
                return order, attempt
        now = shop.now()
        if not claims.tie_to_payment(connection, order.msisdn, order_no, now):
            raise NotPayable(order.state)
        attempt = AttemptRow(
            out_trade_no=f"{order_no}{len(attempts) + 1:02d}",
            order_no=order_no,
            provider=gateway.provider,
            merchant_id=gateway.merchant_id,
            amount_fen=order.amount_fen,
            state=AttemptState.CREATED,
            code_url=None,
            created_at=now,
            expires_at=order.pay_deadline,
            settled_at=None,
        )
        payments.insert_attempt(connection, attempt)
        return order, attempt


def _give_attempt_up(shop: Shop, out_trade_no: str, reason: str) -> None:
    with shop.database.writing() as connection:
        order, attempt = lock_attempt(connection, out_trade_no)
        if not attempt.state.is_settled:
            end_attempt(connection, order, attempt, AttemptState.FAILED, shop.now(), reason)
