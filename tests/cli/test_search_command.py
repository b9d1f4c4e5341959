"""`kiosk numbers search` against a brute-force filter over `kiosk numbers export` (DESIGN 5, SPEC 4.1)."""

import csv
import io
import random
from collections.abc import Iterator, Mapping

import pytest

from tests.cli.conftest import NUMBERS, Inside, Program

CITIES = ("济南市", "青岛市", "烟台市", "潍坊市", "临沂市")
PATTERNS = ("AAA", "AABB", "ABAB", "PLAIN", "AA", "AAAB")
Row = Mapping[str, str]
Conditions = Mapping[str, str | list[str] | bool]


def queries() -> Iterator[Conditions]:
    """Twenty queries, the same every time; most find something."""
    draw = random.Random(20)
    for _ in range(20):
        conditions: dict[str, str | list[str] | bool] = {}
        digit = str(draw.randrange(10))
        conditions |= draw.choice(
            [
                {"tail": digit},
                {"contains": digit + str(draw.randrange(10))},
                {"prefix": draw.sample(["134", "138", "150", "188", "1385"], 2)},
                {"at": f"1{'_' * 9}{digit}"},
                {"pattern": draw.sample(PATTERNS, 2)},
            ]
        )
        if draw.random() < 0.5:
            conditions["city"] = draw.choice(CITIES)
        if draw.random() < 0.5:
            conditions["no-4"] = True
        if draw.random() < 0.4:
            conditions["price-min"] = draw.choice(["50.01", "100", "500"])
        if draw.random() < 0.4:
            conditions["price-max"] = draw.choice(["500", "1000.00", "5000"])
        yield conditions


def fulfils(row: Row, wanted: Conditions) -> bool:
    msisdn, price = row["msisdn"], int(row["prepayment_fen"])
    prefixes, patterns = wanted.get("prefix", []), wanted.get("pattern", [])
    assert isinstance(prefixes, list)
    assert isinstance(patterns, list)
    return (
        row["state"] == "available"
        and row["city"] == wanted.get("city", row["city"])
        and msisdn.endswith(str(wanted.get("tail", "")))
        and str(wanted.get("contains", "")) in msisdn
        and all(mark in ("_", digit) for mark, digit in zip(str(wanted.get("at", "_" * 11)), msisdn, strict=True))
        and not ("no-4" in wanted and "4" in msisdn[3:])
        and (not prefixes or msisdn.startswith(tuple(prefixes)))
        and (not patterns or row["pattern"] in patterns)
        and float(str(wanted.get("price-min", 0))) * 100 <= price <= float(str(wanted.get("price-max", 10**9))) * 100
    )


def as_flags(wanted: Conditions) -> Iterator[str]:
    for name, value in wanted.items():
        if value is True:
            yield f"--{name}"
        for each in value if isinstance(value, list) else [value] if isinstance(value, str) else []:
            yield from (f"--{name}", each)


@pytest.fixture
def exported(inside: Inside) -> list[Row]:
    rows: list[Row] = list(csv.DictReader(io.StringIO(inside("numbers", "export", "-").out)))
    assert len(rows) == NUMBERS
    return rows


def test_twenty_searches_agree_with_a_filter_over_the_export(inside: Inside, exported: list[Row]) -> None:
    found_any = 0
    for wanted in queries():
        expected = [row for row in exported if fulfils(row, wanted)]
        document = inside("numbers", "search", *as_flags(wanted), "--limit", "10000", "--json").document
        assert document["total"] == len(expected), wanted
        assert [{name: str(value) for name, value in row.items()} for row in document["numbers"]] == expected, wanted
        found_any += bool(expected)
    assert found_any >= 12


def test_pages_follow_each_other_and_miss_nothing(inside: Inside, exported: list[Row]) -> None:
    for order in ("number", "price", "shuffled"):
        seen: list[str] = []
        after: list[str] = []
        while True:
            flags = ("--tail", "8", "--limit", "67", "--sort", order)
            page = inside("numbers", "search", *flags, *after, "--json").document
            seen += [row["msisdn"] for row in page["numbers"]]
            if page["next"] is None:
                break
            after = ["--after", page["next"]]
        assert sorted(seen) == [row["msisdn"] for row in exported if row["msisdn"].endswith("8")]


def test_table_for_people_is_aligned_and_speaks_chinese(reader: Program) -> None:
    ended = reader("numbers", "search", "--city", "济南", "--limit", "4")
    assert ended.status == 0
    lines = ended.out.splitlines()
    assert lines[0].split() == ["号码", "城市", "类型", "预存款", "月最低消费", "合约期", "状态"]
    assert [line.count("¥") for line in lines[1:5]] == [2, 2, 2, 2]
    assert "共" in lines[-2]
