"""On a real terminal: what a scanner types never reaches the field that has the focus (SPEC 9.1, 9.5)."""

import time
from pathlib import Path

import pytest

from tests.terminal.real_terminal import RealTerminal

CODE = "2611225317888860"
BURST_SECONDS, SLOW_READER_SECONDS, FINGER_SECONDS = 0.005, 0.02, 0.08


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "kiosk.log"


def type_keys(terminal: RealTerminal, keys: str, gap_seconds: float) -> None:
    """Each key at its time, however long sending the one before has taken."""
    start = time.monotonic()
    for place, key in enumerate(keys):
        terminal.look(max(0.0, start + place * gap_seconds - time.monotonic()))
        terminal.send(key.encode())


def scanned_whole(log: Path, gap_seconds: float) -> bool:
    with RealTerminal(log, "scanner") as terminal:
        terminal.wait_for("<ready>", 15)
        type_keys(terminal, f"{CODE}\r", gap_seconds)
        terminal.look(0.5)
        terminal.send(b"123456\r")
        terminal.wait_for("<scan 123456, field ")
        return terminal.look(0.2).startswith(b", focus True>")


def test_a_code_that_comes_at_once_leaves_the_field_that_has_the_focus_empty(log: Path) -> None:
    with RealTerminal(log, "scanner") as terminal:
        terminal.wait_for("<ready>", 15)
        terminal.send(f"{CODE}\r".encode())
        terminal.wait_for(f"<scan {CODE}, field , focus True>")


@pytest.mark.parametrize("gap_seconds", [BURST_SECONDS, SLOW_READER_SECONDS])
def test_a_code_that_comes_key_by_key_leaves_it_empty_too(log: Path, gap_seconds: float) -> None:
    """On a machine that is busy with other tests this one may type too slowly itself."""
    assert any(scanned_whole(log, gap_seconds) for _ in range(3))


@pytest.mark.parametrize("ending", ["\n", "", "\r\n", "\rN:Li\rEND:VCARD\r", "\tXY\n"])
def test_whatever_ends_or_follows_it_leaves_the_field_empty(log: Path, ending: str) -> None:
    with RealTerminal(log, "scanner") as terminal:
        terminal.wait_for("<ready>", 15)
        terminal.send(f"{CODE}{ending}".encode())
        terminal.wait_for(f"<scan {CODE}, field ")
        terminal.look(0.3)
        terminal.send(b"123456\n")
        terminal.wait_for("<scan 123456, field , focus True>")


def test_a_line_feed_is_no_key(log: Path) -> None:
    with RealTerminal(log, "scanner") as terminal:
        terminal.wait_for("<ready>", 15)
        terminal.send(b"ab\ncd")
        terminal.look(0.2)
        terminal.send(b"\r")
        terminal.wait_for("<abcd>")


def test_the_same_characters_typed_by_fingers_arrive_in_the_field(log: Path) -> None:
    with RealTerminal(log, "scanner") as terminal:
        terminal.wait_for("<ready>", 15)
        type_keys(terminal, f"{CODE}\r", FINGER_SECONDS)
        terminal.wait_for(f"<{CODE}>")
        terminal.look(0.2)
        terminal.send(b"123456\r")
        terminal.wait_for(f"<scan 123456, field {CODE}, focus True>")


def test_typing_keeps_its_order_among_other_keys(log: Path) -> None:
    with RealTerminal(log, "scanner") as terminal:
        terminal.wait_for("<ready>", 15)
        terminal.send("ab\x7fc\x1b[A号\x1b[Z".encode())
        terminal.look(0.2)
        terminal.send(b"d\r")
        terminal.wait_for("<ab[backspace]c[up]号[shift+tab]d>")


def test_without_a_scanner_every_key_is_a_key(log: Path) -> None:
    with RealTerminal(log) as terminal:
        terminal.wait_for("<ready>", 15)
        terminal.send(f"{CODE}\r".encode())
        terminal.wait_for(f"<{CODE}>")


def test_a_flood_of_characters_is_dropped_and_named_by_its_kind_alone(log: Path) -> None:
    with RealTerminal(log, "scanner") as terminal:
        terminal.wait_for("<ready>", 15)
        terminal.send(b"7" * 400)
        terminal.look(0.3)
        terminal.send(b"ab\r")
        terminal.wait_for("<ab>")
        assert "scan_dropped" in log.read_text()
        assert "77" not in log.read_text()
