"""Small things the shop remembers of itself: the clock's anchor, the stock's revision."""

from sqlalchemy import Connection, delete, select

from storage.tables import remembered
from storage.upsert import insert_into


def recall(connection: Connection, name: str) -> str | None:
    """A small thing the shop remembers of itself."""
    return connection.execute(select(remembered.c.value).where(remembered.c.name == name)).scalar_one_or_none()


def remember(connection: Connection, name: str, value: str) -> None:
    """Remember a small thing, instead of what was remembered before."""
    # Not updated first and inserted if that found nothing: of two processes one would be refused.
    row = insert_into(remembered, connection.dialect.name).values(name=name, value=value)
    connection.execute(
        row.on_conflict_do_update(index_elements=[remembered.c.name], set_={"value": row.excluded.value})
    )


def forget(connection: Connection, name: str) -> bool:
    """Remember a small thing no longer; false when it wasn't."""
    return connection.execute(delete(remembered).where(remembered.c.name == name)).rowcount == 1
