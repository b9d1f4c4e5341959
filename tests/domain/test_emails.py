"""Which e-mail addresses can be registered, and why others can't. SPEC 3.1, 10.3."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.emails import LONGEST_EMAIL, EmailFault, EmailInvalid, check_email, email_key, mask_email


def fault(text: str) -> EmailFault | None:
    try:
        check_email(text)
    except EmailInvalid as caught:
        return caught.reason
    return None


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("anna.smith@example.com", "anna.smith@example.com"),
        ("  Anna+kiosk@QQ.com ", "Anna+kiosk@qq.com"),
        ("13853100017＠139。com", "13853100017@139.com"),
        ("someone@例え.jp", "someone@xn--r8jz45g.jp"),
    ],
)
def test_an_address_is_brought_into_the_form_that_mail_is_sent_to(typed: str, address: str) -> None:
    assert check_email(typed) == address


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", EmailFault.EMPTY),
        ("   ", EmailFault.EMPTY),
        ("anna.example.com", EmailFault.NO_AT),
        ("anna@@example.com", EmailFault.NO_AT),
        ("anna smith@example.com", EmailFault.SPACE),
        ("a" * 65 + "@example.com", EmailFault.TOO_LONG),
        ("a@" + "b." * 130 + "com", EmailFault.TOO_LONG),
        ("anna@example", EmailFault.DOMAIN_PART),
        ("anna@example..com", EmailFault.DOMAIN_PART),
        ("anna@", EmailFault.DOMAIN_PART),
        ("anna@localhost.localdomain.test", EmailFault.DOMAIN_PART),
        ("@example.com", EmailFault.NAME_PART),
        ("张伟@example.com", EmailFault.NAME_PART),
        ("anna..smith@example.com", EmailFault.NAME_PART),
        ("\ud800@example.com", EmailFault.NAME_PART),
    ],
)
def test_each_fault_has_its_own_reason(typed: str, why: EmailFault) -> None:
    assert fault(typed) is why


def test_what_is_raised_never_holds_the_address() -> None:
    with pytest.raises(EmailInvalid) as caught:
        check_email("anna.smith@nowhere")
    assert "anna" not in repr(caught.value)
    assert "nowhere" not in str(caught.value)


@given(st.text() | st.emails() | st.builds("{}@{}".format, st.text(max_size=70), st.text(max_size=300)))
def test_every_text_is_an_address_of_bounded_length_in_ascii_or_has_a_fault(typed: str) -> None:
    if fault(typed) is None:
        address = check_email(typed)
        assert address.isascii()
        assert address.count("@") == 1
        assert len(address) <= 2 * LONGEST_EMAIL
        assert check_email(address) == address


@given(st.emails())
def test_case_makes_no_other_account(address: str) -> None:
    if fault(address) is None:
        assert email_key(check_email(address)) == email_key(check_email(address.swapcase()))


@given(st.emails())
def test_a_masked_address_shows_no_more_than_its_first_letter_and_domain(address: str) -> None:
    local_part, domain = address.rsplit("@", 1)
    assert mask_email(address) in {f"***@{domain}", f"{local_part[0]}***@{domain}"}
