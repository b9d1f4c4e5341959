"""What people type wrong: a message at the field, everything else kept (issue 2; SPEC 4.4, 9.2)."""

import pytest

from kiosk.domain.journeys import Step
from tests.journeys.conftest import bank_file, demonstration_file, now, terminal, world
from tests.journeys.hands import HOME_SHOP, ID_NUMBER, NAME, NEXT, PHONE, WHO, Terminal
from tests.services.small_shop import _WEIGHTS
from widgets.field import Field

__all__ = ["bank_file", "demonstration_file", "now", "terminal", "world"]

FIELDS = ("#name", "#id_number", "#phone")
RIGHT = {"#name": NAME, "#id_number": ID_NUMBER, "#phone": PHONE}


def with_check_digit(body: str) -> str:
    return body + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True)) % 11]


WRONG = ID_NUMBER[:-1] + ("1" if ID_NUMBER[-1] != "1" else "2")


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("#id_number", WRONG, "填错"),
        ("#id_number", "370102900307042", "15 位"),
        ("#id_number", with_check_digit("37010220300307042"), "今天之后"),
        ("#id_number", with_check_digit("37010219900231042"), "真实的日期"),
        ("#id_number", with_check_digit("37010220200307042"), "监护人"),
        ("#id_number", "3701", "18 位"),
        ("#id_number", "", "请填写"),
        ("#name", "\x00\x1b\x7f\u202e\u200b", "请填写"),
        ("#name", "张3", "数字"),
        ("#phone", "1390531886", "11 位"),
        ("#phone", "05318690000", ""),
    ],
)
async def test_a_fault_is_said_at_its_field_and_the_rest_is_kept(
    terminal: Terminal, field: str, typed: str, said: str
) -> None:
    """SPEC 4.4."""
    await terminal.reach(Step.CUSTOMER, shop_code=HOME_SHOP, **(WHO | {field[1:]: ""}))
    await terminal.focus(field)
    await terminal.paste(typed)
    await terminal.tap(NEXT)
    assert terminal.is_at(Step.CUSTOMER)
    faulty: Field = terminal.find(field)
    assert faulty.error is not None
    assert said in faulty.error
    assert terminal.app.focused in faulty.walk_children()
    for other in FIELDS:
        if other != field:
            assert terminal.find(other, Field).error is None
            assert terminal.find(other, Field).value == RIGHT[other]
    assert terminal.the_row("visits").id_hash is None


@pytest.mark.parametrize(
    "typed",
    [
        "".join(chr(ord(digit) + 0xFEE0) for digit in ID_NUMBER),
        f"  {ID_NUMBER[:6]} {ID_NUMBER[6:14]} {ID_NUMBER[14:]}\n",
        ID_NUMBER.lower(),
    ],
    ids=["full width", "spaces", "small x"],
)
async def test_what_only_looks_different_is_taken_as_meant(terminal: Terminal, typed: str) -> None:
    """Issue 2: full-width digits, pasted spaces."""
    await terminal.reach(Step.CUSTOMER, shop_code=HOME_SHOP, name=NAME, phone="+86 139-0531-8866")
    await terminal.focus("#id_number")
    await terminal.paste(typed)
    await terminal.tap(NEXT)
    assert terminal.is_at(Step.CONFIRM)
    assert terminal.app.visit.purchase.id_number == ID_NUMBER
    assert terminal.app.visit.purchase.phone == PHONE


@pytest.mark.parametrize("field", FIELDS)
async def test_ten_thousand_characters_are_survived(terminal: Terminal, field: str) -> None:
    """SPEC 9.2: huge pastes; the step stays, and what is right is taken after."""
    await terminal.reach(Step.CUSTOMER, shop_code=HOME_SHOP, **(WHO | {field[1:]: ""}))
    await terminal.focus(field)
    await terminal.paste("7张" * 5_000)
    assert len(terminal.find(field, Field).value) <= 64
    await terminal.press_on(NEXT)
    assert terminal.is_at(Step.CUSTOMER)
    terminal.find(field, Field).type_key("clear")
    await terminal.settle()
    await terminal.paste(RIGHT[field])
    await terminal.press_on(NEXT)
    assert terminal.is_at(Step.CONFIRM)


async def test_nonsense_in_the_search_finds_nothing_and_breaks_nothing(terminal: Terminal) -> None:
    """SPEC 4.1, 9.2."""
    await terminal.reach(Step.NUMBER)
    await terminal.type("9" * 40 + "x中\u202e-+")
    assert terminal.find("#boxes").value == "19999999999"
    await terminal.until(lambda: "没有符合条件" in terminal.text("#nothing-text"))
    assert not terminal.find("#other-city").display
