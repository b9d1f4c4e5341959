"""How soon a key is answered amid and after a million hostile bytes, beside a trivial Textual app left in peace.

Both programs run in real pseudo-terminals in the same run. The noise is that of the tests: every byte, torn control
sequences, GBK, naughty texts, storms of the mouse. A key counts as answered once anything is drawn. After every piece
of noise the terminal is left alone until it draws nothing more, as at a counter where somebody leans on the screen and
then presses a key; that pause is printed too, for it is what the person waits for in addition.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.terminal import TRIVIAL, Program, percentile
from tests.terminal.noise import noise

_PIECE = 5_000
_KEYS = (b"\t", b"\x1b[B", b"\x1b[A")


def answered(program: Program, key: bytes) -> float | None:
    """Seconds from a key until something is drawn; None where the key means nothing."""
    pressed = time.perf_counter()
    program.write(key)
    return time.perf_counter() - pressed if program.read(1.0) else None


def keys(program: Program, count: int) -> list[float]:
    """The times of so many keys that meant something."""
    times: list[float] = []
    for turn in range(3 * count):
        taken = answered(program, _KEYS[turn % len(_KEYS)])
        program.settle()
        if taken is not None:
            times.append(taken)
        if len(times) == count:
            break
    return times


def row(name: str, times: Sequence[float], base: Sequence[float]) -> None:
    """One line of the table."""
    cells = [percentile(times, share) * 1000 for share in (0.5, 0.95, 0.99)]
    ratio = percentile(times, 0.99) / percentile(base, 0.99)
    print(f"{name:44}{cells[0]:9.1f}{cells[1]:9.1f}{cells[2]:9.1f}{ratio:8.2f}{len(times):7}")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bytes", type=int, default=1_000_000, help="how much noise")
    parser.add_argument("--keys", type=int, default=200, help="keys pressed in peace, before and after")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {
            "KIOSK_DATA_DIR": folder,
            "KIOSK_ALLOW_QUIT": "no",
            "KIOSK_REDUCED_MOTION": "yes",
            "KIOSK_DEMO_NUMBERS": "10000",
            "TERM": "xterm-256color",
            "LANG": "C.UTF-8",
        }
        trivial = Program([sys.executable, "-c", TRIVIAL], environment)
        kiosk = Program([sys.executable, "-m", "kiosk", "run"], environment)
        trivial.wait_for("ready")
        kiosk.wait_for("Touch anywhere")
        time.sleep(2)
        kiosk.settle()
        trivial.settle()
        peace = keys(trivial, options.keys)
        kiosk.write(b"\r")
        kiosk.settle()
        before = keys(kiosk, options.keys)

        data = noise(1_000_000, options.bytes)
        amid: list[float] = []
        pauses: list[float] = []
        began = time.perf_counter()
        for start in range(0, len(data), _PIECE):
            kiosk.write(data[start : start + _PIECE])
            left_alone = time.perf_counter()
            kiosk.settle()
            pauses.append(time.perf_counter() - left_alone)
            amid += [taken for key in _KEYS if (taken := answered(kiosk, key)) is not None]
        took = time.perf_counter() - began
        time.sleep(1.5)
        kiosk.settle()
        after = keys(kiosk, options.keys)
        print(f"{'key to output, ms':44}{'p50':>9}{'p95':>9}{'p99':>9}{'ratio':>8}{'keys':>7}")
        row("trivial app, in peace", peace, peace)
        row("kiosk, in peace", before, peace)
        row(f"kiosk, amid {len(data):,} bytes", amid, peace)
        row("kiosk, afterwards", after, peace)
        print(
            f"noise taken at {len(data) / took / 1000:,.0f} KB/s; until quiet again {statistics.median(pauses):.2f} s"
        )
        print(f"memory {kiosk.memory_mb():.0f} MB; faults in the log: {faults(Path(folder))}")
        trivial.stop()
        kiosk.stop()


def faults(folder: Path) -> int:
    """Lines of the log that tell of an error."""
    log = folder / "logs" / "kiosk.log"
    return sum('"level": "error"' in line for line in log.read_text().splitlines()) if log.exists() else 0


if __name__ == "__main__":
    main()
