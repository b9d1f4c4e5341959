"""Phone numbers as people type and read them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.msisdn import group_msisdn, is_mainland_mobile, mask_msisdn, parse_msisdn

MSISDNS = st.integers(10_000_000_000, 19_999_999_999)


@pytest.mark.parametrize(
    "text",
    [
        "13853178888",
        "138 5317 8888",
        "138-5317-8888",
        "1385317８８８８",
        "　138 5317 8888\t",
        "+86 138 5317 8888",
        "008613853178888",
    ],
)
def test_a_number_is_read_however_it_is_grouped(text: str) -> None:
    assert parse_msisdn(text) == 13853178888


@pytest.mark.parametrize(
    "text",
    ["", "1385317888", "138531788888", "23853178888", "1385317888a", "١٣٨٥٣١٧٨٨٨٨", "1" * 10_000, "138\x005317888"],
)
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="eleven digits"):
        parse_msisdn(text)


@given(MSISDNS)
def test_grouping_is_3_4_4_and_is_read_back(msisdn: int) -> None:
    grouped = group_msisdn(msisdn)
    assert [len(part) for part in grouped.split(" ")] == [3, 4, 4]
    assert parse_msisdn(grouped) == msisdn


@given(MSISDNS)
def test_a_mask_hides_the_middle_four_digits(msisdn: int) -> None:
    masked = mask_msisdn(msisdn)
    assert masked[3:7] == "****"
    assert masked[:3] + masked[7:] == str(msisdn)[:3] + str(msisdn)[7:]


@pytest.mark.parametrize("msisdn", [1, 138531788, 23_853_178_888])
def test_only_an_msisdn_is_grouped_or_masked(msisdn: int) -> None:
    with pytest.raises(ValueError, match="eleven digits"):
        group_msisdn(msisdn)
    with pytest.raises(ValueError, match="eleven digits"):
        mask_msisdn(msisdn)


def test_messages_can_only_go_to_assigned_mobile_numbers() -> None:
    assert is_mainland_mobile(13853178888)
    assert is_mainland_mobile(19853178888)
    assert not is_mainland_mobile(12053178888)
    assert not is_mainland_mobile(10086)
