"""Step 3: who will use the number, and where the card is collected (SPEC 4.4, 4.5)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, update
from textual.pilot import Pilot

from kiosk.app import KioskApp
from kiosk.domain.id_documents import IdFault
from kiosk.domain.journeys import Step
from kiosk.domain.persons import NameFault, PhoneFault
from kiosk.domain.visit import Purchase
from kiosk.locale import Translator
from kiosk.services.hold_number import hold_number
from kiosk.services.keep_visit import begin_visit
from kiosk.services.register_customer import check_customer, register_customer
from screens.number_purchase.customer import CustomerScreen
from screens.number_purchase.customer_words import fault_text
from storage.encryption import FieldCipher
from storage.engine import open_database
from storage.tables import shops as shop_table
from storage.tables import tariffs as tariff_table
from storage.tables import visits
from tests.screens.at_step import ALIKE, HOME_SHOP, PAIRS, PLAIN, at_step, fill_with_demonstration, settle
from tests.services.small_shop import World, id_number, open_world
from tests.widgets.fingers import until
from widgets.action_bar import ActionBar
from widgets.chip import ChipRow
from widgets.choice_list import ChoiceList
from widgets.field import Field
from widgets.input_panel import InputPanel
from widgets.message_line import MessageLine

GOOD = {"name": "张伟", "id_number": id_number(1), "phone": "13900000001"}


@pytest.fixture
def world(sqlite_url: str, tmp_path: Path, cipher: FieldCipher) -> Iterator[World]:
    database = open_database(sqlite_url, cipher)
    fill_with_demonstration(database)
    database.close()
    opened = open_world(sqlite_url, f"sqlite:///{tmp_path / 'bank.sqlite'}", cipher)
    yield opened
    opened.close()


def field(pilot: Pilot[None], name: str) -> Field:
    return pilot.app.screen.query_one(f"#{name}", Field)


def purchase(pilot: Pilot[None]) -> Purchase:
    assert isinstance(pilot.app, KioskApp)
    return pilot.app.visit.purchase


def focused_field(pilot: Pilot[None]) -> str | None:
    focused = pilot.app.focused
    owner = next((node for node in focused.ancestors if isinstance(node, Field)), None) if focused else None
    return owner.name if owner else None


async def type_into(pilot: Pilot[None], name: str, text: str) -> None:
    """Put the keys on a field and type with a keyboard."""
    field(pilot, name).focus_input()
    await pilot.pause()
    await pilot.press(*text)
    await settle(pilot)


async def press_next(pilot: Pilot[None]) -> None:
    pilot.app.screen.query_one("#actions", ActionBar).press_next()
    await settle(pilot)


async def test_every_key_typed_is_in_the_purchase_at_once(world: World) -> None:
    async with at_step(world, Step.CUSTOMER, tariff_code="HK-29") as pilot:
        await type_into(pilot, "name", "Ann")
        assert purchase(pilot).name == "Ann"
        await type_into(pilot, "id_number", "370102")
        await type_into(pilot, "phone", "139")
        assert (purchase(pilot).id_number, purchase(pilot).phone) == ("370102", "139")


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (80, 64)])
async def test_all_errors_are_told_at_once_each_at_its_field(world: World, size: tuple[int, int]) -> None:
    wrong = {"id_number": "370102199003071235", "phone": "1385"}
    async with at_step(world, Step.CUSTOMER, size=size, tariff_code="HK-29", typed=wrong) as pilot:
        await press_next(pilot)
        assert field(pilot, "name").error == "请填写证件上的姓名"
        assert field(pilot, "id_number").error == "号码有一位填错了，请从头核对一遍"
        assert field(pilot, "phone").error == "手机号码是 11 位，请核对"
        assert focused_field(pilot) == "name"
        assert isinstance(pilot.app.screen, CustomerScreen)
        assert (purchase(pilot).id_number, purchase(pilot).phone) == tuple(wrong.values())


async def test_an_error_leaves_when_mended_and_the_others_stay(world: World) -> None:
    async with at_step(world, Step.CUSTOMER, tariff_code="HK-29", phone="1385") as pilot:
        await press_next(pilot)
        await type_into(pilot, "name", "张伟")
        assert field(pilot, "name").error is None
        assert field(pilot, "id_number").error is not None
        assert field(pilot, "phone").error is not None


async def test_a_wrong_field_is_told_on_leaving_it_and_an_empty_one_is_not(world: World) -> None:
    async with at_step(world, Step.CUSTOMER, tariff_code="HK-29") as pilot:
        field(pilot, "name").focus_input()
        await settle(pilot)
        await type_into(pilot, "id_number", "37010219900307")
        assert field(pilot, "name").error is None
        assert field(pilot, "id_number").error is None
        field(pilot, "phone").focus_input()
        await settle(pilot)
        assert field(pilot, "id_number").error == "证件号码是 18 位，请核对有没有漏填"
        await type_into(pilot, "id_number", "1")
        assert field(pilot, "id_number").error is None


async def test_errors_and_texts_survive_a_switch_of_language(world: World) -> None:
    async with at_step(world, Step.CUSTOMER, tariff_code="HK-29", name="张伟", phone="1385") as pilot:
        await press_next(pilot)
        await pilot.click("#language")
        await settle(pilot)
        assert field(pilot, "name").value == "张伟"
        assert field(pilot, "phone").value == "1385"
        assert field(pilot, "name").error is None
        assert field(pilot, "phone").error == fault_text(Translator("en"), PhoneFault.WRONG_LENGTH)
        assert pilot.app.screen.query_one("#shops", ChoiceList).rows[0].cells[0].startswith("Licheng Sample Shop")


async def test_back_and_next_lose_nothing(world: World) -> None:
    async with at_step(world, Step.CUSTOMER, tariff_code="HK-29", typed=GOOD) as pilot:
        pilot.app.screen.query_one("#shops", ChoiceList).choose(1)
        pilot.app.screen.query_one("#id-type", ChipRow).toggle("hmt_residence")
        await settle(pilot)
        await pilot.click("#actions .action-bar--back")
        await settle(pilot)
        await pilot.click("#actions .action-bar--next")
        await settle(pilot)
        assert isinstance(pilot.app.screen, CustomerScreen)
        assert {name: field(pilot, name).value for name in GOOD} == GOOD
        assert pilot.app.screen.query_one("#id-type", ChipRow).selected == {"hmt_residence"}
        assert pilot.app.screen.query_one("#shops", ChoiceList).chosen == "0531-01"


async def test_only_documents_for_self_service_are_offered_and_one_is_always_chosen(world: World) -> None:
    async with at_step(world, Step.CUSTOMER, tariff_code="HK-29", id_number=GOOD["id_number"]) as pilot:
        chips = pilot.app.screen.query_one("#id-type", ChipRow)
        assert [chip.key for chip in chips.chips] == ["resident", "hmt_residence", "foreign_permanent_resident"]
        chips.toggle("resident")
        await settle(pilot)
        assert chips.selected == {"resident"}
        chips.toggle("hmt_residence")
        await settle(pilot)
        assert purchase(pilot).id_type == "hmt_residence"
        assert field(pilot, "id_number").error == "号码与所选的证件类型不符，请核对"
        chips.toggle("resident")
        await settle(pilot)
        assert field(pilot, "id_number").error is None


async def test_this_shop_comes_first_and_is_chosen_by_default(world: World) -> None:
    async with at_step(world, Step.CUSTOMER, tariff_code="HK-29") as pilot:
        choices = pilot.app.screen.query_one("#shops", ChoiceList)
        assert [row.key for row in choices.rows] == [HOME_SHOP, "0531-01"]
        assert choices.rows[0].cells[0] == "济南历城示范营业厅 · 本店"
        assert choices.chosen == purchase(pilot).shop_code == HOME_SHOP
        await pilot.click(choices, offset=(20, 5))
        await settle(pilot)
        assert purchase(pilot).shop_code == "0531-01"


async def test_where_this_shop_is_none_of_the_city_s_the_first_is_chosen(world: World) -> None:
    with world.shop.database.writing() as connection:
        connection.execute(update(shop_table).where(shop_table.c.code == HOME_SHOP).values(city_adcode=370200))
    async with at_step(world, Step.CUSTOMER, tariff_code="HK-29") as pilot:
        choices = pilot.app.screen.query_one("#shops", ChoiceList)
        assert [row.key for row in choices.rows] == ["0531-01"]
        assert purchase(pilot).shop_code == "0531-01"


async def test_good_data_ties_the_visit_to_the_person_and_goes_on(world: World) -> None:
    typed = {"name": " 张 伟", "id_number": GOOD["id_number"], "phone": GOOD["phone"]}
    async with at_step(world, Step.CUSTOMER, tariff_code="HK-29", typed=typed) as pilot:
        await press_next(pilot)
        assert not isinstance(pilot.app.screen, CustomerScreen)
        assert purchase(pilot).name == "张伟"
        assert isinstance(pilot.app, KioskApp)
        customer = check_customer(world.shop, id_type="resident", **GOOD)
        with world.shop.database.reading() as connection:
            stored = connection.execute(
                select(visits.c.id_hash).where(visits.c.visit_id == pilot.app.visit.visit_id)
            ).scalar_one()
        assert stored == customer.id_hash(world.shop.database.cipher)


async def test_ten_presses_of_next_go_on_once(world: World) -> None:
    async with at_step(world, Step.CUSTOMER, tariff_code="HK-29", typed=GOOD) as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, CustomerScreen)
        for _ in range(10):
            screen.proceed()
        await settle(pilot)
        assert len(pilot.app.screen_stack) == 2


async def test_enter_walks_through_the_fields_and_then_on(world: World) -> None:
    async with at_step(world, Step.CUSTOMER, tariff_code="HK-29") as pilot:
        await type_into(pilot, "name", "张伟")
        await pilot.press("enter", *GOOD["id_number"], "enter", *GOOD["phone"])
        await settle(pilot)
        assert focused_field(pilot) == "phone"
        await pilot.press("enter")
        await settle(pilot)
        assert not isinstance(pilot.app.screen, CustomerScreen)


async def test_more_holds_than_a_person_may_have_are_told_and_nothing_is_lost(world: World) -> None:
    world.with_rules(holds_per_visit=1)
    elsewhere = begin_visit(world.shop, "zh")
    hold_number(world.shop, elsewhere, PAIRS)
    register_customer(world.shop, elsewhere, check_customer(world.shop, id_type="resident", **GOOD))
    async with at_step(world, Step.CUSTOMER, tariff_code="HK-29", typed=GOOD) as pilot:
        await press_next(pilot)
        assert isinstance(pilot.app.screen, CustomerScreen)
        assert "最多同时保留 1 个号码" in pilot.app.screen.query_one("#message", MessageLine).text
        assert {name: field(pilot, name).value for name in GOOD} == GOOD
        await type_into(pilot, "phone", "")
        field(pilot, "phone").type_key("backspace")
        await settle(pilot)
        assert pilot.app.screen.query_one("#message", MessageLine).text == ""


async def test_more_numbers_than_a_document_may_have_are_told(world: World) -> None:
    world.with_rules(numbers_per_id=1)
    elsewhere = begin_visit(world.shop, "zh")
    hold_number(world.shop, elsewhere, ALIKE)
    register_customer(world.shop, elsewhere, check_customer(world.shop, id_type="resident", **GOOD))
    async with at_step(world, Step.CUSTOMER, tariff_code="HK-29", msisdn=PLAIN, typed=GOOD) as pilot:
        await press_next(pilot)
        message = pilot.app.screen.query_one("#message", MessageLine)
        assert "一个证件最多办理 1 个号码" in message.text
        assert message.region.height * message.size.width >= 2 * len(message.text)


async def test_a_tariff_withdrawn_meanwhile_sends_back_calmly(world: World) -> None:
    with world.shop.database.writing() as connection:
        connection.execute(update(tariff_table).where(tariff_table.c.code == "HK-29").values(on_sale=False))
    async with at_step(world, Step.CUSTOMER, tariff_code="HK-29") as pilot:
        assert "请返回上一步另选一个" in pilot.app.screen.query_one("#message", MessageLine).text
        bar = pilot.app.screen.query_one("#actions", ActionBar)
        assert (bar.back, bar.next_disabled) == ("上一步", True)


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (80, 64)])
async def test_the_whole_form_is_seen_without_scrolling(world: World, size: tuple[int, int]) -> None:
    async with at_step(world, Step.CUSTOMER, size=size, tariff_code="HK-29") as pilot:
        form, panel = pilot.app.screen.query_one("#form"), pilot.app.screen.query_one(InputPanel)
        panel.close()
        await until(pilot, lambda: not panel.display)
        assert form.max_scroll_y == 0
        assert form.region.contains_region(pilot.app.screen.query_one("#payment").region)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("fault", [*NameFault, *IdFault, *PhoneFault])
def test_every_fault_has_words_that_fit_below_a_field(fault: NameFault | IdFault | PhoneFault, language: str) -> None:
    text = fault_text(Translator(language), fault)
    assert text
    assert len(text.encode("gb18030")) <= 46


async def test_a_flood_of_pasted_text_leaves_a_message_and_everything_else(world: World) -> None:
    async with at_step(world, Step.CUSTOMER, tariff_code="HK-29", phone=GOOD["phone"]) as pilot:
        field(pilot, "name").type_key("\x1b")
        field(pilot, "name")._input.replace("\x00\x1b[31m" * 2000, 0, 0)
        field(pilot, "id_number")._input.replace("3 7 0 1 0 2　19900307", 0, 0)
        await press_next(pilot)
        assert field(pilot, "name").error is not None
        assert "\x1b" not in purchase(pilot).name
        assert purchase(pilot).id_number == "37010219900307"
        assert field(pilot, "phone").value == GOOD["phone"]
