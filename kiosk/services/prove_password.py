"""Ask somebody who has signed in for their password again, before what can't be undone (SPEC 3.6)."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from kiosk.domain.accounts import AccountState
from kiosk.services.back_off import begin_try, succeed
from kiosk.services.errors import PasswordWrong
from kiosk.services.shop import Shop
from storage import accounts
from storage.accounts import AccountRow


@contextmanager
def password_proved(shop: Shop, account_id: int, password: str) -> Iterator[tuple[Connection, AccountRow]]:
    """A transaction in which the password is right and the account stays as it is.

    Raises `PasswordWrong`, also for an account that is gone and after the same work, or `BackedOff`.
    """
    with shop.database.reading() as connection:
        account = accounts.find_account(connection, account_id)
    stored = account.password_hash if account is not None and account.state is AccountState.ACTIVE else None
    attempt = begin_try(shop, account=account_id)
    if not shop.hasher.is_right(stored, password):
        raise PasswordWrong
    with shop.database.writing() as connection:
        account = accounts.find_account(connection, account_id, lock=True)
        # It may have been changed at another terminal while it was verified here.
        if account is None or account.password_hash != stored:
            raise PasswordWrong
        succeed(shop, connection, attempt)
        yield connection, account
