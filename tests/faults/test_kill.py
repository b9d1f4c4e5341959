"""The process dies between any two statements or calls: at the next start nothing is stuck, sold twice or lost.

SPEC 4.2, 6.3, 7.2; issue 2, "Bad input and faults".
"""

import itertools
import os
import signal
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from kiosk.domain.orders import ClaimKind, OrderState
from kiosk.domain.sandbox import SandboxRefused
from kiosk.services.hold_number import hold_number
from kiosk.services.keep_visit import keep_choices, restart_terminal
from kiosk.services.register_customer import register_customer
from kiosk.services.settle_deadlines import settle_deadlines
from kiosk.services.submit_order import submit_order
from kiosk.services.take_payment import payment_progress, start_payment
from storage.tables import orders as order_table
from tests.services.conftest import empty
from tests.services.small_shop import PLAIN, START, World

MSISDN = PLAIN[0]


def purchase(world: World) -> None:
    """A whole purchase by one process, its worker's round included; the customer pays twice by mistake."""
    shop = world.shop
    restart_terminal(shop)
    visit = world.visit()
    hold_number(shop, visit, PLAIN[1])
    hold_number(shop, visit, MSISDN, instead_of=PLAIN[1])
    register_customer(shop, visit, world.customer())
    keep_choices(shop, visit, "confirm", "zh", {"msisdn": MSISDN})
    order_no = submit_order(shop, world.submission(visit, MSISDN)).order_no
    out_trade_no = start_payment(shop, order_no, "sandbox").out_trade_no
    world.pay(out_trade_no, times=2)
    payment_progress(shop, order_no)
    settle_deadlines(shop)


def die_at(world: World, moment: int) -> None:
    """Kill this process before its nth statement or commit, at the shop's database or the bank's."""
    moments = itertools.count(1)

    def tick(*_: object) -> None:
        if next(moments) == moment:
            os.kill(os.getpid(), signal.SIGKILL)

    for engine in {world.shop.database.engine, world.bank.engine}:
        event.listen(engine, "before_cursor_execute", tick)
        event.listen(engine, "commit", tick)


def killed_at(moment: int, world: World) -> bool:
    """Run the purchase in a process that dies at a moment; false when it was through before that."""
    for database in (world.shop.database, world.bank):
        database.close()  # connections don't survive a fork
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            die_at(world, moment)
            purchase(world)
            status = 0
        finally:
            os._exit(status)
    _, ended = os.waitpid(pid, 0)
    if os.WIFSIGNALED(ended):
        assert os.WTERMSIG(ended) == signal.SIGKILL
        return True
    assert os.WEXITSTATUS(ended) == 0, "the purchase itself failed"
    return False


def pay_what_can_be_paid(world: World) -> None:
    """The customer has the code on the phone and pays, although the terminal is dark."""
    with world.shop.database.reading() as connection:
        order_nos = list(connection.execute(select(order_table.c.order_no)).scalars())
    for order_no in order_nos:
        for attempt in world.attempts(order_no):
            try:
                world.pay(attempt.out_trade_no)
            except SandboxRefused:
                continue


def assert_all_is_well(world: World) -> None:
    """After a restart and some time: the number is free or sold to one order, and every fen is accounted for."""
    restart_terminal(world.shop)
    assert ClaimKind.HOLD not in world.live_claims().values()
    settle_deadlines(world.shop)
    for _ in range(3):
        world.deliver_notices()
        world.settle(by=timedelta(hours=1))
    with world.shop.database.reading() as connection:
        found = connection.execute(select(order_table.c.order_no, order_table.c.state)).all()
    states = [OrderState(row.state) for row in found]
    assert set(states) <= {OrderState.IN_PROGRESS, OrderState.CANCELLED}
    assert len(states) <= 1
    sold = states == [OrderState.IN_PROGRESS]
    assert world.live_claims() == ({MSISDN: ClaimKind.SALE} if sold else {})
    assert all(attempt.state.is_settled for row in found for attempt in world.attempts(row.order_no))
    money = world.money()
    assert money.paid == money.known == money.kept + money.given_back
    assert money.kept == (5_000 if sold else 0)
    assert (money.paid > 0) == sold
    assert len(world.messages()) == (1 + (money.given_back > 0) if sold else 0)
    if not sold:
        hold_number(world.shop, world.visit(), MSISDN)


@pytest.mark.parametrize("customer", ["pays all the same", "walks away"])
def test_a_process_killed_at_any_moment_leaves_nothing_stuck_sold_twice_or_lost(world: World, customer: str) -> None:
    # Every moment would take minutes: the two customers take turns at a third of them, fewer on PostgreSQL.
    on_sqlite = not world.shop.database.is_shared
    moment, step = (1 if customer == "walks away" else 4), (6 if on_sqlite else 23)
    deaths = 0
    while True:
        died = killed_at(moment, world)
        if customer == "pays all the same":
            pay_what_can_be_paid(world)
        assert_all_is_well(world)
        if not died:
            break
        empty(world.shop.database, world.bank)
        world.clock.move(START - world.clock.now())
        deaths += 1
        moment += step
    assert deaths * step > 60
