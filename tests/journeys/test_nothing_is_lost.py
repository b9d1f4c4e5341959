"""Back, next and a change of language keep everything typed and chosen (SPEC 4, 9.3)."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

import pytest

from kiosk.domain.journeys import Step
from kiosk.domain.number_query import NumberSort
from kiosk.domain.visit import Purchase
from screens.number_purchase.conditions import ConditionsScreen
from screens.number_purchase.numbers import NumbersScreen
from tests.journeys.hands import BACK, HOME_SHOP, ID_NUMBER, NAME, NEXT, PHONE, Terminal
from widgets.chip import ChipRow
from widgets.choice_list import ChoiceList
from widgets.digit_boxes import DigitBoxes
from widgets.field import Field
from widgets.input_panel import InputPanel
from widgets.number_list import NumberList


def chosen(terminal: Terminal) -> dict[str, object]:
    """All that the visit remembers."""
    purchase = terminal.app.visit.purchase
    return {name: getattr(purchase, name) for name in Purchase.__slots__ if name != "idempotency_key"}


async def test_back_to_the_first_step_and_forward_again_changes_nothing(terminal: Terminal) -> None:
    """SPEC 4: "back" everywhere and nothing typed lost on the way."""
    await terminal.reach(Step.CONFIRM, agreed=True)
    before = chosen(terminal)
    for step in (Step.CUSTOMER, Step.TARIFF, Step.NUMBER):
        await terminal.tap(BACK)
        assert terminal.is_at(step)
        assert chosen(terminal) == before
    for step in (Step.TARIFF, Step.CUSTOMER, Step.CONFIRM):
        await terminal.tap(NEXT)
        assert terminal.is_at(step)
        assert chosen(terminal) == before
    claim = terminal.the_row("number_claims")
    assert (claim.msisdn, claim.expires_at) == (before["msisdn"], before["held_until"])


async def test_back_by_key_keeps_a_form_that_is_half_filled_in(terminal: Terminal) -> None:
    """SPEC 4, 4.4: what is wrong or unfinished is kept like anything else."""
    await terminal.reach(Step.CUSTOMER)
    await terminal.focus("#name")
    await terminal.type("欧阳")
    await terminal.press("enter")
    await terminal.type("37010219")
    await terminal.press("escape")
    assert terminal.is_at(Step.TARIFF)
    await terminal.press("enter")
    assert terminal.is_at(Step.CUSTOMER)
    assert [terminal.find(field, Field).value for field in ("#name", "#id_number", "#phone")] == [
        "欧阳",
        "37010219",
        "",
    ]


@pytest.mark.parametrize(
    ("part", "step"),
    [
        ("number", Step.NUMBER),
        ("tariff", Step.TARIFF),
        ("customer", Step.CUSTOMER),
        ("shop", Step.CUSTOMER),
    ],
)
async def test_each_part_of_the_confirmation_leads_to_its_step_with_the_rest_kept(
    terminal: Terminal, part: str, step: Step
) -> None:
    """SPEC 4.6: everything on one screen, each part with "change"."""
    await terminal.reach(Step.CONFIRM)
    before = chosen(terminal)
    await terminal.tap(f"#change-{part}")
    assert terminal.is_at(step)
    assert chosen(terminal) == before


async def test_another_number_takes_the_place_of_the_held_one(terminal: Terminal) -> None:
    """SPEC 4.1, 4.2: one number is held for the purchase, and the person's data stay."""
    number = await terminal.reach(Step.CONFIRM)
    await terminal.tap("#change-number")
    rows: NumberList = terminal.find("#numbers")
    place = next(place for place, row in enumerate(rows.rows) if row.key != str(number) and "¥" not in row.columns[1])
    other = int(rows.rows[place].key)
    await terminal.tap_row(rows, place)
    assert terminal.is_at(Step.TARIFF)
    assert terminal.the_row("number_claims").msisdn == other
    assert terminal.app.visit.purchase.name == NAME


# The language, at every step


async def home(terminal: Terminal) -> dict[str, object]:
    await terminal.begin()
    return {}


async def numbers(terminal: Terminal) -> dict[str, object]:
    """Digits at places, conditions, the second page, the pad open."""
    await terminal.reach(Step.NUMBER)
    await terminal.type("3")
    await terminal.tap_chip("#chips", "no_4")
    await terminal.tap("#following")
    boxes: DigitBoxes = terminal.find("#boxes")
    await terminal.tap(boxes)
    assert terminal.find("#page").content.startswith("2 /")
    assert terminal.find("#pad").display
    return seen_numbers(terminal)


def seen_numbers(terminal: Terminal) -> dict[str, object]:
    return {
        "boxes": terminal.find("#boxes", DigitBoxes).value,
        "box": terminal.find("#boxes", DigitBoxes).cursor,
        "chips": terminal.find("#chips", ChipRow).selected,
        "page": terminal.text("#page"),
        "rows": [row.key for row in terminal.find("#numbers", NumberList).rows],
        "pad": terminal.find("#pad").display,
    }


async def tariff(terminal: Terminal) -> dict[str, object]:
    await terminal.reach(Step.TARIFF)
    await terminal.tap_row("#tariffs", 1)
    return seen_tariffs(terminal)


def seen_tariffs(terminal: Terminal) -> dict[str, object]:
    rows: ChoiceList = terminal.find("#tariffs")
    return {"chosen": rows.chosen, "page": rows.page, "total": terminal.text("#price #total")}


async def customer(terminal: Terminal) -> dict[str, object]:
    """Half an ID number and a fault said, the keys of the screen open."""
    await terminal.reach(Step.CUSTOMER)
    await terminal.tap_row("#shops", 1)
    await terminal.tap("#phone")
    await terminal.type("139053")
    await terminal.tap("#id_number")
    await terminal.type("3701021990")
    await terminal.tap("#phone")
    await terminal.tap_digits("1")
    return seen_customer(terminal)


def seen_customer(terminal: Terminal) -> dict[str, object]:
    return {
        "fields": [terminal.find(field, Field).value for field in ("#name", "#id_number", "#phone")],
        "faults": [terminal.find(field, Field).error is not None for field in ("#name", "#id_number", "#phone")],
        "shop": terminal.find("#shops", ChoiceList).chosen,
        "typing into": None if (field := terminal.screen.query_one(InputPanel).field) is None else field.id,
    }


async def confirm(terminal: Terminal) -> dict[str, object]:
    await terminal.reach(Step.CONFIRM)
    await terminal.tap("#agree")
    return seen_confirm(terminal)


def seen_confirm(terminal: Terminal) -> dict[str, object]:
    return {
        "agreed": terminal.find("#agree").has_class("-agreed"),
        "total": terminal.text("#total"),
        "next": terminal.find(NEXT).disabled,
        "key": terminal.app.visit.purchase.idempotency_key,
    }


async def pay(terminal: Terminal) -> dict[str, object]:
    await terminal.reach(Step.PAY)
    return seen_pay(terminal)


def seen_pay(terminal: Terminal) -> dict[str, object]:
    return {
        "code": terminal.find("#code").content,
        "amount": terminal.text("#amount"),
        "deadline": terminal.find("#pay-countdown").deadline,
        "attempts": [attempt.out_trade_no for attempt in terminal.world.attempts(terminal.order_no)],
    }


async def collect(terminal: Terminal) -> dict[str, object]:
    await terminal.reach(Step.COLLECT)
    return seen_collect(terminal)


def seen_collect(terminal: Terminal) -> dict[str, object]:
    return {"order": terminal.text("#order-no"), "code": terminal.find("#code").content}


Arrange = Callable[[Terminal], Coroutine[Any, Any, dict[str, object]]]
See = Callable[[Terminal], dict[str, object]]


@pytest.mark.parametrize(
    ("arrange", "see", "in_english"),
    [
        (home, lambda _: {}, "Jinan"),
        (numbers, seen_numbers, "中文"),
        (tariff, seen_tariffs, "Choice"),
        (customer, seen_customer, "Sample Shop"),
        (confirm, seen_confirm, "Flower Card"),
        (pay, seen_pay, "中文"),
        (collect, seen_collect, "Sample Shop"),
    ],
)
async def test_the_language_changes_at_every_step_with_nothing_lost(
    terminal: Terminal, arrange: Arrange, see: See, in_english: str
) -> None:
    """SPEC 9.3."""
    before = await arrange(terminal)
    purchase, screen, claims = terminal.app.visit.purchase, terminal.screen, terminal.rows("number_claims")
    assert in_english not in terminal.words
    await terminal.tap("#language")
    assert terminal.app.tr.language == "en"
    assert terminal.app.visit.language == "en"
    assert in_english in terminal.words
    assert see(terminal) == before
    await terminal.tap("#language")
    assert terminal.app.tr.language == "zh"
    assert see(terminal) == before
    assert in_english not in terminal.words
    assert terminal.screen is screen
    assert replace(terminal.app.visit.purchase) == purchase
    assert terminal.rows("number_claims") == claims


async def test_typing_goes_on_in_the_same_field_after_the_language_changed(terminal: Terminal) -> None:
    """SPEC 9.3: half a number is typed, the rest follows."""
    await terminal.reach(Step.CUSTOMER)
    await terminal.focus("#phone")
    await terminal.type(PHONE[:5])
    terminal.app.change_language()
    await terminal.settle()
    await terminal.type(PHONE[5:])
    assert terminal.find("#phone", Field).value == PHONE
    assert terminal.app.visit.purchase.phone == PHONE


async def test_conditions_are_kept_while_the_person_looks_further(terminal: Terminal) -> None:
    """SPEC 4.1: every condition combines, and none is lost between the two screens."""
    await terminal.reach(Step.NUMBER)
    await terminal.tap_chip("#chips", "AABB")
    await terminal.tap_chip("#chips", "more")
    assert isinstance(terminal.screen, ConditionsScreen)
    await terminal.focus("#tail")
    await terminal.type("8")
    await terminal.press_on("#sort", "right")
    await terminal.press("enter")
    await terminal.press("escape")
    query = terminal.app.visit.purchase.query
    assert (query.tail, query.patterns, query.sort) == ("8", frozenset({"AABB"}), NumberSort.PRICE)
    rows = terminal.find("#numbers", NumberList).rows
    assert all(row.key.endswith("8") for row in rows)
    await terminal.tap(BACK)
    assert terminal.is_at(None)


async def test_the_visit_is_tied_to_its_person_by_the_form(terminal: Terminal) -> None:
    """SPEC 4.2, 4.4: counted when it becomes known; typed again it is another person."""
    await terminal.reach(Step.CUSTOMER, name=NAME, id_number=ID_NUMBER, phone=PHONE, shop_code=HOME_SHOP)
    await terminal.tap(NEXT)
    first = terminal.the_row("visits").phone_hash
    assert first is not None
    await terminal.tap(BACK)
    terminal.find("#phone", Field).focus_input()
    await terminal.settle()
    await terminal.press("backspace")
    await terminal.type("7")
    await terminal.press("enter")
    assert terminal.is_at(Step.CONFIRM)
    assert terminal.the_row("visits").phone_hash not in {None, first}


async def test_keys_and_answers_during_a_change_of_language_break_nothing(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SPEC 9.2, 9.3: the widgets that they are for are gone for a moment."""
    await terminal.reach(Step.NUMBER)
    recompose = NumbersScreen.recompose
    done: list[str] = []

    async def recompose_at_leisure(screen: NumbersScreen) -> None:
        await screen.query_children("*").exclude(".-textual-system").remove()
        await screen.app.run_action("press('restart')", screen)
        screen.search()
        await asyncio.sleep(0.3)
        done.append("without widgets")
        await recompose(screen)

    monkeypatch.setattr(NumbersScreen, "recompose", recompose_at_leisure)
    terminal.app.change_language()
    await terminal.settle()
    assert done
    assert terminal.is_at(Step.NUMBER)
    assert not terminal.screen.is_modal
    assert terminal.find("#numbers").rows
