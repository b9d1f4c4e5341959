"""Mainland mobile numbers: reading what people type, and showing them grouped or masked.

An MSISDN is an `int` of eleven digits that begins with 1, without the country code.
"""

import re
import unicodedata

DIGITS = 11
SMALLEST = 10_000_000_000
LARGEST = 19_999_999_999

_LONGEST_TEXT = 64
_SEPARATORS = re.compile(r"[\s\-‐‑‒–—―−]+")
_MSISDN = re.compile(r"(?:(?:\+|00)86)?(1\d{10})", re.ASCII)
# The Telecommunications Network Numbering Plan (2017): mobile numbers begin with 13 to 19.
_MOBILE = range(13_000_000_000, LARGEST + 1)


def normalise_digits(text: str) -> str:
    """Make full-width digits plain and drop the spaces and hyphens people group digits with."""
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", text))


def parse_msisdn(text: str) -> int:
    """Read eleven digits that begin with 1; `+86` or `0086` before them is allowed.

    Raises ValueError for anything else.
    """
    match = _MSISDN.fullmatch(normalise_digits(text)) if len(text) <= _LONGEST_TEXT else None
    if match is None:
        raise ValueError("a mobile number has eleven digits and begins with 1")
    return int(match[1])


def group_msisdn(msisdn: int) -> str:
    """Write a number grouped 3-4-4.

    >>> group_msisdn(13853178888)
    '138 5317 8888'
    """
    digits = _digits(msisdn)
    return f"{digits[:3]} {digits[3:7]} {digits[7:]}"


def mask_msisdn(msisdn: int) -> str:
    """Write a number with its middle hidden, to be recognised by its owner only.

    >>> mask_msisdn(13853178888)
    '138****8888'
    """
    digits = _digits(msisdn)
    return f"{digits[:3]}****{digits[7:]}"


def is_mainland_mobile(msisdn: int) -> bool:
    """Whether a number can receive an SMS: in the mobile range, and assigned as far as `phonenumbers` knows."""
    if msisdn not in _MOBILE:
        return False
    # Imported here: it takes some 30 ms, and only a typed contact phone needs it.
    import phonenumbers  # noqa: PLC0415  # slow to load

    number = phonenumbers.PhoneNumber(country_code=86, national_number=msisdn)
    return phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.MOBILE


def _digits(msisdn: int) -> str:
    if not SMALLEST <= msisdn <= LARGEST:
        raise ValueError(f"an MSISDN has eleven digits and begins with 1, not {msisdn}")
    return str(msisdn)
