"""What arrived money does, in every order of events: never lost, never taken twice (SPEC 6.3, 6.4). Both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest

from kiosk.domain.orders import AttemptState, ClaimKind, FulfilmentState, LineState, OrderState
from kiosk.gateways.payment import Trade, TradeState, Transaction
from kiosk.services.hold_number import hold_number, release_number
from kiosk.services.register_customer import register_customer
from kiosk.services.settle_payment import settle_trade
from kiosk.services.shop import Shop
from kiosk.services.take_payment import payment_progress, start_payment
from storage import orders, payments
from tests.services.small_shop import MINUTE, PLAIN, START, World

HALF_AN_HOUR = timedelta(minutes=30)


def line_state(world: World, order_no: str) -> LineState | None:
    with world.shop.database.reading() as connection:
        return orders.line_state(connection, order_no)


def assert_no_money_lost(world: World) -> None:
    """Every fen that the bank took is kept for an order or has gone back, once the worker has looked."""
    world.settle()
    money = world.money()
    assert money.paid == money.known == money.kept + money.given_back
    assert money.promised_back == money.given_back


def test_a_payment_makes_the_number_the_customers_for_good(world: World, shop: Shop) -> None:
    """SPEC 4.7 to 4.9; DESIGN 3."""
    order_no, out_trade_no = world.order_with_code()
    world.clock.move(MINUTE)
    world.pay(out_trade_no)
    world.deliver_notices()
    order = world.order_row(order_no)
    assert (order.state, order.fulfilment_state) == (OrderState.IN_PROGRESS, FulfilmentState.AWAITING_PICKUP)
    assert (order.paid_at, order.pickup_deadline) == (START + MINUTE, START + MINUTE + timedelta(days=7))
    claim = world.claim(PLAIN[0])
    assert claim is not None
    assert (claim.kind, claim.expires_at, claim.payment_unsettled) == (ClaimKind.SALE, None, False)
    assert line_state(world, order_no) is LineState.PRE_ACTIVE
    assert world.attempts(order_no)[0].state is AttemptState.CONFIRMED
    assert world.attempts(order_no)[0].code_url is None
    world.clock.move(timedelta(days=3650))
    assert not world.is_free(PLAIN[0])
    assert_no_money_lost(world)


def test_a_payment_at_the_last_second_wins_although_the_worker_looks_after_the_deadline(
    world: World, shop: Shop
) -> None:
    """SPEC 6.4: query, close, query again."""
    order_no, out_trade_no = world.order_with_code()
    world.clock.move(HALF_AN_HOUR - timedelta(seconds=1))
    world.pay(out_trade_no)
    world.settle(by=timedelta(hours=1))
    assert world.order_row(order_no).state is OrderState.IN_PROGRESS
    assert_no_money_lost(world)


def test_a_payment_between_the_first_query_and_the_close_wins(world: World, shop: Shop) -> None:
    """SPEC 6.4: the close is refused, so the truth is asked for again."""
    order_no, out_trade_no = world.order_with_code()

    def pay_before_the_close(call: str) -> None:
        if call == "close":
            world.pay_late(out_trade_no)

    world.provider.before = pay_before_the_close
    world.settle(by=HALF_AN_HOUR)
    assert world.order_row(order_no).state is OrderState.IN_PROGRESS
    assert_no_money_lost(world)


def test_a_payment_between_the_close_and_the_second_query_wins(world: World, shop: Shop) -> None:
    """SPEC 6.4: that is why it is queried again."""
    order_no, out_trade_no = world.order_with_code()
    queries = 0

    def pay_before_the_second_query(call: str) -> None:
        nonlocal queries
        queries += call == "query"
        if queries == 2:
            queries = 3
            world.pay_late(out_trade_no)

    world.provider.before = pay_before_the_second_query
    world.settle(by=HALF_AN_HOUR)
    assert world.order_row(order_no).state is OrderState.IN_PROGRESS
    assert_no_money_lost(world)


def test_a_late_payment_wins_the_number_back_if_it_is_free(world: World, shop: Shop) -> None:
    """SPEC 6.4."""
    order_no, out_trade_no = world.order_with_code()
    world.settle(by=HALF_AN_HOUR)
    assert world.order_row(order_no).state is OrderState.CANCELLED
    assert world.is_free(PLAIN[0])
    world.pay_late(out_trade_no)
    world.deliver_notices()
    order = world.order_row(order_no)
    assert (order.state, order.state_reason, order.ended_at) == (OrderState.IN_PROGRESS, None, None)
    assert order.pickup_deadline == START + HALF_AN_HOUR + timedelta(days=7)
    assert world.live_claims() == {PLAIN[0]: ClaimKind.SALE}
    assert world.refunds(order_no) == []
    assert_no_money_lost(world)
    assert len(world.messages()) == 1


def test_a_late_payment_takes_over_a_claim_that_is_over(world: World, shop: Shop) -> None:
    """SPEC 6.4, 7.2: somebody held it meanwhile and let it go by; no worker swept."""
    order_no, out_trade_no = world.order_with_code()
    world.cancel(order_no)
    hold_number(shop, world.visit(), PLAIN[0])
    world.clock.move(HALF_AN_HOUR)
    world.pay_late(out_trade_no)
    world.deliver_notices()
    assert world.order_row(order_no).state is OrderState.IN_PROGRESS
    assert_no_money_lost(world)


def test_a_late_payment_for_a_number_that_somebody_has_goes_back_in_full_with_one_message(
    world: World, shop: Shop
) -> None:
    """SPEC 6.4."""
    order_no, out_trade_no = world.order_with_code()
    world.cancel(order_no)
    theirs = world.paid_order(PLAIN[0], person=2)
    world.pay_late(out_trade_no)
    world.deliver_notices()
    assert world.order_row(order_no).state is OrderState.CANCELLED
    assert world.order_row(theirs).state is OrderState.IN_PROGRESS
    world.settle(rounds=2)
    (refund,) = world.refunds(order_no)
    assert (refund.amount_fen, refund.reason, refund.state) == (5_000, "paid_too_late", "succeeded")
    about = [message for message in world.messages() if order_no in message]
    assert len(about) == 1
    assert "50.00" in about[0]
    assert_no_money_lost(world)


def test_a_late_payment_takes_nothing_back_beyond_five_numbers_of_a_document(world: World, shop: Shop) -> None:
    """SPEC 4.4 with 6.4."""
    order_no, out_trade_no = world.order_with_code(PLAIN[0])
    world.cancel(order_no)
    for msisdn in PLAIN[1:6]:
        world.paid_order(msisdn)
    world.pay_late(out_trade_no)
    world.deliver_notices()
    assert world.order_row(order_no).state is OrderState.CANCELLED
    assert world.is_free(PLAIN[0])
    assert len(world.refunds(order_no)) == 1
    assert_no_money_lost(world)


def test_the_fifth_number_is_taken_back(world: World, shop: Shop) -> None:
    """SPEC 4.4 with 6.4: the order itself isn't counted against itself."""
    order_no, out_trade_no = world.order_with_code(PLAIN[0])
    for msisdn in PLAIN[1:5]:
        world.paid_order(msisdn)
    world.cancel(order_no)
    world.pay_late(out_trade_no)
    world.deliver_notices()
    assert world.order_row(order_no).state is OrderState.IN_PROGRESS
    visit = world.visit()
    hold_number(shop, visit, PLAIN[6])
    with pytest.raises(Exception, match="too many numbers"):
        register_customer(shop, visit, world.customer())


def test_a_double_payment_keeps_one_and_returns_the_other(world: World, shop: Shop) -> None:
    """SPEC 6.3."""
    order_no, out_trade_no = world.order_with_code()
    world.pay(out_trade_no, times=2)
    assert payment_progress(shop, order_no).state is OrderState.IN_PROGRESS
    world.settle(rounds=2)
    assert [(refund.reason, refund.state) for refund in world.refunds(order_no)] == [("duplicate_payment", "succeeded")]
    money = world.money()
    assert (money.paid, money.kept, money.given_back) == (10_000, 5_000, 5_000)
    assert_no_money_lost(world)
    assert len(world.messages()) == 2


def test_a_second_attempt_that_is_paid_too_goes_back(world: World, shop: Shop) -> None:
    """SPEC 6.3: the first attempt was closed, and paid all the same; then the second."""
    order_no, first = world.order_with_code()
    world.provider.twist = lambda trade: replace(trade, state=TradeState.CLOSED)
    payment_progress(shop, order_no)
    world.provider.twist = lambda trade: trade
    second = start_payment(shop, order_no, "sandbox").out_trade_no
    world.pay(first)
    world.pay(second)
    world.deliver_notices()
    assert world.order_row(order_no).state is OrderState.IN_PROGRESS
    assert [refund.reason for refund in world.refunds(order_no)] == ["duplicate_payment"]
    assert_no_money_lost(world)


@pytest.mark.parametrize("amount_fen", [4_999, 5_001])
def test_a_wrong_amount_buys_nothing_and_goes_back(world: World, shop: Shop, amount_fen: int) -> None:
    """SPEC 6.3: the amount is verified."""
    order_no, out_trade_no = world.order_with_code()
    money = Transaction("ODD-1", amount_fen, world.clock.now())
    settle_trade(shop, "sandbox", "SHANDONG", Trade(out_trade_no, "SHANDONG", TradeState.PAID, (money,)))
    assert world.order_row(order_no).state is OrderState.PENDING
    assert world.attempts(order_no)[0].state is AttemptState.FAILED
    (refund,) = world.refunds(order_no)
    assert (refund.amount_fen, refund.reason) == (amount_fen, "wrong_amount")
    claim = world.claim(PLAIN[0])
    assert claim is not None
    assert not claim.payment_unsettled
    second = start_payment(shop, order_no, "sandbox").out_trade_no
    world.pay(second)
    assert payment_progress(shop, order_no).state is OrderState.IN_PROGRESS


def test_the_right_amount_after_a_wrong_one_on_the_same_attempt_pays(world: World, shop: Shop) -> None:
    order_no, out_trade_no = world.order_with_code()
    wrong, right = (Transaction(name, fen, world.clock.now()) for name, fen in (("A", 1), ("B", 5_000)))
    for transactions in ((wrong,), (wrong, right), (right, wrong)):
        settle_trade(shop, "sandbox", "SHANDONG", Trade(out_trade_no, "SHANDONG", TradeState.PAID, transactions))
    assert world.order_row(order_no).state is OrderState.IN_PROGRESS
    assert [refund.transaction_id for refund in world.refunds(order_no)] == ["A"]


def test_the_same_answer_again_changes_nothing(world: World, shop: Shop) -> None:
    """SPEC 6.3, 6.4: idempotent."""
    order_no, out_trade_no = world.order_with_code()
    world.pay(out_trade_no, times=2)
    trade = world.provider.query(out_trade_no)
    for _ in range(3):
        settle_trade(shop, "sandbox", "SHANDONG", trade)
    assert len(world.refunds(order_no)) == 1
    assert world.events(order_no).count("paid") == 1


def test_an_older_answer_after_the_payment_undoes_nothing(world: World, shop: Shop) -> None:
    """SPEC 6.3: out of order."""
    order_no = world.paid_order()
    (attempt,) = world.attempts(order_no)
    for state in (TradeState.CLOSED, TradeState.DECLINED, TradeState.WAITING):
        assert (
            settle_trade(shop, "sandbox", "SHANDONG", Trade(attempt.out_trade_no, "SHANDONG", state))
            is AttemptState.CONFIRMED
        )
    assert world.order_row(order_no).state is OrderState.IN_PROGRESS


def test_a_failed_attempt_unties_the_number_only_when_no_other_may_be_paid(world: World, shop: Shop) -> None:
    """SPEC 6.3: a number is never released while a payment is unknown."""
    order_no, first = world.order_with_code()
    other = replace(world.attempts(order_no)[0], out_trade_no="OTHER")
    with shop.database.writing() as connection:
        payments.insert_attempt(connection, other)
    for trade, tied in ((first, True), ("OTHER", False)):
        settle_trade(shop, "sandbox", "SHANDONG", Trade(trade, "SHANDONG", TradeState.CLOSED))
        claim = world.claim(PLAIN[0])
        assert claim is not None
        assert claim.payment_unsettled is tied


def test_an_unpaid_order_that_lost_its_number_is_not_counted_against_itself(world: World, shop: Shop) -> None:
    """SPEC 4.4 with 6.4: no worker looked, somebody held the number meanwhile and gave it back."""
    order_no, out_trade_no = world.order_with_code(PLAIN[0])
    settle_trade(shop, "sandbox", "SHANDONG", Trade(out_trade_no, "SHANDONG", TradeState.CLOSED))
    for msisdn in PLAIN[1:5]:
        world.paid_order(msisdn)
    world.clock.move(HALF_AN_HOUR)
    other = world.visit()
    hold_number(shop, other, PLAIN[0])
    release_number(shop, other, PLAIN[0])
    world.pay_late(out_trade_no)
    world.deliver_notices()
    assert world.order_row(order_no).state is OrderState.IN_PROGRESS


def test_an_order_whose_number_went_to_somebody_at_the_deadline_is_cancelled_by_its_late_money(
    world: World, shop: Shop
) -> None:
    """SPEC 6.4, 7.2: no worker had looked before the money came."""
    order_no, out_trade_no = world.order_with_code()
    settle_trade(shop, "sandbox", "SHANDONG", Trade(out_trade_no, "SHANDONG", TradeState.CLOSED))
    world.clock.move(HALF_AN_HOUR)
    other = world.visit()
    hold_number(shop, other, PLAIN[0])
    world.pay_late(out_trade_no)
    world.deliver_notices()
    assert world.order_row(order_no).state is OrderState.CANCELLED
    assert world.live_claims() == {PLAIN[0]: ClaimKind.HOLD}
    assert_no_money_lost(world)


def test_an_answer_about_an_attempt_nobody_made_is_refused(shop: Shop) -> None:
    with pytest.raises(LookupError):
        settle_trade(shop, "sandbox", "SHANDONG", Trade("NEVER", "SHANDONG", TradeState.CLOSED))


def test_messages_are_in_the_language_of_the_order(world: World, shop: Shop) -> None:
    """SPEC 4.8, 9.3: the order number, and the documents to have ready."""
    order_no = world.order()
    world.pay(start_payment(shop, order_no, "sandbox").out_trade_no)
    world.settle(by=MINUTE)
    payment_progress(shop, order_no)
    world.settle()
    (message,) = world.messages()
    assert order_no in message
    assert "138 5310 0000" in message
    assert "身份证件原件" in message
    assert "泉城路营业厅" in message
    assert "2026-11-29 10:01" in message
