"""On a real terminal: nothing typed ends the app, and every way to leave leaves the terminal clean. SPEC 9.2."""

import random
import signal
import termios
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.terminal.noise import noise
from tests.terminal.real_terminal import SHOWN, RealTerminal
from tests.terminal.small_app import PLANTED_ID

KILLERS = {
    "bytes that are not UTF-8": "选号".encode("gbk"),
    "an in-band resize report and a tap": b"\x1b[48;24;80;0;0t\x1b[<0;5;5M\x1b[<0;5;5m",
    "a key with a giant number": b"\x1b[9999999999;5u",
}


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "kiosk.log"


def test_plain_textual_ends_on_the_three_known_inputs(log: Path) -> None:
    """The control: were this to fail after an upgrade, our driver might be simpler."""
    with ExitStack() as stack:
        terminals = [stack.enter_context(RealTerminal(log, "plain")) for _ in KILLERS]
        for terminal, killer in zip(terminals, KILLERS.values(), strict=True):
            terminal.wait_for("<ready>", 15)
            terminal.send(killer)
        assert [terminal.ended() for terminal in terminals] == [0, 0, 0]


def test_locked_app_survives_the_three_known_inputs(log: Path) -> None:
    with RealTerminal(log) as terminal:
        terminal.wait_for("<ready>", 15)
        for number, killer in enumerate(KILLERS.values()):
            terminal.send(killer)
            terminal.look(0.15)
            terminal.answers(f"still{number}")
        assert not log.read_text()


def test_keys_of_the_list_arrive_and_no_others_do(log: Path) -> None:
    with RealTerminal(log) as terminal:
        terminal.wait_for("<ready>", 15)
        terminal.send(
            b"\x11\x03\x1a\x1c\x04\x10\x1b[15~\x1bOP\x1b[1;5A\x1b[3;5~ab\x1b[A\x1b[5~\x1b[Z\t\x7f\x1bOF\xe5\x8f\xb7\r"
        )
        terminal.wait_for("<ab[up][pageup][shift+tab][tab][backspace][end]号>")
        terminal.send(b"\x1b")
        terminal.look(0.3)
        terminal.send(b"x\r")
        terminal.wait_for("<[escape]x>")


def test_a_paste_arrives_as_one_clean_line_of_bounded_length(log: Path) -> None:
    with RealTerminal(log) as terminal:
        terminal.wait_for("<ready>", 15)
        terminal.send(b"\x1b[200~138\t5317\r\n\x11\x03\xe2\x80\xae8888\x1b[201~")
        terminal.wait_for("<paste 14 138 5317  8888")
        terminal.send(b"\x1b[200~" + b"9" * 100_000 + b"\x1b[201~")
        terminal.wait_for("<paste 4096 9999")
        terminal.send(b"\x1b[200~never ended")
        terminal.wait_for("<paste 11 never ended>")
        terminal.answers("typing again")


def test_20_000_random_bytes_and_a_storm_of_resizes_are_survived(log: Path) -> None:
    rng = random.Random(20_000)
    data = noise(20_000, 20_000)
    assert set(data) == set(range(256))
    with RealTerminal(log) as terminal:
        terminal.wait_for("<ready>", 15)
        for start in range(0, len(data), 400):
            terminal.send(data[start : start + 400])
            if rng.random() < 0.4:
                terminal.resize(rng.choice([0, 1, 3, 20, 80, 200, 500, 65535]), rng.choice([0, 1, 2, 24, 60, 200]))
        for _ in range(50):
            terminal.resize(rng.randrange(40, 160), rng.randrange(10, 60))
        terminal.resize(500, 200)
        terminal.look(0.5)
        terminal.resize(80, 24)
        terminal.look(1.3)
        shown = terminal.output
        assert not SHOWN.sub(b"", shown).count(b"\x1b")
        terminal.answers("still here")
        assert not termios.tcgetattr(terminal.master)[3] & (termios.ECHO | termios.ICANON | termios.ISIG)
        assert "crash" not in log.read_text()
        terminal.signal(signal.SIGTERM)
        assert terminal.ended() == 0


def test_a_flood_of_mouse_moves_does_not_pile_up(log: Path) -> None:
    with RealTerminal(log) as terminal:
        terminal.wait_for("<ready>", 15)
        terminal.send(b"".join(b"\x1b[<35;%d;%dM" % (i % 80 + 1, i % 24 + 1) for i in range(10_000)))
        terminal.answers("still here")


def test_signals_of_job_control_are_ignored(log: Path) -> None:
    with RealTerminal(log) as terminal:
        terminal.wait_for("<ready>", 15)
        for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGTSTP):
            terminal.signal(number)
        terminal.answers("not stopped")


def test_after_a_stop_nobody_can_ignore_it_goes_on(log: Path) -> None:
    with RealTerminal(log) as terminal:
        terminal.wait_for("<ready>", 15)
        terminal.signal(signal.SIGSTOP)
        termios.tcsetattr(terminal.master, termios.TCSANOW, terminal.modes_before)
        terminal.signal(signal.SIGCONT)
        terminal.look(0.3)
        terminal.answers("once more")
        assert not termios.tcgetattr(terminal.master)[3] & termios.ECHO


def assert_clean(terminal: RealTerminal) -> None:
    after_alternate_screen = terminal.output.rpartition(b"\x1b[?1049l")[2]
    assert terminal.output.rpartition(b"\x1b[2J")[0], "the screen is erased before it is left"
    for mode in (b"1000", b"1003", b"1006", b"2004"):
        assert terminal.output.rfind(b"\x1b[?%sl" % mode) > terminal.output.rfind(b"\x1b[?%sh" % mode)
    assert b"\x1b[?25h" in after_alternate_screen
    assert not SHOWN.sub(b"", after_alternate_screen).strip(), "nothing is printed"
    assert terminal.modes() == terminal.modes_before


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_told_to_end_it_gives_numbers_back_and_leaves_a_clean_terminal(log: Path, number: signal.Signals) -> None:
    with RealTerminal(log) as terminal:
        terminal.wait_for("<ready>", 15)
        terminal.signal(number)
        assert terminal.ended() == 0
        assert_clean(terminal)
        assert log.read_text().count("numbers_given_back") == 1


def test_a_leave_that_is_stuck_is_ended_by_force_with_a_clean_terminal(log: Path) -> None:
    with RealTerminal(log, "stuck") as terminal:
        terminal.wait_for("<ready>", 15)
        terminal.signal(signal.SIGTERM)
        assert terminal.ended(4) == 0
        assert_clean(terminal)


def test_a_terminal_that_is_gone_ends_it_in_order(log: Path) -> None:
    with RealTerminal(log) as terminal:
        terminal.wait_for("<ready>", 15)
        terminal.hang_up()
        assert terminal.ended() == 0
        assert log.read_text().count("numbers_given_back") == 1


def test_ctrl_c_twice_leaves_a_demonstration_only(log: Path) -> None:
    with RealTerminal(log, "quit") as demonstration, RealTerminal(log) as kiosk:
        for terminal in (demonstration, kiosk):
            terminal.wait_for("<ready>", 15)
            terminal.send(b"\x1b[200~\x03\x03\x1b[201~")
            terminal.answers("a paste is not a press")
            terminal.send(b"\x03")
            terminal.look(0.1)
            terminal.send(b"\x03")
        assert demonstration.ended() == 0
        assert_clean(demonstration)
        kiosk.answers("still here")


def test_crashes_show_a_calm_screen_three_times_and_then_a_new_process_is_asked_for(log: Path) -> None:
    with RealTerminal(log, "crash") as terminal:
        for _ in range(2):
            terminal.wait_for("<ready>", 15)
            terminal.send(b"x\r")
            terminal.wait_for("请稍候", 3)
        terminal.wait_for("<ready>", 3)
        everything = terminal.output
        terminal.send(b"x\r")
        assert terminal.ended() == 70
        assert_clean(terminal)
        logged = log.read_text()
        assert logged.count("ValueError") == 3
        assert "small_app.py" in logged
        assert logged.count("numbers_given_back") == 1
        for place in (logged, (everything + terminal.output).decode(errors="replace")):
            assert PLANTED_ID not in place
            assert "Traceback" not in place
            assert "no such person" not in place
