"""One way to open the shop's database, SQLite or PostgreSQL, and the two kinds of transaction it has."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pysqlite3 import dbapi2 as sqlite
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from kiosk.domain.errors import ShopUnavailable
from storage.encryption import FieldCipher

# Before 3.51.3 a WAL reset could lose committed transactions (sqlite.org/wal.html, "WAL-reset bug").
_OLDEST_SQLITE = (3, 51, 3)
_BUSY_SECONDS = 10


class Database:
    """The shop's database: `reading()` sees one snapshot, `writing()` owns its rows until it commits."""

    def __init__(self, engine: Engine, cipher: FieldCipher) -> None:
        self.engine = engine
        self.cipher = cipher
        self._writer = engine.execution_options(writing=True)

    @property
    def is_shared(self) -> bool:
        """Whether other machines use this database too."""
        return self.engine.dialect.name == "postgresql"

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads; raises `ShopUnavailable`."""
        with _calm(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that writes: all of it is kept, or none; raises `ShopUnavailable`."""
        with _calm(), self._writer.begin() as connection:
            yield connection

    def forget_values(self) -> None:
        """Drop the statements that were compiled: each keeps the values with which it was first run, names among them.

        Those of whoever was here are not to stay in the process (SPEC 3.8); compiling anew costs about a millisecond.
        """
        self.engine.clear_compiled_cache()

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()


@contextmanager
def _calm() -> Iterator[None]:
    """Turn "locked, full, gone" into the one fault that screens know; a broken rule of the schema stays itself."""
    try:
        yield
    except (OperationalError, InterfaceError, PoolTimeout) as fault:
        raise ShopUnavailable(type(fault).__name__) from fault
    except DBAPIError as fault:
        if fault.connection_invalidated:
            raise ShopUnavailable(type(fault).__name__) from fault
        raise


def open_database(url: str, cipher: FieldCipher) -> Database:
    """Open the database that `url` names: `sqlite:///…` or `postgresql://…`."""
    return Database(open_engine(url, cipher), cipher)


def open_engine(url: str, cipher: FieldCipher) -> Engine:
    """An engine with the settings that durability rests on, and the cipher for encrypted columns."""
    parsed = make_url(url)
    match parsed.get_backend_name():
        case "sqlite":
            engine = _open_sqlite(url)
        case "postgresql":
            engine = create_engine(
                parsed.set(drivername="postgresql+psycopg"),
                hide_parameters=True,  # they may be personal data, and errors are logged
                pool_size=4,
                max_overflow=8,
                connect_args={
                    "connect_timeout": 5,
                    "application_name": "kiosk",
                    "options": "-c timezone=UTC -c lock_timeout=10s -c statement_timeout=60s"
                    " -c idle_in_transaction_session_timeout=60s",
                },
            )
        case other:
            raise ValueError(f"a database URL starts with sqlite:// or postgresql://, not {other}://")
    engine.dialect.field_cipher = cipher  # type: ignore[attr-defined]  # read by storage.types.Encrypted
    return engine


def _open_sqlite(url: str) -> Engine:
    if sqlite.sqlite_version_info < _OLDEST_SQLITE:
        raise RuntimeError(f"SQLite {sqlite.sqlite_version} is too old: 3.51.3 or newer is needed")
    engine = create_engine(
        url,
        module=sqlite,
        hide_parameters=True,  # they may be personal data, and errors are logged
        connect_args={"timeout": _BUSY_SECONDS, "check_same_thread": False},
        pool_size=4,
        max_overflow=8,
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        # Transactions are begun below, by us: the driver's own begin is deferred and can be refused half-way.
        connection.isolation_level = None
        for pragma in (
            "journal_mode = WAL",
            "synchronous = FULL",
            "foreign_keys = ON",
            f"busy_timeout = {_BUSY_SECONDS * 1000}",
            "trusted_schema = OFF",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writing = connection.get_execution_options().get("writing", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine
