"""What is offered: numbers with their conditions, tariffs, shops and regions, as the domain's values."""

from typing import Any

from sqlalchemy import Connection, Row, select

from kiosk.domain.catalogue import City, District, Province, Shop
from kiosk.domain.number_offers import NumberOffer, PrepaymentReturn, SoldBy
from kiosk.domain.tariffs import DataRule, Tariff
from storage.tables import number_tiers, numbers, regions, shops, tariff_regions, tariffs


def is_in_stock(connection: Connection, msisdn: int) -> bool:
    """Whether the number exists and wasn't withdrawn, whoever has it."""
    found = select(numbers.c.msisdn).where(numbers.c.msisdn == msisdn, numbers.c.withdrawn_at.is_(None))
    return connection.execute(found).first() is not None


def find_offer(connection: Connection, msisdn: int) -> NumberOffer | None:
    """The conditions under which a number is sold; None for one that isn't in the stock."""
    row = connection.execute(
        select(
            numbers.c.msisdn,
            numbers.c.city_adcode,
            numbers.c.prepayment_fen,
            numbers.c.monthly_minimum_fen,
            numbers.c.term_months,
            number_tiers.c.prepayment_return,
            number_tiers.c.sold_by,
        )
        .join(number_tiers, number_tiers.c.tier == numbers.c.tier)
        .where(numbers.c.msisdn == msisdn)
    ).first()
    if row is None:
        return None
    return NumberOffer(
        msisdn=row.msisdn,
        city_adcode=row.city_adcode,
        prepayment_fen=row.prepayment_fen,
        monthly_minimum_fen=row.monthly_minimum_fen,
        term_months=row.term_months,
        prepayment_return=PrepaymentReturn(row.prepayment_return),
        sold_by=SoldBy(row.sold_by),
    )


def tariffs_on_sale(connection: Connection) -> tuple[Tariff, ...]:
    """Every tariff that new customers may choose somewhere."""
    where_offered: dict[str, set[int]] = {}
    for code, adcode in connection.execute(select(tariff_regions.c.tariff_code, tariff_regions.c.adcode)):
        where_offered.setdefault(code, set()).add(adcode)
    rows = connection.execute(select(tariffs).where(tariffs.c.on_sale).order_by(tariffs.c.monthly_fee_fen))
    return tuple(_tariff(row, frozenset(where_offered.get(row.code, ()))) for row in rows)


def find_tariff_on_sale(connection: Connection, code: str) -> Tariff | None:
    """One tariff that new customers may choose; None for one that is unknown or no longer sold."""
    row = connection.execute(select(tariffs).where(tariffs.c.code == code, tariffs.c.on_sale)).first()
    if row is None:
        return None
    offered = select(tariff_regions.c.adcode).where(tariff_regions.c.tariff_code == code)
    return _tariff(row, frozenset(connection.execute(offered).scalars()))


def find_tariff(connection: Connection, code: str) -> Tariff | None:
    """One tariff, on sale or not: what an order was made with."""
    row = connection.execute(select(tariffs).where(tariffs.c.code == code)).first()
    if row is None:
        return None
    offered = select(tariff_regions.c.adcode).where(tariff_regions.c.tariff_code == code)
    return _tariff(row, frozenset(connection.execute(offered).scalars()))


def tariff_codes(connection: Connection) -> frozenset[str]:
    """Every tariff there is, on sale or not."""
    return frozenset(connection.execute(select(tariffs.c.code)).scalars())


def _tariff(row: Row[Any], offered: frozenset[int]) -> Tariff:
    values = {name: value for name, value in row._mapping.items() if name != "on_sale"}
    return Tariff(**(values | {"data_over_rule": DataRule(row.data_over_rule), "regions": offered}))


def provinces(connection: Connection) -> tuple[Province, ...]:
    """The provinces that have cities here."""
    rows = connection.execute(select(regions).where(regions.c.kind == "province").order_by(regions.c.adcode))
    return tuple(Province(row.adcode, row.name_zh, row.name_en) for row in rows)


def cities(connection: Connection) -> tuple[City, ...]:
    """Every city, by its adcode."""
    rows = connection.execute(select(regions).where(regions.c.kind == "city").order_by(regions.c.adcode))
    return tuple(
        City(
            adcode=row.adcode,
            province_adcode=row.parent_adcode,
            name_zh=row.name_zh,
            name_en=row.name_en,
            area_code=row.area_code,
            postcode=row.postcode,
        )
        for row in rows
    )


def districts(connection: Connection) -> tuple[District, ...]:
    """Every district, county and county-level city, by its adcode."""
    rows = connection.execute(select(regions).where(regions.c.kind == "district").order_by(regions.c.adcode))
    return tuple(District(row.adcode, row.parent_adcode, row.name_zh, row.name_en, row.kind) for row in rows)


def shops_in(connection: Connection, city_adcode: int) -> tuple[Shop, ...]:
    """The shops of a city where a card can be collected."""
    rows = connection.execute(select(shops).where(shops.c.city_adcode == city_adcode).order_by(shops.c.code))
    return tuple(Shop(**row._mapping) for row in rows)


def find_shop(connection: Connection, code: str) -> Shop | None:
    """One shop."""
    row = connection.execute(select(shops).where(shops.c.code == code)).first()
    return None if row is None else Shop(**row._mapping)
