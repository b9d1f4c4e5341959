"""What a customer takes away from a paid order (SPEC 4.8, 4.9)."""

from dataclasses import dataclass
from datetime import datetime

from kiosk.domain.catalogue import Shop as Branch
from kiosk.domain.msisdn import mask_msisdn
from kiosk.domain.orders import PickupPolicy
from kiosk.domain.pricing import QuoteLine, QuoteLineKind
from kiosk.domain.tariffs import Tariff
from kiosk.services.errors import OrderUnknown
from kiosk.services.shop import Shop
from storage import offers, orders


@dataclass(frozen=True, slots=True)
class Receipt:
    """A paid order on one page; the contact phone masked, for it may be printed."""

    order_no: str
    msisdn: int
    tariff: Tariff
    shop: Branch
    amount_fen: int
    lines: tuple[QuoteLine, ...]
    paid_at: datetime
    pickup_deadline: datetime
    masked_phone: str
    activates_by_itself: bool
    """Whether an uncollected number starts at the deadline; else it is refunded then."""


def read_receipt(shop: Shop, order_no: str) -> Receipt:
    """The receipt of a paid order; raises `OrderUnknown` for one that isn't paid."""
    with shop.database.reading() as connection:
        order = orders.find_order(connection, order_no)
        if order is None or order.paid_at is None or order.pickup_deadline is None:
            raise OrderUnknown
        tariff = offers.find_tariff(connection, order.tariff_code)
        branch = offers.find_shop(connection, order.shop_code or "")
        lines = orders.lines_of_order(connection, order_no)
    if tariff is None or branch is None:
        raise OrderUnknown
    return Receipt(
        order_no=order_no,
        msisdn=order.msisdn,
        tariff=tariff,
        shop=branch,
        amount_fen=order.amount_fen,
        lines=tuple(QuoteLine(QuoteLineKind(line.kind), line.amount_fen) for line in lines),
        paid_at=order.paid_at,
        pickup_deadline=order.pickup_deadline,
        masked_phone=mask_msisdn(int(order.contact_phone)) if order.contact_phone else "",
        activates_by_itself=shop.rules.pickup_policy is PickupPolicy.ACTIVATE,
    )
