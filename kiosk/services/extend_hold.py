"""Give somebody who needs longer more time for a held number, within limits (SPEC 8.3, 9.3)."""

from kiosk.domain.orders import ClaimKind
from kiosk.services.errors import HoldLost, NoMoreTime
from kiosk.services.hold_number import Hold
from kiosk.services.shop import Shop
from storage import claims


def extend_hold(shop: Shop, visit_id: str, msisdn: int) -> Hold:
    """Lengthen the visit's hold by `Rules.more_time`, at most `Rules.more_times` times; the hold as it is then.

    Never what has run out, became an order or is somebody else's. Raises `HoldLost`, or `NoMoreTime` with the end
    that stays; that is also what a repeated call finds whose first answer was lost.
    """
    rules = shop.rules
    with shop.database.writing() as connection:
        now = shop.now()
        until = claims.extend_hold(connection, msisdn, visit_id, by=rules.more_time, most=rules.more_times, now=now)
        if until is not None:
            return Hold(msisdn, until)
        claim = claims.find(connection, msisdn)
    if claim is None or claim.visit_id != visit_id or claim.kind is not ClaimKind.HOLD:
        raise HoldLost(msisdn)
    if claim.expires_at is None or claim.expires_at <= now:
        raise HoldLost(msisdn)
    raise NoMoreTime(msisdn, claim.expires_at)
