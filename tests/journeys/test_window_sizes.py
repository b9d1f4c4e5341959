"""Windows of every size, and changed in the middle of everything (SPEC 9.2, 9.4)."""

import pytest

from kiosk.domain.journeys import Step
from kiosk.terminal.calm import TooSmall
from tests.journeys.hands import HOME_SHOP, WHO, Terminal
from widgets.action_bar import ActionBar
from widgets.field import Field
from widgets.number_list import NumberList

SIZES = [(80, 24), (120, 40), (80, 64), (200, 60), (500, 200)]


@pytest.mark.parametrize("step", [Step.NUMBER, Step.TARIFF, Step.CUSTOMER, Step.CONFIRM, Step.PAY, Step.COLLECT])
async def test_every_step_lives_in_every_window_and_keeps_what_was_chosen(terminal: Terminal, step: Step) -> None:
    """SPEC 9.4: and the way on and back can always be touched."""
    await terminal.reach(step)
    purchase = terminal.app.visit.purchase
    for width, height in (*SIZES, (79, 24), (80, 23), (20, 5), *SIZES[:1]):
        await terminal.resize(width, height)
        assert terminal.is_at(step)
        assert bool(terminal.screen.query(TooSmall)) is ((width, height) < (80, 24) or height < 24)
        if not terminal.screen.query(TooSmall):
            bar: ActionBar = terminal.find("#actions")
            for button in bar.query("TapButton"):
                if button.display:
                    assert terminal.screen.region.contains_region(button.region), (width, height, button)
    assert terminal.app.visit.purchase == purchase


async def test_a_form_that_is_being_filled_in_survives_a_window_too_small(terminal: Terminal) -> None:
    """SPEC 9.2: nothing lost, and typing goes on where it was."""
    await terminal.reach(Step.CUSTOMER, shop_code=HOME_SHOP, **(WHO | {"phone": ""}))
    await terminal.focus("#phone")
    await terminal.type("139053")
    for size in ((60, 20), (500, 200), (80, 24)):
        await terminal.resize(*size)
    await terminal.type("18866")
    field: Field = terminal.find("#phone")
    assert field.value == "13905318866"
    await terminal.press("enter")
    assert terminal.is_at(Step.CONFIRM)


async def test_nothing_is_typed_behind_the_cover_of_a_window_too_small(terminal: Terminal) -> None:
    """SPEC 9.2."""
    await terminal.reach(Step.CUSTOMER, shop_code=HOME_SHOP)
    await terminal.focus("#phone")
    await terminal.resize(40, 10)
    await terminal.type("139")
    await terminal.press("escape")
    await terminal.resize(120, 40)
    assert terminal.is_at(Step.CUSTOMER)
    assert terminal.find("#phone", Field).value == ""


@pytest.mark.parametrize("size", SIZES)
async def test_a_page_has_as_many_numbers_as_fit(terminal: Terminal, size: tuple[int, int]) -> None:
    """SPEC 4.1, 9.4."""
    await terminal.reach(Step.NUMBER)
    await terminal.resize(*size)
    rows: NumberList = terminal.find("#numbers")
    assert len(rows.rows) == rows.capacity >= 5
    await terminal.tap_row(rows, rows.capacity - 1)
