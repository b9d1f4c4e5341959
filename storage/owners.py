"""The account that something belongs to."""

from sqlalchemy import Connection, select

from kiosk.domain.accounts import AccountState
from storage.account_tables import accounts


def lock_owner(connection: Connection, account_id: int) -> bool:
    """Keep an account's belongings from being counted twice at once; false when it isn't active any more."""
    active = select(accounts.c.account_id).where(
        accounts.c.account_id == account_id, accounts.c.state == AccountState.ACTIVE.value
    )
    return connection.execute(active.with_for_update()).first() is not None
