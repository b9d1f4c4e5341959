"""The migrations build what storage.tables says, on both databases (DESIGN 2)."""

from pathlib import Path

from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import select, text

from storage import schema
from storage.encryption import FieldCipher
from storage.engine import Database, open_database
from storage.tables import number_claims


def test_migrations_and_tables_agree(database: Database) -> None:
    with database.reading() as connection:
        assert schema.differences(connection) == []
        assert schema.revision(connection) == schema.NEWEST_REVISION


def test_the_newest_revision_is_the_last_migration() -> None:
    scripts = ScriptDirectory.from_config(schema.migration_config())
    assert scripts.get_current_head() == schema.NEWEST_REVISION


def test_an_upgraded_database_is_left_alone(database: Database) -> None:
    assert schema.upgrade(database) is False


def test_a_hold_from_before_the_extensions_counts_as_never_lengthened(tmp_path: Path, cipher: FieldCipher) -> None:
    """0002: terminals of both versions hold numbers while they are being upgraded."""
    database = open_database(f"sqlite:///{tmp_path / 'old.sqlite'}", cipher)
    config = schema.migration_config()
    with database.engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.execute(text("PRAGMA defer_foreign_keys = ON"))
        connection.execute(
            text(
                "INSERT INTO numbers"
                " (msisdn, city_adcode, pattern, tier, prepayment_fen, monthly_minimum_fen, term_months)"
                " VALUES (13853100000, 370100, 'PLAIN', 0, 0, 0, 0)"
            )
        )
        connection.execute(
            text(
                "INSERT INTO number_claims (msisdn, kind, payment_unsettled, changed_at)"
                " VALUES (13853100000, 'hold', 0, 0)"
            )
        )
        command.upgrade(config, "head")
        assert connection.execute(select(number_claims.c.extensions)).scalar_one() == 0
    database.close()
