"""Find a city by what people call it."""

from collections.abc import Iterable, Mapping

from kiosk.domain.catalogue import City
from storage.engine import Database
from storage.offers import cities


class CityUnknown(Exception):
    """No city of this shop is called `text`."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


def find_city(database: Database, text: str) -> int:
    """The adcode of a city, by its adcode or its Chinese name, with or without 市.

    Raises `CityUnknown` and `ShopUnavailable`.
    """
    with database.reading() as connection:
        by_name = adcodes_by_name(cities(connection))
    try:
        return by_name[text.strip()]
    except KeyError:
        raise CityUnknown(text) from None


def adcodes_by_name(known: Iterable[City]) -> Mapping[str, int]:
    """The adcode of every city by all it may be called."""
    return {
        name: city.adcode
        for city in known
        for name in (str(city.adcode), city.name_zh, city.name_zh.removesuffix("市"))
    }
