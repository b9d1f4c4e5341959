"""A code is good once, for what it was asked for, for five minutes and three tries (SPEC 3.5), on both databases."""

from datetime import timedelta

import pytest

from kiosk.domain.accounts import CodePurpose
from kiosk.services import request_code
from kiosk.services.check_code import CodeExpired, CodeSpent, CodeWrong, spend_code
from kiosk.services.errors import VisitOver
from kiosk.services.keep_visit import end_visit
from kiosk.services.settle_deadlines import settle_deadlines
from kiosk.services.shop import Shop
from tests.services.known_people import OURS, OURS_TOO, STRANGERS, ask_code, code_on, open_line, wrong
from tests.services.small_shop import DAY, MINUTE, SECOND, World

SIGN_IN = CodePurpose.SIGN_IN


@pytest.fixture
def visit(world: World) -> str:
    """Somebody at the terminal who has asked for a code."""
    for msisdn in (OURS, OURS_TOO):
        open_line(world, msisdn)
    visit_id = world.visit()
    ask_code(world.shop, visit_id)
    return visit_id


def spend(
    shop: Shop, visit_id: str, code: str, *, purpose: CodePurpose = SIGN_IN, phone: int = OURS, subject: str = ""
) -> None:
    with spend_code(shop, visit_id, purpose, phone, code, subject=subject):
        pass


def test_the_right_code_is_taken_once(shop: Shop, visit: str) -> None:
    code = code_on(shop)
    spend(shop, visit, code)
    with pytest.raises(CodeSpent):
        spend(shop, visit, code)


def test_full_width_digits_and_spaces_are_the_same_code(shop: Shop, visit: str) -> None:
    code = code_on(shop)
    spend(shop, visit, f"{code[:3]} " + "".join(chr(ord(digit) + 0xFEE0) for digit in code[3:]))


def test_the_third_wrong_try_ends_it_and_the_right_one_comes_too_late(shop: Shop, visit: str) -> None:
    code = code_on(shop)
    for left in (2, 1):
        with pytest.raises(CodeWrong) as refusal:
            spend(shop, visit, wrong(code))
        assert refusal.value.tries_left == left
    with pytest.raises(CodeSpent):
        spend(shop, visit, wrong(code))
    with pytest.raises(CodeSpent):
        spend(shop, visit, code)


def test_the_third_try_may_be_right(shop: Shop, visit: str) -> None:
    code = code_on(shop)
    for _ in range(2):
        with pytest.raises(CodeWrong):
            spend(shop, visit, wrong(code))
    spend(shop, visit, code)


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "\0" * 6, "\ud83d", "９" * 100, "x" * 100_000])
def test_whatever_is_typed_is_a_try(shop: Shop, visit: str, typed: str) -> None:
    with pytest.raises(CodeWrong) as refusal:
        spend(shop, visit, typed)
    assert refusal.value.tries_left == 2


def test_it_is_good_for_five_minutes(world: World, shop: Shop, visit: str) -> None:
    world.clock.move(5 * MINUTE)
    with pytest.raises(CodeExpired):
        spend(shop, visit, code_on(shop))
    world.clock.move(-timedelta(microseconds=1))
    spend(shop, visit, code_on(shop))


def test_one_that_a_wrong_clock_dated_into_the_future_has_expired(world: World, shop: Shop, visit: str) -> None:
    """SPEC 7.3: it would be good for a year."""
    world.clock.move(-365 * DAY)
    with pytest.raises(CodeExpired):
        spend(shop, visit, code_on(shop))


def test_a_newer_one_voids_the_older_also_of_another_visit(world: World, shop: Shop, visit: str) -> None:
    old = code_on(shop)
    world.clock.move(MINUTE)
    later = world.visit()
    ask_code(shop, later)
    with pytest.raises(CodeSpent):
        spend(shop, visit, old)
    spend(shop, later, code_on(shop))


def test_a_newer_one_for_something_else_leaves_it_alone(world: World, shop: Shop, visit: str) -> None:
    code = code_on(shop)
    ask_code(shop, visit, purpose=CodePurpose.SET_PASSWORD)
    ask_code(shop, visit, OURS_TOO)
    spend(shop, visit, code)


def test_it_is_good_for_nothing_but_its_purpose_phone_visit_and_subject(world: World, shop: Shop, visit: str) -> None:
    code = code_on(shop)
    ask_code(shop, visit, STRANGERS, CodePurpose.OPEN_ORDER, subject="261125000000001")
    order_code = code_on(shop, STRANGERS)
    for refused in (
        lambda: spend(shop, visit, code, purpose=CodePurpose.SET_PASSWORD),
        lambda: spend(shop, visit, code, phone=OURS_TOO),
        lambda: spend(shop, world.visit(), code),
        lambda: spend(shop, visit, code, subject="261125000000001"),
        lambda: spend(world.another_terminal("jn01-2"), visit, code),
        lambda: spend(
            shop, visit, order_code, purpose=CodePurpose.OPEN_ORDER, phone=STRANGERS, subject="261125000000002"
        ),
    ):
        with pytest.raises(CodeSpent):
            refused()
    spend(shop, visit, code)
    spend(shop, visit, order_code, purpose=CodePurpose.OPEN_ORDER, phone=STRANGERS, subject="261125000000001")


def test_no_guess_is_right_for_a_number_that_is_not_ours(
    world: World, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SPEC 3.6: its code was drawn like any other, and is nobody's."""
    monkeypatch.setattr(request_code, "_draw_code", lambda: "123456")
    visit = world.visit()
    ask_code(shop, visit, STRANGERS)
    with pytest.raises(CodeWrong) as refusal:
        spend(shop, visit, "123456", phone=STRANGERS)
    assert refusal.value.tries_left == 2


def test_what_is_refused_within_loses_neither_the_code_nor_a_try(shop: Shop, visit: str) -> None:
    code = code_on(shop)
    for _ in range(5):
        with pytest.raises(ZeroDivisionError), spend_code(shop, visit, SIGN_IN, OURS, code):
            raise ZeroDivisionError
    with pytest.raises(CodeWrong) as refusal:
        spend(shop, visit, wrong(code))
    assert refusal.value.tries_left == 2


def test_a_visit_that_is_over_takes_none(shop: Shop, visit: str) -> None:
    """SPEC 3.5, 3.8: bound to the session."""
    end_visit(shop, visit, "idle")
    with pytest.raises(VisitOver):
        spend(shop, visit, code_on(shop))


def test_after_a_day_nothing_is_left_of_it(world: World, shop: Shop, visit: str) -> None:
    """SPEC 10.3."""
    world.clock.move(DAY - SECOND)
    assert settle_deadlines(shop).tries == 0
    world.clock.move(SECOND)
    assert settle_deadlines(shop).tries == 1
    assert settle_deadlines(shop).tries == 0
