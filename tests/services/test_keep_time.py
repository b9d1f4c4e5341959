"""The shop's time: steps of the wall clock, reboots and leaps (SPEC 7.3), on both databases."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from kiosk.gateways.clock import AnchoredClock, DatabaseClock, time_since_boot
from kiosk.services.errors import NumberTaken
from kiosk.services.hold_number import hold_number
from kiosk.services.keep_time import (
    anchor_clock,
    clock_jumped,
    clock_leap,
    confirm_clock,
    open_clock,
    store_tick,
)
from kiosk.services.keep_visit import begin_visit
from kiosk.services.settle_deadlines import settle_deadlines
from kiosk.services.shop import Shop
from storage.tables import audit
from tests.services.small_shop import DAY, MINUTE, PLAIN, SECOND, START, World

HOUR = timedelta(hours=1)


class Machine:
    """A machine whose wall clock is one thing and whose passing time another."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.boot = 1
        self.wall = START
        self.since_boot = 10 * SECOND

    def pass_time(self, by: timedelta) -> None:
        self.wall += by
        self.since_boot += by

    def reboot(self, wall: datetime) -> None:
        self.boot += 1
        self.wall, self.since_boot = wall, 10 * SECOND

    def start_process(self) -> Shop:
        database = self.world.shop.database
        anchor = anchor_clock(database, f"boot-{self.boot}", self.wall, self.since_boot)
        return replace(self.world.shop, clock=AnchoredClock(anchor, lambda: self.since_boot))


@pytest.fixture
def machine(world: World) -> Machine:
    return Machine(world)


def test_the_first_start_believes_the_wall_clock(machine: Machine) -> None:
    assert machine.start_process().now() == START
    assert not clock_jumped(machine.world.shop)


@pytest.mark.parametrize("step", [-400 * DAY, -HOUR, HOUR, 400 * DAY])
def test_a_step_of_the_wall_clock_moves_no_deadline(machine: Machine, step: timedelta) -> None:
    """SPEC 7.3: neither frees a number early nor keeps it for ever."""
    shop = machine.start_process()
    visit, other = machine.world.visit(), machine.world.visit()
    hold_number(shop, visit, PLAIN[0])
    machine.wall += step
    later = machine.start_process()
    for process in (shop, later):
        assert process.now() == START
        settle_deadlines(process)
        with pytest.raises(NumberTaken):
            hold_number(process, other, PLAIN[0])
    machine.pass_time(30 * MINUTE)
    hold_number(later, other, PLAIN[0])


@pytest.mark.parametrize("step", [-HOUR, HOUR])
def test_processes_of_one_machine_agree_although_nobody_waits(machine: Machine, step: timedelta) -> None:
    """SPEC 7.3: else the one would free at once what the other has just held."""
    terminal = machine.start_process()
    store_tick(terminal)
    machine.wall += step
    machine.pass_time(4 * MINUTE)
    worker = machine.start_process()
    assert worker.now() == terminal.now()


def test_a_corrected_clock_is_believed_once_nobody_lives_by_the_old_one(machine: Machine) -> None:
    machine.start_process()
    machine.wall += HOUR
    machine.pass_time(6 * MINUTE)
    assert machine.start_process().now() == START + HOUR + 6 * MINUTE


def test_an_hour_of_sleep_is_an_hour(machine: Machine) -> None:
    """A hold isn't kept for ever because the machine slept: CLOCK_BOOTTIME runs on."""
    shop = machine.start_process()
    hold_number(shop, machine.world.visit(), PLAIN[0])
    machine.since_boot += HOUR
    hold_number(shop, machine.world.visit(), PLAIN[0])


def test_after_a_reboot_time_is_never_before_the_last_durable_tick(machine: Machine) -> None:
    """SPEC 7.3: a machine without a battery wakes up in 1970."""
    shop = machine.start_process()
    machine.pass_time(5 * HOUR)
    store_tick(shop)
    machine.reboot(wall=datetime(1970, 1, 1, tzinfo=START.tzinfo))
    shop = machine.start_process()
    assert shop.now() == START + 5 * HOUR
    machine.pass_time(MINUTE)
    assert shop.now() == START + 5 * HOUR + MINUTE


def test_ticks_only_rise(machine: Machine) -> None:
    shop = machine.start_process()
    machine.pass_time(HOUR)
    store_tick(shop)
    machine.since_boot -= HOUR
    store_tick(shop)
    machine.reboot(wall=START)
    assert machine.start_process().now() == START + HOUR


def test_after_a_reboot_holds_that_are_over_are_free(machine: Machine) -> None:
    """SPEC 7.2: after a power cut everything overdue is settled at the next start."""
    shop = machine.start_process()
    order_no = machine.world.order(PLAIN[1])
    hold_number(shop, machine.world.visit(), PLAIN[0])
    machine.reboot(wall=START + HOUR)
    shop = machine.start_process()
    settled = settle_deadlines(shop)
    assert (settled.holds, settled.orders) == (1, 1)
    assert machine.world.order_row(order_no).state.value == "cancelled"


def test_a_leap_of_31_days_settles_holds_and_payments_and_nothing_else_until_staff_agree(machine: Machine) -> None:
    """SPEC 7.3: reported to staff before anything but holds and payments is settled."""
    shop = machine.start_process()
    paid = machine.world.paid_order(PLAIN[0])
    unpaid = machine.world.order(PLAIN[1])
    store_tick(shop)
    machine.reboot(wall=START + 31 * DAY)
    shop = machine.start_process()
    assert clock_leap(shop) == (START, START + 31 * DAY)
    settled = settle_deadlines(shop)
    assert (settled.orders, settled.pickups) == (1, 0)
    assert machine.world.order_row(unpaid).state.value == "cancelled"
    assert machine.world.order_row(paid).fulfilment_state == "awaiting_pickup"
    machine.reboot(wall=START + 32 * DAY)  # another start doesn't confirm anything
    shop = machine.start_process()
    assert clock_jumped(shop)
    assert confirm_clock(shop, "clerk")
    assert settle_deadlines(shop).pickups == 1
    assert not confirm_clock(shop, "clerk")
    with shop.database.reading() as connection:
        told = connection.execute(select(audit.c.action).where(audit.c.action.startswith("clock."))).scalars()
        assert list(told) == ["clock.leap", "clock.confirmed"]


def test_thirty_days_are_believed(machine: Machine) -> None:
    store_tick(machine.start_process())
    machine.reboot(wall=START + 30 * DAY)
    shop = machine.start_process()
    assert shop.now() == START + 30 * DAY
    assert not clock_jumped(shop)


def test_the_shared_databases_clock_decides(world: World) -> None:
    """SPEC 7.3; on a machine of its own the anchored one."""
    clock = open_clock(world.shop.database)
    kind = DatabaseClock if world.shop.database.is_shared else AnchoredClock
    assert isinstance(clock, kind)
    assert abs(clock.now() - datetime.now(START.tzinfo)) < 5 * SECOND


def test_the_databases_clock_is_asked_rarely_and_carried_on_in_between() -> None:
    asked: list[datetime] = []
    passed = [time_since_boot()]

    def read() -> datetime:
        asked.append(START + len(asked) * HOUR)
        return asked[-1]

    clock = DatabaseClock(read, lambda: passed[0], lambda: DAY)
    passed[0] += 29 * SECOND
    assert clock.now() == START + DAY + 29 * SECOND
    passed[0] += SECOND
    assert clock.now() == START + DAY + HOUR
    assert len(asked) == 2


def test_a_leap_that_is_put_right_leaves_nothing_in_that_future(machine: Machine) -> None:
    """SPEC 7.3: a wrong clock doesn't keep a number for ever, and isn't the floor of time for ever."""
    store_tick(machine.start_process())
    machine.reboot(wall=START + timedelta(days=3650))
    leaped = machine.start_process()
    store_tick(leaped)
    visit = begin_visit(leaped, "zh")
    hold_number(leaped, visit, PLAIN[0])
    machine.reboot(wall=START + timedelta(hours=1))
    mended = machine.start_process()
    assert mended.now() < START + timedelta(hours=2)
    assert not clock_jumped(mended)
    hold_number(mended, begin_visit(mended, "zh"), PLAIN[0])
