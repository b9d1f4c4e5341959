"""Carrying refunds out, once each, whatever fails on the way (SPEC 6.4), on both databases."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from kiosk.gateways.payment import Refund, RefundState
from kiosk.services.send_refunds import send_due_refunds
from kiosk.services.shop import Shop
from kiosk.services.take_payment import payment_progress
from storage.tables import audit
from tests.services.small_shop import MINUTE, World


@pytest.fixture
def owed(world: World) -> str:
    """An order that was paid twice: one of the two payments is to go back."""
    order_no, out_trade_no = world.order_with_code()
    world.pay(out_trade_no, times=2)
    payment_progress(world.shop, order_no)
    return order_no


def test_a_refund_is_sent_in_full_and_once(world: World, shop: Shop, owed: str) -> None:
    assert send_due_refunds(shop) == 1
    assert send_due_refunds(shop) == 0
    (refund,) = world.refunds(owed)
    assert (refund.state, refund.amount_fen) == ("succeeded", 5_000)
    assert world.money().given_back == 5_000
    assert "refund_succeeded" in world.events(owed)


@pytest.mark.parametrize("failing", ["silent", "mute"])
def test_without_an_answer_it_is_asked_again_and_moves_money_once(
    world: World, shop: Shop, owed: str, failing: str
) -> None:
    getattr(world.provider, failing).add("refund")
    assert send_due_refunds(shop) == 0
    assert world.refunds(owed)[0].state == "requested"
    getattr(world.provider, failing).clear()
    assert send_due_refunds(shop) == 0  # not at once: the provider is given time
    world.clock.move(MINUTE)
    assert send_due_refunds(shop) == 1
    assert world.money().given_back == 5_000


def test_a_worker_that_died_after_asking_does_no_harm(world: World, shop: Shop, owed: str) -> None:
    def die(_call: str) -> None:
        raise KeyboardInterrupt

    world.provider.before = die
    with pytest.raises(KeyboardInterrupt):
        send_due_refunds(shop)
    world.provider.before = lambda _call: None
    assert send_due_refunds(shop) == 0
    world.clock.move(MINUTE)
    assert send_due_refunds(shop) == 1


def test_it_is_tried_for_ever_but_at_most_every_hour_in_the_end(world: World, shop: Shop, owed: str) -> None:
    world.provider.silent.add("refund")
    for _ in range(40):
        world.clock.move(timedelta(hours=1))
        send_due_refunds(shop)
    assert world.refunds(owed)[0].tries == 40
    world.provider.silent.clear()
    world.clock.move(timedelta(hours=1))
    assert send_due_refunds(shop) == 1


def test_a_refused_refund_goes_to_staff(world: World, shop: Shop, owed: str) -> None:
    """Money is owed and the provider won't move it: a person has to."""
    world.provider.refusing.add("refund")
    assert send_due_refunds(shop) == 0
    (refund,) = world.refunds(owed)
    assert refund.state == "refused"
    with shop.database.reading() as connection:
        told = connection.execute(select(audit).where(audit.c.action == "refund.refused")).one()
    assert (told.subject, told.detail) == (refund.out_refund_no, "system_error")
    world.clock.move(timedelta(days=1))
    assert send_due_refunds(shop) == 0


@pytest.mark.parametrize("state", [RefundState.PROCESSING, RefundState.NOT_FOUND, RefundState.REFUSED])
def test_answers_other_than_yes(
    world: World, shop: Shop, owed: str, state: RefundState, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(world.provider, "refund", lambda request: Refund(request.out_refund_no, state))
    assert send_due_refunds(shop) == 0
    expected = "refused" if state is RefundState.REFUSED else "requested"
    assert world.refunds(owed)[0].state == expected


def test_a_provider_that_is_not_connected_here_is_left_to_another_terminal(world: World, shop: Shop, owed: str) -> None:
    assert send_due_refunds(replace(shop, payments={})) == 0
    world.clock.move(MINUTE)
    assert send_due_refunds(shop) == 1


def test_several_workers_at_once_send_each_refund_once(world: World, shop: Shop, owed: str) -> None:
    """SPEC 7.2."""
    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(lambda _: send_due_refunds(shop), range(4))) == 1
    assert world.provider.calls.count("refund") == 1
