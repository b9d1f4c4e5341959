"""What a signed-in person keeps to come back to: numbers, and later handsets (SPEC 2.3)."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from kiosk.domain.favourites import FavouriteKind
from kiosk.domain.number_offers import PrepaymentReturn, SoldBy
from kiosk.domain.number_query import NumberRow, NumberState
from kiosk.domain.orders import ClaimKind
from kiosk.services.errors import AccountOver, NotForSale, TooManyFavourites
from kiosk.services.shop import Shop
from storage import favourites, offers
from storage.owners import lock_owner


def add_favourite(shop: Shop, account_id: int, kind: FavouriteKind, item: str) -> None:
    """Keep something of the stock; what is kept already stays.

    Raises `NotForSale` for what isn't in the stock, `TooManyFavourites`, or `AccountOver`.
    """
    with shop.database.writing() as connection:
        if not lock_owner(connection, account_id):
            raise AccountOver
        if favourites.contains(connection, account_id, kind, item):
            return
        if not _is_in_stock(connection, kind, item):
            raise NotForSale
        if favourites.count(connection, account_id) >= shop.rules.favourites_per_account:
            raise TooManyFavourites(shop.rules.favourites_per_account)
        favourites.add(connection, account_id, kind, item, shop.now())


def remove_favourite(shop: Shop, account_id: int, kind: FavouriteKind, item: str) -> None:
    """Keep something no longer."""
    with shop.database.writing() as connection:
        favourites.remove(connection, account_id, kind, item)


def is_favourite(shop: Shop, account_id: int, kind: FavouriteKind, item: str) -> bool:
    """Whether the account keeps it."""
    with shop.database.reading() as connection:
        return favourites.contains(connection, account_id, kind, item)


def list_favourites(shop: Shop, account_id: int, visit_id: str) -> tuple[NumberRow, ...]:
    """The numbers an account keeps, the newest first, each with what this visit can expect of it now.

    One that is being bought says when it may be back, unless nobody knows.
    """
    now = shop.now()
    with shop.database.reading() as connection:
        kept = [int(item) for item in favourites.items(connection, account_id, FavouriteKind.NUMBER)]
        found = favourites.numbers_in(connection, kept)
    return tuple(_number(found[msisdn], visit_id, now) for msisdn in kept if msisdn in found)


def _is_in_stock(connection: Connection, kind: FavouriteKind, item: str) -> bool:
    match kind:
        case FavouriteKind.NUMBER:
            return item.isascii() and item.isdigit() and offers.is_in_stock(connection, int(item))
        case FavouriteKind.HANDSET:
            return False  # none are sold yet


def _number(row: Row[Any], visit_id: str, now: datetime) -> NumberRow:
    state = _state(row, visit_id, now)
    is_held = row.claim_kind == ClaimKind.HOLD and not row.payment_unsettled
    return NumberRow(
        msisdn=row.msisdn,
        city_adcode=row.city_adcode,
        pattern=row.pattern,
        tier=row.tier,
        prepayment_fen=row.prepayment_fen,
        monthly_minimum_fen=row.monthly_minimum_fen,
        term_months=row.term_months,
        prepayment_return=PrepaymentReturn(row.prepayment_return),
        sold_by=SoldBy(row.sold_by),
        state=state,
        free_at=row.expires_at if is_held and state is not NumberState.AVAILABLE else None,
    )


def _state(row: Row[Any], visit_id: str, now: datetime) -> NumberState:
    if row.claim_kind == ClaimKind.SALE:
        return NumberState.SOLD
    if row.withdrawn_at is not None:
        return NumberState.WITHDRAWN
    is_over = row.expires_at is not None and row.expires_at <= now and not row.payment_unsettled
    if row.claim_kind is None or is_over:
        return NumberState.AVAILABLE
    match ClaimKind(row.claim_kind):
        case ClaimKind.HOLD:
            return NumberState.HELD_BY_YOU if row.visit_id == visit_id else NumberState.HELD
        case ClaimKind.REST:
            return NumberState.HELD
        case _:
            return NumberState.ORDERED
