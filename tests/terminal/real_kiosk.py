"""The real program on a pseudo-terminal, with a data directory of its own, and a person at its other end."""

import select
import time
from collections.abc import Sequence
from pathlib import Path

from tests.terminal.real_terminal import RealTerminal

ATTRACT = "Touch anywhere to begin"
HOME = "请问办理什么业务"
CUSTOMER = "请填写使用人的资料"


class RealKiosk(RealTerminal):
    """Runs `kiosk run`, or another Python `program` in its place; leaving the context ends it."""

    def __init__(
        self,
        data_dir: Path,
        *,
        size: tuple[int, int] = (120, 40),
        program: Sequence[str] = ("-m", "kiosk", "run"),
        **settings: str,
    ) -> None:
        self.log = data_dir / "logs" / "kiosk.log"
        self._start(program, {"KIOSK_DATA_DIR": str(data_dir), "HOME": str(data_dir)} | settings, size)

    def seconds_to_answer(self, key: bytes, patience: float = 5) -> float | None:
        """How long until anything is drawn after a key; None when nothing is."""
        self.settle()
        pressed = time.monotonic()
        self.send(key)
        if not select.select([self.master], [], [], patience)[0]:
            return None
        return time.monotonic() - pressed

    def settle(self, quiet: float = 0.05) -> None:
        """Read until nothing more is drawn for a moment."""
        while select.select([self.master], [], [], quiet)[0]:
            before = len(self.output)
            self.look(0)
            if len(self.output) == before:
                return

    def back_to_attract(self) -> None:
        """Press Escape, as somebody does who wants out of wherever they are, until the attract screen is shown.

        Where an order waits to be paid that leads nowhere; there "start again" is pressed, and confirmed.
        """
        for turn in range(60):
            self.output = b""
            self.send((b"\x1b", b"\x1b", b"\x1b", b"\x1b", b"q", b"\t", b"\r")[turn % 7])
            # Longer than what is taken for a key held down.
            self.look(0.6)
            if ATTRACT.encode() in self.output:
                return
        raise AssertionError(f"no way back from {self.output[-800:]!r}")

    def go_to_customer(self) -> None:
        """From the attract screen to the customer's data, by keys alone."""
        for keys, seen in (
            (b"\r", HOME),
            (b"1", "换一批"),
            (b"3", "无最低消费"),
            (b"\x1b[B", "选这个"),
            (b"\r", "请选择套餐"),
            (b"\r", "●"),
            (b"\r", CUSTOMER),
        ):
            self.settle(0.3)
            self.output = b""
            self.send(keys)
            self.wait_for(seen)
        self.settle(0.5)
