"""The four ways to sign in (SPEC 3.4), which tell nobody who has an account (SPEC 3.6)."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from sqlalchemy import Connection

from kiosk.domain.accounts import AccountKind, AccountState, CodePurpose, SignedIn, SignInWay
from kiosk.domain.agreements import SERVICE
from kiosk.domain.emails import check_email, email_key, mask_email
from kiosk.domain.msisdn import mask_msisdn
from kiosk.domain.persons import check_contact_phone
from kiosk.services.back_off import PasswordTry, begin_try, succeed
from kiosk.services.check_code import spend_code
from kiosk.services.errors import ServiceError, VisitOver
from kiosk.services.request_code import CaptchaNeeded
from kiosk.services.shop import Shop
from storage import accounts, people, subscribers


class AgreementNeeded(ServiceError):
    """The service agreement has to be accepted first."""


class SignInRefused(ServiceError):
    """No such account, a wrong password, a line that isn't active: nobody learns which."""


class NotActivated(ServiceError):
    """The password is right, and the account's address isn't proved yet (SPEC 3.2)."""

    def __init__(self, account_id: int) -> None:
        super().__init__("the account isn't activated")
        self.account_id = account_id


def sign_in(
    shop: Shop,
    visit_id: str,
    way: SignInWay,
    *,
    identity: str,
    password: str = "",
    code: str = "",
    agreed: bool,
    captcha_solved: bool,
    language: str,
) -> SignedIn:
    """Say who somebody is, by a phone number or an e-mail address and what proves that it is theirs.

    Each try with a password costs one argon2 verification, whatever there is to verify. Raises, in this order,
    `CaptchaNeeded`; `AgreementNeeded`; `PhoneInvalid` or `EmailInvalid`; `BackedOff`; and then `CodeWrong`,
    `CodeExpired`, `CodeSpent`, `SignInRefused`, `NotActivated` or `VisitOver`.
    """
    if not captcha_solved:
        raise CaptchaNeeded
    if not agreed:
        raise AgreementNeeded
    if way is SignInWay.MEMBER:
        return _sign_in_member(shop, visit_id, identity, password)
    return _sign_in_subscriber(shop, visit_id, way, identity, password, code, language)


def _sign_in_member(shop: Shop, visit_id: str, identity: str, password: str) -> SignedIn:
    email = check_email(identity)
    with shop.database.reading() as connection:
        account = accounts.find_member(connection, accounts.email_hash(shop.database.cipher, email))
    attempt = begin_try(shop, account=email_key(email) if account is None else account.account_id)
    is_right = shop.hasher.is_right(None if account is None else account.password_hash, password)
    if account is None or not is_right:
        raise SignInRefused
    with _transaction_of_visit(shop, visit_id) as connection:
        present = accounts.find_account(connection, account.account_id, lock=True)
        if present is None or present.state is AccountState.DELETED:
            raise SignInRefused
        is_active = present.state is AccountState.ACTIVE
        if is_active:
            _let_in(shop, connection, attempt, account.account_id, account.password_hash, password)
        else:
            succeed(shop, connection, attempt)
    if not is_active:
        raise NotActivated(account.account_id)
    return SignedIn(account.account_id, AccountKind.MEMBER, mask_email(email))


def _sign_in_subscriber(
    shop: Shop, visit_id: str, way: SignInWay, identity: str, password: str, code: str, language: str
) -> SignedIn:
    """By phone number.

    Where both are asked for, a wrong code is told as such whether or not the password was right, and a wrong password
    only to whoever has the code, which stays good for another try: the wait for wrong passwords limits those.
    """
    phone = check_contact_phone(identity)
    with shop.database.reading() as connection:
        line = subscribers.active_line(connection, phone)
    is_right = True
    if way.asks_password:
        known = None if line is None else line.account_id
        attempt = begin_try(shop, account=str(phone) if known is None else known, phone=phone)
        is_right = shop.hasher.is_right(None if line is None else line.password_hash, password)
    else:
        # Codes have limits of their own. So whoever has the phone gets in, however often a stranger has guessed at its
        # password; only the terminal's failures count for both.
        attempt = begin_try(shop)
    if not way.asks_code and not is_right:
        raise SignInRefused
    with _transaction_of_way(shop, visit_id, way, phone, code) as connection:
        present = subscribers.active_line(connection, phone, lock=True)
        # The line may have been closed, and the number sold to somebody else, while its password was looked at.
        if not is_right or present is None or (line is not None and present.line_id != line.line_id):
            raise SignInRefused
        account_id = subscribers.account_of_line(connection, present.line_id, language, shop.now())
        verified = line.password_hash if line is not None and way.asks_password else None
        _let_in(shop, connection, attempt, account_id, verified, password)
    return SignedIn(account_id, AccountKind.SUBSCRIBER, mask_msisdn(phone), msisdn=phone)


@contextmanager
def _transaction_of_visit(shop: Shop, visit_id: str) -> Iterator[Connection]:
    with shop.database.writing() as connection:
        if people.lock_visit(connection, visit_id) is None:
            raise VisitOver
        yield connection


def _transaction_of_way(
    shop: Shop, visit_id: str, way: SignInWay, phone: int, code: str
) -> AbstractContextManager[Connection]:
    """Where somebody is let in: where the way asks for a code, one that is spent with it."""
    if way.asks_code:
        return spend_code(shop, visit_id, CodePurpose.SIGN_IN, phone, code)
    return _transaction_of_visit(shop, visit_id)


def _let_in(
    shop: Shop, connection: Connection, attempt: PasswordTry, account_id: int, verified: str | None, password: str
) -> None:
    """Write down that the agreement was accepted and that nothing went wrong; `verified` is the password's hash."""
    if verified is not None and shop.hasher.needs_rehash(verified):
        # Within the transaction, though it takes a while: it happens once after the profile was changed, and before it
        # would take longer for a right password than for a wrong one.
        accounts.hash_again(connection, account_id, verified, shop.hasher.hash(password))
    accounts.accept(connection, account_id, SERVICE.code, SERVICE.version, shop.terminal_id, shop.now())
    succeed(shop, connection, attempt)
