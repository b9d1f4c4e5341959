"""The real terminal on a real database of its own: a small demonstration stock, the sandbox's bank and phone."""

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from kiosk.services.load_stock import fill_demonstration
from storage.encryption import FieldCipher
from storage.engine import open_database
from storage.sandbox import SandboxLedger
from tests.journeys.hands import Terminal, open_terminal
from tests.services.small_shop import World, open_world

_NUMBERS, _SEED = 3_000, 1


@pytest.fixture(scope="session")
def demonstration_file(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, cipher: FieldCipher) -> Path:
    """A SQLite file with the demonstration catalogue, to be copied."""
    path = tmp_path_factory.mktemp("demonstration") / "kiosk.sqlite"
    shutil.copy(sqlite_template, path)
    database = open_database(f"sqlite:///{path}", cipher)
    fill_demonstration(database, _NUMBERS, _SEED)
    database.close()
    return path


@pytest.fixture(scope="session")
def bank_file(tmp_path_factory: pytest.TempPathFactory, cipher: FieldCipher) -> Path:
    """A SQLite file with the sandbox's empty books, to be copied."""
    path = tmp_path_factory.mktemp("bank") / "sandbox.sqlite"
    database = open_database(f"sqlite:///{path}", cipher)
    SandboxLedger(database)
    database.close()
    return path


@pytest.fixture
def world(demonstration_file: Path, bank_file: Path, tmp_path: Path, cipher: FieldCipher) -> Iterator[World]:
    """A shop and its bank, whose clock stands still until a test moves it."""
    shutil.copy(demonstration_file, tmp_path / "kiosk.sqlite")
    shutil.copy(bank_file, tmp_path / "sandbox.sqlite")
    opened = open_world(f"sqlite:///{tmp_path}/kiosk.sqlite", f"sqlite:///{tmp_path}/sandbox.sqlite", cipher)
    yield opened
    opened.close()


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that tell a double tap from two taps; hands move them."""
    seconds = [1000.0]
    monkeypatch.setattr("widgets.repeat_guard.monotonic", lambda: seconds[0])
    return seconds


@pytest.fixture
async def terminal(world: World, now: list[float]) -> AsyncIterator[Terminal]:
    """A terminal at its attract screen."""
    async with open_terminal(world, now) as opened:
        yield opened
