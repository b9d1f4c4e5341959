"""Erase personal data that is no longer needed (SPEC 10.3)."""

from kiosk.services.shop import Shop
from storage import notices, orders


def forget_ended_orders(shop: Shop, most: int = 500) -> int:
    """Erase the customer of every order that came to nothing long enough ago; says how many there were."""
    now = shop.now()
    with shop.database.reading() as connection:
        ended = orders.orders_to_forget(connection, now - shop.rules.personal_data_kept, most)
    for order_no in ended:
        with shop.database.writing() as connection:
            orders.update_order(
                connection,
                order_no,
                customer_name=None,
                id_number=None,
                id_hash=None,
                contact_phone=None,
                phone_hash=None,
                personal_data_erased_at=now,
            )
            notices.forget_notices_of_order(connection, order_no)
    return len(ended)
