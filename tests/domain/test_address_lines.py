"""The line that says where in its district an address is (SPEC 4.5)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.addresses import LONGEST_DETAIL, SHORTEST_DETAIL, DetailFault, DetailInvalid, check_detail


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("泉城路180号3单元502室", "泉城路180号3单元502室"),
        ("  花园路 88 号\t东区 ", "花园路 88 号 东区"),
        ("Room 5, 12 Quancheng Rd.", "Room 5, 12 Quancheng Rd."),
        ("王舍人街道（新城）A座#5", "王舍人街道（新城）A座#5"),
        ("\N{CJK UNIFIED IDEOGRAPH-2CE93}庄12号", "\N{CJK UNIFIED IDEOGRAPH-2CE93}庄12号"),
    ],
)
def test_an_address_is_kept_as_it_is_written(typed: str, kept: str) -> None:
    assert check_detail(typed) == kept


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("", DetailFault.EMPTY),
        (" \u3000\n", DetailFault.EMPTY),
        ("村", DetailFault.TOO_SHORT),
        ("180-502", DetailFault.NO_NAME),
        ("泉" * (LONGEST_DETAIL + 1), DetailFault.TOO_LONG),
        ("泉" * 100_000, DetailFault.TOO_LONG),
        ("泉城路<b>5号", DetailFault.FORBIDDEN_CHARACTER),
        ("泉城路\x1b[31m5号", DetailFault.FORBIDDEN_CHARACTER),
        ("泉城路5号\N{RIGHT-TO-LEFT OVERRIDE}", DetailFault.FORBIDDEN_CHARACTER),
        ("泉城路5号\N{GRINNING FACE}", DetailFault.FORBIDDEN_CHARACTER),
    ],
)
def test_what_no_courier_could_use_is_refused(typed: str, fault: DetailFault) -> None:
    with pytest.raises(DetailInvalid) as refusal:
        check_detail(typed)
    assert refusal.value.reason is fault


@given(st.text(max_size=80))
def test_whatever_is_accepted_is_printable_within_bounds_and_stays_as_it_is(typed: str) -> None:
    try:
        kept = check_detail(typed)
    except DetailInvalid:
        return
    assert SHORTEST_DETAIL <= len(kept) <= LONGEST_DETAIL
    assert kept.isprintable() or any(ord(character) >= 0x20000 for character in kept)
    assert check_detail(kept) == kept
