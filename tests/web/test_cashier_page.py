"""The sandbox's cashier over HTTP (SPEC 6.1, 6.2): every button, twice, late, and without a token."""

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from kiosk.domain.sandbox import ChargeState, Promise, SandboxCharge
from kiosk.web.body import MAX_BODY_BYTES
from tests.web.sandbox_bank import OUT_TRADE_NO, Bank, Visitor


def token_in(address: str) -> str:
    return parse_qs(urlsplit(address).query)["t"][0]


def press(visitor: Visitor, address: str, action: str) -> httpx.Response:
    """Send the form as the page does: the token is in the form, not in the address."""
    path = urlsplit(address).path
    return visitor.post(f"{path}?lang=zh", data={"t": token_in(address), "action": action})


def kept(bank: Bank) -> SandboxCharge:
    charge = bank.ledger.charge(OUT_TRADE_NO)
    assert charge is not None
    return charge


def test_the_page_shows_merchant_order_amount_and_time_left(bank: Bank, visitor: Visitor) -> None:
    page = visitor.get(bank.open_charge())
    assert page.status_code == 200
    for shown in ("中国移动山东公司", "SD202611220001", "¥500.00", "选号入网 138 5317 6688", "付款期限"):
        assert shown in page.text
    assert re.search(r'value="pay">确认支付 ¥500\.00</button>', page.text)


def test_paying_takes_the_money_once_and_leads_back_to_the_result(bank: Bank, visitor: Visitor) -> None:
    address = bank.open_charge()
    answers = [press(visitor, address, "pay") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert len(kept(bank).payments) == 1
    page = visitor.get(answers[0].headers["location"])
    assert "支付成功" in page.text
    assert "确认支付" not in page.text


def test_declining_says_so_and_takes_nothing(bank: Bank, visitor: Visitor) -> None:
    address = bank.open_charge()
    press(visitor, address, "decline")
    press(visitor, address, "pay")
    assert kept(bank).state is ChargeState.DECLINED
    assert "付款没有成功" in visitor.get(address).text


def test_paying_twice_moves_the_money_twice(bank: Bank, visitor: Visitor) -> None:
    address = bank.open_charge()
    press(visitor, address, "twice")
    assert len(kept(bank).payments) == 2
    page = visitor.get(address).text
    assert "¥1,000.00" in page
    assert "这笔单付了 2 次" in page


def test_a_delayed_payment_is_promised_for_ten_seconds_later(bank: Bank, visitor: Visitor) -> None:
    address = bank.open_charge()
    press(visitor, address, "delay")
    charge = kept(bank)
    assert charge.promise is Promise.DELAYED
    assert charge.due_at is not None
    assert timedelta(seconds=9) < charge.due_at - bank.now() <= timedelta(seconds=10)
    assert "付款处理中" in visitor.get(address).text


def test_a_late_payment_is_promised_for_after_the_deadline(bank: Bank, visitor: Visitor) -> None:
    address = bank.open_charge()
    press(visitor, address, "late")
    charge = kept(bank)
    assert charge.promise is Promise.LATE
    assert charge.due_at is not None
    assert charge.due_at > charge.expires_at
    bank.payments.close(OUT_TRADE_NO)
    assert "逾期款项预计" in visitor.get(address).text


def test_after_the_deadline_only_a_late_payment_is_taken(bank: Bank, visitor: Visitor) -> None:
    address = bank.open_charge(minutes=-1)
    assert "已过付款时间" in visitor.get(address).text
    for action in ("pay", "twice", "delay"):
        press(visitor, address, action)
        bank.ledger.carry_out_due(bank.now())
        assert kept(bank).state is ChargeState.WAITING
    press(visitor, address, "late")
    assert kept(bank).state is ChargeState.PAID


def test_a_closed_charge_takes_no_ordinary_payment(bank: Bank, visitor: Visitor) -> None:
    address = bank.open_charge()
    bank.payments.close(OUT_TRADE_NO)
    press(visitor, address, "pay")
    assert kept(bank).state is ChargeState.CLOSED
    assert "这笔付款已关闭" in visitor.get(address).text


def test_going_silent_leaves_the_page_as_it_was_but_says_until_when(bank: Bank, visitor: Visitor) -> None:
    address = bank.open_charge()
    press(visitor, address, "silent")
    assert kept(bank).is_silent(bank.now())
    page = visitor.get(address).text
    assert "服务商对终端不作应答" in page
    assert "确认支付" in page
    bank.now.offset += timedelta(seconds=31)
    assert "服务商对终端不作应答" not in visitor.get(address).text


def test_a_refund_shows_on_the_page(bank: Bank, visitor: Visitor) -> None:
    address = bank.open_charge()
    bank.ledger.pay(OUT_TRADE_NO, bank.now())
    bank.ledger.refund(
        out_refund_no="R1",
        out_trade_no=OUT_TRADE_NO,
        transaction_id=kept(bank).payments[0].transaction_id,
        amount_fen=12_345,
        reason="cancelled",
        now=bank.now(),
    )
    assert "¥123.45" in visitor.get(address).text


def test_the_address_in_the_qr_code_leads_to_the_page(bank: Bank, visitor: Visitor) -> None:
    page = bank.open_charge()
    code = urlsplit(bank.payments.create(bank.charge()))
    assert visitor.get(code.path).headers["location"] == page


@pytest.mark.parametrize("token", ["", "t=", "t=0123456789abcdef0123456789abcdef", "t=%F0%9F%98%80", "t=%00"])
def test_without_its_token_a_charge_is_not_to_be_seen(bank: Bank, visitor: Visitor, token: str) -> None:
    bank.open_charge()
    page = visitor.get(f"/pay/{OUT_TRADE_NO}?{token}")
    assert page.status_code == 404
    assert "¥500.00" not in page.text


def test_a_form_without_the_token_pays_nothing(bank: Bank, visitor: Visitor) -> None:
    """The token in the form is what another site's form can't know."""
    address = bank.open_charge()
    for form in ({"action": "pay"}, {"action": "pay", "t": "0" * 32}):
        assert visitor.post(address, data=form).status_code == 404
    assert kept(bank).state is ChargeState.WAITING


@pytest.mark.parametrize("path", ["/pay/", "/pay/%00", "/pay/%FF%FE", "/pay/..%2f..%2fetc", "/pay/" + "9" * 3000])
def test_nonsense_gets_a_calm_page(visitor: Visitor, path: str) -> None:
    page = visitor.get(path)
    assert page.status_code == 404
    assert "没有找到这个页面" in page.text
    assert "Traceback" not in page.text


@pytest.mark.parametrize(
    "body",
    [b"", b"\xff\xfe=%%%", b"&" * 5000, b"action=pay", b"t=1&" * 11],
    ids=["nothing", "bytes", "ampersands", "no token", "many tokens"],
)
def test_a_form_of_nonsense_is_refused(bank: Bank, visitor: Visitor, body: bytes) -> None:
    address = bank.open_charge()
    assert visitor.post(address, content=body).status_code == 404
    assert kept(bank).state is ChargeState.WAITING


def test_an_unknown_action_is_refused(bank: Bank, visitor: Visitor) -> None:
    assert press(visitor, bank.open_charge(), "explode").status_code == 404


def test_a_huge_form_is_refused_without_being_kept(bank: Bank, visitor: Visitor) -> None:
    assert visitor.post(bank.open_charge(), content=b"x" * (MAX_BODY_BYTES + 1)).status_code == 413


def test_markup_in_a_subject_is_shown_as_text(bank: Bank, visitor: Visitor) -> None:
    bank.ledger.open_charge(
        out_trade_no="X1",
        merchant_id="SHANDONG",
        order_no="<b>1</b>",
        subject="<script>alert(1)</script>",
        amount_fen=1,
        expires_at=bank.now() + timedelta(minutes=1),
    )
    page = visitor.get(f"/pay/X1?t={bank.key.cashier_token('X1')}").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize("path", ["charge", "/", "/phone", "/health", "/static/pages.css", "/nowhere"])
def test_every_answer_is_sealed(bank: Bank, visitor: Visitor, path: str) -> None:
    """No outside resources, no framing, nothing kept, and no address that leaks a token."""
    headers = visitor.get(bank.open_charge() if path == "charge" else path).headers
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"


def test_pages_name_no_other_host(bank: Bank, visitor: Visitor) -> None:
    for path in (bank.open_charge(), "/", "/phone"):
        assert not re.findall(r'(?:src|href|action)="(?:https?:)?//', visitor.get(path).text)


@pytest.mark.parametrize(
    ("query", "accepted", "expected"),
    [
        ("", "", "zh-CN"),
        ("", "en-GB,en;q=0.9", "en"),
        ("", "fr,en;q=0.3,zh;q=0.7", "zh-CN"),
        ("", "en;q=0, zh;q=0.1", "zh-CN"),
        ("", ";;;q=9,\x7f", "zh-CN"),
        ("&lang=en", "zh-CN", "en"),
        ("&lang=zh", "en", "zh-CN"),
        ("&lang=xx", "en", "en"),
    ],
)
def test_the_language_is_the_addresses_else_the_browsers_else_chinese(
    bank: Bank, visitor: Visitor, query: str, accepted: str, expected: str
) -> None:
    page = visitor.get(bank.open_charge() + query, headers={"accept-language": accepted}).text
    assert f'<html lang="{expected}">' in page


def test_the_other_language_is_one_tap_away_and_stays_through_a_payment(bank: Bank, visitor: Visitor) -> None:
    address = bank.open_charge()
    match = re.search(r'class="language" href="([^"]+)"', visitor.get(address).text)
    assert match is not None
    english = match[1].replace("&amp;", "&")
    assert "China Mobile Shandong" in visitor.get(english).text
    answer = visitor.post(f"/pay/{OUT_TRADE_NO}?lang=en", data={"t": token_in(address), "action": "pay"})
    assert '<html lang="en">' in visitor.get(answer.headers["location"]).text


def test_a_request_for_another_host_is_refused(bank: Bank, visitor: Visitor) -> None:
    assert visitor.get(bank.open_charge(), headers={"host": "evil.example"}).status_code == 400


def test_a_database_that_is_busy_or_gone_is_a_calm_moment(bank: Bank, visitor: Visitor) -> None:
    address = bank.open_charge()
    with bank.database.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE sandbox_charges RENAME TO moved_away")
    page = visitor.get(address)
    assert page.status_code == 503
    assert "请稍候" in page.text
    assert "data-refresh-seconds" in page.text
