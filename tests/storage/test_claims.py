"""The statements that decide whose a number is, one by one (DESIGN 2; SPEC 4.2, 6.3, 7.2)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from kiosk.domain.orders import ClaimKind
from storage import claims
from storage.engine import Database
from storage.tables import number_claims, number_tiers, numbers, regions, visits

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
SOON, LATER = NOW + timedelta(minutes=30), NOW + timedelta(hours=2)
FREE, OTHER, FOR_CLERKS, WITHDRAWN = 13853100000, 13853100001, 13853188888, 13853177777


@pytest.fixture
def stocked(database: Database) -> Database:
    with database.writing() as connection:
        connection.execute(insert(regions).values(adcode=370100, kind="city", name_zh="济南市", name_en="Jinan"))
        for tier, sold_by in ((0, "self_service"), (1, "clerk")):
            connection.execute(
                insert(number_tiers).values(
                    tier=tier,
                    prepayment_fen=0,
                    monthly_minimum_fen=0,
                    term_months=0,
                    prepayment_return="at_once",
                    sold_by=sold_by,
                )
            )
        for msisdn in (FREE, OTHER, FOR_CLERKS, WITHDRAWN):
            connection.execute(
                insert(numbers).values(
                    msisdn=msisdn,
                    city_adcode=370100,
                    pattern="PLAIN",
                    tier=1 if msisdn == FOR_CLERKS else 0,
                    prepayment_fen=0,
                    monthly_minimum_fen=0,
                    term_months=0,
                    withdrawn_at=NOW if msisdn == WITHDRAWN else None,
                )
            )
    return database


def take(
    connection: Connection,
    msisdn: int = FREE,
    visit: str = "v1",
    *,
    until: datetime | None = SOON,
    now: datetime = NOW,
    staff_may: bool = False,
) -> bool:
    return claims.take(
        connection,
        msisdn,
        kind=ClaimKind.HOLD,
        visit_id=visit,
        order_no=None,
        until=until,
        now=now,
        staff_may=staff_may,
    )


def order(connection: Connection, order_no: str = "o1", visit: str = "v1", until: datetime = SOON) -> None:
    assert take(connection, visit=visit)
    assert claims.hold_to_order(connection, FREE, visit, order_no=order_no, until=until, now=NOW)


def test_taking_is_one_statement_that_decides_by_itself() -> None:
    """DESIGN 2: insert from the stock, on conflict only where the claim is over and no payment is unknown."""
    for dialect in (sqlite.dialect(), postgresql.dialect()):  # type: ignore[no-untyped-call]
        sql = " ".join(str(claims._taking(dialect.name, staff_may=False).compile(dialect=dialect)).split())  # type: ignore[attr-defined]
        conflict = sql.partition("ON CONFLICT (msisdn) DO UPDATE")[2]
        assert "SELECT" in sql.partition("ON CONFLICT")[0]
        assert "number_claims.expires_at <=" in conflict
        assert "payment_unsettled" in conflict.partition("WHERE")[2]


def test_only_what_is_in_stock_and_offered_is_taken(stocked: Database) -> None:
    with stocked.writing() as connection:
        assert take(connection)
        assert not take(connection, WITHDRAWN)
        assert not take(connection, 13812345678)
        assert not take(connection, FOR_CLERKS)
        assert take(connection, FOR_CLERKS, staff_may=True)
        assert not take(connection, WITHDRAWN, staff_may=True)


def test_a_claim_is_taken_over_from_its_end_on_and_not_before(stocked: Database) -> None:
    with stocked.writing() as connection:
        assert take(connection, visit="v1")
        assert not take(connection, visit="v2", now=SOON - timedelta(microseconds=1))
        assert take(connection, visit="v2", now=SOON, until=LATER)
        claim = claims.find(connection, FREE)
    assert claim == claims.Claim(FREE, ClaimKind.HOLD, "v2", None, LATER, payment_unsettled=False)


def test_nothing_of_the_old_claim_survives_the_take_over(stocked: Database) -> None:
    with stocked.writing() as connection:
        order(connection)
        assert take(connection, visit="v2", now=SOON, until=LATER)
        claim = claims.find(connection, FREE)
        assert claim is not None
        assert (claim.kind, claim.order_no) == (ClaimKind.HOLD, None)
        assert not claims.sell(connection, FREE, "o1", SOON)
        assert not claims.release_order(connection, FREE, "o1")
        assert not claims.tie_to_payment(connection, FREE, "o1", NOW)


def test_a_claim_tied_to_a_payment_is_never_taken_over(stocked: Database) -> None:
    """SPEC 6.3."""
    with stocked.writing() as connection:
        order(connection)
        assert claims.tie_to_payment(connection, FREE, "o1", NOW)
        assert not take(connection, visit="v2", now=LATER)
        assert claims.tie_to_payment(connection, FREE, "o1", LATER)
        claims.untie_from_payment(connection, FREE, "o1", LATER)
        assert not claims.tie_to_payment(connection, FREE, "o1", LATER)
        assert take(connection, visit="v2", now=LATER)


def test_a_sale_has_no_end_and_is_never_given_back_as_a_hold_or_an_order(stocked: Database) -> None:
    with stocked.writing() as connection:
        order(connection)
        assert claims.sell(connection, FREE, "o1", NOW)
        assert not claims.sell(connection, FREE, "o1", NOW)
        assert not claims.release_order(connection, FREE, "o1")
        assert not claims.release_hold(connection, FREE, "v1")
        assert claims.release_visit(connection, "v1") == 0
        assert claims.sweep_over(connection, LATER + timedelta(days=9999), 10) == 0
        assert not take(connection, visit="v2", now=NOW + timedelta(days=9999))


def test_a_number_that_was_given_up_rests_and_is_then_free(stocked: Database) -> None:
    """SPEC 4.11."""
    with stocked.writing() as connection:
        order(connection)
        assert not claims.rest(connection, FREE, "o1", until=LATER, now=NOW)
        claims.sell(connection, FREE, "o1", NOW)
        assert not claims.rest(connection, FREE, "o2", until=LATER, now=NOW)
        assert claims.rest(connection, FREE, "o1", until=LATER, now=NOW)
        assert not take(connection, visit="v2", now=SOON)
        assert take(connection, visit="v2", now=LATER, until=LATER + timedelta(minutes=30))


def test_only_a_live_hold_of_the_visit_becomes_an_order(stocked: Database) -> None:
    with stocked.writing() as connection:
        take(connection)
        for visit, now in (("v2", NOW), ("v1", SOON)):
            assert not claims.hold_to_order(connection, FREE, visit, order_no="o1", until=LATER, now=now)
        assert claims.hold_to_order(connection, FREE, "v1", order_no="o1", until=LATER, now=NOW)
        assert not claims.hold_to_order(connection, FREE, "v1", order_no="o2", until=LATER, now=NOW)


def test_a_terminal_gives_back_its_own_holds_only(stocked: Database) -> None:
    with stocked.writing() as connection:
        for visit, terminal in (("v1", "t1"), ("v2", "t2")):
            connection.execute(
                insert(visits).values(visit_id=visit, terminal_id=terminal, language="zh", started_at=NOW)
            )
        take(connection, FREE, "v1")
        take(connection, OTHER, "v2")
        assert claims.release_terminal(connection, "t1") == 1
        assert claims.find(connection, FREE) is None
        assert claims.find(connection, OTHER) is not None


def test_a_sweep_takes_at_most_so_many_and_leaves_orders_alone(stocked: Database) -> None:
    with stocked.writing() as connection:
        take(connection, FREE)
        take(connection, OTHER)
        assert claims.sweep_over(connection, SOON - timedelta(seconds=1), 10) == 0
        assert claims.sweep_over(connection, SOON, 1) == 1
        assert claims.sweep_over(connection, SOON, 10) == 1
        order(connection)
        assert claims.sweep_over(connection, LATER, 10) == 0


def test_a_sweep_waits_for_nobody(stocked: Database) -> None:
    """On PostgreSQL two sweeps, or a sweep and a release, would else wait for each other."""
    if not stocked.is_shared:
        return
    with stocked.writing() as connection:
        take(connection, FREE)
        take(connection, OTHER)
    with stocked.writing() as busy:
        assert take(busy, FREE, "v2", now=SOON, until=LATER)
        with stocked.writing() as sweeper:
            assert claims.sweep_over(sweeper, SOON, 10) == 1
    with stocked.reading() as connection:
        assert list(connection.execute(select(number_claims.c.visit_id)).scalars()) == ["v2"]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    now=st.integers(-3, 3),
    expires=st.none() | st.integers(-3, 3),
    unsettled=st.booleans(),
)
def test_what_counts_as_over_is_the_same_in_python_and_in_sql(
    stocked: Database, now: int, expires: int | None, unsettled: bool
) -> None:
    at = NOW + now * timedelta(microseconds=1)
    until = None if expires is None else NOW + expires * timedelta(microseconds=1)
    with stocked.writing() as connection:
        connection.execute(number_claims.delete())
        connection.execute(
            insert(number_claims).values(
                msisdn=FREE, kind="order", order_no="o", expires_at=until, payment_unsettled=unsettled, changed_at=NOW
            )
        )
        claim = claims.find(connection, FREE)
        assert claim is not None
        assert take(connection, now=at, until=LATER) == claim.is_over(at)
