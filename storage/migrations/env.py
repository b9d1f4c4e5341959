"""Alembic's entry: runs the migrations on the connection that storage.schema hands over."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from storage.account_tables import metadata
from storage.types import Encrypted, Instant


def _render(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    # A migration says what the database holds, so that it still runs when these types have changed.
    if kind == "type" and isinstance(item, Instant):
        return "sa.BigInteger()"
    if kind == "type" and isinstance(item, Encrypted):
        return "sa.LargeBinary()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    render_item=_render,
)
with context.begin_transaction():
    context.run_migrations()
