"""How fast the terminal starts and answers, and how much memory it takes, beside a trivial Textual app.

Both programs run in real pseudo-terminals in the same run, turn by turn, so that a noisy machine disturbs both.
"First paint" is the time from starting the process until its text arrives; "key to output" from writing a key until
the first byte comes back; "key to result" until the last byte that the key causes.
"""

import argparse
import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

TRIVIAL = """
from textual.app import App
from textual.widgets import Label
class Trivial(App):
    def compose(self):
        yield Label("ready", id="label")
    def on_key(self, event):
        self.query_one("#label", Label).update(f"key {event.key}")
Trivial().run()
"""
_QUIET_SECONDS = 0.15


class Program:
    """One program in a pseudo-terminal of 120×40."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self.started = time.perf_counter()
        leader, follower = pty.openpty()
        fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        self._process = subprocess.Popen(
            command, stdin=follower, stdout=follower, stderr=follower, env=dict(environment), start_new_session=True
        )
        os.close(follower)
        self._leader = leader

    def read(self, seconds: float) -> bytes:
        """What arrives within that time, empty when nothing does."""
        ready, _, _ = select.select([self._leader], [], [], seconds)
        try:
            return os.read(self._leader, 65536) if ready else b""
        except OSError:  # the program has gone
            return b""

    def wait_for(self, text: str, seconds: float = 60) -> float:
        """Seconds from the start until the text has arrived."""
        seen = b""
        while time.perf_counter() - self.started < seconds:
            seen += self.read(0.05)
            if text.encode() in seen:
                return time.perf_counter() - self.started
        raise TimeoutError(f"{text!r} never came")

    def write(self, data: bytes) -> None:
        """Type all of this, reading meanwhile, as a terminal does."""
        while data:
            self.read(0)
            if select.select([], [self._leader], [], 5)[1]:
                data = data[os.write(self._leader, data[:512]) :]

    def settle(self) -> None:
        """Read until nothing more comes."""
        while self.read(_QUIET_SECONDS * 2):
            continue

    def key(self, key: bytes) -> tuple[float, float]:
        """Seconds from a key to the first and to the last byte of its answer."""
        pressed = time.perf_counter()
        os.write(self._leader, key)
        first = last = 0.0
        while self.read(1.0 if not first else _QUIET_SECONDS):
            last = time.perf_counter() - pressed
            first = first or last
        return first, last

    def memory_mb(self) -> float:
        """Resident memory of the process."""
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) / 1024

    def stop(self) -> None:
        """End it, in order if it can."""
        self._process.send_signal(signal.SIGTERM)
        deadline = time.perf_counter() + 15
        while self._process.poll() is None:
            self.read(0.1)
            if time.perf_counter() > deadline:
                self._process.kill()
        os.close(self._leader)


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share of all lies below."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="starts of each program")
    parser.add_argument("--keys", type=int, default=100, help="keys pressed in each program")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"KIOSK_DATA_DIR": folder, "TERM": "xterm-256color", "LANG": "C.UTF-8"}
        trivial = [sys.executable, "-c", TRIVIAL]
        kiosk = [sys.executable, "-m", "kiosk", "run"]
        first = Program(kiosk, environment)
        print(f"first run, with the demonstration of 100,000 numbers: {first.wait_for('Touch anywhere'):.1f} s")
        first.stop()

        starts: dict[str, list[float]] = {"trivial": [], "kiosk": [], "ready": []}
        for _ in range(options.rounds):
            for name, command, text in (("trivial", trivial, "ready"), ("kiosk", kiosk, "请稍候")):
                program = Program(command, environment)
                starts[name].append(program.wait_for(text))
                if name == "kiosk":
                    starts["ready"].append(program.wait_for("Touch anywhere"))
                program.settle()
                program.stop()

        plain, terminal = Program(trivial, environment), Program(kiosk, environment)
        plain.wait_for("ready")
        terminal.wait_for("Touch anywhere")
        idle_memory = terminal.memory_mb()
        plain.settle()
        for key in (b"\r", b"1"):
            time.sleep(1.5)
            terminal.key(key)
        time.sleep(2)
        terminal.settle()
        plain_keys, terminal_keys = [], []
        for turn in range(options.keys):
            plain_keys.append(plain.key(b"8" if turn % 2 else b"7"))
            # On the numbers screen, the busiest: a digit goes into a box, and comes out again.
            terminal_keys.append(terminal.key(b"\x7f" if turn % 2 else b"8"))
        memory = terminal.memory_mb()
        print(f"{'':37}{'trivial':>10}{'kiosk':>10}{'ratio':>8}")
        rows = [
            ("start to first paint, median, ms", starts["trivial"], starts["kiosk"], 0.5),
            ("start to attract screen, median, ms", starts["trivial"], starts["ready"], 0.5),
        ]
        for what, place in (("output", 0), ("whole result", 1)):
            plain_times, times = ([key[place] for key in keys] for keys in (plain_keys, terminal_keys))
            rows += [(f"key to {what}, p{share * 100:.0f}, ms", plain_times, times, share) for share in (0.5, 0.95)]
        for name, plain_times, times, share in rows:
            theirs, ours = percentile(plain_times, share), percentile(times, share)
            print(f"{name:37}{theirs * 1000:10.1f}{ours * 1000:10.1f}{ours / theirs:8.2f}")
        mine, base = memory, plain.memory_mb()
        print(f"{'memory at the attract screen, MB':37}{base:10.1f}{idle_memory:10.1f}{idle_memory / base:8.2f}")
        print(f"{'memory while searching, MB':37}{base:10.1f}{mine:10.1f}{mine / base:8.2f}")
        plain.stop()
        terminal.stop()


if __name__ == "__main__":
    main()
