"""The phone on which somebody who has signed in can be reached, as far as the shop knows it (SPEC 4.4)."""

from kiosk.domain.accounts import SignedIn
from kiosk.services.shop import Shop
from storage import accounts


def contact_phone(shop: Shop, person: SignedIn) -> str:
    """A subscriber's own line, or the phone that a member gave when registering; empty where there is none."""
    if person.msisdn is not None:
        return str(person.msisdn)
    with shop.database.reading() as connection:
        account = accounts.find_account(connection, person.account_id)
    return "" if account is None else account.phone or ""
