"""The four corners: what staff touch arrives at their door, what customers touch at the screen. SPEC 9.2."""

import itertools

import pytest
from textual import events
from textual.geometry import Size

from kiosk.terminal.staff_sequence import ARROWS, STEP_SECONDS, Heard, StaffSequence

SIZE = Size(120, 40)
CORNERS = {"1": (0, 0), "2": (119, 0), "3": (119, 39), "4": (0, 39), "5": (60, 20)}


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def down(place: str) -> events.MouseDown:
    x, y = CORNERS[place]
    return events.MouseDown(None, x, y, 0, 0, 1, False, False, False, x, y)


def up(place: str) -> events.MouseUp:
    x, y = CORNERS[place]
    return events.MouseUp(None, x, y, 0, 0, 1, False, False, False, x, y)


def touched(sequence: StaffSequence, places: str) -> list[Heard]:
    """What each touch meant; a release is checked to go where its touch went."""
    heard = []
    for place in places:
        heard.append(sequence.hear(down(place), SIZE))
        released = sequence.hear(up(place), SIZE)
        assert released is (Heard.NOTHING if heard[-1] is Heard.NOTHING else Heard.RELEASE)
    return heard


def test_four_corners_clockwise_are_the_sequence() -> None:
    assert touched(StaffSequence(Clock()), "1234") == [Heard.PART, Heard.PART, Heard.PART, Heard.ALL]


def test_four_arrows_are_too() -> None:
    sequence = StaffSequence(Clock())
    heard = [sequence.hear(events.Key(key, None), SIZE) for key in ARROWS]
    assert heard == [Heard.PART, Heard.PART, Heard.PART, Heard.ALL]


def test_no_other_four_places_are() -> None:
    for places in itertools.product("12345", repeat=4):
        text = "".join(places)
        assert (Heard.ALL in touched(StaffSequence(Clock()), text)) == (text == "1234")


@pytest.mark.parametrize(("before", "heard"), [("15", "PART NOTHING"), ("11", "PART PART"), ("3", "NOTHING")])
def test_a_touch_that_breaks_it_is_a_customers_and_it_can_begin_anew(before: str, heard: str) -> None:
    sequence = StaffSequence(Clock())
    assert touched(sequence, before) == [Heard[name] for name in heard.split()]
    assert touched(sequence, "1234"[before.endswith("1") :])[-1] is Heard.ALL


def test_what_nothing_followed_is_given_back_once() -> None:
    clock = Clock()
    sequence = StaffSequence(clock)
    touched(sequence, "12")
    assert sequence.take_overdue() == []
    clock.now += STEP_SECONDS
    kinds = [type(event) for event in sequence.take_overdue()]
    assert kinds == [events.MouseDown, events.MouseUp] * 2
    assert sequence.take_overdue() == []
    assert touched(sequence, "34") == [Heard.NOTHING, Heard.NOTHING]


def test_a_finger_still_on_the_glass_is_given_back_as_it_is() -> None:
    clock = Clock()
    sequence = StaffSequence(clock)
    sequence.hear(down("1"), SIZE)
    clock.now += STEP_SECONDS
    assert [type(event) for event in sequence.take_overdue()] == [events.MouseDown]
    assert sequence.hear(up("1"), SIZE) is Heard.NOTHING


def test_too_slow_is_no_sequence() -> None:
    clock = Clock()
    sequence = StaffSequence(clock)
    touched(sequence, "123")
    clock.now += STEP_SECONDS + 0.01
    assert touched(sequence, "4") == [Heard.NOTHING]


def test_corners_never_meet_on_a_small_screen() -> None:
    sequence = StaffSequence(Clock())
    middle = events.MouseDown(None, 5, 3, 0, 0, 1, False, False, False, 5, 3)
    assert sequence.hear(middle, Size(10, 6)) is Heard.NOTHING
