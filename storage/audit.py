"""Who did what, when: rows that are only added."""

from datetime import datetime

from sqlalchemy import Connection, insert, select

from storage.tables import audit


def is_audited(connection: Connection, action: str, subject: str) -> bool:
    """Whether that was written down of the subject before."""
    found = select(audit.c.audit_id).where(audit.c.action == action, audit.c.subject == subject).limit(1)
    return connection.execute(found).first() is not None


def write_audit(
    connection: Connection,
    action: str,
    *,
    actor: str,
    now: datetime,
    terminal_id: str | None = None,
    subject: str | None = None,
    detail: str | None = None,
) -> None:
    """Write down who did what; `detail` never holds personal data."""
    row = {
        "at": now,
        "actor": actor,
        "terminal_id": terminal_id,
        "action": action,
        "subject": subject,
        "detail": detail,
    }
    connection.execute(insert(audit).values(row))
