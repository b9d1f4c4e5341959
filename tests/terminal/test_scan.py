"""SPEC 9.1, 9.5: what a scanner types is told from what a person types, and of the latter nothing is lost."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.terminal.scan import GAP_SECONDS, LONGEST, SHORTEST, SURE, SURE_GAP_SECONDS, Heard, Scan, ScanWatch, TooLong

ORDER_NO = "261122531788886"
PAUSE, TAP = "|", "!"


def listen(stream: str) -> list[Heard[str]]:
    """What is heard of a stream of keys, in which `|` is a pause and `!` a tap."""
    watch = ScanWatch[str]()
    heard: list[Heard[str]] = []
    for sign in stream:
        if sign == PAUSE:
            heard += watch.pause() if watch.patience else []
        else:
            heard += watch.feed(sign, "" if sign == TAP else sign)
    return heard + watch.pause()


def passed_on(stream: str) -> str:
    return "".join(each for each in listen(stream) if isinstance(each, str))


def scans(stream: str) -> list[str]:
    return [each.text for each in listen(stream) if isinstance(each, Scan)]


@pytest.mark.parametrize("ending", ["\r", "\t", "\t\r", "\r\r"])
def test_a_code_and_its_ending_are_a_scan_and_nothing_of_it_is_typed(ending: str) -> None:
    assert scans(f"{ORDER_NO}{ending}") == [ORDER_NO]
    assert passed_on(f"{ORDER_NO}{ending}") == ""


def test_the_same_characters_with_pauses_are_typed() -> None:
    assert scans(PAUSE.join(f"{ORDER_NO}\r")) == []
    assert passed_on(PAUSE.join(f"{ORDER_NO}\r")) == f"{ORDER_NO}\r"


def test_an_enter_after_a_pause_ends_no_scan() -> None:
    assert passed_on(f"{ORDER_NO}{PAUSE}\r") == f"{ORDER_NO}\r"


def test_an_enter_some_time_after_a_scan_is_somebodys() -> None:
    assert passed_on(f"{ORDER_NO}\r{PAUSE}\r") == "\r"


def test_fewer_characters_than_any_code_has_are_typed() -> None:
    assert passed_on("8" * (SHORTEST - 1) + "\r") == "8" * (SHORTEST - 1) + "\r"
    assert scans("8" * SHORTEST + "\r") == ["8" * SHORTEST]


def test_a_tap_among_the_characters_comes_after_those_before_it() -> None:
    assert passed_on("1234!5678901\r") == "1234!"
    assert scans("1234!5678901\r") == ["5678901"]


def test_two_codes_in_a_row_are_two_scans() -> None:
    assert scans("111111\r222222\r") == ["111111", "222222"]


def test_the_kind_of_code_that_a_reader_sends_first_is_left_out() -> None:
    assert scans(f"]C1{ORDER_NO}\r") == [ORDER_NO]


def test_more_characters_than_any_code_has_are_dropped_and_typing_goes_on_after_a_pause() -> None:
    heard = listen("8" * (LONGEST + 50) + "\r" + PAUSE + "13\r")
    assert heard == [TooLong(), "1", "3", "\r"]


def test_a_scan_has_no_repr_that_a_log_could_hold() -> None:
    assert ORDER_NO not in repr(listen(f"{ORDER_NO}\r"))


def test_a_single_character_waits_a_moment_and_a_burst_a_little_longer() -> None:
    watch = ScanWatch[str]()
    assert watch.patience is None
    watch.feed("\r", "\r")
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


@given(
    st.lists(
        st.one_of(
            st.text("ab1", min_size=1, max_size=9),
            st.integers(LONGEST - 2, LONGEST + 2).map("z".__mul__),
            st.sampled_from(["\r", "\t", TAP, PAUSE]),
        ),
        max_size=12,
    ).map("".join)
)
def test_what_is_no_scan_is_passed_on_once_and_in_order(stream: str) -> None:
    """The model is a regular expression over the whole stream; the watch sees one sign after another."""
    run = f"[ab1z]{{{SHORTEST},}}[\r\t]+|[ab1z]{{{LONGEST + 1},}}"
    assert passed_on(stream) == re.sub(run, "", stream).replace(PAUSE, "")
    whole = re.findall(f"([ab1z]{{{SHORTEST},}})[\r\t]+", stream)
    assert scans(stream) == [text for text in whole if len(text) <= LONGEST]
