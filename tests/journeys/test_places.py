"""Other cities, favourites and what people take away, addresses: by the hands that use them (SPEC 2.2, 2.3, 4.5)."""

from dataclasses import replace
from io import BytesIO

import pytest
import zxingcpp
from PIL import Image

from kiosk.domain.accounts import SignedIn
from kiosk.domain.favourites import FavouriteKind
from kiosk.domain.journeys import Step
from kiosk.services.addresses import list_addresses
from kiosk.services.favourites import add_favourite, list_favourites
from kiosk.services.hold_number import hold_number
from kiosk.services.keep_visit import begin_visit
from kiosk.terminal.input_methods import InputMethods
from screens.account.addresses import AddressesScreen
from screens.account.my_page import MyPageScreen
from screens.account.new_address import NewAddressScreen
from screens.account.sign_in import SignInScreen
from screens.favourites import FavouritesScreen
from screens.home import HomeScreen
from screens.number_purchase.favourite_button import FavouriteButton
from screens.region import RegionScreen
from screens.take_away import TakeAway
from tests.journeys.hands import BACK, JINAN, NAME, NEXT, PHONE, QINGDAO, Terminal, open_terminal
from tests.picture import to_png
from tests.services.account_owners import make_member
from tests.services.small_shop import MINUTE, World
from widgets.chip import ChipRow
from widgets.modal import Ask
from widgets.number_list import NumberList, RowState
from widgets.tap_button import TapButton

HEBEI, CANGZHOU = 130000, 130900
"""A province with cities where nothing is on sale."""
LIXIA = 370102
QUANCHENG_LU = 370102004
MALL_URL = "https://mall.example.cn/sd"


def sign_in(terminal: Terminal) -> SignedIn:
    """Somebody becomes known; by which way is tested elsewhere."""
    person = make_member(terminal.world.shop)
    terminal.app.signed_in(person)
    return person


def keep(terminal: Terminal, person: SignedIn, *msisdns: int) -> None:
    for msisdn in msisdns:
        add_favourite(terminal.world.shop, person.account_id, FavouriteKind.NUMBER, str(msisdn))


def kept(terminal: Terminal, person: SignedIn) -> list[int]:
    return [row.msisdn for row in list_favourites(terminal.world.shop, person.account_id, "")]


async def test_a_city_with_nothing_on_sale_says_so_and_offers_the_way_back(terminal: Terminal) -> None:
    """SPEC 2.2."""
    await terminal.begin()
    await terminal.tap("#region")
    await terminal.tap_chip("#provinces", str(HEBEI))
    await terminal.tap_chip("#cities", str(CANGZHOU))
    assert isinstance(terminal.screen, HomeScreen)
    assert "沧州市" in terminal.text("#nothing-text")
    assert not terminal.find("#cards").display
    await terminal.press("1")
    assert isinstance(terminal.screen, RegionScreen), "the first key changes the city"
    await terminal.tap(BACK)
    await terminal.tap("#home-city")
    assert terminal.app.visit.city_adcode == JINAN
    assert not terminal.find("#nothing").display
    await terminal.tap("#numbers")
    assert terminal.is_at(Step.NUMBER)


async def test_home_and_attract_keep_working_in_a_shop_without_any_number(terminal: Terminal) -> None:
    """SPEC 2.2: whoever set the shop up sees it run."""
    with terminal.world.shop.database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM numbers")
        connection.exec_driver_sql("UPDATE remembered SET value = '9999' WHERE name = 'stock_revision'")
    await terminal.begin()
    assert "济南市" in terminal.text("#nothing-text")
    assert not terminal.screen.query("#home-city"), "this is it"
    await terminal.tap("#leave")
    await terminal.app.until_forgotten()
    assert terminal.app.current_mode == "attract"


@pytest.mark.parametrize("letters", ["qd", "qingd", "qingdao"])
async def test_a_city_is_found_by_letters_in_whichever_province(
    world: World, now: list[float], input_methods: InputMethods, letters: str
) -> None:
    """SPEC 2.2, 9.1."""
    async with open_terminal(world, now, input_methods=input_methods) as terminal:
        await terminal.begin()
        await terminal.press("7")
        await terminal.type(letters)
        cities: ChipRow = terminal.find("#cities")
        assert next(chip.label for chip in cities.chips) == "青岛市"
        await terminal.press("enter")
        assert terminal.app.visit.city_adcode == QINGDAO
        await terminal.press("7")
        await terminal.type("cangz")
        assert [chip.key for chip in terminal.find("#cities").chips] == [str(CANGZHOU)]
        await terminal.type("q")
        assert "cangz" in terminal.text("#letters"), "what leads nowhere isn't typed"
        await terminal.press("backspace", "backspace", "backspace", "backspace", "backspace")
        assert len(terminal.find("#cities").chips) == 16


@pytest.mark.parametrize("agrees", [True, False])
async def test_a_held_number_is_only_given_up_for_another_city_when_the_person_agrees(
    terminal: Terminal, agrees: bool
) -> None:
    """SPEC 2.2, 4.2."""
    number = await terminal.reach(Step.TARIFF)
    await terminal.app.push_screen(RegionScreen())
    await terminal.settle()
    await terminal.tap_chip("#cities", str(QINGDAO))
    question = terminal.screen
    assert isinstance(question, Ask)
    await terminal.tap(question._yes if agrees else question._no)
    assert terminal.world.is_free(number) is agrees
    assert terminal.app.visit.city_adcode == (QINGDAO if agrees else JINAN)
    if not agrees:
        assert terminal.find("#cities", ChipRow).selected == {str(JINAN)}
        await terminal.tap_chip("#cities", str(JINAN))
        assert terminal.is_at(Step.TARIFF)
        assert terminal.app.visit.purchase.msisdn == number, "choosing the same city changes nothing"


async def test_whoever_is_not_known_takes_the_mall_away_and_may_sign_in(terminal: Terminal) -> None:
    """SPEC 2.3: the code is read as a phone would read it, from what is on the screen."""
    terminal.app._place = replace(terminal.app._place, mall_url=MALL_URL)
    await terminal.begin()
    await terminal.tap("#favourites")
    assert isinstance(terminal.screen, TakeAway)
    assert MALL_URL in terminal.words
    assert read_codes(terminal) == [MALL_URL]
    await terminal.tap("#sign-in")
    assert isinstance(terminal.screen, SignInScreen)
    sign_in(terminal)
    await terminal.settle()
    assert isinstance(terminal.screen, HomeScreen)


def read_codes(terminal: Terminal) -> list[str]:
    picture = Image.open(BytesIO(to_png(terminal.app.export_screenshot())))
    return [code.text for code in zxingcpp.read_barcodes(picture)]


async def test_a_shop_without_a_mall_shows_no_code_and_says_what_can_be_done(terminal: Terminal) -> None:
    """SPEC 2.3: nothing that doesn't work."""
    await terminal.begin()
    await terminal.press("5")
    assert read_codes(terminal) == []
    assert "演示系统没有网上商城" in terminal.words
    await terminal.press("escape")
    assert isinstance(terminal.screen, HomeScreen)


async def test_the_star_of_a_number_keeps_it_and_takes_it_out_again(terminal: Terminal) -> None:
    """SPEC 2.3."""
    number = await terminal.reach(Step.TARIFF)
    await terminal.tap("#favourite")
    assert isinstance(terminal.screen, TakeAway), "nobody knows whose favourite it would be"
    await terminal.press("escape")
    person = sign_in(terminal)
    await terminal.settle()
    assert terminal.is_at(Step.TARIFF)
    assert terminal.app.visit.purchase.msisdn == number
    await terminal.tap("#favourite")
    assert kept(terminal, person) == [number]
    assert "★" in terminal.find("#favourite", FavouriteButton).label
    terminal.app.change_language()
    await terminal.settle()
    assert "★" in terminal.find("#favourite", FavouriteButton).label
    await terminal.press("f")
    assert kept(terminal, person) == []


async def test_a_favourite_is_bought_in_its_city_unless_it_is_gone(terminal: Terminal) -> None:
    """SPEC 2.3: available, being bought, sold; in which city."""
    await terminal.begin()
    person = sign_in(terminal)
    sold, held, free = terminal.numbers(JINAN)[0], terminal.numbers(QINGDAO)[0], terminal.numbers(QINGDAO)[1]
    keep(terminal, person, sold, held, free)
    buyer = begin_visit(terminal.world.shop, "zh")
    hold_number(terminal.world.shop, buyer, held)
    with terminal.world.shop.database.writing() as connection:
        connection.exec_driver_sql(
            f"INSERT INTO number_claims (msisdn, kind, payment_unsettled, changed_at) VALUES ({sold}, 'sale', 0, 0)"  # noqa: S608  # a number of ours
        )
    await terminal.settle()
    await terminal.tap("#favourites")
    assert isinstance(terminal.screen, FavouritesScreen)
    rows = {row.key: row for row in terminal.find("#numbers", NumberList).rows}
    assert rows[str(sold)].note == "济南市  已售出"
    assert "青岛市  有人正在购买，约 30 分钟后可选" in rows[str(held)].note
    assert {key: row.state for key, row in rows.items()} == {
        str(sold): RowState.BUSY,
        str(held): RowState.BUSY,
        str(free): RowState.AVAILABLE,
    }
    await terminal.tap_row("#numbers", list(rows).index(str(sold)))
    assert isinstance(terminal.screen, FavouritesScreen)
    await terminal.tap_row("#numbers", list(rows).index(str(free)))
    assert terminal.is_at(Step.TARIFF)
    visit = terminal.app.visit
    assert (visit.purchase.msisdn, visit.city_adcode) == (free, QINGDAO)
    assert not terminal.world.is_free(free)
    await terminal.press("escape", "escape")
    assert isinstance(terminal.screen, HomeScreen)
    assert "青岛市" in terminal.text("#region")
    assert terminal.world.is_free(free)


async def test_a_favourite_that_was_taken_a_moment_ago_says_so_and_is_shown_as_taken(terminal: Terminal) -> None:
    """SPEC 4.2."""
    await terminal.begin()
    person = sign_in(terminal)
    number = terminal.numbers()[0]
    keep(terminal, person, number)
    await terminal.settle()
    await terminal.press("5")
    hold_number(terminal.world.shop, begin_visit(terminal.world.shop, "zh"), number)
    await terminal.tap_row("#numbers", 0)
    assert "刚刚被选走" in terminal.text("#message")
    assert terminal.find("#numbers", NumberList).rows[0].state is RowState.BUSY
    await terminal.pass_time(31 * MINUTE)


async def test_tidying_up_takes_favourites_out_by_a_touch(terminal: Terminal) -> None:
    """SPEC 2.3, 9.1."""
    await terminal.begin()
    person = sign_in(terminal)
    keep(terminal, person, *terminal.numbers()[:2])
    await terminal.settle()
    await terminal.tap("#favourites")
    await terminal.tap("#tidy")
    await terminal.tap_row("#numbers", 0)
    assert len(kept(terminal, person)) == 1
    assert terminal.app.visit.purchase.msisdn is None, "nothing was bought"
    await terminal.tap_row("#numbers", 0)
    assert kept(terminal, person) == []
    await terminal.tap(NEXT)
    assert terminal.is_at(Step.NUMBER), "without any, the way on is to choose one"


@pytest.mark.parametrize("large", [False, True], ids=["usual print", "large print"])
async def test_an_address_is_added_by_touch_alone_in_pinyin_and_taken_out_again(
    world: World, now: list[float], input_methods: InputMethods, large: bool
) -> None:
    """SPEC 4.5, 9.1, 10.3: shown masked."""
    async with open_terminal(world, now, input_methods=input_methods) as terminal:
        await terminal.begin()
        if large:
            await terminal.tap("#print")
        person = sign_in(terminal)
        await terminal.settle()
        await terminal.tap("#me")
        assert isinstance(terminal.screen, MyPageScreen)
        await terminal.tap("#my-addresses")
        assert isinstance(terminal.screen, AddressesScreen)
        await terminal.tap(NEXT)
        assert isinstance(terminal.screen, NewAddressScreen)
        await terminal.tap_chip("#city", str(QINGDAO))
        if large:
            await terminal.tap(BACK)
        await terminal.tap_chip("#city", str(JINAN))
        await terminal.tap_chip("#district", str(LIXIA))
        await terminal.tap_chip("#street ChipRow", str(QUANCHENG_LU))
        if not large:
            await terminal.tap("#recipient Input")
        await terminal.tap_letters(*"zhangxiaoya")
        await terminal.tap_candidate(NAME)
        await terminal.tap_letters("done")
        await terminal.tap_digits(*PHONE)
        await terminal.tap_letters(*"lxq")
        await terminal.tap_candidate("历下区")
        await terminal.tap_letters(*"180")
        await terminal.tap_letters(*"hao")
        await terminal.tap_candidate("号")
        await terminal.tap_letters("done")
        if not large:
            await terminal.tap(NEXT)
        assert isinstance(terminal.screen, AddressesScreen)
        (address,) = list_addresses(world.shop, person.account_id)
        assert (address.recipient, str(address.phone), address.district_adcode) == (NAME, PHONE, LIXIA)
        assert address.street == "泉城路街道"
        assert address.detail == "历下区180号"
        assert NAME not in terminal.words
        assert PHONE not in terminal.words
        assert "山东省济南市历下区泉城路街道历下区180号" in terminal.words
        await terminal.tap_row("#addresses", 0)
        await terminal.tap("#remove")
        question = terminal.screen
        assert isinstance(question, Ask)
        await terminal.tap(question._yes)
        assert list_addresses(world.shop, person.account_id) == ()


async def test_what_is_wrong_with_an_address_is_said_at_its_place(terminal: Terminal) -> None:
    """LOOK 7."""
    await terminal.begin()
    person = sign_in(terminal)
    await terminal.app.push_screen(NewAddressScreen())
    await terminal.settle()
    await terminal.tap(NEXT)
    assert "请选择区县" in terminal.text("#message")
    await terminal.tap_chip("#district", str(LIXIA))
    await terminal.tap(NEXT)
    assert "请选择街道或乡镇" in terminal.text("#message")
    await terminal.tap_chip("#street ChipRow", str(QUANCHENG_LU))
    await terminal.focus("#recipient_phone")
    await terminal.type("123")
    await terminal.focus("#detail")
    await terminal.type("502")
    await terminal.tap(NEXT)
    said = [terminal.text(f"#{line}") for line in ("recipient", "recipient_phone", "detail")]
    assert said[0] == "请填写收件人姓名"
    assert "11" in said[1]
    assert said[2] == "请写上街道、小区或村的名字"
    assert list_addresses(terminal.world.shop, person.account_id) == ()
    terminal.app.change_language()
    await terminal.settle()
    assert terminal.find("#detail").value == "502", "nothing typed is lost"
    await terminal.press("escape", "escape", "escape")
    assert terminal.app.visit.account_form.detail == "", "and nothing stays once it is left"


def buttons(terminal: Terminal) -> set[str | None]:
    return {button.id for button in terminal.screen.query(TapButton)}


async def test_home_names_the_person_and_leads_to_their_page(terminal: Terminal) -> None:
    """SPEC 2.1."""
    await terminal.begin()
    await terminal.press("4")
    assert isinstance(terminal.screen, SignInScreen)
    person = sign_in(terminal)
    await terminal.settle()
    assert person.shown_as in terminal.text("#greeting")
    await terminal.press("4")
    assert isinstance(terminal.screen, MyPageScreen)
    assert {"my-favourites", "my-addresses", "my-orders"} <= buttons(terminal)
