"""A customer buys a number and is told where to collect it: SPEC 4.1 to 4.8, with every row that it leaves."""

import json
import re
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from textual.geometry import Offset

from kiosk.domain.agreements import NUMBER_SELECTION
from kiosk.domain.journeys import Step
from kiosk.domain.rules import SHOP_TIME
from kiosk.terminal.input_methods import InputMethods
from storage import people
from tests.journeys.hands import (
    HOME_SHOP,
    ID_NUMBER,
    JINAN,
    NAME,
    NEXT,
    PHONE,
    TARIFF,
    Terminal,
    open_terminal,
)
from tests.services.small_shop import MERCHANT, START, World
from widgets.choice_list import ChoiceList
from widgets.number_list import NumberList

OTHER_SHOP = "0531-01"


@dataclass(slots=True)
class Shown:
    """What the customer was shown on the way."""

    number: str = ""
    tariff: str = ""
    shop: str = ""
    amount: str = ""
    order_no: str = ""
    pay_amount: str = ""
    receipt: str = ""


async def by_keys(terminal: Terminal, shown: Shown, language: str) -> None:
    """The whole purchase without a touch."""
    await terminal.press("space")
    if language == "en":
        await terminal.press("8")
    await terminal.press("1")
    await terminal.type("3")
    rows: NumberList = terminal.find("#numbers")
    assert all(row.number.startswith("13") for row in rows.rows)
    place = next(place for place, row in enumerate(rows.rows) if plain(row.columns))
    shown.number = rows.rows[place].number
    await terminal.press_on(rows, str(place + 1))
    assert terminal.is_at(Step.TARIFF)

    tariffs: ChoiceList = terminal.find("#tariffs")
    while tariffs.rows[tariffs.cursor].key != TARIFF:
        await terminal.press("down")
    shown.tariff = tariffs.rows[tariffs.cursor].cells[0]
    await terminal.press("enter", "enter")
    assert terminal.is_at(Step.CUSTOMER)

    await terminal.focus("#name")
    await terminal.type(NAME)
    await terminal.press("enter")
    await terminal.type(ID_NUMBER.lower())
    await terminal.press("enter")
    await terminal.type(PHONE)
    shops: ChoiceList = terminal.find("#shops")
    other = next(place for place, row in enumerate(shops.rows) if row.key == OTHER_SHOP)
    await terminal.press_on(shops, str(other + 1))
    shown.shop = shops.rows[other].cells[0]
    await terminal.press("enter")
    assert terminal.is_at(Step.CONFIRM)

    shown.amount = terminal.text("#total")
    await terminal.press_on("#agree")
    await terminal.press_on(NEXT)
    assert terminal.is_at(Step.PAY)

    await pay_at_the_cashier(terminal, shown)
    assert not terminal.screen.query_one(NEXT).disabled
    shown.receipt = terminal.words
    await terminal.press("enter")


async def by_touch(terminal: Terminal, shown: Shown, language: str) -> None:
    """The whole purchase without a key."""
    await terminal.tap("#touch")
    if language == "en":
        await terminal.tap("#language")
    await terminal.tap("#numbers")
    boxes = terminal.find("#boxes")
    await terminal.tap(boxes, Offset(boxes._starts[1] + 1, 0))
    await terminal.tap_keys(terminal.find("#pad"), "3", "done")
    rows: NumberList = terminal.find("#numbers")
    assert all(row.number.startswith("13") for row in rows.rows)
    place = next(place for place, row in enumerate(rows.rows) if plain(row.columns))
    shown.number = rows.rows[place].number
    await terminal.tap_row(rows, place)
    assert terminal.is_at(Step.TARIFF)

    tariffs: ChoiceList = terminal.find("#tariffs")
    place = next(place for place, row in enumerate(tariffs.rows) if row.key == TARIFF)
    shown.tariff = tariffs.rows[place].cells[0]
    await terminal.tap_row(tariffs, place)
    await terminal.tap(NEXT)
    assert terminal.is_at(Step.CUSTOMER)

    shops: ChoiceList = terminal.find("#shops")
    other = next(place for place, row in enumerate(shops.rows) if row.key == OTHER_SHOP)
    await terminal.tap_row(shops, other)
    shown.shop = shops.rows[other].cells[0]
    await terminal.tap("#name")
    await terminal.compose_name()
    await terminal.tap_digits(*ID_NUMBER)
    await terminal.tap_digits(*PHONE)
    await terminal.tap(NEXT)
    assert terminal.is_at(Step.CONFIRM)

    shown.amount = terminal.text("#total")
    await terminal.tap("#agree")
    await terminal.tap(NEXT)
    assert terminal.is_at(Step.PAY)

    await pay_at_the_cashier(terminal, shown)
    assert not terminal.screen.has_class("-keys")
    shown.receipt = terminal.words
    await terminal.tap(NEXT)


async def pay_at_the_cashier(terminal: Terminal, shown: Shown) -> None:
    """The phone pays; the screen turns by itself (SPEC 6.1), and a worker sends the SMS (SPEC 4.8)."""
    shown.pay_amount = terminal.text("#amount")
    shown.order_no = terminal.order_no
    assert shown.order_no in terminal.text("#basket-text")
    terminal.world.pay(terminal.trade)
    await terminal.until(lambda: terminal.is_at(Step.COLLECT))
    await terminal.settle()
    terminal.work()


def plain(columns: tuple[str, ...]) -> bool:
    """Whether a row names no monthly minimum, so that every tariff goes with the number."""
    return "¥" not in columns[1]


Hand = Callable[[Terminal, Shown, str], Coroutine[Any, Any, None]]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("hand", [by_keys, by_touch])
async def test_a_number_is_bought_and_every_row_says_what_was_shown(
    world: World, now: list[float], input_methods: InputMethods, hand: Hand, language: str, tmp_path: Path
) -> None:
    """SPEC 4.1 to 4.8, 9.1, 9.3, 10.3."""
    shown = Shown()
    async with open_terminal(world, now, input_methods=input_methods) as terminal:
        await hand(terminal, shown, language)
        await terminal.settle()
        assert terminal.app.current_mode == "attract"
        assert terminal.app.tr.language == "zh", "the next person is greeted in the shop's language"
    check_order(terminal, shown, language, name=NAME)
    check_money(terminal, shown)
    check_messages(terminal, shown, language)
    check_visit(terminal, language)
    check_nothing_readable(tmp_path)


def check_order(terminal: Terminal, shown: Shown, language: str, name: str) -> None:
    order = terminal.the_row("orders")
    msisdn = int(shown.number.replace(" ", ""))
    amount_fen = in_fen(shown.amount)
    deadline = START + timedelta(days=7)
    visit = terminal.the_row("visits")
    assert order._asdict() == {
        "order_no": shown.order_no,
        "idempotency_key": order.idempotency_key,
        "kind": "number",
        "state": "in_progress",
        "state_reason": None,
        "visit_id": visit.visit_id,
        "terminal_id": "jn01-1",
        "language": language,
        "msisdn": msisdn,
        "tariff_code": TARIFF,
        "amount_fen": amount_fen,
        "payment_method": "online",
        "fulfilment": "pickup",
        "fulfilment_state": "awaiting_pickup",
        "shop_code": OTHER_SHOP,
        "customer_name": name,
        "id_type": "resident",
        "id_number": ID_NUMBER,
        "id_hash": terminal.world.shop.database.cipher.keyed_hash(ID_NUMBER, "id_number"),
        "contact_phone": PHONE,
        "phone_hash": terminal.world.shop.database.cipher.keyed_hash(PHONE, "phone"),
        "agreement": NUMBER_SELECTION.code,
        "agreement_version": NUMBER_SELECTION.version,
        "agreement_accepted_at": START,
        "submitted_at": START,
        "pay_deadline": START + timedelta(minutes=30),
        "check_again_at": None,
        "paid_at": START,
        "pickup_deadline": deadline,
        "ended_at": None,
        "personal_data_erased_at": None,
        "account_id": None,
    }
    assert re.fullmatch(r"[0-9a-f]{32}", order.idempotency_key)
    lines = sorted(terminal.rows("order_lines"), key=lambda line: line.position)
    assert sum(line.amount_fen for line in lines) == amount_fen
    assert [line.order_no for line in lines] == [shown.order_no] * len(lines)
    for line in lines:
        assert f"{line.amount_fen / 100:,.2f}" in shown.receipt
    claim = terminal.the_row("number_claims")
    assert (claim.msisdn, claim.kind, claim.order_no, claim.expires_at, claim.payment_unsettled) == (
        msisdn,
        "sale",
        shown.order_no,
        None,
        False,
    )
    line = terminal.the_row("lines")
    assert (line.msisdn, line.order_no, line.tariff_code, line.id_hash, line.state) == (
        msisdn,
        shown.order_no,
        TARIFF,
        order.id_hash,
        "pre_active",
    )
    assert (line.created_at, line.activated_at, line.closed_at) == (START, None, None)
    events = [(event.event, event.actor, event.order_no) for event in terminal.rows("order_events")]
    assert events == [("submitted", "customer", shown.order_no), ("paid", "provider", shown.order_no)]
    audit = [(entry.action, entry.actor, entry.subject, entry.terminal_id) for entry in terminal.rows("audit")]
    assert audit == [("order.submitted", "customer", shown.order_no, "jn01-1")]
    assert shown.order_no in shown.receipt
    assert f"{deadline.astimezone(SHOP_TIME):%Y-%m-%d %H:%M}" in shown.receipt
    assert shown.number in shown.receipt
    assert shown.tariff in shown.receipt


def check_money(terminal: Terminal, shown: Shown) -> None:
    amount_fen = in_fen(shown.amount)
    assert in_fen(shown.pay_amount) == amount_fen
    attempt = terminal.the_row("payment_attempts")
    assert (attempt.order_no, attempt.provider, attempt.merchant_id) == (shown.order_no, "sandbox", MERCHANT)
    assert (attempt.amount_fen, attempt.state, attempt.settled_at) == (amount_fen, "confirmed", START)
    assert (attempt.created_at, attempt.expires_at) == (START, START + timedelta(minutes=30))
    charge = terminal.world.ledger.charge(attempt.out_trade_no)
    assert charge is not None
    (payment,) = charge.payments
    transaction = terminal.the_row("payment_transactions")
    assert (transaction.out_trade_no, transaction.amount_fen) == (attempt.out_trade_no, amount_fen)
    assert transaction.transaction_id == payment.transaction_id
    assert (transaction.paid_at, transaction.seen_at) == (START, START)
    assert terminal.rows("refunds") == []


def check_messages(terminal: Terminal, shown: Shown, language: str) -> None:
    """SPEC 4.8: an SMS with the order number and the documents to bring, to the contact phone."""
    notice = terminal.the_row("notices")
    assert (notice.channel, notice.recipient, notice.state, notice.tries) == ("sms", PHONE, "sent", 1)
    assert (notice.order_no, notice.sent_at) == (shown.order_no, START)
    (message,) = terminal.world.ledger.messages()
    assert message.message_id == notice.provider_message_id
    assert (message.recipient, message.body) == (PHONE, notice.body)
    assert shown.order_no in message.body
    assert shown.number in message.body
    assert terminal.world.order_row(shown.order_no).language == language


def check_visit(terminal: Terminal, language: str) -> None:
    """SPEC 3.8: finished, and what was chosen is erased."""
    visit = terminal.the_row("visits")
    assert (visit.terminal_id, visit.language, visit.started_at, visit.ended_at) == ("jn01-1", language, START, START)
    assert (visit.end_reason, visit.choices, visit.phone_hash, visit.id_hash) == ("finished", None, None, None)


def check_nothing_readable(folder: Path) -> None:
    """SPEC 10.3: the file tells nobody who bought the number."""
    for file in folder.glob("kiosk.sqlite*"):
        content = file.read_bytes()
        for secret in (NAME, ID_NUMBER, PHONE):
            assert secret.encode() not in content, file.name


def in_fen(shown: str) -> int:
    yuan = re.fullmatch(r"¥([\d,]+)\.(\d\d)", shown)
    assert yuan is not None, shown
    return int(yuan[1].replace(",", "") + yuan[2])


async def test_what_was_chosen_is_kept_encrypted_at_each_step(terminal: Terminal) -> None:
    """SPEC 4.2, 10.3: so that the counter can take the visit over."""
    await terminal.reach(Step.CUSTOMER, name=NAME, id_number=ID_NUMBER, phone=PHONE, shop_code=HOME_SHOP)
    await terminal.tap(NEXT)
    assert terminal.is_at(Step.CONFIRM)
    visit_id = terminal.app.visit.visit_id
    with terminal.world.shop.database.reading() as connection:
        kept = json.loads(people.read_choices(connection, visit_id) or "")
    assert kept == json.loads(json.dumps(terminal.app.visit.choices()))
    assert (kept["city"], kept["name"], kept["shop"]) == (JINAN, NAME, HOME_SHOP)
