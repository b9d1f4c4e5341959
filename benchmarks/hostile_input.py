"""How soon a key is answered amid a million hostile bytes and afterwards, beside a trivial Textual app in peace.

Both programs run in real pseudo-terminals in the same run. The noise is that of the tests: every byte, torn control
sequences, GBK, naughty texts, storms of the mouse. It is written as fast as the
pseudo-terminal takes it, in pieces, as when somebody leans on the screen or a cable is loose. Within a piece a key
can't be told from noise, so the key comes right behind the last byte of each, with no pause in which to recover, and
the next piece follows at once when it is answered.

The time runs from writing the key, Tab, until the frame is written that shows it; `benchmarks.marked` says which.
It includes what the program still has to do for the noise: a screen that it has just opened, for one. A piece that
ends within a control string or paste would swallow the key for a second, as is meant (`input_filter.OPEN_SECONDS`),
which is no measure of speed: each is closed. A key without an answer within a second is counted under "again".

Of a flood hardly anything but the newest inputs acts. So the key is also pressed behind drops of noise, too few bytes
for a flood, which act like a person's keys and taps: they switch the language, change the print and open screens.
"""

import argparse
import itertools
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from benchmarks.marked import MARKS, answer_to
from benchmarks.terminal import Program, percentile
from tests.terminal.noise import noise

_PIECE = 2_000
_DROP = 40
_CLOSED = b"\x18\x1b[201~"
_PATIENCE_SECONDS = 1.0
_marks = itertools.cycle(MARKS)


def answered(program: Program) -> float | None:
    """Seconds from pressing the key until it is shown; None where it never is."""
    mark = next(_marks)
    answer = answer_to(mark)
    pressed = time.perf_counter()
    program.write(f"\t{mark}".encode())
    shown = b""
    while (waited := time.perf_counter() - pressed) < _PATIENCE_SECONDS:
        shown += program.read(_PATIENCE_SECONDS - waited)
        if answer in shown:
            return time.perf_counter() - pressed
    return None


def in_peace(program: Program, count: int) -> list[float | None]:
    """The same, so many times, with nothing else going on."""
    times = []
    for _ in range(count):
        time.sleep(0.02)
        times.append(answered(program))
    return times


def amid(program: Program, data: bytes, piece: int) -> list[float | None]:
    """The same behind each piece of the noise, of so many bytes."""
    times = []
    for start in range(0, len(data), piece):
        program.write(data[start : start + piece] + _CLOSED)
        times.append(answered(program))
    return times


def row(name: str, times: Sequence[float | None], base: Sequence[float | None]) -> None:
    """One line of the table."""
    shown, peace = ([taken for taken in some if taken is not None] for some in (times, base))
    cells = [percentile(shown, share) * 1000 for share in (0.5, 0.95, 0.99)]
    ratio = percentile(shown, 0.99) / percentile(peace, 0.99)
    print(
        f"{name:36}{cells[0]:8.1f}{cells[1]:8.1f}{cells[2]:8.1f}{ratio:8.2f}{len(times):7}{len(times) - len(shown):7}"
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bytes", type=int, default=1_000_000, help="how much noise")
    parser.add_argument("--drops", type=int, default=500, help="how many drops of it")
    parser.add_argument("--keys", type=int, default=300, help="keys pressed in peace, before and after")
    options = parser.parse_args()
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        environment = os.environ | {
            "KIOSK_DATA_DIR": folder,
            "KIOSK_ALLOW_QUIT": "no",
            "KIOSK_REDUCED_MOTION": "yes",
            "KIOSK_DEMO_NUMBERS": "10000",
            "TERM": "xterm-256color",
            "LANG": "C.UTF-8",
        }
        programs = [
            Program([sys.executable, "-m", "benchmarks.marked", name], environment) for name in ("trivial", "kiosk")
        ]
        for program in programs:
            stack.callback(program.stop)
        trivial, kiosk = programs
        trivial.wait_for("ready")
        kiosk.wait_for("Touch anywhere")
        time.sleep(2)
        kiosk.settle()
        trivial.settle()
        peace = in_peace(trivial, options.keys)
        kiosk.write(b"\r")
        kiosk.settle()
        before = in_peace(kiosk, options.keys)
        data = noise(1_000_000, options.bytes)
        began = time.perf_counter()
        during = amid(kiosk, data, _PIECE)
        took = time.perf_counter() - began
        time.sleep(1.5)
        kiosk.settle()
        after = in_peace(kiosk, options.keys)
        drops = amid(kiosk, noise(1, options.drops * _DROP), _DROP)
        print(f"{'key until it is shown, ms':36}{'p50':>8}{'p95':>8}{'p99':>8}{'ratio':>8}{'keys':>7}{'again':>7}")
        row("trivial app, in peace", peace, peace)
        row("kiosk, in peace", before, peace)
        row(f"kiosk, amid {len(data):,} bytes", during, peace)
        row("kiosk, afterwards", after, peace)
        row(f"kiosk, amid drops of {_DROP} bytes", drops, peace)
        print(f"noise and keys took {took:.0f} s: {len(data) / took / 1000:,.0f} KB/s")
        print(f"memory {kiosk.memory_mb():.0f} MB; faults in the log: {faults(Path(folder))}")


def faults(folder: Path) -> int:
    """Lines of the log that tell of an error."""
    log = folder / "logs" / "kiosk.log"
    return sum('"level": "error"' in line for line in log.read_text().splitlines()) if log.exists() else 0


if __name__ == "__main__":
    main()
