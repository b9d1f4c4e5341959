"""The splash: something to see at once, and a clean terminal whatever happens (DESIGN 6, SPEC 9.2)."""

import os
import pty
import select
from collections.abc import Iterator
from typing import TextIO

import pytest

from kiosk.terminal.splash import Splash


@pytest.fixture
def terminal() -> Iterator[tuple[TextIO, int]]:
    leader, follower = pty.openpty()
    with open(follower, "w") as writing:
        yield writing, leader
    os.close(leader)


def shown(leader: int, last: str) -> str:
    """All that was written, up to the words that come last: a pseudo-terminal hands it over in pieces."""
    written = b""
    while last.encode() not in written:
        assert select.select([leader], [], [], 5)[0], f"{last!r} not written: {written!r}"
        written += os.read(leader, 65536)
    return written.decode()


def fail_to_start(splash: Splash) -> None:
    with splash:
        splash.say("已生成密钥")
        raise OSError("disk")


def test_it_covers_the_terminal_and_says_what_happens(terminal: tuple[TextIO, int]) -> None:
    writing, leader = terminal
    with Splash(["自助营业厅"], writing) as splash:
        splash.say("正在准备")
        splash.hand_over()
    text = shown(leader, "正在准备")
    assert text.startswith("\x1b[?1049h")
    assert "自助营业厅" in text
    # The app has the screen now, and leaves it in order itself.
    assert "\x1b[?1049l" not in text


def test_a_failed_start_gives_the_terminal_back(
    terminal: tuple[TextIO, int], capsys: pytest.CaptureFixture[str]
) -> None:
    writing, leader = terminal
    splash = Splash(["自助营业厅"], writing)
    with pytest.raises(OSError, match="disk"):
        fail_to_start(splash)
    restored = "\x1b[0m\x1b[?25h\x1b[?1049l"
    assert shown(leader, restored).endswith(restored)
    assert "已生成密钥" in capsys.readouterr().err
