"""Number search agrees with a filter that anybody can read, on both databases (SPEC 4.1)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select

from kiosk.domain.number_query import (
    PRICE_BANDS,
    NumberPage,
    NumberQuery,
    NumberRow,
    NumberSort,
    NumberState,
    QueryField,
    QueryInvalid,
)
from kiosk.domain.patterns import PATTERNS
from kiosk.domain.rules import Rules
from kiosk.gateways.messages import Channel, ReadyGateway
from kiosk.services.load_stock import fill_demonstration
from kiosk.services.search_numbers import (
    count_choices,
    numbers_on_parade,
    search_numbers,
    similar_numbers,
)
from kiosk.services.shop import Shop
from storage.encryption import FieldCipher
from storage.engine import Database, open_database
from storage.number_index import NumberIndex
from storage.tables import number_claims, number_tiers, numbers

NOW = datetime(2026, 5, 4, 3, 0, tzinfo=UTC)
VISIT = "the-visit-that-searches"
STOCK = 2_000


class StandingClock:
    """A clock that tells one instant."""

    def now(self) -> datetime:
        return NOW


class NoMessages(ReadyGateway):
    """A gateway that a search has no use for."""

    def send(self, message_key: str, channel: Channel, recipient: str, subject: str, body: str) -> str:
        raise AssertionError(message_key)


@dataclass(frozen=True)
class Known:
    """A number and its claim, as the tables have them."""

    digits: str
    city_adcode: int
    pattern: str
    prepayment_fen: int
    sold_by: str
    kind: str | None
    visit_id: str | None
    expires_at: datetime | None
    payment_unsettled: bool | None

    @property
    def state(self) -> NumberState | None:
        """What a search by VISIT shows; None for what it doesn't list."""
        is_over = self.expires_at is not None and self.expires_at <= NOW and not self.payment_unsettled
        if self.kind is None or is_over:
            return NumberState.AVAILABLE
        if self.kind != "hold":
            return None
        return NumberState.HELD_BY_YOU if self.visit_id == VISIT else NumberState.HELD

    def fulfils(self, query: NumberQuery) -> bool:
        return (
            query.city_adcode in {None, self.city_adcode}
            and (not query.prefixes or any(self.digits.startswith(prefix) for prefix in query.prefixes))
            and self.digits.endswith(query.tail)
            and query.contains in self.digits
            and all(asked in {"_", digit} for asked, digit in zip(query.at, self.digits, strict=False))
            and not (query.no_4 and "4" in self.digits[3:])
            and (not query.patterns or self.pattern in query.patterns)
            and (query.price_min_fen is None or query.price_min_fen <= self.prepayment_fen)
            and (query.price_max_fen is None or self.prepayment_fen <= query.price_max_fen)
        )

    def is_listed(self, query: NumberQuery) -> bool:
        if self.state is NumberState.HELD:
            return query.include_held
        return self.state is not None


def filled_shop(database: Database) -> Shop:
    """A shop of 2,000 numbers, every fifth with a claim of one kind or another, live or over."""
    fill_demonstration(database, STOCK, seed=7)
    chance = Random(11)
    with database.writing() as connection:
        stock = sorted(connection.execute(select(numbers.c.msisdn)).scalars())
        claims = []
        for msisdn in chance.sample(stock, STOCK // 5):
            kind = chance.choice(["hold", "hold", "order", "sale", "rest"])
            until = NOW + timedelta(minutes=chance.choice([-30, -1, 0, 1, 12, 30]))
            claims.append(
                {
                    "msisdn": msisdn,
                    "kind": kind,
                    "visit_id": chance.choice([VISIT, "another-visit"]),
                    "order_no": None,
                    "expires_at": None if kind == "sale" else until,
                    "payment_unsettled": kind == "order" and chance.random() < 0.5,
                    "changed_at": NOW - timedelta(minutes=40),
                }
            )
        connection.execute(insert(number_claims), claims)
    return Shop(
        database=database,
        clock=StandingClock(),
        payments={},
        messages=NoMessages(),
        rules=Rules(),
        numbers=NumberIndex(),
        terminal_id="a-terminal",
    )


@pytest.fixture
def shop(sqlite_url: str, cipher: FieldCipher) -> Iterator[Shop]:
    """For what doesn't depend on the database."""
    database = open_database(sqlite_url, cipher)
    yield filled_shop(database)
    database.close()


@pytest.fixture
def any_shop(database: Database) -> Shop:
    """On both databases."""
    return filled_shop(database)


@pytest.fixture
def known(shop: Shop) -> list[Known]:
    return known_of(shop)


@pytest.fixture
def any_known(any_shop: Shop) -> list[Known]:
    return known_of(any_shop)


def known_of(shop: Shop) -> list[Known]:
    """The whole stock, by MSISDN, read without the index."""
    everything = (
        select(
            numbers.c.msisdn,
            numbers.c.city_adcode,
            numbers.c.pattern,
            numbers.c.prepayment_fen,
            number_tiers.c.sold_by,
            number_claims.c.kind,
            number_claims.c.visit_id,
            number_claims.c.expires_at,
            number_claims.c.payment_unsettled,
        )
        .join(number_tiers, number_tiers.c.tier == numbers.c.tier)
        .outerjoin(number_claims, number_claims.c.msisdn == numbers.c.msisdn)
        .order_by(numbers.c.msisdn)
    )
    with shop.database.reading() as connection:
        return [Known(str(row[0]), *row[1:]) for row in connection.execute(everything)]


@st.composite
def queries(draw: st.DrawFn) -> NumberQuery:
    """Queries for anything, with few enough conditions that most of them find something."""
    digits = f"1{draw(st.sampled_from('3579'))}{draw(st.integers(0, 10**9 - 1)):09d}"
    kinds = ["city", "prefix", "tail", "contains", "at", "pattern", "price"]
    asked = draw(st.sets(st.sampled_from(kinds), max_size=3))
    cities = st.sampled_from([370100, 370200, 370600, 371300, 110100])
    prefixes = st.sampled_from(["138", "139", "1595", "187", digits[:3], digits[:4]])
    codes = st.sampled_from([pattern.code for pattern in PATTERNS])
    start = draw(st.integers(0, 10))
    places = draw(st.sets(st.integers(0, 10), max_size=3))
    amounts = st.sampled_from([0, 50_00, 99_99, 100_00, 500_00, 3_000_00, 20_000_00])
    prices = sorted([draw(amounts), draw(amounts)])
    return NumberQuery(
        city_adcode=draw(cities) if "city" in asked else None,
        prefixes=draw(st.frozensets(prefixes, max_size=3)) if "prefix" in asked else frozenset(),
        tail=digits[-draw(st.integers(1, 3)) :] if "tail" in asked else "",
        contains=digits[start : start + draw(st.integers(1, 3))] if "contains" in asked else "",
        at="".join(digit if n in places else "_" for n, digit in enumerate(digits)) if "at" in asked else "",
        no_4=draw(st.booleans()),
        patterns=draw(st.frozensets(codes, max_size=3)) if "pattern" in asked else frozenset(),
        price_min_fen=draw(st.sampled_from([None, prices[0]])) if "price" in asked else None,
        price_max_fen=draw(st.sampled_from([None, prices[1]])) if "price" in asked else None,
        sort=draw(st.sampled_from(NumberSort)),
        seed=draw(st.integers(0, 2**70)),
        limit=draw(st.sampled_from([1, 7, 20, 500, 10_000])),
        include_held=draw(st.booleans()),
    )


def pages(shop: Shop, query: NumberQuery) -> Iterator[NumberPage]:
    after: str | None = None
    while True:
        page = search_numbers(shop, replace(query, after=after), VISIT)
        yield page
        after = page.next
        if after is None:
            return


def expected(known: list[Known], query: NumberQuery) -> list[tuple[int, NumberState | None]]:
    found = [number for number in known if number.is_listed(query) and number.fulfils(query)]
    if query.sort is NumberSort.PRICE:
        found.sort(key=lambda number: (number.prepayment_fen, number.digits))
    return [(int(number.digits), number.state) for number in found]


def examples(most: int) -> settings:
    """The stock is read only, so that one will do for all examples."""
    return settings(max_examples=most, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@examples(500)
@given(query=queries())
def test_a_search_finds_what_a_plain_filter_finds(any_shop: Shop, any_known: list[Known], query: NumberQuery) -> None:
    wanted = expected(any_known, query)
    page = search_numbers(any_shop, query, VISIT)
    assert page.total == sum(state is NumberState.AVAILABLE for _, state in wanted)
    assert page.listed == len(wanted)
    assert (page.next is None) == (len(wanted) <= query.limit)
    shown = [(row.msisdn, row.state) for row in page.numbers]
    if query.sort is NumberSort.SHUFFLED:
        assert len(shown) == min(len(wanted), query.limit)
        assert set(shown) <= set(wanted)
    else:
        assert shown == wanted[: query.limit]


@examples(60)
@given(query=queries())
def test_pages_show_everything_once_in_order(shop: Shop, known: list[Known], query: NumberQuery) -> None:
    query = replace(query, limit=max(query.limit, 150))
    shown: list[NumberRow] = []
    for page in pages(shop, query):
        assert page.first == (len(shown) + 1 if page.numbers else 0)
        shown += page.numbers
    wanted = expected(known, query)
    listed = [(row.msisdn, row.state) for row in shown]
    assert (sorted(listed) if query.sort is NumberSort.SHUFFLED else listed) == wanted


@examples(100)
@given(query=queries(), data=st.data())
def test_a_chip_carries_the_count_that_choosing_it_leaves(
    shop: Shop, known: list[Known], query: NumberQuery, data: st.DataObject
) -> None:
    """LOOK, "Pick a number": what was chosen stays chosen; another price band takes the place of the present one."""

    def total(chosen: NumberQuery) -> int:
        return sum(number.state is NumberState.AVAILABLE and number.fulfils(chosen) for number in known)

    counts = count_choices(shop, query)
    code = data.draw(st.sampled_from(sorted(counts.patterns)))
    assert counts.patterns[code] == total(replace(query, patterns=query.patterns | {code}))
    assert counts.no_4 == total(replace(query, no_4=True))
    for band in PRICE_BANDS:
        chosen = replace(query, price_min_fen=band.min_fen, price_max_fen=band.max_fen)
        assert counts.price_bands[band] == total(chosen)
    assume(counts.prefixes)
    # Preferably one that overlaps with a prefix that is chosen already, wider or narrower.
    overlapping = {prefix[:3] for prefix in query.prefixes} & counts.prefixes.keys()
    prefix = data.draw(st.sampled_from(sorted(overlapping or counts.prefixes)))
    assert counts.prefixes[prefix] == total(replace(query, prefixes=query.prefixes | {prefix}))


def test_chips_name_every_pattern_and_the_networks_of_the_city(shop: Shop, known: list[Known]) -> None:
    counts = count_choices(shop, NumberQuery(city_adcode=370100, tail="8"))
    assert list(counts.patterns) == [pattern.code for pattern in PATTERNS]
    assert set(counts.prefixes) == {number.digits[:3] for number in known if number.city_adcode == 370100}


@pytest.mark.parametrize("sort", [NumberSort.NUMBER, NumberSort.PRICE, NumberSort.SHUFFLED])
def test_turning_pages_while_numbers_come_and_go_shows_none_twice_and_misses_none(
    any_shop: Shop, any_known: list[Known], sort: NumberSort
) -> None:
    """What is available all the while is shown exactly once."""
    chance = Random(3)
    free = [int(number.digits) for number in any_known if number.state is NumberState.AVAILABLE]
    moving = chance.sample([int(number.digits) for number in any_known if number.kind is None], 400)
    taken: set[int] = set()
    shown: list[int] = []
    for page in pages(any_shop, NumberQuery(sort=sort, seed=5, limit=97)):
        shown += [row.msisdn for row in page.numbers if row.state is NumberState.AVAILABLE]
        with any_shop.database.writing() as connection:
            for msisdn in chance.sample(moving, 40):
                if msisdn in taken:
                    connection.execute(delete(number_claims).where(number_claims.c.msisdn == msisdn))
                else:
                    until = NOW + timedelta(minutes=30)
                    row = {"msisdn": msisdn, "kind": "hold", "expires_at": until, "changed_at": NOW}
                    connection.execute(insert(number_claims).values(row | {"payment_unsettled": False}))
                taken ^= {msisdn}
    assert len(shown) == len(set(shown))
    assert set(shown) >= set(free) - set(moving)


def test_another_batch_is_another_seed(shop: Shop) -> None:
    def batch(seed: int) -> frozenset[int]:
        page = search_numbers(shop, NumberQuery(sort=NumberSort.SHUFFLED, seed=seed))
        return frozenset(row.msisdn for row in page.numbers)

    batches = [batch(seed) for seed in range(20)]
    assert len(set(batches)) == 20
    assert len(frozenset.union(*batches)) > 300
    assert batches[4] == batch(4)


def test_shuffling_favours_nobody(shop: Shop) -> None:
    """Over many seeds the first place goes to hundreds of numbers, and to none of them much more often."""
    first: dict[int, int] = {}
    for seed in range(300):
        row = search_numbers(shop, NumberQuery(sort=NumberSort.SHUFFLED, seed=seed, limit=1)).numbers[0]
        first[row.msisdn] = first.get(row.msisdn, 0) + 1
    assert len(first) > 220
    assert max(first.values()) < 8


@pytest.mark.parametrize(
    "after",
    ["", "x", "number.0.0.13853178888", "price.0.5000.13853178888.20", "number.1.0.13853178888.20", "number.0.0.1.20"],
)
def test_a_page_of_another_listing_is_refused(shop: Shop, after: str) -> None:
    with pytest.raises(QueryInvalid) as refusal:
        search_numbers(shop, NumberQuery(after=after))
    assert refusal.value.field is QueryField.AFTER


def test_a_page_of_another_shuffle_is_refused(shop: Shop) -> None:
    after = search_numbers(shop, NumberQuery(sort=NumberSort.SHUFFLED, seed=1)).next
    with pytest.raises(QueryInvalid):
        search_numbers(shop, NumberQuery(sort=NumberSort.SHUFFLED, seed=2, after=after))


def test_a_held_number_says_when_it_comes_back(any_shop: Shop, any_known: list[Known]) -> None:
    """SPEC 4.1: "being bought, back in N min", in its place, never counted."""
    held = next(number for number in any_known if number.state is NumberState.HELD)
    query = NumberQuery(at=held.digits, include_held=True)
    page = search_numbers(any_shop, query, VISIT)
    assert [(row.state, row.free_at) for row in page.numbers] == [(NumberState.HELD, held.expires_at)]
    assert page.total == 0
    assert search_numbers(any_shop, replace(query, include_held=False), VISIT).numbers == ()


def test_numbers_for_staff_to_sell_are_listed_as_such(shop: Shop) -> None:
    """SPEC 4.1: shown as "ask staff"."""
    page = search_numbers(shop, NumberQuery(patterns=frozenset({"AAAA"}), limit=100))
    assert page.numbers
    assert not any(row.self_service for row in page.numbers)


def test_similar_numbers_can_be_bought_here_and_now(shop: Shop, known: list[Known]) -> None:
    for number in known[::50]:
        alike = similar_numbers(shop, int(number.digits), 6)
        assert len({row.msisdn for row in alike}) == 6
        assert all(row.state is NumberState.AVAILABLE and row.self_service for row in alike)
        assert all(row.city_adcode == number.city_adcode for row in alike)
        assert int(number.digits) not in {row.msisdn for row in alike}


def test_similar_numbers_have_the_pattern_first_and_share_a_tail(shop: Shop, known: list[Known]) -> None:
    gone = next(number for number in known if number.pattern == "AA" and number.kind == "sale")
    same = [
        number
        for number in known
        if number.state is NumberState.AVAILABLE and (number.city_adcode, number.pattern) == (gone.city_adcode, "AA")
    ]

    def common_tail(digits: str) -> int:
        return next(n for n in range(12) if n == 11 or digits[-1 - n] != gone.digits[-1 - n])

    alike = similar_numbers(shop, int(gone.digits), len(same) + 5)
    assert [row.pattern for row in alike[: len(same)]] == ["AA"] * len(same)
    tails = [common_tail(str(row.msisdn)) for row in alike[: len(same)]]
    assert tails == sorted(tails, reverse=True)
    assert tails[0] > 0
    assert alike[len(same)].pattern != "AA"


def test_a_number_never_seen_has_similar_ones_too(shop: Shop) -> None:
    assert {row.pattern for row in similar_numbers(shop, 10000012888, 3)} == {"AAA"}


def test_the_parade_shows_beautiful_numbers_that_anybody_may_buy(shop: Shop) -> None:
    parade = numbers_on_parade(shop, 370100, seed=1, count=12)
    assert len(parade) == 12
    for row in parade:
        assert row.pattern != "PLAIN"
        assert row.city_adcode == 370100
        assert row.self_service
        assert row.state is NumberState.AVAILABLE
    assert set(parade) != set(numbers_on_parade(shop, 370100, seed=2, count=12))
    assert len(numbers_on_parade(shop, None, seed=1, count=30)) == 30
