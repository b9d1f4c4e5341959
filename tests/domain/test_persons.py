"""Names and contact phones as people have and type them (SPEC 4.4)."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.domain.persons import (
    NameFault,
    NameInvalid,
    PhoneFault,
    PhoneInvalid,
    check_contact_phone,
    check_name,
    mask_name,
)

HAN = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("张伟", "张伟"),
        (" 张 伟 ", "张伟"),
        ("欧阳修文", "欧阳修文"),
        ("阿卜杜拉·买买提", "阿卜杜拉·买买提"),
        ("阿卜杜拉•买买提", "阿卜杜拉·买买提"),
        ("阿卜杜拉・买买提", "阿卜杜拉·买买提"),
        ("𬎆𡇙", "𬎆𡇙"),  # extensions E and B
        ("㛃䶮", "㛃䶮"),  # extension A
        ("李〇", "李〇"),
        ("王\ufa11", "王\ufa11"),  # a compatibility ideograph stays what the document says
        ("\uf900三", "\uf900三"),
        ("Ann  Lee", "Ann Lee"),
        ("Ｊｏｈｎ　Ｓｍｉｔｈ", "John Smith"),
        ("O’Neil, Mary-Jane Jr.", "O'Neil, Mary-Jane Jr."),
        ("Jose\u0301 Núñez", "José Núñez"),
        ("J. R. R. Tolkien", "J. R. R. Tolkien"),
        ("Abdul·Rahman", "Abdul·Rahman"),
    ],
)
def test_real_names_are_accepted_and_made_regular(text: str, name: str) -> None:
    assert check_name(text) == name
    assert check_name(name) == name


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", NameFault.EMPTY),
        (" \u3000", NameFault.EMPTY),
        ("张", NameFault.TOO_SHORT),
        ("A", NameFault.TOO_SHORT),
        ("张" * 31, NameFault.TOO_LONG),
        ("张" * 10_000, NameFault.TOO_LONG),
        ("A" * 31, NameFault.TOO_LONG),
        ("张伟2", NameFault.DIGITS),
        ("张伟２", NameFault.DIGITS),
        ("张伟Ⅱ", NameFault.DIGITS),
        ("张\x00伟", NameFault.FORBIDDEN_CHARACTER),
        ("张\x1b[31m伟", NameFault.DIGITS),
        ("张\x1b伟", NameFault.FORBIDDEN_CHARACTER),
        ("张\u202e伟", NameFault.FORBIDDEN_CHARACTER),
        ("张\u200b伟", NameFault.FORBIDDEN_CHARACTER),
        ("张\n伟", NameFault.FORBIDDEN_CHARACTER),
        ("张\ue000", NameFault.FORBIDDEN_CHARACTER),
        ("张\ud800", NameFault.FORBIDDEN_CHARACTER),
        ("张伟😀", NameFault.FORBIDDEN_CHARACTER),
        ("张-伟", NameFault.FORBIDDEN_CHARACTER),
        ("Иван Петров", NameFault.FORBIDDEN_CHARACTER),
        ("<b>Ann</b>", NameFault.FORBIDDEN_CHARACTER),
        ("Ann 李", NameFault.MIXED_SCRIPTS),
        ("·买买提", NameFault.MISPLACED_MARK),
        ("买买提·", NameFault.MISPLACED_MARK),
        ("买··买提", NameFault.MISPLACED_MARK),
        ("··", NameFault.MISPLACED_MARK),
        ("-Ann", NameFault.MISPLACED_MARK),
        ("Ann--Lee", NameFault.MISPLACED_MARK),
        ("Ann,", NameFault.MISPLACED_MARK),
    ],
)
def test_each_fault_of_a_name_is_named(text: str, fault: NameFault) -> None:
    with pytest.raises(NameInvalid) as refusal:
        check_name(text)
    assert refusal.value.reason is fault


@given(st.text(HAN, min_size=2, max_size=30))
def test_any_chinese_name_of_2_to_30_characters_is_kept_as_it_is(name: str) -> None:
    assert check_name(name) == name


@given(st.text(max_size=40))
def test_any_text_is_accepted_as_printable_characters_or_refused_with_a_fault(text: str) -> None:
    try:
        name = check_name(text)
    except NameInvalid:
        return
    assert 2 <= len(name) <= 30
    assert name == name.strip()
    assert check_name(name) == name
    assert not any(character.isdigit() or not character.isprintable() for character in name)


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("张伟", "张*"),
        ("张三丰", "张**"),
        ("欧阳修文", "欧阳**"),
        ("欧阳", "欧*"),
        ("阿卜杜拉·买买提", "阿***·***"),
        ("Ann Lee", "A** ***"),
    ],
)
def test_a_masked_name_shows_the_surname(name: str, masked: str) -> None:
    assert mask_name(name) == masked


@given(st.text(HAN, min_size=2, max_size=30))
def test_a_masked_name_always_hides_something(name: str) -> None:
    assert mask_name(name).endswith("*")
    assert len(mask_name(name)) == len(name)


@pytest.mark.parametrize("text", ["13853178888", "138 5317 8888", "１３８５３１７８８８８", "+86 138-5317-8888"])
def test_a_contact_phone_is_read_however_it_is_grouped(text: str) -> None:
    assert check_contact_phone(text) == 13853178888


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", PhoneFault.EMPTY),
        (" - ", PhoneFault.EMPTY),
        ("1385317888", PhoneFault.WRONG_LENGTH),
        ("138531788888", PhoneFault.WRONG_LENGTH),
        ("1" * 10_000, PhoneFault.WRONG_LENGTH),
        ("1385317888a", PhoneFault.NOT_DIGITS),
        ("١٣٨٥٣١٧٨٨٨٨", PhoneFault.NOT_DIGITS),
        ("05318888888", PhoneFault.NOT_MOBILE),
        ("12053178888", PhoneFault.NOT_MOBILE),
        ("23853178888", PhoneFault.NOT_MOBILE),
    ],
)
def test_each_fault_of_a_contact_phone_is_named(text: str, fault: PhoneFault) -> None:
    with pytest.raises(PhoneInvalid) as refusal:
        check_contact_phone(text)
    assert refusal.value.reason is fault


@settings(deadline=None)
@given(st.text(max_size=80))
def test_any_text_is_a_phone_or_refused_with_a_fault(text: str) -> None:
    try:
        assert 13_000_000_000 <= check_contact_phone(text) < 20_000_000_000
    except PhoneInvalid:
        return
