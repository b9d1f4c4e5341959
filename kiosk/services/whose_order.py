"""Whose an order is: who may see it, and who may cancel it (SPEC 2.5, 4.7, 4.11)."""

from dataclasses import dataclass

from sqlalchemy import Connection

from kiosk.domain.accounts import SignedIn
from kiosk.services.errors import OrderUnknown
from kiosk.services.shop import Shop
from storage import order_owners, orders
from storage.order_owners import Owner
from storage.orders import OrderRow


@dataclass(frozen=True, slots=True, repr=False)
class Asker:
    """Whoever is at a terminal: their visit, and who has signed in to it; no repr, so that no log can hold it."""

    visit_id: str
    person: SignedIn | None = None


def owner_of(shop: Shop, connection: Connection, person: SignedIn) -> Owner:
    """What makes orders this person's own."""
    line = order_owners.line_of_account(connection, person.account_id)
    if line is None:
        return Owner(person.account_id)
    phone_hash = shop.database.cipher.keyed_hash(str(line.msisdn), "phone")
    return Owner(person.account_id, phone_hash, line.since)


def lock_own_order(shop: Shop, connection: Connection, asker: Asker, order_no: str) -> OrderRow:
    """The asker's own order, kept from changing until the transaction ends; raises `OrderUnknown` for any other.

    Own is what this visit submitted, what it opened by a code, and what belongs to who has signed in.
    """
    order = orders.find_order(connection, order_no, lock=True)
    if order is None or not _is_own(shop, connection, asker, order):
        raise OrderUnknown
    return order


def _is_own(shop: Shop, connection: Connection, asker: Asker, order: OrderRow) -> bool:
    if order.visit_id == asker.visit_id or order_owners.is_opened(connection, asker.visit_id, order.order_no):
        return True
    if asker.person is None:
        return False
    owner = owner_of(shop, connection, asker.person)
    return bool(order_owners.orders_of(connection, owner, limit=1, order_no=order.order_no))
