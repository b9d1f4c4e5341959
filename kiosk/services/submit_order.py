"""Turn what a visit has chosen into an order, exactly once (SPEC 4.6)."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from kiosk.domain.agreements import Agreement
from kiosk.domain.orders import Fulfilment, OrderState, PaymentMethod, new_order_no
from kiosk.domain.tariffs import is_allowed
from kiosk.services.browse_offers import quote
from kiosk.services.errors import HoldLost, NotForSale, PriceChanged, SubmissionChanged
from kiosk.services.register_customer import Customer, name_visit
from kiosk.services.shop import Shop
from storage import claims, offers, orders
from storage.audit import write_audit

_RANDOM_ORDER_NOS = 10**8
_TRIES = 5


@dataclass(frozen=True, slots=True)
class Submission:
    """All that a customer confirmed on one screen.

    `idempotency_key` was made when that screen opened: the same key is the same order. `amount_fen` is what the
    screen showed.
    """

    idempotency_key: str
    visit_id: str
    language: str
    msisdn: int
    tariff_code: str
    customer: Customer
    shop_code: str
    payment_method: PaymentMethod
    agreement: Agreement
    amount_fen: int
    account_id: int | None = None
    """Of whom is signed in: the order is then among their own."""


@dataclass(frozen=True, slots=True)
class SubmittedOrder:
    """The order that now waits for its payment."""

    order_no: str
    amount_fen: int
    pay_deadline: datetime


def submit_order(shop: Shop, submission: Submission) -> SubmittedOrder:
    """Create the order, or return the one that this key created before.

    One transaction turns the hold into the order's claim, counts the person's numbers again and freezes the prices.
    Raises `HoldLost`, `NotForSale`, `PriceChanged`, `SubmissionChanged`, `TooManyHolds`, `TooManyNumbers` or
    `VisitOver`.
    """
    for _ in range(_TRIES):
        try:
            with shop.database.writing() as connection:
                return _submitted(_known_or_new(shop, connection, submission))
        except IntegrityError as clash:
            # Another order has drawn the same number.
            reason = clash
    raise reason


def _known_or_new(shop: Shop, connection: Connection, submission: Submission) -> orders.OrderRow:
    known = _known(shop, connection, submission)
    if known is not None:
        return known
    name_visit(shop, connection, submission.visit_id, submission.customer)
    # That waited for the visit's other transactions: a second press finds here what the first one made.
    known = _known(shop, connection, submission)
    return known if known is not None else _create(shop, connection, submission)


def _known(shop: Shop, connection: Connection, submission: Submission) -> orders.OrderRow | None:
    """The order that this key made; a key that comes back with something else in it is refused."""
    order = orders.find_order_by_key(connection, submission.idempotency_key)
    if order is None:
        return None
    made = (order.msisdn, order.tariff_code, order.shop_code, order.amount_fen, order.id_hash)
    asked = (
        submission.msisdn,
        submission.tariff_code,
        submission.shop_code,
        submission.amount_fen,
        submission.customer.id_hash(shop.database.cipher),
    )
    if made != asked:
        raise SubmissionChanged
    return order


def _submitted(order: orders.OrderRow) -> SubmittedOrder:
    return SubmittedOrder(order.order_no, order.amount_fen, order.pay_deadline)


def _create(shop: Shop, connection: Connection, submission: Submission) -> orders.OrderRow:
    now = shop.now()
    number = offers.find_offer(connection, submission.msisdn)
    tariff = offers.find_tariff_on_sale(connection, submission.tariff_code)
    branch = offers.find_shop(connection, submission.shop_code)
    if number is None or tariff is None or branch is None or not is_allowed(tariff, number):
        raise NotForSale
    if branch.city_adcode != number.city_adcode:
        raise NotForSale
    due = quote(shop, number, tariff)
    if due.total_fen != submission.amount_fen:
        raise PriceChanged
    order_no = new_order_no(f"{shop.today():%y%m%d}", secrets.randbelow(_RANDOM_ORDER_NOS))
    deadline = now + shop.rules.payment
    if not claims.hold_to_order(
        connection, submission.msisdn, submission.visit_id, order_no=order_no, until=deadline, now=now
    ):
        raise HoldLost(submission.msisdn)
    order = _row(shop, submission, order_no, now, deadline)
    orders.insert_order(connection, order, [orders.OrderLine(line.kind, line.amount_fen) for line in due.lines])
    orders.add_event(connection, order_no, "submitted", "customer", now)
    write_audit(
        connection,
        "order.submitted",
        actor="customer",
        now=now,
        terminal_id=shop.terminal_id,
        subject=order_no,
        detail=f"agreement={order.agreement} version={order.agreement_version}",
    )
    return order


def _row(shop: Shop, submission: Submission, order_no: str, now: datetime, deadline: datetime) -> orders.OrderRow:
    customer, cipher = submission.customer, shop.database.cipher
    return orders.OrderRow(
        order_no=order_no,
        idempotency_key=submission.idempotency_key,
        kind="number",
        state=OrderState.PENDING,
        state_reason=None,
        visit_id=submission.visit_id,
        terminal_id=shop.terminal_id,
        language=submission.language,
        msisdn=submission.msisdn,
        tariff_code=submission.tariff_code,
        amount_fen=submission.amount_fen,
        payment_method=submission.payment_method,
        fulfilment=Fulfilment.PICKUP,
        fulfilment_state=None,
        shop_code=submission.shop_code,
        customer_name=customer.name,
        id_type=customer.id_type,
        id_number=customer.id_number,
        id_hash=customer.id_hash(cipher),
        contact_phone=str(customer.phone),
        phone_hash=customer.phone_hash(cipher),
        agreement=submission.agreement.code,
        agreement_version=submission.agreement.version,
        agreement_accepted_at=now,
        submitted_at=now,
        pay_deadline=deadline,
        check_again_at=None,
        paid_at=None,
        pickup_deadline=None,
        ended_at=None,
        personal_data_erased_at=None,
        account_id=submission.account_id,
    )
