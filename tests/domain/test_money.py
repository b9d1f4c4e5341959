"""Amounts as customers read and type them, and how they are shared out."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.money import format_yuan, parse_yuan, prorate_half_up, prorate_up


def test_an_amount_is_written_in_yuan_with_groups_and_both_decimals() -> None:
    assert format_yuan(112800) == "¥1,128.00"
    assert format_yuan(5) == "¥0.05"
    assert format_yuan(-123456789) == "-¥1,234,567.89"


@given(st.integers(0, 10**11 - 1))
def test_what_is_written_is_read_back(amount_fen: int) -> None:
    assert parse_yuan(format_yuan(amount_fen)[1:].replace(",", "")) == amount_fen


@given(st.integers(0, 10**9))
def test_grouped_amounts_are_read_back(amount_fen: int) -> None:
    assert parse_yuan(format_yuan(amount_fen)) == amount_fen


@pytest.mark.parametrize(
    ("text", "fen"),
    [("0.19", 19), ("0.1", 10), ("128", 12800), (" ¥ 1,128.5 ", 112850), ("128元", 12800), ("12８.5０", 12850)],
)
def test_amounts_are_read_as_people_type_them(text: str, fen: int) -> None:
    assert parse_yuan(text) == fen


@pytest.mark.parametrize("text", ["", "-1", "1.234", "1,28", "1e3", "inf", "¥", "1.", ".5", "9" * 40, "一百", "1\n2"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="amount"):
        parse_yuan(text)


@given(amount=st.integers(0, 10**8), whole=st.integers(1, 31), data=st.data())
def test_shares_are_within_half_a_fen_and_a_half_goes_up(amount: int, whole: int, data: st.DataObject) -> None:
    part = data.draw(st.integers(0, whole))
    exact = Fraction(amount * part, whole)
    assert -Fraction(1, 2) < prorate_half_up(amount, part, whole) - exact <= Fraction(1, 2)
    assert 0 <= prorate_up(amount, part, whole) - exact < 1
    assert prorate_half_up(amount, whole, whole) == prorate_up(amount, whole, whole) == amount


@pytest.mark.parametrize("share", [(-1, 1, 2), (1, 3, 2), (1, -1, 2), (1, 0, 0)])
def test_impossible_shares_are_refused(share: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="no share"):
        prorate_half_up(*share)
    with pytest.raises(ValueError, match="no share"):
        prorate_up(*share)
