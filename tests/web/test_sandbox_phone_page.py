"""The sandbox phone (issue 2 item 6): people who try the program read there what it sent, and nobody else does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.gateways.messages import Channel
from kiosk.gateways.sandbox import SandboxMessages
from kiosk.web.app import make_web_app
from kiosk.web.phone import own_links
from tests.web.sandbox_bank import Bank, MarkedTranslator, Visitor


def send(bank: Bank, key: str, body: str, *, recipient: str = "13853176688", subject: str = "") -> None:
    channel = Channel.EMAIL if "@" in recipient else Channel.SMS
    SandboxMessages(bank.ledger, bank.now).send(key, channel, recipient, subject, body)


def test_an_empty_phone_says_so(visitor: Visitor) -> None:
    assert "还没有消息" in visitor.get("/phone").text


def test_messages_are_listed_newest_first_with_their_recipients(bank: Bank, visitor: Visitor) -> None:
    send(bank, "a", "验证码 604918")
    send(bank, "b", "激活码 482913", recipient="li.hua@example.com", subject="请激活")
    page = visitor.get("/phone").text
    assert page.index("482913") < page.index("604918")
    for shown in ("138 5317 6688", "li.hua@example.com", "请激活", "沙箱手机"):
        assert shown in page


def test_markup_in_a_message_is_shown_as_text(bank: Bank, visitor: Visitor) -> None:
    send(bank, "a", "<img src=x onerror=alert(1)>")
    assert "<img" not in visitor.get("/phone").text


@pytest.mark.parametrize("address", ["192.168.1.7", "203.0.113.9", "not an address"])
def test_strangers_may_not_read_it(bank: Bank, address: str) -> None:
    send(bank, "a", "验证码 604918")
    stranger = Visitor(bank.app, bank.base_url, address)
    page = stranger.get("/phone")
    assert page.status_code == 403
    assert "604918" not in page.text


def test_the_shops_own_network_may_read_it(bank: Bank) -> None:
    app = make_web_app(
        ledger=bank.ledger,
        key=bank.key,
        base_url=bank.base_url,
        merchant_zh="",
        merchant_en="",
        translator=MarkedTranslator,
        now=bank.now,
        phone_networks=("192.168.1.0/24",),
    )
    phone = Visitor(app, bank.base_url, "192.168.1.7")
    assert phone.get("/phone").status_code == 200


def test_the_index_leads_to_the_phone_and_health_is_plain(visitor: Visitor) -> None:
    assert 'href="/phone?lang=zh"' in visitor.get("/").text
    assert visitor.get("/health").json() == {"status": "ok"}


def test_a_link_to_this_program_can_be_followed(bank: Bank, visitor: Visitor) -> None:
    link = f"{bank.base_url}/activate/abc-123?x=1&y=2"
    send(bank, "a", f"请打开 {link}。", recipient="li.hua@example.com", subject="请激活")
    page = visitor.get("/phone").text
    assert f'href="{link.replace("&", "&amp;")}"' in page


@pytest.mark.parametrize(
    "address",
    [
        "https://elsewhere.example/activate",
        "javascript:alert(1)",
        "{base}.elsewhere.example/activate",
        "{base}@elsewhere.example/",
        "http://elsewhere.example/?{base}/",
    ],
)
def test_any_other_address_stays_words(bank: Bank, visitor: Visitor, address: str) -> None:
    send(bank, "a", f"请打开 {address.format(base=bank.base_url)} 好吗")
    assert "<a " not in visitor.get("/phone").text.split("<main>")[1]


@given(st.text(), st.text())
def test_whatever_is_around_them_links_lead_to_this_program(before: str, after: str) -> None:
    base = "http://127.0.0.1:8080"
    links = own_links(f"{before}{base}/activate/x{after}", base)
    assert links
    assert all(link.startswith(f"{base}/") for link in links)
    assert own_links(f"{base}/a {base}/b,{base}/a", base)[0] == f"{base}/a"
