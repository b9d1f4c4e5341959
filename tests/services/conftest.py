"""A small shop on either database, with its bank and a clock that tests move."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from kiosk.services.shop import Shop
from storage import sandbox, tables
from storage.encryption import FieldCipher
from storage.engine import Database, open_database
from tests.services.small_shop import WITHDRAWN, World, fill_stock, open_world

_STOCK = {"regions", "shops", "number_tiers", "tariffs", "tariff_regions", "numbers"}


@pytest.fixture(scope="session")
def stocked_file(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, cipher: FieldCipher) -> Path:
    """A SQLite file with the small shop's stock, to be copied."""
    path = tmp_path_factory.mktemp("stocked") / "stocked.sqlite"
    shutil.copy(sqlite_template, path)
    _fill(f"sqlite:///{path}", cipher)
    return path


@pytest.fixture(scope="session")
def stocked_postgres(postgres_server: str, cipher: FieldCipher) -> str:
    """A PostgreSQL database with the small shop's stock, to be emptied of everything else."""
    admin = create_engine(make_url(postgres_server).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    url = make_url(postgres_server).set(database="small_shop").render_as_string(hide_password=False)
    with admin.connect() as connection:
        # The tests of another folder may have made it already.
        known = connection.scalar(text("SELECT 1 FROM pg_database WHERE datname = 'small_shop'"))
        if not known:
            connection.execute(text("CREATE DATABASE small_shop TEMPLATE kiosk_template"))
            _fill(url, cipher)
    admin.dispose()
    return url


def _fill(url: str, cipher: FieldCipher) -> None:
    database = open_database(url, cipher)
    fill_stock(database)
    sandbox.SandboxLedger(database)
    database.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def stocked_url(request: pytest.FixtureRequest, tmp_path: Path, cipher: FieldCipher) -> str:
    """A shop with stock, and nobody in it yet; a new PostgreSQL database for each test would take a second each."""
    if request.param == "sqlite":
        path = tmp_path / "kiosk.sqlite"
        shutil.copy(request.getfixturevalue("stocked_file"), path)
        return f"sqlite:///{path}"
    url: str = request.getfixturevalue("stocked_postgres")
    database = open_database(url, cipher)
    empty(database, database)
    database.close()
    return url


def empty(database: Database, bank: Database) -> None:
    """Forget everything but the stock, which is whole again, and all that the bank knows."""
    for place, metadata in ((database, tables.metadata), (bank, sandbox.metadata)):
        with place.writing() as connection:
            for table in reversed(metadata.sorted_tables):
                if table.name not in _STOCK:
                    connection.execute(table.delete())
    withdrawn = tables.numbers.c.withdrawn_at.is_not(None) & (tables.numbers.c.msisdn != WITHDRAWN)
    with database.writing() as connection:
        connection.execute(tables.numbers.update().where(withdrawn).values(withdrawn_at=None))


@pytest.fixture
def bank_url(stocked_url: str, tmp_path: Path) -> str:
    """The bank keeps books of its own: another file, or tables beside the shop's on PostgreSQL."""
    return stocked_url if stocked_url.startswith("postgresql") else f"sqlite:///{tmp_path / 'sandbox.sqlite'}"


@pytest.fixture
def world(stocked_url: str, bank_url: str, cipher: FieldCipher) -> Iterator[World]:
    opened = open_world(stocked_url, bank_url, cipher)
    yield opened
    opened.close()


@pytest.fixture
def shop(world: World) -> Shop:
    return world.shop
