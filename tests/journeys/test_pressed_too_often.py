"""Keys held down, double taps, and two terminals after one number (SPEC 4.1, 4.2, 4.6; issue 2)."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from textual import events
from textual.geometry import Offset

from kiosk.domain.journeys import Step
from kiosk.services.hold_number import hold_number
from screens.number_purchase.conditions import ConditionsScreen
from screens.similar import SimilarNumbers
from tests.journeys.hands import BACK, NEXT, Terminal, open_terminal
from tests.services.small_shop import World
from widgets.modal import Ask, ReadText
from widgets.number_list import NumberList, RowState


@pytest.mark.parametrize("means", ["enter", "click"])
async def test_ten_presses_on_submit_make_one_order(terminal: Terminal, means: str) -> None:
    """SPEC 4.6; issue 2: Enter pressed ten times on submit."""
    await terminal.reach(Step.CONFIRM)
    await terminal.tap("#agree")
    if means == "enter":
        for _ in range(10):
            terminal.now[0] += 0.06
            terminal.app.post_message(events.Key("enter", None))
        await terminal.settle()
    else:
        await terminal.tap(NEXT, taps=10)
    assert terminal.is_at(Step.PAY)
    order = terminal.the_row("orders")
    assert terminal.order_no == order.order_no
    assert len(terminal.rows("payment_attempts")) == 1


async def test_presses_that_are_each_meant_make_one_order(terminal: Terminal) -> None:
    """SPEC 4.6: ten slow presses, while the order is on its way."""
    await terminal.reach(Step.CONFIRM)
    await terminal.tap("#agree")
    for _ in range(10):
        terminal.now[0] += 1
        terminal.app.post_message(events.Key("enter", None))
    await terminal.settle()
    assert terminal.is_at(Step.PAY)
    assert len(terminal.rows("orders")) == 1


async def test_a_double_tap_never_reaches_the_next_screen(terminal: Terminal) -> None:
    """SPEC 4.1: nothing is chosen that nobody has seen yet."""
    await terminal.tap("#touch", taps=2)
    assert terminal.is_at(None)
    await terminal.tap("#numbers", taps=2)
    assert terminal.is_at(Step.NUMBER)
    await terminal.tap(BACK, taps=2)
    assert terminal.is_at(None)
    await terminal.tap("#numbers")
    await terminal.tap_row("#numbers", terminal.offered(), taps=2)
    assert terminal.is_at(Step.TARIFF)
    assert terminal.app.visit.purchase.tariff_code is None
    assert len(terminal.rows("number_claims")) == 1


async def test_a_tap_after_a_double_tap_counts_again(terminal: Terminal) -> None:
    await terminal.tap("#touch", taps=2)
    await terminal.tap("#numbers")
    assert terminal.is_at(Step.NUMBER)


@pytest.mark.parametrize("button", ["#language", "#print"])
async def test_a_double_tap_does_not_switch_back_what_was_drawn_anew_between(terminal: Terminal, button: str) -> None:
    """SPEC 9.1: the second half lands on another button, in the same place."""
    await terminal.reach(Step.NUMBER)
    switch = terminal.find(button)
    await terminal.tap(switch)
    assert terminal.find(button) is not switch
    switched = terminal.app.tr.language, terminal.app.large_print
    for pause, is_meant in ((-0.9, False), (1.0, True)):
        terminal.now[0] += pause
        await terminal.tap_at(Offset(*map(int, terminal.find(button).region.center)))
        await terminal.settle()
        assert (switched != (terminal.app.tr.language, terminal.app.large_print)) == is_meant


async def test_double_taps_on_asides_open_one_dialog(terminal: Terminal) -> None:
    """SPEC 9.1."""
    await terminal.reach(Step.CONFIRM)
    for button, dialog in (("#restart", Ask), ("#read", ReadText)):
        depth = len(terminal.app.screen_stack)
        await terminal.tap(button, taps=2)
        assert isinstance(terminal.screen, dialog)
        assert len(terminal.app.screen_stack) == depth + 1
        await terminal.press("escape")
    await terminal.tap("#language", taps=2)
    assert terminal.app.tr.language == "en"
    await terminal.tap("#agree", taps=2)
    assert terminal.app.visit.purchase.agreed
    await terminal.tap("#change-number")
    await terminal.tap_chip("#chips", "more")
    assert isinstance(terminal.screen, ConditionsScreen)


async def test_two_rows_touched_at_once_hold_one_number(terminal: Terminal) -> None:
    """SPEC 4.2: the second is not held beside the first."""
    await terminal.reach(Step.NUMBER)
    rows: NumberList = terminal.find("#numbers")
    first, second = [row.key for row in rows.rows if row.state is RowState.AVAILABLE][:2]
    rows.post_message(rows.Selected(rows, first))
    rows.post_message(rows.Selected(rows, second))
    await terminal.settle()
    assert terminal.is_at(Step.TARIFF)
    assert terminal.the_row("number_claims").msisdn == int(first)
    assert terminal.app.visit.purchase.msisdn == int(first)


async def test_a_purchase_that_changes_gets_another_key_and_is_agreed_to_anew(terminal: Terminal) -> None:
    """SPEC 4.6: what is submitted is what the screen shows, and the agreement was accepted for it."""
    await terminal.reach(Step.CONFIRM)
    await terminal.tap("#agree")
    key = terminal.app.visit.purchase.idempotency_key
    await terminal.tap("#change-number")
    await terminal.tap_row("#numbers", terminal.offered())
    purchase = terminal.app.visit.purchase
    assert (purchase.idempotency_key, purchase.agreed) == (None, False)
    assert key is not None


async def test_pages_turned_in_a_hurry_are_each_counted_once(terminal: Terminal) -> None:
    """SPEC 4.1: as many pages back as there were forward."""
    await terminal.reach(Step.NUMBER)
    first = terminal.text("#numbers")
    for _ in range(5):
        terminal.screen.action_turn(1)  # type: ignore[attr-defined]
    await terminal.settle()
    page = int(terminal.text("#page").split(" / ")[0])
    assert page > 1
    for _ in range(page - 1):
        await terminal.tap("#previous")
    assert terminal.text("#numbers") == first
    assert terminal.find("#previous").disabled


# Two terminals


async def test_one_of_two_terminals_gets_the_number_and_the_other_is_offered_similar_ones(
    world: World, now: list[float]
) -> None:
    """SPEC 4.2; issue 2: one wins, the other is told."""
    both = asyncio.Barrier(2)

    async def customer(terminal_id: str) -> tuple[bool, int | None]:
        """Whether the number was got at once, and which number it came to."""
        async with open_terminal(world, now, shop=world.another_terminal(terminal_id)) as terminal:
            await terminal.reach(Step.NUMBER)
            visit = terminal.app.visit
            visit.purchase = replace(visit.purchase, query=replace(visit.purchase.query, seed=1))
            terminal.screen.search()  # type: ignore[attr-defined]
            await terminal.settle()
            wanted = terminal.find("#numbers", NumberList).rows[0].key
            await both.wait()
            await terminal.tap_row("#numbers", 0)
            is_taken = isinstance(terminal.screen, SimilarNumbers)
            if is_taken:
                assert "别人选走" in terminal.words
                similar = terminal.screen.query_one(NumberList)
                assert wanted not in {row.key for row in similar.rows}
                await terminal.tap_row(similar)
            assert terminal.is_at(Step.TARIFF)
            await both.wait()
            return not is_taken, visit.purchase.msisdn

    # Each in a task of its own, for Textual keeps the running app in the task's context.
    (got_first, first), (got_second, second) = await asyncio.gather(customer("jn01-1"), customer("jn01-2"))
    assert got_first is not got_second
    assert first is not None
    assert first != second


async def test_a_number_that_somebody_is_buying_is_listed_as_such(terminal: Terminal) -> None:
    """SPEC 4.1: in its place, "being bought, back in N min", never "sold", and not counted."""
    await terminal.reach(Step.NUMBER)
    rows: NumberList = terminal.find("#numbers")
    place = terminal.offered()
    number = rows.rows[place].key
    before = terminal.text("#total")
    visit = terminal.world.visit()
    hold_number(terminal.world.shop, visit, int(number))
    terminal.world.clock.move(timedelta(minutes=18))
    terminal.screen.search()  # type: ignore[attr-defined]
    await terminal.settle()
    row = rows.rows[place]
    assert (row.key, row.state) == (number, "busy")
    assert "12" in row.note
    assert terminal.text("#total") != before
    await terminal.tap_row(rows, place)
    assert terminal.is_at(Step.NUMBER)
