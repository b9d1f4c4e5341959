"""Order numbers and the steps that orders take (DESIGN 3, SPEC 6.4)."""

from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.orders import (
    UNPAID,
    AttemptState,
    OrderState,
    is_order_no,
    luhn_digit,
    may_become,
    new_order_no,
)

ORDER_NOS = st.integers(0, 10**8 - 1).map(lambda drawn: new_order_no("261122", drawn))


def test_luhn_agrees_with_the_standards_example() -> None:
    """ISO/IEC 7812-1 and every textbook since: 7992739871 is followed by 3."""
    assert luhn_digit("7992739871") == 3


def test_an_order_number_a_person_can_read() -> None:
    assert new_order_no("261122", 42) == "261122000000428"


@given(ORDER_NOS)
def test_order_numbers_are_recognised(order_no: str) -> None:
    assert is_order_no(order_no)
    assert len(order_no) == 15


@given(ORDER_NOS, st.integers(0, 14), st.integers(1, 9))
def test_a_wrong_digit_is_caught(order_no: str, place: int, by: int) -> None:
    wrong = str((int(order_no[place]) + by) % 10)
    assert not is_order_no(order_no[:place] + wrong + order_no[place + 1 :])


@given(ORDER_NOS, st.integers(0, 13))
def test_swapped_neighbours_are_caught_save_for_09(order_no: str, place: int) -> None:
    """Luhn's known limit is 09 against 90."""
    one, two = order_no[place], order_no[place + 1]
    swapped = order_no[:place] + two + one + order_no[place + 2 :]
    assert is_order_no(swapped) == (one == two or {one, two} == {"0", "9"})


@given(st.text(max_size=20))
def test_other_texts_are_not_order_numbers(text: str) -> None:
    assert not is_order_no(text) or (text.isascii() and text.isdigit() and len(text) == 15)


def test_digits_of_other_scripts_are_no_order_number() -> None:
    order_no = new_order_no("261122", 42)
    assert not is_order_no("".join(chr(ord(digit) + 0xFEE0) for digit in order_no))


def test_the_steps_are_those_of_the_design() -> None:
    """DESIGN 3: every pair that isn't here is refused."""
    allowed = {
        ("pending", "held"),
        ("pending", "in_progress"),
        ("pending", "cancelled"),
        ("held", "in_progress"),
        ("held", "cancelled"),
        ("in_progress", "completed"),
        ("in_progress", "cancelled"),
        ("cancelled", "in_progress"),
        ("completed", "cancelled"),
    }
    assert {(one, two) for one in OrderState for two in OrderState if may_become(one, two)} == allowed


def test_an_unpaid_order_is_one_that_money_may_still_reach_in_time() -> None:
    assert {state for state in OrderState if state.is_unpaid} == set(UNPAID) == {OrderState.PENDING, OrderState.HELD}


def test_an_attempt_is_settled_once_it_is_known_that_it_paid_or_never_will() -> None:
    """SPEC 6.3: created and pending are unknown, and unknown is never treated as failed."""
    assert {state for state in AttemptState if not state.is_settled} == {AttemptState.CREATED, AttemptState.PENDING}
