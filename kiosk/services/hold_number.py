"""Keep a number for a visit, and give it back (SPEC 4.1, 4.2)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from kiosk.domain.orders import ClaimKind
from kiosk.services.errors import AskStaff, NotForSale, NumberTaken, TooManyHolds, VisitOver
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
    Raises `NumberTaken`, `AskStaff`, `NotForSale`, `TooManyHolds` or `VisitOver`; then nothing has changed.
    """
    with shop.database.writing() as connection:
        now = shop.now()
        visit = people.lock_visit(connection, visit_id)
        if visit is None:
            raise VisitOver
        held = {claim.msisdn: claim for claim in claims.holds_of_visit(connection, visit_id, now)}
        if (mine := held.get(msisdn)) is not None and mine.expires_at is not None:
            return Hold(msisdn, mine.expires_at)
        if instead_of in held:
            claims.release_hold(connection, held.pop(instead_of).msisdn, visit_id)
        _check_limit(shop, connection, visit, len(held), now)
        until = now + shop.rules.hold
        if not claims.take(
            connection, msisdn, kind=ClaimKind.HOLD, visit_id=visit_id, order_no=None, until=until, now=now
        ):
            raise _why_not(connection, msisdn)
        return Hold(msisdn, until)


def _check_limit(shop: Shop, connection: Connection, visit: people.OpenVisit, held: int, now: datetime) -> None:
    limit = shop.rules.holds_per_visit
    for column, person_hash in (("id_hash", visit.id_hash), ("phone_hash", visit.phone_hash)):
        if person_hash is not None:
            people.lock_person(connection, person_hash)
            held = max(held, people.count_reserved(connection, column, person_hash, now))
    if held >= limit:
        raise TooManyHolds(limit)


def _why_not(connection: Connection, msisdn: int) -> Exception:
    claim = claims.find(connection, msisdn)
    if claim is not None:
        returns = claim.kind is ClaimKind.HOLD or claim.kind is ClaimKind.ORDER
        return NumberTaken(msisdn, claim.expires_at if returns else None)
    if offers.is_in_stock(connection, msisdn):
        return AskStaff()
    return NotForSale()


def release_number(shop: Shop, visit_id: str, msisdn: int) -> None:
    """Give a held number back at once; one that isn't held any more is left alone."""
    with shop.database.writing() as connection:
        claims.release_hold(connection, msisdn, visit_id)
