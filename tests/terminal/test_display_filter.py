"""What is stored is shown as text, whatever it holds: no control sequence reaches the terminal. SPEC 9.2."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pysqlite3 import dbapi2 as sqlite
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.color import Color

from kiosk.cli.output import print_table
from kiosk.composition import open_shop
from kiosk.config import Settings
from kiosk.services.load_stock import fill_demonstration
from kiosk.terminal.display_filter import DisplayFilter
from tests.terminal.real_kiosk import ATTRACT, HOME, RealKiosk
from tests.terminal.real_terminal import SHOWN

HOSTILE = "历\x1b]0;owned\x07\x1b[2J\x9b31m\u202e\u2066\u200b\x00下"
BLACK = Color(0, 0, 0)


def cleaned(*segments: Segment) -> list[Segment]:
    return DisplayFilter().apply(list(segments), BLACK)


def test_ordinary_lines_pass_as_they_are() -> None:
    line = [Segment("选号入网　138 5317 8888 ▀▄█ ✓ ● 𬭎 é", Style(bold=True))]
    assert DisplayFilter().apply(line, BLACK) is line


def test_controls_and_links_are_dropped() -> None:
    link = Style(bold=True, link="https://example.org")
    assert cleaned(Segment(HOSTILE), Segment("here", link)) == [
        Segment("历]0;owned[2J31m下"),
        Segment("here", Style(bold=True)),
    ]


@given(st.text())
def test_what_is_left_holds_no_control_and_is_as_wide_as_before(text: str) -> None:
    [segment] = cleaned(Segment(text))
    assert not any(ord(character) < 0x20 or 0x7F <= ord(character) < 0xA0 for character in segment.text)
    assert cell_len(segment.text) == cell_len(text)


def test_a_citys_name_with_sequences_in_it_is_only_text_on_a_real_terminal(tmp_path: Path) -> None:
    with open_shop(Settings(data_dir=tmp_path), terminal=False, announce=lambda _line: None) as opened:
        fill_demonstration(opened.shop.database, 500, 1)
    with sqlite.connect(tmp_path / "kiosk.sqlite") as connection:
        connection.execute("UPDATE regions SET name_zh = ? WHERE adcode = 370100", (HOSTILE,))
    with RealKiosk(tmp_path, KIOSK_CITY="370100") as kiosk:
        kiosk.wait_for(ATTRACT, 30)
        kiosk.settle(0.3)
        kiosk.output = b""
        kiosk.send(b"\r")
        kiosk.settle(1)
        shown = kiosk.output
    assert HOME.encode() in shown
    assert "历]0;owned[2J31m下".encode() in shown
    shown = SHOWN.sub(b"", shown)
    assert b"\x1b" not in shown
    for character in "\u202e\u2066\u200b\x9b\x07\x00":
        assert character.encode() not in shown


def test_tables_of_commands_are_clean_too(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(("名称",), [(HOSTILE,)])
    assert capsys.readouterr().out == "名称\n历]0;owned[2J31m下\n"
