"""Home, the choice of a city, favourites, what people take away, and their addresses."""

from dataclasses import replace
from typing import Any, Final

from kiosk.domain.favourites import FavouriteKind
from kiosk.domain.journeys import Step
from kiosk.services.addresses import add_address, check_address
from kiosk.services.favourites import add_favourite
from kiosk.services.hold_number import hold_number
from kiosk.services.keep_visit import begin_visit
from kiosk.services.submit_order import submit_order
from kiosk.services.take_payment import start_payment
from screens.account.addresses import AddressesScreen
from screens.account.new_address import NewAddressScreen
from tests.journeys.hands import HOME_SHOP, NAME, PHONE, QINGDAO, TARIFF
from tests.services.account_owners import make_member
from tests.snapshots.stage import Model

MALL_URL: Final = "https://mall.example.cn/sd"
LIXIA: Final = 370102
HEZE, CAO = 371700, 371721
QUANCHENG_LU: Final = 370102004
NOWHERE: Final = "130900"
"""A city with nothing on sale."""


async def known(model: Model) -> None:
    """Somebody has signed in."""
    await model.begin()
    model.app.signed_in(make_member(model.world.shop, "138****8866"))
    await model.settle()


def with_mall(model: Model) -> None:
    model.app._place = replace(model.app._place, mall_url=MALL_URL)


async def home_signed_in(model: Model) -> None:
    await known(model)


async def region_elsewhere(model: Model) -> None:
    """The cities of another province."""
    await model.begin()
    await model.tap("#region")
    await model.tap_chip("#provinces", "130000")


async def home_in_an_empty_city(model: Model) -> None:
    await region_elsewhere(model)
    await model.tap_chip("#cities", NOWHERE)


async def take_away(model: Model) -> None:
    with_mall(model)
    await model.begin()
    await model.tap("#favourites")


async def take_away_without_mall(model: Model) -> None:
    await model.begin()
    await model.tap("#favourites")


def sell(model: Model, msisdn: int) -> None:
    """Somebody else orders a number, and pays."""
    shop, visit_id = model.world.shop, begin_visit(model.world.shop, "zh")
    hold_number(shop, visit_id, msisdn)
    submission = model.world.submission(visit_id, msisdn, person=7, tariff=TARIFF, branch=HOME_SHOP)
    order = submit_order(shop, submission)
    model.world.pay(start_payment(shop, order.order_no, model.world.provider.provider).out_trade_no)
    model.world.deliver_notices()


def keep_favourites(model: Model) -> None:
    """One of them is sold, one in somebody's hands, one in another city."""
    shop, person = model.world.shop, model.app.visit.person
    assert person is not None
    here, there = model.numbers(), model.numbers(QINGDAO)
    kept = [model.beautiful, here[0], here[1], there[0]]
    for msisdn in kept:
        add_favourite(shop, person.account_id, FavouriteKind.NUMBER, str(msisdn))
    hold_number(shop, begin_visit(shop, "zh"), here[0])
    sell(model, here[1])


async def favourites(model: Model) -> None:
    await known(model)
    with_mall(model)
    keep_favourites(model)
    await model.tap("#favourites")


async def favourites_tidying(model: Model) -> None:
    await favourites(model)
    await model.tap("#tidy")


async def favourites_none(model: Model) -> None:
    await known(model)
    await model.tap("#favourites")


async def tariff_kept(model: Model) -> None:
    """The star of the chosen number is full."""
    await known(model)
    visit = model.app.visit
    hold = hold_number(model.world.shop, visit.visit_id, model.beautiful)
    visit.purchase = replace(visit.purchase, msisdn=hold.msisdn, held_until=hold.until)
    model.app.show_step(Step.TARIFF)
    await model.settle()
    await model.tap("#favourite")


def keep_address(model: Model, **other: Any) -> None:
    shop, person = model.world.shop, model.app.visit.person
    assert person is not None
    said = {"recipient": NAME, "phone": PHONE, "district_adcode": LIXIA, "detail": "泉城路180号3单元502室"}
    add_address(shop, person.account_id, check_address(shop, **(said | other)))


async def addresses(model: Model) -> None:
    await known(model)
    keep_address(model)
    keep_address(model, recipient="李雷", district_adcode=370112, detail="花园路88号东区12号楼1单元")
    await model.app.push_screen(AddressesScreen())
    await model.settle()
    await model.tap_row("#addresses", 1)


async def addresses_none(model: Model) -> None:
    await known(model)
    await model.app.push_screen(AddressesScreen())


async def address_place(model: Model) -> None:
    """Where: the first thing asked."""
    await known(model)
    await model.app.push_screen(NewAddressScreen())
    await model.settle()
    if model.large:
        await model.tap(".action-bar--next")


async def address_street(model: Model) -> None:
    """Which street of the district."""
    await address_place(model)
    await model.tap_chip("#district", str(LIXIA))


async def address_street_pages(model: Model) -> None:
    """The county with the most streets: where not all have room, on further pages."""
    await known(model)
    await model.app.push_screen(NewAddressScreen())
    await model.settle()
    await model.tap_chip("#city", str(HEZE))
    await model.tap_chip("#district", str(CAO))


async def address_lines(model: Model) -> None:
    await address_street(model)
    await model.tap_chip("#street ChipRow", str(QUANCHENG_LU))


async def address_typing(model: Model) -> None:
    """The line that says where exactly, in pinyin."""
    await address_lines(model)
    assert isinstance(model.screen, NewAddressScreen)
    model.screen.show_part("detail")
    await model.settle()
    if model.app.tr.language != "zh":
        await model.tap_letters("switch")
    await model.tap_letters(*"lixia")


PLACES: Final = (home_signed_in, home_in_an_empty_city, take_away, favourites, addresses, address_place, address_street)
"""Shown at every size."""

OTHER_PLACES: Final = (
    address_typing,
    region_elsewhere,
    take_away_without_mall,
    favourites_tidying,
    favourites_none,
    tariff_kept,
    addresses_none,
    address_lines,
    address_street_pages,
)
