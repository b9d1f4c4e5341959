"""The file that counts wrong PINs: it outlives the process, and no fault of it opens or closes the door. SPEC 9.2."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from kiosk.domain.staff_pin import WAITS
from storage.pin_tries import PinTryBook

NONE, SECOND = timedelta(0), timedelta(seconds=1)


JSON = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)


def as_bytes(value: object) -> bytes:
    return json.dumps(value).encode()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "tries.json"


def test_a_try_counts_before_anybody_knows_what_comes_of_it_and_another_process_knows(file: Path) -> None:
    assert PinTryBook(file).begin("boot", SECOND) == NONE
    after_a_restart = PinTryBook(file)
    assert after_a_restart.wait("boot", SECOND) == SECOND
    assert after_a_restart.begin("boot", 2 * SECOND) == NONE
    assert PinTryBook(file).begin("boot", 3 * SECOND) == 4 * SECOND
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_right_pin_forgets_the_wrong_ones(file: Path) -> None:
    book = PinTryBook(file)
    book.begin("boot", SECOND)
    book.begin("boot", 10 * SECOND)
    book.succeed("boot", 11 * SECOND)
    assert PinTryBook(file).begin("boot", 11 * SECOND) == NONE
    assert PinTryBook(file).wait("boot", 11 * SECOND) == SECOND


def test_of_many_tries_at_the_same_moment_one_is_made(file: Path) -> None:
    with ThreadPoolExecutor(8) as hands:
        books = [PinTryBook(file) for _ in range(8)]
        waits = list(hands.map(lambda book: book.begin("boot", SECOND), books))
    assert waits.count(NONE) == 1


RUBBISH = [
    b"{",
    b"[1]",
    b"[1, 2, 3",
    b'["x", 1, 2]',
    b"\xff\xfe",
    b'[1, "boot", 1e400]',
    b'[1, "boot", NaN]',
    b'[1, "boot", 1e300]',
    b"null",
    b'[-9, "b", 1]',
    b'[1, "boot", -1e9]',
    b"[" * 5000,
]


@pytest.mark.parametrize("rubbish", RUBBISH)
def test_what_cannot_be_read_is_the_longest_wait_and_ends_all_the_same(file: Path, rubbish: bytes) -> None:
    file.write_bytes(rubbish)
    assert PinTryBook(file).begin("boot", SECOND) == 300 * SECOND
    assert PinTryBook(file).wait("boot", 300 * SECOND) == SECOND
    assert PinTryBook(file).begin("boot", 301 * SECOND) == NONE


@given(st.binary(max_size=60) | st.recursive(JSON, lambda inner: st.lists(inner, max_size=4)).map(as_bytes))
def test_any_bytes_leave_a_door_that_a_right_pin_opens_in_the_end(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    file = tmp_path_factory.mktemp("tries") / "tries.json"
    file.write_bytes(content)
    assert NONE <= PinTryBook(file).wait("boot", SECOND) <= WAITS[-1]
    assert PinTryBook(file).begin("boot", SECOND + WAITS[-1]) == NONE
    assert PinTryBook(file).wait("boot", SECOND + WAITS[-1]) >= WAITS[0]


@pytest.mark.parametrize(("call", "wait"), [("pread", WAITS[-1]), ("flock", NONE)])
def test_a_disk_that_fails_leaves_memory_to_count(
    file: Path, monkeypatch: pytest.MonkeyPatch, call: str, wait: timedelta
) -> None:
    def fail(*_: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(f"storage.pin_tries.{'os' if call == 'pread' else 'fcntl'}.{call}", fail)
    book = PinTryBook(file)
    with capture_logs() as logs:
        assert book.wait("boot", SECOND) == wait
        assert book.begin("boot", SECOND + wait) == NONE
        assert book.wait("boot", SECOND + wait) == (WAITS[-1] if wait else WAITS[0])
        book.succeed("boot", SECOND + wait)
        assert book.wait("boot", SECOND + wait) == NONE
    assert {entry["event"] for entry in logs} == {"pin_tries_not_read" if call == "pread" else "pin_tries_not_kept"}


def test_a_counted_try_is_on_the_disk_before_it_is_made(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced = []
    monkeypatch.setattr(os, "fsync", lambda _file: synced.append(file.read_bytes()))
    PinTryBook(file).begin("boot", SECOND)
    assert synced == [b'[1, "boot", 1.0]']


def test_without_a_place_to_write_it_is_counted_in_memory(tmp_path: Path) -> None:
    book = PinTryBook(tmp_path / "missing" / "tries.json")
    with capture_logs() as logs:
        assert book.begin("boot", SECOND) == NONE
        assert book.wait("boot", SECOND) == SECOND
        book.succeed("boot", SECOND)
        assert book.wait("boot", SECOND) == NONE
    assert {entry["event"] for entry in logs} == {"pin_tries_not_kept"}


def test_a_disk_that_takes_nothing_does_not_make_tries_free(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book = PinTryBook(file)
    book.begin("boot", SECOND)

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch, capture_logs():
        patch.setattr(os, "pwrite", full)
        assert book.begin("boot", 10 * SECOND) == NONE
        assert book.begin("boot", 11 * SECOND) == 4 * SECOND
        assert book.begin("boot", 15 * SECOND) == NONE
        assert book.wait("boot", 15 * SECOND) == 30 * SECOND
    # It is written as soon as that works again.
    assert book.wait("boot", 16 * SECOND) == 29 * SECOND
    assert PinTryBook(file).wait("boot", 16 * SECOND) == 29 * SECOND


def test_a_process_that_dies_in_the_middle_has_made_its_try(file: Path) -> None:
    program = (
        "import os, sys; from datetime import timedelta; from pathlib import Path;"
        "from storage.pin_tries import PinTryBook;"
        "PinTryBook(Path(sys.argv[1])).begin('boot', timedelta(seconds=1)); os._exit(9)"
    )
    ended = subprocess.run([sys.executable, "-c", program, str(file)], check=False)
    assert ended.returncode == 9
    assert PinTryBook(file).wait("boot", SECOND) == SECOND
