"""The sandbox's books (SPEC 6.2, 6.3, 6.4): money moves once, however the calls interleave."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import text

from kiosk.domain.sandbox import ChargeState, Promise, Refusal, SandboxRefused
from storage.encryption import FieldCipher
from storage.engine import Database, open_database
from storage.sandbox import SandboxLedger

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
DEADLINE = NOW + timedelta(minutes=30)
AMOUNT_FEN = 50_000
ROUNDS = 200


@pytest.fixture
def ledger(database: Database) -> SandboxLedger:
    return SandboxLedger(database)


def open_charge(ledger: SandboxLedger, out_trade_no: str = "T1", amount_fen: int = AMOUNT_FEN) -> None:
    ledger.open_charge(
        out_trade_no=out_trade_no,
        merchant_id="SHANDONG",
        order_no="SD1",
        subject="选号入网",
        amount_fen=amount_fen,
        expires_at=DEADLINE,
    )


def refund(ledger: SandboxLedger, number: str, amount_fen: int, transaction_id: str = "SBXTT1-1") -> str:
    return ledger.refund(
        out_refund_no=number,
        out_trade_no="T1",
        transaction_id=transaction_id,
        amount_fen=amount_fen,
        reason="cancelled",
        now=NOW,
    ).refund_id


def refusal(act: Callable[[], object]) -> Refusal:
    with pytest.raises(SandboxRefused) as caught:
        act()
    return caught.value.reason


def state_of(ledger: SandboxLedger, out_trade_no: str = "T1") -> ChargeState:
    charge = ledger.charge(out_trade_no)
    assert charge is not None
    return charge.state


def test_a_paid_charge_has_one_transaction_of_its_amount(ledger: SandboxLedger) -> None:
    open_charge(ledger)
    ledger.pay("T1", NOW)
    charge = ledger.charge("T1")
    assert charge is not None
    assert charge.state is ChargeState.PAID
    assert [(each.amount_fen, each.paid_at) for each in charge.payments] == [(AMOUNT_FEN, NOW)]


def test_a_charge_survives_the_process_that_opened_it(
    ledger: SandboxLedger, database_url: str, cipher: FieldCipher
) -> None:
    open_charge(ledger)
    other = open_database(database_url, cipher)
    charge = SandboxLedger(other).charge("T1")
    other.close()
    assert charge == ledger.charge("T1")
    assert charge is not None


def test_the_same_charge_opens_once_and_a_different_one_is_refused(ledger: SandboxLedger) -> None:
    open_charge(ledger)
    open_charge(ledger)
    assert refusal(lambda: open_charge(ledger, amount_fen=1)) is Refusal.OUT_TRADE_NO_USED


def test_a_second_payment_is_refused(ledger: SandboxLedger) -> None:
    open_charge(ledger)
    ledger.pay("T1", NOW)
    assert refusal(lambda: ledger.pay("T1", NOW)) is Refusal.ALREADY_PAID


def test_paying_after_a_close_is_refused(ledger: SandboxLedger) -> None:
    open_charge(ledger)
    ledger.close("T1")
    assert refusal(lambda: ledger.pay("T1", NOW)) is Refusal.CLOSED


def test_closing_after_a_payment_is_refused(ledger: SandboxLedger) -> None:
    open_charge(ledger)
    ledger.pay("T1", NOW)
    assert refusal(lambda: ledger.close("T1")) is Refusal.ALREADY_PAID


def test_closing_twice_or_an_unknown_charge_is_no_error(ledger: SandboxLedger) -> None:
    open_charge(ledger)
    ledger.close("T1")
    ledger.close("T1")
    ledger.close("never heard of")
    assert state_of(ledger) is ChargeState.CLOSED


def test_a_charge_does_not_close_by_itself_but_takes_no_ordinary_payment_after_its_time(
    ledger: SandboxLedger,
) -> None:
    """DESIGN 4, pitfall 11: like WeChat Pay at `time_expire`."""
    open_charge(ledger)
    assert refusal(lambda: ledger.pay("T1", DEADLINE)) is Refusal.EXPIRED
    assert state_of(ledger) is ChargeState.WAITING
    ledger.pay_late("T1", DEADLINE)
    assert state_of(ledger) is ChargeState.PAID


def test_a_declined_charge_takes_no_money_ever(ledger: SandboxLedger) -> None:
    open_charge(ledger)
    ledger.decline("T1")
    assert refusal(lambda: ledger.pay("T1", NOW)) is Refusal.DECLINED
    assert refusal(lambda: ledger.pay_late("T1", DEADLINE)) is Refusal.DECLINED
    ledger.close("T1")
    assert state_of(ledger) is ChargeState.DECLINED


def test_money_in_flight_arrives_although_the_shop_has_closed(ledger: SandboxLedger) -> None:
    """SPEC 6.4: a payment that arrives after cancellation."""
    open_charge(ledger)
    ledger.promise("T1", Promise.LATE, DEADLINE + timedelta(seconds=5))
    ledger.close("T1")
    assert state_of(ledger) is ChargeState.CLOSED
    assert ledger.carry_out_due(DEADLINE) == 0
    assert ledger.carry_out_due(DEADLINE + timedelta(seconds=5)) == 1
    assert state_of(ledger) is ChargeState.PAID
    assert ledger.carry_out_due(DEADLINE + timedelta(days=1)) == 0


def test_a_delayed_payment_does_not_outlive_a_close(ledger: SandboxLedger) -> None:
    open_charge(ledger)
    ledger.promise("T1", Promise.DELAYED, NOW + timedelta(seconds=10))
    ledger.close("T1")
    assert ledger.carry_out_due(NOW + timedelta(minutes=1)) == 0
    assert state_of(ledger) is ChargeState.CLOSED


def test_refunds_move_money_once_for_each_number_and_never_more_than_was_paid(ledger: SandboxLedger) -> None:
    open_charge(ledger)
    ledger.pay("T1", NOW)
    assert refund(ledger, "R1", 30_000) == refund(ledger, "R1", 30_000)
    assert refusal(lambda: refund(ledger, "R1", 20_000)) is Refusal.OUT_REFUND_NO_USED
    assert refusal(lambda: refund(ledger, "R2", 20_001)) is Refusal.REFUND_EXCEEDS_PAYMENT
    assert ledger.refund_of("R2") is None
    refund(ledger, "R3", 20_000)
    charge = ledger.charge("T1")
    assert charge is not None
    assert charge.payments[0].refunded_fen == AMOUNT_FEN


def test_a_refund_of_a_transaction_that_is_not_the_charges_is_refused(ledger: SandboxLedger) -> None:
    open_charge(ledger)
    open_charge(ledger, "T2")
    ledger.pay("T2", NOW)
    assert refusal(lambda: refund(ledger, "R1", 1, "SBXTT2-1")) is Refusal.UNKNOWN_TRANSACTION


def test_each_payment_queues_a_notice_that_is_retried_until_delivered(ledger: SandboxLedger) -> None:
    open_charge(ledger)
    ledger.pay("T1", NOW, times=2)
    first = ledger.claim_due_notices(NOW)
    assert [notice.payment.transaction_id for notice in first] == ["SBXTT1-1", "SBXTT1-2"]
    assert ledger.claim_due_notices(NOW) == []
    ledger.notice_delivered(first[0].notice_id, NOW)
    assert ledger.claim_due_notices(NOW + timedelta(hours=1)) == [first[1]]


def test_a_notice_is_given_up_after_a_day_of_attempts(ledger: SandboxLedger) -> None:
    open_charge(ledger)
    ledger.pay("T1", NOW)
    attempts = sum(len(ledger.claim_due_notices(NOW + timedelta(hours=hour))) for hour in range(0, 24 * 20, 7))
    assert attempts == 16


def test_a_silent_provider_holds_its_notices_back(ledger: SandboxLedger) -> None:
    open_charge(ledger)
    ledger.fall_silent("T1", NOW + timedelta(seconds=30))
    ledger.pay("T1", NOW)
    assert ledger.claim_due_notices(NOW + timedelta(seconds=29)) == []
    assert len(ledger.claim_due_notices(NOW + timedelta(seconds=30))) == 1


def test_a_message_arrives_once_for_each_key_newest_first(ledger: SandboxLedger) -> None:
    def send(key: str, body: str) -> str:
        return ledger.store_message(
            message_key=key, channel="sms", recipient="13853176688", subject="", body=body, now=NOW
        )

    assert send("a", "一") == send("a", "一")
    send("b", "二")
    assert [message.body for message in ledger.messages()] == ["二", "一"]
    assert ledger.forget_messages(NOW) == 0
    assert ledger.forget_messages(NOW + timedelta(seconds=1)) == 2


def test_recipient_and_text_of_a_message_are_encrypted_at_rest(ledger: SandboxLedger, database: Database) -> None:
    """SPEC 10.3."""
    ledger.store_message(
        message_key="a", channel="sms", recipient="13853176688", subject="", body="验证码 604918", now=NOW
    )
    with database.reading() as connection:
        row = connection.execute(text("SELECT recipient, subject, body FROM sandbox_messages")).one()
    stored = b"".join(bytes(value) for value in row)
    assert b"13853176688" not in stored
    assert b"604918" not in stored


def test_any_number_of_processes_may_make_the_tables_at_once(database: Database) -> None:
    with ThreadPoolExecutor(6) as pool:
        ledgers = list(pool.map(lambda _: SandboxLedger(database), range(6)))
    open_charge(ledgers[0])
    assert ledgers[5].charge("T1") is not None


def race(*acts: Callable[[], object]) -> list[bool]:
    """Run the acts at the same moment; says of each whether it was carried out rather than refused."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> bool:
        start.wait()
        try:
            act()
        except SandboxRefused:
            return False
        return True

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_of_a_payment_and_a_close_at_the_same_moment_exactly_one_wins(ledger: SandboxLedger) -> None:
    """SPEC 6.3."""
    for number in range(ROUNDS):
        out_trade_no = f"T{number}"
        open_charge(ledger, out_trade_no)
        paid, closed = race(lambda no=out_trade_no: ledger.pay(no, NOW), lambda no=out_trade_no: ledger.close(no))
        assert paid != closed
        charge = ledger.charge(out_trade_no)
        assert charge is not None
        assert charge.state is (ChargeState.PAID if paid else ChargeState.CLOSED)
        assert len(charge.payments) == paid


def test_of_two_payments_at_the_same_moment_exactly_one_wins(ledger: SandboxLedger) -> None:
    for number in range(ROUNDS):
        out_trade_no = f"T{number}"
        open_charge(ledger, out_trade_no)
        assert sorted(race(*[lambda no=out_trade_no: ledger.pay(no, NOW)] * 2)) == [False, True]
        charge = ledger.charge(out_trade_no)
        assert charge is not None
        assert len(charge.payments) == 1


def test_refunds_at_the_same_moment_never_exceed_the_payment(ledger: SandboxLedger) -> None:
    open_charge(ledger)
    ledger.pay("T1", NOW)
    acts = [lambda number=number: refund(ledger, f"R{number}", 20_000) for number in range(4)]
    assert sum(race(*acts, *acts)) == 4  # two refunds, and the same two again
    charge = ledger.charge("T1")
    assert charge is not None
    assert charge.payments[0].refunded_fen == 40_000


def test_two_senders_do_not_claim_the_same_notice(ledger: SandboxLedger) -> None:
    open_charge(ledger)
    ledger.pay("T1", NOW)
    with ThreadPoolExecutor(4) as pool:
        claims = list(pool.map(lambda _: ledger.claim_due_notices(NOW), range(4)))
    assert sum(map(len, claims)) == 1


class LedgerAgainstModel(RuleBasedStateMachine):
    """Any order of calls leaves the charge as a four-line model says."""

    ledger: SandboxLedger
    opened = 0

    def __init__(self) -> None:
        super().__init__()
        LedgerAgainstModel.opened += 1
        self.out_trade_no = f"M{LedgerAgainstModel.opened}"
        open_charge(self.ledger, self.out_trade_no)
        self.state = ChargeState.WAITING
        self.payments = 0
        self.refunded_fen = 0
        self.refunds = 0

    @rule(minutes=st.sampled_from([0, 29, 30, 60]), times=st.sampled_from([1, 2]))
    def pay(self, minutes: int, times: int) -> None:
        now = NOW + timedelta(minutes=minutes)
        if self.state is ChargeState.WAITING and now < DEADLINE:
            self.ledger.pay(self.out_trade_no, now, times=times)
            self.state, self.payments = ChargeState.PAID, times
        else:
            refusal(lambda: self.ledger.pay(self.out_trade_no, now, times=times))

    @rule()
    def pay_late(self) -> None:
        if self.state in {ChargeState.WAITING, ChargeState.CLOSED}:
            self.ledger.pay_late(self.out_trade_no, DEADLINE)
            self.state, self.payments = ChargeState.PAID, 1
        else:
            refusal(lambda: self.ledger.pay_late(self.out_trade_no, DEADLINE))

    @rule()
    def close(self) -> None:
        if self.state is ChargeState.PAID:
            refusal(lambda: self.ledger.close(self.out_trade_no))
            return
        self.ledger.close(self.out_trade_no)
        if self.state is ChargeState.WAITING:
            self.state = ChargeState.CLOSED

    @precondition(lambda self: self.state is ChargeState.WAITING)
    @rule()
    def decline(self) -> None:
        self.ledger.decline(self.out_trade_no)
        self.state = ChargeState.DECLINED

    @precondition(lambda self: self.payments > 0)
    @rule(amount_fen=st.integers(1, AMOUNT_FEN))
    def refund(self, amount_fen: int) -> None:
        self.refunds += 1

        def give_back() -> object:
            return self.ledger.refund(
                out_refund_no=f"{self.out_trade_no}R{self.refunds}",
                out_trade_no=self.out_trade_no,
                transaction_id=f"SBXT{self.out_trade_no}-1",
                amount_fen=amount_fen,
                reason="",
                now=NOW,
            )

        if self.refunded_fen + amount_fen <= AMOUNT_FEN:
            give_back()
            self.refunded_fen += amount_fen
        else:
            assert refusal(give_back) is Refusal.REFUND_EXCEEDS_PAYMENT

    @invariant()
    def the_books_agree(self) -> None:
        charge = self.ledger.charge(self.out_trade_no)
        assert charge is not None
        assert charge.state is self.state
        assert len(charge.payments) == self.payments
        assert sum(payment.refunded_fen for payment in charge.payments) == self.refunded_fen


def test_the_books_follow_a_simple_model_in_any_order_of_calls(ledger: SandboxLedger) -> None:
    LedgerAgainstModel.ledger = ledger
    run_state_machine_as_test(
        LedgerAgainstModel,
        settings=settings(
            max_examples=40,
            stateful_step_count=12,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
