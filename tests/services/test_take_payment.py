"""Opening payments, and asking the provider about them (SPEC 6.1 to 6.4), on both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from kiosk.domain.orders import AttemptState, OrderState
from kiosk.gateways.payment import NoticeForged, Trade, TradeState, Transaction
from kiosk.services.errors import (
    NotPayable,
    OrderUnknown,
    PaymentRefused,
    PaymentUnavailable,
    ProviderUnknown,
)
from kiosk.services.shop import Shop
from kiosk.services.take_payment import (
    PaymentProgress,
    known_progress,
    payment_progress,
    receive_notice,
    start_payment,
)
from storage.tables import audit, provider_notices
from tests.services.small_shop import MERCHANT, MINUTE, PLAIN, SECOND, World

HALF_AN_HOUR = timedelta(minutes=30)


def states(world: World, order_no: str) -> list[AttemptState]:
    return [attempt.state for attempt in world.attempts(order_no)]


def test_the_code_is_for_the_orders_amount_and_deadline(world: World, shop: Shop) -> None:
    """SPEC 6.1."""
    order_no = world.order()
    code = start_payment(shop, order_no, "sandbox")
    order = world.order_row(order_no)
    assert (code.amount_fen, code.pay_deadline) == (order.amount_fen, order.pay_deadline)
    charge = world.ledger.charge(code.out_trade_no)
    assert charge is not None
    assert (charge.amount_fen, charge.expires_at, charge.order_no) == (code.amount_fen, code.pay_deadline, order_no)
    assert code.code_url.endswith(world.key.cashier_token(code.out_trade_no))


def test_the_attempt_is_stored_and_the_number_tied_before_the_provider_is_asked(world: World, shop: Shop) -> None:
    """SPEC 6.3."""
    order_no = world.order()
    seen: list[tuple[list[AttemptState], bool]] = []

    def look(call: str) -> None:
        claim = world.claim(PLAIN[0])
        seen.append((states(world, order_no), claim is not None and claim.payment_unsettled))

    world.provider.before = look
    start_payment(shop, order_no, "sandbox")
    assert seen == [([AttemptState.CREATED], True)]
    assert states(world, order_no) == [AttemptState.PENDING]


def test_the_same_code_is_shown_again(world: World, shop: Shop) -> None:
    """SPEC 6.2: another is made only after the earlier attempt is closed."""
    order_no = world.order()
    assert start_payment(shop, order_no, "sandbox") == start_payment(shop, order_no, "sandbox")
    assert len(states(world, order_no)) == 1


def test_after_a_decline_there_is_a_new_code(world: World, shop: Shop) -> None:
    order_no, first = world.order_with_code()
    world.ledger.decline(first)
    assert payment_progress(shop, order_no).state is OrderState.PENDING
    assert states(world, order_no) == [AttemptState.FAILED]
    second = start_payment(shop, order_no, "sandbox").out_trade_no
    assert second != first
    world.pay(second)
    assert payment_progress(shop, order_no).state is OrderState.IN_PROGRESS


@pytest.mark.parametrize("failing", ["silent", "mute"])
def test_a_provider_without_an_answer_is_tried_again_under_a_new_number(world: World, shop: Shop, failing: str) -> None:
    """SPEC 6.3; DESIGN 4, pitfall 10: a new `out_trade_no` after an unknown creation, and the old one closed."""
    order_no = world.order()
    getattr(world.provider, failing).add("create")
    with pytest.raises(PaymentUnavailable):
        start_payment(shop, order_no, "sandbox")
    assert states(world, order_no) == [AttemptState.CREATED]
    getattr(world.provider, failing).clear()
    start_payment(shop, order_no, "sandbox")
    assert states(world, order_no) == [AttemptState.CLOSED, AttemptState.PENDING]
    first = world.ledger.charge(world.attempts(order_no)[0].out_trade_no)
    assert (first is None) == (failing == "silent")
    assert first is None or first.state == "closed"


def test_no_new_code_while_the_fate_of_an_attempt_is_unknown(world: World, shop: Shop) -> None:
    """SPEC 6.3: unknown is never treated as failed."""
    order_no = world.order()
    world.provider.mute.add("create")
    with pytest.raises(PaymentUnavailable):
        start_payment(shop, order_no, "sandbox")
    world.provider.silent = {"query", "close"}
    with pytest.raises(PaymentUnavailable):
        start_payment(shop, order_no, "sandbox")
    assert states(world, order_no) == [AttemptState.CREATED]


def test_a_provider_that_refuses_leaves_the_order_payable_and_the_number_untied(world: World, shop: Shop) -> None:
    order_no = world.order()
    world.provider.refusing.add("create")
    with pytest.raises(PaymentRefused):
        start_payment(shop, order_no, "sandbox")
    assert states(world, order_no) == [AttemptState.FAILED]
    claim = world.claim(PLAIN[0])
    assert claim is not None
    assert not claim.payment_unsettled
    world.provider.refusing.clear()
    start_payment(shop, order_no, "sandbox")


def test_a_code_that_was_given_up_while_it_was_made_is_never_shown(world: World, shop: Shop) -> None:
    """SPEC 6.3: nobody would look whether it is paid."""
    order_no = world.order()

    def cancelled_meanwhile(call: str) -> None:
        world.provider.before = lambda _call: None
        assert world.cancel(order_no) is OrderState.CANCELLED

    world.provider.before = cancelled_meanwhile
    with pytest.raises(PaymentUnavailable):
        start_payment(shop, order_no, "sandbox")
    assert states(world, order_no) == [AttemptState.CLOSED]
    assert world.is_free(PLAIN[0])


def test_a_refusal_that_comes_late_does_not_untie_the_number_from_a_newer_attempt(world: World, shop: Shop) -> None:
    order_no = world.order()

    def another_press(call: str) -> None:
        world.provider.before = lambda _call: None
        start_payment(shop, order_no, "sandbox")
        world.provider.refusing.add("create")

    world.provider.before = another_press
    with pytest.raises(PaymentRefused):
        start_payment(shop, order_no, "sandbox")
    assert states(world, order_no) == [AttemptState.CLOSED, AttemptState.PENDING]
    claim = world.claim(PLAIN[0])
    assert claim is not None
    assert claim.payment_unsettled


def test_an_order_cannot_be_paid_from_its_deadline_on(world: World, shop: Shop) -> None:
    """SPEC 4.7, 7.2: with no worker awake."""
    order_no, _ = world.order_with_code()
    other = world.order(PLAIN[1], person=2)
    world.clock.move(HALF_AN_HOUR)
    for each in (order_no, other):
        with pytest.raises(NotPayable):
            start_payment(shop, each, "sandbox")


def test_what_cannot_be_paid_says_why(world: World, shop: Shop) -> None:
    paid = world.paid_order()
    with pytest.raises(NotPayable) as refusal:
        start_payment(shop, paid, "sandbox")
    assert refusal.value.state is OrderState.IN_PROGRESS
    with pytest.raises(OrderUnknown):
        start_payment(shop, "261122000000000", "sandbox")
    with pytest.raises(OrderUnknown):
        payment_progress(shop, "261122000000000")
    with pytest.raises(ProviderUnknown):
        start_payment(shop, paid, "wechat")


def test_the_terminal_asks_and_sees_the_payment(world: World, shop: Shop) -> None:
    """SPEC 6.1: it turns by itself to "paid"; no notice was needed."""
    order_no, out_trade_no = world.order_with_code()
    assert payment_progress(shop, order_no).state is OrderState.PENDING
    world.pay(out_trade_no)
    assert payment_progress(shop, order_no).state is OrderState.IN_PROGRESS
    assert payment_progress(shop, order_no).state is OrderState.IN_PROGRESS


def test_silence_changes_nothing(world: World, shop: Shop) -> None:
    """SPEC 6.3."""
    order_no, out_trade_no = world.order_with_code()
    world.pay(out_trade_no)
    world.provider.silent.add("query")
    assert payment_progress(shop, order_no).state is OrderState.PENDING
    assert states(world, order_no) == [AttemptState.PENDING]
    world.provider.silent.clear()
    assert payment_progress(shop, order_no).state is OrderState.IN_PROGRESS


def one_fen_short(trade: Trade) -> Trade:
    paid = (replace(each, amount_fen=each.amount_fen - 1) for each in trade.transactions)
    return replace(trade, transactions=tuple(paid))


def test_the_progress_of_a_payment_that_is_waited_for_declined_and_made(world: World, shop: Shop) -> None:
    """SPEC 6.1."""
    order_no = world.order()
    assert payment_progress(shop, order_no) == PaymentProgress(OrderState.PENDING, is_waiting=False, refund_due=False)
    first = start_payment(shop, order_no, "sandbox").out_trade_no
    assert payment_progress(shop, order_no) == PaymentProgress(OrderState.PENDING, is_waiting=True, refund_due=False)
    world.ledger.decline(first)
    assert known_progress(shop, order_no).is_waiting
    assert payment_progress(shop, order_no) == PaymentProgress(OrderState.PENDING, is_waiting=False, refund_due=False)
    world.pay(start_payment(shop, order_no, "sandbox").out_trade_no)
    assert payment_progress(shop, order_no) == PaymentProgress(
        OrderState.IN_PROGRESS, is_waiting=False, refund_due=False
    )
    for ask in (payment_progress, known_progress):
        with pytest.raises(OrderUnknown):
            ask(shop, "261122000000000")


def test_money_of_a_wrong_amount_is_told_as_going_back(world: World, shop: Shop) -> None:
    """SPEC 6.3: nobody who paid is told that nothing was taken, not even after the order has ended."""
    order_no, out_trade_no = world.order_with_code()
    world.pay(out_trade_no)
    world.provider.twist = one_fen_short
    assert payment_progress(shop, order_no) == PaymentProgress(OrderState.PENDING, is_waiting=False, refund_due=True)
    assert world.cancel(order_no) is OrderState.CANCELLED
    assert known_progress(shop, order_no) == PaymentProgress(OrderState.CANCELLED, is_waiting=False, refund_due=True)


def test_a_cancelled_order_that_took_no_money_owes_none(world: World, shop: Shop) -> None:
    order_no, _ = world.order_with_code()
    world.cancel(order_no)
    assert known_progress(shop, order_no) == PaymentProgress(OrderState.CANCELLED, is_waiting=False, refund_due=False)


@pytest.mark.parametrize("state", [TradeState.NOT_FOUND, TradeState.PAID, TradeState.WAITING])
def test_an_answer_that_proves_nothing_settles_nothing(world: World, shop: Shop, state: TradeState) -> None:
    """ "Not found" may be a creation still on its way; "paid" without money is no payment."""
    order_no, _ = world.order_with_code()
    world.provider.twist = lambda trade: replace(trade, state=state, transactions=())
    assert payment_progress(shop, order_no).state is OrderState.PENDING
    assert states(world, order_no) == [AttemptState.PENDING]


def test_an_answer_about_another_payment_is_no_answer(world: World, shop: Shop) -> None:
    """SPEC 6.3: the order is verified."""
    order_no, _ = world.order_with_code(PLAIN[0])
    other, other_trade = world.order_with_code(PLAIN[1], person=2)
    world.pay(other_trade)
    truth = world.provider.query(other_trade)
    world.provider.twist = lambda _trade: truth
    assert payment_progress(shop, order_no).state is OrderState.PENDING
    assert world.order_row(other).state is OrderState.PENDING


def test_an_answer_for_another_merchant_changes_nothing_and_is_kept_for_staff(world: World, shop: Shop) -> None:
    """SPEC 6.3."""
    order_no, out_trade_no = world.order_with_code()
    world.pay(out_trade_no)
    world.provider.twist = lambda trade: replace(trade, merchant_id="SOMEBODY")
    assert payment_progress(shop, order_no).state is OrderState.PENDING
    assert states(world, order_no) == [AttemptState.PENDING]
    with shop.database.reading() as connection:
        kept = connection.execute(select(audit.c.subject).where(audit.c.action == "payment.wrong_merchant"))
        assert list(kept.scalars()) == [out_trade_no]


# Notices


def test_a_notice_pays_the_order_once_however_often_it_comes(world: World, shop: Shop) -> None:
    """SPEC 6.3: duplicated."""
    order_no, out_trade_no = world.order_with_code()
    world.pay(out_trade_no)
    (notice,) = world.notices()
    for _ in range(3):
        receive_notice(shop, "sandbox", *notice)
    assert world.order_row(order_no).state is OrderState.IN_PROGRESS
    assert world.events(order_no).count("paid") == 1
    assert world.refunds(order_no) == []
    with shop.database.reading() as connection:
        assert len(connection.execute(select(provider_notices)).all()) == 1


def test_a_notice_counts_although_the_provider_itself_is_silent(world: World, shop: Shop) -> None:
    order_no, out_trade_no = world.order_with_code()
    world.pay(out_trade_no)
    world.provider.silent.add("query")
    world.deliver_notices()
    assert world.order_row(order_no).state is OrderState.IN_PROGRESS


def test_a_notice_counts_although_the_providers_answer_is_older(world: World, shop: Shop) -> None:
    """SPEC 6.3: money is never lost, least of all where no one would ask about a closed attempt again."""
    order_no, out_trade_no = world.order_with_code()
    assert world.cancel(order_no) is OrderState.CANCELLED
    stale = world.provider.query(out_trade_no)
    world.pay_late(out_trade_no)
    world.provider.twist = lambda _trade: stale
    world.deliver_notices()
    assert world.order_row(order_no).state is OrderState.IN_PROGRESS


def test_an_out_of_order_notice_does_not_undo_anything(world: World, shop: Shop) -> None:
    """SPEC 6.3."""
    order_no, out_trade_no = world.order_with_code()
    world.pay(out_trade_no, times=2)
    first, second = world.notices()
    receive_notice(shop, "sandbox", *second)
    receive_notice(shop, "sandbox", *first)
    assert world.order_row(order_no).state is OrderState.IN_PROGRESS
    assert len(world.refunds(order_no)) == 1


@pytest.mark.parametrize("spoil", ["signature", "body", "age", "provider"])
def test_a_forged_notice_changes_nothing(world: World, shop: Shop, spoil: str) -> None:
    """SPEC 6.3."""
    order_no, out_trade_no = world.order_with_code()
    world.pay(out_trade_no)
    ((headers, body),) = world.notices()
    provider = "sandbox"
    match spoil:
        case "signature":
            headers = {name: value[:-1] + "x" if "signature" in name else value for name, value in headers.items()}
        case "body":
            body = body.replace(b"5000", b"5001")
        case "age":
            world.clock.move(5 * MINUTE + SECOND)
        case "provider":
            provider = "wechat"
    with pytest.raises(NoticeForged):
        receive_notice(shop, provider, headers, body)
    assert world.order_row(order_no).state is OrderState.PENDING
    assert world.money().known == 0


def test_a_notice_about_an_unknown_trade_is_kept_for_staff(world: World, shop: Shop) -> None:
    world.ledger.open_charge(
        out_trade_no="STRANGE",
        merchant_id=MERCHANT,
        order_no="X",
        subject="",
        amount_fen=1,
        expires_at=world.clock.now() + MINUTE,
    )
    world.pay("STRANGE")
    (notice,) = world.notices()
    for _ in range(2):
        receive_notice(shop, "sandbox", *notice)
    with shop.database.reading() as connection:
        kept = connection.execute(select(audit.c.subject).where(audit.c.action == "notice.unknown_trade"))
        assert list(kept.scalars()) == ["STRANGE"]


def test_a_provider_speaks_only_of_its_own_payments(world: World, shop: Shop) -> None:
    """SPEC 6.3: a signed notice of one provider can't pay an order with another one."""
    order_no, out_trade_no = world.order_with_code()

    class Other:
        provider, merchant_id = "other", MERCHANT

        @staticmethod
        def read_notice(_headers: object, _body: object) -> object:
            paid = Transaction("T1", 5_000, world.clock.now())
            trade = Trade(out_trade_no, MERCHANT, TradeState.PAID, (paid,))
            return type("Notice", (), {"notice_id": "N1", "trade": trade})

    two = replace(shop, payments={**shop.payments, "other": Other()})  # type: ignore[dict-item]
    receive_notice(two, "other", {}, b"")
    assert world.order_row(order_no).state is OrderState.PENDING
    assert world.money().known == 0
