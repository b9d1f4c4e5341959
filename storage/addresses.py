"""Addresses that accounts keep: who, where and which telephone are encrypted, district and street are not."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from storage.account_tables import addresses


@dataclass(frozen=True, slots=True, repr=False)
class AddressRow:
    """One address as it is stored; it has no repr, so that no log can hold it."""

    address_id: int
    recipient: str
    phone: str
    district_adcode: int
    street: str | None
    detail: str


def add(
    connection: Connection,
    account_id: int,
    *,
    recipient: str,
    phone: str,
    district_adcode: int,
    street: str | None,
    detail: str,
    now: datetime,
) -> int:
    """Keep an address; returns its id."""
    values = {
        "account_id": account_id,
        "recipient": recipient,
        "phone": phone,
        "district_adcode": district_adcode,
        "street": street,
        "detail": detail,
        "added_at": now,
    }
    added = insert(addresses).values(values).returning(addresses.c.address_id)
    address_id: int = connection.execute(added).scalar_one()
    return address_id


def of_account(connection: Connection, account_id: int) -> list[AddressRow]:
    """The addresses an account keeps, the newest first."""
    kept = select(
        addresses.c.address_id,
        addresses.c.recipient,
        addresses.c.phone,
        addresses.c.district_adcode,
        addresses.c.street,
        addresses.c.detail,
    ).where(addresses.c.account_id == account_id)
    ordered = kept.order_by(addresses.c.added_at.desc(), addresses.c.address_id.desc())
    return [AddressRow(*row) for row in connection.execute(ordered)]


def remove(connection: Connection, account_id: int, address_id: int) -> None:
    """Keep an address no longer; one of another account stays."""
    connection.execute(
        delete(addresses).where(addresses.c.address_id == address_id, addresses.c.account_id == account_id)
    )
