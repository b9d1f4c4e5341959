"""How far somebody without an account has come in opening one order: one value, gone with the visit (SPEC 2.5)."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, repr=False)
class OrderLookUp:
    """Typed texts as they were typed, so that no change of language loses one; no repr, so that no log holds it."""

    order_no: str = ""
    code: str = ""
    misses: int = 0
    """How many numbers were tried that no order has, since somebody last proved to be a person."""
    sent_for: str = ""
    """The order for which a code is on its way; empty before the first, and when another has to be asked for."""
    sent_to: str = ""
    """The contact phone it went to, masked."""
    resend_at: datetime | None = None
    """When another may be asked for."""
    expires_at: datetime | None = None
    """When it is no longer good."""
