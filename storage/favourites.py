"""What accounts keep to come back to; how much of it they may is the service's to say."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, func, select

from kiosk.domain.favourites import FavouriteKind
from storage.account_tables import favourites
from storage.tables import number_claims, number_tiers, numbers
from storage.upsert import insert_into


def add(connection: Connection, account_id: int, kind: FavouriteKind, item: str, now: datetime) -> None:
    """Keep an item; one that is kept already stays as it is."""
    values = {"account_id": account_id, "kind": kind.value, "item": item, "added_at": now}
    connection.execute(insert_into(favourites, connection.dialect.name).values(values).on_conflict_do_nothing())


def remove(connection: Connection, account_id: int, kind: FavouriteKind, item: str) -> None:
    """Keep an item no longer."""
    connection.execute(delete(favourites).where(*_of(account_id, kind), favourites.c.item == item))


def contains(connection: Connection, account_id: int, kind: FavouriteKind, item: str) -> bool:
    """Whether the account keeps it."""
    found = select(favourites.c.item).where(*_of(account_id, kind), favourites.c.item == item)
    return connection.execute(found).first() is not None


def count(connection: Connection, account_id: int) -> int:
    """How many items the account keeps, of all kinds."""
    counted = select(func.count()).select_from(favourites).where(favourites.c.account_id == account_id)
    return connection.execute(counted).scalar_one()


def items(connection: Connection, account_id: int, kind: FavouriteKind) -> list[str]:
    """What an account keeps of a kind, the newest first."""
    kept = select(favourites.c.item).where(*_of(account_id, kind))
    ordered = kept.order_by(favourites.c.added_at.desc(), favourites.c.item)
    return list(connection.execute(ordered).scalars())


def numbers_in(connection: Connection, msisdns: Sequence[int]) -> dict[int, Row[Any]]:
    """Numbers of the stock, withdrawn ones too, each with its conditions and the claim on it, if there is one."""
    found = (
        select(
            numbers,
            number_tiers.c.prepayment_return,
            number_tiers.c.sold_by,
            number_claims.c.kind.label("claim_kind"),
            number_claims.c.visit_id,
            number_claims.c.order_no,
            number_claims.c.expires_at,
            number_claims.c.payment_unsettled,
        )
        .join(number_tiers, number_tiers.c.tier == numbers.c.tier)
        .outerjoin(number_claims, number_claims.c.msisdn == numbers.c.msisdn)
        .where(numbers.c.msisdn.in_(msisdns))
    )
    return {row.msisdn: row for row in connection.execute(found)}


def _of(account_id: int, kind: FavouriteKind) -> tuple[ColumnElement[bool], ...]:
    return favourites.c.account_id == account_id, favourites.c.kind == kind.value
