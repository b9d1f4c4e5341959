"""Turning what a visit chose into an order, exactly once (SPEC 4.6), on both databases."""

import secrets
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import func, select, update

from kiosk.domain.orders import ClaimKind, OrderState, is_order_no
from kiosk.services.errors import (
    HoldLost,
    NotForSale,
    PriceChanged,
    SubmissionChanged,
    TooManyHolds,
    TooManyNumbers,
    VisitOver,
)
from kiosk.services.hold_number import hold_number
from kiosk.services.keep_visit import end_visit
from kiosk.services.shop import Shop
from kiosk.services.submit_order import Submission, submit_order
from storage import orders
from storage.tables import audit, tariffs, visits
from storage.tables import orders as order_table
from tests.services.small_shop import (
    DEAR_TARIFF,
    ELSEWHERE,
    FINE,
    JINAN_TARIFF,
    MINUTE,
    OLD_TARIFF,
    PLAIN,
    QINGDAO_SHOP,
    START,
    TARIFF,
    World,
)

HALF_AN_HOUR = timedelta(minutes=30)


def held(world: World, msisdn: int = PLAIN[0]) -> str:
    visit = world.visit()
    hold_number(world.shop, visit, msisdn)
    return visit


def count_orders(shop: Shop) -> int:
    with shop.database.reading() as connection:
        return connection.execute(select(func.count()).select_from(order_table)).scalar_one()


def test_an_order_keeps_everything_that_was_confirmed(world: World, shop: Shop) -> None:
    """SPEC 4.6: prices frozen as shown, the agreement with version and time."""
    visit = held(world, FINE[0])
    world.clock.move(MINUTE)
    submission = world.submission(visit, FINE[0], tariff=DEAR_TARIFF, language="en")
    submitted = submit_order(shop, submission)
    order = world.order_row(submitted.order_no)
    assert is_order_no(submitted.order_no)
    assert submitted.order_no.startswith("261122")
    assert submitted.amount_fen == order.amount_fen == submission.amount_fen == 20_000
    assert (order.state, order.msisdn, order.tariff_code) == (OrderState.PENDING, FINE[0], DEAR_TARIFF)
    assert (order.customer_name, order.id_number, order.contact_phone) == (
        submission.customer.name,
        submission.customer.id_number,
        str(submission.customer.phone),
    )
    assert (order.agreement, order.agreement_version) == ("number_selection", submission.agreement.version)
    assert order.submitted_at == order.agreement_accepted_at == START + MINUTE
    assert order.pay_deadline == submitted.pay_deadline == START + MINUTE + HALF_AN_HOUR
    assert (order.language, order.terminal_id, order.shop_code) == ("en", "jn01-1", "JN01")
    with shop.database.reading() as connection:
        lines = orders.lines_of_order(connection, submitted.order_no)
        accepted = connection.execute(select(audit).where(audit.c.action == "order.submitted")).one()
    assert sum(line.amount_fen for line in lines) == 20_000
    assert accepted.subject == submitted.order_no
    assert submission.customer.name not in accepted.detail


def test_the_hold_becomes_the_orders_claim_and_ends_with_the_payment_deadline(world: World, shop: Shop) -> None:
    visit = held(world)
    world.clock.move(HALF_AN_HOUR - MINUTE)
    order_no = submit_order(shop, world.submission(visit, PLAIN[0])).order_no
    claim = world.claim(PLAIN[0])
    assert claim is not None
    assert (claim.kind, claim.order_no) == (ClaimKind.ORDER, order_no)
    assert claim.expires_at == START + 2 * HALF_AN_HOUR - MINUTE


def test_prices_stay_as_they_were_shown(world: World, shop: Shop) -> None:
    """SPEC 4.6."""
    order_no = world.order()
    try:
        with shop.database.writing() as connection:
            connection.execute(update(tariffs).values(first_topup_fen=1))
        assert world.order_row(order_no).amount_fen == 5_000
    finally:
        with shop.database.writing() as connection:
            connection.execute(update(tariffs).values(first_topup_fen=5_000))


def test_a_price_that_changed_since_is_not_taken(world: World, shop: Shop) -> None:
    visit = held(world)
    with pytest.raises(PriceChanged):
        submit_order(shop, replace(world.submission(visit, PLAIN[0]), amount_fen=4_999))
    assert count_orders(shop) == 0
    submit_order(shop, world.submission(visit, PLAIN[0]))


def test_the_same_key_is_the_same_order_however_often_and_late(world: World, shop: Shop) -> None:
    """SPEC 4.6; issue 2: Enter pressed ten times on submit."""
    visit = held(world)
    submission = world.submission(visit, PLAIN[0])
    first = submit_order(shop, submission)
    assert [submit_order(shop, submission) for _ in range(9)] == [first] * 9
    end_visit(shop, visit, "finished")
    world.settle(by=timedelta(hours=1))
    assert submit_order(shop, submission) == first
    assert count_orders(shop) == 1


def test_a_key_that_comes_back_with_another_number_is_refused(world: World, shop: Shop) -> None:
    """SPEC 4.6: nobody pays for the number they chose before this one."""
    visit = held(world)
    hold_number(shop, visit, PLAIN[1])
    submission = world.submission(visit, PLAIN[0])
    submit_order(shop, submission)
    with pytest.raises(SubmissionChanged):
        submit_order(shop, replace(submission, msisdn=PLAIN[1]))
    assert count_orders(shop) == 1


def test_ten_presses_at_the_same_moment_make_one_order(world: World, shop: Shop) -> None:
    """SPEC 4.6, issue 2."""
    submission = world.submission(held(world), PLAIN[0])
    start = Barrier(10)

    def press(_: int) -> str:
        start.wait()
        return submit_order(shop, submission).order_no

    with ThreadPoolExecutor(10) as pool:
        assert len(set(pool.map(press, range(10)))) == 1
    assert count_orders(shop) == 1


def test_eight_terminals_of_one_person_never_get_above_the_limit(world: World, shop: Shop) -> None:
    """SPEC 4.2, 4.4: counted at submission, whoever is quicker. Nobody was counted before: the visits are nameless."""
    submissions = [world.submission(held(world, msisdn), msisdn) for msisdn in PLAIN[:8]]
    start = Barrier(8)

    def submit(submission: Submission) -> bool:
        start.wait()
        try:
            submit_order(shop, submission)
        except (TooManyHolds, TooManyNumbers):
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(submit, submissions)) == 3
    assert count_orders(shop) == 3


def test_an_order_number_that_is_taken_is_drawn_again(
    world: World, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = iter([7, 7, 7, 8])
    monkeypatch.setattr(secrets, "randbelow", lambda _below: next(drawn))
    assert world.order(PLAIN[0]) != world.order(PLAIN[1], person=2)
    assert count_orders(shop) == 2


def test_a_hold_that_is_over_cannot_be_ordered_although_nobody_took_it(world: World, shop: Shop) -> None:
    """SPEC 4.1."""
    visit = held(world)
    submission = world.submission(visit, PLAIN[0])
    world.clock.move(HALF_AN_HOUR)
    with pytest.raises(HoldLost) as refusal:
        submit_order(shop, submission)
    assert refusal.value.msisdn == PLAIN[0]
    assert count_orders(shop) == 0


def test_somebody_elses_hold_cannot_be_ordered(world: World, shop: Shop) -> None:
    held(world)
    with pytest.raises(HoldLost):
        submit_order(shop, world.submission(world.visit(), PLAIN[0]))


def test_a_visit_that_is_over_orders_nothing(world: World, shop: Shop) -> None:
    visit = held(world)
    submission = world.submission(visit, PLAIN[0])
    end_visit(shop, visit, "idle")
    with pytest.raises(VisitOver):
        submit_order(shop, submission)


@pytest.mark.parametrize(
    ("msisdn", "tariff", "branch"),
    [
        (PLAIN[0], "nothing", "JN01"),
        (PLAIN[0], OLD_TARIFF, "JN01"),
        (PLAIN[0], TARIFF, "nowhere"),
        (PLAIN[0], TARIFF, QINGDAO_SHOP),
        (ELSEWHERE[0], JINAN_TARIFF, QINGDAO_SHOP),
        (FINE[0], TARIFF, "JN01"),
    ],
    ids=["unknown tariff", "withdrawn tariff", "unknown shop", "shop elsewhere", "tariff elsewhere", "below minimum"],
)
def test_what_is_not_offered_is_refused_and_the_hold_stays(
    world: World, shop: Shop, msisdn: int, tariff: str, branch: str
) -> None:
    """SPEC 2.2, 4.3, 4.5."""
    visit = held(world, msisdn)
    submission = replace(world.submission(visit, PLAIN[0]), msisdn=msisdn, tariff_code=tariff, shop_code=branch)
    with pytest.raises(NotForSale):
        submit_order(shop, submission)
    assert world.live_claims() == {msisdn: ClaimKind.HOLD}


@pytest.mark.parametrize("shared", ["phone", "id"])
def test_three_are_counted_again_at_submission(world: World, shop: Shop, shared: str) -> None:
    """SPEC 4.2."""
    for place, msisdn in enumerate(PLAIN[:3]):
        person = {"person": place + 1, "phone": 7} if shared == "phone" else {"person": 1, "phone": place}
        submit_order(shop, world.submission(held(world, msisdn), msisdn, **person))  # type: ignore[arg-type]
    last = {"person": 4, "phone": 7} if shared == "phone" else {"person": 1, "phone": 9}
    with pytest.raises(TooManyHolds):
        submit_order(shop, world.submission(held(world, PLAIN[3]), PLAIN[3], **last))  # type: ignore[arg-type]


def test_five_are_counted_again_at_submission(world: World, shop: Shop) -> None:
    """SPEC 4.4."""
    for msisdn in PLAIN[:5]:
        world.paid_order(msisdn)
    visit = held(world, PLAIN[5])
    with pytest.raises(TooManyNumbers):
        submit_order(shop, world.submission(visit, PLAIN[5]))
    assert world.live_claims()[PLAIN[5]] is ClaimKind.HOLD
    submit_order(shop, world.submission(visit, PLAIN[5], person=2))


def test_a_refused_submission_leaves_the_visit_nameless(world: World, shop: Shop) -> None:
    visit = held(world)
    with pytest.raises(NotForSale):
        submit_order(shop, replace(world.submission(visit, PLAIN[0]), tariff_code="nothing"))
    with shop.database.reading() as connection:
        known = connection.execute(select(visits.c.id_hash, visits.c.phone_hash)).one()
    assert tuple(known) == (None, None)
