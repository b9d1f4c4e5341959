"""Whatever happens in whatever order, nothing is sold twice, stuck or lost (SPEC 4.2, 6.3, 6.4, 7.2)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import Engine, event, select

from kiosk.domain.orders import ClaimKind, OrderState
from kiosk.domain.sandbox import SandboxRefused
from kiosk.services.errors import ServiceError
from kiosk.services.hold_number import hold_number, release_number
from kiosk.services.keep_visit import end_visit, restart_terminal
from kiosk.services.register_customer import register_customer
from kiosk.services.settle_deadlines import settle_deadlines
from kiosk.services.submit_order import Submission, submit_order
from kiosk.services.take_payment import payment_progress, receive_notice, start_payment
from storage import claims, orders, payments, people
from storage.tables import orders as order_table
from storage.tables import visits as visit_table
from tests.services.conftest import empty
from tests.services.small_shop import DAY, MINUTE, PLAIN, SECOND, World

NUMBERS = PLAIN[:4]
PEOPLE = (1, 2)


class Crash(BaseException):
    """The process died here."""


class ShopModel(RuleBasedStateMachine):
    """Customers, a bank with moods, a worker, and a process that dies between any two statements."""

    world: World

    def __init__(self) -> None:
        super().__init__()
        empty(self.world.shop.database, self.world.bank)
        self.shop = self.world.shop
        self.visits: list[str] = []
        self.submissions: list[Submission] = []
        self.statements_left: int | None = None
        self.sold: dict[int, str] = {}
        self.world.provider.silent = set()
        self.engines: tuple[Engine, ...] = (self.shop.database.engine,)
        for engine in self.engines:
            event.listen(engine, "before_cursor_execute", self._count)
            event.listen(engine, "commit", self._count)

    def _count(self, *_: object) -> None:
        if self.statements_left is None:
            return
        self.statements_left -= 1
        if self.statements_left < 0:
            self.statements_left = None
            raise Crash

    @contextmanager
    def happening(self) -> Iterator[None]:
        try:
            yield
        except (ServiceError, SandboxRefused, Crash):
            pass
        finally:
            self.statements_left = None

    # Customers

    @precondition(lambda self: len(self.visits) < 5)
    @rule()
    def somebody_comes(self) -> None:
        self.visits.append(self.world.visit())

    @precondition(lambda self: self.visits)
    @rule(data=st.data(), msisdn=st.sampled_from(NUMBERS), other=st.sampled_from([None, *NUMBERS]))
    def holds(self, data: st.DataObject, msisdn: int, other: int | None) -> None:
        visit = data.draw(st.sampled_from(self.visits))
        self._maybe_crash(data)
        with self.happening():
            hold_number(self.shop, visit, msisdn, instead_of=other)

    @precondition(lambda self: self.visits)
    @rule(data=st.data(), msisdn=st.sampled_from(NUMBERS))
    def releases(self, data: st.DataObject, msisdn: int) -> None:
        with self.happening():
            release_number(self.shop, data.draw(st.sampled_from(self.visits)), msisdn)

    @precondition(lambda self: self.visits)
    @rule(data=st.data(), person=st.sampled_from(PEOPLE))
    def says_who_they_are(self, data: st.DataObject, person: int) -> None:
        visit = data.draw(st.sampled_from(self.visits))
        self._maybe_crash(data)
        with self.happening():
            register_customer(self.shop, visit, self.world.customer(person))

    @precondition(lambda self: self.visits)
    @rule(data=st.data())
    def leaves(self, data: st.DataObject) -> None:
        visit = data.draw(st.sampled_from(self.visits))
        self._maybe_crash(data)
        with self.happening():
            end_visit(self.shop, visit, "left")

    @precondition(lambda self: self.visits)
    @rule(data=st.data(), msisdn=st.sampled_from(NUMBERS), person=st.sampled_from(PEOPLE))
    def buys(self, data: st.DataObject, msisdn: int, person: int) -> None:
        """Hold and submit, for random holding and submitting alone seldom meet."""
        visit = data.draw(st.sampled_from(self.visits))
        submission = self.world.submission(visit, msisdn, person=person)
        self.submissions.append(submission)
        self._maybe_crash(data)
        with self.happening():
            hold_number(self.shop, visit, msisdn)
            submit_order(self.shop, submission)

    @precondition(lambda self: self.submissions)
    @rule(data=st.data())
    def presses_again(self, data: st.DataObject) -> None:
        with self.happening():
            submit_order(self.shop, data.draw(st.sampled_from(self.submissions)))

    def _an_order(self, data: st.DataObject) -> str | None:
        known = self._order_nos()
        return data.draw(st.sampled_from(known)) if known else None

    @rule(data=st.data())
    def asks_for_a_code(self, data: st.DataObject) -> None:
        if order_no := self._an_order(data):
            self._maybe_crash(data)
            with self.happening():
                start_payment(self.shop, order_no, "sandbox")

    @rule(data=st.data())
    def waits_for_the_payment(self, data: st.DataObject) -> None:
        if order_no := self._an_order(data):
            self._maybe_crash(data)
            with self.happening():
                payment_progress(self.shop, order_no)

    @rule(data=st.data())
    def cancels(self, data: st.DataObject) -> None:
        if order_no := self._an_order(data):
            self._maybe_crash(data)
            with self.happening():
                self.world.cancel(order_no)

    @rule(msisdn=st.sampled_from(NUMBERS), person=st.sampled_from(PEOPLE))
    def comes_buys_and_pays(self, msisdn: int, person: int) -> None:
        """All of it at once, for random steps alone seldom get so far."""
        self.visits = [*self.visits[-4:], self.world.visit()]
        submission = self.world.submission(self.visits[-1], msisdn, person=person)
        self.submissions.append(submission)
        with self.happening():
            hold_number(self.shop, self.visits[-1], msisdn)
            order_no = submit_order(self.shop, submission).order_no
            self.world.pay(start_payment(self.shop, order_no, "sandbox").out_trade_no)
            payment_progress(self.shop, order_no)

    @precondition(lambda self: self.sold)
    @rule(data=st.data())
    def gives_up(self, data: st.DataObject) -> None:
        """SPEC 4.11: what was paid for, and would be kept for good."""
        order_no = self.sold[data.draw(st.sampled_from(sorted(self.sold)))]
        self._maybe_crash(data)
        with self.happening():
            self.world.give_up(order_no)

    # The bank

    @rule(data=st.data(), how=st.sampled_from(["pay", "pay", "pay twice", "pay late", "decline"]))
    def a_phone(self, data: st.DataObject, how: str) -> None:
        order_no = self._an_order(data)
        attempts = self.world.attempts(order_no) if order_no else []
        if not attempts:
            return
        out_trade_no = data.draw(st.sampled_from(attempts)).out_trade_no
        with self.happening():
            match how:
                case "pay":
                    self.world.pay(out_trade_no)
                case "pay twice":
                    self.world.pay(out_trade_no, times=2)
                case "pay late":
                    self.world.pay_late(out_trade_no)
                case _:
                    self.world.ledger.decline(out_trade_no)

    @rule(silent=st.sets(st.sampled_from(["create", "query", "close", "refund"])))
    def the_bank_falls_silent(self, silent: set[str]) -> None:
        self.world.provider.silent = silent

    @rule()
    def the_bank_answers_again(self) -> None:
        self.world.provider.silent = set()

    @rule(data=st.data(), times=st.integers(1, 2))
    def notices_arrive(self, data: st.DataObject, times: int) -> None:
        for headers, body in reversed(self.world.notices() * times):
            self._maybe_crash(data)
            with self.happening():
                receive_notice(self.shop, "sandbox", headers, body)

    # The clock and the machine

    @rule(by=st.sampled_from([SECOND, 10 * MINUTE, 31 * MINUTE, 3 * DAY, 8 * DAY]))
    def time_passes(self, by: timedelta) -> None:
        self.world.clock.move(by)

    @rule(data=st.data())
    def the_worker_looks(self, data: st.DataObject) -> None:
        self._maybe_crash(data)
        with self.happening():
            settle_deadlines(self.shop)

    @rule()
    def the_terminal_starts_again(self) -> None:
        restart_terminal(self.shop)

    def _maybe_crash(self, data: st.DataObject) -> None:
        self.statements_left = data.draw(st.none() | st.integers(0, 25))

    # What always holds

    def _order_nos(self) -> list[str]:
        with self.shop.database.reading() as connection:
            query = select(order_table.c.order_no).order_by(order_table.c.submitted_at, order_table.c.idempotency_key)
            return list(connection.execute(query).scalars())

    @invariant()
    def a_number_has_one_owner_and_a_payment_one_number(self) -> None:
        now = self.world.clock.now()
        owners: dict[int, str] = {}
        with self.shop.database.reading() as connection:
            order_nos = list(connection.execute(select(order_table.c.order_no)).scalars())
            for order_no in order_nos:
                order = orders.find_order(connection, order_no)
                assert order is not None
                claim = claims.find(connection, order.msisdn)
                mine = claim is not None and claim.order_no == order_no
                attempts = payments.attempts_of_order(connection, order_no)
                refunded = {refund.transaction_id for refund in payments.refunds_of_order(connection, order_no)}
                kept = [
                    transaction
                    for transaction in payments.transactions_of_order(connection, order_no)
                    if transaction.transaction_id not in refunded
                ]
                if order.state is OrderState.IN_PROGRESS:
                    assert order.msisdn not in owners, "sold twice"
                    owners[order.msisdn] = order_no
                    assert mine
                    assert claim is not None
                    assert (claim.kind, claim.expires_at) == (ClaimKind.SALE, None)
                    assert [transaction.amount_fen for transaction in kept] == [order.amount_fen]
                else:
                    assert kept == [], "money for nothing"
                    unknown = any(not attempt.state.is_settled for attempt in attempts)
                    if order.state.is_unpaid and unknown:
                        assert mine, "released while a payment is unknown"
                        assert claim is not None
                        assert claim.payment_unsettled
                        assert not claim.is_over(now)
                    if order.state is OrderState.CANCELLED:
                        assert not mine, "a cancelled order keeps its number"
        for msisdn, order_no in self.sold.items():
            given_up = self.world.order_row(order_no).state is OrderState.CANCELLED
            assert owners.get(msisdn) == order_no or given_up, "a sold number was given to somebody else"
        self.sold = owners

    @invariant()
    def nobody_has_more_than_one_may(self) -> None:
        now = self.world.clock.now()
        cipher = self.shop.database.cipher
        with self.shop.database.reading() as connection:
            for person in PEOPLE:
                customer = self.world.customer(person)
                id_hash, phone_hash = customer.id_hash(cipher), customer.phone_hash(cipher)
                assert people.count_numbers_of_id(connection, id_hash, now) <= 5
                assert people.count_reserved(connection, "id_hash", id_hash, now) <= 3
                assert people.count_reserved(connection, "phone_hash", phone_hash, now) <= 3
            for visit_id, ended_at in connection.execute(select(visit_table.c.visit_id, visit_table.c.ended_at)):
                held = claims.holds_of_visit(connection, visit_id, now)
                assert len(held) <= (3 if ended_at is None else 0)

    @invariant()
    def one_key_makes_one_order(self) -> None:
        assert len(self._order_nos()) <= len(self.submissions)

    def teardown(self) -> None:
        """The storm is over: everything comes to its end, and every fen is where it belongs."""
        try:
            self.statements_left = None
            self.world.provider.silent = set()
            for _ in range(3):
                self.world.deliver_notices()
                self.world.settle(by=timedelta(hours=2))
            self.a_number_has_one_owner_and_a_payment_one_number()
            assert set(self.world.live_claims().values()) <= {ClaimKind.SALE, ClaimKind.REST}, "a number is stuck"
            self.world.settle(by=self.shop.rules.rest)
            assert set(self.world.live_claims().values()) <= {ClaimKind.SALE}, "a number rests for ever"
            for order_no in self._order_nos():
                assert self.world.order_row(order_no).state in {OrderState.CANCELLED, OrderState.IN_PROGRESS}
                assert all(attempt.state.is_settled for attempt in self.world.attempts(order_no))
            money = self.world.money()
            assert money.paid == money.known == money.kept + money.given_back
        finally:
            for engine in self.engines:
                event.remove(engine, "before_cursor_execute", self._count)
                event.remove(engine, "commit", self._count)


@pytest.mark.parametrize("stocked_url", ["sqlite", "postgresql"], indirect=True)
def test_nothing_is_sold_twice_stuck_or_lost(world: World, stocked_url: str) -> None:
    budget = (20, 30) if stocked_url.startswith("sqlite") else (10, 25)
    run_state_machine_as_test(
        type("Model", (ShopModel,), {"world": world}),
        settings=settings(
            max_examples=budget[0],
            stateful_step_count=budget[1],
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
