"""The number index sees who has which number, however that came about (SPEC 4.1, 4.2)."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Event

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, delete, insert, text

from kiosk.domain.number_query import NumberQuery, NumberState
from kiosk.domain.orders import ClaimKind
from storage import claims, stock
from storage.engine import Database
from storage.number_index import COMMIT_DELAY, LONGEST_GAP, NumberIndex
from storage.tables import number_claims, number_tiers, regions

NOW = datetime(2026, 5, 4, 3, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
FIRST = 13853170000
COUNT = 40


@pytest.fixture
def shop(database: Database) -> Database:
    """Forty plain numbers in one city."""
    with database.writing() as connection:
        connection.execute(insert(regions).values(adcode=370100, kind="city", name_zh="济南市", name_en="Jinan"))
        terms = {"prepayment_fen": 5_000, "monthly_minimum_fen": 0, "term_months": 0}
        sale = {"prepayment_return": "at_once", "sold_by": "self_service"}
        connection.execute(insert(number_tiers).values(tier=0, **terms, **sale))
    add(database, range(FIRST, FIRST + COUNT))
    return database


def add(database: Database, msisdns: Sequence[int]) -> None:
    with database.writing() as connection:
        rows = [stock.NewNumber(msisdn, 370100, "PLAIN", 0, 5_000, 0, 0, None) for msisdn in msisdns]
        stock.insert_numbers(connection, rows)
        stock.bump_stock_revision(connection)


def available(index: NumberIndex, database: Database, now: datetime) -> set[int]:
    page = index.view(database, now).page(NumberQuery(limit=1_000), None)
    assert page.total == len(page.numbers)
    return {row.msisdn - FIRST for row in page.numbers}


ALL = set(range(COUNT))


@dataclass
class Desk:
    """What people do with numbers, as the claims module does it."""

    database: Database

    def hold(self, place: int, now: datetime, visit: str = "a-visit") -> bool:
        with self.database.writing() as connection:
            return claims.take(
                connection,
                FIRST + place,
                kind=ClaimKind.HOLD,
                visit_id=visit,
                order_no=None,
                until=now + 30 * MINUTE,
                now=now,
            )

    def order(self, place: int, now: datetime) -> None:
        with self.database.writing() as connection:
            until = now + 30 * MINUTE
            assert claims.hold_to_order(
                connection, FIRST + place, "a-visit", order_no=f"order-{place}", until=until, now=now
            )

    def tie(self, place: int, now: datetime) -> None:
        with self.database.writing() as connection:
            assert claims.tie_to_payment(connection, FIRST + place, f"order-{place}", now)

    def sell(self, place: int, now: datetime) -> None:
        with self.database.writing() as connection:
            assert claims.sell(connection, FIRST + place, f"order-{place}", now)

    def rest(self, place: int, now: datetime, until: datetime) -> None:
        with self.database.writing() as connection:
            assert claims.rest(connection, FIRST + place, f"order-{place}", until, now)


def test_every_step_of_a_purchase_is_seen_at_once(shop: Database) -> None:
    desk, index = Desk(shop), NumberIndex()
    assert available(index, shop, NOW) == ALL
    desk.hold(3, NOW)
    assert available(index, shop, NOW) == ALL - {3}
    desk.order(3, NOW + MINUTE)
    assert available(index, shop, NOW + 2 * MINUTE) == ALL - {3}
    desk.sell(3, NOW + 3 * MINUTE)
    assert available(index, shop, NOW + 4 * MINUTE) == ALL - {3}
    assert available(index, shop, NOW + timedelta(days=400)) == ALL - {3}
    assert available(NumberIndex(), shop, NOW + 4 * MINUTE) == ALL - {3}


def test_a_hold_is_over_at_the_instant_of_its_deadline(shop: Database) -> None:
    """SPEC 7.2: free the instant its deadline passes, with nobody sweeping."""
    desk, index = Desk(shop), NumberIndex()
    desk.hold(3, NOW)
    deadline = NOW + 30 * MINUTE
    assert available(index, shop, deadline - timedelta(microseconds=1)) == ALL - {3}
    assert available(index, shop, deadline) == ALL


def test_a_payment_under_way_keeps_a_number_past_its_deadline(shop: Database) -> None:
    """SPEC 6.3: a number is never released while a payment is unknown."""
    desk, index = Desk(shop), NumberIndex()
    desk.hold(3, NOW)
    desk.order(3, NOW)
    desk.tie(3, NOW)
    assert available(index, shop, NOW + timedelta(days=3)) == ALL - {3}


def test_a_number_given_up_rests_and_then_comes_back(shop: Database) -> None:
    """SPEC 4.11; also where the index knew it as sold."""
    desk, index = Desk(shop), NumberIndex()
    desk.hold(3, NOW)
    desk.order(3, NOW)
    desk.sell(3, NOW)
    assert available(index, shop, NOW) == ALL - {3}
    back = NOW + timedelta(days=7)
    desk.rest(3, NOW + MINUTE, back)
    page = index.view(shop, NOW + 2 * MINUTE).page(NumberQuery(include_held=True, limit=1_000), None)
    assert page.listed == COUNT - 1
    assert available(index, shop, back - MINUTE) == ALL - {3}
    assert available(index, shop, back) == ALL


def test_a_sold_number_that_comes_back_is_noticed_without_reading_everything(shop: Database) -> None:
    desk, index = Desk(shop), NumberIndex()
    desk.hold(3, NOW)
    desk.order(3, NOW)
    desk.sell(3, NOW)
    assert available(index, shop, NOW) == ALL - {3}
    back = NOW + LONGEST_GAP / 2
    desk.rest(3, NOW + MINUTE, back)
    assert available(index, shop, NOW + MINUTE) == ALL - {3}
    assert available(index, shop, back) == ALL


def test_a_claim_that_is_over_is_over_however_lately_it_was_made(shop: Database) -> None:
    """A claim read because it has just changed has no more weight than its deadline."""
    index, until = NumberIndex(), NOW + COMMIT_DELAY / 2
    short = {"kind": "hold", "expires_at": until, "payment_unsettled": False, "changed_at": NOW}
    with shop.writing() as connection:
        connection.execute(insert(number_claims).values(msisdn=FIRST, **short))
    assert available(index, shop, NOW) == ALL - {0}
    assert available(index, shop, until) == ALL


def test_a_number_that_came_back_and_was_swept_meanwhile_is_found(shop: Database) -> None:
    """Nothing tells of a deleted row: after a gap the index reads everything again."""
    desk, index = Desk(shop), NumberIndex()
    desk.hold(3, NOW)
    desk.order(3, NOW)
    desk.sell(3, NOW)
    assert available(index, shop, NOW) == ALL - {3}
    desk.rest(3, NOW + MINUTE, NOW + LONGEST_GAP)
    with shop.writing() as connection:
        assert claims.sweep_over(connection, NOW + LONGEST_GAP, 10) == 1
    assert available(index, shop, NOW + LONGEST_GAP + MINUTE) == ALL


def test_a_sale_that_was_committed_late_is_seen(shop: Database) -> None:
    """A transaction writes down an instant and commits later, when the index has read past that instant."""
    index = NumberIndex()
    assert available(index, shop, NOW) == ALL
    late = {"expires_at": None, "payment_unsettled": False, "changed_at": NOW - COMMIT_DELAY}
    with shop.writing() as connection:
        connection.execute(insert(number_claims).values(msisdn=FIRST, kind="sale", **late))
    assert available(index, shop, NOW + MINUTE) == ALL - {0}


def test_a_clock_set_back_hides_no_sale(shop: Database) -> None:
    """SPEC 7.3."""
    desk, index = Desk(shop), NumberIndex()
    assert available(index, shop, NOW) == ALL
    earlier = NOW - timedelta(days=1)
    desk.hold(3, earlier)
    desk.order(3, earlier)
    desk.sell(3, earlier)
    assert available(index, shop, earlier) == ALL - {3}


def test_sold_numbers_are_not_read_again(shop: Database) -> None:
    """A million sold numbers cost a search nothing."""
    index = NumberIndex()
    sold = {"kind": "sale", "payment_unsettled": False, "changed_at": NOW - timedelta(days=1)}
    with shop.writing() as connection:
        connection.execute(insert(number_claims), [{"msisdn": FIRST + place, **sold} for place in range(30)])
    assert available(index, shop, NOW) == ALL - set(range(30))
    with shop.reading() as connection:
        assert stock.claims_that_matter(connection, NOW, NOW - COMMIT_DELAY) == []


def test_reading_claims_uses_indexes_only(shop: Database) -> None:
    """However many numbers are sold: a search never walks through all claims."""
    statement = str(stock.CLAIMS_THAT_MATTER.compile())
    for instant in (":expires_at_1", ":at", ":since"):
        statement = statement.replace(instant, str(stock.microseconds(NOW)))
    with shop.reading() as connection:
        if shop.is_shared:
            connection.execute(text("SET LOCAL enable_seqscan = off"))
            statement = "EXPLAIN " + statement
        else:
            statement = "EXPLAIN QUERY PLAN " + statement
        plan = " ".join(str(row) for row in connection.exec_driver_sql(statement))
    assert "Seq Scan" not in plan
    assert "SCAN number_claims" not in plan
    assert "ix_number_claims_expires_at" in plan
    assert "ix_number_claims_changed_at" in plan


def test_numbers_that_came_or_went_are_noticed(shop: Database) -> None:
    desk, index = Desk(shop), NumberIndex()
    desk.hold(3, NOW)
    desk.order(3, NOW)
    desk.sell(3, NOW)
    desk.hold(4, NOW)
    assert available(index, shop, NOW) == ALL - {3, 4}
    add(shop, [FIRST - 1, FIRST + COUNT])
    assert available(index, shop, NOW) == ALL - {3, 4} | {-1, COUNT}
    with shop.writing() as connection:
        assert stock.withdraw(connection, FIRST + 7, NOW)
        stock.bump_stock_revision(connection)
    assert available(index, shop, NOW) == ALL - {3, 4, 7} | {-1, COUNT}


def test_a_view_stays_as_it_was(shop: Database) -> None:
    """What is shown while somebody turns pages belongs to one instant."""
    desk, index = Desk(shop), NumberIndex()
    view = index.view(shop, NOW)
    desk.hold(3, NOW)
    desk.order(3, NOW)
    desk.sell(3, NOW)
    index.view(shop, NOW)
    assert view.page(NumberQuery(), None).total == COUNT


def test_an_empty_stock_has_an_answer_to_everything(database: Database) -> None:
    view = NumberIndex().view(database, NOW)
    assert view.page(NumberQuery(contains="8", no_4=True, city_adcode=1), None).total == 0
    assert view.similar(FIRST, 5, None) == ()
    assert view.parade(None, 1, 5) == ()
    assert view.counts(NumberQuery(prefixes=frozenset({"138"}))).no_4 == 0


def test_threads_may_search_while_numbers_are_sold(shop: Database) -> None:
    """Once a thread has seen a number sold, no later search offers it again, in any thread."""
    desk, index, done = Desk(shop), NumberIndex(), Event()
    available(index, shop, NOW)

    def search() -> list[int]:
        totals = []
        while not done.is_set():
            totals.append(len(available(index, shop, NOW)))
        return totals

    with ThreadPoolExecutor(3) as pool:
        searches = [pool.submit(search) for _ in range(3)]
        try:
            for place in range(COUNT):
                desk.hold(place, NOW)
                desk.order(place, NOW)
                desk.sell(place, NOW)
        finally:
            done.set()
    for totals in (future.result() for future in searches):
        assert totals == sorted(totals, reverse=True)
    assert available(index, shop, NOW) == set()


actions = st.lists(
    st.tuples(
        st.sampled_from(["hold", "order", "tie", "sell", "rest", "release", "sweep"]),
        st.integers(0, 3),
        st.sampled_from([timedelta(0), MINUTE, 29 * MINUTE, timedelta(hours=3), timedelta(days=8)]),
        st.booleans(),
    ),
    max_size=25,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(actions=actions)
def test_whatever_happens_an_old_index_sees_what_a_new_one_sees(
    shop: Database, actions: list[tuple[str, int, timedelta, bool]]
) -> None:
    """Reading only what changed comes to the same as reading everything."""
    with shop.writing() as connection:
        connection.execute(delete(number_claims))
    index, now = NumberIndex(), NOW
    for action, place, later, is_searched in actions:
        now += later
        with shop.writing() as connection:
            act(connection, action, place, now)
        if is_searched:
            old, new = index.view(shop, now), NumberIndex().view(shop, now)
            assert old.taken == new.taken
            assert old.holds == new.holds


def act(connection: Connection, action: str, place: int, now: datetime) -> None:
    msisdn, order = FIRST + place, f"order-{place}"
    steps: dict[str, Callable[[], object]] = {
        "hold": lambda: claims.take(
            connection,
            msisdn,
            kind=ClaimKind.HOLD,
            visit_id="a-visit",
            order_no=None,
            until=now + 30 * MINUTE,
            now=now,
        ),
        "order": lambda: claims.hold_to_order(
            connection, msisdn, "a-visit", order_no=order, until=now + 30 * MINUTE, now=now
        ),
        "tie": lambda: claims.tie_to_payment(connection, msisdn, order, now),
        "sell": lambda: claims.sell(connection, msisdn, order, now),
        "rest": lambda: claims.rest(connection, msisdn, order, now + timedelta(days=7), now),
        "release": lambda: claims.release_visit(connection, "a-visit"),
        "sweep": lambda: claims.sweep_over(connection, now, 10),
    }
    steps[action]()


def test_a_hold_of_ones_own_is_told_apart(shop: Database) -> None:
    Desk(shop).hold(3, NOW, "mine")
    Desk(shop).hold(4, NOW, "another's")
    page = NumberIndex().view(shop, NOW).page(NumberQuery(include_held=True, limit=100), "mine")
    states = {row.msisdn - FIRST: (row.state, row.free_at) for row in page.numbers}
    assert states[3] == (NumberState.HELD_BY_YOU, NOW + 30 * MINUTE)
    assert states[4] == (NumberState.HELD, NOW + 30 * MINUTE)
    assert (page.total, page.listed) == (COUNT - 2, COUNT)
