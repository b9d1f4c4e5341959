"""Erase personal data that is no longer needed (SPEC 10.3)."""

from datetime import timedelta

from kiosk.domain.accounts import UNPROVED_KEPT
from kiosk.domain.rules import LINE_RECORDS_KEPT
from kiosk.services.keep_visit import end_visit
from kiosk.services.shop import Shop
from storage import accounts, activations, back_offs, code_challenges, notices, orders, people
from storage.orders import NeededSince

_LONGEST_VISIT = timedelta(days=1)
_TRIES_COUNT = timedelta(days=1)
"""The longest that a limit looks back: codes a day (SPEC 3.5); every failure to sign in has faded by then."""
_CODE_KEPT = timedelta(days=7)
"""Long enough for somebody who says that nothing came."""


def forget_abandoned_visits(shop: Shop) -> int:
    """End what a terminal that died, and never started again, left open; says how many visits there were.

    What they knew of their customers is erased, and what they held goes back.
    """
    with shop.database.reading() as connection:
        left = people.open_visits_begun_before(connection, shop.now() - _LONGEST_VISIT)
    for visit_id in left:
        end_visit(shop, visit_id, "abandoned")
    return len(left)


def forget_tries(shop: Shop, most: int = 500) -> int:
    """Erase codes and failures to sign in that no limit counts any more; says how many there were."""
    with shop.database.writing() as connection:
        before = shop.now() - _TRIES_COUNT
        codes = code_challenges.forget_challenges(connection, before, most)
        return codes + back_offs.forget_failures(connection, before, most)


def forget_registrations(shop: Shop, most: int = 500) -> int:
    """Erase registrations whose address nobody proved, codes and links of long ago, and what mails said; says how many.

    A message that belongs to no order is of no more use than the code in it.
    """
    before = shop.now() - UNPROVED_KEPT
    with shop.database.reading() as connection:
        is_any = activations.is_any_expired(connection, before) or notices.is_any_without_order(connection, before)
    if not is_any:
        return 0
    with shop.database.writing() as connection:
        unproved = activations.lock_unproved(connection, before, most)
        activations.drop_of_accounts(connection, unproved)
        accounts.drop_registrations(connection, unproved)
        # A registration is found by its last code: those of the next batch stay until then.
        codes = activations.drop_expired(connection, before, most) if len(unproved) < most else 0
        return len(unproved) + codes + notices.forget_notices_without_order(connection, before, most)


def forget_ended_orders(shop: Shop, most: int = 500) -> int:
    """Erase the customer of every order that is over for long enough; says how many there were.

    Over is one that came to nothing, or whose line ran and was closed; a line in service keeps its person.
    """
    now = shop.now()
    since = NeededSince(ended=now - shop.rules.personal_data_kept, line_closed=now - LINE_RECORDS_KEPT)
    with shop.database.reading() as connection:
        over = orders.orders_to_forget(connection, since, most)
    return sum(_forget(shop, order_no, since) for order_no in over)


def forget_old_codes(shop: Shop) -> int:
    """Delete messages with a code or a link, and so whom they went to, some days after they expired."""
    before = shop.now() - _CODE_KEPT
    with shop.database.reading() as connection:
        if not notices.is_any_outlived(connection, before):
            return 0
    with shop.database.writing() as connection:
        return notices.delete_outlived(connection, before)


def _forget(shop: Shop, order_no: str, since: NeededSince) -> bool:
    with shop.database.writing() as connection:
        order = orders.find_order(connection, order_no, lock=True)
        # A payment that came very late may have brought the order back since.
        if order is None or not orders.is_to_forget(connection, order_no, since):
            return False
        orders.update_order(
            connection,
            order_no,
            customer_name=None,
            id_number=None,
            id_hash=None,
            contact_phone=None,
            phone_hash=None,
            account_id=None,
            personal_data_erased_at=shop.now(),
        )
        orders.forget_closed_line(connection, order_no)
        notices.forget_notices_of_order(connection, order_no)
        return True
