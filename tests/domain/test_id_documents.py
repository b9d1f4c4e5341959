"""Identity documents: precise faults, real dates, ages and check digits (SPEC 4.4)."""

import re
from datetime import date, timedelta

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from id_validator import validator

from kiosk.domain.id_documents import (
    ID_TYPE_BY_CODE,
    ID_TYPES,
    IdCheck,
    IdDocument,
    IdFault,
    IdInvalid,
    IdType,
    age_on,
    check_digit,
    check_id,
    mask_id,
)

TODAY = date(2026, 11, 22)
# Present, renamed and abolished divisions: people keep the code they were registered under.
REGIONS = st.sampled_from(["370102", "370112", "110101", "440305", "371200", "371202", "372321", "510202", "653101"])


def numbered(head: str) -> str:
    """A number with its check digit, from its first seventeen digits: GB 11643 as the standard's table has it."""
    weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    total = sum(int(digit) * weight for digit, weight in zip(head, weights, strict=True))
    return head + "10X98765432"[total % 11]


@st.composite
def adults(draw: st.DrawFn) -> tuple[str, date]:
    birth = draw(st.dates(date(1920, 1, 1), date(2010, 11, 22)))
    return numbered(f"{draw(REGIONS)}{birth:%Y%m%d}{draw(st.integers(0, 999)):03d}"), birth


def fault_of(text: str, type_code: str = "resident", *, today: date = TODAY, at_counter: bool = False) -> IdFault:
    with pytest.raises(IdInvalid) as refusal:
        check_id(type_code, text, today=today, at_counter=at_counter)
    assert re.search(r"\d{4}", str(refusal.value)) is None
    return refusal.value.reason


def test_the_standards_own_example_is_accepted() -> None:
    assert check_id("resident", "11010519491231002X", today=TODAY) == IdDocument(
        "resident", "11010519491231002X", date(1949, 12, 31)
    )


@settings(deadline=None)
@given(adults())
def test_every_well_made_number_is_accepted_and_read(adult: tuple[str, date]) -> None:
    number, birth = adult
    assert check_id("resident", number, today=TODAY) == IdDocument("resident", number, birth)
    assert re.fullmatch(ID_TYPE_BY_CODE["resident"].number_format, number)


@settings(deadline=None, max_examples=20)
@given(st.integers(100_000, 699_999) | st.sampled_from([370102, 370000, 371200, 440401, 510202, 379001, 990101]))
@example(371220)  # the urban part of a city, in no published table
@example(170101)  # no province
def test_a_region_is_known_when_the_library_of_divisions_knows_it_at_any_time(region: int) -> None:
    number = numbered(f"{region:06d}19900307123")
    if validator.is_valid(number):
        assert check_id("resident", number, today=TODAY).number == number
    else:
        assert fault_of(number) is IdFault.UNKNOWN_REGION


@settings(deadline=None)
@given(adults(), st.integers(0, 17), st.integers(1, 9))
def test_any_single_wrong_digit_is_caught(adult: tuple[str, date], place: int, by: int) -> None:
    number, _ = adult
    assume(number[place] != "X")
    wrong = number[:place] + str((int(number[place]) + by) % 10) + number[place + 1 :]
    with pytest.raises(IdInvalid):
        check_id("resident", wrong, today=TODAY)


@settings(deadline=None)
@given(adults(), st.integers(0, 16))
def test_any_two_neighbours_swapped_are_caught(adult: tuple[str, date], place: int) -> None:
    number, _ = adult
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assume(swapped != number)
    with pytest.raises(IdInvalid):
        check_id("resident", swapped, today=TODAY)


@pytest.mark.parametrize(
    "text",
    [
        "11010519491231002x",
        " 110105 19491231 002X ",
        "１１０１０５１９４９１２３１００２Ｘ",
        "110105\u300019491231\t002ｘ",
    ],
)
def test_full_width_digits_spaces_and_a_small_x_are_understood(text: str) -> None:
    assert check_id("resident", text, today=TODAY).number == "11010519491231002X"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", IdFault.EMPTY),
        (" \u3000\t", IdFault.EMPTY),
        ("110105491231002", IdFault.FIFTEEN_DIGITS),
        ("1101054912310", IdFault.WRONG_LENGTH),
        ("11010519491231002X1", IdFault.NOT_DIGITS),
        ("1101051949123100211", IdFault.WRONG_LENGTH),
        ("1" * 10_000, IdFault.WRONG_LENGTH),
        ("1101051949123100O1", IdFault.NOT_DIGITS),
        ("X10105194912310021", IdFault.NOT_DIGITS),
        ("１１０１０５１９４９１２３１００２·", IdFault.NOT_DIGITS),
        ("11010519491231\u202e02X", IdFault.NOT_DIGITS),
        ("١١٠١٠٥١٩٤٩١٢٣١٠٠٢X", IdFault.NOT_DIGITS),
        ("999999194912310025", IdFault.UNKNOWN_REGION),
        ("123456194912310025", IdFault.UNKNOWN_REGION),
        ("810000194912310025", IdFault.UNKNOWN_REGION),
        (numbered("11010519490229002"), IdFault.BIRTH_DATE_IMPOSSIBLE),
        (numbered("11010519901301002"), IdFault.BIRTH_DATE_IMPOSSIBLE),
        (numbered("11010500000101002"), IdFault.BIRTH_DATE_IMPOSSIBLE),
        (numbered("11010520261123002"), IdFault.BIRTH_DATE_IN_FUTURE),
        (numbered("11010530000101002"), IdFault.BIRTH_DATE_IN_FUTURE),
        (numbered("11010518001231002"), IdFault.BIRTH_DATE_TOO_OLD),
        (numbered("11010518991231002"), IdFault.BIRTH_DATE_TOO_OLD),
        (numbered("11010519000101002"), IdFault.BIRTH_DATE_TOO_OLD),
        ("110105194912310021", IdFault.CHECK_DIGIT),
        (numbered("11010520101123002"), IdFault.UNDER_AGE),
    ],
)
def test_each_fault_of_a_resident_id_is_named(text: str, fault: IdFault) -> None:
    assert fault_of(text) is fault


@settings(deadline=None)
@given(st.text(max_size=80), st.sampled_from(ID_TYPES), st.booleans())
def test_any_text_is_accepted_in_its_form_or_refused_with_a_fault(text: str, kind: IdType, at_counter: bool) -> None:
    try:
        document = check_id(kind.code, text, today=TODAY, at_counter=at_counter)
    except IdInvalid:
        return
    assert re.fullmatch(ID_TYPE_BY_CODE[document.type_code].number_format, document.number)


def test_who_is_sixteen_today_is_old_enough_and_who_will_be_tomorrow_is_not() -> None:
    assert check_id("resident", numbered("37010220101122002"), today=TODAY).birth_date == date(2010, 11, 22)
    assert fault_of(numbered("37010220101123002")) is IdFault.UNDER_AGE


def test_at_the_counter_a_child_is_accepted() -> None:
    child = numbered("37010220200101002")
    assert fault_of(child) is IdFault.UNDER_AGE
    assert check_id("resident", child, today=TODAY, at_counter=True).birth_date == date(2020, 1, 1)


def test_who_was_born_today_is_not_born_in_the_future() -> None:
    newborn = numbered("37010220261122002")
    assert check_id("resident", newborn, today=TODAY, at_counter=True).birth_date == TODAY


def test_who_was_born_on_a_leap_day_is_sixteen_on_a_leap_day() -> None:
    leapling = numbered("37010220080229002")
    assert fault_of(leapling, today=date(2024, 2, 28)) is IdFault.UNDER_AGE
    assert check_id("resident", leapling, today=date(2024, 2, 29)).birth_date == date(2008, 2, 29)
    assert age_on(date(2008, 2, 29), date(2025, 2, 28)) == 16
    assert age_on(date(2008, 2, 29), date(2025, 3, 1)) == 17


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(0, 40_000))
def test_age_grows_by_one_on_the_birthday_and_on_no_other_day(birth: date, days: int) -> None:
    day = birth + timedelta(days=days)
    tomorrow = day + timedelta(days=1)
    birthday = (tomorrow.month, tomorrow.day) == (birth.month, birth.day) or (
        (birth.month, birth.day) == (2, 29) and (day.month, day.day, tomorrow.month) == (2, 28, 3)
    )
    assert age_on(birth, tomorrow) - age_on(birth, day) == birthday


@pytest.mark.parametrize("kind", ID_TYPES, ids=lambda kind: kind.code)
def test_types_that_need_a_clerk_are_sent_to_the_counter(kind: IdType) -> None:
    if kind.self_service:
        assert fault_of("", kind.code) is IdFault.EMPTY
    else:
        assert fault_of("11010519491231002X", kind.code) is IdFault.COUNTER_ONLY_TYPE


def test_a_type_that_does_not_exist_is_an_error_of_the_program() -> None:
    with pytest.raises(KeyError):
        check_id("library_card", "1", today=TODAY)


@pytest.mark.parametrize("code", ["810000", "820000", "830000"])
def test_residence_permits_name_the_place_they_were_issued_for(code: str) -> None:
    number = numbered(f"{code}19900307123")
    assert check_id("hmt_residence", number, today=TODAY).birth_date == date(1990, 3, 7)
    assert fault_of(numbered("84000019900307123"), "hmt_residence") is IdFault.WRONG_FORM
    assert fault_of(numbered("37010219900307123"), "hmt_residence") is IdFault.WRONG_FORM


def test_cards_of_foreign_permanent_residents_begin_with_9() -> None:
    number = numbered("91112419810803002")
    assert check_id("foreign_permanent_resident", number, today=TODAY).birth_date == date(1981, 8, 3)
    assert fault_of("11010519491231002X", "foreign_permanent_resident") is IdFault.WRONG_FORM
    assert fault_of(number) is IdFault.UNKNOWN_REGION


@pytest.mark.parametrize(
    ("code", "number"),
    [
        ("military", "军字第1234567号"),
        ("armed_police", "武字第7654321号"),
        ("hk_macao_permit", "H12345678"),
        ("hk_macao_permit", "M1234567801"),
        ("taiwan_permit", "12345678"),
        ("passport", "E12345678"),
    ],
)
def test_other_documents_are_checked_for_their_form_at_the_counter(code: str, number: str) -> None:
    assert check_id(code, number.lower(), today=TODAY, at_counter=True) == IdDocument(code, number, None)
    assert fault_of(number + "-", code, at_counter=True) is IdFault.WRONG_FORM


def test_household_books_carry_a_resident_number() -> None:
    assert check_id("household_book", "11010519491231002X", today=TODAY, at_counter=True).birth_date
    assert fault_of("110105194912310021", "household_book", at_counter=True) is IdFault.CHECK_DIGIT


@given(st.integers(0, 10**17 - 1))
def test_the_check_digit_follows_the_standards_weights(head: int) -> None:
    assert check_digit(f"{head:017d}") == numbered(f"{head:017d}")[-1]


@given(st.text("0123456789X", min_size=1, max_size=18))
def test_a_mask_shows_five_characters_at_most_and_less_than_half(number: str) -> None:
    masked = mask_id(number)
    assert len(masked) == len(number)
    shown = [place for place, character in enumerate(masked) if character != "*"]
    assert len(shown) <= 5
    assert 2 * len(shown) < len(number)


def test_a_resident_id_is_masked_as_customers_know_it() -> None:
    assert mask_id("370102199003071234") == "370*************34"


def test_only_documents_that_a_machine_can_check_are_taken_at_self_service() -> None:
    assert {kind.code for kind in ID_TYPES if kind.self_service} == {
        "resident",
        "hmt_residence",
        "foreign_permanent_resident",
    }
    assert all(kind.check is IdCheck.GB11643 for kind in ID_TYPES if kind.self_service)
    assert all(kind.counter for kind in ID_TYPES)
