"""Delete an account, except for what the law makes the shop keep (SPEC 10.3)."""

from sqlalchemy import Connection

from kiosk.domain.accounts import AccountKind, AccountState
from kiosk.services.prove_password import password_proved
from kiosk.services.shop import Shop
from storage import accounts, activations
from storage.audit import write_audit


def delete_account(shop: Shop, account_id: int, password: str | None) -> None:
    """Erase who the person is and what they kept: address, phone, name, password, favourites, addresses, codes.

    A member gives the password again; a subscriber, who signed in by their phone, gives None. Erased at once, as the
    E-Commerce Law asks (art. 24) and the Personal Information Protection Law (art. 47). Orders and payments stay for
    three years at least (E-Commerce Law, art. 31), and so does the record of which agreements were accepted; the row
    they point to stays as `deleted`, with nothing personal in it. Deleting again is harmless.
    Raises `PasswordWrong` or `BackedOff`.
    """
    with shop.database.reading() as connection:
        account = accounts.find_account(connection, account_id)
    if account is None or account.state is AccountState.DELETED:
        return
    if account.kind is AccountKind.SUBSCRIBER and password is None:
        with shop.database.writing() as connection:
            _erase(connection, shop, account_id)
        return
    with password_proved(shop, account_id, password or "") as (connection, _):
        _erase(connection, shop, account_id)


def _erase(connection: Connection, shop: Shop, account_id: int) -> None:
    now = shop.now()
    activations.drop_of_accounts(connection, [account_id])
    accounts.erase_account(connection, account_id, now)
    subject = f"account {account_id}"
    write_audit(connection, "account.deleted", actor="customer", now=now, terminal_id=shop.terminal_id, subject=subject)
