"""A member's e-mail address: what is accepted, when two are one, and how it is shown masked (SPEC 3.1)."""

import re
from enum import StrEnum
from typing import Final

LONGEST_EMAIL: Final = 254
"""RFC 5321 allows a path of 256 with its angle brackets."""

_LONGEST_LOCAL_PART: Final = 64
# What an input method for Chinese puts where an address has these.
_FULL_WIDTH: Final = str.maketrans("＠。．，", "@..,")


class EmailFault(StrEnum):
    """Why an address was not accepted."""

    EMPTY = "empty"
    NO_AT = "no_at"
    """There is no @ in it, or more than one: type the whole address, as in name@example.com."""
    SPACE = "space"
    """There is a space within it: take it out."""
    TOO_LONG = "too_long"
    """Longer than an address can be: check it, or use another."""
    NAME_PART = "name_part"
    """What stands before the @ has a character that no mail server takes: check it letter by letter."""
    DOMAIN_PART = "domain_part"
    """What stands behind the @ is no domain: check its ending, as in .com or .cn."""
    TOO_MANY_MAILS = "too_many_mails"
    """As many mails as a day allows went to it already: use another address, or come back tomorrow."""


class EmailInvalid(Exception):
    """The address can't be accepted; `reason` says why, never the address."""

    def __init__(self, reason: EmailFault) -> None:
        super().__init__(reason.value)
        self.reason = reason


def check_email(text: str) -> str:
    """Read an e-mail address as typed; returns the form that mail is sent to, in ASCII, or raises EmailInvalid.

    Whether the mailbox exists only sending can tell: nothing is asked of the network.
    """
    address = text[: 4 * LONGEST_EMAIL].translate(_FULL_WIDTH).strip()
    if not address:
        raise EmailInvalid(EmailFault.EMPTY)
    if re.search(r"\s", address):
        raise EmailInvalid(EmailFault.SPACE)
    if address.count("@") != 1:
        raise EmailInvalid(EmailFault.NO_AT)
    local_part, domain = address.split("@")
    if len(address) > LONGEST_EMAIL or len(local_part) > _LONGEST_LOCAL_PART:
        raise EmailInvalid(EmailFault.TOO_LONG)
    # A name that is surely good tells which of the two parts is at fault.
    if _normal_form(f"a@{domain}") is None:
        raise EmailInvalid(EmailFault.DOMAIN_PART)
    normal = _normal_form(address)
    if normal is None:
        raise EmailInvalid(EmailFault.NAME_PART)
    return normal


def email_key(address: str) -> str:
    """What is equal for addresses that lead to one mailbox: nobody gives two people `Anna@` and `anna@`."""
    return address.casefold()


def mask_email(address: str) -> str:
    """Show the first letter and the domain, by which people know which of their addresses it is.

    >>> mask_email("anna.smith@example.com"), mask_email("a@example.com")
    ('a***@example.com', '***@example.com')
    """
    local_part, _, domain = address.partition("@")
    return f"{local_part[0] if len(local_part) > 1 else ''}***@{domain}"


def _normal_form(address: str) -> str | None:
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415  # most visits never need it

    try:
        # Letters beyond ASCII before the @ need SMTPUTF8 at every server on the way, which few have.
        checked = validate_email(address, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        return None
    return checked.ascii_email
