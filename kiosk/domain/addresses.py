"""The line of an address that says where in its district (SPEC 4.5): what is accepted."""

import re
import unicodedata
from enum import StrEnum
from typing import Final

SHORTEST_DETAIL: Final = 3
LONGEST_DETAIL: Final = 60

_SPACES = re.compile(r"\s+")
_EXTENDED_HANZI: Final = 0x20000
"""Where the planes of extensions B and later begin."""
_MARKS: Final = frozenset(" -—_.,:;/#()[]·•~&+\"'’‘“”" + "，、。：；（）【】〔〕《》〈〉－～＃／")


class DetailFault(StrEnum):
    """Why a line was not accepted."""

    EMPTY = "empty"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    NO_NAME = "no_name"
    """Digits and marks only: nobody could find it."""
    FORBIDDEN_CHARACTER = "forbidden_character"


class DetailInvalid(Exception):
    """The line can't be accepted; `reason` says why, never the line."""

    def __init__(self, reason: DetailFault) -> None:
        super().__init__(reason.value)
        self.reason = reason


def check_detail(text: str) -> str:
    """Read a road, house, unit and room: letters of any script, digits and the marks that addresses have.

    Returns it with its spaces made regular; raises `DetailInvalid`.
    """
    if len(text) > 4 * LONGEST_DETAIL:
        raise DetailInvalid(DetailFault.TOO_LONG)
    detail = _SPACES.sub(" ", unicodedata.normalize("NFC", text)).strip()
    if not detail:
        raise DetailInvalid(DetailFault.EMPTY)
    if not all(_is_letter(character) or character.isdecimal() or character in _MARKS for character in detail):
        raise DetailInvalid(DetailFault.FORBIDDEN_CHARACTER)
    if not any(map(_is_letter, detail)):
        raise DetailInvalid(DetailFault.NO_NAME)
    if len(detail) < SHORTEST_DETAIL:
        raise DetailInvalid(DetailFault.TOO_SHORT)
    if len(detail) > LONGEST_DETAIL:
        raise DetailInvalid(DetailFault.TOO_LONG)
    return detail


def _is_letter(character: str) -> bool:
    # Hanzi newer than Python's tables have no category there, and roads are named after people.
    return unicodedata.category(character)[0] in "LM" or ord(character) >= _EXTENDED_HANZI
