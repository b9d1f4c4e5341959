"""Fixtures for widgets: one pinyin lexicon for all tests of a process."""

from __future__ import annotations

from pathlib import Path

import pytest

from widgets.pinyin.lexicon import Lexicon, open_lexicon


@pytest.fixture(scope="session")
def lexicon_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the lexicon is kept: one folder for all processes of a test run, which may well make it at once."""
    return tmp_path_factory.getbasetemp().parent / "pinyin"


@pytest.fixture(scope="session")
def lexicon(lexicon_folder: Path) -> Lexicon:
    return open_lexicon(lexicon_folder)
