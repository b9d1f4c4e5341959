"""Rules for messages to people: which of them hold a secret, and how a recipient is shown to staff."""

from typing import Final

from kiosk.domain.msisdn import LARGEST, SMALLEST, mask_msisdn

DEMONSTRATION_TEMPLATE: Final = "demonstration"
"""A message to a subscriber who is made up; the number may be a stranger's, so it goes to the sandbox phone only."""

SECRET_TEMPLATES: Final = frozenset({"activation", DEMONSTRATION_TEMPLATE, "sms_code"})
"""Templates whose text holds a code, a link or a password that lets somebody in.

It is never listed, and erased once it is sent or given up.
"""

_HIDDEN = "***"


def mask_recipient(recipient: str) -> str:
    """A phone number or e-mail address that only its owner recognises.

    >>> mask_recipient("13853178888")
    '138****8888'
    >>> mask_recipient("li.hua@example.com")
    'l***@example.com'
    """
    if recipient.isascii() and recipient.isdigit():
        number = int(recipient)
        return mask_msisdn(number) if SMALLEST <= number <= LARGEST else _HIDDEN
    local, at, domain = recipient.rpartition("@")
    return f"{local[:1]}{_HIDDEN}@{domain}" if at and local else _HIDDEN
