"""One order without an account: its number and a code sent to its contact phone (SPEC 2.5, 3.5), on both databases."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from kiosk.domain.accounts import CodePurpose
from kiosk.domain.orders import OrderState
from kiosk.services.cancel_order import cancel_order, cancel_paid_order
from kiosk.services.check_code import CodeExpired, CodeSpent, CodeWrong
from kiosk.services.errors import OrderForgotten, OrderUnknown, ServiceError, VisitOver
from kiosk.services.forget_people import forget_ended_orders
from kiosk.services.keep_visit import end_visit
from kiosk.services.my_orders import MyOrder, show_opened_order
from kiosk.services.open_order import open_order, request_order_code
from kiosk.services.request_code import CaptchaNeeded, CodeSent, CodeTooSoon, TooManyCodes
from kiosk.services.shop import Shop
from kiosk.services.track_order import Standing
from kiosk.services.whose_order import Asker
from tests.services.known_people import ask_code, code_on, texts_to, wrong
from tests.services.small_shop import DAY, MINUTE, PLAIN, World

PHONE = 13_900_000_001
"""To which person 1 wants messages."""
UNKNOWN = "261122000000000"


def ask(shop: Shop, visit_id: str, order_no: str, *, captcha_solved: bool = False) -> CodeSent:
    return request_order_code(shop, visit_id, order_no, captcha_solved=captcha_solved, language="zh")


def test_the_code_goes_to_the_contact_phone_and_opens_the_order(world: World, shop: Shop) -> None:
    order_no, visit_id = world.order(), world.visit()
    sent = ask(shop, visit_id, order_no)
    assert sent.masked_phone == "139****0001"
    assert order_no in texts_to(shop, PHONE)[-1]
    opened = open_order(shop, visit_id, order_no, code_on(shop, PHONE))
    assert (opened.order_no, opened.msisdn, opened.standing) == (order_no, PLAIN[0], Standing.TO_PAY)
    assert show_opened_order(shop, visit_id, order_no).order.order_no == order_no


def test_only_exactly_this_number_is_found(world: World, shop: Shop) -> None:
    """SPEC 2.5: exact match only."""
    order_no, visit_id = world.order(), world.visit()
    for other in (UNKNOWN, order_no[:-1], order_no + "0", f" {order_no}", order_no.replace("1", "%"), ""):
        with pytest.raises(OrderUnknown):
            ask(shop, visit_id, other)
    assert texts_to(shop, PHONE) == []


def test_a_wrong_code_opens_nothing_and_three_end_it(world: World, shop: Shop) -> None:
    """SPEC 3.5."""
    order_no, visit_id = world.order(), world.visit()
    ask(shop, visit_id, order_no)
    code = code_on(shop, PHONE)
    for left in (2, 1):
        with pytest.raises(CodeWrong) as refusal:
            open_order(shop, visit_id, order_no, wrong(code))
        assert refusal.value.tries_left == left
    for typed in (wrong(code), code):
        with pytest.raises(CodeSpent):
            open_order(shop, visit_id, order_no, typed)
    with pytest.raises(OrderUnknown):
        show_opened_order(shop, visit_id, order_no)


def test_an_expired_code_opens_nothing(world: World, shop: Shop) -> None:
    order_no, visit_id = world.order(), world.visit()
    ask(shop, visit_id, order_no)
    world.clock.move(5 * MINUTE)
    with pytest.raises(CodeExpired):
        open_order(shop, visit_id, order_no, code_on(shop, PHONE))


def test_the_code_of_one_order_opens_no_other_not_even_of_the_same_phone(world: World, shop: Shop) -> None:
    mine, other, visit_id = world.order(), world.order(PLAIN[1]), world.visit()
    ask(shop, visit_id, mine)
    code = code_on(shop, PHONE)
    with pytest.raises(CodeSpent):
        open_order(shop, visit_id, other, code)
    open_order(shop, visit_id, mine, code)
    with pytest.raises(OrderUnknown):
        show_opened_order(shop, visit_id, other)


def test_a_code_for_something_else_opens_no_order(world: World, shop: Shop) -> None:
    order_no, visit_id = world.order(), world.visit()
    ask_code(shop, visit_id, PHONE, CodePurpose.BIND_NUMBER, subject=order_no)
    with pytest.raises(CodeSpent):
        open_order(shop, visit_id, order_no, code_on(shop, PHONE))


def test_the_code_is_good_in_its_own_visit_only(world: World, shop: Shop) -> None:
    """SPEC 3.5: bound to the terminal's session."""
    order_no, visit_id = world.order(), world.visit()
    ask(shop, visit_id, order_no)
    code = code_on(shop, PHONE)
    with pytest.raises(CodeSpent):
        open_order(shop, world.visit(), order_no, code)
    with pytest.raises(CodeSpent):
        open_order(replace(shop, terminal_id="jn01-2"), visit_id, order_no, code)


def test_it_stays_open_for_the_visit_and_not_a_moment_longer(world: World, shop: Shop) -> None:
    """SPEC 2.5, 3.8."""
    order_no, visit_id = world.order(), world.visit()
    ask(shop, visit_id, order_no)
    open_order(shop, visit_id, order_no, code_on(shop, PHONE))
    world.clock.move(20 * MINUTE)
    assert show_opened_order(shop, visit_id, order_no).order.standing is Standing.TO_PAY
    for another in (world.visit(), "nobody"):
        with pytest.raises(OrderUnknown):
            show_opened_order(shop, another, order_no)
    end_visit(shop, visit_id, "finished")
    with pytest.raises(OrderUnknown):
        show_opened_order(shop, visit_id, order_no)
    with pytest.raises(VisitOver):
        ask(shop, visit_id, order_no)


def test_it_is_cancelled_by_the_visit_that_opened_it_while_that_goes_on(world: World, shop: Shop) -> None:
    """SPEC 2.5, 4.7, 4.11."""
    unpaid, paid, visit_id = world.order(), world.paid_order(PLAIN[1], person=2), world.visit()
    asker = Asker(visit_id)
    with pytest.raises(OrderUnknown):
        cancel_order(shop, asker, unpaid)
    ask(shop, visit_id, unpaid)
    open_order(shop, visit_id, unpaid, code_on(shop, PHONE))
    assert cancel_order(shop, asker, unpaid) is OrderState.CANCELLED
    request_order_code(shop, visit_id, paid, captcha_solved=True, language="zh")
    open_order(shop, visit_id, paid, code_on(shop, PHONE + 1))
    end_visit(shop, visit_id, "finished")
    with pytest.raises(OrderUnknown):
        cancel_paid_order(shop, asker, paid)
    assert world.refunds(paid) == []


def test_an_answer_that_was_lost_can_be_asked_for_again(world: World, shop: Shop) -> None:
    """Screens repeat a service when the database was away: the code was spent by then."""
    order_no, visit_id = world.order(), world.visit()
    ask(shop, visit_id, order_no)
    code = code_on(shop, PHONE)
    assert {open_order(shop, visit_id, order_no, code).order_no for _ in range(3)} == {order_no}


def test_codes_are_limited_for_the_phone_whichever_of_its_orders_is_meant(world: World, shop: Shop) -> None:
    """SPEC 3.4, 3.5."""
    first, second, visit_id = world.order(), world.order(PLAIN[1]), world.visit()
    ask(shop, visit_id, first)
    with pytest.raises(CodeTooSoon):
        ask(shop, visit_id, second, captcha_solved=True)
    world.clock.move(MINUTE)
    with pytest.raises(CaptchaNeeded):
        ask(shop, visit_id, second)
    for _ in range(9):
        ask(shop, visit_id, second, captcha_solved=True)
        world.clock.move(MINUTE)
    with pytest.raises(TooManyCodes):
        ask(shop, visit_id, first, captcha_solved=True)


def test_an_order_whose_person_was_erased_can_not_be_opened(world: World, shop: Shop) -> None:
    """SPEC 10.3."""
    order_no = world.order()
    world.cancel(order_no)
    world.clock.move(31 * DAY)
    forget_ended_orders(shop)
    with pytest.raises(OrderForgotten):
        ask(shop, world.visit(), order_no)


def test_of_two_visits_that_ask_only_the_newer_code_counts(world: World, shop: Shop) -> None:
    order_no, first, second = world.order(), world.visit(), world.visit()
    ask(shop, first, order_no)
    old = code_on(shop, PHONE)
    world.clock.move(MINUTE)
    ask(shop, second, order_no, captcha_solved=True)
    with pytest.raises(CodeSpent):
        open_order(shop, first, order_no, old)
    open_order(shop, second, order_no, code_on(shop, PHONE))


def test_guesses_at_the_same_moment_get_no_more_tries(world: World, shop: Shop) -> None:
    """SPEC 3.5: three, however many ask at once."""
    order_no, visit_id = world.order(), world.visit()
    ask(shop, visit_id, order_no)
    guess = wrong(code_on(shop, PHONE))

    def try_it(_turn: int) -> MyOrder | ServiceError:
        try:
            return open_order(shop, visit_id, order_no, guess)
        except ServiceError as refusal:
            return refusal

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(try_it, range(8)))
    assert sum(isinstance(answer, CodeWrong) for answer in answers) == 2
    assert sum(isinstance(answer, CodeSpent) for answer in answers) == 6
