"""Small things the shop remembers of itself: the clock's anchor, the stock's revision."""

from sqlalchemy import Connection, delete, insert, select, update

from storage.tables import remembered


def recall(connection: Connection, name: str) -> str | None:
    """A small thing the shop remembers of itself."""
    return connection.execute(select(remembered.c.value).where(remembered.c.name == name)).scalar_one_or_none()


def remember(connection: Connection, name: str, value: str) -> None:
    """Remember a small thing, instead of what was remembered before."""
    changed = connection.execute(update(remembered).where(remembered.c.name == name).values(value=value))
    if not changed.rowcount:
        connection.execute(insert(remembered).values(name=name, value=value))


def forget(connection: Connection, name: str) -> bool:
    """Remember a small thing no longer; false when it wasn't."""
    return connection.execute(delete(remembered).where(remembered.c.name == name)).rowcount == 1
