"""Keep a number for a visit, and give it back (SPEC 4.1, 4.2)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from kiosk.domain.orders import ClaimKind
from kiosk.services.errors import AskStaff, NotForSale, NumberTaken, TooManyHolds, TooManyNumbers, VisitOver
from kiosk.services.shop import Shop
from storage import claims, offers, people


@dataclass(frozen=True, slots=True)
class Hold:
    """A number that nobody else can have until an instant."""

    msisdn: int
    until: datetime


def hold_number(shop: Shop, visit_id: str, msisdn: int, *, instead_of: int | None = None) -> Hold:
    """Hold a number for the visit, for as long as the rules say.

    Asking again for a number the visit holds already changes nothing, its end least of all. `instead_of` is given
    back in the same transaction, so that changing one's mind never leaves both or neither.
    Raises `NumberTaken`, `AskStaff`, `NotForSale`, `TooManyHolds`, `TooManyNumbers` or `VisitOver`; then nothing has
    changed.
    """
    with shop.database.writing() as connection:
        now = shop.now()
        if instead_of is None:
            # The usual case, in as few statements as can be: the opening of a new prefix is a rush, and on SQLite
            # everybody else waits meanwhile.
            if shop.database.is_shared:
                people.lock_visit(connection, visit_id)
            if _take(shop, connection, visit_id, msisdn, now, limited=True):
                return Hold(msisdn, now + shop.rules.hold)
        visit = people.lock_visit(connection, visit_id)
        if visit is None:
            raise VisitOver
        held = {claim.msisdn: claim.expires_at for claim in claims.holds_of_visit(connection, visit_id, now)}
        given_back = instead_of if instead_of != msisdn and instead_of in held else None
        until = held.get(msisdn)
        if until is None:
            _check_limits(shop, connection, visit, held=len(held), given_back=given_back is not None, now=now)
            until = now + shop.rules.hold
            if not _take(shop, connection, visit_id, msisdn, now, limited=False):
                raise _why_not(connection, msisdn, now)
        # Only now: two visits that swap their numbers would wait for each other if each gave up its own first.
        if given_back is not None:
            claims.release_hold(connection, given_back, visit_id)
        return Hold(msisdn, until)


def _take(shop: Shop, connection: Connection, visit_id: str, msisdn: int, now: datetime, *, limited: bool) -> bool:
    return claims.take(
        connection,
        msisdn,
        kind=ClaimKind.HOLD,
        visit_id=visit_id,
        order_no=None,
        until=now + shop.rules.hold,
        now=now,
        most_held=shop.rules.holds_per_visit if limited else None,
    )


def _check_limits(
    shop: Shop, connection: Connection, visit: people.OpenVisit, *, held: int, given_back: bool, now: datetime
) -> None:
    """Raise unless the visit and its person, if known, may have one number more than they will have given back."""
    people.lock_persons(connection, visit.id_hash, visit.phone_hash)
    for column, person_hash in (("id_hash", visit.id_hash), ("phone_hash", visit.phone_hash)):
        if person_hash is not None:
            held = max(held, people.count_reserved(connection, column, person_hash, now))
    if held - given_back >= shop.rules.holds_per_visit:
        raise TooManyHolds(shop.rules.holds_per_visit)
    if visit.id_hash is not None:
        numbers = people.count_numbers_of_id(connection, visit.id_hash, now)
        if numbers - given_back >= shop.rules.numbers_per_id:
            raise TooManyNumbers(shop.rules.numbers_per_id)


def _why_not(connection: Connection, msisdn: int, now: datetime) -> Exception:
    if not offers.is_in_stock(connection, msisdn):
        return NotForSale()
    claim = claims.find(connection, msisdn)
    if claim is None or claim.is_over(now):
        offer = offers.find_offer(connection, msisdn)
        # Given back a moment ago, unless it is a number that only staff may sell.
        return NumberTaken(msisdn, now) if offer is not None and offer.self_service else AskStaff()
    returns = claim.kind in {ClaimKind.HOLD, ClaimKind.ORDER}
    if claim.expires_at is None or claim.expires_at <= now:
        # Its deadline has passed, and a payment that nobody knows the fate of keeps it.
        returns = False
    return NumberTaken(msisdn, claim.expires_at if returns else None)


def release_number(shop: Shop, visit_id: str, msisdn: int) -> None:
    """Give a held number back at once; one that isn't held any more is left alone."""
    with shop.database.writing() as connection:
        claims.release_hold(connection, msisdn, visit_id)
