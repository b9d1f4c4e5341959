"""Tells a double tap or a key held down from two presses that are meant."""

from __future__ import annotations

from time import monotonic

REPEAT_SECONDS = 0.4
"""Presses closer together than this are one; repeats of a held key come every 30 to 100 ms."""


class RepeatGuard:
    """Lets the first press of a run through; each press, let through or not, prolongs the run."""

    def __init__(self, seconds: float = REPEAT_SECONDS) -> None:
        self._seconds = seconds
        self._pressed_at: dict[str, float] = {}

    def admits(self, what: str = "", *, at: float | None = None) -> bool:
        """Note a press on `what`, now or `at` a monotonic time in seconds, and tell whether it stands for itself."""
        now = monotonic() if at is None else at
        before = self._pressed_at.get(what, float("-inf"))
        self._pressed_at = {what: now}
        return now - before >= self._seconds
