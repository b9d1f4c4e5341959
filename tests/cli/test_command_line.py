"""Exit status, one calm line, and documents with stable keys (DESIGN 5)."""

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Inside, Program


@pytest.mark.parametrize(
    "arguments",
    [
        ("serch",),
        ("numbers",),
        ("numbers", "search", "--tail", "8x"),
        ("numbers", "search", "--at", "1__5"),
        ("numbers", "search", "--pattern", "NICE"),
        ("numbers", "search", "--city", "上海市"),
        ("numbers", "search", "--price-min", "many"),
        ("numbers", "search", "--limit", "0"),
        ("numbers", "search", "--after", "tomorrow"),
        ("numbers", "withdraw", "10086"),
        ("worker", "--json"),
        ("run", "--fast"),
        ("\udcff\udcfe", "\x1b[31m"),
    ],
)
def test_wrong_usage_is_one_line_and_status_2(inside: Inside, arguments: tuple[str, ...]) -> None:
    ended = inside(*arguments)
    assert ended.told_calmly()
    assert (ended.status, ended.out) == (2, "")


@pytest.mark.parametrize(
    "arguments", [("numbers", "search", "--city", "\x1b[31mX"), ("numbers", "withdraw", "\x9b31m"), ("\x1b[2J",)]
)
def test_arguments_control_no_terminal(inside: Inside, arguments: tuple[str, ...]) -> None:
    """SPEC 9.2."""
    told = inside(*arguments).told_calmly()
    assert not any(character in told.rstrip("\n") for character in "\x1b\x9b\n\x07")


def test_bytes_that_are_no_text(reader: Program) -> None:
    ended = reader(b"\xff\xfe", b"\x1b[31m")
    assert ended.told_calmly()
    assert ended.status == 2


def test_wrong_setting_is_named_with_its_value_and_what_is_allowed(kiosk: Program) -> None:
    ended = kiosk("orders", "list", settings={"KIOSK_HOLD_MINUTES": "eternity"})
    line = ended.told_calmly()
    assert ended.status == 2
    assert all(part in line for part in ("hold_minutes", "KIOSK_HOLD_MINUTES", "eternity", "1", "1440"))


def test_terminal_asks_for_a_terminal(kiosk: Program) -> None:
    ended = kiosk()
    assert ended.told_calmly()
    assert ended.status == 1


def test_data_directory_that_cannot_be(kiosk: Program, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    ended = kiosk("orders", "list", settings={"KIOSK_DATA_DIR": str(tmp_path / "file" / "data")})
    assert str(tmp_path / "file") in ended.told_calmly()
    assert ended.status == 1


def test_data_directory_that_may_not_be_written(kiosk: Program) -> None:
    ended = kiosk("orders", "list", settings={"KIOSK_DATA_DIR": "/sys/kiosk"})
    assert "KIOSK_DATA_DIR" in ended.told_calmly()
    assert ended.status == 1


def test_file_that_is_no_database(kiosk: Program) -> None:
    kiosk.data_dir.mkdir()
    (kiosk.data_dir / "kiosk.sqlite").write_text("a letter to the bank\n" * 1000)
    ended = kiosk("orders", "list")
    assert "kiosk.sqlite" in ended.told_calmly()
    assert ended.status == 1


def test_damaged_database_is_found(filled: Program) -> None:
    file = filled.data_dir / "kiosk.sqlite"
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    content = bytearray(file.read_bytes())
    content[len(content) // 2 : len(content) // 2 + 8192] = os.urandom(8192)
    file.write_bytes(content)
    checked = filled("db", "check", "--json")
    assert "Traceback" not in checked.err
    assert checked.status == 1


def test_schema_of_a_newer_program(filled: Program) -> None:
    with sqlite3.connect(filled.data_dir / "kiosk.sqlite") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    ended = filled("orders", "list")
    assert "9999" in ended.told_calmly()
    assert ended.status == 1


def test_keys_of_another_shop_are_refused(filled: Program) -> None:
    (filled.data_dir / "secrets" / "hash-key").unlink()
    ended = filled("orders", "list")
    assert "secrets" in ended.told_calmly()
    assert ended.status == 1


def test_database_server_that_is_away(kiosk: Program) -> None:
    url = "postgresql://kiosk:open-sesame@127.0.0.1:1/kiosk"
    ended = kiosk("orders", "list", settings={"KIOSK_DATABASE_URL": url})
    assert "open-sesame" not in ended.told_calmly()
    assert ended.status == 1


def test_reader_that_goes_away_is_no_fault(reader: Program) -> None:
    program = subprocess.Popen(
        [sys.executable, "-m", "kiosk", "numbers", "search", "--limit", "2000", "--json"],
        env=reader.environ(),
        cwd=reader.here,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert program.stdout is not None
    assert program.stderr is not None
    program.stdout.readline()
    program.stdout.close()
    assert (program.wait(60), program.stderr.read()) == (0, b"")
    program.stderr.close()


def test_search_document_has_exactly_these_keys(inside: Inside) -> None:
    document = inside("numbers", "search", "--city", "济南市", "--limit", "3", "--json").document
    assert list(document) == ["total", "numbers", "next"]
    row = document["numbers"][0]
    conditions = ["prepayment_fen", "monthly_minimum_fen", "term_months"]
    assert list(row) == ["msisdn", "city", "pattern", "tier", *conditions, "state"]
    assert (row["city"], row["state"]) == ("济南市", "available")


def test_settings_are_shown_with_their_origin_and_without_passwords(kiosk: Program) -> None:
    (kiosk.here / "kiosk.toml").write_text('hold_minutes = 20\nlanguage = "zh"\n')
    ended = kiosk(
        "config",
        "show",
        "--json",
        settings={
            "KIOSK_DATABASE_URL": "postgresql://kiosk:open@sesame@db.example/kiosk",
            "KIOSK_HOLDMINUTES": "3",
        },
    )
    assert "sesame" not in ended.out
    settings = ended.document["settings"]
    assert settings["hold_minutes"] == {"value": 20, "origin": "file"}
    assert settings["payment_minutes"] == {"value": 30, "origin": "default"}
    assert settings["database_url"]["origin"] == "environment"
    assert ended.document["unknown"] == ["KIOSK_HOLDMINUTES"]


def test_worker_settles_once_and_says_what(filled: Program, inside: Inside) -> None:
    document = inside.on(filled.data_dir)("worker", "--once", "--json").document
    assert list(document) == [
        "holds",
        "orders",
        "payments",
        "refunds",
        "pickups",
        "notices",
        "forgotten",
        "visits",
        "codes",
    ]
    assert not any(document.values())


def test_worker_leaves_cleanly_on_sigterm(filled: Program) -> None:
    program = subprocess.Popen(
        [sys.executable, "-m", "kiosk", "worker"],
        env=filled.environ(),
        cwd=filled.here,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert program.stdout is not None
    program.stdout.readline()
    program.send_signal(signal.SIGTERM)
    _, complaints = program.communicate(timeout=30)
    assert (program.returncode, complaints) == (0, b"")


def test_doctor_finds_a_sound_shop_sound_and_names_what_is_not(filled: Program, inside: Inside) -> None:
    kiosk = inside.on(filled.data_dir)
    sound = kiosk("doctor", "--json")
    assert (sound.status, sound.document["sound"]) == (0, True)
    (filled.data_dir / "secrets" / "hash-key").chmod(0o644)
    ended = kiosk("doctor", "--json")
    problems = [check for check in ended.document["checks"] if check["status"] == "problem"]
    assert ended.status == 1
    assert [check["remedy"] for check in problems] == [f"chmod go= {filled.data_dir}/secrets/hash-key"]


def test_orders_and_messages_of_a_shop_without_any(inside: Inside) -> None:
    assert inside("orders", "list", "--json").document == {"orders": []}
    assert inside("messages", "list", "--json").document == {"messages": []}
    ended = inside("orders", "show", "261122000000000")
    assert "261122000000000" in ended.told_calmly()
    assert ended.status == 1


def test_numbers_come_in_whole_or_not_at_all_and_go_out(filled: Program, inside: Inside) -> None:
    kiosk = inside.on(filled.data_dir)
    file = filled.here / "new.csv"

    def in_stock() -> int:
        total: int = kiosk("numbers", "search", "--contains", "13800531111", "--json").document["total"]
        return total

    file.write_text("msisdn,city\n13800531111,济南市\n1380053111x,济南市\n")
    refused = kiosk("numbers", "import", str(file))
    assert refused.status == 1
    assert "第 3 行" in refused.out
    assert in_stock() == 0
    file.write_text("msisdn,city\n13800531111,济南市\n")
    assert kiosk("numbers", "import", str(file), "--dry-run").status == 0
    assert in_stock() == 0
    assert kiosk("numbers", "import", str(file)).status == 0
    assert in_stock() == 1
    assert kiosk("numbers", "withdraw", "138 0053 1111").status == 0
    assert in_stock() == 0
    unknown = kiosk("numbers", "withdraw", "13800532222")
    assert unknown.told_calmly()
    assert unknown.status == 1


def test_demonstration_never_touches_a_stock(inside: Inside) -> None:
    ended = inside("demo", "--numbers", "10")
    assert ended.told_calmly()
    assert ended.status == 1


def test_the_same_commands_on_postgresql(
    inside: Inside, postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIOSK_DATABASE_URL", postgres_url)
    kiosk = inside.on(tmp_path / "data")
    assert kiosk("demo", "--numbers", "300").status == 0
    assert 0 < kiosk("numbers", "search", "--no-4", "--json").document["total"] < 300
    assert kiosk("worker", "--once", "--json").document["holds"] == 0
    assert kiosk("db", "check").status == 0
    assert not (tmp_path / "data" / "sandbox.sqlite").exists()
