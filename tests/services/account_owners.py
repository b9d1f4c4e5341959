"""Owners of things that accounts keep, without the ways by which people become known to the shop."""

from sqlalchemy import insert

from kiosk.domain.accounts import AccountKind, AccountState, SignedIn
from kiosk.services.shop import Shop
from storage.account_tables import accounts


def make_member(shop: Shop, shown_as: str = "zh***@example.cn", state: AccountState = AccountState.ACTIVE) -> SignedIn:
    """Somebody with an account that was activated, unless another state is wanted."""
    values = {
        "kind": AccountKind.MEMBER.value,
        "state": state.value,
        "language": "zh",
        "registered_at": shop.now(),
        "activated_at": shop.now(),
    }
    with shop.database.writing() as connection:
        account_id = connection.execute(insert(accounts).values(values).returning(accounts.c.account_id)).scalar_one()
    return SignedIn(account_id, AccountKind.MEMBER, shown_as)
