"""The demonstration's stock, and numbers that are withdrawn (SPEC 8.4)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import func, insert, select

from kiosk.domain.catalogue import PrefixRange
from kiosk.domain.inventory import demonstration_stock, numbers_beside
from kiosk.domain.msisdn import group_msisdn
from kiosk.domain.number_query import NumberQuery, NumberState
from kiosk.domain.orders import ClaimKind
from kiosk.domain.passwords import service_password_fault
from kiosk.domain.patterns import PATTERNS
from kiosk.services.find_city import CityUnknown, find_city
from kiosk.services.hashing import Hasher
from kiosk.services.load_stock import (
    NumberClaimed,
    NumberUnknown,
    NumberWithdrawn,
    StockNotEmpty,
    fill_demonstration,
    is_demonstration,
    withdraw_number,
)
from storage import claims, stock
from storage.catalogue import demonstration_catalogue
from storage.demonstration_lines import demonstration_lines
from storage.engine import Database
from storage.number_index import NumberIndex
from storage.offers import cities, shops_in, tariffs_on_sale
from storage.tables import lines, notices, number_claims, number_tiers, numbers

NOW = datetime(2026, 5, 4, 3, 0, tzinfo=UTC)


def stored(database: Database) -> list[int]:
    with database.reading() as connection:
        return list(connection.execute(select(numbers.c.msisdn).order_by(numbers.c.msisdn)).scalars())


def test_the_demonstration_is_the_whole_catalogue_and_the_numbers_of_a_seed(database: Database) -> None:
    catalogue = demonstration_catalogue()
    assert not is_demonstration(database)
    assert fill_demonstration(database, 500, seed=3) == 500
    assert is_demonstration(database)
    wanted = demonstration_stock(500, 3, catalogue.prefixes)
    terms = {tier.tier: (tier.prepayment_fen, tier.monthly_minimum_fen, tier.term_months) for tier in catalogue.tiers}
    with database.reading() as connection:
        rows = [tuple(row) for row in connection.execute(select(numbers).order_by(numbers.c.msisdn))]
        assert cities(connection) == tuple(sorted(catalogue.cities, key=lambda city: city.adcode))
        assert {tariff.code: tariff for tariff in tariffs_on_sale(connection)} == {
            tariff.code: tariff for tariff in catalogue.tariffs
        }
        for city in catalogue.cities:
            assert set(shops_in(connection, city.adcode)) == {
                shop for shop in catalogue.shops if shop.city_adcode == city.adcode
            }
        assert connection.execute(select(func.count()).select_from(number_tiers)).scalar_one() == len(terms)
    columns = zip(wanted.msisdn.tolist(), wanted.city_adcode.tolist(), wanted.pattern.tolist(), strict=True)
    assert rows == [
        (msisdn, city, PATTERNS[index].code, PATTERNS[index].tier, *terms[PATTERNS[index].tier], None)
        for msisdn, city, index in columns
    ]


def test_a_stock_that_exists_is_left_alone(database: Database) -> None:
    fill_demonstration(database, 20, seed=3)
    before = stored(database)
    with pytest.raises(StockNotEmpty):
        fill_demonstration(database, 50, seed=4)
    assert stored(database) == before


def test_two_terminals_that_start_together_fill_one_stock(database: Database) -> None:
    """One fills it, the other finds it filled; neither fails otherwise."""
    together = Barrier(2)

    def fill(seed: int) -> bool:
        together.wait()
        try:
            fill_demonstration(database, 300, seed)
        except StockNotEmpty:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(fill, (1, 2))) == [False, True]
    assert len(stored(database)) == 300


def test_more_numbers_than_there_are_prefixes_are_refused(database: Database) -> None:
    with pytest.raises(ValueError, match="prefixes"):
        fill_demonstration(database, 10**9, seed=1)
    assert stored(database) == []


def test_nothing_is_kept_of_a_fill_that_breaks_off(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    class BrokenOff(Exception):
        pass

    def break_off(*_: object) -> None:
        raise BrokenOff

    monkeypatch.setattr(stock, "bump_stock_revision", break_off)
    with pytest.raises(BrokenOff):
        fill_demonstration(database, 20, seed=3)
    assert stored(database) == []
    assert not is_demonstration(database)


def claim(database: Database, msisdn: int, kind: ClaimKind, until: datetime | None) -> None:
    row = {"msisdn": msisdn, "kind": kind.value, "expires_at": until, "changed_at": NOW}
    with database.writing() as connection:
        connection.execute(insert(number_claims).values(row | {"payment_unsettled": False}))


def test_a_withdrawn_number_is_sold_no_more(database: Database) -> None:
    fill_demonstration(database, 20, seed=3)
    index, gone = NumberIndex(), stored(database)[4]
    assert index.view(database, NOW).page(NumberQuery(), None).total == 20
    withdraw_number(database, gone, NOW)
    assert index.view(database, NOW).page(NumberQuery(), None).total == 19
    assert index.view(database, NOW).page(NumberQuery(at=str(gone)), None).total == 0
    assert not take(database, gone)
    with pytest.raises(NumberWithdrawn):
        withdraw_number(database, gone, NOW)
    with pytest.raises(NumberUnknown):
        withdraw_number(database, 13000000000, NOW)


@pytest.mark.parametrize(
    ("kind", "until", "state"),
    [
        (ClaimKind.HOLD, NOW + timedelta(microseconds=1), NumberState.HELD),
        (ClaimKind.ORDER, NOW + timedelta(minutes=1), NumberState.ORDERED),
        (ClaimKind.SALE, None, NumberState.SOLD),
    ],
)
def test_a_number_that_somebody_has_is_not_withdrawn(
    database: Database, kind: ClaimKind, until: datetime | None, state: NumberState
) -> None:
    fill_demonstration(database, 20, seed=3)
    msisdn = stored(database)[4]
    claim(database, msisdn, kind, until)
    with pytest.raises(NumberClaimed) as refusal:
        withdraw_number(database, msisdn, NOW)
    assert refusal.value.state is state
    assert NumberIndex().view(database, NOW).bitmaps.ranks([msisdn]).tolist() != [-1]


def test_a_hold_that_is_over_keeps_no_number_from_being_withdrawn(database: Database) -> None:
    fill_demonstration(database, 20, seed=3)
    msisdn = stored(database)[4]
    claim(database, msisdn, ClaimKind.HOLD, NOW)
    withdraw_number(database, msisdn, NOW)
    assert NumberIndex().view(database, NOW).page(NumberQuery(at=str(msisdn)), None).total == 0


def take(database: Database, msisdn: int) -> bool:
    with database.writing() as connection:
        return claims.take(
            connection,
            msisdn,
            kind=ClaimKind.HOLD,
            visit_id="a-visit",
            order_no=None,
            until=NOW + timedelta(minutes=30),
            now=NOW,
            staff_may=True,
        )


def test_a_number_is_withdrawn_or_taken_but_never_both(database: Database) -> None:
    """SPEC 4.2: by any interleaving."""
    fill_demonstration(database, 150, seed=3)
    together = Barrier(2)

    def withdrawn(msisdn: int) -> bool:
        together.wait()
        try:
            withdraw_number(database, msisdn, NOW)
        except NumberClaimed:
            return False
        return True

    def taken(msisdn: int) -> bool:
        together.wait()
        return take(database, msisdn)

    with ThreadPoolExecutor(2) as pool:
        for msisdn in stored(database):
            outcomes = pool.submit(withdrawn, msisdn), pool.submit(taken, msisdn)
            assert [outcome.result() for outcome in outcomes].count(True) == 1


def test_a_city_is_found_by_whatever_it_is_called(database: Database) -> None:
    fill_demonstration(database, 0, seed=1)
    for name in ("济南市", "济南", "370100", " 济南市 "):
        assert find_city(database, name) == 370100
    for name in ("", "市", "上海", "370000", "370102", "历下区"):
        with pytest.raises(CityUnknown):
            find_city(database, name)


def test_with_a_time_the_demonstration_has_subscribers_whose_numbers_are_not_for_sale(database: Database) -> None:
    """So that anybody can try to sign in; each has a tariff of its region and an SMS with its service password."""
    assert fill_demonstration(database, 500, seed=3, now=NOW, language="en") == 500
    catalogue = demonstration_catalogue()
    with database.reading() as connection:
        rows = connection.execute(select(lines)).all()
        texts = {row.recipient: row.body for row in connection.execute(select(notices))}
        assert set(connection.scalars(select(notices.c.expires_at))) == {NOW + timedelta(days=1)}
        offered = {tariff.code: tariff for tariff in tariffs_on_sale(connection)}
    assert len({row.tariff_code for row in rows}) == len(rows) == 6
    assert {row.msisdn for row in rows}.isdisjoint(stored(database))
    assert len({row.msisdn % 10_000 for row in rows}) == 6
    line_of = {line.city_adcode: line for line in demonstration_lines()}
    for row in rows:
        [city] = {part.city_adcode for part in catalogue.prefixes if part.first <= row.msisdn // 10_000 <= part.last}
        line = line_of.pop(city)
        assert row.tariff_code == line.tariff_code
        assert {city, city // 10_000 * 10_000} & offered[row.tariff_code].regions
        assert service_password_fault(line.service_password, row.msisdn) is None
        assert f"number {group_msisdn(row.msisdn)} is {line.service_password}" in texts[str(row.msisdn)]


def test_the_hashes_of_the_demonstrations_passwords_are_theirs_in_the_profile_in_force() -> None:
    hasher = Hasher()
    for line in demonstration_lines():
        assert hasher.is_right(line.password_hash, line.service_password)
        assert not hasher.needs_rehash(line.password_hash)


def test_a_city_whose_prefixes_are_full_has_no_subscriber() -> None:
    prefixes = (PrefixRange(1385310, 1385310, 370100), PrefixRange(1385320, 1385320, 370200))
    full = demonstration_stock(20_000, 1, prefixes)
    assert numbers_beside(full, prefixes, [370100, 370200]) == {}
    assert set(numbers_beside(demonstration_stock(10, 1, prefixes), prefixes, [370200, 370300])) == {370200}
