"""The log holds what happened, one JSON object a line, and nobody's data (SPEC 10.3)."""

import json
import logging
from pathlib import Path
from typing import Any

import pytest
import structlog

from kiosk.log import set_up_logging
from tests.cli.conftest import Inside

PHONE, ID_NUMBER = "13853178888", "37010219900307123X"


@pytest.fixture
def log(inside: Inside, tmp_path: Path) -> Path:
    """A log that is put away again with the command line's."""
    del inside
    file = tmp_path / "logs" / "kiosk.log"
    set_up_logging(file, "info")
    return file


def lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def test_phones_and_documents_are_masked_wherever_they_are(log: Path) -> None:
    structlog.get_logger("kiosk.test").info(
        f"called {PHONE}",
        number=int(PHONE),
        grouped="138 5317 8888",
        nested={"ids": [ID_NUMBER, (f"id={ID_NUMBER},",)], PHONE: 1},
        order_no="261122000000018",
        out_trade_no="26112200000001801",
    )
    logging.getLogger("some.library").warning("%s typed %s", PHONE, ID_NUMBER)
    text = log.read_text()
    assert not any(secret in text for secret in (PHONE, ID_NUMBER, "138 5317 8888"))
    assert [text.count(kept) for kept in ("261122000000018", "26112200000001801")] == [2, 1]
    assert lines(log)[0]["number"] == "138****8888"


def test_exceptions_leave_their_words_behind(log: Path) -> None:
    try:
        int(f"{ID_NUMBER[:17]} 张伟")
    except ValueError:
        logging.getLogger("some.library").exception("it failed")
    (entry,) = lines(log)
    assert entry["types"] == ["builtins.ValueError"]
    assert "张伟" not in log.read_text()
    assert entry["level"] == "error"


def test_log_that_cannot_be_written_stops_nobody(log: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "in the way").write_text("")
    set_up_logging(tmp_path / "in the way" / "kiosk.log", "info")
    structlog.get_logger("kiosk.test").info("lost")
    assert capsys.readouterr() == ("", "")
    assert not log.exists()


def test_log_that_another_process_put_away_is_begun_anew(log: Path) -> None:
    speaker = structlog.get_logger("kiosk.test")
    speaker.info("first")
    log.rename(log.with_suffix(".log.1"))
    speaker.info("second")
    assert [entry["event"] for entry in lines(log)] == ["second"]
