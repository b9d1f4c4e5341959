"""The machine's own clock: whether something keeps it right, and its time zone."""

import ctypes
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from kiosk.cli.doctor.finding import Finding, Status, judged
from kiosk.locale import Translator

_SYNCHRONISED: Final = Path("/run/systemd/timesync/synchronized")
_TIME_ERROR: Final = 5
"""What adjtimex(2) answers while nothing keeps the clock."""

_TIMEX_BYTES: Final = 256
"""No less than `struct timex` has on any machine; all zeros, it only asks."""


def of_system_time(tr: Translator, *, installed: bool) -> Iterator[Finding]:
    """A terminal must be kept in time; a machine on which somebody tries the program may do as it likes."""
    kept = clock_is_kept()
    detail = {True: tr("自动校准"), False: tr("没有自动校准"), None: tr("无法得知是否自动校准")}[kept]
    worse = Status.PROBLEM if kept is False and installed else Status.NOTICE
    yield judged(
        "time_sync",
        tr("系统时间"),
        tr("{detail}，时区 {zone}", detail=detail, zone="/".join(dict.fromkeys(time.tzname))),
        tr("运行 apt install systemd-timesyncd，并检查网络"),
        otherwise=None if kept else worse,
    )


def clock_is_kept(synchronised: Path = _SYNCHRONISED) -> bool | None:
    """Whether the clock follows a time server; None where the kernel doesn't say."""
    if synchronised.exists():
        return True
    state: int = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(_TIMEX_BYTES))
    return None if state < 0 else state != _TIME_ERROR
