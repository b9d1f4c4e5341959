"""Where a person is, and how long there is (LOOK principle 5)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.widgets.gallery import Gallery
from tests.widgets.scenes import STEPS
from widgets.big_digits import BigDigits
from widgets.countdown import Countdown
from widgets.digit_shapes import SHAPES
from widgets.grouping import group_digits, grouped_span
from widgets.message_line import MessageLevel, MessageLine
from widgets.stepper import Stepper

START = datetime(2026, 5, 1, 2, 0, tzinfo=UTC)


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.time = START

    def now(self) -> datetime:
        return self.time


def shown(countdown: Countdown) -> str:
    return str(countdown.query_one("Static").render())


async def test_the_countdown_is_calm_then_urgent_then_over_and_tells_each_once() -> None:
    clock = Clock()
    app = Gallery(lambda: [Countdown("剩余 {minutes} 分钟", clock.now, urgent="剩余 {clock}", over="已超时")])
    async with app.run_test() as pilot:
        countdown = app.query_one(Countdown)
        assert shown(countdown) == ""
        countdown.deadline = START + timedelta(minutes=30)
        await pilot.pause()
        assert shown(countdown) == "剩余 30 分钟"
        clock.time = START + timedelta(seconds=19)
        countdown.tick()
        assert shown(countdown) == "剩余 29 分钟"
        assert not countdown.has_class("-soon")
        clock.time = START + timedelta(minutes=25, seconds=1)
        countdown.tick()
        countdown.tick()
        assert shown(countdown) == "剩余 4:59"
        assert countdown.has_class("-soon")
        clock.time = START + timedelta(minutes=31)
        countdown.tick()
        countdown.tick()
        await pilot.pause()
        assert shown(countdown) == "已超时"
        assert len(app.said(Countdown.Soon)) == len(app.said(Countdown.Expired)) == 1


async def test_a_new_deadline_starts_afresh() -> None:
    clock = Clock()
    app = Gallery(lambda: [Countdown("{minutes}", clock.now, deadline=START + timedelta(minutes=1))])
    async with app.run_test() as pilot:
        countdown = app.query_one(Countdown)
        countdown.deadline = START + timedelta(minutes=10)
        await pilot.pause()
        assert not countdown.has_class("-soon")
        clock.time = START + timedelta(minutes=6)
        countdown.tick()
        await pilot.pause()
        assert len(app.said(Countdown.Soon)) == 2
        assert app.said(Countdown.Expired) == []


async def test_the_large_countdown_draws_the_clock() -> None:
    clock = Clock()
    app = Gallery(
        lambda: [Countdown("剩余", clock.now, large=True, deadline=START + timedelta(minutes=29, seconds=41))]
    )
    async with app.run_test() as pilot:
        await pilot.pause()
        digits = app.query_one(BigDigits)
        assert digits.text == "29:41"
        assert digits.size.height == 3


@pytest.mark.parametrize("current", range(len(STEPS)))
@pytest.mark.parametrize("width", [24, 40, 60, 80, 120])
async def test_the_step_one_is_at_is_always_named_and_the_line_fits(current: int, width: int) -> None:
    app = Gallery(lambda: [Stepper(STEPS, current)])
    async with app.run_test(size=(width + 4, 24)):
        drawn = app.query_one(Stepper).render().plain
        assert f"● {current + 1} {STEPS[current]}" in drawn
        assert drawn.count("✓") == current
        assert drawn.count("○") == len(STEPS) - current - 1
        assert cell_len(drawn) <= max(width, 28)


@pytest.mark.parametrize("rows", [3, 5])
def test_every_large_character_is_a_whole_rectangle(rows: int) -> None:
    assert set("0123456789¥.:-") == set(SHAPES[rows])
    for shape in SHAPES[rows].values():
        assert len(shape) == 2 * rows
        assert len({len(line) for line in shape}) == 1
    assert len(set(SHAPES[rows].values())) == len(SHAPES[rows])


async def test_the_highlight_has_a_bar_and_not_only_a_colour() -> None:
    app = Gallery(lambda: [BigDigits("138 5317 8888", (9, 13))])
    async with app.run_test(size=(120, 40)):
        digits = app.query_one(BigDigits)
        assert digits.size.height == 4
        bar = digits.render_line(3).text
        assert bar.strip() == "▄" * (4 * 6 + 3)
        assert len(bar.rstrip()) == BigDigits.width_for("138 5317 8888")


async def test_large_digits_give_way_where_the_screen_is_narrow() -> None:
    app = Gallery(lambda: [BigDigits("138 5317 8888", (9, 13), rows=5)])
    async with app.run_test(size=(124, 40)) as pilot:
        digits = app.query_one(BigDigits)
        assert digits.size.height == 6
        await pilot.resize_terminal(90, 40)
        await pilot.pause()
        assert digits.size.height == 4
        await pilot.resize_terminal(40, 24)
        await pilot.pause()
        assert digits.size.height == 1
        assert digits.render_line(0).text.strip() == "138 5317 8888"


def test_numbers_are_grouped_as_people_say_them() -> None:
    assert group_digits("13853178888") == "138 5317 8888"
    assert group_digits("138") == "138"
    assert group_digits("") == ""


@given(start=st.integers(0, 10), length=st.integers(1, 11))
def test_a_span_of_digits_marks_the_same_digits_once_grouped(start: int, length: int) -> None:
    digits = "13853178888"
    end = min(11, start + length)
    first, last = grouped_span((start, end))
    assert group_digits(digits)[first:last].replace(" ", "") == digits[start:end]
    assert group_digits(digits)[first:last] == group_digits(digits)[first:last].strip()


async def test_a_message_keeps_its_line_when_it_goes() -> None:
    app = Gallery(lambda: [MessageLine()])
    async with app.run_test() as pilot:
        line = app.query_one(MessageLine)
        assert line.size.height == 1
        line.show("请稍候", MessageLevel.ERROR)
        await pilot.pause()
        assert line.render().plain == "⚠ 请稍候"
        line.clear()
        await pilot.pause()
        assert line.size.height == 1
        assert line.render().plain == ""
