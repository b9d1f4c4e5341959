"""Noise doesn't pile up before a person's key (SPEC 9.2)."""

import asyncio
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.terminal.inbox import BURST_SECONDS, ROOM, STUCK_SECONDS, WARY_SECONDS, HandOver, Inbox
from tests.terminal.real_terminal import RealTerminal


def taken(inbox: Inbox[int]) -> list[int]:
    items = []
    while (item := inbox.take()) is not None:
        items.append(item)
    return items


@given(st.integers(0, ROOM))
def test_as_much_as_a_person_types_is_kept_in_order(count: int) -> None:
    inbox = Inbox[int]()
    for number in range(count):
        inbox.put(number)
    assert taken(inbox) == list(range(count))


@given(st.integers(6, 300))
def test_of_more_than_that_the_newest_is_kept(count: int) -> None:
    inbox = Inbox[int](room=5, flood_room=2)
    for number in range(count):
        inbox.put(number)
    assert taken(inbox) == [count - 2, count - 1]


def test_after_a_flood_only_what_hands_do_at_once_is_believed_for_a_while() -> None:
    seconds = 10.0
    inbox = Inbox[int](room=9, wary_room=3, flood_room=1, clock=lambda: seconds)

    def after(count: int) -> list[int]:
        for number in range(count):
            inbox.put(number)
        return taken(inbox)

    assert after(9) == list(range(9))
    assert not inbox.is_wary
    assert after(20) == [19]
    assert inbox.is_wary
    assert after(3) == [0, 1, 2]
    seconds += WARY_SECONDS / 2
    assert after(4) == [3]
    seconds += WARY_SECONDS / 2
    assert inbox.is_wary, "the second flood makes it wary anew"
    seconds += WARY_SECONDS / 2
    assert after(9) == list(range(9))


def test_what_moves_on_takes_the_place_of_where_it_was() -> None:
    inbox: Inbox[int | str] = Inbox()
    for item in ("down", 1, 2, 3, "up", 4):
        inbox.put(item, instead_of=int if isinstance(item, int) else None)
    assert [inbox.take() for _ in range(5)] == ["down", 3, "up", 4, None]


async def test_the_next_is_handed_over_once_the_app_is_free_or_has_been_busy_too_long() -> None:
    waiting, is_free, times = [3, 2, 1], False, []

    def hand_over() -> bool:
        if waiting:
            times.append((waiting.pop(), time.monotonic()))
            return True
        return False

    hands = HandOver(asyncio.get_running_loop(), lambda: is_free, lambda: False, hand_over)
    began = time.monotonic()
    hands.begin()
    hands.begin()
    assert times == []
    while not times:
        await asyncio.sleep(0.005)
    assert time.monotonic() - began >= STUCK_SECONDS * 0.9
    assert len(times) == 1
    is_free = True
    while waiting:
        await asyncio.sleep(0.001)
    assert [item for item, _ in times] == [1, 2, 3]


async def test_a_burst_is_awaited_whole_but_not_for_ever() -> None:
    waiting, is_burst, times = [2, 1], True, []

    def hand_over() -> bool:
        if waiting:
            times.append((waiting.pop(), time.monotonic()))
            return True
        return False

    began = time.monotonic()
    HandOver(asyncio.get_running_loop(), lambda: True, lambda: is_burst, hand_over).begin()
    while not times:
        await asyncio.sleep(0.005)
    assert times[0][1] - began >= BURST_SECONDS * 0.9
    is_burst = False
    while waiting:
        await asyncio.sleep(0.001)
    assert times[1][1] - times[0][1] < BURST_SECONDS


@pytest.mark.parametrize("noise", [b"x" * 3000, b"\x1b[<0;5;5M\x1b[<0;5;5m" * 300], ids=["keys", "taps"])
def test_a_key_right_behind_a_flood_arrives(tmp_path: Path, noise: bytes) -> None:
    with RealTerminal(tmp_path / "kiosk.log") as terminal:
        terminal.wait_for("<ready>", 15)
        terminal.send(noise + b"\r")
        terminal.look(0.5)
        terminal.output = b""
        terminal.send(noise + b"\x1b[A\r")
        terminal.wait_for("[up]>")
        terminal.send(b"abc\r")
        terminal.wait_for("<abc>")
