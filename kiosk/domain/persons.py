"""A person's name and contact phone: what is accepted, and how they are shown masked (SPEC 4.4)."""

import re
import unicodedata
from enum import StrEnum

from kiosk.domain.msisdn import is_mainland_mobile, normalise_digits

SHORTEST_NAME = 2
LONGEST_NAME = 30

_MSISDN_LENGTH = 11
_LONGEST_TEXT = 64
_MIDDLE_DOT = "·"
# Dots that keyboards, ID readers and web pages put where GB 18030 has the middle dot of transliterated names.
_DOTS = str.maketrans(dict.fromkeys("•‧∙⋅・・᛫⸱", _MIDDLE_DOT))
# CJK ideographs: basic, extension A, compatibility, 〇, and the planes of extensions B and later, which hold the
# rare characters of real names and grow with every Unicode version.
_HAN = re.compile(r"[\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_LATIN_MARKS = " -'.,"
_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'"})
# Two characters each; the spaces keep neighbours apart.
_COMPOUND_SURNAMES = (
    "欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政 濮阳 公冶 "
    "太叔 申屠 公孙 慕容 仲孙 钟离 长孙 宇文 司徒 鲜于 司空 闾丘 子车 亓官 司寇 巫马 公西 颛孙 壤驷 公良 "
    "漆雕 乐正 宰父 谷梁 拓跋 夹谷 轩辕 令狐 段干 百里 呼延 东郭 南门 羊舌 微生 梁丘 左丘 东门 西门 第五"
)


class NameFault(StrEnum):
    """Why a name was not accepted."""

    EMPTY = "empty"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    DIGITS = "digits"
    FORBIDDEN_CHARACTER = "forbidden_character"
    MIXED_SCRIPTS = "mixed_scripts"
    MISPLACED_MARK = "misplaced_mark"
    HANZI_WANTED = "hanzi_wanted"


class NameInvalid(Exception):
    """The name can't be accepted; `reason` says why, never the name."""

    def __init__(self, reason: NameFault) -> None:
        super().__init__(reason.value)
        self.reason = reason


class PhoneFault(StrEnum):
    """Why a contact phone was not accepted."""

    EMPTY = "empty"
    WRONG_LENGTH = "wrong_length"
    NOT_DIGITS = "not_digits"
    NOT_MOBILE = "not_mobile"


class PhoneInvalid(Exception):
    """The contact phone can't be accepted; `reason` says why, never the number."""

    def __init__(self, reason: PhoneFault) -> None:
        super().__init__(reason.value)
        self.reason = reason


def check_name(text: str, *, in_hanzi: bool = False) -> str:
    """Read a name as on the document: Chinese characters (`阿卜杜拉·买买提`) or Latin letters (`O'Neil, Ann`).

    It has 2 to 30 of them; `in_hanzi` accepts only the Chinese ones. Returns it with spaces, dots and full-width
    letters made regular; raises NameInvalid.
    """
    if len(text) > 4 * _LONGEST_TEXT:
        raise NameInvalid(NameFault.TOO_LONG)
    name = _normalise_name(text)
    if not name:
        raise NameInvalid(NameFault.EMPTY)
    if any(unicodedata.category(character).startswith("N") and not _HAN.match(character) for character in name):
        raise NameInvalid(NameFault.DIGITS)
    han = any(_HAN.match(character) for character in name)
    latin = any(_is_latin(character) for character in name)
    marks = _MIDDLE_DOT if han else _LATIN_MARKS + _MIDDLE_DOT
    if any(not (_HAN.match(character) or _is_latin(character) or character in marks) for character in name):
        raise NameInvalid(NameFault.FORBIDDEN_CHARACTER)
    if han and latin:
        raise NameInvalid(NameFault.MIXED_SCRIPTS)
    if in_hanzi and not han:
        raise NameInvalid(NameFault.HANZI_WANTED)
    if han:
        _check_marks(name, r"[^·]+(·[^·]+)*")
    else:
        _check_marks(name, r"[^ ',.·-]+((\. |, |\.-|[ '.·-])[^ ',.·-]+)*\.?")
    if len(name) < SHORTEST_NAME:
        raise NameInvalid(NameFault.TOO_SHORT)
    if len(name) > LONGEST_NAME:
        raise NameInvalid(NameFault.TOO_LONG)
    return name


def mask_name(name: str) -> str:
    """Show the surname, and as many stars as letters follow it.

    >>> mask_name("张伟"), mask_name("欧阳修文"), mask_name("Ann Lee")
    ('张*', '欧阳**', 'A** ***')
    """
    shown = 2 if name[:2] in _COMPOUND_SURNAMES and len(name) > len("欧阳") else 1
    return name[:shown] + re.sub(r"[^ ·]", "*", name[shown:])


def check_contact_phone(text: str) -> int:
    """Read the phone that messages go to: a mainland mobile number. Returns its MSISDN, raises PhoneInvalid."""
    if len(text) > _LONGEST_TEXT:
        raise PhoneInvalid(PhoneFault.WRONG_LENGTH)
    digits = re.sub(r"^(\+|00)86(?=1)", "", normalise_digits(text))
    if not digits:
        raise PhoneInvalid(PhoneFault.EMPTY)
    if not (digits.isascii() and digits.isdigit()):
        raise PhoneInvalid(PhoneFault.NOT_DIGITS)
    if len(digits) != _MSISDN_LENGTH:
        raise PhoneInvalid(PhoneFault.WRONG_LENGTH)
    if not is_mainland_mobile(int(digits)):
        raise PhoneInvalid(PhoneFault.NOT_MOBILE)
    return int(digits)


def _normalise_name(text: str) -> str:
    # Not NFKC for all of it, nor NFC for Chinese: both replace compatibility ideographs, and a name on a document
    # is to be kept character by character.
    plain = "".join(_half_width(character) for character in text).translate(_APOSTROPHES)
    if not _HAN.search(plain):
        return re.sub(r" +", " ", unicodedata.normalize("NFC", plain.translate(_DOTS))).strip(" ")
    return re.sub(r" +", "", plain.translate(_DOTS))


def _half_width(character: str) -> str:
    if character in "　\u00a0":
        return " "
    return unicodedata.normalize("NFKC", character) if "！" <= character <= "～" else character


def _is_latin(character: str) -> bool:
    return unicodedata.category(character)[0] == "L" and unicodedata.name(character, "").startswith("LATIN ")


def _check_marks(name: str, form: str) -> None:
    if re.fullmatch(form, name) is None:
        raise NameInvalid(NameFault.MISPLACED_MARK)
