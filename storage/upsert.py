"""INSERT … ON CONFLICT on either database; a dialect is imported where it is used, for that takes time at start."""

from typing import TYPE_CHECKING, Any

from sqlalchemy import Table

if TYPE_CHECKING:
    from sqlalchemy.dialects.postgresql import Insert as PostgresInsert
    from sqlalchemy.dialects.sqlite import Insert as SqliteInsert


def insert_into(table: Table, dialect: str) -> "SqliteInsert | PostgresInsert | Any":
    """An insert of the dialect (`sqlite` or `postgresql`), which knows what to do on a conflict."""
    if dialect == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as postgres_insert  # noqa: PLC0415  # see above

        return postgres_insert(table)
    from sqlalchemy.dialects.sqlite import insert as sqlite_insert  # noqa: PLC0415  # see above

    return sqlite_insert(table)
