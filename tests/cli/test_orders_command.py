"""`kiosk orders` and `kiosk messages` of a shop that has sold something (DESIGN 5, SPEC 10.3)."""

import uuid
from collections.abc import Iterator
from dataclasses import replace

import pytest

from kiosk.cli.orders import _print_order
from kiosk.composition import OpenedShop, open_shop
from kiosk.config import Settings
from kiosk.domain.agreements import NUMBER_SELECTION
from kiosk.domain.id_documents import check_digit
from kiosk.domain.number_query import NumberQuery
from kiosk.domain.orders import PaymentMethod
from kiosk.locale import Translator
from kiosk.services.browse_offers import list_tariffs, price_purchase
from kiosk.services.hold_number import hold_number
from kiosk.services.keep_visit import begin_visit
from kiosk.services.register_customer import check_customer
from kiosk.services.search_numbers import search_numbers
from kiosk.services.show_orders import show_order
from kiosk.services.submit_order import Submission, submit_order
from kiosk.services.take_payment import payment_progress, start_payment
from tests.cli.conftest import Inside, Program

NAME, PHONE = "欧阳明月", "13953112345"
ID_NUMBER = "37010219900307123" + check_digit("37010219900307123")


@pytest.fixture
def opened(filled: Program) -> Iterator[OpenedShop]:
    with open_shop(Settings(data_dir=filled.data_dir), terminal=True) as opened:
        yield opened


@pytest.fixture
def order_no(opened: OpenedShop) -> str:
    """A person buys a number and pays."""
    shop, ledger = opened.shop, opened.ledger
    assert ledger is not None
    assert opened.home.shop_code is not None
    visit_id = begin_visit(shop, "zh")
    query = NumberQuery(city_adcode=opened.home.city_adcode, patterns=frozenset({"PLAIN"}), limit=1)
    msisdn = search_numbers(shop, query).numbers[0].msisdn
    hold_number(shop, visit_id, msisdn)
    tariff = list_tariffs(shop, msisdn)[0].code
    submission = Submission(
        idempotency_key=uuid.uuid4().hex,
        visit_id=visit_id,
        language="zh",
        msisdn=msisdn,
        tariff_code=tariff,
        customer=check_customer(shop, name=NAME, id_type="resident", id_number=ID_NUMBER, phone=PHONE),
        shop_code=opened.home.shop_code,
        payment_method=PaymentMethod.ONLINE,
        agreement=NUMBER_SELECTION,
        amount_fen=price_purchase(shop, msisdn, tariff).today.total_fen,
    )
    order_no = submit_order(shop, submission).order_no
    ledger.pay(start_payment(shop, order_no, "sandbox").out_trade_no, shop.now())
    payment_progress(shop, order_no)
    return order_no


def test_order_document_has_these_keys_and_nobodys_data(inside: Inside, filled: Program, order_no: str) -> None:
    ended = inside.on(filled.data_dir)("orders", "show", order_no, "--json")
    document = ended.document
    promised = ["order_no", "state", "kind", "msisdn", "amount_fen", "fulfilment", "fulfilment_state"]
    assert {*promised, "payments", "timeline"} <= set(document)
    assert (document["order_no"], document["state"], document["fulfilment_state"]) == (
        order_no,
        "in_progress",
        "awaiting_pickup",
    )
    assert [payment["state"] for payment in document["payments"]] == ["confirmed"]
    assert document["customer"]["phone"] == "139****2345"
    assert not any(secret in ended.out for secret in (NAME, ID_NUMBER, PHONE))


def test_order_for_people(inside: Inside, filled: Program, order_no: str) -> None:
    kiosk = inside.on(filled.data_dir)
    shown, listed = kiosk("orders", "show", order_no), kiosk("orders", "list")
    assert (shown.status, listed.status) == (0, 0)
    assert "欧阳**" in shown.out
    assert order_no in listed.out
    assert "待领取" in listed.out
    assert all(words in shown.out for words in ("订单已提交", "付款成功", "支付平台"))
    assert "submitted" not in shown.out
    assert not any(secret in shown.out + listed.out for secret in (NAME, ID_NUMBER, PHONE))


def test_what_is_stored_controls_nobodys_terminal(
    opened: OpenedShop, order_no: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """SPEC 9.2."""
    order = replace(show_order(opened.shop, order_no), shop_code="\x1b[2JS\x9b31m")
    _print_order(Translator("zh"), order)
    shown = capsys.readouterr().out
    assert "[2JS31m\n" in shown
    assert not any(character in shown for character in "\x1b\x9b")


def test_worker_sends_the_message_and_the_list_shows_it_sent(inside: Inside, filled: Program, order_no: str) -> None:
    kiosk = inside.on(filled.data_dir)
    waiting = kiosk("messages", "list", "--json").document["messages"][0]
    assert (waiting["state"], waiting["order_no"], waiting["recipient"]) == ("queued", order_no, "139****2345")
    # The demonstration's subscribers are told their service passwords too.
    assert kiosk("worker", "--once", "--json").document["notices"] == 1 + 6
    assert "发出的消息" not in kiosk("worker", "--once").out
    sent = kiosk("messages", "list", "--json").document["messages"][0]
    assert sent["state"] == "sent"
