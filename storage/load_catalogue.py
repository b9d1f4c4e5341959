"""Put a catalogue's regions, shops, tiers and tariffs into the shop."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Table

from kiosk.domain.catalogue import Catalogue
from storage.tables import number_tiers, regions, shops, tariff_regions, tariffs
from storage.upsert import insert_into


def insert_catalogue(connection: Connection, catalogue: Catalogue) -> None:
    """Add what isn't there yet, all but the prefixes, which only a generator of numbers needs."""
    _add(connection, regions, _regions(catalogue))
    _add(connection, shops, [asdict(shop) for shop in catalogue.shops])
    _add(
        connection,
        number_tiers,
        [_without(asdict(tier), "name_zh", "name_en") for tier in catalogue.tiers],
    )
    _add(connection, tariffs, [_without(asdict(tariff), "regions") | {"on_sale": True} for tariff in catalogue.tariffs])
    _add(
        connection,
        tariff_regions,
        [
            {"tariff_code": tariff.code, "adcode": adcode}
            for tariff in catalogue.tariffs
            for adcode in sorted(tariff.regions)
        ],
    )


def _regions(catalogue: Catalogue) -> list[dict[str, Any]]:
    """Provinces, then cities, then districts: a region comes after the one it is part of."""
    none = {"parent_adcode": None, "area_code": None, "postcode": None}
    provinces = [none | asdict(province) | {"kind": "province"} for province in catalogue.provinces]
    cities = [
        _without(asdict(city), "province_adcode") | {"parent_adcode": city.province_adcode, "kind": "city"}
        for city in catalogue.cities
    ]
    districts = [
        none | _without(asdict(district), "city_adcode") | {"parent_adcode": district.city_adcode, "kind": "district"}
        for district in catalogue.districts
    ]
    return [*provinces, *cities, *districts]


def _without(values: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name not in names}


def _add(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert_into(table, connection.dialect.name).on_conflict_do_nothing(), rows)
