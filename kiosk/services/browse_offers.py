"""What a customer may choose from: regions, shops, tariffs, and what a choice costs (SPEC 2.2, 4.3, 4.5)."""

from dataclasses import dataclass
from datetime import date

from kiosk.domain.catalogue import City, District, Province
from kiosk.domain.catalogue import Shop as Branch
from kiosk.domain.number_offers import NumberOffer
from kiosk.domain.pricing import (
    ContractTerm,
    CreditPlan,
    FirstBill,
    Quote,
    contract_term,
    credit_plan,
    due_today,
    first_bill,
)
from kiosk.domain.tariffs import Tariff, allowed_tariffs, is_allowed
from kiosk.services.errors import NotForSale
from kiosk.services.shop import Shop
from storage import offers, remembered


@dataclass(frozen=True, slots=True)
class Regions:
    """Provinces, their cities, and the districts of those, by adcode."""

    provinces: tuple[Province, ...]
    cities: tuple[City, ...]
    districts: tuple[District, ...] = ()

    def city(self, adcode: int) -> City:
        """One city; raises `NotForSale` for an adcode that isn't here."""
        for city in self.cities:
            if city.adcode == adcode:
                return city
        raise NotForSale

    def cities_of(self, province_adcode: int) -> tuple[City, ...]:
        """The cities of a province."""
        return tuple(city for city in self.cities if city.province_adcode == province_adcode)

    def districts_of(self, city_adcode: int) -> tuple[District, ...]:
        """The districts of a city."""
        return tuple(district for district in self.districts if district.city_adcode == city_adcode)

    def district(self, adcode: int) -> District:
        """One district; raises `NotForSale` for an adcode that isn't here."""
        for district in self.districts:
            if district.adcode == adcode:
                return district
        raise NotForSale


@dataclass(frozen=True, slots=True)
class Price:
    """All that a number with a tariff costs, line by line (SPEC 4.3)."""

    number: NumberOffer
    tariff: Tariff
    today: Quote
    bill_if_collected_today: FirstBill
    bill_if_collected_last: FirstBill
    """For activation at the latest moment: the pickup deadline of an order paid at the last minute."""
    credit: CreditPlan
    term: ContractTerm


def list_regions(shop: Shop) -> Regions:
    """The provinces, cities and districts of the catalogue."""
    with shop.database.reading() as connection:
        return Regions(offers.provinces(connection), offers.cities(connection), offers.districts(connection))


def list_shops(shop: Shop, city_adcode: int) -> tuple[Branch, ...]:
    """The city's shops where a card can be collected."""
    with shop.database.reading() as connection:
        return offers.shops_in(connection, city_adcode)


def list_tariffs(shop: Shop, msisdn: int) -> tuple[Tariff, ...]:
    """The tariffs that the number may be sold with, the cheapest first; raises `NotForSale`."""
    with shop.database.reading() as connection:
        number = offers.find_offer(connection, msisdn)
        if number is None:
            raise NotForSale
        return allowed_tariffs(offers.tariffs_on_sale(connection), number)


def price_purchase(shop: Shop, msisdn: int, tariff_code: str) -> Price:
    """What the number costs with the tariff, today and on the first bill; raises `NotForSale`."""
    with shop.database.reading() as connection:
        number = offers.find_offer(connection, msisdn)
        tariff = offers.find_tariff_on_sale(connection, tariff_code)
    if number is None or tariff is None or not is_allowed(tariff, number):
        raise NotForSale
    return Price(
        number=number,
        tariff=tariff,
        today=quote(shop, number, tariff),
        bill_if_collected_today=first_bill(tariff, number, shop.today()),
        bill_if_collected_last=first_bill(tariff, number, _latest_activation(shop)),
        credit=credit_plan(number, tariff),
        term=contract_term(number, tariff),
    )


def quote(shop: Shop, number: NumberOffer, tariff: Tariff) -> Quote:
    """What is due today for a number that is collected at a shop."""
    return due_today(number, tariff, sim_fee_fen=shop.rules.sim_fee_fen, delivery_fee_fen=None)


def _latest_activation(shop: Shop) -> date:
    from_now = shop.rules.hold + shop.rules.payment + shop.rules.pickup
    return shop.day_of(shop.now() + from_now)


def is_demonstration(shop: Shop) -> bool:
    """Whether the catalogue is made up, which the screens must say."""
    with shop.database.reading() as connection:
        return remembered.recall(connection, "demonstration") == "1"
