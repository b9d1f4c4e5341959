"""The demonstration catalogue is whole, hangs together, and bad tables are refused with their line."""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Protocol

import pytest

from kiosk.domain.catalogue import CatalogueError, read_catalogue, read_number_tiers, read_prefixes, read_tariffs
from kiosk.domain.id_documents import ID_TYPES
from kiosk.domain.number_offers import PrepaymentReturn, SoldBy
from kiosk.domain.patterns import PATTERNS
from kiosk.domain.tariffs import province_of
from storage.catalogue import catalogue_rows, demonstration_catalogue, open_catalogue


class Named(Protocol):
    @property
    def name_zh(self) -> str: ...

    @property
    def name_en(self) -> str: ...


CATALOGUE = demonstration_catalogue()
SHANDONG = 370000
CITIES = {city.adcode: city for city in CATALOGUE.cities if city.province_adcode == SHANDONG}
"""Where something is on sale."""


def test_it_holds_what_the_province_has() -> None:
    assert [(province.adcode, province.name_zh) for province in CATALOGUE.provinces] == [
        (370000, "山东省"),
        (130000, "河北省"),
    ]
    assert len(CITIES) == 16
    assert len(CATALOGUE.districts) == 136
    assert len(CATALOGUE.tariffs) == 21
    assert sum(prefix.last - prefix.first + 1 for prefix in CATALOGUE.prefixes) == 15_173


def test_cities_belong_to_their_province_and_districts_to_their_city() -> None:
    for city in CATALOGUE.cities:
        assert city.province_adcode == province_of(city.adcode)
    for district in CATALOGUE.districts:
        assert district.city_adcode == district.adcode // 100 * 100
        assert district.city_adcode in CITIES


def test_some_cities_have_nothing_on_sale_so_that_this_can_be_tried() -> None:
    """SPEC 2.2."""
    empty = {city.adcode for city in CATALOGUE.cities} - CITIES.keys()
    assert len(empty) == 2
    assert not empty & {prefix.city_adcode for prefix in CATALOGUE.prefixes}
    assert not empty & {shop.city_adcode for shop in CATALOGUE.shops}
    assert all(tariff.regions == {SHANDONG} for tariff in CATALOGUE.tariffs)


def test_every_city_of_the_province_has_two_shops_in_different_districts_of_its_own_that_say_they_are_samples() -> None:
    districts = {district.adcode: district for district in CATALOGUE.districts}
    assert Counter(shop.city_adcode for shop in CATALOGUE.shops) == dict.fromkeys(CITIES, 2)
    assert len({shop.district_adcode for shop in CATALOGUE.shops}) == len(CATALOGUE.shops)
    assert len({shop.code for shop in CATALOGUE.shops}) == len(CATALOGUE.shops)
    for shop in CATALOGUE.shops:
        district = districts[shop.district_adcode]
        city = CITIES[shop.city_adcode]
        assert district.city_adcode == shop.city_adcode
        assert shop.address_zh.startswith(city.name_zh + district.name_zh)
        assert f"{district.name_en}, {city.name_en}" in shop.address_en
        assert "示范" in shop.name_zh
        assert "Sample" in shop.name_en
        assert re.fullmatch(r"\d\d:\d\d-\d\d:\d\d", shop.hours)


def test_everything_has_a_name_in_both_languages() -> None:
    named: list[Named] = [*CATALOGUE.provinces, *CATALOGUE.cities, *CATALOGUE.districts, *CATALOGUE.shops]
    named += [*CATALOGUE.tiers, *CATALOGUE.tariffs, *PATTERNS, *ID_TYPES]
    names = [(value.name_zh, value.name_en) for value in named]
    names += [(shop.address_zh, shop.address_en) for shop in CATALOGUE.shops]
    names += [(tariff.brand_zh, tariff.brand_en) for tariff in CATALOGUE.tariffs]
    for zh, en in names:
        assert re.search(r"[\u4e00-\u9fff]", zh)
        assert re.search(r"[A-Za-z]", en)
        assert not re.search(r"[\u4e00-\u9fff]", en)


def test_prefixes_are_real_mobile_ones_and_none_belongs_to_two_cities() -> None:
    ranges = sorted((prefix.first, prefix.last) for prefix in CATALOGUE.prefixes)
    assert all(before[1] < after[0] for before, after in pairwise(ranges))
    assert ranges[0][0] >= 1_300_000
    assert ranges[-1][1] <= 1_999_999
    assert {prefix.city_adcode for prefix in CATALOGUE.prefixes} == set(CITIES)


def test_there_is_a_tier_for_every_pattern_and_yuan_have_become_fen() -> None:
    tiers = {tier.tier: tier for tier in CATALOGUE.tiers}
    assert {pattern.tier for pattern in PATTERNS} == set(tiers)
    assert (tiers[5].prepayment_fen, tiers[5].monthly_minimum_fen, tiers[5].term_months) == (50_000, 6800, 24)
    assert (tiers[5].prepayment_return, tiers[5].sold_by) == (PrepaymentReturn.MONTHLY_24, SoldBy.SELF_SERVICE)
    assert not tiers[3].offer(13853175678, 370100).self_service
    assert tiers[0].offer(13853172739, 370100).self_service


def test_prices_below_a_yuan_are_exact() -> None:
    tariffs = {tariff.code: tariff for tariff in CATALOGUE.tariffs}
    assert (tariffs["JYK-12"].voice_over_fen_per_min, tariffs["JYK-12"].sms_over_fen) == (19, 15)
    assert len(tariffs) == len(CATALOGUE.tariffs)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"monthly_fee_yuan": "五"}, "amount"),
        ({"monthly_fee_yuan": "5.001"}, "amount"),
        ({"data_over_rule": "R9"}, "R9"),
        ({"minutes": "-1"}, "whole number"),
        ({"regions": "37"}, "6 digits"),
    ],
)
def test_a_bad_tariff_is_refused_with_its_line(change: dict[str, str], problem: str) -> None:
    rows = list(catalogue_rows("tariffs"))
    with pytest.raises(CatalogueError, match=problem) as refusal:
        read_tariffs([rows[0], {**rows[1], **change}])
    assert (refusal.value.table, refusal.value.line) == ("tariffs", 3)


def test_a_missing_column_is_named() -> None:
    with pytest.raises(CatalogueError, match="no column name_zh"):
        read_number_tiers([{"tier": "0"}])


def test_a_range_of_prefixes_runs_upwards() -> None:
    with pytest.raises(CatalogueError, match="line 2"):
        read_prefixes([{"first_prefix7": "1385319", "last_prefix7": "1385318", "city_adcode": "370100"}])


def test_a_table_that_is_not_there_is_an_error() -> None:
    with pytest.raises(FileNotFoundError):
        open_catalogue("nonsense")


def test_reading_asks_for_each_table_once() -> None:
    asked: list[str] = []

    def rows_of(table: str) -> Iterator[dict[str, str]]:
        asked.append(table)
        return catalogue_rows(table)

    assert read_catalogue(rows_of) == CATALOGUE
    assert sorted(asked) == sorted(set(asked))
