"""What is kept of a crash, and when crashes are too many.

A message, a local variable or an argument may hold a person's data (SPEC 10.3), so a crash is recorded as its
exception types and places in the code, nothing else.
"""

import asyncio
import sys
import threading
import traceback
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Final

import structlog

CRASHES: Final = 3
"""So many crashes …"""

CRASH_SECONDS: Final = 30.0
"""… within so many seconds, and starting afresh in the same process no longer helps."""

_log = structlog.get_logger("kiosk.terminal")


def describe(error: BaseException) -> dict[str, list[str]]:
    """The exception types, outermost first, and the frames of the innermost as `file:line function`."""
    chain = list(_chain(error))
    frames = traceback.extract_tb(chain[-1].__traceback__)
    return {
        "types": [f"{type(link).__module__}.{type(link).__qualname__}" for link in chain],
        "frames": [f"{'/'.join(Path(frame.filename).parts[-2:])}:{frame.lineno} {frame.name}" for frame in frames],
    }


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        yield link
        # Textual wraps what a worker raised without raising it "from".
        inner = getattr(link, "error", None)
        link = link.__cause__ or (inner if isinstance(inner, BaseException) else link.__context__)


def log_crash(event: str, error: BaseException) -> None:
    """Log an exception under an event name without anything it says."""
    _log.error(event, **describe(error))


class CrashWindow:
    """Counts crashes in the last `CRASH_SECONDS` (monotonic seconds, given)."""

    def __init__(self) -> None:
        self._times: deque[float] = deque(maxlen=CRASHES)

    def too_many(self, now: float) -> bool:
        """Record a crash at `now`; whether it is the third within the window."""
        self._times.append(now)
        return len(self._times) == CRASHES and now - self._times[0] <= CRASH_SECONDS


def silence_reports() -> None:
    """Log, and don't print, what Python itself reports from threads, destructors and the top of the program."""

    def of_program(_type: type[BaseException], error: BaseException, _tb: TracebackType | None) -> None:
        log_crash("unhandled", error)

    def of_thread(report: threading.ExceptHookArgs) -> None:
        if report.exc_value is not None:
            log_crash("unhandled_in_thread", report.exc_value)

    def of_destructor(report: Any) -> None:
        if report.exc_value is not None:
            log_crash("unraisable", report.exc_value)

    sys.excepthook = of_program
    threading.excepthook = of_thread
    sys.unraisablehook = of_destructor


def report_from_loop(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """The event loop's exception handler: asyncio would log the exception's own words."""
    error = context.get("exception")
    if isinstance(error, BaseException):
        log_crash("unhandled_in_task", error)
    else:
        _log.warning("event_loop_report")
