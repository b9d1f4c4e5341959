"""Text as SMS carry it: GSM 7-bit where it fits, else UCS-2, in as many parts as it takes."""

from dataclasses import dataclass
from typing import Final

DEFAULT_ALPHABET: Final = 0x00
UCS2: Final = 0x08
"""Values of `data_coding` (SMPP 3.4, 5.2.19)."""
MOST_PARTS: Final = 255

# 3GPP TS 23.038, 6.2.1 and 6.2.1.1: a character's code is its place; the others follow an escape.
_BASIC: Final = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED: Final = {
    "\f": 0x0A,
    "^": 0x14,
    "{": 0x28,
    "}": 0x29,
    "\\": 0x2F,
    "[": 0x3C,
    "~": 0x3D,
    "]": 0x3E,
    "|": 0x40,
    "€": 0x65,
}
_ESCAPE: Final = 0x1B
_SEPTETS: Final = {character: bytes([code]) for code, character in enumerate(_BASIC) if code != _ESCAPE} | {
    character: bytes([_ESCAPE, code]) for character, code in _EXTENDED.items()
}
# What fits into the 140 octets of one SMS, alone and beside the seven octets of the header of a part: septets, and
# octets of UCS-2.
_WHOLE_SEPTETS, _PART_SEPTETS = 160, 152
_WHOLE_OCTETS, _PART_OCTETS = 140, 132


@dataclass(frozen=True, slots=True, repr=False)
class EncodedText:
    """A text ready for `short_message`, one item a part; no repr, since it says what people are told."""

    data_coding: int
    parts: tuple[bytes, ...]

    @property
    def has_headers(self) -> bool:
        """Whether each part begins with a user data header, which `esm_class` must say."""
        return len(self.parts) > 1


def encode_text(text: str, reference: int) -> EncodedText:
    """Encode a text whole; `reference` (16 bits) lets the phone put the parts together.

    The same text and reference make the same parts, so that a part that is sent again replaces itself. Raises
    ValueError for a text that even 255 parts can't hold.
    """
    characters = [_SEPTETS.get(character) for character in text]
    septets = [each for each in characters if each is not None]
    if len(septets) == len(text):
        return EncodedText(DEFAULT_ALPHABET, _split(septets, _WHOLE_SEPTETS, _PART_SEPTETS, reference))
    octets = [character.encode("utf-16-be", "replace") for character in text]
    return EncodedText(UCS2, _split(octets, _WHOLE_OCTETS, _PART_OCTETS, reference))


def _split(characters: list[bytes], whole: int, part: int, reference: int) -> tuple[bytes, ...]:
    """Fill parts without tearing a character: an escape stays with what it escapes, a surrogate with its pair."""
    if sum(map(len, characters)) <= whole:
        return (b"".join(characters),)
    pieces, piece = [], b""
    for character in characters:
        if len(piece) + len(character) > part:
            pieces.append(piece)
            piece = b""
        piece += character
    pieces.append(piece)
    if len(pieces) > MOST_PARTS:
        raise ValueError("the text takes more than 255 parts")
    return tuple(_header(reference, len(pieces), nth) + piece for nth, piece in enumerate(pieces, 1))


def _header(reference: int, total: int, nth: int) -> bytes:
    """Concatenated short messages with a reference of 16 bits (3GPP TS 23.040, 9.2.3.24.8)."""
    return bytes([0x06, 0x08, 0x04]) + (reference & 0xFFFF).to_bytes(2, "big") + bytes([total, nth])
