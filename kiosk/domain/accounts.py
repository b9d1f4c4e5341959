"""Accounts: whose they are, how people sign in to them, and what codes by SMS are for (SPEC 3)."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

ACTIVATION_DIGITS: Final = 6
ACTIVATION_TRIES: Final = 5
"""Wrong codes until another mail is needed; with five mails a day nobody guesses more than 25 of a million."""
UNPROVED_KEPT: Final = timedelta(days=7)
"""How long a registration is kept after its last mail ran out: whoever comes back within a week finds it."""


class AccountKind(StrEnum):
    """What makes somebody known to the shop."""

    MEMBER = "member"
    """An e-mail address: may use the shop only (SPEC 1, 3.4 d)."""
    SUBSCRIBER = "subscriber"
    """An active line of this carrier."""


class AccountState(StrEnum):
    """An account's life."""

    PENDING = "pending"
    """Registered, its address not proved yet: nobody can sign in (SPEC 3.2)."""
    ACTIVE = "active"
    DELETED = "deleted"


class SignInWay(StrEnum):
    """The four ways of SPEC 3.4, in the order in which they are offered."""

    PHONE_CODE = "phone_code"
    PHONE_PASSWORD = "phone_password"  # noqa: S105  # the name of a way, not a password
    PHONE_BOTH = "phone_both"
    MEMBER = "member"

    @property
    def asks_code(self) -> bool:
        """Whether a code sent by SMS is part of it."""
        return self in {SignInWay.PHONE_CODE, SignInWay.PHONE_BOTH}

    @property
    def asks_password(self) -> bool:
        """Whether a password is part of it."""
        return self is not SignInWay.PHONE_CODE


class CodePurpose(StrEnum):
    """What a code sent by SMS is good for, and nothing else (SPEC 3.5)."""

    SIGN_IN = "sign_in"
    SET_PASSWORD = "set_password"  # noqa: S105  # a purpose, not a password
    OPEN_ORDER = "open_order"
    BIND_NUMBER = "bind_number"


@dataclass(frozen=True, slots=True, repr=False)
class SignedIn:
    """Who is at the terminal, known until the visit ends; it has no repr, so that no log can hold it."""

    account_id: int
    kind: AccountKind
    shown_as: str
    """Their phone number or address, masked, for the screen."""
    msisdn: int | None = None
    """Of a subscriber's line."""
