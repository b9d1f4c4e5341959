"""The demonstration stock: the same for a seed, spread over the cities, with something beautiful everywhere."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.domain.bulk_patterns import classify_many
from kiosk.domain.catalogue import PrefixRange
from kiosk.domain.inventory import demonstration_stock
from kiosk.domain.patterns import PATTERNS
from storage.catalogue import demonstration_catalogue

PREFIXES = demonstration_catalogue().prefixes
CITY_OF = {prefix7: prefix.city_adcode for prefix in PREFIXES for prefix7 in range(prefix.first, prefix.last + 1)}
STOCK = demonstration_stock(100_000, 20, PREFIXES)


def test_numbers_are_as_many_as_asked_for_and_different_and_ascending() -> None:
    assert len(STOCK.msisdn) == len(STOCK.city_adcode) == len(STOCK.pattern) == 100_000
    assert (np.diff(STOCK.msisdn) > 0).all()


def test_every_number_has_a_real_prefix_of_its_city_and_its_own_pattern() -> None:
    cities = [CITY_OF[msisdn // 10_000] for msisdn in STOCK.msisdn.tolist()]
    assert STOCK.city_adcode.tolist() == cities
    assert STOCK.pattern.tolist() == classify_many(STOCK.msisdn).tolist()


def test_cities_share_the_stock_in_proportion_to_their_prefixes() -> None:
    prefixes = Counter(CITY_OF.values())
    numbers = Counter(STOCK.city_adcode.tolist())
    for city, held in prefixes.items():
        assert abs(numbers[city] - 100_000 * held / len(CITY_OF)) <= 1


def test_every_city_has_every_pattern_that_its_prefixes_allow() -> None:
    found = set(zip(STOCK.city_adcode.tolist(), STOCK.pattern.tolist(), strict=True))
    for city in set(CITY_OF.values()):
        heads = [str(prefix7)[3:] for prefix7, home in CITY_OF.items() if home == city]
        impossible = {"PLAIN": False}
        impossible["5201314"] = not any(head.endswith("520") for head in heads)
        impossible["BIRTHDAY"] = not any("1950" <= head <= "2019" for head in heads)
        impossible["MIDDLE_AAAA"] = not any(len(set(head)) == 1 for head in heads)
        for index, pattern in enumerate(PATTERNS):
            assert ((city, index) in found) != impossible.get(pattern.code, False), (city, pattern.code)


def test_some_eight_in_a_hundred_are_chosen_for_their_pattern_and_most_stay_plain() -> None:
    found = np.bincount(STOCK.pattern, minlength=len(PATTERNS))
    assert 70_000 < found[-1] < 82_000
    assert found[:-1].min() > 0


def test_the_same_seed_gives_the_same_stock_and_another_seed_another() -> None:
    again = demonstration_stock(100_000, 20, PREFIXES)
    assert (again.msisdn == STOCK.msisdn).all()
    other = demonstration_stock(100_000, 21, PREFIXES)
    assert len(np.intersect1d(other.msisdn, STOCK.msisdn)) < 10_000


@settings(deadline=None, max_examples=30)
@given(count=st.integers(0, 3000), seed=st.integers(0, 2**63))
def test_any_count_and_seed_give_exactly_so_many_different_numbers(count: int, seed: int) -> None:
    stock = demonstration_stock(count, seed, PREFIXES)
    assert len(np.unique(stock.msisdn)) == len(stock.msisdn) == count


@settings(deadline=None, max_examples=20)
@given(count=st.integers(0, 30_000), seed=st.integers(0, 100))
def test_prefixes_can_be_sold_out_to_the_last_number(count: int, seed: int) -> None:
    prefixes = (PrefixRange(1385317, 1385318, 370100), PrefixRange(1385326, 1385326, 370200))
    assert len(np.unique(demonstration_stock(count, seed, prefixes).msisdn)) == count


def test_more_numbers_than_exist_are_refused() -> None:
    with pytest.raises(ValueError, match="hold 10000"):
        demonstration_stock(10_001, 1, [PrefixRange(1385317, 1385317, 370100)])
    with pytest.raises(ValueError, match="hold"):
        demonstration_stock(-1, 1, PREFIXES)
