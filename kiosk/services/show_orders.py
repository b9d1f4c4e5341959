"""Orders as staff may see them: money, states and what happened, persons only masked (SPEC 8.3, 10.3)."""

from dataclasses import dataclass
from datetime import datetime

from kiosk.domain.id_documents import mask_id
from kiosk.domain.msisdn import mask_msisdn
from kiosk.domain.orders import AttemptState, FulfilmentState, LineState, OrderState, StateReason
from kiosk.domain.persons import mask_name
from kiosk.services.errors import OrderUnknown
from kiosk.services.shop import Shop
from storage import orders, payments
from storage.orders import OrderEvent, OrderLine, OrderRow


@dataclass(frozen=True, slots=True)
class OrderSummary:
    """One order in a list."""

    order_no: str
    state: OrderState
    state_reason: StateReason | None
    kind: str
    msisdn: int
    tariff_code: str
    amount_fen: int
    fulfilment: str
    fulfilment_state: FulfilmentState | None
    submitted_at: datetime
    pay_deadline: datetime
    paid_at: datetime | None
    pickup_deadline: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Person:
    """Whose order it is, masked; None where the data was erased or can't be shown."""

    name: str | None
    id_type: str
    id_number: str | None
    phone: str | None


@dataclass(frozen=True, slots=True)
class Money:
    """Money that arrived, and how much of it was decided to go back, and in which state that is."""

    transaction_id: str
    amount_fen: int
    paid_at: datetime
    refund_state: str | None


@dataclass(frozen=True, slots=True)
class Payment:
    """One attempt at paying."""

    out_trade_no: str
    provider: str
    state: AttemptState
    amount_fen: int
    created_at: datetime
    settled_at: datetime | None
    transactions: tuple[Money, ...]


@dataclass(frozen=True, slots=True)
class OrderDetail:
    """Everything about one order."""

    summary: OrderSummary
    shop_code: str | None
    person: Person
    line_state: LineState | None
    lines: tuple[OrderLine, ...]
    payments: tuple[Payment, ...]
    timeline: tuple[OrderEvent, ...]


def list_orders(shop: Shop, limit: int) -> tuple[OrderSummary, ...]:
    """The newest orders first; raises `ShopUnavailable`."""
    with shop.database.reading() as connection:
        return tuple(_summary(row) for row in orders.list_orders(connection, limit))


def show_order(shop: Shop, order_no: str) -> OrderDetail:
    """One order whole; raises `OrderUnknown` and `ShopUnavailable`."""
    with shop.database.reading() as connection:
        row = orders.find_order(connection, order_no)
        if row is None:
            raise OrderUnknown
        refund_of = {each.transaction_id: each.state for each in payments.refunds_of_order(connection, order_no)}
        arrived = payments.transactions_of_order(connection, order_no)
        return OrderDetail(
            summary=_summary(row),
            shop_code=row.shop_code,
            person=_person(row),
            line_state=orders.line_state(connection, order_no),
            lines=orders.lines_of_order(connection, order_no),
            payments=tuple(
                Payment(
                    out_trade_no=attempt.out_trade_no,
                    provider=attempt.provider,
                    state=attempt.state,
                    amount_fen=attempt.amount_fen,
                    created_at=attempt.created_at,
                    settled_at=attempt.settled_at,
                    transactions=tuple(
                        Money(
                            transaction_id=each.transaction_id,
                            amount_fen=each.amount_fen,
                            paid_at=each.paid_at,
                            refund_state=refund_of.get(each.transaction_id),
                        )
                        for each in arrived
                        if each.out_trade_no == attempt.out_trade_no
                    ),
                )
                for attempt in payments.attempts_of_order(connection, order_no)
            ),
            timeline=orders.events_of_order(connection, order_no),
        )


def _summary(row: OrderRow) -> OrderSummary:
    return OrderSummary(
        order_no=row.order_no,
        state=row.state,
        state_reason=row.state_reason,
        kind=row.kind,
        msisdn=row.msisdn,
        tariff_code=row.tariff_code,
        amount_fen=row.amount_fen,
        fulfilment=row.fulfilment.value,
        fulfilment_state=row.fulfilment_state,
        submitted_at=row.submitted_at,
        pay_deadline=row.pay_deadline,
        paid_at=row.paid_at,
        pickup_deadline=row.pickup_deadline,
        ended_at=row.ended_at,
    )


def _person(row: OrderRow) -> Person:
    return Person(
        name=None if row.customer_name is None else mask_name(row.customer_name),
        id_type=row.id_type,
        id_number=None if row.id_number is None else mask_id(row.id_number),
        phone=None if row.contact_phone is None else mask_msisdn(int(row.contact_phone)),
    )
