"""One order without an account: its number, and a code sent by SMS to its contact phone (SPEC 2.5)."""

from sqlalchemy import Connection

from kiosk.domain.accounts import CodePurpose
from kiosk.services.check_code import spend_code
from kiosk.services.errors import OrderForgotten, OrderUnknown
from kiosk.services.my_orders import MyOrder, seen_by_its_person
from kiosk.services.request_code import CodeSent, request_code
from kiosk.services.shop import Shop
from storage import order_owners, orders


def request_order_code(shop: Shop, visit_id: str, order_no: str, *, captcha_solved: bool, language: str) -> CodeSent:
    """Send a code to the contact phone of the order of exactly this number.

    Raises `OrderUnknown` or `OrderForgotten`, which is no secret (see `track_order`), and what `request_code` raises.
    """
    phone = _contact_phone(shop, order_no)
    return request_code(
        shop,
        visit_id,
        CodePurpose.OPEN_ORDER,
        phone,
        captcha_solved=captcha_solved,
        language=language,
        subject=order_no,
    )


def open_order(shop: Shop, visit_id: str, order_no: str, code: str) -> MyOrder:
    """Open the order for the rest of this visit; `show_opened_order` shows it from then on.

    Raises `OrderUnknown`, `OrderForgotten`, `CodeWrong`, `CodeExpired`, `CodeSpent` or `VisitOver`. Opening it once
    more, as after an answer that was lost, needs no other code.
    """
    phone = _contact_phone(shop, order_no)
    with shop.database.reading() as connection:
        if order_owners.is_opened(connection, visit_id, order_no):
            return _seen(shop, connection, order_no)
    with spend_code(shop, visit_id, CodePurpose.OPEN_ORDER, int(phone), code, subject=order_no) as connection:
        return _seen(shop, connection, order_no)


def _contact_phone(shop: Shop, order_no: str) -> str:
    with shop.database.reading() as connection:
        order = orders.find_order(connection, order_no)
    if order is None:
        raise OrderUnknown
    if order.contact_phone is None:
        raise OrderForgotten
    return order.contact_phone


def _seen(shop: Shop, connection: Connection, order_no: str) -> MyOrder:
    order = orders.find_order(connection, order_no)
    if order is None:
        raise OrderUnknown
    return seen_by_its_person(shop, connection, [order])[0]
