"""Where inputs wait until the app is done with the one before, so that noise can't pile up before a person's key.

Noise and a key come through one line and can't be told apart, except that noise is more than anyone types. So of
more than that only the newest is kept: whoever presses a key after the noise is heard next.
"""

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Final, Generic, TypeVar

ROOM: Final = 40
"""Most inputs that wait: two seconds of fast typing, or a code from a scanner that sends no ending."""

FLOOD_ROOM: Final = 2
"""Most that wait after more came than there was room for, until all are handed over: a tap, or two keys."""

WARY_SECONDS: Final = 1.0
"""How long after a flood the next one is expected, and with it less is believed to be a person's."""

WARY_ROOM: Final = 8
"""Most inputs that wait then: what hands do at once, but no more."""

BURST_PAUSE_SECONDS: Final = 0.01
"""Quiet after which inputs that came at once, or came when wary, are handed over: only then are they all there."""

BURST_SECONDS: Final = 0.5
"""Longest that such a pause is waited for."""

STUCK_SECONDS: Final = 0.1
"""Longest that the next input is kept from an app that isn't free: it may be what the app is waiting for."""

_LOOK_SECONDS: Final = 0.001

T = TypeVar("T")


class Inbox(Generic[T]):
    """Keeps the newest inputs in order; `put` and `take` may be called by different threads.

    >>> inbox = Inbox[int](room=5, flood_room=2)
    >>> for number in range(8): inbox.put(number)
    >>> [inbox.take() for _ in range(3)]
    [6, 7, None]
    """

    def __init__(
        self,
        *,
        room: int = ROOM,
        wary_room: int = WARY_ROOM,
        flood_room: int = FLOOD_ROOM,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._room = room
        self._wary_room = wary_room
        self._flood_room = flood_room
        self._clock = clock
        self._is_flooded = False
        self._wary_until = float("-inf")
        self._waiting: deque[T] = deque()
        self._lock = threading.Lock()

    @property
    def is_wary(self) -> bool:
        """Whether there was a flood a moment ago."""
        return self._clock() < self._wary_until

    def put(self, item: T, *, instead_of: type | None = None) -> None:
        """Add the newest, in place of the one before if that is of the type `instead_of`."""
        with self._lock:
            if instead_of is not None and self._waiting and isinstance(self._waiting[-1], instead_of):
                self._waiting.pop()
            self._waiting.append(item)
            room = self._flood_room if self._is_flooded else self._wary_room if self.is_wary else self._room
            if len(self._waiting) > room:
                self._is_flooded = True
                self._wary_until = self._clock() + WARY_SECONDS
                while len(self._waiting) > self._flood_room:
                    self._waiting.popleft()

    def take(self) -> T | None:
        """The oldest that is left, or None; with the last of them a flood is over."""
        with self._lock:
            if not self._waiting:
                self._is_flooded = False
                return None
            return self._waiting.popleft()


class HandOver:
    """Calls `hand_over` on the event loop, soon if the app `is_free` and no `is_burst` is arriving, else when it is so.

    `hand_over` says whether it had anything to hand over; it is called again until it hadn't.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        is_free: Callable[[], bool],
        is_burst: Callable[[], bool],
        hand_over: Callable[[], bool],
    ) -> None:
        self._loop = loop
        self._is_free = is_free
        self._is_burst = is_burst
        self._hand_over = hand_over
        self._timer: asyncio.TimerHandle | None = None
        self._waits_since = loop.time()

    def begin(self) -> None:
        """Something waits. On the event loop only."""
        if self._timer is None:
            self._waits_since = self._loop.time()
            self._look()

    def _look(self) -> None:
        self._timer = None
        now = self._loop.time()
        waited = now - self._waits_since
        is_time = waited >= BURST_SECONDS if self._is_burst() else waited >= STUCK_SECONDS or self._is_free()
        if is_time:
            self._waits_since = now
            if not self._hand_over():
                return
        self._timer = self._loop.call_later(_LOOK_SECONDS, self._look)
