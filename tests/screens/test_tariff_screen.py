"""Step 2: the tariffs a number may be sold with, side by side, and what each costs (SPEC 4.3)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.cells import cell_len
from sqlalchemy import update
from textual.pilot import Pilot

from kiosk.app import KioskApp
from kiosk.domain.journeys import Step
from kiosk.domain.overage import tariff_clauses
from kiosk.locale import Translator
from kiosk.services.browse_offers import price_purchase
from screens.number_purchase.customer import CustomerScreen
from screens.number_purchase.price_account import clause_text, full_account
from screens.number_purchase.price_panel import AmountLines
from storage.catalogue import demonstration_catalogue
from storage.encryption import FieldCipher
from storage.engine import open_database
from storage.tables import tariffs as tariff_table
from tests.screens.at_step import ALIKE, PAIRS, PLAIN, at_step, fill_with_demonstration, settle
from tests.services.small_shop import World, open_world
from widgets.action_bar import ActionBar
from widgets.big_digits import BigDigits
from widgets.choice_list import ChoiceList
from widgets.message_line import MessageLine
from widgets.modal import ReadText
from widgets.tap_button import TapButton


@pytest.fixture
def world(sqlite_url: str, tmp_path: Path, cipher: FieldCipher) -> Iterator[World]:
    database = open_database(sqlite_url, cipher)
    fill_with_demonstration(database)
    database.close()
    opened = open_world(sqlite_url, f"sqlite:///{tmp_path / 'bank.sqlite'}", cipher)
    yield opened
    opened.close()


def tariffs(pilot: Pilot[None]) -> ChoiceList:
    return pilot.app.screen.query_one("#tariffs", ChoiceList)


def said(pilot: Pilot[None], selector: str) -> str:
    """The text of a widget as it is drawn."""
    return str(pilot.app.screen.query_one(selector).render())


async def choose(pilot: Pilot[None], code: str) -> None:
    """Touch the row of a tariff, turning to its page first."""
    choices = tariffs(pilot)
    index = [row.key for row in choices.rows].index(code)
    choices.cursor = index
    await pilot.pause()
    head = 1 + (choices.row_height > 1)
    await pilot.click(choices, offset=(30, head + index % choices.capacity * choices.row_height))
    await settle(pilot)


@pytest.mark.parametrize(("msisdn", "minimum_fen"), [(PLAIN, 0), (PAIRS, 6_800), (ALIKE, 12_800)])
async def test_only_tariffs_that_reach_the_number_s_minimum_are_listed(
    world: World, msisdn: int, minimum_fen: int
) -> None:
    allowed = {tariff.code for tariff in demonstration_catalogue().tariffs if tariff.monthly_fee_fen >= minimum_fen}
    async with at_step(world, Step.TARIFF, msisdn=msisdn) as pilot:
        assert {row.key for row in tariffs(pilot).rows} == allowed


async def test_a_row_compares_fee_minutes_data_messages_and_overage(world: World) -> None:
    async with at_step(world, Step.TARIFF) as pilot:
        row = next(row for row in tariffs(pilot).rows if row.key == "HK-29")
        assert row.cells[:6] == ("花卡类 29元", "¥29", "50", "10 GB", "30 GB", "无")
        assert row.cells[6] == "0.1/分 5/GB 0.1/条"
        assert row.note == "超出后：通话 0.1元/分钟，流量 5元/GB，短信 0.1元/条"


async def test_the_way_on_opens_with_a_choice(world: World) -> None:
    async with at_step(world, Step.TARIFF) as pilot:
        bar = pilot.app.screen.query_one("#actions", ActionBar)
        assert (bar.next, bar.next_disabled) == ("填写资料", True)
        await pilot.press("enter")  # chooses the first tariff; the way on is still closed
        await settle(pilot)
        assert not bar.next_disabled
        await pilot.press("enter")
        await settle(pilot)
        assert isinstance(pilot.app.screen, CustomerScreen)


async def test_what_is_due_today_is_the_larger_of_prepayment_and_first_top_up(world: World) -> None:
    async with at_step(world, Step.TARIFF) as pilot:
        await choose(pilot, "ZX5-298")
        assert pilot.app.screen.query_one("#total", BigDigits).text == "¥300"
        lines = said(pilot, "#today-lines")
        assert "套餐首次充值" in lines
        assert "¥300.00" in lines
        assert "SIM 卡费" in lines
        assert said(pilot, "#larger") == "号码预存 ¥50，套餐首充 ¥300，只收较大的一项"


async def test_the_first_bill_is_shown_for_today_and_for_the_latest_date(world: World) -> None:
    """22 November, 02:00 UTC: 9 of 30 days today; held, paid and collected at the last moment, 2 of 30."""
    async with at_step(world, Step.TARIFF, msisdn=ALIKE) as pilot:
        await choose(pilot, "CX-128")
        lines = [line.split() for line in said(pilot, "#bill-lines").splitlines()]
        assert lines == [
            ["首月账单", "今天激活", "最晚激活"],
            ["激活日期", "11-22", "11-29"],
            ["月费（按天）", "¥38.40", "¥8.53"],
            ["首月返还", "-¥41.66", "-¥41.66"],
            ["还需支付", "¥0.00", "¥0.00"],
            ["余额留用", "¥3.26", "¥33.13"],
        ]
        assert said(pilot, "#return") == "预存款分 24 个月返还，每月 ¥41.66"
        assert said(pilot, "#term") == "协议期 36 个月（按号码）"


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("code", ["CX-88", "ZX5-598"])
@pytest.mark.parametrize("size", [(80, 24), (120, 40), (80, 64)])
async def test_amounts_stand_flush_right_and_nothing_is_cut(
    world: World, size: tuple[int, int], code: str, language: str
) -> None:
    """ZX5-598 has the most to say: its first top-up exceeds the prepayment, so both kinds of credit come back."""
    async with at_step(world, Step.TARIFF, msisdn=PAIRS, size=size, tariff_code=code) as pilot:
        if language == "en":
            await pilot.click("#language")
            await settle(pilot)
        for amounts in pilot.app.screen.query(AmountLines):
            lines = str(amounts.render()).splitlines()
            assert amounts.size.height == len(lines)
            assert {cell_len(line) for line in lines} == {amounts.size.width}
        panel = pilot.app.screen.query_one("#price")
        for part in panel.query("Static, AmountLines, BigDigits"):
            if part.display and part.id != "invitation":
                assert panel.region.contains_region(part.region), part


async def test_the_choice_goes_into_the_purchase_and_the_basket(world: World) -> None:
    async with at_step(world, Step.TARIFF) as pilot:
        await choose(pilot, "HK-39")
        assert isinstance(pilot.app, KioskApp)
        assert pilot.app.visit.purchase.tariff_code == "HK-39"
        assert said(pilot, "#basket-text") == "已选 138 5317 0325 · 应付 ¥50.00 · 花卡类 39元"


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (80, 64)])
async def test_coming_back_the_tariff_is_still_chosen_and_in_view(world: World, size: tuple[int, int]) -> None:
    async with at_step(world, Step.TARIFF, size=size) as pilot:
        await choose(pilot, "QJX-199")
        await pilot.click("#actions .action-bar--next")
        await settle(pilot)
        await pilot.press("escape")
        await settle(pilot)
        choices = tariffs(pilot)
        assert choices.chosen == "QJX-199"
        assert choices.rows[choices.cursor].key == "QJX-199"
        assert not pilot.app.screen.query_one("#actions", ActionBar).next_disabled


async def test_a_switch_of_language_keeps_the_choice_and_its_price(world: World) -> None:
    async with at_step(world, Step.TARIFF) as pilot:
        await choose(pilot, "HK-29")
        await pilot.click("#language")
        await settle(pilot)
        choices = tariffs(pilot)
        assert choices.chosen == "HK-29"
        assert next(row for row in choices.rows if row.key == "HK-29").cells[0] == "Flower Card ¥29"
        assert pilot.app.screen.query_one("#total", BigDigits).text == "¥50"
        assert not pilot.app.screen.query_one("#actions", ActionBar).next_disabled


async def test_a_tariff_chosen_for_another_number_that_this_one_excludes_is_let_go(world: World) -> None:
    async with at_step(world, Step.TARIFF, msisdn=ALIKE, tariff_code="HK-29") as pilot:
        assert isinstance(pilot.app, KioskApp)
        assert pilot.app.visit.purchase.tariff_code is None
        assert tariffs(pilot).chosen is None
        message = pilot.app.screen.query_one("#message", MessageLine)
        assert message.text == "之前选的套餐不能配这个号码，请另选一个。"
        assert pilot.app.screen.query_one("#actions", ActionBar).next_disabled


async def test_a_tariff_that_is_withdrawn_meanwhile_is_told_calmly(world: World) -> None:
    async with at_step(world, Step.TARIFF) as pilot:
        with world.shop.database.writing() as connection:
            connection.execute(update(tariff_table).where(tariff_table.c.code == "HK-29").values(on_sale=False))
        await choose(pilot, "HK-29")
        assert tariffs(pilot).chosen is None
        assert pilot.app.screen.query_one("#message", MessageLine).text == "这个套餐刚刚停售，请另选一个。"
        assert pilot.app.screen.query_one("#actions", ActionBar).next_disabled
        await choose(pilot, "HK-39")
        assert pilot.app.screen.query_one("#message", MessageLine).text == ""
        assert not pilot.app.screen.query_one("#actions", ActionBar).next_disabled


async def test_a_number_without_any_tariff_says_so_and_offers_the_way_back(world: World) -> None:
    with world.shop.database.writing() as connection:
        connection.execute(update(tariff_table).values(on_sale=False))
    async with at_step(world, Step.TARIFF) as pilot:
        assert "请返回上一步换一个号码" in pilot.app.screen.query_one("#message", MessageLine).text
        bar = pilot.app.screen.query_one("#actions", ActionBar)
        assert (bar.back, bar.next_disabled) == ("上一步", True)


async def test_the_whole_account_can_be_read_and_closing_it_returns_here(world: World) -> None:
    async with at_step(world, Step.TARIFF) as pilot:
        assert pilot.app.screen.query_one("#account", TapButton).disabled
        await choose(pilot, "HK-29")
        await pilot.press("d")
        await settle(pilot)
        assert isinstance(pilot.app.screen, ReadText)
        await pilot.press("escape")
        await settle(pilot)
        assert tariffs(pilot).chosen == "HK-29"


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("msisdn", [PLAIN, ALIKE])
def test_the_account_names_every_amount_and_every_condition(world: World, msisdn: int, language: str) -> None:
    tr = Translator(language)
    price = price_purchase(world.shop, msisdn, "CX-128")
    account = full_account(tr, price)
    for amount in ("¥128.00", "¥38.40", "¥8.53"):
        assert amount in account
    for clause in tariff_clauses(price.tariff):
        assert clause_text(tr, clause) in account
    if msisdn == ALIKE:
        assert "¥41.82" in account  # the last instalment has the remainder: 23 × 41.66 + 41.82 = 1,000.00


def test_each_data_rule_is_told_with_its_own_figures() -> None:
    """R1, R2 and R3 of the carrier's rules for data beyond the bundle."""
    tr = Translator("zh")
    of = {tariff.code: tariff for tariff in demonstration_catalogue().tariffs}
    told = {code: "".join(clause_text(tr, clause) for clause in tariff_clauses(of[code])) for code in of}
    assert "0.29 元/MB。流量费每满 10 元，可用满 100 MB。流量费满 60 元后" in told["FX-58"]
    assert "满 500 元时停止上网" in told["FX-58"]
    assert "前 3 GB 每 GB 5 元，不足 1 GB 按 1 GB 计。之后每 GB 3 元。" in told["CX-88"]
    assert "满 600 元时停止上网" in told["CX-88"]
    assert "不足 1 GB 的部分 0.29 元/MB，最多 5 元。" in told["HK-19"]
    assert "停止上网" not in told["HK-19"]
    assert "短信 0.15 元/条。" in told["JYK-12"]
