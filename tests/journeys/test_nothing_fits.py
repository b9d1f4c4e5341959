"""A search that no number fits, and the one button out of it (SPEC 4.1, 9.1, 9.3)."""

from dataclasses import replace

import pytest

from kiosk.domain.journeys import Step
from kiosk.domain.number_query import NumberQuery
from tests.journeys.hands import Terminal, open_terminal
from tests.services.small_shop import World

BUTTON = "#without-conditions"


async def find_nothing(terminal: Terminal) -> NumberQuery:
    """Come to the numbers with conditions that leave none; returns what was asked for before them."""
    await terminal.begin()
    purchase = terminal.app.visit.purchase
    hopeless = replace(
        purchase.query,
        at="1______4444",
        tail="4444",
        contains="4",
        no_4=True,
        patterns=frozenset({"AABB"}),
        prefixes=frozenset({"138"}),
        price_max_fen=100_00,
    )
    terminal.app.visit.purchase = replace(purchase, query=hopeless)
    terminal.app.show_step(Step.NUMBER)
    await terminal.settle()
    assert "没有符合条件" in terminal.text("#nothing-text")
    return purchase.query


def check_anything_goes(terminal: Terminal, before: NumberQuery) -> None:
    assert terminal.app.visit.purchase.query == before
    assert terminal.find("#numbers").rows
    assert terminal.find("#boxes").value == "1__________"
    assert not any(chip.selected for chip in terminal.find("#chips").chips)
    assert not terminal.find("#nothing").display


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("size", [(120, 40), (80, 24), (80, 64)])
async def test_one_touch_clears_every_condition(
    world: World, now: list[float], size: tuple[int, int], large: bool
) -> None:
    """SPEC 4.1, 9.3: in usual and in large print, at every size."""
    async with open_terminal(world, now, size=size) as terminal:
        before = await find_nothing(terminal)
        if large:
            await terminal.press("z")
        await terminal.tap(BUTTON)
        check_anything_goes(terminal, before)


async def test_one_key_clears_every_condition(terminal: Terminal) -> None:
    """SPEC 9.1: the same without a finger, from wherever the keys are."""
    before = await find_nothing(terminal)
    await terminal.press("c")
    check_anything_goes(terminal, before)
    await terminal.press("c")
    assert terminal.app.visit.purchase.query == before


async def test_the_keys_go_on_in_the_list(terminal: Terminal) -> None:
    """SPEC 9.1: the button that was pressed is gone, and the next digit chooses a row."""
    await find_nothing(terminal)
    await terminal.press_on(BUTTON)
    assert terminal.app.focused is terminal.find("#numbers")


async def test_the_key_does_nothing_while_there_are_numbers(terminal: Terminal) -> None:
    """SPEC 4.1: what can't be seen can't be pressed."""
    await terminal.reach(Step.NUMBER)
    await terminal.press("5")
    asked = terminal.app.visit.purchase.query
    assert terminal.find("#numbers").rows
    await terminal.press("c")
    assert terminal.app.visit.purchase.query == asked
