"""Codes and links by which a member proves their address; only keyed hashes of them are kept (SPEC 3.2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, Select, delete, exists, insert, select, update

from kiosk.domain.accounts import AccountState
from storage.account_tables import accounts, activations
from storage.tables import notices


class ActivationState(StrEnum):
    """What may still be done with a code and its link."""

    OPEN = "open"
    USED = "used"
    VOID = "void"
    """A newer one was asked for, or too many codes were wrong."""


@dataclass(frozen=True, slots=True, repr=False)
class ActivationRow:
    """One mail's code and link; it has no repr, so that no log can hold it."""

    activation_id: int
    account_id: int
    code_hash: bytes
    token_hash: bytes
    notice_key: str
    state: ActivationState
    tries_left: int
    created_at: datetime
    expires_at: datetime

    def is_good(self, now: datetime) -> bool:
        """Whether its time runs; one from a future that the clock has come back from would be good for too long."""
        return self.created_at <= now < self.expires_at


_COLUMNS = [activations.c[name] for name in ActivationRow.__slots__]


def add(
    connection: Connection,
    account_id: int,
    *,
    address_hash: bytes,
    code_hash: bytes,
    token_hash: bytes,
    notice_key: str,
    tries: int,
    now: datetime,
    expires_at: datetime,
) -> None:
    """A new code and link of an account; those before it are void from now on."""
    connection.execute(
        update(activations)
        .where(activations.c.account_id == account_id, activations.c.state == ActivationState.OPEN.value)
        .values(state=ActivationState.VOID.value)
    )
    row = {
        "account_id": account_id,
        "email_hash": address_hash,
        "code_hash": code_hash,
        "token_hash": token_hash,
        "notice_key": notice_key,
        "state": ActivationState.OPEN.value,
        "tries_left": tries,
        "created_at": now,
        "expires_at": expires_at,
    }
    connection.execute(insert(activations).values(row))


def newest(connection: Connection, account_id: int) -> ActivationRow | None:
    """The one that counts, whatever its state."""
    found = select(*_COLUMNS).where(activations.c.account_id == account_id)
    row = connection.execute(found.order_by(activations.c.activation_id.desc()).limit(1)).mappings().first()
    return None if row is None else ActivationRow(**{**row, "state": ActivationState(row["state"])})


def find_by_token(connection: Connection, token_hash: bytes) -> ActivationRow | None:
    """The one of a link."""
    row = connection.execute(select(*_COLUMNS).where(activations.c.token_hash == token_hash)).mappings().first()
    return None if row is None else ActivationRow(**{**row, "state": ActivationState(row["state"])})


def finish(connection: Connection, activation_id: int, state: ActivationState, tries_left: int) -> None:
    """Write down what became of a code and its link."""
    connection.execute(
        update(activations)
        .where(activations.c.activation_id == activation_id)
        .values(state=state.value, tries_left=tries_left)
    )


def sent_to_account(connection: Connection, account_id: int, since: datetime, now: datetime) -> list[datetime]:
    """When mails were asked for since then, oldest first."""
    return _sent(connection, activations.c.account_id == account_id, since, now)


def sent_to_address(connection: Connection, address_hash: bytes, since: datetime, now: datetime) -> list[datetime]:
    """The same for one address, by whatever registrations."""
    return _sent(connection, activations.c.email_hash == address_hash, since, now)


def _sent(connection: Connection, which: ColumnElement[bool], since: datetime, now: datetime) -> list[datetime]:
    at = activations.c.created_at
    # Up to now: what a wrong clock dated into the future keeps nobody waiting.
    return list(connection.execute(select(at).where(which, at > since, at <= now).order_by(at)).scalars())


def sending(connection: Connection, account_id: int) -> tuple[str, str | None] | None:
    """What became of the newest mail: its state as a message, and the last reason why it wasn't sent."""
    found = (
        select(notices.c.state, notices.c.failure)
        .join(activations, activations.c.notice_key == notices.c.notice_key)
        .where(activations.c.account_id == account_id)
        .order_by(activations.c.activation_id.desc())
        .limit(1)
    )
    row = connection.execute(found).first()
    return None if row is None else (row.state, row.failure)


def lock_unproved(connection: Connection, before: datetime, most: int) -> list[int]:
    """Registrations whose last code and link ran out before then, and that nobody proved; they stay as they are."""
    still_good = exists().where(activations.c.account_id == accounts.c.account_id, activations.c.expires_at >= before)
    unproved = select(accounts.c.account_id).where(
        accounts.c.state == AccountState.PENDING.value, accounts.c.registered_at < before, ~still_good
    )
    oldest = unproved.order_by(accounts.c.registered_at).limit(most)
    locked = list(connection.execute(oldest.with_for_update(skip_locked=True)).scalars())
    # Looked at again under the lock: somebody may have come back for another mail just now.
    return list(connection.execute(unproved.where(accounts.c.account_id.in_(locked))).scalars())


def drop_of_accounts(connection: Connection, account_ids: Sequence[int]) -> None:
    """Remove every code and link of these accounts, and what the mails said."""
    _drop(connection, select(activations.c.activation_id).where(activations.c.account_id.in_(account_ids)))


def is_any_expired(connection: Connection, before: datetime) -> bool:
    """Whether `drop_expired` would remove something."""
    old = select(activations.c.activation_id).where(activations.c.expires_at < before)
    return connection.execute(old.limit(1)).first() is not None


def drop_expired(connection: Connection, before: datetime, most: int) -> int:
    """Remove codes and links that ran out before then, and what the mails said; says how many there were."""
    old = select(activations.c.activation_id).where(activations.c.expires_at < before)
    return _drop(connection, old.order_by(activations.c.expires_at).limit(most))


def _drop(connection: Connection, which: Select[tuple[int]]) -> int:
    ids = list(connection.execute(which).scalars())
    keys = select(activations.c.notice_key).where(activations.c.activation_id.in_(ids))
    connection.execute(update(notices).where(notices.c.notice_key.in_(keys)).values(recipient=None, body=None))
    return connection.execute(delete(activations).where(activations.c.activation_id.in_(ids))).rowcount
