"""SPEC 9.1, 9.5: what a scanner types is told from what a person types, and of the latter nothing is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.terminal.scan import (
    ENDS,
    GAP_SECONDS,
    LONGEST,
    SHORTEST,
    SURE,
    SURE_GAP_SECONDS,
    SURE_UNENDED,
    Dropped,
    InputOrScan,
    Scan,
    ScanWatch,
)

ORDER_NO = "261122531788886"
PAUSE, TAP, ARROW = "|", "!", "^"


def listen(stream: str) -> list[InputOrScan[str]]:
    """What is heard of a stream of keys, in which `|` is a pause, `!` a tap and `^` an arrow key."""
    watch = ScanWatch[str]()
    heard: list[InputOrScan[str]] = []
    for sign in stream:
        if sign == PAUSE:
            heard += watch.pause() if watch.patience else []
        else:
            heard += watch.feed(sign, {TAP: None, ARROW: ""}.get(sign, sign))
    return heard + watch.pause()


def passed_on(stream: str) -> str:
    return "".join(each for each in listen(stream) if isinstance(each, str))


def scans(stream: str) -> list[str]:
    return [each.text for each in listen(stream) if isinstance(each, Scan)]


@pytest.mark.parametrize("ending", ["\r", "\t", "\n", "\t\r", "\r\r", "\r\n", ""])
def test_a_code_and_its_ending_are_a_scan_and_nothing_of_it_is_typed(ending: str) -> None:
    assert scans(f"{ORDER_NO}{ending}") == [ORDER_NO]
    assert passed_on(f"{ORDER_NO}{ending}") == ""


def test_the_same_characters_with_pauses_are_typed() -> None:
    assert scans(PAUSE.join(f"{ORDER_NO}\r")) == []
    assert passed_on(PAUSE.join(f"{ORDER_NO}\r")) == f"{ORDER_NO}\r"


def test_an_enter_after_a_pause_ends_no_scan() -> None:
    assert passed_on(f"1234567{PAUSE}\r") == "1234567\r"


def test_an_enter_some_time_after_a_scan_is_somebodys() -> None:
    assert passed_on(f"{ORDER_NO}\r{PAUSE}\r") == "\r"


def test_fewer_characters_than_any_code_has_are_typed() -> None:
    assert passed_on("8" * (SHORTEST - 1) + "\r") == "8" * (SHORTEST - 1) + "\r"
    assert scans("8" * SHORTEST + "\r") == ["8" * SHORTEST]


def test_a_tap_comes_after_the_few_characters_before_it_and_passes_by_a_scan() -> None:
    assert passed_on("1234!") == "1234!"
    assert passed_on("1234567!8901\r!") == "!!"
    assert scans("1234567!8901\r") == ["12345678901"]


@pytest.mark.parametrize("code", ["BEGIN:VCARD\rN:Li\rTEL:138\rEND:VCARD\r", "ABCDEF\tXY\r", "AB\nCDEF\n", "\rABCDEF"])
def test_of_a_code_with_several_lines_none_is_typed(code: str) -> None:
    assert passed_on(code) == ""
    assert len(scans(code)) == 1


def test_what_follows_a_scan_without_a_pause_is_dropped_and_told_once() -> None:
    heard = listen(f"111111\r222222\r33^\r{PAUSE}44\r")
    assert [each.text if isinstance(each, Scan) else each for each in heard] == [
        "111111",
        Dropped.WENT_ON,
        *"44\r",
    ]


def test_a_code_without_an_ending_is_told_by_its_length() -> None:
    assert scans("8" * SURE_UNENDED) == ["8" * SURE_UNENDED]
    assert passed_on("8" * (SURE_UNENDED - 1)) == "8" * (SURE_UNENDED - 1)


def test_the_kind_of_code_that_a_reader_sends_first_is_left_out() -> None:
    assert scans(f"]C1{ORDER_NO}\r") == [ORDER_NO]
    assert scans("ABC]C1234\r") == ["ABC]C1234"]


def test_more_characters_than_any_code_has_are_dropped_and_typing_goes_on_after_a_pause() -> None:
    heard = listen("8" * (LONGEST + 50) + "\r" + PAUSE + "13\r")
    assert heard == [Dropped.TOO_LONG, "1", "3", "\r"]


def test_a_scan_has_no_repr_that_a_log_could_hold() -> None:
    assert ORDER_NO not in repr(listen(f"{ORDER_NO}\r"))


def test_a_single_character_waits_a_moment_and_a_burst_a_little_longer() -> None:
    watch = ScanWatch[str]()
    assert watch.patience is None
    watch.feed("^", "")
    assert watch.patience is None
    for _ in range(SURE - 1):
        watch.feed("8", "8")
        assert watch.patience == GAP_SECONDS
    watch.feed("8", "8")
    assert watch.patience == SURE_GAP_SECONDS
    watch.pause()
    assert watch.patience is None


def test_after_a_scan_a_second_ending_is_waited_for() -> None:
    watch = ScanWatch[str]()
    for key in f"{ORDER_NO}\r":
        watch.feed(key, key)
    assert watch.patience == SURE_GAP_SECONDS
    watch.pause()
    assert watch.patience is None


lines = st.lists(st.text("aB1:", max_size=20), min_size=1, max_size=8)
endings = st.sampled_from(sorted(ENDS))
codes = (
    st.tuples(lines, endings, st.sampled_from(["", "\r", "\n", "\t\r"]))
    .map(lambda drawn: drawn[1].join(drawn[0]) + drawn[2])
    .filter(lambda code: len("".join(code.split())) >= (SHORTEST if ENDS & set(code) else SURE_UNENDED))
)
"""What readers send: any lines, any endings, or none."""

typing = st.one_of(
    st.text("xyz", min_size=1, max_size=SHORTEST - 1),
    st.text("xyz", min_size=SHORTEST, max_size=SURE_UNENDED - 1),
    st.tuples(st.text("xyz", max_size=SHORTEST - 1), st.text("\r\t\n", min_size=1, max_size=3)).map("".join),
    st.text(["x", TAP, ARROW, "\r"], max_size=SHORTEST - 1),
)
"""What people do without a pause: a quick roll of fingers, with or without an enter, and taps among it."""


@given(codes)
def test_no_key_of_a_code_ever_comes_out(code: str) -> None:
    """SPEC 9.2."""
    assert passed_on(code) == ""
    assert len(scans(code)) == 1


@given(st.lists(st.one_of(codes.map(lambda code: (code, "")), typing.map(lambda typed: (typed, typed))), max_size=9))
def test_typing_between_scans_arrives_whole_and_in_order(turns: list[tuple[str, str]]) -> None:
    """SPEC 9.2: whoever types comes before and after a scan with a pause, however short."""
    assert passed_on(PAUSE.join(done for done, _ in turns)) == "".join(typed for _, typed in turns)


@given(st.text("xyz\r\t", max_size=40))
def test_keys_with_a_pause_after_each_are_typed(keys: str) -> None:
    assert listen(PAUSE.join(keys)) == list(keys)
