"""The catalogue a shop sells from: its values, and how they are read from the rows of its tables.

Tables are CSV files with a header (`storage/catalogue`); prices in them are yuan, as people write them, and become
fen here. Where the rows come from is none of this module's business.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from kiosk.domain.money import parse_yuan
from kiosk.domain.number_offers import NumberTier, PrepaymentReturn, SoldBy
from kiosk.domain.tariffs import DataRule, Tariff

Row = Mapping[str, str]
_T = TypeVar("_T")

_ADCODE_DIGITS = 6
_PREFIX_DIGITS = 7


class CatalogueError(Exception):
    """A table can't be read: `table` and `line` (the header is line 1) say where, `problem` what is wrong."""

    def __init__(self, table: str, line: int, problem: str) -> None:
        super().__init__(f"{table}, line {line}: {problem}")
        self.table = table
        self.line = line
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Province:
    """A province by its administrative division code (GB/T 2260)."""

    adcode: int
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True)
class City:
    """A prefecture-level city: the region that stock, tariffs and shops belong to."""

    adcode: int
    province_adcode: int
    name_zh: str
    name_en: str
    area_code: str
    postcode: str


@dataclass(frozen=True, slots=True)
class District:
    """A district, county or county-level city of a city."""

    adcode: int
    city_adcode: int
    name_zh: str
    name_en: str
    kind: str


@dataclass(frozen=True, slots=True)
class Shop:
    """A shop where SIM cards are collected."""

    code: str
    city_adcode: int
    district_adcode: int
    name_zh: str
    name_en: str
    address_zh: str
    address_en: str
    phone: str
    hours: str


@dataclass(frozen=True, slots=True)
class PrefixRange:
    """Seven-digit prefixes (network and home location) of one city, from `first` to `last`, both included."""

    first: int
    last: int
    city_adcode: int


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything a shop sells from, but for the stock of numbers."""

    provinces: tuple[Province, ...]
    cities: tuple[City, ...]
    districts: tuple[District, ...]
    shops: tuple[Shop, ...]
    prefixes: tuple[PrefixRange, ...]
    tiers: tuple[NumberTier, ...]
    tariffs: tuple[Tariff, ...]


def read_catalogue(rows_of: Callable[[str], Iterable[Row]]) -> Catalogue:
    """Read every table; `rows_of` gives the rows of one by its name. Raises CatalogueError."""
    return Catalogue(
        provinces=read_provinces(rows_of("provinces")),
        cities=read_cities(rows_of("cities")),
        districts=read_districts(rows_of("districts")),
        shops=read_shops(rows_of("shops")),
        prefixes=read_prefixes(rows_of("prefixes")),
        tiers=read_number_tiers(rows_of("number_tiers")),
        tariffs=read_tariffs(rows_of("tariffs")),
    )


def read_provinces(rows: Iterable[Row]) -> tuple[Province, ...]:
    """Read the table `provinces`; raises CatalogueError."""
    return _read("provinces", rows, lambda row: Province(_adcode(row["adcode"]), row["name_zh"], row["name_en"]))


def read_cities(rows: Iterable[Row]) -> tuple[City, ...]:
    """Read the table `cities`; raises CatalogueError."""
    return _read(
        "cities",
        rows,
        lambda row: City(
            adcode=_adcode(row["adcode"]),
            province_adcode=_adcode(row["province_adcode"]),
            name_zh=row["name_zh"],
            name_en=row["name_en"],
            area_code=row["area_code"],
            postcode=row["postcode"],
        ),
    )


def read_districts(rows: Iterable[Row]) -> tuple[District, ...]:
    """Read the table `districts`; raises CatalogueError."""
    return _read(
        "districts",
        rows,
        lambda row: District(
            adcode=_adcode(row["adcode"]),
            city_adcode=_adcode(row["city_adcode"]),
            name_zh=row["name_zh"],
            name_en=row["name_en"],
            kind=row["kind"],
        ),
    )


def read_shops(rows: Iterable[Row]) -> tuple[Shop, ...]:
    """Read the table `shops`; raises CatalogueError."""
    return _read(
        "shops",
        rows,
        lambda row: Shop(
            code=row["code"],
            city_adcode=_adcode(row["city_adcode"]),
            district_adcode=_adcode(row["district_adcode"]),
            name_zh=row["name_zh"],
            name_en=row["name_en"],
            address_zh=row["address_zh"],
            address_en=row["address_en"],
            phone=row["phone"],
            hours=row["hours"],
        ),
    )


def read_prefixes(rows: Iterable[Row]) -> tuple[PrefixRange, ...]:
    """Read the table `prefixes`; raises CatalogueError."""
    return _read("prefixes", rows, _prefix_range)


def read_number_tiers(rows: Iterable[Row]) -> tuple[NumberTier, ...]:
    """Read the table `number_tiers`; raises CatalogueError."""
    return _read(
        "number_tiers",
        rows,
        lambda row: NumberTier(
            tier=_count(row["tier"]),
            name_zh=row["name_zh"],
            name_en=row["name_en"],
            prepayment_fen=parse_yuan(row["prepayment_yuan"]),
            monthly_minimum_fen=parse_yuan(row["monthly_minimum_yuan"]),
            term_months=_count(row["term_months"]),
            prepayment_return=PrepaymentReturn(row["prepayment_return"]),
            sold_by=SoldBy(row["sold_by"]),
        ),
    )


def read_tariffs(rows: Iterable[Row]) -> tuple[Tariff, ...]:
    """Read the table `tariffs`; `regions` holds adcodes with spaces between them. Raises CatalogueError."""
    return _read(
        "tariffs",
        rows,
        lambda row: Tariff(
            code=row["code"],
            brand_zh=row["brand_zh"],
            brand_en=row["brand_en"],
            name_zh=row["name_zh"],
            name_en=row["name_en"],
            monthly_fee_fen=parse_yuan(row["monthly_fee_yuan"]),
            minutes=_count(row["minutes"]),
            data_mb=_count(row["data_mb"]),
            directed_data_mb=_count(row["directed_data_mb"]),
            sms=_count(row["sms"]),
            voice_over_fen_per_min=parse_yuan(row["voice_over_yuan_per_min"]),
            data_over_rule=DataRule(row["data_over_rule"]),
            sms_over_fen=parse_yuan(row["sms_over_yuan"]),
            contract_months=_count(row["contract_months"]),
            first_topup_fen=parse_yuan(row["first_topup_yuan"]),
            regions=frozenset(_adcode(adcode) for adcode in row["regions"].split()),
        ),
    )


def _read(table: str, rows: Iterable[Row], make: Callable[[Row], _T]) -> tuple[_T, ...]:
    values: list[_T] = []
    for line, row in enumerate(rows, start=2):
        try:
            values.append(make(row))
        except KeyError as missing:
            raise CatalogueError(table, line, f"no column {missing.args[0]}") from None
        except ValueError as problem:
            raise CatalogueError(table, line, str(problem)) from None
    return tuple(values)


def _prefix_range(row: Row) -> PrefixRange:
    first, last = _code(row["first_prefix7"], _PREFIX_DIGITS), _code(row["last_prefix7"], _PREFIX_DIGITS)
    if first > last:
        raise ValueError(f"prefixes from {first} to {last} are none")
    return PrefixRange(first, last, _adcode(row["city_adcode"]))


def _adcode(text: str) -> int:
    return _code(text, _ADCODE_DIGITS)


def _code(text: str, digits: int) -> int:
    if len(text) != digits:
        raise ValueError(f"not a code of {digits} digits: {text!r}")
    return _count(text)


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise ValueError(f"not a whole number: {text!r}")
    return int(text)
