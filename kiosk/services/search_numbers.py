"""Find numbers: pages with exact totals, what each further choice would leave, and what to offer instead."""

from kiosk.domain.number_query import ChoiceCounts, NumberPage, NumberQuery, NumberRow
from kiosk.services.shop import Shop


def search_numbers(shop: Shop, query: NumberQuery, visit_id: str | None = None) -> NumberPage:
    """A page of what the query finds at this moment (SPEC 4.1).

    The total counts what is available. Numbers that other visits hold are listed in their place where the query
    includes held ones; those of this visit always are. Raises `QueryInvalid` for an `after` of another listing, and
    `ShopUnavailable`.
    """
    return shop.numbers.view(shop.database, shop.now()).page(query, visit_id)


def has_stock(shop: Shop, city_adcode: int) -> bool:
    """Whether a city has numbers to choose from, be they in other people's hands just now (SPEC 2.2)."""
    query = NumberQuery(city_adcode=city_adcode, include_held=True, limit=1)
    return bool(search_numbers(shop, query).listed)


def count_choices(shop: Shop, query: NumberQuery) -> ChoiceCounts:
    """What each chip would leave if it were chosen as well; raises `ShopUnavailable`."""
    return shop.numbers.view(shop.database, shop.now()).counts(query)


def similar_numbers(shop: Shop, msisdn: int, limit: int, visit_id: str | None = None) -> tuple[NumberRow, ...]:
    """Available numbers to offer instead of one that is gone, all of them for self-service (SPEC 4.2).

    Of the same city, those of the same pattern first; then the nearest in prepayment, then the longest common tail.
    Raises `ShopUnavailable`.
    """
    return shop.numbers.view(shop.database, shop.now()).similar(msisdn, limit, visit_id)


def numbers_on_parade(shop: Shop, city_adcode: int | None, seed: int, count: int) -> tuple[NumberRow, ...]:
    """Beautiful numbers that a customer may buy alone, to be shown while nobody is there; another seed, others.

    Raises `ShopUnavailable`.
    """
    return shop.numbers.view(shop.database, shop.now()).parade(city_adcode, seed, count)
