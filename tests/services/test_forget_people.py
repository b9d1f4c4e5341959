"""Personal data goes when it is no longer needed (SPEC 10.3), on both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import Connection, select

from kiosk.domain.accounts import UNPROVED_KEPT, AccountState
from kiosk.domain.orders import OrderState
from kiosk.services.activate_account import activate_by_code, send_activation_again
from kiosk.services.forget_people import forget_abandoned_visits, forget_ended_orders
from kiosk.services.hold_number import hold_number
from kiosk.services.keep_visit import keep_choices
from kiosk.services.shop import Shop
from storage import orders, people
from storage.account_tables import acceptances, activations
from storage.tables import lines, notices
from storage.tables import orders as order_table
from tests.services.members import mails, member, register, state
from tests.services.small_shop import MINUTE, PLAIN, SECOND, World

KEPT = timedelta(days=30)
PERSONAL = ("customer_name", "id_number", "id_hash", "contact_phone", "phone_hash")


def personal(world: World, order_no: str) -> list[object]:
    with world.shop.database.reading() as connection:
        row = connection.execute(select(order_table).where(order_table.c.order_no == order_no)).one()
    return [row._mapping[name] for name in PERSONAL]


def test_an_order_that_came_to_nothing_is_forgotten_after_thirty_days(world: World, shop: Shop) -> None:
    order_no = world.order()
    world.cancel(order_no)
    world.clock.move(KEPT)
    assert forget_ended_orders(shop) == 0
    assert None not in personal(world, order_no)
    world.clock.move(SECOND)
    assert forget_ended_orders(shop) == 1
    assert personal(world, order_no) == [None] * 5
    assert forget_ended_orders(shop) == 0
    assert world.order_row(order_no).amount_fen == 5_000


def test_paid_orders_are_kept(world: World, shop: Shop) -> None:
    order_no = world.paid_order()
    world.settle(by=timedelta(days=400))
    assert None not in personal(world, order_no)


@pytest.mark.parametrize("ends_by", ["giving_up", "closing"])
def test_whose_a_line_was_is_forgotten_three_years_after_it_was_closed(world: World, shop: Shop, ends_by: str) -> None:
    """E-Commerce Law, art. 31; a line in service keeps its person, however long."""
    order_no, in_service = world.paid_order(PLAIN[0]), world.paid_order(PLAIN[1], person=2)
    world.settle(by=timedelta(days=400))
    if ends_by == "giving_up":
        world.give_up(order_no)
    else:
        with shop.database.writing() as connection:
            row = orders.find_order(connection, order_no, lock=True)
            assert row is not None
            orders.change_state(connection, row, OrderState.COMPLETED)
            orders.close_line(connection, order_no, world.clock.now())
    world.settle(by=timedelta(days=3 * 365))
    assert None not in personal(world, order_no)
    world.settle(by=timedelta(days=2))
    assert personal(world, order_no) == [None] * 5
    with shop.database.reading() as connection:
        left = connection.execute(select(lines.c.id_hash).where(lines.c.order_no == order_no)).scalar_one()
    assert left is None
    assert world.order_row(order_no).amount_fen == 5_000
    assert None not in personal(world, in_service)
    assert forget_ended_orders(shop) == 0


def test_messages_are_forgotten_with_the_order(world: World, shop: Shop) -> None:
    order_no, out_trade_no = world.order_with_code()
    world.cancel(order_no)
    hold_number(shop, world.visit(), PLAIN[0])
    world.pay_late(out_trade_no)
    world.deliver_notices()
    world.settle(by=KEPT + SECOND)
    with shop.database.reading() as connection:
        (row,) = connection.execute(select(notices).where(notices.c.order_no == order_no)).all()
    assert (row.recipient, row.body) == (None, None)


def test_money_for_a_forgotten_order_goes_back_without_a_message(world: World, shop: Shop) -> None:
    """SPEC 6.4: there is nobody left to give the number to."""
    order_no, out_trade_no = world.order_with_code()
    world.cancel(order_no)
    world.settle(by=KEPT + SECOND)
    world.pay_late(out_trade_no)
    world.deliver_notices()
    world.settle(by=MINUTE)
    assert world.order_row(order_no).state is OrderState.CANCELLED
    assert world.is_free(PLAIN[0])
    assert world.money().given_back == 5_000
    assert world.messages() == []


def test_an_order_that_a_late_payment_brings_back_meanwhile_keeps_its_customer(
    world: World, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    order_no, out_trade_no = world.order_with_code()
    world.cancel(order_no)
    world.clock.move(KEPT + SECOND)
    found = orders.orders_to_forget

    def paid_right_after_it_was_found(connection: Connection, since: orders.NeededSince, most: int) -> list[str]:
        chosen = found(connection, since, most)
        connection.rollback()
        world.pay_late(out_trade_no)
        world.deliver_notices()
        return chosen

    monkeypatch.setattr(orders, "orders_to_forget", paid_right_after_it_was_found)
    assert forget_ended_orders(shop) == 0
    assert world.order_row(order_no).state is OrderState.IN_PROGRESS
    assert None not in personal(world, order_no)


def test_what_a_terminal_that_never_came_back_knew_is_forgotten_after_a_day(world: World, shop: Shop) -> None:
    """SPEC 10.3: its visit is still open, and nobody can be at it."""
    visit = world.visit()
    keep_choices(shop, visit, "customer", "zh", {"name": "欧阳娜娜"})
    world.clock.move(timedelta(hours=23))
    assert forget_abandoned_visits(shop) == 0
    world.clock.move(timedelta(hours=2))
    hold_number(shop, visit, PLAIN[0])
    assert forget_abandoned_visits(shop) == 1
    hold_number(shop, world.visit(), PLAIN[0])
    with shop.database.reading() as connection:
        assert people.read_choices(connection, visit) is None


def test_a_registration_that_nobody_proved_is_erased_a_week_after_its_last_mail_ran_out(
    world: World, shop: Shop
) -> None:
    account_id = register(shop).account_id
    world.clock.move(MINUTE)
    send_activation_again(shop, account_id)
    world.settle(by=shop.rules.activation_valid + UNPROVED_KEPT)
    assert state(shop, account_id) is AccountState.PENDING
    world.settle(by=SECOND)
    assert state(shop, account_id) is None
    with shop.database.reading() as connection:
        for table in (acceptances, activations):
            assert connection.execute(select(table)).all() == []
        messages = connection.execute(select(notices.c.recipient, notices.c.body)).all()
    assert all(word is None for row in messages for word in row)


def test_another_mail_keeps_a_registration(world: World, shop: Shop) -> None:
    account_id = register(shop).account_id
    world.settle(by=UNPROVED_KEPT)
    send_activation_again(shop, account_id)
    code = mails(shop)[0].code
    world.settle(by=shop.rules.activation_valid - SECOND)
    activate_by_code(shop, account_id, code)
    world.settle(by=timedelta(days=400))
    assert state(shop, account_id) is AccountState.ACTIVE
    with shop.database.reading() as connection:
        assert connection.execute(select(activations)).all() == []
        assert len(connection.execute(select(acceptances)).all()) == 1


def test_mails_of_a_member_are_erased_after_a_week_and_those_of_orders_are_not(world: World, shop: Shop) -> None:
    member(shop)
    world.paid_order()
    world.settle(by=UNPROVED_KEPT)
    assert len(mails(shop)) == 1
    world.settle(by=SECOND)
    with shop.database.reading() as connection:
        rows = connection.execute(select(notices.c.template, notices.c.recipient)).all()
    known = {row.template: row.recipient is not None for row in rows}
    assert not known["activation"]
    assert known["order_paid"]
