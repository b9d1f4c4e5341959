"""How the database is opened, and what happens when it can't be written (SPEC 10.1, 10.3; DESIGN 2)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pysqlite3 import dbapi2 as sqlite
from sqlalchemy import Engine, event, insert, literal, select, text
from sqlalchemy.exc import IntegrityError

from kiosk.domain.errors import ShopUnavailable
from storage import engine as engine_module
from storage.encryption import FieldCipher
from storage.engine import Database, open_database
from storage.remembered import recall, remember
from storage.tables import notices, number_claims, orders, visits
from storage.types import Encrypted

NOW = datetime(2026, 11, 22, tzinfo=UTC)
PLANTED = ("欧阳修文", "37010219900307001X", "13912345678")


@pytest.fixture
def on_sqlite(sqlite_url: str, cipher: FieldCipher) -> Iterator[Database]:
    database = open_database(sqlite_url, cipher)
    yield database
    database.close()


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    seen: list[str] = []

    def see(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", see)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", see)


def test_every_sqlite_connection_has_the_settings_that_durability_rests_on(on_sqlite: Database) -> None:
    """DESIGN 2: WAL, FULL, foreign keys."""
    with on_sqlite.reading() as one, on_sqlite.reading() as two:
        for connection in (one, two):
            settings = {
                name: connection.execute(text(f"PRAGMA {name}")).scalar_one()
                for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "trusted_schema")
            }
            assert settings == {
                "journal_mode": "wal",
                "synchronous": 2,
                "foreign_keys": 1,
                "busy_timeout": 10_000,
                "trusted_schema": 0,
            }


def test_writing_begins_immediately_and_reading_does_not(on_sqlite: Database) -> None:
    """DESIGN 2: with a deferred BEGIN, updates were lost to "database is locked"."""
    with statements(on_sqlite.engine) as seen:
        with on_sqlite.reading() as connection:
            connection.execute(text("SELECT 1"))
        with on_sqlite.writing() as connection:
            connection.execute(text("SELECT 1"))
    assert [statement for statement in seen if "BEGIN" in statement] == ["BEGIN", "BEGIN IMMEDIATE"]


def test_an_sqlite_with_the_wal_reset_fault_is_refused(
    sqlite_url: str, cipher: FieldCipher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DESIGN 2: fixed in 3.51.3."""
    monkeypatch.setattr(sqlite, "sqlite_version_info", (3, 51, 2))
    with pytest.raises(RuntimeError, match=r"3\.51\.3"):
        open_database(sqlite_url, cipher)


def test_other_databases_are_refused(cipher: FieldCipher) -> None:
    with pytest.raises(ValueError, match="mysql"):
        open_database("mysql://127.0.0.1/kiosk", cipher)


def test_foreign_keys_are_kept_on_both_databases(database: Database) -> None:
    with pytest.raises(IntegrityError), database.writing() as connection:
        connection.execute(insert(number_claims).values(msisdn=1, kind="hold", payment_unsettled=False, changed_at=NOW))


def test_a_transaction_that_fails_leaves_nothing_half_done(database: Database) -> None:
    def fail_half_way() -> None:
        with database.writing() as connection:
            remember(connection, "half", "done")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()
    with database.reading() as connection:
        assert recall(connection, "half") is None


def test_a_locked_database_is_unavailable_and_nothing_is_half_done(
    on_sqlite: Database, sqlite_url: str, cipher: FieldCipher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Issue 2: a calm "one moment" with retry."""
    monkeypatch.setattr(engine_module, "_BUSY_SECONDS", 0)
    hasty = open_database(sqlite_url, cipher)
    with on_sqlite.writing() as connection:
        remember(connection, "first", "1")
        with pytest.raises(ShopUnavailable), hasty.writing() as refused:
            remember(refused, "second", "2")
    with hasty.writing() as connection:
        assert (recall(connection, "first"), recall(connection, "second")) == ("1", None)
    hasty.close()


def test_a_full_disk_is_unavailable_and_nothing_is_half_done(on_sqlite: Database) -> None:
    with on_sqlite.writing() as connection:
        pages = connection.execute(text("PRAGMA page_count")).scalar_one()

    def limit(connection: object, *_: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages + 4}")  # type: ignore[attr-defined]

    event.listen(on_sqlite.engine, "checkout", limit)

    def write_too_much() -> None:
        with on_sqlite.writing() as connection:
            remember(connection, "small", "1")
            remember(connection, "large", "x" * 100_000)

    with pytest.raises(ShopUnavailable):
        write_too_much()
    with on_sqlite.reading() as connection:
        assert recall(connection, "small") is None


def test_a_database_that_is_gone_is_unavailable(tmp_path: Path, cipher: FieldCipher) -> None:
    for url in (f"sqlite:///{tmp_path / 'no' / 'such' / 'folder.sqlite'}", "postgresql://nobody@127.0.0.1:1/nothing"):
        database = open_database(url, cipher)
        for transaction in (database.reading, database.writing):
            with pytest.raises(ShopUnavailable), transaction():
                pass
        database.close()


def test_a_server_that_went_away_is_unavailable_once_and_then_there_again(
    postgres_url: str, cipher: FieldCipher
) -> None:
    database, other = open_database(postgres_url, cipher), open_database(postgres_url, cipher)
    others = text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )

    def lose_the_server_half_way() -> None:
        with database.writing() as connection:
            remember(connection, "half", "done")
            with other.writing() as killer:
                killer.execute(others)
            recall(connection, "half")

    with pytest.raises(ShopUnavailable):
        lose_the_server_half_way()
    with database.writing() as connection:
        assert recall(connection, "half") is None
    database.close()
    other.close()


def test_encrypted_columns_hide_what_is_planted_in_file_and_log(on_sqlite: Database, sqlite_url: str) -> None:
    """SPEC 10.3: grep finds nothing, neither in the database nor in its write-ahead log."""
    name, id_number, phone = PLANTED
    with on_sqlite.writing() as connection:
        connection.execute(
            insert(visits).values(
                visit_id="v", terminal_id="t", language="zh", started_at=NOW, choices=" ".join(PLANTED)
            )
        )
        connection.execute(
            insert(notices).values(
                notice_key="k",
                channel="sms",
                template="t",
                recipient=phone,
                body=f"{name} {id_number}",
                state="queued",
                created_at=NOW,
                next_try_at=NOW,
                tries=0,
            )
        )
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    written = b"".join(each.read_bytes() for each in (path, path.with_name(path.name + "-wal")))
    assert b"queued" in written
    for planted in PLANTED:
        assert planted.encode() not in written
    with on_sqlite.reading() as connection:
        row = connection.execute(
            select(visits.c.choices, notices.c.recipient, notices.c.body).join(notices, literal(True))
        ).one()
    assert tuple(row) == (" ".join(PLANTED), phone, f"{name} {id_number}")


def test_every_personal_column_is_an_encrypted_one_bound_to_its_own_place() -> None:
    personal = {
        orders: ("customer_name", "id_number", "contact_phone"),
        visits: ("choices",),
        notices: ("recipient", "body"),
    }
    for table, names in personal.items():
        for name in names:
            kind = table.c[name].type
            assert isinstance(kind, Encrypted)
            assert kind.context == f"{table.name}.{name}"


def test_the_driver_is_the_one_that_was_checked(on_sqlite: Database) -> None:
    with on_sqlite.reading() as connection:
        assert connection.execute(text("SELECT sqlite_version()")).scalar_one() == sqlite.sqlite_version
