"""Damage in the database file, and rows that refer to nothing."""

from sqlalchemy import Connection, text

_MOST_FAULTS = 20


def integrity_faults(connection: Connection) -> list[str]:
    """What SQLite finds wrong with its own file, at most 20 lines; PostgreSQL checks itself as it reads."""
    if connection.dialect.name != "sqlite":
        return []
    checked = connection.execute(text(f"PRAGMA quick_check({_MOST_FAULTS})")).scalars()
    faults = [line for line in checked if line != "ok"]
    for table, row, parent, _ in connection.execute(text("PRAGMA foreign_key_check")).fetchmany(_MOST_FAULTS):
        faults.append(f"{table} row {row} refers to a row of {parent} that isn't there")
    return faults[:_MOST_FAULTS]
