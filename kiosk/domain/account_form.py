"""What is typed on the screens of accounts: one value, which goes with the visit (SPEC 3.8)."""

from dataclasses import dataclass
from datetime import datetime

from kiosk.domain.accounts import CodePurpose, SignInWay


@dataclass(frozen=True, slots=True, repr=False)
class AccountForm:
    """Typed texts as they were typed, so that no change of way, page or language loses one.

    It has no repr, so that no log can hold it, and is never stored.
    """

    way: SignInWay = SignInWay.PHONE_CODE
    line: str = ""
    """The phone number that signs in."""
    email: str = ""
    service_password: str = ""
    password: str = ""
    """A member's."""
    code: str = ""
    agreed: bool = False
    """To the agreement about signing in."""
    again: str = ""
    """A new password, typed once more."""
    phone: str = ""
    """By which a member can be reached."""
    name: str = ""
    agreed_to_register: bool = False
    has_read: bool = False
    """Whether the agreement about registering was opened."""
    activation_code: str = ""
    new: str = ""
    """The password that takes the place of another."""
    recipient: str = ""
    recipient_phone: str = ""
    district_adcode: int | None = None
    street: str | None = None
    """None before it is chosen, empty where it isn't in the list."""
    detail: str = ""
    """Of an address to be kept."""
    code_purpose: CodePurpose | None = None
    """What the code was asked for."""
    code_sent_to: str = ""
    """The phone to which a code is on its way, masked; empty before the first."""
    code_line: str = ""
    """The number for which it was asked."""
    resend_at: datetime | None = None
    """When another code may be asked for."""
    is_person: bool = False
    """Whether a captcha was solved."""
    proof_is_spent: bool = False
    """Whether it was solved for a code that has been sent since: the next code may need another."""
    failures: int = 0
    """How often signing in failed since then."""
