"""What opening a shop settles before the first screen (SPEC 4.2, 7.2, 10.1)."""

import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from kiosk.composition import CannotOpen, open_shop
from kiosk.config import Settings
from kiosk.domain.number_query import NumberQuery
from kiosk.services.hold_number import hold_number
from kiosk.services.keep_visit import begin_visit
from kiosk.services.search_numbers import search_numbers
from tests.cli.conftest import ROOT, Program

KILLED_WHILE_HOLDING = """
import os, sys
from pathlib import Path
from kiosk.composition import open_shop
from kiosk.config import Settings
from kiosk.domain.number_query import NumberQuery
from kiosk.services.hold_number import hold_number
from kiosk.services.keep_visit import begin_visit
from kiosk.services.search_numbers import search_numbers

with open_shop(Settings(data_dir=Path(sys.argv[1])), terminal=True) as opened:
    visit = begin_visit(opened.shop, "zh")
    row = search_numbers(opened.shop, NumberQuery(patterns=frozenset({"PLAIN"}), limit=1)).numbers[0]
    hold_number(opened.shop, visit, row.msisdn)
    os._exit(9)
"""


def test_first_run_fills_the_demonstration_and_says_so(tmp_path: Path) -> None:
    said: list[str] = []
    settings = Settings(data_dir=tmp_path / "data", demo_numbers=300)
    with open_shop(settings, terminal=True, fill=True, announce=said.append) as opened:
        assert opened.demonstration
        assert opened.keys_made
        assert opened.home.city_adcode == 370100
        assert search_numbers(opened.shop, NumberQuery()).total == 300
    assert len(said) == 2
    assert "300" in said[1]
    with open_shop(settings, terminal=True, fill=True, announce=said.append) as opened:
        assert not opened.keys_made
        assert len(said) == 2


def test_configured_database_is_never_filled_by_itself(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'shop.sqlite'}"
    settings = Settings(data_dir=tmp_path / "data", database_url=url)
    with pytest.raises(CannotOpen, match="kiosk demo"), open_shop(settings, terminal=True, fill=True):
        pass


def test_two_programs_are_two_terminals_and_places_are_used_again(filled: Program) -> None:
    settings = Settings(data_dir=filled.data_dir)
    with ExitStack() as stack:
        first = stack.enter_context(open_shop(settings, terminal=True)).shop.terminal_id
        with open_shop(settings, terminal=True) as second:
            assert second.shop.terminal_id != first
        with open_shop(settings, terminal=True) as third:
            assert third.shop.terminal_id == second.shop.terminal_id
    with open_shop(settings, terminal=True) as again:
        assert again.shop.terminal_id == first


def test_terminal_that_starts_again_gives_back_what_it_held(filled: Program) -> None:
    """SPEC 4.2, after a kill between a hold and the order."""
    killed = subprocess.run(
        [sys.executable, "-c", KILLED_WHILE_HOLDING, str(filled.data_dir)], cwd=ROOT, check=False, timeout=60
    )
    assert killed.returncode == 9
    with open_shop(Settings(data_dir=filled.data_dir), terminal=True) as opened:
        assert opened.given_back == 1


def test_terminal_that_starts_beside_another_leaves_its_holds_alone(filled: Program) -> None:
    settings = Settings(data_dir=filled.data_dir)
    with open_shop(settings, terminal=True) as first:
        visit = begin_visit(first.shop, "zh")
        number = search_numbers(first.shop, NumberQuery(patterns=frozenset({"PLAIN"}), limit=1)).numbers[0]
        hold_number(first.shop, visit, number.msisdn)
        with open_shop(settings, terminal=True) as second:
            assert second.given_back == 0
        with open_shop(settings, terminal=False):
            assert hold_number(first.shop, visit, number.msisdn).msisdn == number.msisdn


def test_home_must_exist(filled: Program) -> None:
    data_dir = filled.data_dir
    for settings in (
        Settings(data_dir=data_dir, city="上海市"),
        Settings(data_dir=data_dir, home_shop="nowhere"),
        Settings(data_dir=data_dir, city="青岛市", home_shop="0531-01"),
    ):
        with pytest.raises(CannotOpen), open_shop(settings, terminal=True):
            pass
    with open_shop(Settings(data_dir=filled.data_dir, city="青岛"), terminal=True) as opened:
        assert (opened.home.city_adcode, opened.home.shop_code) == (370200, "0532-01")


def test_shop_without_the_sandbox_takes_no_payments(filled: Program) -> None:
    with open_shop(Settings(data_dir=filled.data_dir, sandbox=False), terminal=False) as opened:
        assert (dict(opened.shop.payments), opened.ledger, opened.sandbox_key) == ({}, None, None)


def test_terminal_does_not_open_where_nobody_could_pay(filled: Program) -> None:
    """SPEC 10.1: said at the start and by the setting's name, not after somebody has filled in a form."""
    settings = Settings(data_dir=filled.data_dir, sandbox=False)
    with pytest.raises(CannotOpen, match="sandbox") as refusal, open_shop(settings, terminal=True):
        pass
    assert "\n" not in str(refusal.value)
