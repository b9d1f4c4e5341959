"""What one person has chosen so far: one value, replaced as it grows and thrown away as a whole (SPEC 3.8)."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from kiosk.domain.account_form import AccountForm
from kiosk.domain.accounts import SignedIn
from kiosk.domain.number_query import NumberQuery, NumberSort
from kiosk.domain.order_look_up import OrderLookUp
from kiosk.domain.orders import Fulfilment, PaymentMethod


@dataclass(frozen=True, slots=True, repr=False)
class Purchase:
    """A purchase under way, typed texts as they were typed; it has no repr, so that no log can hold it."""

    query: NumberQuery
    msisdn: int | None = None
    held_until: datetime | None = None
    lengthened: int = 0
    """How often this hold was given more time."""
    tariff_code: str | None = None
    name: str = ""
    id_type: str = "resident"
    id_number: str = ""
    phone: str = ""
    phone_offered: bool = False
    """Whether the phone of whoever has signed in was filled in: it is once, and may be taken out."""
    fulfilment: Fulfilment = Fulfilment.PICKUP
    shop_code: str | None = None
    payment_method: PaymentMethod = PaymentMethod.ONLINE
    agreed: bool = False
    idempotency_key: str | None = None
    order_no: str | None = None
    is_resumed: bool = False
    """Whether the order was placed before, and is gone back to from its payment."""
    amount_fen: int | None = None
    pay_deadline: datetime | None = None
    """With the order: what it costs, and until when it can be paid."""


@dataclass(slots=True, repr=False)
class Visit:
    """One person's time at a terminal, from the first touch to the reset."""

    visit_id: str
    language: str
    city_adcode: int
    large_print: bool = False
    """Whether this person asked for large print; the next one starts without (SPEC 9.3)."""
    person: SignedIn | None = None
    """Who has signed in."""
    account_form: AccountForm = field(default_factory=AccountForm)
    """What is being typed to sign in or to change an account; passwords among it, so it is never stored."""
    look_up: OrderLookUp = field(default_factory=OrderLookUp)
    """An order that is being looked up by its number; never stored."""
    opened_order: str | None = None
    """The order that was opened by a code."""
    offered_for: datetime | None = None
    """The end of a hold for which more time was offered in large print: it is asked once."""
    purchase: Purchase = field(init=False)

    def __post_init__(self) -> None:
        self.begin_purchase()

    def begin_purchase(self) -> None:
        """Start a purchase afresh in the visit's city, with its numbers in an order of this visit's own.

        In the order of numbers everybody would be shown, and want, the same few.
        """
        seed = zlib.crc32(self.visit_id.encode())
        self.purchase = Purchase(
            NumberQuery(city_adcode=self.city_adcode, sort=NumberSort.SHUFFLED, seed=seed, include_held=True)
        )

    def choices(self) -> Mapping[str, object]:
        """What is stored of the visit, so that the counter can take it over: plain values for JSON."""
        purchase = self.purchase
        return {
            "city": self.city_adcode,
            "msisdn": purchase.msisdn,
            "held_until": purchase.held_until.isoformat() if purchase.held_until else None,
            "tariff": purchase.tariff_code,
            "name": purchase.name,
            "id_type": purchase.id_type,
            "id_number": purchase.id_number,
            "phone": purchase.phone,
            "fulfilment": purchase.fulfilment,
            "shop": purchase.shop_code,
            "payment_method": purchase.payment_method,
            "order_no": purchase.order_no,
        }
