"""A person's own orders, with what to do next for each (SPEC 2.1, 2.5, 4.11)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from kiosk.domain.accounts import SignedIn
from kiosk.domain.catalogue import Shop as Branch
from kiosk.domain.orders import PickupPolicy, may_be_refunded
from kiosk.domain.pricing import QuoteLine, QuoteLineKind
from kiosk.services.errors import OrderUnknown
from kiosk.services.shop import Shop
from kiosk.services.track_order import Standing, standing_of
from kiosk.services.whose_order import owner_of
from storage import offers, order_owners, orders, payments
from storage.orders import OrderRow

_MOST_LISTED = 100


@dataclass(frozen=True, slots=True)
class GivenBack:
    """Money on its way back, or back: `state` is `requested`, `succeeded` or `refused`."""

    amount_fen: int
    reason: str
    state: str


@dataclass(frozen=True, slots=True, repr=False)
class MyOrder:
    """An order as whoever placed it sees it; it has no repr, so that no log can hold whose number it is.

    `until` is the deadline to pay or to collect, `place` where the card is collected. Not collected in time, it
    `activates_by_itself`, or is cancelled and refunded.
    """

    order_no: str
    kind: str
    msisdn: int
    tariff_code: str
    tariff_zh: str
    tariff_en: str
    amount_fen: int
    submitted_at: datetime
    pay_deadline: datetime
    paid_at: datetime | None
    standing: Standing
    until: datetime | None
    place: Branch | None
    refunds: tuple[GivenBack, ...]
    activates_by_itself: bool
    can_pay: bool
    can_cancel: bool


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened to an order, and why; not who did it."""

    at: datetime
    event: str
    detail: str | None


@dataclass(frozen=True, slots=True, repr=False)
class OrderStory:
    """One order whole: what it was for, line by line, and what has happened to it."""

    order: MyOrder
    lines: tuple[QuoteLine, ...]
    timeline: tuple[Happening, ...]


def list_my_orders(shop: Shop, person: SignedIn) -> tuple[MyOrder, ...]:
    """The newest first.

    A member's are those placed while signed in. A subscriber's are also those for their phone number since it is
    theirs: what was ordered for it before is of whoever had the number then.
    """
    with shop.database.reading() as connection:
        own = order_owners.orders_of(connection, owner_of(shop, connection, person), limit=_MOST_LISTED)
        return seen_by_its_person(shop, connection, own)


def show_my_order(shop: Shop, person: SignedIn, order_no: str) -> OrderStory:
    """One of a person's own orders; raises `OrderUnknown` for any other."""
    with shop.database.reading() as connection:
        owner = owner_of(shop, connection, person)
        return _story(shop, connection, order_owners.orders_of(connection, owner, limit=1, order_no=order_no))


def show_opened_order(shop: Shop, visit_id: str, order_no: str) -> OrderStory:
    """An order that was opened by its code in this visit; raises `OrderUnknown` for any other, and after the visit."""
    with shop.database.reading() as connection:
        is_open = order_owners.is_opened(connection, visit_id, order_no)
        order = orders.find_order(connection, order_no) if is_open else None
        return _story(shop, connection, [] if order is None else [order])


def seen_by_its_person(shop: Shop, connection: Connection, rows: Sequence[OrderRow]) -> tuple[MyOrder, ...]:
    """Orders as their person sees them now."""
    return tuple(_my_order(shop, connection, row) for row in rows)


def _story(shop: Shop, connection: Connection, found: Sequence[OrderRow]) -> OrderStory:
    if not found:
        raise OrderUnknown
    order_no = found[0].order_no
    lines = orders.lines_of_order(connection, order_no)
    return OrderStory(
        order=_my_order(shop, connection, found[0]),
        lines=tuple(QuoteLine(QuoteLineKind(line.kind), line.amount_fen) for line in lines),
        timeline=tuple(
            Happening(event.at, event.event, event.detail) for event in orders.events_of_order(connection, order_no)
        ),
    )


def _my_order(shop: Shop, connection: Connection, row: OrderRow) -> MyOrder:
    refunds = tuple(
        GivenBack(refund.amount_fen, refund.reason, refund.state)
        for refund in payments.refunds_of_order(connection, row.order_no)
    )
    standing = standing_of(row, {refund.state for refund in refunds}, shop.rules.pickup_policy, shop.now())
    tariff = offers.find_tariff(connection, row.tariff_code)
    is_with_us = standing in {Standing.TO_COLLECT, Standing.OVERDUE}
    until = row.pickup_deadline if is_with_us else row.pay_deadline if standing is Standing.TO_PAY else None
    return MyOrder(
        order_no=row.order_no,
        kind=row.kind,
        msisdn=row.msisdn,
        tariff_code=row.tariff_code,
        tariff_zh="" if tariff is None else tariff.name_zh,
        tariff_en="" if tariff is None else tariff.name_en,
        amount_fen=row.amount_fen,
        submitted_at=row.submitted_at,
        pay_deadline=row.pay_deadline,
        paid_at=row.paid_at,
        standing=standing,
        until=until,
        place=offers.find_shop(connection, row.shop_code) if is_with_us and row.shop_code else None,
        refunds=refunds,
        activates_by_itself=shop.rules.pickup_policy is PickupPolicy.ACTIVATE,
        can_pay=standing is Standing.TO_PAY,
        can_cancel=standing is Standing.TO_PAY or _may_be_given_up(row, standing),
    )


def _may_be_given_up(row: OrderRow, standing: Standing) -> bool:
    """Whether its money may still go back by the customer's wish, and isn't about to by itself."""
    return standing is not Standing.REFUNDING and may_be_refunded(row.state, row.fulfilment_state)
