"""Large print: the same purchase with fewer and larger things, more time, nothing lost on the way (SPEC 2.1, 9.3)."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from kiosk.domain.journeys import Step
from kiosk.services.extend_hold import extend_hold
from kiosk.terminal.input_methods import InputMethods
from screens.idle_warning import IdleWarning
from screens.similar import SimilarNumbers
from screens.theme import CONTRAST, LIGHT
from tests.journeys.hands import HOME_SHOP, ID_NUMBER, NAME, NEXT, PHONE, WHO, Terminal, open_terminal
from tests.services.small_shop import World
from widgets.choice_list import ChoiceList
from widgets.keypad import KeyPad
from widgets.modal import Ask
from widgets.number_list import NumberList
from widgets.qr import QrCode

SMALL = (80, 24)
MINUTE = timedelta(minutes=1)


@pytest.fixture
async def clerks_screen(world: World, now: list[float], input_methods: InputMethods) -> AsyncIterator[Terminal]:
    """A terminal of the least size there is."""
    async with open_terminal(world, now, size=SMALL, input_methods=input_methods) as opened:
        yield opened


async def a_number_without_conditions(terminal: Terminal) -> NumberList:
    """Turn the pages, one number each, by touch until one goes with every tariff."""
    rows: NumberList = terminal.find("#numbers")
    for _ in range(200):
        assert len(rows.rows) == rows.capacity == 1
        if rows.rows[0].columns and "¥" not in rows.rows[0].columns[1]:
            return rows
        await terminal.tap("#following")
    raise AssertionError("no plain number")


async def test_the_order_to_be_paid_is_named_on_the_smallest_screen(clerks_screen: Terminal) -> None:
    """SPEC 6.1: also where the basket has no room."""
    terminal = clerks_screen
    await terminal.reach(Step.PAY)
    for _ in range(2):
        assert not terminal.find("#basket").display
        assert terminal.order_no in terminal.text("#order-no")
        assert terminal.find("#order-no").region.bottom <= terminal.find("#actions").region.y
        await terminal.press("z")


async def test_a_number_is_bought_by_touch_alone_on_the_smallest_screen(clerks_screen: Terminal) -> None:
    """SPEC 9.1, 9.3, 9.4: each next step lies open to the finger; `tap` fails on what is covered or cut off."""
    terminal = clerks_screen
    await terminal.tap("#touch")
    await terminal.tap("#print")
    await terminal.tap("#numbers")
    await terminal.tap_row(await a_number_without_conditions(terminal))
    assert terminal.is_at(Step.TARIFF)

    tariffs: ChoiceList = terminal.find("#tariffs")
    assert tariffs.capacity == 1
    await terminal.tap_row(tariffs, 2)
    await terminal.tap(NEXT)
    assert terminal.is_at(Step.CUSTOMER)

    await terminal.tap(NEXT)
    await terminal.compose_name()
    await terminal.tap_keys(terminal.screen.query_one("InputPanel KeyPad", KeyPad), *ID_NUMBER, "done")
    await terminal.tap_keys(terminal.screen.query_one("InputPanel KeyPad", KeyPad), *PHONE, "done")
    assert terminal.screen.has_class("-asks-shop")
    await terminal.tap(NEXT)
    assert terminal.is_at(Step.CONFIRM)

    for part in ("number", "tariff", "customer", "shop"):
        assert terminal.find("#summary").region.contains_region(terminal.find(f"#change-{part}").region)
    await terminal.tap("#agree")
    await terminal.tap(NEXT)
    assert terminal.is_at(Step.PAY)
    assert terminal.find("#code", QrCode).fits
    purchase = terminal.app.visit.purchase
    assert (purchase.name, purchase.id_number, purchase.phone) == (NAME, ID_NUMBER, PHONE)


async def test_a_number_is_bought_by_keys_alone_on_the_smallest_screen(clerks_screen: Terminal) -> None:
    """SPEC 9.1, 9.3."""
    terminal = clerks_screen
    await terminal.press("space", "9", "1")
    rows: NumberList = terminal.find("#numbers")
    while "¥" in rows.rows[0].columns[1]:
        await terminal.press("pagedown")
    await terminal.press("1")
    assert terminal.is_at(Step.TARIFF)
    await terminal.press("down", "enter", "enter")
    assert terminal.is_at(Step.CUSTOMER)
    await terminal.press("enter")
    for typed in (NAME, ID_NUMBER.lower(), PHONE):
        await terminal.type(typed)
        await terminal.press("enter")
    await terminal.press("enter")
    assert terminal.is_at(Step.CONFIRM)
    await terminal.press("a", "enter")
    assert terminal.is_at(Step.PAY)


@pytest.mark.parametrize("step", [Step.NUMBER, Step.TARIFF, Step.CUSTOMER, Step.CONFIRM, Step.PAY, Step.COLLECT])
@pytest.mark.parametrize("size", [SMALL, (120, 40), (80, 64)])
async def test_it_is_switched_at_any_step_with_nothing_lost(
    terminal: Terminal, step: Step, size: tuple[int, int]
) -> None:
    """SPEC 9.3, 9.4: by key and by touch; the way on and back stay whole."""
    await terminal.resize(*size)
    await terminal.reach(step)
    purchase = terminal.app.visit.purchase
    if step is Step.CUSTOMER:
        # In a field the key is a letter.
        await terminal.focus("#id-type")
    await terminal.press("z")
    for _ in range(2):
        assert terminal.screen.has_class("-large")
        assert terminal.app.theme == CONTRAST.name
        assert terminal.is_at(step)
        for button in terminal.screen.query("ActionBar TapButton, #header TapButton"):
            if button.display:
                assert terminal.screen.region.contains_region(button.region), button
        await terminal.tap("#language")
    await terminal.tap("#print")
    assert not terminal.screen.has_class("-large")
    assert terminal.app.theme == LIGHT.name
    assert terminal.app.visit.purchase == purchase
    assert terminal.is_at(step)


async def test_what_was_typed_stays_and_a_mistake_is_said_at_its_own_question(terminal: Terminal) -> None:
    """SPEC 3.1, 9.3."""
    slips = WHO | {"id_number": "370102199003070428"}
    await terminal.reach(Step.CUSTOMER, shop_code=HOME_SHOP, **slips)
    await terminal.tap("#print")
    assert terminal.screen.has_class("-asks-name")
    assert terminal.find("#name").value == NAME
    await terminal.press("enter", "enter")
    assert terminal.screen.has_class("-asks-id_number")
    assert terminal.find("#id_number").error
    assert not terminal.find("#name").display
    await terminal.press("escape")
    assert terminal.screen.has_class("-asks-name")
    await terminal.press("escape", "escape")
    assert terminal.is_at(Step.TARIFF)


async def test_the_next_person_starts_without_it(terminal: Terminal) -> None:
    """SPEC 3.8: it belongs to the visit."""
    await terminal.begin()
    await terminal.tap("#print")
    await terminal.tap("#leave")
    await terminal.app.until_forgotten()
    await terminal.settle()
    assert terminal.app.current_mode == "attract"
    assert (terminal.app.theme, terminal.screen.has_class("-large")) == (LIGHT.name, False)
    await terminal.begin()
    assert not terminal.app.large_print
    assert not terminal.screen.has_class("-large")


async def test_there_is_more_time_before_an_idle_terminal_forgets(terminal: Terminal) -> None:
    """SPEC 7.1, 9.3: three minutes, the last half of one with the warning; the next person has 90 s again."""
    await terminal.reach(Step.TARIFF)
    await terminal.press("z")
    await terminal.idle(0)
    await terminal.idle(149)
    assert not isinstance(terminal.screen, IdleWarning)
    await terminal.idle(1)
    assert isinstance(terminal.screen, IdleWarning)
    assert terminal.screen.seconds_left == 30
    await terminal.idle(30)
    assert terminal.app.current_mode == "attract"
    await terminal.begin()
    await terminal.idle(0)
    await terminal.idle(90)
    assert terminal.app.current_mode == "attract"


async def test_numbers_like_one_that_is_gone_are_all_within_reach(clerks_screen: Terminal) -> None:
    """SPEC 4.2, 9.3: one at a time, with a way to the next."""
    terminal = clerks_screen
    await terminal.reach(Step.TARIFF)
    await terminal.press("z")
    await terminal.pass_time(31 * MINUTE)
    assert isinstance(terminal.screen, SimilarNumbers)
    rows = terminal.screen.query_one(NumberList)
    seen = [rows.rows[0].key]
    while not terminal.find("#following").disabled:
        await terminal.tap("#following")
        seen.append(rows.rows[0].key)
    assert len(set(seen)) == len(seen) == 5
    await terminal.tap("#previous")
    await terminal.tap_row(rows)
    assert terminal.app.visit.purchase.msisdn == int(seen[-2])


async def test_everybody_is_offered_more_time_in_the_last_five_minutes_once(terminal: Terminal) -> None:
    """SPEC 8.3, 9.3; LOOK 5: the countdown is calm, then coloured, then speaks."""
    number = await terminal.reach(Step.CONFIRM, agreed=True)
    await terminal.pass_time(24 * MINUTE)
    assert not terminal.find("#more-time").display
    key = terminal.app.visit.purchase.idempotency_key
    await terminal.pass_time(2 * MINUTE)
    await terminal.tap("#more-time")
    purchase = terminal.app.visit.purchase
    assert purchase.held_until is not None
    assert purchase.held_until - terminal.world.clock.now() == 14 * MINUTE
    assert (purchase.msisdn, purchase.agreed, purchase.idempotency_key) == (number, True, key)
    assert not terminal.find("#more-time").display
    assert "14" in terminal.text(terminal.find("#countdown").query_one("Static"))
    await terminal.pass_time(10 * MINUTE)
    assert not terminal.find("#more-time").display
    await terminal.press("escape")
    await terminal.look_at_clock()
    assert not terminal.find("#more-time").display
    await terminal.pass_time(4 * MINUTE)
    assert isinstance(terminal.screen, SimilarNumbers)
    assert terminal.world.is_free(number)


async def test_in_large_print_more_time_is_asked_about_once(terminal: Terminal) -> None:
    """SPEC 9.3: no time pressure; and whoever says no can still change their mind."""
    await terminal.reach(Step.TARIFF)
    await terminal.press("z")
    await terminal.pass_time(26 * MINUTE)
    assert isinstance(terminal.screen, Ask)
    await terminal.press("escape")
    await terminal.press("escape")
    assert terminal.is_at(Step.NUMBER)
    await terminal.look_at_clock()
    assert not isinstance(terminal.screen, Ask)
    await terminal.press("t")
    purchase = terminal.app.visit.purchase
    assert purchase.held_until is not None
    assert purchase.held_until - terminal.world.clock.now() == 14 * MINUTE
    await terminal.pass_time(10 * MINUTE)
    assert not isinstance(terminal.screen, Ask)


async def test_the_question_gives_time_at_a_touch(terminal: Terminal) -> None:
    await terminal.reach(Step.CUSTOMER)
    await terminal.tap("#print")
    await terminal.pass_time(27 * MINUTE)
    yes = terminal.screen.query("TapButton").last()
    await terminal.tap(yes)
    purchase = terminal.app.visit.purchase
    assert purchase.held_until is not None
    assert purchase.held_until - terminal.world.clock.now() == 13 * MINUTE


async def test_another_number_may_have_more_time_too(terminal: Terminal) -> None:
    held = await terminal.reach(Step.TARIFF)
    await terminal.pass_time(26 * MINUTE)
    await terminal.tap("#more-time")
    assert terminal.app.visit.purchase.lengthened == 1
    await terminal.press("escape")
    rows: NumberList = terminal.find("#numbers")
    place = next(place for place, row in enumerate(rows.rows) if row.state == "available" and row.key != str(held))
    await terminal.tap_row(rows, place)
    assert terminal.is_at(Step.TARIFF)
    assert terminal.app.visit.purchase.lengthened == 0
    await terminal.pass_time(26 * MINUTE)
    assert terminal.find("#more-time").display


async def test_a_number_that_the_counter_has_lengthened_shows_its_true_end(terminal: Terminal) -> None:
    """SPEC 8.3: at most once, whoever asked; the screen learns the end that counts."""
    number = await terminal.reach(Step.TARIFF)
    await terminal.pass_time(26 * MINUTE)
    hold = extend_hold(terminal.world.shop, terminal.app.visit.visit_id, number)
    await terminal.tap("#more-time")
    assert terminal.app.visit.purchase.held_until == hold.until
    assert not terminal.find("#more-time").display


@pytest.mark.parametrize("size", [SMALL, (100, 24), (100, 30), (120, 36), (80, 40), (80, 64), (200, 60)])
async def test_a_number_has_room_in_every_window_even_when_more_time_is_offered(
    terminal: Terminal, size: tuple[int, int]
) -> None:
    """SPEC 9.4: with a number held already, and the offer of time above the list."""
    await terminal.resize(*size)
    await terminal.reach(Step.TARIFF)
    await terminal.press("z")
    await terminal.pass_time(26 * MINUTE)
    await terminal.press("escape", "escape")
    assert terminal.is_at(Step.NUMBER)
    assert terminal.find("#more-time").display
    rows: NumberList = terminal.find("#numbers")
    assert len(rows.rows) == rows.capacity >= 1
    for button in terminal.screen.query("#more-time, ActionBar TapButton"):
        if button.display:
            assert terminal.screen.region.contains_region(button.region), button
            assert terminal.screen.get_widget_at(*button.region.center)[0] is button
    while rows.rows[0].state != "available":
        await terminal.tap("#following")
    await terminal.tap_row(rows)
    assert terminal.is_at(Step.TARIFF)
