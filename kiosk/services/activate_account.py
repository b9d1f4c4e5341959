"""Prove that an address is the member's own, by the mailed code or the mailed link (SPEC 3.2, 3.3)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hmac import compare_digest
from typing import Final

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from kiosk.domain.accounts import AccountState
from kiosk.domain.emails import EmailInvalid, check_email
from kiosk.domain.msisdn import normalise_digits
from kiosk.services.errors import ServiceError
from kiosk.services.register_member import (
    DAY,
    Registration,
    RegistrationField,
    RegistrationInvalid,
    mail_activation,
    refuse_address_with_too_many_mails,
)
from kiosk.services.shop import Shop
from kiosk.services.write_activation import code_hash, next_mail_at, token_hash
from storage import accounts, activations, people
from storage.accounts import AccountRow
from storage.activations import ActivationRow, ActivationState
from storage.audit import write_audit

_LONGEST_TYPED: Final = 64
"""Longer than any code and any token."""


class ActivationWrong(ServiceError):
    """The code isn't the one of the newest mail; `tries_left` says how often it may still be typed."""

    def __init__(self, tries_left: int) -> None:
        super().__init__("the code is wrong")
        self.tries_left = tries_left


class ActivationExpired(ServiceError):
    """The code came too late: another mail is needed."""


class ActivationSpent(ServiceError):
    """Nothing can be done with the code any more.

    `activated` says that the account is active, by this code, by the link, or by an answer that got lost; otherwise
    too many were wrong, or the account is gone.
    """

    def __init__(self, *, activated: bool) -> None:
        super().__init__("the code is spent")
        self.activated = activated


class AddressInUse(ServiceError):
    """Another account has proved the same address: this one can never be activated."""


class TooSoon(ServiceError):
    """Another mail may be asked for at `until`."""

    def __init__(self, until: datetime) -> None:
        super().__init__("too soon for another mail")
        self.until = until


class TooMany(ServiceError):
    """As many mails as a day allows were sent; another one may be asked for at `until`."""

    def __init__(self, until: datetime) -> None:
        super().__init__("too many mails")
        self.until = until


class LinkOutcome(StrEnum):
    """What opening the link did."""

    ACTIVATED = "activated"
    ACTIVE_ALREADY = "active_already"
    EXPIRED = "expired"
    SPENT = "spent"
    """A newer mail was sent, or the code of this one was wrong too often."""
    ADDRESS_IN_USE = "address_in_use"
    UNKNOWN = "unknown"
    """No such link, or its registration is gone."""


class MailState(StrEnum):
    """What became of the mail."""

    QUEUED = "queued"
    """It waits, or is tried again; a failure beside it says why."""
    SENT = "sent"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class MailProgress:
    """What the screen that waits for the code shows."""

    state: MailState
    failure: str | None
    """A code of the gateway, such as `network`, `login` or `no_such_mailbox`."""
    activated: bool


def activate_by_code(shop: Shop, account_id: int, code: str) -> None:
    """Activate the account by the code of its newest mail.

    Raises `ActivationWrong`, `ActivationExpired`, `ActivationSpent` or `AddressInUse`.
    """
    typed = code_hash(shop.database.cipher, account_id, _plain(normalise_digits(code[:_LONGEST_TYPED])))
    try:
        with shop.database.writing() as connection:
            refusal = _spend_code(connection, shop, account_id, typed)
    except IntegrityError:
        raise AddressInUse from None
    # Raised out here, because a wrong code must be counted.
    if refusal is not None:
        raise refusal


def _plain(text: str) -> str:
    """The text; nothing, which is no code and no token, for what no mail can have brought."""
    return text if text.isascii() else ""


def _spend_code(connection: Connection, shop: Shop, account_id: int, typed: bytes) -> ServiceError | None:
    now = shop.now()
    account = accounts.find_account(connection, account_id, lock=True)
    activation = activations.newest(connection, account_id)
    if account is None or account.state is not AccountState.PENDING or activation is None:
        return ActivationSpent(activated=account is not None and account.state is AccountState.ACTIVE)
    if activation.state is not ActivationState.OPEN:
        return ActivationSpent(activated=False)
    if not activation.is_good(now):
        return ActivationExpired()
    if compare_digest(typed, activation.code_hash):
        _prove(connection, shop, account, activation, now)
        return None
    tries_left = activation.tries_left - 1
    state = ActivationState.OPEN if tries_left else ActivationState.VOID
    activations.finish(connection, activation.activation_id, state, tries_left)
    return ActivationWrong(tries_left) if tries_left else ActivationSpent(activated=False)


def activate_by_link(shop: Shop, token: str) -> LinkOutcome:
    """Activate the account whose mail had this link; opening it again changes nothing."""
    hashed = token_hash(shop.database.cipher, _plain(token[:_LONGEST_TYPED]))
    try:
        with shop.database.writing() as connection:
            return _follow_link(connection, shop, hashed)
    except (IntegrityError, AddressInUse):
        return LinkOutcome.ADDRESS_IN_USE


def _follow_link(connection: Connection, shop: Shop, hashed: bytes) -> LinkOutcome:
    now = shop.now()
    linked = activations.find_by_token(connection, hashed)
    account = None if linked is None else accounts.find_account(connection, linked.account_id, lock=True)
    # Read again, now that nobody else can change it.
    activation = None if account is None else activations.find_by_token(connection, hashed)
    if account is None or activation is None:
        return LinkOutcome.UNKNOWN
    if account.state is AccountState.ACTIVE:
        return LinkOutcome.ACTIVE_ALREADY
    if activation.state is not ActivationState.OPEN:
        return LinkOutcome.SPENT
    if not activation.is_good(now):
        return LinkOutcome.EXPIRED
    _prove(connection, shop, account, activation, now)
    return LinkOutcome.ACTIVATED


def _prove(connection: Connection, shop: Shop, account: AccountRow, activation: ActivationRow, now: datetime) -> None:
    """Spend the code with its link; raises `AddressInUse`, or `IntegrityError` when somebody is just being quicker."""
    address = account.email or ""
    if accounts.has_active_member(connection, accounts.email_hash(shop.database.cipher, address)):
        raise AddressInUse
    activations.finish(connection, activation.activation_id, ActivationState.USED, activation.tries_left)
    accounts.activate(connection, account.account_id, now)
    _audit(connection, shop, "account.activated", account.account_id, now)


def _audit(connection: Connection, shop: Shop, action: str, account_id: int, now: datetime) -> None:
    subject = f"account {account_id}"
    write_audit(connection, action, actor="customer", now=now, terminal_id=shop.terminal_id, subject=subject)


def send_activation_again(shop: Shop, account_id: int) -> Registration:
    """Send another mail, which voids the one before.

    Raises `TooSoon`, `TooMany`, or `ActivationSpent` for an account that waits for none.
    """
    with shop.database.writing() as connection:
        now = shop.now()
        account = _pending(connection, account_id)
        address = account.email or ""
        _keep_pace(connection, shop, account_id, now)
        address_hash = accounts.email_hash(shop.database.cipher, address)
        people.lock_persons(connection, address_hash)
        _allow(shop, activations.sent_to_address(connection, address_hash, now - DAY, now))
        return mail_activation(connection, shop, account_id, address, account.language, now)


def correct_address(shop: Shop, account_id: int, email: str) -> Registration:
    """Send the mail to another address, because the one typed first was wrong; everything else stays.

    Raises `RegistrationInvalid`, and what `send_activation_again` raises.
    """
    try:
        address = check_email(email)
    except EmailInvalid as fault:
        raise RegistrationInvalid({RegistrationField.EMAIL: fault.reason}) from None
    address_hash = accounts.email_hash(shop.database.cipher, address)
    with shop.database.writing() as connection:
        now = shop.now()
        account = _pending(connection, account_id)
        _keep_pace(connection, shop, account_id, now)
        refuse_address_with_too_many_mails(connection, shop, address_hash, now)
        accounts.set_email(connection, account_id, address, address_hash)
        return mail_activation(connection, shop, account_id, address, account.language, now)


def _pending(connection: Connection, account_id: int) -> AccountRow:
    account = accounts.find_account(connection, account_id, lock=True)
    if account is None or account.state is not AccountState.PENDING:
        raise ActivationSpent(activated=account is not None and account.state is AccountState.ACTIVE)
    return account


def _keep_pace(connection: Connection, shop: Shop, account_id: int, now: datetime) -> None:
    sent = activations.sent_to_account(connection, account_id, now - DAY, now)
    if sent and now < sent[-1] + shop.rules.activation_resend:
        raise TooSoon(sent[-1] + shop.rules.activation_resend)
    _allow(shop, sent)


def _allow(shop: Shop, sent: list[datetime]) -> None:
    most = shop.rules.activations_per_day
    if len(sent) >= most:
        raise TooMany(next_mail_at(sent, most))


def mail_progress(shop: Shop, account_id: int) -> MailProgress:
    """What became of the newest mail, and whether the account is active by now; cheap enough to be asked again."""
    with shop.database.reading() as connection:
        account = accounts.find_account(connection, account_id)
        sending = activations.sending(connection, account_id)
    activated = account is not None and account.state is AccountState.ACTIVE
    state, failure = sending or ("sent" if activated else "failed", None)
    known = {"queued": MailState.QUEUED, "sending": MailState.QUEUED, "sent": MailState.SENT}
    return MailProgress(known.get(state, MailState.FAILED), failure, activated)
