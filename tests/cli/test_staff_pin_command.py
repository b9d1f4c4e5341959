"""`kiosk staff-pin`: the PIN is asked for twice, kept as a hash for one user alone, and shown nowhere (SPEC 9.2)."""

import json
import os
import pty
import select
import sys
import time
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from kiosk.config import read_settings
from kiosk.services.admit_staff import PinAnswer, staff_door, try_pin
from tests.cli.conftest import Inside, Program

PIN = "408271"


def piped(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    reading, writing = os.pipe()
    os.write(writing, text.encode())
    os.close(writing)
    monkeypatch.setattr("sys.stdin", os.fdopen(reading))


def answered(program: Program, *answers: str) -> tuple[int, str]:
    """Run it on a terminal and type an answer whenever it asks; its exit status and all that was shown."""
    pid, master = pty.fork()
    if pid == 0:
        environ = program.environ(TERM="xterm-256color", LANG="C.UTF-8")
        os.execve(sys.executable, [sys.executable, "-m", "kiosk", "staff-pin"], environ)  # noqa: S606 - the pty's child
    shown = ""
    waiting = list(answers)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if select.select([master], [], [], 0.1)[0]:
            try:
                data = os.read(master, 4096)
            except OSError:
                break
            if not data:
                break
            shown += data.decode()
        if waiting and shown.count("：") > len(answers) - len(waiting):
            os.write(master, f"{waiting.pop(0)}\n".encode())
    _, status = os.waitpid(pid, 0)
    os.close(master)
    return os.waitstatus_to_exitcode(status), shown


def test_asked_twice_it_is_kept_as_a_hash_that_opens_the_door(kiosk: Program) -> None:
    status, shown = answered(kiosk, PIN, PIN)
    assert status == 0
    assert PIN not in shown
    secret = kiosk.data_dir / "secrets" / "staff_pin_hash"
    assert secret.stat().st_mode & 0o777 == 0o600
    assert secret.parent.stat().st_mode & 0o777 == 0o700
    assert [file.name for file in secret.parent.iterdir()] == ["staff_pin_hash"]
    settings = read_settings(kiosk.environ(), kiosk.here).settings
    door = staff_door(settings.staff_pin_hash, kiosk.data_dir)
    assert door is not None
    assert try_pin(door, PIN) is PinAnswer.RIGHT
    assert try_pin(door, "408272") is PinAnswer.WRONG
    assert PIN not in secret.read_text()
    for text in (repr(settings), repr(door), kiosk("config", "show").out):
        assert "argon2id" not in text
    assert json.loads(kiosk("config", "show", "--json").out)["settings"]["staff_pin_hash"] == {
        "value": "***",
        "origin": "secrets",
    }


def test_two_that_differ_change_nothing(kiosk: Program) -> None:
    status, shown = answered(kiosk, PIN, "408272")
    assert status == 1
    assert "不一致" in shown
    assert not (kiosk.data_dir / "secrets").exists()


def test_piped_in_it_is_read_once_and_may_be_printed(inside: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    piped(monkeypatch, f"{PIN}\n")
    ended = inside("staff-pin", "--print")
    assert ended.status == 0
    assert PasswordHasher().verify(ended.out.strip(), PIN)


@pytest.mark.parametrize("pin", ["123456", "111111", "19900307", "40827", "4082711234567", "", "abcdef"])
def test_a_weak_or_wrong_one_is_refused_without_being_quoted(
    inside: Inside, monkeypatch: pytest.MonkeyPatch, pin: str, tmp_path: Path
) -> None:
    piped(monkeypatch, f"{pin}\n")
    ended = inside.on(tmp_path / "data")("staff-pin")
    assert ended.status == 2
    line = ended.told_calmly()
    assert not pin or pin not in line
    assert not (tmp_path / "data" / "secrets").exists()


def test_a_disk_that_fails_leaves_the_old_one(inside: Inside, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    secrets = tmp_path / "data" / "secrets"
    secrets.mkdir(parents=True)
    (secrets / "staff_pin_hash").write_text("")

    def fail(_file: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    piped(monkeypatch, f"{PIN}\n")
    assert inside.on(tmp_path / "data")("staff-pin").status != 0
    assert [file.name for file in secrets.iterdir()] == ["staff_pin_hash"]
    assert (secrets / "staff_pin_hash").read_text() == ""
