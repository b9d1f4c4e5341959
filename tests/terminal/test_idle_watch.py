"""SPEC 7.1: an untouched visit ends after 90 s, the last 15 of them with a warning; longer while paying."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.terminal.idle import IdleLimits, IdlePhase, IdleState, IdleWatch


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.mark.parametrize(
    ("waited", "state"),
    [
        (0, IdleState(IdlePhase.ACTIVE, 90)),
        (74.9, IdleState(IdlePhase.ACTIVE, 16)),
        (75, IdleState(IdlePhase.WARNING, 15)),
        (89.5, IdleState(IdlePhase.WARNING, 1)),
        (90, IdleState(IdlePhase.OVER, 0)),
        (9000, IdleState(IdlePhase.OVER, 0)),
    ],
)
def test_ninety_seconds_the_last_fifteen_with_a_warning(clock: Clock, waited: float, state: IdleState) -> None:
    watch = IdleWatch(IdleLimits(), clock)
    clock.now += waited
    assert watch.state() == state


def test_a_touch_starts_again(clock: Clock) -> None:
    watch = IdleWatch(IdleLimits(), clock)
    clock.now += 89
    watch.touch()
    clock.now += 60
    assert watch.state() == IdleState(IdlePhase.ACTIVE, 30)


def test_paying_has_longer_and_what_comes_after_has_its_whole_time(clock: Clock) -> None:
    watch = IdleWatch(IdleLimits(), clock)
    watch.allow(600)
    clock.now += 500
    watch.allow(600)
    assert watch.state() == IdleState(IdlePhase.ACTIVE, 100)
    watch.allow(None)
    assert watch.state() == IdleState(IdlePhase.ACTIVE, 90)


def test_a_wish_shorter_than_the_warning_still_leaves_room_for_it(clock: Clock) -> None:
    watch = IdleWatch(IdleLimits(), clock)
    watch.allow(1)
    assert watch.state() == IdleState(IdlePhase.ACTIVE, 16)


@pytest.mark.parametrize(("idle", "warning"), [(15, 15), (10, 15), (90, -1)])
def test_limits_that_make_no_sense_are_refused(idle: float, warning: float) -> None:
    with pytest.raises(ValueError, match="shorter"):
        IdleLimits(idle, warning)


@given(st.floats(0, 200), st.floats(0, 200))
def test_time_only_brings_the_end_nearer(earlier: float, later: float) -> None:
    clock = Clock()
    watch = IdleWatch(IdleLimits(), clock)
    order = list(IdlePhase)
    start = clock.now
    states = []
    for waited in sorted((earlier, later)):
        clock.now = start + waited
        states.append(watch.state())
    assert order.index(states[0].phase) <= order.index(states[1].phase)
    assert states[0].seconds_left >= states[1].seconds_left


def test_other_limits_count_from_now_and_stay_until_changed_back() -> None:
    """SPEC 9.3: large print gives longer, and whoever has just asked for it is there."""
    now = [0.0]
    watch = IdleWatch(IdleLimits(90, 15), lambda: now[0])
    now[0] = 80
    watch.limit(IdleLimits(180, 30))
    assert watch.state() == IdleState(IdlePhase.ACTIVE, 180)
    watch.allow(None)
    now[0] = 80 + 150
    assert watch.state() == IdleState(IdlePhase.WARNING, 30)
    watch.limit(IdleLimits(180, 30))
    assert watch.state().seconds_left == 30, "the same limits again are no touch"
    watch.limit(IdleLimits(90, 15))
    assert watch.state() == IdleState(IdlePhase.ACTIVE, 90)
