"""`kiosk doctor` asks the terminal about itself, calmly, and leaves it as it was (SPEC 9.4, 10.5)."""

import os
import select
import termios
import time

import pytest

from kiosk.cli.doctor.display import _HANZI, _NARROW, judge
from kiosk.cli.doctor.finding import Finding, Status
from kiosk.cli.doctor.questions import Answers, ask_terminal
from kiosk.locale import Translator
from tests.cli.scripted_terminal import ScriptedTerminal, wide_hanzi

TEXTS = (*_HANZI, *_NARROW)


def asked(terminal: ScriptedTerminal) -> Answers:
    with terminal:
        return ask_terminal(terminal.end, terminal.end, TEXTS)


def found(answers: Answers, term: str = "foot", colorterm: str = "") -> dict[str, Finding]:
    return {finding.id: finding for finding in judge(Translator("zh"), answers, term, colorterm)}


def test_a_good_terminal_is_found_good_in_everything() -> None:
    findings = found(asked(ScriptedTerminal()))
    assert {id_ for id_, finding in findings.items() if finding.status is not Status.OK} == {"font"}
    assert "foot(1.21.0)" in findings["terminal"].detail


@pytest.mark.parametrize("cells", [len, lambda text: 2 * len(text)], ids=["narrow Hanzi", "wide symbols"])
def test_wrong_widths_are_a_problem_that_names_the_characters(cells: object) -> None:
    finding = found(asked(ScriptedTerminal(cells=cells)))["widths"]  # type: ignore[arg-type]  # either takes a text
    assert finding.status is Status.PROBLEM
    assert ("国" in finding.detail) is (cells is len)
    assert ("●" in finding.detail) is (cells is not len)
    assert finding.remedy


def test_one_rare_hanzi_of_a_wrong_width_is_found() -> None:
    rare = "\N{CJK UNIFIED IDEOGRAPH-2CB4E}"
    finding = found(asked(ScriptedTerminal(cells=lambda text: 1 if text == rare else wide_hanzi(text))))["widths"]
    assert finding.status is Status.PROBLEM
    assert rare in finding.detail
    assert "国" not in finding.detail


def test_a_silent_terminal_costs_less_than_a_second_and_nothing_is_claimed_of_it() -> None:
    started = time.monotonic()
    findings = found(asked(ScriptedTerminal(cells=None)), term="vt100")
    assert time.monotonic() - started < 1
    assert findings["widths"].status is findings["mouse"].status is Status.NOTICE
    assert not any(finding.status is Status.PROBLEM for finding in findings.values())


def test_one_that_answers_only_the_last_question_costs_no_waiting() -> None:
    started = time.monotonic()
    answers = asked(ScriptedTerminal(name=None, modes={}, style=None, keys=False))
    assert time.monotonic() - started < 0.4
    assert (answers.name, answers.modes, answers.full_colour, answers.extended_keys) == (None, {}, None, False)
    assert answers.sixel is True


def test_a_terminal_without_mouse_is_a_problem() -> None:
    finding = found(asked(ScriptedTerminal(modes={1003: 0, 1006: 2, 2004: 2, 2026: 0})))
    assert finding["mouse"].status is Status.PROBLEM
    assert finding["synchronised"].status is Status.NOTICE


@pytest.mark.parametrize(
    ("style", "colorterm", "status"),
    [
        (b"0;48;2;1;2;3m", "", Status.OK),
        (b"0;48;5;16m", "", Status.NOTICE),
        (None, "truecolor", Status.OK),
        (None, "", Status.NOTICE),
    ],
)
def test_colours_are_believed_from_either_source(style: bytes | None, colorterm: str, status: Status) -> None:
    assert found(asked(ScriptedTerminal(style=style)), colorterm=colorterm)["colours"].status is status


def test_a_foot_without_touch_is_told_of() -> None:
    assert found(asked(ScriptedTerminal(name=b"foot(1.13.1)")))["terminal"].status is Status.NOTICE


def test_a_terminal_that_can_do_nothing_is_a_problem() -> None:
    assert found(asked(ScriptedTerminal()), term="dumb")["terminal"].status is Status.PROBLEM


def test_modes_are_restored_and_late_answers_never_reach_the_shell() -> None:
    with ScriptedTerminal(cells=None) as terminal:
        before = termios.tcgetattr(terminal.end)
        ask_terminal(terminal.end, terminal.end, TEXTS, patience=0.05)
        assert termios.tcgetattr(terminal.end) == before
        assert not select.select([terminal.end], [], [], 0)[0]


def test_modes_are_restored_when_the_terminal_goes_away_in_the_middle(monkeypatch: pytest.MonkeyPatch) -> None:
    def hang_up(_terminal: int, _deadline: float) -> bytes:
        raise OSError("hung up")

    monkeypatch.setattr("kiosk.cli.doctor.questions._read_until_last", hang_up)
    with ScriptedTerminal() as terminal:
        before = termios.tcgetattr(terminal.end)
        with pytest.raises(OSError, match="hung up"):
            ask_terminal(terminal.end, terminal.end, TEXTS)
        assert termios.tcgetattr(terminal.end) == before


def test_typing_ahead_is_no_answer() -> None:
    with ScriptedTerminal() as terminal:
        os.write(terminal.master, b"ls -l\r\x1b[A")
        assert ask_terminal(terminal.end, terminal.end, TEXTS).name == "foot(1.21.0)"
