"""The real program, as a person or a script calls it."""

import json
import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import structlog

from kiosk.cli.ending import end_well
from kiosk.cli.main import dispatch

ROOT = Path(__file__).parents[2]
NUMBERS = 2_000


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    status: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        return json.loads(self.out)

    def told_calmly(self) -> str:
        """The one line on standard error; fails when there is more, or a traceback anywhere."""
        assert "Traceback" not in self.out + self.err
        lines = [line for line in self.err.splitlines() if not line.startswith("已在")]
        assert len(lines) == 1, self.err
        return lines[0]


@dataclass(frozen=True)
class Program:
    """`kiosk` on a data directory of its own, with nothing else of this machine's settings."""

    data_dir: Path
    settings: Mapping[str, str]
    here: Path

    def environ(self, **more: str) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("KIOSK_")}
        return kept | {"KIOSK_DATA_DIR": str(self.data_dir), "PYTHONPATH": str(ROOT)} | dict(self.settings) | more

    def __call__(self, *arguments: str | bytes, settings: Mapping[str, str] | None = None, **options: Any) -> Ended:
        ended = subprocess.run(
            [sys.executable, "-m", "kiosk", *arguments],
            env=self.environ(**(settings or {})),
            cwd=self.here,
            capture_output=True,
            check=False,
            timeout=60,
            stdin=subprocess.DEVNULL,
            **options,
        )
        return Ended(ended.returncode, ended.stdout.decode(), ended.stderr.decode())


@pytest.fixture(scope="session")
def filled_data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with the demonstration; to be copied, or only read."""
    data_dir = tmp_path_factory.mktemp("filled")
    here = tmp_path_factory.mktemp("here")
    ended = Program(data_dir, {}, here)("demo", "--numbers", str(NUMBERS), "--seed", "7")
    assert ended.status == 0, ended.err
    return data_dir


@pytest.fixture
def kiosk(tmp_path: Path) -> Program:
    """The program on an empty data directory."""
    here = tmp_path / "here"
    here.mkdir()
    return Program(tmp_path / "data", {}, here)


@pytest.fixture
def filled(filled_data_dir: Path, tmp_path: Path) -> Program:
    """The program on a copy of the demonstration."""
    here = tmp_path / "here"
    here.mkdir()
    shutil.copytree(filled_data_dir, tmp_path / "data")
    return Program(tmp_path / "data", {}, here)


@pytest.fixture(scope="session")
def reader(filled_data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Program:
    """The program on the demonstration itself, for commands that only read."""
    return Program(filled_data_dir, {}, tmp_path_factory.mktemp("elsewhere"))


@dataclass(frozen=True)
class Inside:
    """The same command lines within this process, for the many that need no process of their own."""

    patch: pytest.MonkeyPatch
    captured: pytest.CaptureFixture[str]

    def on(self, data_dir: Path) -> "Inside":
        self.patch.setenv("KIOSK_DATA_DIR", str(data_dir))
        return self

    def __call__(self, *arguments: str) -> Ended:
        status = end_well(lambda: dispatch(arguments))
        return Ended(status, *self.captured.readouterr())


@pytest.fixture
def inside(
    filled_data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Inside]:
    """Command lines on the demonstration, for those that only read it."""
    for name in list(os.environ):
        if name.startswith("KIOSK_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    root = logging.getLogger()
    handlers, level, raising = root.handlers[:], root.level, logging.raiseExceptions
    yield Inside(monkeypatch, capsys).on(filled_data_dir)
    for handler in set(root.handlers) - set(handlers):
        handler.close()
    root.handlers, logging.raiseExceptions = handlers, raising
    root.setLevel(level)
    logging.captureWarnings(False)
    structlog.reset_defaults()
