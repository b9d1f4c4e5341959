"""A number is bought by touches alone, Chinese name and all, and by keys alone; touches are counted (SPEC 9.1)."""

from collections import Counter
from collections.abc import AsyncIterator

import pytest
from textual.geometry import Offset

from kiosk.domain.journeys import Step
from kiosk.terminal.input_methods import InputMethods
from tests.journeys.hands import ID_NUMBER, NEXT, PHONE, Terminal, open_terminal
from tests.services.small_shop import World, id_number
from widgets.candidate_bar import CandidateBar
from widgets.field import Field
from widgets.input_panel import InputPanel
from widgets.qr import QrCode

FULL_NAME = "欧阳娜娜"
MOST_TOUCHES = 45
SYLLABLES = (("ouyang", "欧阳"), ("nana", "娜娜"))
INITIALS = (("oy", "欧阳"), ("nn", "娜娜"))
"""The same name written out and as briefly as it may be: letters, and what is chosen for them."""
SIZES = [(120, 40), (80, 24), (80, 64)]


class Counted(Terminal):
    """A terminal that counts its touches by what they are for."""

    touches: Counter[str]
    purpose: str

    async def tap_at(self, spot: Offset) -> None:
        self.touches[self.purpose] += 1
        await super().tap_at(spot)


@pytest.fixture(params=SIZES, ids=str)
async def touched(
    world: World, now: list[float], input_methods: InputMethods, request: pytest.FixtureRequest
) -> AsyncIterator[Counted]:
    async with open_terminal(world, now, size=request.param, input_methods=input_methods) as opened:
        counted = Counted(opened.app, opened.pilot, opened.world, opened.now)
        counted.touches, counted.purpose = Counter(), "begin"
        yield counted


async def to_the_customer(terminal: Counted) -> None:
    """From the attract screen to the third step, as nobody with little time to spare would do more."""
    await terminal.tap_at(Offset(3, 3))
    await terminal.settle()
    terminal.purpose = "number and tariff"
    await terminal.tap("#numbers")
    rows = terminal.find("#numbers").rows
    await terminal.tap_row("#numbers", next(i for i, row in enumerate(rows) if "¥" not in row.columns[1]))
    assert terminal.is_at(Step.TARIFF)
    await terminal.tap_row("#tariffs", 0)
    await terminal.tap(NEXT)
    assert terminal.is_at(Step.CUSTOMER)


@pytest.mark.parametrize(("written", "most"), [(INITIALS, MOST_TOUCHES), (SYLLABLES, MOST_TOUCHES + 4)])
async def test_a_number_is_bought_by_touch_alone_in_few_touches(
    touched: Counted, written: tuple[tuple[str, str], ...], most: int
) -> None:
    """SPEC 9.1: from the home screen to the code to pay by, Chinese name included."""
    await to_the_customer(touched)
    panel = touched.screen.query_one(InputPanel)
    assert panel.field is touched.find("#name")
    touched.purpose = "name"
    for letters, chosen in written:
        await touched.tap_letters(*letters)
        await touched.tap_candidate(chosen)
    await touched.tap_letters("done")
    assert panel.field is touched.find("#id_number")
    touched.purpose = "ID number"
    await touched.tap_digits(*ID_NUMBER)
    assert panel.field is touched.find("#phone")
    touched.purpose = "phone"
    await touched.tap_digits(*PHONE)
    assert panel.field is None
    touched.purpose = "confirm"
    await touched.tap(NEXT)
    assert touched.is_at(Step.CONFIRM)
    await touched.tap("#agree")
    await touched.tap(NEXT)
    assert touched.is_at(Step.PAY)
    assert touched.screen.query_one(QrCode).display
    assert touched.app.visit.purchase.name == FULL_NAME
    assert not touched.screen.has_class("-keys")
    del touched.touches["begin"]
    assert touched.touches.total() <= most, touched.touches


@pytest.mark.parametrize("terminal", SIZES, ids=str, indirect=True)
async def test_a_number_is_bought_by_keys_alone_with_a_name_in_pinyin(terminal: Terminal) -> None:
    """SPEC 9.1."""
    await terminal.press("space", "1")
    rows = terminal.find("#numbers")
    place = next(place for place, row in enumerate(rows.rows) if "¥" not in row.columns[1])
    await terminal.press_on(rows, str(place + 1))
    await terminal.press("enter", "enter")
    assert terminal.is_at(Step.CUSTOMER)
    for letters, chosen in SYLLABLES:
        await terminal.type(letters)
        await choose_by_key(terminal, chosen)
    await terminal.press("enter")
    await terminal.type(ID_NUMBER)
    await terminal.press("enter")
    await terminal.type(PHONE)
    await terminal.press("enter")
    assert terminal.is_at(Step.CONFIRM)
    await terminal.press_on("#agree")
    await terminal.press_on(NEXT)
    assert terminal.is_at(Step.PAY)
    assert terminal.app.visit.purchase.name == FULL_NAME


async def choose_by_key(terminal: Terminal, word: str) -> None:
    """Turn to the page that shows a candidate, and press its number."""
    bar = terminal.screen.query_one(CandidateBar)
    while word not in (shown := [bar.typed.candidates[place.index] for place in bar._page]):
        assert bar.page < len(bar.pages) - 1, f"{word} is not offered"
        await terminal.press("pagedown")
    await terminal.press(str(shown.index(word) + 1))


@pytest.fixture
async def terminal(
    world: World, now: list[float], input_methods: InputMethods, request: pytest.FixtureRequest
) -> AsyncIterator[Terminal]:
    """A terminal that can type Chinese."""
    size = getattr(request, "param", (120, 40))
    async with open_terminal(world, now, size=size, input_methods=input_methods) as opened:
        yield opened


async def touch_the_name(terminal: Terminal) -> Field:
    await terminal.reach(Step.CUSTOMER)
    await terminal.tap("#name Input")
    field: Field = terminal.find("#name")
    return field


async def test_letters_that_are_open_survive_a_change_of_language(terminal: Terminal) -> None:
    """SPEC 9.3: with nothing lost, not even half a name."""
    await touch_the_name(terminal)
    await terminal.tap_letters(*"ouyang")
    await terminal.tap_candidate("欧阳")
    await terminal.tap_letters(*"na")
    await terminal.tap("#language")
    assert terminal.find("#name", Field).value == "欧阳na"
    assert terminal.app.visit.purchase.name == "欧阳na"
    assert terminal.screen.query_one(InputPanel).field is terminal.find("#name")
    assert not terminal.screen.query_one(CandidateBar).display


async def test_after_a_surname_given_names_come_first_whoever_typed_it(terminal: Terminal) -> None:
    """SPEC 9.1: also when one comes back to the field, or pastes the surname."""
    await touch_the_name(terminal)
    await terminal.tap_letters("n", "a")
    bar = terminal.screen.query_one(CandidateBar)
    surnames = bar.typed.candidates
    await terminal.tap_letters("backspace", "backspace")
    await terminal.paste("王")
    await terminal.tap_letters("n", "a")
    given_names = bar.typed.candidates
    assert given_names[0] == "娜" != surnames[0]
    await terminal.tap_letters("backspace", "backspace", "done")
    await terminal.tap("#name .field--label")
    await terminal.tap_letters("n", "a")
    assert bar.typed.candidates == given_names


async def test_a_number_that_is_wrong_keeps_its_keys_and_says_so(terminal: Terminal) -> None:
    """SPEC 4.4: nobody is led on from a slip."""
    await touch_the_name(terminal)
    await terminal.tap_letters("done")
    wrong = ID_NUMBER[:-1] + ("1" if ID_NUMBER[-1] != "1" else "2")
    await terminal.tap_digits(*wrong)
    field: Field = terminal.find("#id_number")
    assert terminal.screen.query_one(InputPanel).field is field
    assert field.error is not None
    await terminal.tap_digits("backspace", ID_NUMBER[-1])
    assert field.error is None
    assert terminal.screen.query_one(InputPanel).field is terminal.find("#phone")


async def test_a_double_tap_on_the_last_digit_types_nothing_into_the_phone(terminal: Terminal) -> None:
    """SPEC 9.1."""
    await touch_the_name(terminal)
    await terminal.tap_letters("done")
    ends_as_phones_begin = next(number for number in map(id_number, range(1, 99)) if number[-1] == PHONE[0])
    await terminal.tap_digits(*ends_as_phones_begin)
    await terminal.tap_digits(PHONE[0])
    assert terminal.screen.query_one(InputPanel).field is terminal.find("#phone")
    assert terminal.find("#phone", Field).value == ""
    terminal.now[0] += 1
    await terminal.tap_digits(*PHONE)
    assert terminal.find("#phone", Field).value == PHONE


async def test_typed_at_a_keyboard_a_full_field_is_left_by_the_key_that_leaves_it(terminal: Terminal) -> None:
    """Enter after the last digit must not skip the phone."""
    await terminal.reach(Step.CUSTOMER)
    await terminal.focus("#id_number")
    await terminal.type(ID_NUMBER)
    assert terminal.screen.query_one(InputPanel).field is terminal.find("#id_number")
    await terminal.press("enter")
    assert terminal.screen.query_one(InputPanel).field is terminal.find("#phone")


async def test_a_touch_on_the_ground_puts_the_keys_away_and_one_on_a_button_does_its_own(terminal: Terminal) -> None:
    """SPEC 9.1."""
    await touch_the_name(terminal)
    panel = terminal.screen.query_one(InputPanel)
    await terminal.tap(".question")
    assert panel.field is None
    await terminal.until(lambda: not panel.display)
    await terminal.tap("#name Input")
    await terminal.tap_chip("#id-type", "hmt_residence")
    assert terminal.app.visit.purchase.id_type == "hmt_residence"
    assert panel.field is None
