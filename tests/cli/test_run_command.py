"""`kiosk run` on a real terminal: screen, pages and worker together, and a clean end (SPEC 9.2, 10.1)."""

import fcntl
import os
import pty
import select
import signal
import socket
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from contextlib import suppress

import httpx
import pytest

from kiosk.composition import open_shop
from kiosk.config import Settings
from kiosk.services.activate_account import mail_progress
from kiosk.services.check_health import worker_seen
from tests.cli.conftest import Program
from tests.services.members import mails, register

FULL_SCREEN, NORMAL_SCREEN = b"\x1b[?1049h", b"\x1b[?1049l"


class RunningKiosk:
    """`kiosk` on a pseudo-terminal of 110×36."""

    def __init__(self, program: Program, **settings: str) -> None:
        self.output = b""
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            os.chdir(program.here)
            environ = program.environ(TERM="xterm-256color", LANG="C.UTF-8", **settings)
            program_line = [sys.executable, "-m", "kiosk"]
            os.execve(sys.executable, program_line, environ)  # noqa: S606  # the child of a pty becomes the program
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", 36, 110, 0, 0))

    def look_until(self, seen: Callable[[], bool], seconds: float = 20) -> bool:
        """Read what is drawn until a condition holds."""
        deadline = time.monotonic() + seconds
        while not seen() and time.monotonic() < deadline:
            if select.select([self.master], [], [], 0.05)[0]:
                with suppress(OSError):
                    self.output += os.read(self.master, 65536)
        return seen()

    def leave(self, number: signal.Signals) -> int:
        """Send a signal and return the exit status, reading meanwhile as a terminal does."""
        os.kill(self.pid, number)
        ended: list[int] = []

        def over() -> bool:
            if not ended:
                pid, status = os.waitpid(self.pid, os.WNOHANG)
                if pid:
                    ended.append(os.waitstatus_to_exitcode(status))
            return bool(ended)

        if not self.look_until(over):
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            pytest.fail("the terminal did not leave")
        os.close(self.master)
        return ended[0]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def test_terminal_shows_serves_works_and_leaves_cleanly(filled: Program) -> None:
    port = free_port()
    kiosk = RunningKiosk(filled, KIOSK_WEB_PORT=str(port))

    def pages_answer() -> bool:
        try:
            return httpx.get(f"http://127.0.0.1:{port}/health", timeout=5).status_code == 200
        except httpx.HTTPError:
            return False

    try:
        assert kiosk.look_until(lambda: FULL_SCREEN in kiosk.output), kiosk.output
        assert kiosk.look_until(pages_answer)
    finally:
        status = kiosk.leave(signal.SIGTERM)
    assert status == 0
    assert b"Traceback" not in kiosk.output
    assert kiosk.output.rindex(NORMAL_SCREEN) > kiosk.output.index(FULL_SCREEN)
    with open_shop(Settings(data_dir=filled.data_dir), terminal=False) as opened:
        assert worker_seen(opened.shop) is not None


def test_port_that_is_taken_is_told_on_the_ordinary_screen(filled: Program) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        kiosk = RunningKiosk(filled, KIOSK_WEB_PORT=str(server.getsockname()[1]))
        kiosk.look_until(lambda: b"web_port" in kiosk.output)
        _, status = os.waitpid(kiosk.pid, 0)
        os.close(kiosk.master)
    assert os.waitstatus_to_exitcode(status) == 1
    _, back, told = kiosk.output.rpartition(NORMAL_SCREEN)
    assert back
    assert len(told.splitlines()) == 1


def test_pages_alone(filled: Program) -> None:
    program = subprocess.Popen(
        [sys.executable, "-m", "kiosk", "web"],
        env=filled.environ(),
        cwd=filled.here,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert program.stdout is not None
    address = program.stdout.readline().decode().strip()
    answer = httpx.get(f"{address}/phone", timeout=10)
    program.send_signal(signal.SIGTERM)
    _, complaints = program.communicate(timeout=30)
    assert (answer.status_code, program.returncode, complaints) == (200, 0, b"")


def test_the_link_of_an_activation_mail_is_served_by_whatever_program_serves_the_pages(filled: Program) -> None:
    """SPEC 3.2: written by a terminal, opened at the server; both know nothing of each other but the database."""
    settings = Settings(data_dir=filled.data_dir, web_public_url="https://shop.example.com/")
    with open_shop(settings, terminal=False) as opened:
        account_id = register(opened.shop).account_id
        (mail,) = mails(opened.shop)
        assert f"https://shop.example.com/activate/{mail.token}" in mail.body
        with subprocess.Popen(
            [sys.executable, "-m", "kiosk", "web"], env=filled.environ(), cwd=filled.here, stdout=subprocess.PIPE
        ) as program:
            assert program.stdout is not None
            address = program.stdout.readline().decode().strip()
            answers = [
                ask(f"{address}/activate/{mail.token}", timeout=10, trust_env=False) for ask in (httpx.get, httpx.post)
            ]
            program.send_signal(signal.SIGTERM)
        assert [answer.status_code for answer in answers] == [200, 200]
        assert mail_progress(opened.shop, account_id).activated
