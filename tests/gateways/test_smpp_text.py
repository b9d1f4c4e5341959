"""Text as SMS carry it: nothing is lost on the way, and nothing is longer than a phone takes."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.gateways.smpp.text import DEFAULT_ALPHABET, UCS2, encode_text
from tests.gateways.message_centre import read_back

GSM = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./09:;<=>?¡AZÄÖÑÜ§¿azäöñüà\f^{}\\[~]|€"


@dataclass(frozen=True)
class Submitted:
    """A part as it goes out."""

    short_message: bytes
    esm_class: int
    data_coding: int


def sent(text: str, reference: int = 0xABCD) -> list[Submitted]:
    encoded = encode_text(text, reference)
    esm_class = 0x40 if encoded.has_headers else 0
    return [Submitted(part, esm_class, encoded.data_coding) for part in encoded.parts]


@given(st.text(max_size=700), st.integers(0, 0xFFFF))
def test_any_text_survives_encoding_and_splitting(text: str, reference: int) -> None:
    assert read_back(sent(text, reference)) == text  # type: ignore[arg-type]


@given(st.text(alphabet=GSM, max_size=700))
def test_what_fits_the_gsm_alphabet_uses_it_and_survives(text: str) -> None:
    parts = sent(text)
    assert {part.data_coding for part in parts} == {DEFAULT_ALPHABET}
    assert read_back(parts) == text  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "coding", "parts"),
    [
        ("", DEFAULT_ALPHABET, 1),
        ("a" * 160, DEFAULT_ALPHABET, 1),
        ("a" * 161, DEFAULT_ALPHABET, 2),
        ("a" * 304, DEFAULT_ALPHABET, 2),
        ("a" * 305, DEFAULT_ALPHABET, 3),
        ("€" * 80, DEFAULT_ALPHABET, 1),
        ("€" * 81, DEFAULT_ALPHABET, 2),
        ("中" * 70, UCS2, 1),
        ("中" * 71, UCS2, 2),
        ("中" * 132, UCS2, 2),
        ("中" * 133, UCS2, 3),
        ("a\x1bb", UCS2, 1),
    ],
)
def test_a_text_takes_no_more_parts_than_it_must(text: str, coding: int, parts: int) -> None:
    encoded = encode_text(text, 1)
    assert (encoded.data_coding, len(encoded.parts)) == (coding, parts)


def test_neither_an_escape_nor_a_surrogate_is_torn_off() -> None:
    for text in ("a" * 151 + "€" * 5 + "a" * 20, "中" * 65 + "😀" * 3 + "中" * 9):
        assert read_back(sent(text)) == text  # type: ignore[arg-type]
        for part in encode_text(text, 1).parts:
            assert not part.endswith(b"\x1b")
            assert part[-2] not in range(0xD8, 0xDC)


def test_a_text_without_end_is_refused() -> None:
    with pytest.raises(ValueError, match="255"):
        encode_text("中" * 66 * 256, 1)


def test_a_lone_surrogate_is_shown_as_a_question_mark() -> None:
    assert read_back(sent("中\ud800文")) == "中?文"  # type: ignore[arg-type]
