"""E-mail addresses: only what every server carries, and never what could end a header."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.mail_address import in_ascii, read_sender


@pytest.mark.parametrize(
    ("address", "carried"),
    [
        ("li.hua@example.com", "li.hua@example.com"),
        ("li+kiosk_1@mail.example.com.cn", "li+kiosk_1@mail.example.com.cn"),
        ("li@例子.com", "li@xn--fsqu00a.com"),
        ("admin@localhost", "admin@localhost"),
    ],
)
def test_an_address_is_carried_in_ascii(address: str, carried: str) -> None:
    assert in_ascii(address) == carried


@pytest.mark.parametrize(
    "address",
    [
        "",
        "a",
        "a@",
        "@b.example",
        "a..b@c.example",
        ".a@b.example",
        "a@b@c.example",
        "李@b.example",
        "a@-b.example",
        "a b@c.example",
        "<a@b.example>",
        "a@b.example\n",
        "x" * 65 + "@b.example",
        "a@" + "x" * 64 + ".example",
    ],
)
def test_anything_else_is_none(address: str) -> None:
    assert in_ascii(address) is None


@given(st.text(max_size=40))
def test_nothing_that_is_carried_could_end_a_header_or_an_envelope(text: str) -> None:
    for address in (text, f"a@{text}", f"{text}@b.example"):
        carried = in_ascii(address)
        assert carried is None or (
            carried.isascii() and carried.isprintable() and not set(carried) & set(' <>()[],;:\\"')
        )


@pytest.mark.parametrize(
    ("text", "name", "address"),
    [
        ("no-reply@shop.example", "", "no-reply@shop.example"),
        ("移动营业厅 <no-reply@shop.example>", "移动营业厅", "no-reply@shop.example"),
        ('"The shop" <no-reply@shop.example>', "The shop", "no-reply@shop.example"),
    ],
)
def test_a_sender_may_have_a_name(text: str, name: str, address: str) -> None:
    assert read_sender(text) == (name, address)


@pytest.mark.parametrize("text", ["", "x", "a@b\nBcc: c@d", "x <a@b.example> y", "x <a@b.example", "x\n <a@b.example>"])
def test_anything_else_is_no_sender(text: str) -> None:
    with pytest.raises(ValueError, match="sender"):
        read_sender(text)
