"""Whose orders are whose, and what may be done with each (SPEC 2.1, 3.4 d, 4.7, 4.11), on both databases."""

from dataclasses import replace

import pytest
from sqlalchemy import update

from kiosk.domain.accounts import AccountKind, SignedIn
from kiosk.domain.orders import OrderState, PickupPolicy
from kiosk.services.cancel_order import cancel_order, cancel_paid_order
from kiosk.services.errors import OrderUnknown
from kiosk.services.forget_people import forget_ended_orders
from kiosk.services.hold_number import hold_number
from kiosk.services.my_orders import MyOrder, list_my_orders, show_my_order
from kiosk.services.shop import Shop
from kiosk.services.submit_order import submit_order
from kiosk.services.take_payment import start_payment
from kiosk.services.track_order import Standing
from kiosk.services.whose_order import Asker
from storage import subscribers
from storage.tables import lines
from tests.services.known_people import OURS, OURS_TOO, add_member, close_line, open_line
from tests.services.small_shop import DAY, MINUTE, PLAIN, SECOND, START, World


def subscriber(world: World, msisdn: int = OURS, line_id: int | None = None) -> SignedIn:
    """Somebody who has proved that this line is theirs."""
    line_id = open_line(world, msisdn) if line_id is None else line_id
    with world.shop.database.writing() as connection:
        account_id = subscribers.account_of_line(connection, line_id, "zh", world.clock.now())
    return SignedIn(account_id, AccountKind.SUBSCRIBER, "138****0001", msisdn)


def member(world: World) -> SignedIn:
    return SignedIn(add_member(world), AccountKind.MEMBER, "a***@example.com")


def order(
    world: World, msisdn: int = PLAIN[0], *, person: int = 1, by: SignedIn | None = None, phone: int | None = None
) -> str:
    """Placed by whoever is signed in, for a contact phone."""
    visit_id = world.visit()
    hold_number(world.shop, visit_id, msisdn)
    offset = None if phone is None else phone - 13_900_000_000
    submission = world.submission(visit_id, msisdn, person=person, phone=offset)
    account_id = None if by is None else by.account_id
    return submit_order(world.shop, replace(submission, account_id=account_id)).order_no


def listed(world: World, person: SignedIn) -> list[str]:
    return [each.order_no for each in list_my_orders(world.shop, person)]


def the_order(world: World, person: SignedIn) -> MyOrder:
    [found] = list_my_orders(world.shop, person)
    return found


def test_orders_placed_while_signed_in_are_ones_own_the_newest_first(world: World) -> None:
    anna = member(world)
    first = order(world, PLAIN[0], by=anna)
    world.clock.move(MINUTE)
    second = order(world, PLAIN[1], by=anna)
    order(world, PLAIN[2], person=2)
    assert listed(world, anna) == [second, first]


def test_a_subscribers_are_also_those_for_their_phone_since_it_is_theirs(world: World) -> None:
    """A number that is sold again must not show what its former owner ordered."""
    former = order(world, PLAIN[0], person=7, phone=OURS)
    world.clock.move(DAY)
    owner = subscriber(world)
    same_instant = order(world, PLAIN[1], person=7, phone=OURS)
    world.clock.move(SECOND)
    own = order(world, PLAIN[2], person=1, phone=OURS)
    order(world, PLAIN[3], person=2, phone=OURS_TOO)
    assert listed(world, owner) == [own]
    for foreign in (former, same_instant):
        with pytest.raises(OrderUnknown):
            show_my_order(world.shop, owner, foreign)


def test_a_number_that_changed_hands_shows_each_only_their_own(world: World) -> None:
    line_id = open_line(world)
    first = subscriber(world, line_id=line_id)
    world.clock.move(MINUTE)
    firsts = order(world, PLAIN[0], by=first, phone=OURS)
    close_line(world, line_id)
    world.clock.move(DAY)
    second = subscriber(world)
    world.clock.move(MINUTE)
    seconds = order(world, PLAIN[1], person=2, phone=OURS)
    assert listed(world, second) == [seconds]
    # Somebody whose line has ended keeps what they placed, and gets nothing of the number's new owner.
    assert listed(world, first) == [firsts]


def test_a_members_contact_phone_gives_nothing_away(world: World) -> None:
    """SPEC 3.4 d: a phone number typed at registration is proved by nothing."""
    anna = member(world)
    order(world, phone=OURS)
    assert listed(world, anna) == []


def test_nobody_sees_anybody_elses_order(world: World) -> None:
    order_no = order(world, by=member(world))
    with pytest.raises(OrderUnknown):
        show_my_order(world.shop, subscriber(world, OURS_TOO), order_no)


def test_each_standing_says_until_when_where_and_what_may_be_done(world: World, shop: Shop) -> None:
    anna = member(world)
    order_no = order(world, by=anna)
    unpaid = the_order(world, anna)
    assert (unpaid.standing, unpaid.until) == (Standing.TO_PAY, START + 30 * MINUTE)
    assert (unpaid.can_pay, unpaid.can_cancel, unpaid.place) == (True, True, None)
    _pay(world, order_no)
    paid = the_order(world, anna)
    assert (paid.standing, paid.until) == (Standing.TO_COLLECT, START + 7 * DAY)
    assert (paid.can_pay, paid.can_cancel) == (False, True)
    assert paid.place is not None
    assert paid.place.name_zh == "泉城路营业厅"
    world.settle(by=7 * DAY)
    overdue = the_order(world, anna)
    assert (overdue.standing, overdue.can_cancel) == (Standing.OVERDUE, True)
    world.give_up(order_no)
    given_up = the_order(world, anna)
    assert (given_up.standing, given_up.can_pay, given_up.can_cancel) == (Standing.REFUNDING, False, False)
    assert [(back.amount_fen, back.reason, back.state) for back in given_up.refunds] == [
        (given_up.amount_fen, "given_up", "requested")
    ]
    world.settle()
    assert the_order(world, anna).standing is Standing.REFUNDED


def _pay(world: World, order_no: str) -> None:
    world.pay(start_payment(world.shop, order_no, "sandbox").out_trade_no)
    world.deliver_notices()


def test_what_is_about_to_be_refunded_by_itself_is_not_to_be_cancelled(world: World) -> None:
    world.with_rules(pickup_policy=PickupPolicy.CANCEL_AND_REFUND)
    anna = member(world)
    _pay(world, order(world, by=anna))
    world.clock.move(7 * DAY)
    found = the_order(world, anna)
    assert (found.standing, found.can_cancel) == (Standing.REFUNDING, False)


def test_while_the_payment_is_unknown_nothing_can_be_done_but_wait(world: World, shop: Shop) -> None:
    """SPEC 6.3."""
    anna = member(world)
    order_no = order(world, by=anna)
    start_payment(shop, order_no, "sandbox")
    world.provider.silent = {"query", "close"}
    world.cancel(order_no)
    found = the_order(world, anna)
    assert (found.standing, found.can_pay, found.can_cancel) == (Standing.CHECKING, False, False)


def test_the_story_has_every_amount_and_everything_that_happened(world: World, shop: Shop) -> None:
    anna = member(world)
    order_no = order(world, by=anna)
    _pay(world, order_no)
    world.give_up(order_no)
    story = show_my_order(shop, anna, order_no)
    assert sum(line.amount_fen for line in story.lines) == story.order.amount_fen
    assert [event.event for event in story.timeline] == ["submitted", "paid", "cancelled", "refund_requested"]


def test_nobody_cancels_anybody_elses_order(world: World, shop: Shop) -> None:
    """SPEC 2.5, 4.7, 4.11: to know its number is not enough."""
    anna = member(world)
    paid, unpaid = order(world, PLAIN[0], by=anna), order(world, PLAIN[1], person=2, by=anna)
    _pay(world, paid)
    strangers = [Asker(world.visit()), Asker(world.visit(), subscriber(world, OURS_TOO)), Asker("")]
    for stranger in strangers:
        with pytest.raises(OrderUnknown):
            cancel_paid_order(shop, stranger, paid)
        with pytest.raises(OrderUnknown):
            cancel_order(shop, stranger, unpaid)
    assert world.refunds(paid) == []
    assert world.order_row(unpaid).state is OrderState.PENDING
    own = Asker(world.visit(), anna)
    cancel_paid_order(shop, own, paid)
    assert cancel_order(shop, own, unpaid) is OrderState.CANCELLED


def test_a_subscriber_cancels_what_was_ordered_for_their_phone(world: World, shop: Shop) -> None:
    """SPEC 2.1: what is shown to them as their own."""
    former = order(world, PLAIN[0], person=7, phone=OURS)
    world.clock.move(DAY)
    own = Asker(world.visit(), subscriber(world))
    world.clock.move(SECOND)
    theirs = order(world, PLAIN[1], phone=OURS)
    with pytest.raises(OrderUnknown):
        cancel_order(shop, own, former)
    assert cancel_order(shop, own, theirs) is OrderState.CANCELLED


def test_an_order_whose_person_was_erased_is_in_nobodys_list(world: World, shop: Shop) -> None:
    """SPEC 10.3."""
    anna = member(world)
    world.cancel(order(world, by=anna))
    world.clock.move(31 * DAY)
    assert forget_ended_orders(shop) == 1
    assert listed(world, anna) == []


def test_a_line_that_is_not_active_gives_no_orders(world: World) -> None:
    owner = subscriber(world)
    world.clock.move(SECOND)
    own = order(world, phone=OURS)
    assert listed(world, owner) == [own]
    with world.shop.database.writing() as connection:
        connection.execute(update(lines).values(state="pre_active"))
    assert listed(world, owner) == []


def test_an_order_says_nothing_of_itself_to_a_log(world: World) -> None:
    anna = member(world)
    order(world, by=anna)
    found = the_order(world, anna)
    assert str(found.msisdn) not in repr(found)
