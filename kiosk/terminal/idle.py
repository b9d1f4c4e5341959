"""How long nobody has touched the terminal, and what follows (SPEC 7.1: 90 s, the last 15 s with a warning)."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class IdlePhase(StrEnum):
    """Where an untouched terminal is on its way back to the attract screen."""

    ACTIVE = "active"
    WARNING = "warning"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class IdleLimits:
    """After how many seconds a visit is over, and how many of those, at the end, carry the warning."""

    idle_seconds: float = 90
    warning_seconds: float = 15

    def __post_init__(self) -> None:
        if not 0 <= self.warning_seconds < self.idle_seconds:
            raise ValueError("the warning must be shorter than the idle time")


@dataclass(frozen=True, slots=True)
class IdleState:
    """The phase and the whole seconds left until the visit is over, rounded up so that a countdown ends at 1."""

    phase: IdlePhase
    seconds_left: int


class IdleWatch:
    """Knows the last touch; is asked, never wakes by itself. `clock` gives monotonic seconds (SPEC 7.3)."""

    def __init__(self, limits: IdleLimits, clock: Callable[[], float]) -> None:
        self._limits = limits
        self._clock = clock
        self._idle_seconds = limits.idle_seconds
        self._touched = clock()

    def touch(self) -> None:
        """Somebody is there: the time starts again."""
        self._touched = self._clock()

    def limit(self, limits: IdleLimits) -> None:
        """Take other limits, for a person who needs longer or for the next one, who doesn't; counts as a touch."""
        if limits != self._limits:
            self._limits = limits
            self._idle_seconds = limits.idle_seconds
            self.touch()

    def allow(self, idle_seconds: float | None) -> None:
        """Take another limit while a step needs longer (paying); `None` is the usual one.

        A change counts as a touch: the step has just changed, and a person who waited long for a payment must
        have time to read what came of it.
        """
        wanted = (
            self._limits.idle_seconds if idle_seconds is None else max(idle_seconds, self._limits.warning_seconds + 1)
        )
        if wanted != self._idle_seconds:
            self._idle_seconds = wanted
            self.touch()

    def state(self) -> IdleState:
        """The phase now."""
        left = self._idle_seconds - (self._clock() - self._touched)
        if left <= 0:
            return IdleState(IdlePhase.OVER, 0)
        phase = IdlePhase.WARNING if left <= self._limits.warning_seconds else IdlePhase.ACTIVE
        return IdleState(phase, math.ceil(left))
