"""Tariffs as they are sold, and which of them a number may be sold with."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from kiosk.domain.number_offers import NumberOffer


class DataRule(StrEnum):
    """How data beyond the bundle is charged; `kiosk.domain.overage` has the figures."""

    R1 = "R1"
    R2 = "R2"
    R3 = "R3"


@dataclass(frozen=True, slots=True)
class Tariff:
    """A monthly plan: what it costs, what it includes, and what use beyond that costs.

    `regions` holds adcodes of the cities, or of the whole province, in which it is offered.
    """

    code: str
    brand_zh: str
    brand_en: str
    name_zh: str
    name_en: str
    monthly_fee_fen: int
    minutes: int
    data_mb: int
    directed_data_mb: int
    sms: int
    voice_over_fen_per_min: int
    data_over_rule: DataRule
    sms_over_fen: int
    contract_months: int
    first_topup_fen: int
    regions: frozenset[int]

    def offered_in(self, city_adcode: int) -> bool:
        """Whether the city, or its province, is one of the tariff's regions."""
        return city_adcode in self.regions or province_of(city_adcode) in self.regions


def province_of(adcode: int) -> int:
    """The province's adcode: GB/T 2260 gives it the first two of six digits."""
    return adcode // 10_000 * 10_000


def is_allowed(tariff: Tariff, number: NumberOffer) -> bool:
    """Whether the number may be sold with the tariff: offered in its city, and its minimum reached (SPEC 4.3)."""
    return tariff.offered_in(number.city_adcode) and tariff.monthly_fee_fen >= number.monthly_minimum_fen


def allowed_tariffs(tariffs: Iterable[Tariff], number: NumberOffer) -> tuple[Tariff, ...]:
    """The tariffs the number may be sold with, the cheapest first, else in the order given."""
    allowed = (tariff for tariff in tariffs if is_allowed(tariff, number))
    return tuple(sorted(allowed, key=lambda tariff: tariff.monthly_fee_fen))
