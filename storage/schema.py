"""Bring a database to the newest schema, once, however many terminals start at the same moment.

Alembic is imported only where it is needed: a terminal whose schema is up to date starts without it.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from storage.account_tables import metadata
from storage.engine import Database

if TYPE_CHECKING:
    from alembic.config import Config

NEWEST_REVISION = "0004"
"""The revision this program wants: the last file in storage/migrations/versions."""

# Any constant will do, as long as nothing else in the database locks on it.
_MIGRATION_LOCK = 0x6B696F736B


def revision(connection: Connection) -> str | None:
    """The database's present revision, None before the first migration."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def upgrade(database: Database) -> bool:
    """Run the migrations that are missing, all or none; says whether there were any."""
    with database.reading() as connection:
        if revision(connection) == NEWEST_REVISION:
            return False
    from alembic import command  # noqa: PLC0415  # see the module's docstring

    config = migration_config()
    with database.writing() as connection:
        if database.is_shared:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _MIGRATION_LOCK})
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return True


def migration_config() -> "Config":
    """Alembic's configuration, without a file of its own."""
    from alembic.config import Config  # noqa: PLC0415  # see the module's docstring

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def differences(connection: Connection) -> list[str]:
    """What the database has otherwise than storage.tables says, one line each; empty is good."""
    from alembic.autogenerate import compare_metadata  # noqa: PLC0415  # see the module's docstring
    from alembic.migration import MigrationContext  # noqa: PLC0415  # likewise

    def is_ours(name: str | None, kind: str, _parents: object) -> bool:
        # The sandbox bank keeps its tables in the same PostgreSQL database; they are not the shop's.
        return kind != "table" or name is None or name in metadata.tables

    context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": is_ours})
    return [repr(difference) for difference in compare_metadata(context, metadata)]
