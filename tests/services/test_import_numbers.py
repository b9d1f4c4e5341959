"""Files of numbers: what goes in, what is refused and why, and what comes out (DESIGN 5, SPEC 8.4)."""

import csv
import tracemalloc
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, insert, select

from kiosk.domain.errors import ShopUnavailable
from kiosk.services.export_numbers import COLUMNS, export_numbers
from kiosk.services.import_numbers import import_numbers
from kiosk.services.load_stock import fill_demonstration, withdraw_number
from kiosk.services.read_csv import FaultReason, ImportReport
from storage import stock
from storage.encryption import FieldCipher
from storage.engine import Database, open_database
from storage.stock import stock_revision
from storage.tables import number_claims, numbers

NOW = datetime(2026, 5, 4, 3, 0, tzinfo=UTC)


@pytest.fixture
def shop(database: Database) -> Database:
    """The demonstration's cities and tiers, and no numbers."""
    fill_demonstration(database, 0, seed=1)
    return database


@pytest.fixture
def sqlite_shop(sqlite_url: str, cipher: FieldCipher) -> Iterable[Database]:
    """The same, for what doesn't depend on the database."""
    database = open_database(sqlite_url, cipher)
    fill_demonstration(database, 0, seed=1)
    yield database
    database.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "numbers.csv"


def stored(database: Database) -> list[tuple[object, ...]]:
    with database.reading() as connection:
        return [tuple(row) for row in connection.execute(select(numbers).order_by(numbers.c.msisdn))]


def faults(report: ImportReport) -> list[tuple[int, FaultReason, str]]:
    return [(fault.line, fault.reason, fault.value) for fault in report.faults]


def test_what_a_line_leaves_out_follows_from_the_number(shop: Database, file: Path) -> None:
    file.write_text("msisdn,city\n13853178888,济南市\n138 5317 2966,青岛\n+8613853172739,370600\n", encoding="utf-8")
    report = import_numbers(shop, file, NOW)
    assert (report.numbers, report.imported, report.clean) == (3, True, True)
    assert stored(shop) == [
        (13853172739, 370600, "PLAIN", 0, 50_00, 0, 0, None),
        (13853172966, 370200, "AA", 6, 100_00, 38_00, 12, None),
        (13853178888, 370100, "AAAA", 2, 8_000_00, 498_00, 60, None),
    ]


def test_a_line_may_set_its_own_prices_and_be_withdrawn(shop: Database, file: Path) -> None:
    file.write_text(
        "city,State,msisdn,pattern,tier,prepayment_fen,monthly_minimum_fen,term_months\n"
        "济南市,withdrawn,13853178888,AAAA,2,123,0,7\n"
        "济南市,available,13853172966,,,,,\n",
        encoding="utf-8",
    )
    assert import_numbers(shop, file, NOW).imported
    assert stored(shop) == [
        (13853172966, 370100, "AA", 6, 100_00, 38_00, 12, None),
        (13853178888, 370100, "AAAA", 2, 123, 0, 7, NOW),
    ]


def test_every_bad_line_is_told_and_nothing_is_kept(shop: Database, file: Path) -> None:
    file.write_text("msisdn,city\n13853170000,济南\n", encoding="utf-8")
    assert import_numbers(shop, file, NOW).imported
    before = stored(shop)
    with shop.reading() as connection:
        revision = stock_revision(connection)
    file.write_text(
        ",".join(COLUMNS) + "\n"
        "13853178888,济南市,AAAA,2,800000,49800,60,available\n"
        "1385317888,济南市,,,,,,\n"
        "12853178888,济南市,,,,,,\n"
        "1.38531E+10,济南市,,,,,,\n"
        "13853178881,上海市,,,,,,\n"
        "13853178882,济南市,AAA,,,,,\n"
        "13853178883,济南市,,1,,,,\n"
        "13853178884,济南市,,,5.00,,,\n"
        "13853178885,济南市,,,,-1,,\n"
        "13853178886,济南市,,,,,一年,\n"
        "13853178887,济南市,,,,,,sold\n"
        "13853178889,济南市,,,,,,lost\n"
        "\n"
        "13853178880,济南市\n"
        "13853178888,济南市,,,,,,\n"
        "13853170000,济南市,,,,,,\n"
        '13853178890,"济\x00南市",,,,,,\n'
        '13853178891,"济南"市,,,,,,\n',
        encoding="utf-8",
    )
    report = import_numbers(shop, file, NOW)
    assert sorted(faults(report)) == [
        (3, FaultReason.MSISDN_INVALID, "1385317888"),
        (4, FaultReason.MSISDN_INVALID, "12853178888"),
        (5, FaultReason.MSISDN_INVALID, "1.38531E+10"),
        (6, FaultReason.CITY_UNKNOWN, "上海市"),
        (7, FaultReason.PATTERN_WRONG, "AAA"),
        (8, FaultReason.TIER_WRONG, "1"),
        (9, FaultReason.FIGURE_INVALID, "5.00"),
        (10, FaultReason.FIGURE_INVALID, "-1"),
        (11, FaultReason.FIGURE_INVALID, "一年"),
        (12, FaultReason.STATE_NOT_IMPORTABLE, "sold"),
        (13, FaultReason.STATE_UNKNOWN, "lost"),
        (15, FaultReason.CELLS, "2"),
        (16, FaultReason.TWICE_IN_FILE, "13853178888"),
        (17, FaultReason.IN_STOCK, "13853170000"),
        (18, FaultReason.UNPRINTABLE, "济\ufffd南市"),
        (19, FaultReason.QUOTES, ""),
    ]
    assert (report.numbers, report.imported, report.fault_count) == (1, False, 16)
    assert stored(shop) == before
    with shop.reading() as connection:
        assert stock_revision(connection) == revision


def test_a_dry_run_reports_and_changes_nothing(shop: Database, file: Path) -> None:
    file.write_text("msisdn,city\n13853170000,济南\n", encoding="utf-8")
    report = import_numbers(shop, file, NOW, dry_run=True)
    assert (report.numbers, report.imported, report.clean) == (1, False, True)
    assert stored(shop) == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_files_of_spreadsheets_are_read(sqlite_shop: Database, file: Path, encoding: str, end: str) -> None:
    file.write_bytes(end.join(["msisdn,city", "13853170000,济南市", "13853170001,青岛市"]).encode(encoding))
    assert import_numbers(sqlite_shop, file, NOW).imported
    assert [row[1] for row in stored(sqlite_shop)] == [370100, 370200]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", (0, FaultReason.FILE_EMPTY, "")),
        (b"\n\n", (0, FaultReason.FILE_EMPTY, "")),
        ("msisdn,city\n13853170000,济南市".encode("utf-16"), (0, FaultReason.ENCODING, "")),
        (b"\x89PNG\r\n\x1a\n\xff\xff\xff", (0, FaultReason.ENCODING, "")),
        (b"msisdn,town\n", (1, FaultReason.COLUMN_UNKNOWN, "town")),
        (b"msisdn\n13853170000\n", (1, FaultReason.COLUMN_MISSING, "city")),
        (b"msisdn,city,MSISDN\n", (1, FaultReason.COLUMN_TWICE, "msisdn")),
        (b"msisdn,city\n" + b"\0" * 5_000_000, (2, FaultReason.LINE_TOO_LONG, "\ufffd" * 40)),
    ],
    ids=["empty", "blank", "utf-16", "picture", "unknown column", "no city", "column twice", "endless line"],
)
def test_what_is_no_file_of_numbers_is_told_in_one_line(
    sqlite_shop: Database, file: Path, content: bytes, fault: tuple[int, FaultReason, str]
) -> None:
    file.write_bytes(content)
    assert faults(import_numbers(sqlite_shop, file, NOW)) == [fault]


def test_a_file_that_is_not_there_is_told(sqlite_shop: Database, tmp_path: Path) -> None:
    for path in (tmp_path / "missing.csv", tmp_path):
        assert import_numbers(sqlite_shop, path, NOW).faults[0].reason is FaultReason.FILE_UNREADABLE


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(garbage=st.binary(max_size=300), is_headed=st.booleans())
def test_garbage_is_refused_calmly(sqlite_shop: Database, file: Path, garbage: bytes, is_headed: bool) -> None:
    file.write_bytes(b"msisdn,city\n" * is_headed + garbage)
    report = import_numbers(sqlite_shop, file, NOW)
    assert report.imported == report.clean
    assert stored(sqlite_shop) == []


def test_only_so_many_faults_are_listed_but_all_are_counted(sqlite_shop: Database, file: Path) -> None:
    file.write_text("msisdn,city\n" + "x,济南\n" * 3_000, encoding="utf-8")
    report = import_numbers(sqlite_shop, file, NOW)
    assert (len(report.faults), report.fault_count) == (1_000, 3_000)


def test_a_number_that_comes_into_stock_between_check_and_import_is_noticed(
    sqlite_shop: Database, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is checked again in the transaction that stores it."""

    def another_was_faster(connection: Connection) -> None:
        rows = [stock.NewNumber(13853170001, 370100, "PLAIN", 0, 50_00, 0, 0, None)]
        stock.insert_numbers(connection, rows)

    file.write_text("msisdn,city\n13853170000,济南\n13853170001,济南\n", encoding="utf-8")
    monkeypatch.setattr(stock, "lock_stock", another_was_faster)
    report = import_numbers(sqlite_shop, file, NOW)
    assert faults(report) == [(3, FaultReason.IN_STOCK, "13853170001")]
    assert not report.imported
    assert stored(sqlite_shop) == []


def test_a_long_file_takes_no_more_memory_than_a_short_one(sqlite_shop: Database, file: Path) -> None:
    def peak(lines: int) -> int:
        with file.open("w", encoding="utf-8") as out:
            out.write("msisdn,city\n")
            out.writelines(f"{13800000000 + 37 * n},济南\n" for n in range(lines))
        tracemalloc.start()
        assert import_numbers(sqlite_shop, file, NOW, dry_run=True).numbers == lines
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(100)  # what is imported and compiled on first use
    assert peak(30_000) < 1.3 * peak(10_000)


def test_an_export_is_the_whole_stock_in_order(shop: Database, file: Path) -> None:
    """DESIGN 5: columns, states, and cities by their Chinese names."""
    lines = "".join(f"1385317273{n},济南\n" for n in range(8))
    file.write_text("msisdn,city\n" + lines, encoding="utf-8")
    import_numbers(shop, file, NOW)
    later, over = NOW + timedelta(minutes=5), NOW
    kinds = [("hold", later), ("hold", over), ("order", later), ("sale", None), ("rest", later), ("rest", over)]
    with shop.writing() as connection:
        for n, (kind, until) in enumerate(kinds):
            row = {"msisdn": 13853172730 + n, "kind": kind, "expires_at": until, "changed_at": NOW}
            connection.execute(insert(number_claims).values(row | {"payment_unsettled": False}))
    withdraw_number(shop, 13853172737, NOW)
    out = file.with_name("out.csv")
    out.write_text("of yesterday", encoding="utf-8")
    assert export_numbers(shop, out, NOW) == 8
    header, *rows = csv.reader(out.read_text(encoding="utf-8").splitlines())
    assert header == list(COLUMNS)
    assert [row[0] for row in rows] == [str(13853172730 + n) for n in range(8)]
    states = ["held", "available", "ordered", "sold", "held", "available", "available", "withdrawn"]
    assert [row[7] for row in rows] == states
    assert rows[6] == ["13853172736", "济南市", "PLAIN", "0", "5000", "0", "0", "available"]
    assert [path.name for path in sorted(file.parent.glob("*.csv*"))] == ["numbers.csv", "out.csv"]


def test_an_export_that_fails_leaves_the_old_file(sqlite_shop: Database, file: Path) -> None:
    file.write_text("of yesterday", encoding="utf-8")
    with sqlite_shop.writing() as connection:
        connection.exec_driver_sql("DROP TABLE number_claims")
    with pytest.raises(ShopUnavailable):
        export_numbers(sqlite_shop, file, NOW)
    assert file.read_text(encoding="utf-8") == "of yesterday"
    assert not list(file.parent.glob(".numbers*"))


def test_what_was_exported_can_be_imported(database: Database, file: Path) -> None:
    fill_demonstration(database, 3_000, seed=2)
    export_numbers(database, file, NOW)
    before = stored(database)
    with database.writing() as connection:
        connection.execute(numbers.delete())
    assert import_numbers(database, file, NOW).imported
    assert stored(database) == before
