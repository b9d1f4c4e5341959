"""What a password may be: long and uncommon for members, six unguessable digits for subscribers. SPEC 3.6."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kiosk.domain.passwords import (
    LONGEST_PASSWORD,
    PasswordFault,
    normalise_password,
    password_fault,
    service_password_fault,
)
from kiosk.services.common_passwords import read_common_passwords

COMMON = read_common_passwords()
PERSON = ("anna.smith@example.com", "张伟", "13853100017")
MSISDN = 13853104729


def fault(password: str) -> PasswordFault | None:
    return password_fault(normalise_password(password), shortest=10, common=COMMON, personal=PERSON)


@pytest.mark.parametrize(
    "password", ["correct horse battery staple", "八月的济南泉水很凉快呀", "xK7-qv9-mPd2", "savannah-cactus-21"]
)
def test_what_is_long_and_uncommon_may_be_used(password: str) -> None:
    assert fault(password) is None


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("", PasswordFault.EMPTY),
        ("xK7-qv9-m", PasswordFault.TOO_SHORT),
        ("xK7-qv9-" * 17, PasswordFault.TOO_LONG),
        ("xK7-qv9-mPd2\x07", PasswordFault.CONTROL_CHARACTER),
        ("xK7-qv9-mPd2\ud800", PasswordFault.CONTROL_CHARACTER),
        ("abcdefghijkl", PasswordFault.SIMPLE),
        ("9876543210", PasswordFault.SIMPLE),
        ("密码密码密码密码密码", PasswordFault.SIMPLE),
        ("k7vk7vk7vk7v", PasswordFault.SIMPLE),
        ("aaaaabbbbbcc", PasswordFault.SIMPLE),
        ("1qaz2wsx3edc", PasswordFault.COMMON),
        ("QwertyUIOP", PasswordFault.COMMON),
        ("woaini1314", PasswordFault.COMMON),
        ("password1234", PasswordFault.COMMON),
        ("2008sunshine", PasswordFault.COMMON),
        ("anna.smith99", PasswordFault.PERSONAL),
        ("SmithAnna123", PasswordFault.PERSONAL),
        ("anna.smith@example.com", PasswordFault.PERSONAL),
        ("13853100017ab", PasswordFault.PERSONAL),
        ("wei53100017", PasswordFault.PERSONAL),
        ("张伟13853100017", PasswordFault.PERSONAL),
    ],
)
def test_what_is_easy_to_guess_is_refused_with_its_reason(password: str, why: PasswordFault) -> None:
    assert fault(password) is why


@given(word=st.sampled_from(sorted(COMMON)), behind=st.sampled_from(["", "1", "123", "2008", "888888"]))
def test_no_common_password_passes_whatever_its_case_or_its_digits(word: str, behind: str) -> None:
    assert fault(word.upper() + behind) is not None
    assert fault(word + behind) is not None


@given(st.text())
@example("Å" * 128)
@example("é" * 128)
def test_composed_and_decomposed_letters_are_one_password(typed: str) -> None:
    composed, decomposed = (unicodedata.normalize(form, typed) for form in ("NFC", "NFD"))
    assert normalise_password(composed) == normalise_password(decomposed)
    assert normalise_password(normalise_password(typed)) == normalise_password(typed)


@given(st.text())
def test_whatever_is_accepted_has_a_length_that_the_rule_states(typed: str) -> None:
    if fault(typed) is None:
        assert 10 <= len(normalise_password(typed)) <= LONGEST_PASSWORD


@given(st.text(min_size=1, max_size=30), st.text(max_size=5))
def test_a_name_with_a_few_characters_more_is_no_password(name: str, more: str) -> None:
    name, more = normalise_password(name).casefold(), normalise_password(more).casefold()
    password = name + more
    if len(name) >= 2 and normalise_password(password).casefold() == password:
        assert password_fault(password, shortest=1, common=(), personal=(name,)) is not None


@pytest.mark.parametrize("password", ["408271", "730265"])
def test_six_digits_that_nobody_tries_first_are_a_service_password(password: str) -> None:
    assert service_password_fault(password, MSISDN) is None


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("", PasswordFault.EMPTY),
        ("40827", PasswordFault.NOT_SIX_DIGITS),
        ("4082716", PasswordFault.NOT_SIX_DIGITS),
        ("４０８２７１", PasswordFault.NOT_SIX_DIGITS),
        ("40827x", PasswordFault.NOT_SIX_DIGITS),
        ("123456", PasswordFault.SIMPLE),
        ("111111", PasswordFault.SIMPLE),
        ("121212", PasswordFault.SIMPLE),
        ("900307", PasswordFault.SIMPLE),
        ("070390", PasswordFault.SIMPLE),
        ("030790", PasswordFault.SIMPLE),
        ("199003", PasswordFault.SIMPLE),
        ("147258", PasswordFault.SIMPLE),
        ("104729", PasswordFault.PERSONAL),
        ("927401", PasswordFault.PERSONAL),
        ("138531", PasswordFault.PERSONAL),
    ],
)
def test_weak_service_passwords_are_refused_with_their_reason(password: str, why: PasswordFault) -> None:
    assert service_password_fault(password, MSISDN) is why


@given(st.dates())
def test_no_birthday_is_a_service_password(birthday: object) -> None:
    for form in ("%y%m%d", "%d%m%y", "%m%d%y"):
        assert service_password_fault(f"{birthday:{form}}", MSISDN) is not None
