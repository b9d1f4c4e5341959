"""What a password may be: a member's long one, and the six digits of a subscriber (SPEC 3.6)."""

import re
import unicodedata
from collections.abc import Container, Iterable
from enum import StrEnum
from itertools import pairwise
from typing import Final

from kiosk.domain.weak_digits import are_weak, repeats_a_piece

LONGEST_PASSWORD: Final = 128
"""NIST SP 800-63B asks for at least 64; longer ones only keep the hash busy."""
SERVICE_PASSWORD_DIGITS: Final = 6

_OWN_CHARACTERS: Final = 6
"""How many characters must be left once what anybody knows of the person is taken out."""
_DIFFERENT_CHARACTERS: Final = 5
_SHORTEST_PIECE: Final = 2
_PHONE_TAILS: Final = (8, 6, 4)
_DIGITS: Final = "0123456789"
_CALENDAR_YEAR: Final = re.compile(r"(19|20)\d\d")


class PasswordFault(StrEnum):
    """Why a password can't be used."""

    EMPTY = "empty"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    CONTROL_CHARACTER = "control_character"
    NOT_SIX_DIGITS = "not_six_digits"
    """Of service passwords, which have no other form."""
    SIMPLE = "simple"
    """One piece again and again, a run, or hardly any different characters."""
    COMMON = "common"
    """Among those that are tried first everywhere."""
    PERSONAL = "personal"
    """Hardly more than the person's own address, name or phone."""
    UNCHANGED = "unchanged"
    """The new one is the old one."""
    DIFFERENT = "different"
    """The two fields don't agree."""


def normalise_password(typed: str) -> str:
    """The one form in which a password is checked and hashed, however a keyboard composes its letters.

    RFC 8265 (OpaqueString): NFC, every kind of space a plain one, and nothing else changed.
    """
    spaced = "".join(" " if unicodedata.category(character) == "Zs" else character for character in typed)
    return unicodedata.normalize("NFC", spaced)


def password_fault(
    password: str, *, shortest: int, common: Container[str], personal: Iterable[str] = ()
) -> PasswordFault | None:
    """What is wrong with a member's new password, in its normal form; None when it may be used.

    As NIST SP 800-63B: length and a list of `common` ones (in lower case) decide, not a mix of character classes.
    `personal` is what is known of the person: address, name, phone; empty texts are passed over.
    """
    fault = _form_fault(password, shortest)
    if fault is not None:
        return fault
    folded = password.casefold()
    if _is_simple(folded):
        return PasswordFault.SIMPLE
    if _is_common(folded, common):
        return PasswordFault.COMMON
    return PasswordFault.PERSONAL if _is_personal(folded, personal) else None


def service_password_fault(password: str, msisdn: int) -> PasswordFault | None:
    """What is wrong with a new service password for a phone number; None when it may be used.

    Weak are runs, repetitions, days and months of birth, paths over the pad, and any part of the number itself.
    """
    if not password:
        return PasswordFault.EMPTY
    if not (password.isascii() and password.isdecimal() and len(password) == SERVICE_PASSWORD_DIGITS):
        return PasswordFault.NOT_SIX_DIGITS
    if are_weak(password):
        return PasswordFault.SIMPLE
    is_of_number = password in str(msisdn) or password[::-1] in str(msisdn)
    return PasswordFault.PERSONAL if is_of_number else None


def _form_fault(password: str, shortest: int) -> PasswordFault | None:
    if not password:
        return PasswordFault.EMPTY
    if len(password) > LONGEST_PASSWORD:
        return PasswordFault.TOO_LONG
    if any(unicodedata.category(character).startswith("C") for character in password):
        return PasswordFault.CONTROL_CHARACTER
    return PasswordFault.TOO_SHORT if len(password) < shortest else None


def _is_simple(folded: str) -> bool:
    steps = {ord(after) - ord(before) for before, after in pairwise(folded)}
    return steps in ({1}, {-1}) or repeats_a_piece(folded) or len(set(folded)) < _DIFFERENT_CHARACTERS


def _is_common(folded: str, common: Container[str]) -> bool:
    """Whether it is on the list, or a listed word with such digits before or behind it as everybody adds."""
    before = len(folded) - len(folded.lstrip(_DIGITS))
    behind = len(folded.rstrip(_DIGITS))
    return folded in common or any(
        folded[begin:end] in common
        and _are_common_digits(folded[:begin], common)
        and _are_common_digits(folded[end:], common)
        for begin in range(before + 1)
        for end in range(max(behind, begin + 1), len(folded) + 1)
    )


def _are_common_digits(digits: str, common: Container[str]) -> bool:
    is_short = len(digits) < len("123")
    return is_short or digits in common or are_weak(digits) or _CALENDAR_YEAR.fullmatch(digits) is not None


def _is_personal(folded: str, personal: Iterable[str]) -> bool:
    pieces = {piece for text in personal for piece in _pieces(normalise_password(text).casefold())}
    left = folded
    for piece in sorted(pieces, key=lambda piece: (-len(piece), piece)):
        left = left.replace(piece, "")
    return left != folded and len(left) < _OWN_CHARACTERS


def _pieces(text: str) -> set[str]:
    """A known text, what stands before its @, its words, and the ends of a number."""
    local_part = text.partition("@")[0]
    pieces = {text, local_part, *re.split(r"[\W_]+", local_part), re.sub(r"\s+", "", text)}
    pieces |= {piece[-tail:] for piece in pieces if piece.isdecimal() for tail in _PHONE_TAILS}
    return {piece for piece in pieces if len(piece) >= _SHORTEST_PIECE}
