"""The migrations build what storage.tables says, on both databases (DESIGN 2)."""

from alembic.script import ScriptDirectory

from storage import schema
from storage.engine import Database


def test_migrations_and_tables_agree(database: Database) -> None:
    with database.reading() as connection:
        assert schema.differences(connection) == []
        assert schema.revision(connection) == schema.NEWEST_REVISION


def test_the_newest_revision_is_the_last_migration() -> None:
    scripts = ScriptDirectory.from_config(schema.migration_config())
    assert scripts.get_current_head() == schema.NEWEST_REVISION


def test_an_upgraded_database_is_left_alone(database: Database) -> None:
    assert schema.upgrade(database) is False
