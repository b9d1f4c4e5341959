"""The sandbox as a payment and message gateway (SPEC 6.2, 6.3), whose forgeries are refused."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.sandbox import SandboxNotice, SandboxPayment
from kiosk.gateways.messages import Channel, MessageGateway, MessageGatewayUnavailable, MessageUndeliverable
from kiosk.gateways.payment import (
    ChargeRequest,
    NoticeForged,
    PaymentGateway,
    ProviderRefused,
    ProviderUnavailable,
    RefundRequest,
    RefundState,
    TradeState,
)
from kiosk.gateways.sandbox import NOTICE_WINDOW, SandboxKey, SandboxMessages, SandboxPayments, notice_body
from storage.encryption import FieldCipher
from storage.engine import Database, open_database
from storage.sandbox import SandboxLedger

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
KEY = SandboxKey(b"k" * 32)
CHARGE = ChargeRequest("T1", 50_000, "选号入网", "SD1", NOW + timedelta(minutes=30))
PAYMENT = SandboxPayment("SBXTT1-1", 50_000, NOW)
BODY = notice_body(SandboxNotice("SBXN1", "SHANDONG", "T1", PAYMENT))


@pytest.fixture
def database(tmp_path: Path, cipher: FieldCipher) -> Iterator[Database]:
    opened = open_database(f"sqlite:///{tmp_path / 'sandbox.sqlite'}", cipher)
    yield opened
    opened.close()


@pytest.fixture
def ledger(database: Database) -> SandboxLedger:
    return SandboxLedger(database)


def gateway(ledger: SandboxLedger, now: datetime = NOW, merchant_id: str = "SHANDONG") -> SandboxPayments:
    return SandboxPayments(ledger, KEY, base_url="http://127.0.0.1:8080/", merchant_id=merchant_id, now=lambda: now)


def refund_request(amount_fen: int = 50_000, number: str = "R1") -> RefundRequest:
    return RefundRequest(number, "T1", "SBXTT1-1", amount_fen, "cancelled")


def test_the_sandbox_is_a_gateway_like_any_other(ledger: SandboxLedger) -> None:
    payments: PaymentGateway = gateway(ledger)
    messages: MessageGateway = SandboxMessages(ledger, lambda: NOW)
    assert not any(messages.reaches_people(channel) for channel in Channel)
    assert (payments.provider, payments.merchant_id) == ("sandbox", "SHANDONG")
    assert messages is not None


def test_the_code_is_the_cashiers_address_with_a_token_of_this_charge_alone(ledger: SandboxLedger) -> None:
    code = gateway(ledger).create(CHARGE)
    assert code == gateway(ledger).create(CHARGE)
    assert code.startswith("HTTP://127.0.0.1:8080/PAY/T1/")
    token = code.rpartition("/")[2]
    assert KEY.opens_cashier("T1", token)
    assert not KEY.opens_cashier("T2", token)
    assert not SandboxKey(b"x" * 32).opens_cashier("T1", token)


def test_a_trade_is_unknown_then_waiting_then_paid(ledger: SandboxLedger) -> None:
    payments = gateway(ledger)
    assert payments.query("T1").state is TradeState.NOT_FOUND
    payments.create(CHARGE)
    assert payments.query("T1").state is TradeState.WAITING
    ledger.pay("T1", NOW)
    trade = payments.query("T1")
    assert trade.state is TradeState.PAID
    assert [(each.transaction_id, each.amount_fen) for each in trade.transactions] == [("SBXTT1-1", 50_000)]


def test_a_trade_can_be_declined_or_closed(ledger: SandboxLedger) -> None:
    payments = gateway(ledger)
    payments.create(CHARGE)
    ledger.decline("T1")
    assert payments.query("T1").state is TradeState.DECLINED
    payments.create(ChargeRequest("T2", 1, "", "SD2", NOW))
    payments.close("T2")
    payments.close("T2")
    payments.close("unknown")
    assert payments.query("T2").state is TradeState.CLOSED


def test_two_payments_of_one_trade_are_both_told(ledger: SandboxLedger) -> None:
    payments = gateway(ledger)
    payments.create(CHARGE)
    ledger.pay("T1", NOW, times=2)
    assert len(payments.query("T1").transactions) == 2


def test_closing_a_paid_trade_is_refused(ledger: SandboxLedger) -> None:
    payments = gateway(ledger)
    payments.create(CHARGE)
    ledger.pay("T1", NOW)
    with pytest.raises(ProviderRefused, match="already_paid"):
        payments.close("T1")


def test_another_merchants_trade_is_not_to_be_seen_or_closed(ledger: SandboxLedger) -> None:
    gateway(ledger).create(CHARGE)
    other = gateway(ledger, merchant_id="HENAN")
    other.close("T1")
    assert other.query("T1").state is TradeState.NOT_FOUND
    assert gateway(ledger).query("T1").state is TradeState.WAITING


def test_a_silent_provider_answers_nothing_and_then_again(ledger: SandboxLedger) -> None:
    """SPEC 6.3: unknown is never treated as failed."""
    gateway(ledger).create(CHARGE)
    ledger.pay("T1", NOW)
    ledger.fall_silent("T1", NOW + timedelta(seconds=30))
    silent = gateway(ledger, NOW + timedelta(seconds=29))
    for ask in (
        lambda: silent.query("T1"),
        lambda: silent.close("T1"),
        lambda: silent.refund(refund_request()),
        lambda: silent.query_refund("T1", "R1"),
    ):
        with pytest.raises(ProviderUnavailable):
            ask()
    assert gateway(ledger, NOW + timedelta(seconds=30)).query("T1").state is TradeState.PAID


def test_a_ledger_that_is_gone_is_no_answer_rather_than_no_payment(ledger: SandboxLedger, database: Database) -> None:
    with database.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE sandbox_charges RENAME TO moved_away")
    with pytest.raises(ProviderUnavailable):
        gateway(ledger).query("T1")
    with database.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE sandbox_messages RENAME TO moved_too")
    with pytest.raises(MessageGatewayUnavailable):
        SandboxMessages(ledger, lambda: NOW).send("a", Channel.SMS, "13853176688", "", "您好")


def test_a_refund_moves_money_once(ledger: SandboxLedger) -> None:
    payments = gateway(ledger)
    payments.create(CHARGE)
    ledger.pay("T1", NOW)
    assert payments.query_refund("T1", "R1").state is RefundState.NOT_FOUND
    first = payments.refund(refund_request())
    assert first == payments.refund(refund_request()) == payments.query_refund("T1", "R1")
    assert (first.state, first.amount_fen) == (RefundState.SUCCEEDED, 50_000)
    with pytest.raises(ProviderRefused, match="refund_exceeds_payment"):
        payments.refund(refund_request(1, "R2"))


def test_a_signed_notice_says_which_trade_was_paid(ledger: SandboxLedger) -> None:
    notice = gateway(ledger).read_notice(KEY.sign_notice(BODY, NOW), BODY)
    assert notice.notice_id == "SBXN1"
    assert (notice.trade.out_trade_no, notice.trade.state) == ("T1", TradeState.PAID)
    assert [(each.transaction_id, each.amount_fen, each.paid_at) for each in notice.trade.transactions] == [
        ("SBXTT1-1", 50_000, NOW)
    ]


@pytest.mark.parametrize("spell", [str.upper, str.title, str.lower])
def test_header_names_are_compared_without_regard_to_case(ledger: SandboxLedger, spell: object) -> None:
    """DESIGN 4, pitfall 10."""
    assert callable(spell)
    headers = {spell(name): value for name, value in KEY.sign_notice(BODY, NOW).items()}
    assert gateway(ledger).read_notice(headers, BODY).notice_id == "SBXN1"


@pytest.mark.parametrize("age", [NOTICE_WINDOW, -NOTICE_WINDOW])
def test_a_notice_counts_for_five_minutes_either_way(ledger: SandboxLedger, age: timedelta) -> None:
    """DESIGN 4, pitfall 10: a replay window."""
    headers = KEY.sign_notice(BODY, NOW)
    assert gateway(ledger, NOW + age).read_notice(headers, BODY).notice_id == "SBXN1"
    beyond = age + (timedelta(seconds=1) if age > timedelta() else -timedelta(seconds=1))
    with pytest.raises(NoticeForged, match="too old"):
        gateway(ledger, NOW + beyond).read_notice(headers, BODY)


def signed(**changes: object) -> tuple[dict[str, str], bytes]:
    body = json.dumps({**json.loads(BODY), **changes}).encode()
    return KEY.sign_notice(body, NOW), body


@pytest.mark.parametrize(
    "changes",
    [
        {"merchant_id": "HENAN"},
        {"merchant_id": None},
        {"amount_fen": "50000"},
        {"amount_fen": 0},
        {"amount_fen": True},
        {"amount_fen": 500.0},
        {"paid_at": "2026-11-22T10:00:00"},
        {"paid_at": 5},
        {"trade_state": "closed"},
        {"notice_id": ""},
        {"out_trade_no": ["T1"]},
    ],
)
def test_a_well_signed_notice_of_another_merchant_or_form_is_refused(
    ledger: SandboxLedger, changes: dict[str, object]
) -> None:
    headers, body = signed(**changes)
    with pytest.raises(NoticeForged):
        gateway(ledger).read_notice(headers, body)


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"\xff\xfe", b"{}", b"[" * 100_000, b'"paid"'])
def test_a_well_signed_notice_of_nonsense_is_refused(ledger: SandboxLedger, body: bytes) -> None:
    with pytest.raises(NoticeForged):
        gateway(ledger).read_notice(KEY.sign_notice(body, NOW), body)


@pytest.mark.parametrize("missing", ["sandbox-timestamp", "sandbox-nonce", "sandbox-signature"])
def test_a_notice_without_all_its_proof_is_refused(ledger: SandboxLedger, missing: str) -> None:
    headers = KEY.sign_notice(BODY, NOW)
    del headers[missing]
    with pytest.raises(NoticeForged):
        gateway(ledger).read_notice(headers, BODY)


def test_a_notice_with_a_header_twice_is_refused(ledger: SandboxLedger) -> None:
    headers = KEY.sign_notice(BODY, NOW)
    with pytest.raises(NoticeForged):
        gateway(ledger).read_notice({**headers, "SANDBOX-NONCE": headers["sandbox-nonce"]}, BODY)


def test_a_notice_signed_with_another_key_is_refused(ledger: SandboxLedger) -> None:
    with pytest.raises(NoticeForged):
        gateway(ledger).read_notice(SandboxKey(b"x" * 32).sign_notice(BODY, NOW), BODY)


@given(position=st.integers(0, len(BODY) - 1), change=st.integers(1, 255))
def test_a_notice_changed_in_any_byte_is_refused(position: int, change: int) -> None:
    altered = bytearray(BODY)
    altered[position] ^= change
    with pytest.raises(NoticeForged):
        KEY.check_notice(KEY.sign_notice(BODY, NOW), bytes(altered), NOW)


@given(
    headers=st.dictionaries(
        st.sampled_from(["Sandbox-Timestamp", "sandbox-nonce", "Sandbox-Signature", "other"]), st.text()
    ),
    body=st.binary(),
)
def test_garbage_is_refused_and_nothing_else_happens(headers: dict[str, str], body: bytes) -> None:
    with pytest.raises(NoticeForged):
        KEY.check_notice(headers, body, NOW)


def test_a_short_secret_is_no_secret() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        SandboxKey(b"short")


def test_a_message_arrives_at_the_sandbox_phone_once(ledger: SandboxLedger) -> None:
    messages = SandboxMessages(ledger, lambda: NOW)
    first = messages.send("order-1-paid", Channel.SMS, "13853176688", "", "您已支付")
    assert messages.send("order-1-paid", Channel.SMS, "13853176688", "", "您已支付") == first
    assert [(each.message_id, each.recipient, each.sent_at) for each in ledger.messages()] == [
        (first, "13853176688", NOW)
    ]


@pytest.mark.parametrize(
    ("channel", "recipient"),
    [
        (Channel.SMS, "1385317668"),
        (Channel.SMS, "053112345678"),
        (Channel.SMS, "１３８５３１７６６８８"),
        (Channel.SMS, "13853176688\n"),
        (Channel.EMAIL, "li.hua"),
        (Channel.EMAIL, "li.hua@nowhere.invalid"),
        (Channel.EMAIL, "li hua@example.com"),
    ],
)
def test_a_message_to_nobody_is_undeliverable(ledger: SandboxLedger, channel: Channel, recipient: str) -> None:
    with pytest.raises(MessageUndeliverable):
        SandboxMessages(ledger, lambda: NOW).send("a", channel, recipient, "", "您好")
    assert ledger.messages() == []
