"""The lexicon is made once, shared by processes, and survives whatever happens to its file."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.widgets.pinyin_keys import typing
from widgets.pinyin import lexicon as lexicon_module
from widgets.pinyin.build import is_hanzi
from widgets.pinyin.edition import current_edition
from widgets.pinyin.lexicon import Lexicon, LexiconUnavailable, open_lexicon
from widgets.pinyin.lexicon_file import Damaged, map_shelves, read_shelves
from widgets.pinyin.method import PinyinMethod
from widgets.pinyin.purpose import NAMES

OPENING = """
import sys, pathlib
from widgets.pinyin.lexicon import open_lexicon
print(open_lexicon(pathlib.Path(sys.argv[1])).find_surnames([(0, 999)], 1))
"""


def works(lexicon: Lexicon) -> bool:
    return typing(PinyinMethod(lexicon, NAMES), "zhangwei").candidates[0] == "张伟"


@pytest.fixture
def content(lexicon: Lexicon, lexicon_folder: Path) -> bytes:
    return (lexicon_folder / f"pinyin-{current_edition()}.lexicon").read_bytes()


@pytest.fixture
def ready(content: bytes, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let the builder be quick, and count how often it is asked."""
    built: list[str] = []
    monkeypatch.setattr(lexicon_module, "_build", lambda: built.append("built") or content)
    return built


def test_two_processes_may_make_it_at_once(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    opening = [
        subprocess.Popen(
            [sys.executable, "-c", OPENING, str(tmp_path / "new")],
            cwd=root,
            env={**os.environ, "PYTHONPATH": str(root)},
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    outputs = [process.communicate(timeout=180)[0] for process in opening]
    assert [process.returncode for process in opening] == [0, 0]
    assert outputs[0] == outputs[1]
    assert [path.name for path in (tmp_path / "new").iterdir()] == [f"pinyin-{current_edition()}.lexicon"]


def test_it_is_made_once_and_mapped_afterwards(tmp_path: Path, ready: list[str]) -> None:
    assert works(open_lexicon(tmp_path))
    assert works(open_lexicon(tmp_path))
    assert ready == ["built"]


@pytest.mark.parametrize("damage", ["empty", "half", "one byte", "other program", "longer"])
def test_a_damaged_file_is_made_again(tmp_path: Path, ready: list[str], content: bytes, damage: str) -> None:
    path = tmp_path / f"pinyin-{current_edition()}.lexicon"
    flipped = bytearray(content)
    flipped[len(content) // 2] ^= 1
    path.write_bytes(
        {
            "empty": b"",
            "half": content[: len(content) // 2],
            "one byte": bytes(flipped),
            "other program": b"#!/bin/sh\n" * 99,
            "longer": content + b"\0",
        }[damage]
    )
    with pytest.raises(Damaged):
        map_shelves(path)
    assert works(open_lexicon(tmp_path))
    assert ready == ["built"]
    assert path.read_bytes() == content


def test_a_file_that_another_process_has_mapped_is_never_written_into(tmp_path: Path, ready: list[str]) -> None:
    path, mapped = tmp_path / f"pinyin-{current_edition()}.lexicon", tmp_path / "the same file"
    path.write_bytes(b"damaged")
    mapped.hardlink_to(path)
    assert works(open_lexicon(tmp_path))
    assert mapped.read_bytes() == b"damaged"


def test_files_of_other_editions_are_taken_away(tmp_path: Path, ready: list[str]) -> None:
    (tmp_path / "pinyin-0123456789abcdef.lexicon").write_bytes(b"old")
    (tmp_path / "something else").write_bytes(b"kept")
    open_lexicon(tmp_path)
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {f"pinyin-{current_edition()}.lexicon", "something else"}


def test_it_works_where_nothing_can_be_written(tmp_path: Path, ready: list[str]) -> None:
    blocked = tmp_path / "a file, not a folder"
    blocked.write_bytes(b"")
    assert works(open_lexicon(blocked / "cache"))


def test_it_works_on_a_full_disk(ready: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert works(open_lexicon(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_a_builder_that_fails_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failing = tmp_path / "python"
    failing.write_text("#!/bin/sh\necho 'ImportError: no table' >&2\nexit 3\n")
    failing.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(failing))
    with pytest.raises(LexiconUnavailable, match="exit status 3: ImportError: no table"):
        open_lexicon(tmp_path / "cache")
    monkeypatch.setattr(sys, "executable", str(tmp_path / "missing"))
    with pytest.raises(LexiconUnavailable, match="FileNotFoundError"):
        open_lexicon(tmp_path / "cache")


def test_a_missing_library_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("widgets.pinyin.edition.SOURCES", ("no-such-library",))
    with pytest.raises(LexiconUnavailable, match="no-such-library"):
        open_lexicon(tmp_path)


def test_a_builder_that_writes_nonsense_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lexicon_module, "_build", lambda: b"nonsense")
    with pytest.raises(LexiconUnavailable, match="damaged"):
        open_lexicon(tmp_path)


def test_every_word_is_hanzi(content: bytes) -> None:
    for name, shelf in read_shelves(content).items():
        characters = shelf.arrays[1]
        assert is_hanzi("".join(map(chr, sorted(set(characters.ravel().tolist()))))), name


def test_it_takes_a_few_megabytes(content: bytes) -> None:
    assert len(content) < 12_000_000
