"""A shop small enough to know by heart: forty numbers, a bank that can misbehave, a clock that tests move."""

import itertools
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import insert, select

from kiosk.domain.agreements import NUMBER_SELECTION
from kiosk.domain.orders import ClaimKind, OrderState, PaymentMethod
from kiosk.domain.rules import Rules
from kiosk.gateways.payment import (
    ChargeRequest,
    PaymentGateway,
    ProviderNotice,
    ProviderRefused,
    ProviderUnavailable,
    Refund,
    RefundRequest,
    Trade,
)
from kiosk.gateways.sandbox import SandboxKey, SandboxMessages, SandboxPayments, notice_body
from kiosk.services.browse_offers import price_purchase
from kiosk.services.cancel_order import cancel_order, cancel_paid_order
from kiosk.services.hashing import Hasher
from kiosk.services.hold_number import hold_number
from kiosk.services.keep_visit import begin_visit
from kiosk.services.register_customer import Customer, check_customer
from kiosk.services.settle_deadlines import settle_deadlines
from kiosk.services.shop import Shop
from kiosk.services.submit_order import Submission, submit_order
from kiosk.services.take_payment import receive_notice, start_payment
from kiosk.services.whose_order import Asker
from storage import claims, orders, payments
from storage.encryption import FieldCipher
from storage.engine import Database, open_database
from storage.number_index import NumberIndex
from storage.sandbox import SandboxLedger
from storage.tables import number_claims, number_tiers, numbers, regions, shops, tariff_regions, tariffs
from storage.tables import orders as order_table

START = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
MERCHANT = "SHANDONG"
JINAN, QINGDAO = 370100, 370200
PLAIN = [13853100000 + place for place in range(30)]
"""Numbers of Jinan that anybody may take at the machine."""
FINE = [13853116666, 13853118888]
"""Numbers of Jinan with a prepayment and a monthly minimum."""
FOR_CLERKS = [13853188888, 13853199999]
ELSEWHERE = [13853200000 + place for place in range(6)]
"""Numbers of Qingdao."""
WITHDRAWN = 13853177777
TARIFF, DEAR_TARIFF, JINAN_TARIFF, OLD_TARIFF = "T39", "T128", "T59", "T19"
JINAN_SHOP, QINGDAO_SHOP = "JN01", "QD01"
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


class MovableClock:
    """Stands still until a test moves it."""

    def __init__(self, start: datetime = START) -> None:
        self._now = start

    def now(self) -> datetime:
        return self._now

    def move(self, by: timedelta) -> None:
        self._now += by


class FickleProvider:
    """The sandbox as it answers on a bad day: silent, refusing, or telling something else than the truth."""

    def __init__(self, honest: PaymentGateway) -> None:
        self._honest = honest
        self.silent: set[str] = set()
        """Calls that don't arrive."""
        self.mute: set[str] = set()
        """Calls that arrive and whose answer is lost."""
        self.refusing: set[str] = set()
        self.twist: Callable[[Trade], Trade] = lambda trade: trade
        self.before: Callable[[str], None] = lambda _call: None
        self.calls: list[str] = []

    @property
    def provider(self) -> str:
        return self._honest.provider

    @property
    def merchant_id(self) -> str:
        return self._honest.merchant_id

    @contextmanager
    def _answering(self, call: str) -> Iterator[None]:
        self.calls.append(call)
        self.before(call)
        if call in self.silent:
            raise ProviderUnavailable("silent")
        if call in self.refusing:
            raise ProviderRefused("system_error")
        yield
        if call in self.mute:
            raise ProviderUnavailable("mute")

    def create(self, charge: ChargeRequest) -> str:
        with self._answering("create"):
            return self._honest.create(charge)

    def query(self, out_trade_no: str) -> Trade:
        with self._answering("query"):
            return self.twist(self._honest.query(out_trade_no))

    def close(self, out_trade_no: str) -> None:
        with self._answering("close"):
            self._honest.close(out_trade_no)

    def refund(self, request: RefundRequest) -> Refund:
        with self._answering("refund"):
            return self._honest.refund(request)

    def query_refund(self, out_trade_no: str, out_refund_no: str) -> Refund:
        with self._answering("query_refund"):
            return self._honest.query_refund(out_trade_no, out_refund_no)

    def read_notice(self, headers: Mapping[str, str], body: bytes) -> ProviderNotice:
        return self._honest.read_notice(headers, body)


@dataclass(frozen=True, slots=True)
class Money:
    """Where all the money is that customers ever paid, in fen."""

    paid: int
    known: int
    kept: int
    promised_back: int
    given_back: int


@dataclass(slots=True)
class World:
    """The shop, the bank beside it, and the people who come in."""

    shop: Shop
    clock: MovableClock
    provider: FickleProvider
    ledger: SandboxLedger
    key: SandboxKey
    bank: Database
    _serial: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def close(self) -> None:
        self.shop.database.close()
        self.bank.close()

    def another_terminal(self, terminal_id: str) -> Shop:
        return replace(self.shop, terminal_id=terminal_id)

    def with_rules(self, **rules: object) -> None:
        self.shop = replace(self.shop, rules=replace(self.shop.rules, **rules))  # type: ignore[arg-type]

    # People

    def customer(self, person: int = 1, phone: int | None = None) -> Customer:
        return check_customer(
            self.shop,
            name="张伟",
            id_type="resident",
            id_number=id_number(person),
            phone=str(13900000000 + (person if phone is None else phone)),
        )

    def visit(self) -> str:
        return begin_visit(self.shop, "zh")

    def submission(
        self,
        visit_id: str,
        msisdn: int,
        *,
        person: int = 1,
        phone: int | None = None,
        tariff: str = TARIFF,
        branch: str = JINAN_SHOP,
        key: str | None = None,
        language: str = "zh",
    ) -> Submission:
        price = price_purchase(self.shop, msisdn, tariff)
        return Submission(
            idempotency_key=key or uuid.uuid4().hex,
            visit_id=visit_id,
            language=language,
            msisdn=msisdn,
            tariff_code=tariff,
            customer=self.customer(person, phone),
            shop_code=branch,
            payment_method=PaymentMethod.ONLINE,
            agreement=NUMBER_SELECTION,
            amount_fen=price.today.total_fen,
        )

    def order(self, msisdn: int = PLAIN[0], person: int = 1, language: str = "zh") -> str:
        """A person comes in, holds the number and orders it."""
        visit_id = self.visit()
        hold_number(self.shop, visit_id, msisdn)
        return submit_order(self.shop, self.submission(visit_id, msisdn, person=person, language=language)).order_no

    def order_with_code(self, msisdn: int = PLAIN[0], person: int = 1) -> tuple[str, str]:
        """The same, up to the code on the screen: the order and its payment."""
        order_no = self.order(msisdn, person)
        return order_no, start_payment(self.shop, order_no, self.provider.provider).out_trade_no

    def paid_order(self, msisdn: int = PLAIN[0], person: int = 1) -> str:
        order_no, out_trade_no = self.order_with_code(msisdn, person)
        self.pay(out_trade_no)
        self.deliver_notices()
        assert self.order_row(order_no).state.value == "in_progress"
        return order_no

    def asker(self, order_no: str) -> Asker:
        """Whoever ordered it, still at the terminal; for an order that doesn't exist, somebody else."""
        with self.shop.database.reading() as connection:
            order = orders.find_order(connection, order_no)
        return Asker("" if order is None else order.visit_id)

    def cancel(self, order_no: str) -> OrderState:
        """Who ordered it leaves it unpaid."""
        return cancel_order(self.shop, self.asker(order_no), order_no)

    def give_up(self, order_no: str) -> None:
        """Who ordered it wants the money back."""
        cancel_paid_order(self.shop, self.asker(order_no), order_no)

    # The bank's side

    def pay(self, out_trade_no: str, times: int = 1) -> None:
        self.ledger.pay(out_trade_no, self.clock.now(), times=times)

    def pay_late(self, out_trade_no: str) -> None:
        self.ledger.pay_late(out_trade_no, self.clock.now())

    def notices(self) -> list[tuple[dict[str, str], bytes]]:
        """What the bank sends now: headers and body of each notice."""
        now = self.clock.now()
        bodies = [notice_body(notice) for notice in self.ledger.claim_due_notices(now)]
        return [(self.key.sign_notice(body, now), body) for body in bodies]

    def deliver_notices(self) -> None:
        for headers, body in self.notices():
            receive_notice(self.shop, self.provider.provider, headers, body)

    # What is stored

    def order_row(self, order_no: str) -> orders.OrderRow:
        with self.shop.database.reading() as connection:
            order = orders.find_order(connection, order_no)
        assert order is not None
        return order

    def claim(self, msisdn: int) -> claims.Claim | None:
        with self.shop.database.reading() as connection:
            return claims.find(connection, msisdn)

    def attempts(self, order_no: str) -> list[payments.AttemptRow]:
        with self.shop.database.reading() as connection:
            return list(payments.attempts_of_order(connection, order_no))

    def refunds(self, order_no: str) -> list[payments.RefundRow]:
        with self.shop.database.reading() as connection:
            return list(payments.refunds_of_order(connection, order_no))

    def events(self, order_no: str) -> list[str]:
        with self.shop.database.reading() as connection:
            return [event.event for event in orders.events_of_order(connection, order_no)]

    def is_free(self, msisdn: int) -> bool:
        """Whether somebody new could have the number this instant; nothing is changed by asking."""
        claim = self.claim(msisdn)
        return claim is None or claim.is_over(self.clock.now())

    def messages(self) -> list[str]:
        """What lies on the sandbox phone, oldest first."""
        return [message.body for message in reversed(self.ledger.messages())]

    def money(self) -> Money:
        """Compare the bank's books with the shop's, over every order."""
        with self.shop.database.reading() as connection:
            order_nos = list(connection.execute(select(order_table.c.order_no)).scalars())
            rows = [orders.find_order(connection, order_no) for order_no in order_nos]
            known = {
                transaction.transaction_id: (transaction.amount_fen, row)
                for row in rows
                if row is not None
                for transaction in payments.transactions_of_order(connection, row.order_no)
            }
            refunds = [refund for order_no in order_nos for refund in payments.refunds_of_order(connection, order_no)]
            trades = [
                attempt.out_trade_no
                for order_no in order_nos
                for attempt in payments.attempts_of_order(connection, order_no)
            ]
        charges = [charge for trade in trades if (charge := self.ledger.charge(trade)) is not None]
        going_back = {refund.transaction_id for refund in refunds}
        return Money(
            paid=sum(payment.amount_fen for charge in charges for payment in charge.payments),
            known=sum(amount for amount, _ in known.values()),
            kept=sum(amount for transaction, (amount, _) in known.items() if transaction not in going_back),
            promised_back=sum(refund.amount_fen for refund in refunds),
            given_back=sum(payment.refunded_fen for charge in charges for payment in charge.payments),
        )

    def settle(self, by: timedelta = timedelta(), rounds: int = 1) -> None:
        """Let time pass, then let the worker look."""
        self.clock.move(by)
        for _ in range(rounds):
            settle_deadlines(self.shop)

    def live_claims(self) -> dict[int, ClaimKind]:
        now = self.clock.now()
        with self.shop.database.reading() as connection:
            found = [
                claims.find(connection, msisdn)
                for msisdn in connection.execute(select(number_claims.c.msisdn)).scalars()
            ]
        return {claim.msisdn: claim.kind for claim in found if claim is not None and not claim.is_over(now)}


_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def id_number(person: int) -> str:
    """A resident ID of Jinan that passes every check, another one for each person."""
    body = f"37010219900307{person:03d}"
    return body + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True)) % 11]


def open_world(
    database_url: str,
    bank_url: str,
    cipher: FieldCipher,
    *,
    terminal_id: str = "jn01-1",
    start: datetime = START,
    rules: Rules | None = None,
) -> World:
    """Open a shop whose schema and stock are there already; any process can."""
    database, bank = open_database(database_url, cipher), open_database(bank_url, cipher)
    clock, key, ledger = MovableClock(start), SandboxKey(b"s" * 32), SandboxLedger(bank)
    honest = SandboxPayments(ledger, key, base_url="http://127.0.0.1:1", merchant_id=MERCHANT, now=clock.now)
    provider = FickleProvider(honest)
    shop = Shop(
        database=database,
        clock=clock,
        payments={provider.provider: provider},
        messages=SandboxMessages(ledger, clock.now),
        rules=rules or Rules(),
        numbers=NumberIndex(),
        terminal_id=terminal_id,
        hasher=Hasher(passes=1, memory_kib=64, lanes=1),
    )
    return World(shop, clock, provider, ledger, key, bank)


def fill_stock(database: Database) -> None:
    """Put the regions, shops, tariffs and numbers in."""
    with database.writing() as connection:
        connection.execute(
            insert(regions),
            [
                _region(370000, None, "province", "山东省", "Shandong"),
                _region(JINAN, 370000, "city", "济南市", "Jinan"),
                _region(QINGDAO, 370000, "city", "青岛市", "Qingdao"),
                _region(370102, JINAN, "district", "历下区", "Lixia"),
                _region(370202, QINGDAO, "district", "市南区", "Shinan"),
            ],
        )
        connection.execute(
            insert(shops),
            [
                _branch(JINAN_SHOP, JINAN, 370102, "泉城路营业厅"),
                _branch(QINGDAO_SHOP, QINGDAO, 370202, "香港中路营业厅"),
            ],
        )
        connection.execute(
            insert(number_tiers),
            [
                _tier(0, 0, 0, 0, "self_service"),
                _tier(3, 20_000, 12_800, 24, "self_service"),
                _tier(1, 500_000, 28_800, 36, "clerk"),
            ],
        )
        connection.execute(
            insert(tariffs),
            [
                _tariff(TARIFF, 3_900),
                _tariff(DEAR_TARIFF, 12_800),
                _tariff(JINAN_TARIFF, 5_900),
                _tariff(OLD_TARIFF, 1_900, on_sale=False),
            ],
        )
        connection.execute(
            insert(tariff_regions),
            [
                {"tariff_code": TARIFF, "adcode": 370000},
                {"tariff_code": DEAR_TARIFF, "adcode": 370000},
                {"tariff_code": JINAN_TARIFF, "adcode": JINAN},
                {"tariff_code": OLD_TARIFF, "adcode": 370000},
            ],
        )
        connection.execute(
            insert(numbers),
            [
                *(_number(msisdn, JINAN) for msisdn in PLAIN),
                *(_number(msisdn, JINAN, tier=3, prepayment=20_000, minimum=12_800, term=24) for msisdn in FINE),
                *(_number(msisdn, JINAN, tier=1, prepayment=500_000, minimum=28_800, term=36) for msisdn in FOR_CLERKS),
                *(_number(msisdn, QINGDAO) for msisdn in ELSEWHERE),
                _number(WITHDRAWN, JINAN, withdrawn_at=START),
            ],
        )


def _region(adcode: int, parent: int | None, kind: str, name_zh: str, name_en: str) -> dict[str, object]:
    return {
        "adcode": adcode,
        "parent_adcode": parent,
        "kind": kind,
        "name_zh": name_zh,
        "name_en": name_en,
        "area_code": "0531" if kind == "city" else None,
        "postcode": "250000" if kind == "city" else None,
    }


def _branch(code: str, city: int, district: int, name_zh: str) -> dict[str, object]:
    return {
        "code": code,
        "city_adcode": city,
        "district_adcode": district,
        "name_zh": name_zh,
        "name_en": f"Shop {code}",
        "address_zh": "泉城路 1 号",
        "address_en": "1 Quancheng Road",
        "phone": "0531-10086",
        "hours": "09:00-18:00",
    }


def _tier(tier: int, prepayment_fen: int, minimum_fen: int, term_months: int, sold_by: str) -> dict[str, object]:
    return {
        "tier": tier,
        "prepayment_fen": prepayment_fen,
        "monthly_minimum_fen": minimum_fen,
        "term_months": term_months,
        "prepayment_return": "monthly_24" if tier else "at_once",
        "sold_by": sold_by,
    }


def _tariff(code: str, monthly_fee_fen: int, *, on_sale: bool = True) -> dict[str, object]:
    return {
        "code": code,
        "brand_zh": "全球通",
        "brand_en": "GoTone",
        "name_zh": f"套餐 {code}",
        "name_en": f"Plan {code}",
        "monthly_fee_fen": monthly_fee_fen,
        "minutes": 100,
        "data_mb": 10_240,
        "directed_data_mb": 0,
        "sms": 0,
        "voice_over_fen_per_min": 19,
        "data_over_rule": "R1",
        "sms_over_fen": 10,
        "contract_months": 0,
        "first_topup_fen": 5_000,
        "on_sale": on_sale,
    }


def _number(
    msisdn: int,
    city: int,
    *,
    tier: int = 0,
    prepayment: int = 0,
    minimum: int = 0,
    term: int = 0,
    withdrawn_at: datetime | None = None,
) -> dict[str, object]:
    return {
        "msisdn": msisdn,
        "city_adcode": city,
        "pattern": "AAAA" if tier else "PLAIN",
        "tier": tier,
        "prepayment_fen": prepayment,
        "monthly_minimum_fen": minimum,
        "term_months": term,
        "withdrawn_at": withdrawn_at,
    }
