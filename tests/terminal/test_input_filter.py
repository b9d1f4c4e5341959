"""SPEC 9.2: whatever bytes arrive, only listed keys, plain text, taps and clean pastes get through."""

import re
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.terminal.input_filter import (
    ESCAPE_SECONDS,
    OPEN_SECONDS,
    PASTE_END,
    PASTE_LIMIT,
    PASTE_START,
    Budget,
    InputFilter,
    clean_line,
    is_printable,
)

LET_IN = re.compile(
    r"\x1b\[(?:[ABCDHFZ]|[356]~|\?2026;[12]\$y)"
    r"|\x1b\[<(?:0|3|32|35|64|65);[1-9]\d{0,3};[1-9]\d{0,3}[Mm]"
    r"|\x1b\[200~(?P<paste>[^\x1b]+)\x1b\[201~"
    r"|[\r\t\x7f]"
    r"|(?P<text>[^\x00-\x1f\x7f-\x9f])"
)
"""The whole language of what may come out, written independently of the filter."""

pieces = st.one_of(
    st.binary(max_size=12),
    st.text(max_size=6).map(str.encode),
    st.text(alphabet="济南号码单解尉", max_size=6).map(lambda text: text.encode("gbk")),
    st.sampled_from(
        [b"\x1b", b"\x1b[", b"\x1b]0;", b"\x1bP", b"\x1bO", b"\x1b[200~", b"\x1b[201~", b"\x1b\\", b"\x07"]
    ),
    st.sampled_from(
        [b"\x11", b"\x03", b"\x1a", b"\x1c", b"\x9b5u", b"\xc2\x9b5u", b"\xe2\x80\xae", b"\x1b[M !!", b"\x1b[[A"]
    ),
    st.builds(
        lambda prefix, numbers, final: b"\x1b[" + prefix + b";".join(b"%d" % n for n in numbers) + bytes([final]),
        st.sampled_from([b"", b"<", b"?"]),
        st.lists(st.integers(0, 10**12), max_size=5),
        st.integers(0x20, 0x7E),
    ),
)
streams = st.lists(pieces, max_size=30).map(b"".join)


def words(out: str) -> list[re.Match[str]]:
    found, end = [], 0
    while end < len(out):
        match = LET_IN.match(out, end)
        assert match, f"{out[end : end + 12]!r} must not come out"
        found.append(match)
        end = match.end()
    return found


@given(streams)
def test_nothing_but_the_list_comes_out(data: bytes) -> None:
    keys = InputFilter()
    out, settled = keys.feed(data), keys.settle(OPEN_SECONDS)
    for match in words(out if settled == "\x1b" else out + settled):
        for character in match["paste"] or match["text"] or "":
            assert unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
        assert len(match["paste"] or "") <= PASTE_LIMIT


@given(streams, st.lists(st.integers(0, 400), max_size=12))
def test_where_a_read_ends_makes_no_difference(data: bytes, cuts: list[int]) -> None:
    whole, torn = InputFilter(), InputFilter()
    edges = [0, *sorted(cuts), len(data)]
    parts = [torn.feed(data[a:b]) for a, b in pairwise(edges)]
    assert "".join(parts) == whole.feed(data)
    assert torn.settle(OPEN_SECONDS) == whole.settle(OPEN_SECONDS)


@given(streams)
def test_after_a_quiet_second_the_keyboard_works_whatever_came_before(data: bytes) -> None:
    keys = InputFilter()
    keys.feed(data)
    keys.settle(OPEN_SECONDS)
    assert not keys.pending
    assert keys.feed("138 号\r".encode()) == "138 号\r"


@given(st.text(alphabet=st.characters(exclude_categories=("C", "Zl", "Zp"))))
def test_plain_text_passes_unchanged(text: str) -> None:
    assert InputFilter().feed(text.encode()) == text
    assert clean_line(text) == text


@pytest.mark.parametrize(
    ("typed", "let_in"),
    [
        ("\r", "\r"),
        ("\n", ""),
        ("\t", "\t"),
        ("\x7f", "\x7f"),
        ("\x08", "\x7f"),
        ("\x1bOA", "\x1b[A"),
        ("\x1b[1~", "\x1b[H"),
        ("\x1b[8~", "\x1b[F"),
        ("\x1b[3~", "\x1b[3~"),
        ("\x1b[6~", "\x1b[6~"),
        ("\x1b[Z", "\x1b[Z"),
        ("\x1bOM", "\r"),
        ("\x1bOu", "5"),
        ("\x1b[<0;5;7M", "\x1b[<0;5;7M"),
        ("\x1b[<2;5;7m", "\x1b[<0;5;7m"),
        ("\x1b[<16;5;7M", "\x1b[<0;5;7M"),
        ("\x1b[<35;5;7M", "\x1b[<35;5;7M"),
        ("\x1b[<65;5;7M", "\x1b[<65;5;7M"),
        ("\x1b[<128;5;7M\x1b[<66;5;7M\x1b[<0;0;7M\x1b[<0;99999;7M", ""),
        ("\x11\x03\x1a\x1c\x1bx\x1b[1;5A\x1b[15~\x1bOP\x1b[[A\x1b[13;5u", ""),
        ("\x1b[48;24;80;0;0t\x1b[9999999999;5u\x1b[I\x1b[O\x1b[5;5R\x1b[?2048;1$y", ""),
        ("a\x1b]52;c;c2VjcmV0\x07b", "ab"),
        ("a\x1bPq#0;2\x1b\\b", "ab"),
        ("a\u202eb\u200dc\ufeffd\u0085e", "abcde"),
        ("1\uffff\U0001fffe\ue0002", "12"),
        ("\U0002e9d9\U000323a5", "\U0002e9d9\U000323a5"),
    ],
)
def test_examples(typed: str, let_in: str) -> None:
    assert InputFilter().feed(typed.encode("utf-8", "surrogatepass")) == let_in


def test_a_line_feed_is_let_in_for_scans_alone_and_never_from_a_paste() -> None:
    assert InputFilter(line_feeds=True).feed(b"a\n\x1b[200~b\nc\x1b[201~") == "a\n\x1b[200~b c\x1b[201~"
    assert InputFilter().feed(b"a\nb") == "ab"


def test_a_single_escape_byte_is_the_key_once_it_is_quiet() -> None:
    keys = InputFilter()
    assert keys.feed(b"a\x1b") == "a"
    assert keys.settle(ESCAPE_SECONDS / 2) == ""
    assert keys.settle(ESCAPE_SECONDS) == "\x1b"
    assert keys.settle(OPEN_SECONDS) == ""


def test_a_paste_is_one_clean_line() -> None:
    out = InputFilter().feed("\x1b[200~138\t5317\r\n\x1b[A\x11\u202e8888\x1b[201~x".encode())
    assert out == f"{PASTE_START}138 5317  8888{PASTE_END}x"


def test_an_empty_paste_is_none() -> None:
    assert InputFilter().feed(b"\x1b[200~\x11\x1b[201~") == ""


def test_a_huge_paste_is_cut_and_takes_no_room() -> None:
    keys = InputFilter()
    keys.feed(b"\x1b[200~")
    for _ in range(20):
        assert keys.feed(b"x" * 10_000) == ""
    assert keys.feed(b"\x1b[201~") == PASTE_START + "x" * PASTE_LIMIT + PASTE_END


def test_a_paste_that_is_never_ended_is_delivered_after_a_second() -> None:
    keys = InputFilter()
    keys.feed(b"\x1b[200~138")
    assert keys.settle(OPEN_SECONDS / 2) == ""
    assert keys.settle(OPEN_SECONDS) == f"{PASTE_START}138{PASTE_END}"


def test_ctrl_c_is_counted_when_pressed_not_when_pasted_and_never_let_in() -> None:
    keys = InputFilter()
    assert keys.feed(b"\x03\x1b[200~\x03\x1b[201~\x03") == ""
    assert keys.take_interrupts() == 2
    assert keys.take_interrupts() == 0


def test_an_endless_sequence_keeps_nothing() -> None:
    keys = InputFilter()
    keys.feed(b"\x1b[" + b"9" * 100_000)
    assert len(keys._sequence) < 64
    assert keys.feed(b"uok") == "ok"


@given(st.text())
def test_a_clean_line_is_printable(text: str) -> None:
    assert all(is_printable(character) for character in clean_line(text))


@given(st.lists(st.floats(0, 10), min_size=1, max_size=200).map(sorted), st.integers(1, 20), st.integers(1, 20))
def test_a_budget_never_lets_more_through_than_its_burst_and_rate(times: list[float], burst: int, rate: int) -> None:
    budget = Budget(burst=burst, per_second=rate, now=0)
    passed = [now for now in times if budget.take(now)]
    assert len(passed) <= burst + rate * times[-1] + 1e-6
    assert len(passed) >= min(len(times), burst)


def test_a_clock_that_steps_back_refills_nothing() -> None:
    budget = Budget(burst=1, per_second=1, now=100)
    assert [budget.take(now) for now in (100, 50, 50.5)] == [True, False, False]


def test_escape_ends_a_paste_that_was_never_ended_however_soon_the_next_key_comes() -> None:
    keys = InputFilter()
    keys.feed(b"\x1b[200~138")
    assert keys.settle(ESCAPE_SECONDS) == ""
    assert keys.feed(b"\x1b") == ""
    assert keys.settle(ESCAPE_SECONDS) == f"{PASTE_START}138{PASTE_END}"
    assert keys.feed(b"\r") == "\r"
