"""Rows of accounts, and of the agreements that their people accepted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, RowMapping, case, delete, insert, select, update

from kiosk.domain.accounts import AccountKind, AccountState
from kiosk.domain.emails import email_key
from storage.account_tables import acceptances, accounts, addresses, favourites
from storage.encryption import FieldCipher


@dataclass(frozen=True, slots=True, repr=False)
class AccountRow:
    """An account; it has no repr, so that no log can hold it. What isn't known, or was erased, is None."""

    account_id: int
    kind: AccountKind
    state: AccountState
    language: str
    email: str | None
    phone: str | None
    name: str | None
    line_id: int | None
    password_hash: str | None
    registered_at: datetime
    activated_at: datetime | None


def email_hash(cipher: FieldCipher, address: str) -> bytes:
    """What stands for an address where it must be found but not read."""
    return cipher.keyed_hash(email_key(address), "email")


_COLUMNS = [accounts.c[name] for name in AccountRow.__slots__]


def _row(found: RowMapping) -> AccountRow:
    return AccountRow(**{**found, "kind": AccountKind(found["kind"]), "state": AccountState(found["state"])})


def add_member(
    connection: Connection,
    *,
    language: str,
    email: str,
    address_hash: bytes,
    phone: str | None,
    phone_hash: bytes | None,
    name: str | None,
    password_hash: str,
    now: datetime,
) -> int:
    """A registration whose address is still to be proved; returns its account's id."""
    row = {
        "kind": AccountKind.MEMBER.value,
        "state": AccountState.PENDING.value,
        "language": language,
        "email": email,
        "email_hash": address_hash,
        "phone": phone,
        "phone_hash": phone_hash,
        "name": name,
        "password_hash": password_hash,
        "password_changed_at": now,
        "registered_at": now,
    }
    added: int = connection.execute(insert(accounts).values(row).returning(accounts.c.account_id)).scalar_one()
    return added


def find_account(connection: Connection, account_id: int, *, lock: bool = False) -> AccountRow | None:
    """One account; with `lock` it stays as it is, for everybody else, until this transaction ends."""
    found = select(*_COLUMNS).where(accounts.c.account_id == account_id)
    row = connection.execute(found.with_for_update() if lock else found).mappings().first()
    return None if row is None else _row(row)


def find_member(connection: Connection, address_hash: bytes) -> AccountRow | None:
    """Whose address this is: the one account that proved it, else the newest registration that hasn't yet."""
    found = (
        select(*_COLUMNS)
        .where(accounts.c.email_hash == address_hash, accounts.c.state != AccountState.DELETED.value)
        .order_by(case((accounts.c.state == AccountState.ACTIVE.value, 0), else_=1), accounts.c.account_id.desc())
        .limit(1)
    )
    row = connection.execute(found).mappings().first()
    return None if row is None else _row(row)


def has_active_member(connection: Connection, address_hash: bytes) -> bool:
    """Whether somebody proved that the address is theirs."""
    found = select(accounts.c.account_id).where(
        accounts.c.email_hash == address_hash, accounts.c.state == AccountState.ACTIVE.value
    )
    return connection.execute(found).first() is not None


def activate(connection: Connection, account_id: int, now: datetime) -> None:
    """Let an account be signed in to; raises `IntegrityError` if another one proved the same address meanwhile."""
    connection.execute(
        update(accounts)
        .where(accounts.c.account_id == account_id)
        .values(state=AccountState.ACTIVE.value, activated_at=now)
    )


def set_email(connection: Connection, account_id: int, email: str, address_hash: bytes) -> None:
    """Correct the address of a registration."""
    connection.execute(
        update(accounts).where(accounts.c.account_id == account_id).values(email=email, email_hash=address_hash)
    )


def set_password(connection: Connection, account_id: int, password_hash: str, now: datetime) -> None:
    """Replace a password by a new one."""
    connection.execute(
        update(accounts)
        .where(accounts.c.account_id == account_id)
        .values(password_hash=password_hash, password_changed_at=now)
    )


def hash_again(connection: Connection, account_id: int, old_hash: str, new_hash: str) -> None:
    """Store the same password in another profile, unless it was changed meanwhile."""
    connection.execute(
        update(accounts)
        .where(accounts.c.account_id == account_id, accounts.c.password_hash == old_hash)
        .values(password_hash=new_hash)
    )


def erase_account(connection: Connection, account_id: int, now: datetime) -> None:
    """Erase who somebody is and what they keep; the row stays, for the orders and acceptances that name it."""
    for belongings in (favourites, addresses):
        connection.execute(delete(belongings).where(belongings.c.account_id == account_id))
    connection.execute(
        update(accounts)
        .where(accounts.c.account_id == account_id)
        .values(
            state=AccountState.DELETED.value,
            deleted_at=now,
            email=None,
            email_hash=None,
            phone=None,
            phone_hash=None,
            name=None,
            line_id=None,
            password_hash=None,
            password_changed_at=None,
        )
    )


def drop_registrations(connection: Connection, account_ids: Sequence[int]) -> None:
    """Remove registrations that came to nothing; nothing but acceptances can name them."""
    connection.execute(delete(acceptances).where(acceptances.c.account_id.in_(account_ids)))
    connection.execute(delete(accounts).where(accounts.c.account_id.in_(account_ids)))


def accept(
    connection: Connection, account_id: int, agreement: str, version: str, terminal_id: str, now: datetime
) -> None:
    """Write down that an agreement was accepted, in which version, when and where."""
    row = {
        "account_id": account_id,
        "agreement": agreement,
        "version": version,
        "terminal_id": terminal_id,
        "accepted_at": now,
    }
    connection.execute(insert(acceptances).values(row))
