"""Home and the choice of a city (SPEC 2.1, 2.2)."""

import pytest
from sqlalchemy import update

from kiosk.domain.journeys import Step
from kiosk.terminal.input_methods import PATIENCE_SECONDS, InputMethods, MethodFor
from screens.help.topic import TopicScreen
from screens.home import HomeScreen
from screens.region import RegionScreen
from storage import stock
from storage.remembered import remember
from storage.tables import numbers
from tests.journeys.hands import BACK, JINAN, NEXT, QINGDAO, YANTAI, Terminal, open_terminal
from tests.services.small_shop import World
from widgets.choice_list import ChoiceList
from widgets.number_list import NumberList
from widgets.tap_button import TapButton


def sell_out(terminal: Terminal, city: int) -> None:
    with terminal.world.shop.database.writing() as connection:
        connection.execute(
            update(numbers).where(numbers.c.city_adcode == city).values(withdrawn_at=terminal.world.clock.now())
        )
        stock.bump_stock_revision(connection)


async def choose_city(terminal: Terminal, city: int) -> None:
    assert isinstance(terminal.screen, RegionScreen)
    await terminal.tap_chip("#cities", str(city))


def shown(button: TapButton) -> bool:
    return all(node.display for node in button.ancestors_with_self)


def listed(terminal: Terminal) -> list[int]:
    rows: NumberList = terminal.find("#numbers")
    return [int(row.key) for row in rows.rows]


async def test_home_shows_only_what_works(terminal: Terminal) -> None:
    """SPEC 2.1, issue 2: what comes later joins it then; each choice leads somewhere."""
    await terminal.begin()
    assert isinstance(terminal.screen, HomeScreen)
    assert {button.id for button in terminal.screen.query(TapButton) if shown(button)} == {
        "numbers",
        "orders",
        "me",
        "favourites",
        "region",
        "language",
        "print",
        "help",
        "leave",
    }
    await terminal.tap("#region")
    assert isinstance(terminal.screen, RegionScreen)
    await terminal.tap(BACK)
    await terminal.tap("#numbers")
    assert terminal.is_at(Step.NUMBER)
    await terminal.tap(BACK)
    await terminal.tap("#leave")
    await terminal.app.until_forgotten()
    assert terminal.app.current_mode == "attract"


@pytest.mark.parametrize("is_demonstration", [True, False])
async def test_a_demonstration_says_so(world: World, now: list[float], is_demonstration: bool) -> None:
    """Issue 2, item 3: and a real shop doesn't."""
    if not is_demonstration:
        with world.shop.database.writing() as connection:
            remember(connection, "demonstration", "0")
    async with open_terminal(world, now) as terminal:
        assert ("演示系统" in terminal.words) is is_demonstration
        assert ("Demonstration" in terminal.words) is is_demonstration
        await terminal.begin()
        assert ("演示系统" in terminal.words) is is_demonstration


async def test_another_city_has_other_numbers_tariffs_and_shops(terminal: Terminal) -> None:
    """SPEC 2.2."""
    await terminal.begin()
    here = set(terminal.numbers(JINAN))
    await terminal.tap("#region")
    await choose_city(terminal, QINGDAO)
    assert isinstance(terminal.screen, HomeScreen)
    assert "青岛" in terminal.text("#region")
    await terminal.tap("#numbers")
    there = listed(terminal)
    assert there
    assert not here & set(there)
    rows: NumberList = terminal.find("#numbers")
    place = next(place for place, row in enumerate(rows.rows) if "¥" not in row.columns[1])
    await terminal.tap_row(rows, place)
    await terminal.tap_row("#tariffs", 0)
    await terminal.tap(NEXT)
    shops: ChoiceList = terminal.find("#shops")
    assert len(shops.rows) == 2
    assert all("青岛" in row.cells[0] for row in shops.rows)
    assert not any("本店" in row.cells[0] for row in shops.rows)


async def test_leaving_the_choice_of_a_city_changes_nothing(terminal: Terminal) -> None:
    """SPEC 2.2."""
    await terminal.begin()
    await terminal.press("7")
    await terminal.press("escape")
    assert isinstance(terminal.screen, HomeScreen)
    assert terminal.app.visit.city_adcode == JINAN


@pytest.mark.parametrize("asks", [False, True], ids=["all numbers", "with conditions"])
async def test_a_city_without_numbers_says_so_and_offers_another(terminal: Terminal, asks: bool) -> None:
    """SPEC 2.2: whatever else was asked for."""
    sell_out(terminal, JINAN)
    await terminal.reach(Step.NUMBER)
    if asks:
        await terminal.type("3")
    assert listed(terminal) == []
    assert "济南" in terminal.text("#nothing-text")
    await terminal.tap("#other-city")
    await choose_city(terminal, YANTAI)
    assert terminal.is_at(Step.NUMBER)
    assert listed(terminal)
    assert terminal.app.visit.purchase.query.city_adcode == YANTAI
    await terminal.tap(BACK)
    assert "烟台" in terminal.text("#region")


async def test_a_city_without_numbers_lets_the_person_go_back_home(terminal: Terminal) -> None:
    """SPEC 2.2."""
    sell_out(terminal, JINAN)
    await terminal.reach(Step.NUMBER)
    await terminal.press("escape")
    assert isinstance(terminal.screen, HomeScreen)
    assert terminal.rows("number_claims") == []


async def test_each_visit_asks_for_pinyin_that_could_not_be_loaded_before(world: World, now: list[float]) -> None:
    """SPEC 9.1."""
    tries = []

    def fail() -> MethodFor:
        tries.append(1)
        raise OSError(28, "No space left on device")

    moment = [0.0]
    methods = InputMethods(fail, seconds=lambda: moment[0])
    async with open_terminal(world, now, input_methods=methods) as terminal:
        await terminal.until(lambda: len(tries) == 1)
        await terminal.begin()
        assert len(tries) == 1, "not so soon"
        await terminal.idle(90)
        moment[0] += 2 * PATIENCE_SECONDS
        await terminal.begin()
        await terminal.until(lambda: len(tries) == 2)


async def test_in_the_choice_of_a_city_letters_spell_cities_and_digits_change_the_screen(terminal: Terminal) -> None:
    await terminal.begin()
    await terminal.tap("#region")
    await terminal.press("l", "z")
    assert terminal.app.visit.language == "zh"
    assert not terminal.app.large_print
    assert "l" in terminal.text("#letters")
    await terminal.press("9")
    assert terminal.app.large_print
    await terminal.press("8")
    assert terminal.app.visit.language == "en"
    await terminal.press("question_mark")
    assert isinstance(terminal.screen, TopicScreen)
