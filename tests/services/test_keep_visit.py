"""A visit from first touch to reset (SPEC 3.8, 4.2, 10.3), on both databases."""

from sqlalchemy import select

from kiosk.services.hold_number import hold_number
from kiosk.services.keep_visit import begin_visit, end_visit, keep_choices, restart_terminal
from kiosk.services.register_customer import register_customer
from kiosk.services.settle_deadlines import report_alive
from kiosk.services.shop import Shop
from kiosk.services.submit_order import submit_order
from storage import people
from storage.tables import audit, terminals, visits
from tests.services.small_shop import MINUTE, PLAIN, START, World


def visit_row(shop: Shop, visit_id: str) -> dict[str, object]:
    with shop.database.reading() as connection:
        row = connection.execute(select(visits).where(visits.c.visit_id == visit_id)).one()
    return dict(row._mapping)


def test_choices_are_kept_while_the_visit_lasts(world: World, shop: Shop) -> None:
    """DESIGN 1: so that the counter can take it over."""
    visit = world.visit()
    keep_choices(shop, visit, "tariff", "en", {"msisdn": PLAIN[0], "name": "张伟"})
    with shop.database.reading() as connection:
        assert people.read_choices(connection, visit) == f'{{"msisdn": {PLAIN[0]}, "name": "张伟"}}'
    assert visit_row(shop, visit)["language"] == "en"


def test_the_end_of_a_visit_erases_what_it_knew_and_gives_its_numbers_back(world: World, shop: Shop) -> None:
    """SPEC 3.8, 4.2."""
    visit = world.visit()
    register_customer(shop, visit, world.customer())
    keep_choices(shop, visit, "confirm", "zh", {"name": "张伟"})
    hold_number(shop, visit, PLAIN[0])
    hold_number(shop, visit, PLAIN[1])
    assert end_visit(shop, visit, "idle") == 2
    assert world.live_claims() == {}
    row = visit_row(shop, visit)
    assert [row[name] for name in ("step", "choices", "phone_hash", "id_hash")] == [None] * 4
    assert (row["end_reason"], row["ended_at"]) == ("idle", START)


def test_ending_twice_is_harmless_and_keeps_the_first_reason(world: World, shop: Shop) -> None:
    visit = world.visit()
    end_visit(shop, visit, "left")
    world.clock.move(MINUTE)
    assert end_visit(shop, visit, "idle") == 0
    assert visit_row(shop, visit)["end_reason"] == "left"


def test_nothing_is_kept_for_a_visit_that_is_over(world: World, shop: Shop) -> None:
    """SPEC 10.3: a late write must not bring personal data back."""
    visit = world.visit()
    end_visit(shop, visit, "left")
    keep_choices(shop, visit, "confirm", "zh", {"name": "张伟"})
    assert visit_row(shop, visit)["choices"] is None


def test_a_terminal_that_starts_again_gives_back_its_own_holds_and_no_others(world: World, shop: Shop) -> None:
    """SPEC 4.2: unsubmitted ones; another terminal's customers notice nothing."""
    elsewhere = world.another_terminal("jn01-2")
    other = begin_visit(elsewhere, "zh")
    hold_number(elsewhere, other, PLAIN[2])
    mine, ordering = world.visit(), world.visit()
    hold_number(shop, mine, PLAIN[0])
    hold_number(shop, ordering, PLAIN[1])
    submit_order(shop, world.submission(ordering, PLAIN[1]))
    keep_choices(shop, mine, "customer", "zh", {"name": "张伟"})

    assert restart_terminal(shop) == 1
    assert set(world.live_claims()) == {PLAIN[1], PLAIN[2]}
    row = visit_row(shop, mine)
    assert (row["end_reason"], row["choices"]) == ("crash", None)
    assert visit_row(shop, other)["ended_at"] is None
    with shop.database.reading() as connection:
        recovered = connection.execute(select(audit).where(audit.c.action == "terminal.recovered")).one()
    assert recovered.detail == "holds=1 visits=2"


def test_a_terminal_says_when_it_started_and_that_it_is_alive(world: World, shop: Shop) -> None:
    """SPEC 10.4."""
    for _ in range(2):
        assert restart_terminal(shop) == 0
    world.clock.move(MINUTE)
    report_alive(shop)
    with shop.database.reading() as connection:
        row = connection.execute(select(terminals)).one()
    assert (row.terminal_id, row.started_at, row.seen_at) == ("jn01-1", START, START + MINUTE)
