"""One round of the background worker: everything whose time has come (SPEC 7.2).

Any number of workers may run it at once, and none need run at all for a number to be sold once: a hold past its
deadline is free already, and this only tidies up after it.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass

from kiosk.domain.errors import ShopUnavailable
from kiosk.services.cancel_order import end_unpaid_order
from kiosk.services.forget_people import (
    forget_abandoned_visits,
    forget_ended_orders,
    forget_old_codes,
    forget_registrations,
    forget_tries,
)
from kiosk.services.keep_time import clock_jumped, store_tick
from kiosk.services.send_notices import send_due_notices
from kiosk.services.send_refunds import send_due_refunds
from kiosk.services.settle_pickups import settle_overdue_pickups
from kiosk.services.shop import Shop
from kiosk.services.take_payment import close_attempt
from storage import claims, orders, payments, people

_BATCH = 500


@dataclass(frozen=True, slots=True)
class Settled:
    """How many things one round brought to their end."""

    holds: int = 0
    orders: int = 0
    payments: int = 0
    refunds: int = 0
    pickups: int = 0
    notices: int = 0
    forgotten: int = 0
    visits: int = 0
    tries: int = 0
    """Codes by SMS, and failures to sign in, that nothing counts any more."""
    registrations: int = 0
    """Registrations that nobody proved, with their codes and mails."""
    codes: int = 0

    @property
    def total(self) -> int:
        """Everything together; 0 means that nothing was due."""
        return sum(asdict(self).values())


def settle_deadlines(shop: Shop, *, send: bool = True) -> Settled:
    """Settle all that is due now; without `send`, messages are left to others.

    While a jump of the clock is unconfirmed, only holds, payments and messages are settled (SPEC 7.3). What one part
    raises is raised once the others have had their turn: an order that can't be read mustn't keep everybody else's
    money back.
    """
    store_tick(shop)
    parts: dict[str, Callable[[], int]] = {
        "holds": lambda: _in_batches(lambda: _sweep_holds(shop)),
        "orders": lambda: _end_unpaid(shop),
        "payments": lambda: _settle_stray_payments(shop),
        "refunds": lambda: send_due_refunds(shop),
    }
    if not clock_jumped(shop):
        parts["pickups"] = lambda: _in_batches(lambda: settle_overdue_pickups(shop, _BATCH))
        parts["forgotten"] = lambda: _in_batches(lambda: forget_ended_orders(shop, _BATCH))
        parts["visits"] = lambda: forget_abandoned_visits(shop)
        parts["registrations"] = lambda: _in_batches(lambda: forget_registrations(shop, _BATCH))
        parts["tries"] = lambda: _in_batches(lambda: forget_tries(shop, _BATCH))
        parts["codes"] = lambda: forget_old_codes(shop)
    if send:
        parts["notices"] = lambda: send_due_notices(shop)
    done: dict[str, int] = {}
    fault: Exception | None = None
    for name, settle in parts.items():
        try:
            done[name] = settle()
        except ShopUnavailable:
            raise
        except Exception as caught:  # noqa: BLE001  # raised below
            fault = fault or caught
    if fault is not None:
        raise fault
    return Settled(**done)


def _in_batches(settle: Callable[[], int]) -> int:
    """Repeat until a batch isn't full: short transactions let others in between."""
    total = 0
    while True:
        done = settle()
        total += done
        if done < _BATCH:
            return total


def _sweep_holds(shop: Shop) -> int:
    with shop.database.writing() as connection:
        return claims.sweep_over(connection, shop.now(), _BATCH)


def _end_unpaid(shop: Shop) -> int:
    ended = 0
    while True:
        with shop.database.reading() as connection:
            due = orders.unpaid_orders_due(connection, shop.now(), _BATCH)
        # One that can't be ended yet isn't due again for some seconds, so that this comes to an end.
        ended += sum(not end_unpaid_order(shop, order_no).is_unpaid for order_no in due)
        if len(due) < _BATCH:
            return ended


def _settle_stray_payments(shop: Shop) -> int:
    """Close what could still be paid for an order that no longer waits for money."""
    with shop.database.reading() as connection:
        strays = payments.unsettled_of_ended_orders(connection, _BATCH)
        attempts = [payments.find_attempt(connection, out_trade_no) for out_trade_no in strays]
    return sum(close_attempt(shop, attempt).is_settled for attempt in attempts if attempt is not None)


def report_alive(shop: Shop) -> None:
    """Say that this terminal runs (SPEC 10.4)."""
    with shop.database.writing() as connection:
        people.terminal_seen(connection, shop.terminal_id, shop.now())
