"""How often the staff PIN was tried on this machine: a small file, so that it counts while the database is away."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Lock

import structlog

from kiosk.domain.staff_pin import WAITS, PinTries, wait_left

_log = structlog.get_logger("storage.pin_tries")


class PinTryBook:
    """The tries of all terminals of one machine, which outlive a restart.

    A file that can't be read counts as many failures, and one that can't be written is replaced by memory: a full
    disk must neither open the terminal to guessing nor keep staff in it.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = Lock()
        self._known = PinTries(0, "", timedelta(0))
        self._is_kept = True
        self._is_readable = True

    def wait(self, boot_id: str, since_boot: timedelta) -> timedelta:
        """How long nobody may try yet."""
        with self._opened(boot_id, since_boot) as file:
            tries, wait = wait_left(self._known, boot_id, since_boot)
            self._keep(file, tries)
            return wait

    def begin(self, boot_id: str, since_boot: timedelta) -> timedelta:
        """Count a try as failed before it is made, so that a crash is no free one; or say how long to wait first."""
        with self._opened(boot_id, since_boot) as file:
            tries, wait = wait_left(self._known, boot_id, since_boot)
            if not wait:
                tries = PinTries(tries.failures + 1, boot_id, since_boot)
            self._keep(file, tries)
            return wait

    def succeed(self, boot_id: str, since_boot: timedelta) -> None:
        """The PIN was right: forget what was wrong before."""
        with self._opened(boot_id, since_boot) as file:
            self._keep(file, PinTries(0, boot_id, since_boot))

    @contextmanager
    def _opened(self, boot_id: str, since_boot: timedelta) -> Iterator[int | None]:
        with self._lock:
            file = self._locked()
            if file is None:
                yield None
                return
            try:
                if self._is_kept and self._is_readable:
                    self._recall(file, boot_id, since_boot)
                yield file
            finally:
                os.close(file)

    def _locked(self) -> int | None:
        """The file, for this process alone; None when it can't be had."""
        file = None
        try:
            file = os.open(self._file, os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(file, fcntl.LOCK_EX)
        except OSError as fault:
            _log.warning("pin_tries_not_kept", errno=fault.errno)
            if file is not None:
                os.close(file)
            return None
        return file

    def _recall(self, file: int, boot_id: str, since_boot: timedelta) -> None:
        try:
            found = _understand(os.pread(file, 4096, 0))
        except OSError as fault:
            _log.warning("pin_tries_not_read", errno=fault.errno)
            # Met at every look it would be many failures for ever: from now on memory counts.
            self._is_readable = False
            found = None
        if found is None:
            self._keep(file, PinTries(len(WAITS), boot_id, since_boot))
        else:
            self._known = found

    def _keep(self, file: int | None, tries: PinTries) -> None:
        if tries == self._known and self._is_kept:
            return
        self._known = tries
        self._is_kept = False
        if file is None:
            return
        line = json.dumps([tries.failures, tries.boot_id, tries.failed_at.total_seconds()]).encode()
        try:
            # In place: that works on a full disk too.
            os.pwrite(file, line, 0)
            os.ftruncate(file, len(line))
            # Or switching the machine off would make the try a free one.
            os.fsync(file)
            self._is_kept = True
        except OSError as fault:
            _log.warning("pin_tries_not_kept", errno=fault.errno)


def _understand(line: bytes) -> PinTries | None:
    """What is written there; None when nothing that this program writes."""
    if not line:
        return PinTries(0, "", timedelta(0))
    try:
        match json.loads(line):
            case [int(failures), str(boot_id), int(seconds) | float(seconds)] if failures >= 0 and seconds >= 0:
                return PinTries(failures, boot_id, timedelta(seconds=seconds))
    except (ValueError, OverflowError, RecursionError):
        return None
    return None
