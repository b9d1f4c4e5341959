"""Codes that a screen may ask a scanner for: what they are made of, and how many characters they have."""

from dataclasses import dataclass
from typing import Final

from kiosk.domain.orders import ORDER_NO_DIGITS

_DIGITS: Final = frozenset("0123456789")


@dataclass(frozen=True, slots=True)
class ScanContext:
    """One kind of code. Characters that aren't in its alphabet are stripped; then the length must be right.

    Whether the code exists is a service's question: a check digit here would answer a wrong one sooner than an
    unknown one.
    """

    name: str
    alphabet: frozenset[str]
    lengths: range

    def read(self, text: str) -> str | None:
        """The code in what was scanned, or None if it is something else."""
        code = "".join(character for character in text if character in self.alphabet)
        return code if len(code) in self.lengths else None


ORDER_NUMBER: Final = ScanContext("order_number", _DIGITS, range(ORDER_NO_DIGITS, ORDER_NO_DIGITS + 1))
"""The code on a receipt, printed or on the last screen of a purchase."""
