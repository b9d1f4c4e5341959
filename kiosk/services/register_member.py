"""Register a member by e-mail (SPEC 3.1): the account waits until the address is proved."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import Connection

from kiosk.domain.agreements import REGISTRATION
from kiosk.domain.emails import EmailFault, EmailInvalid, check_email, mask_email
from kiosk.domain.passwords import PasswordFault, normalise_password, password_fault
from kiosk.domain.persons import NameFault, NameInvalid, PhoneFault, PhoneInvalid, check_contact_phone, check_name
from kiosk.services.common_passwords import read_common_passwords
from kiosk.services.errors import ServiceError, VisitOver
from kiosk.services.shop import Shop
from kiosk.services.write_activation import write_activation
from storage import accounts, activations, people

DAY: Final = timedelta(days=1)


class RegistrationField(StrEnum):
    """The fields of the registration form, by the names the screen gives them."""

    EMAIL = "email"
    PASSWORD = "password"  # noqa: S105  # the name of a field
    AGAIN = "again"
    PHONE = "phone"
    NAME = "name"
    AGREEMENT = "agreement"


class AgreementFault(StrEnum):
    """Why the agreement stands in the way."""

    NOT_ACCEPTED = "not_accepted"


RegistrationFault = EmailFault | PasswordFault | PhoneFault | NameFault | AgreementFault


class RegistrationInvalid(ServiceError):
    """Some fields can't be accepted; `faults` says which and why, for all of them at once."""

    def __init__(self, faults: Mapping[RegistrationField, RegistrationFault]) -> None:
        super().__init__(", ".join(f"{field}: {fault}" for field, fault in faults.items()))
        self.faults = dict(faults)


@dataclass(frozen=True, slots=True, repr=False)
class Registration:
    """A registration whose mail is on its way; it has no repr, so that no log can hold it."""

    account_id: int
    masked_email: str
    resend_at: datetime
    """When another mail may be asked for."""
    expires_at: datetime
    """Until when the code and the link of this one are good."""


@dataclass(frozen=True, slots=True, repr=False)
class _Member:
    email: str
    password: str
    phone: str | None
    name: str | None


def register_member(
    shop: Shop,
    visit_id: str,
    *,
    email: str,
    password: str,
    again: str,
    phone: str,
    name: str,
    agreed: bool,
    language: str,
) -> Registration:
    """Store the registration, with the acceptance of its agreement, and leave the activation mail to be sent.

    `phone` and `name` may be empty. An address that is somebody's already answers like any other, with the same work:
    a registration of it is kept that nobody can activate, and the mail tells the owner.
    Raises `RegistrationInvalid` or `VisitOver`.
    """
    member = _check(shop, email, password, again, phone, name, agreed=agreed)
    password_hash = shop.hasher.hash(member.password)
    cipher = shop.database.cipher
    address_hash = accounts.email_hash(cipher, member.email)
    with shop.database.writing() as connection:
        if people.lock_visit(connection, visit_id) is None:
            raise VisitOver
        now = shop.now()
        refuse_address_with_too_many_mails(connection, shop, address_hash, now)
        account_id = accounts.add_member(
            connection,
            language=language,
            email=member.email,
            address_hash=address_hash,
            phone=member.phone,
            phone_hash=None if member.phone is None else cipher.keyed_hash(member.phone, "phone"),
            name=member.name,
            password_hash=password_hash,
            now=now,
        )
        accounts.accept(connection, account_id, REGISTRATION.code, REGISTRATION.version, shop.terminal_id, now)
        return mail_activation(connection, shop, account_id, member.email, language, now)


def check_registration(
    shop: Shop, *, email: str, password: str, again: str, phone: str, name: str, agreed: bool
) -> None:
    """Judge what has been typed so far, all fields together, and change nothing; raises `RegistrationInvalid`."""
    _check(shop, email, password, again, phone, name, agreed=agreed)


def mail_activation(
    connection: Connection, shop: Shop, account_id: int, email: str, language: str, now: datetime
) -> Registration:
    """Send the activation mail of an account, within a transaction that is open."""
    expires_at = write_activation(connection, shop, account_id=account_id, email=email, language=language, now=now)
    return Registration(account_id, mask_email(email), now + shop.rules.activation_resend, expires_at)


def refuse_address_with_too_many_mails(connection: Connection, shop: Shop, address_hash: bytes, now: datetime) -> None:
    """Raise `RegistrationInvalid` where an address got as many mails as a day allows, by whatever registrations.

    Otherwise anybody could fill somebody's mailbox. It is the same whether or not the address is a member's.
    """
    people.lock_persons(connection, address_hash)
    if len(activations.sent_to_address(connection, address_hash, now - DAY, now)) >= shop.rules.activations_per_day:
        raise RegistrationInvalid({RegistrationField.EMAIL: EmailFault.TOO_MANY_MAILS})


def _check(shop: Shop, email: str, password: str, again: str, phone: str, name: str, *, agreed: bool) -> _Member:
    """Check what was typed, all fields together; raises `RegistrationInvalid`."""
    faults: dict[RegistrationField, RegistrationFault] = {}
    checked_email, checked_phone, checked_name = "", None, None
    try:
        checked_email = check_email(email)
    except EmailInvalid as fault:
        faults[RegistrationField.EMAIL] = fault.reason
    try:
        checked_phone = str(check_contact_phone(phone)) if phone.strip() else None
    except PhoneInvalid as fault:
        faults[RegistrationField.PHONE] = fault.reason
    try:
        checked_name = check_name(name) if name.strip() else None
    except NameInvalid as fault:
        faults[RegistrationField.NAME] = fault.reason
    faults |= _check_password(shop, password, again, (email, checked_phone or phone, name))
    if not agreed:
        faults[RegistrationField.AGREEMENT] = AgreementFault.NOT_ACCEPTED
    if faults:
        raise RegistrationInvalid(faults)
    return _Member(checked_email, password, checked_phone, checked_name)


def _check_password(
    shop: Shop, password: str, again: str, personal: tuple[str, ...]
) -> dict[RegistrationField, RegistrationFault]:
    fault = password_fault(
        normalise_password(password),
        shortest=shop.rules.password_length,
        common=read_common_passwords(),
        personal=personal,
    )
    if fault is not None:
        return {RegistrationField.PASSWORD: fault}
    if not again:
        return {RegistrationField.AGAIN: PasswordFault.EMPTY}
    if normalise_password(again) != normalise_password(password):
        return {RegistrationField.AGAIN: PasswordFault.DIFFERENT}
    return {}
