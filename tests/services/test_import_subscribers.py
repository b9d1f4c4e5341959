"""Subscribers of another system: who comes in, who is refused and why, and numbers that aren't sold (DESIGN 5)."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from kiosk.domain.accounts import SignInWay
from kiosk.domain.orders import ClaimKind, LineState
from kiosk.services import import_subscribers as module
from kiosk.services.errors import NumberTaken
from kiosk.services.hashing import Hasher
from kiosk.services.hold_number import hold_number
from kiosk.services.import_numbers import import_numbers
from kiosk.services.import_subscribers import import_subscribers
from kiosk.services.load_stock import withdraw_number
from kiosk.services.read_csv import FaultReason, ImportReport
from kiosk.services.shop import Shop
from kiosk.services.sign_in import SignInRefused
from storage import stock, subscribers
from storage.account_tables import accounts
from storage.tables import lines
from tests.services.known_people import OURS, OURS_TOO, ask_code, code_on, enter, open_line
from tests.services.small_shop import MINUTE, OLD_TARIFF, PLAIN, TARIFF, WITHDRAWN, World

HEADER = "msisdn,tariff_code,activated_on,service_password\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "subscribers.csv"


def stored(shop: Shop) -> list[int]:
    with shop.database.reading() as connection:
        return list(connection.execute(select(lines.c.msisdn).order_by(lines.c.msisdn)).scalars())


def faults(report: ImportReport) -> list[tuple[int, FaultReason, str]]:
    return [(fault.line, fault.reason, fault.value) for fault in report.faults]


def test_with_a_password_or_without_they_sign_in_from_then_on(world: World, shop: Shop, file: Path) -> None:
    """SPEC 3.4."""
    file.write_text(f"{HEADER}{OURS},{TARIFF},2024-05-01,820461\n138 5390 0002,{OLD_TARIFF},2020/1/31,\n")
    report = import_subscribers(shop, file)
    assert (report.numbers, report.imported, report.clean) == (2, True, True)
    visit = world.visit()
    assert enter(shop, visit, SignInWay.PHONE_PASSWORD, password="820461").msisdn == OURS
    with pytest.raises(SignInRefused):
        enter(shop, visit, SignInWay.PHONE_PASSWORD, OURS_TOO, password="820461")
    ask_code(shop, visit, OURS_TOO)
    assert enter(shop, visit, SignInWay.PHONE_CODE, OURS_TOO, code=code_on(shop, OURS_TOO)).msisdn == OURS_TOO
    with shop.database.reading() as connection:
        rows = connection.execute(select(lines).order_by(lines.c.msisdn)).all()
    assert [(row.tariff_code, row.state, row.order_no, row.activated_at) for row in rows] == [
        (TARIFF, "active", None, datetime(2024, 4, 30, 16, tzinfo=UTC)),
        (OLD_TARIFF, "active", None, datetime(2020, 1, 30, 16, tzinfo=UTC)),
    ]


def test_the_password_column_may_be_left_out(shop: Shop, file: Path) -> None:
    file.write_text(f"activated_on,msisdn,tariff_code\n2024-05-01,{OURS},{TARIFF}\n")
    assert import_subscribers(shop, file).imported
    with shop.database.reading() as connection:
        assert connection.execute(select(accounts)).first() is None


def test_every_bad_line_is_told_and_nobody_comes_in(world: World, shop: Shop, file: Path) -> None:
    open_line(world, OURS)
    hold_number(shop, world.visit(), PLAIN[0])
    world.paid_order(PLAIN[1])
    before = stored(shop)
    good = f"{TARIFF},2024-05-01,"
    file.write_text(
        HEADER
        + f"{OURS_TOO},{good}820461\n"
        + f"1385390,{good}\n"
        + f"{OURS_TOO},{good}\n"
        + f"{OURS},{good}\n"
        + f"{PLAIN[0]},{good}\n"
        + f"{PLAIN[1]},{good}\n"
        + f"{OURS + 3},T1,2024-05-01,\n"
        + f"{OURS + 4},{TARIFF},2024-02-30,\n"
        + f"{OURS + 5},{TARIFF},2026-11-23,\n"
        + f"{OURS + 6},{TARIFF},yesterday,\n"
        + f"{OURS + 7},{good}123456\n"
        + f"{OURS + 8},{good}20461\n"
        + f"{OURS + 9},{good}8204\x0061\n"
    )
    report = import_subscribers(shop, file)
    assert sorted(faults(report)) == [
        (3, FaultReason.MSISDN_INVALID, "1385390"),
        (4, FaultReason.TWICE_IN_FILE, str(OURS_TOO)),
        (5, FaultReason.LINE_KNOWN, str(OURS)),
        (6, FaultReason.NUMBER_CLAIMED, str(PLAIN[0])),
        (7, FaultReason.LINE_KNOWN, str(PLAIN[1])),
        (8, FaultReason.TARIFF_UNKNOWN, "T1"),
        (9, FaultReason.DATE_INVALID, "2024-02-30"),
        (10, FaultReason.DATE_INVALID, "2026-11-23"),
        (11, FaultReason.DATE_INVALID, "yesterday"),
        (12, FaultReason.PASSWORD_UNFIT, ""),
        (13, FaultReason.PASSWORD_UNFIT, ""),
        (14, FaultReason.UNPRINTABLE, ""),
    ]
    assert (report.numbers, report.imported, report.fault_count) == (1, False, 12)
    assert stored(shop) == before


def test_a_dry_run_reports_and_hashes_and_changes_nothing(
    shop: Shop, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Hasher, "hash", None)
    file.write_text(f"{HEADER}{OURS},{TARIFF},2024-05-01,820461\n")
    report = import_subscribers(shop, file, dry_run=True)
    assert (report.numbers, report.imported, report.clean) == (1, False, True)
    assert stored(shop) == []


@pytest.mark.parametrize("content", [b"", b"820461,1\n", b"msisdn\n", HEADER.encode() + b"820461" * 300, b"\xff\xfe"])
def test_what_is_no_file_of_subscribers_is_told_without_showing_what_may_be_a_password(
    shop: Shop, file: Path, content: bytes
) -> None:
    file.write_bytes(content)
    report = import_subscribers(shop, file)
    assert report.fault_count == 1
    assert "820461" not in repr(report)
    assert not report.imported


# Their numbers


def test_a_number_in_stock_is_no_longer_for_sale(world: World, shop: Shop, file: Path) -> None:
    """SPEC 4.2: sold once, though not here."""
    file.write_text(f"{HEADER}{PLAIN[0]},{TARIFF},2024-05-01,\n{WITHDRAWN},{TARIFF},2024-05-01,\n")
    assert import_subscribers(shop, file).imported
    world.clock.move(400 * 24 * 60 * MINUTE)
    with pytest.raises(NumberTaken) as refusal:
        hold_number(shop, world.visit(), PLAIN[0])
    assert refusal.value.free_at is None
    assert world.live_claims() == {PLAIN[0]: ClaimKind.SALE}


def test_a_number_somebody_takes_between_check_and_import_is_noticed(
    world: World, shop: Shop, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = world.visit()
    hash_all = module._hash

    def hash_while_somebody_holds(*arguments: object) -> object:
        hold_number(shop, visit, PLAIN[0])
        return hash_all(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "_hash", hash_while_somebody_holds)
    file.write_text(f"{HEADER}{OURS},{TARIFF},2024-05-01,\n{PLAIN[0]},{TARIFF},2024-05-01,\n")
    report = import_subscribers(shop, file)
    assert faults(report) == [(3, FaultReason.NUMBER_CLAIMED, str(PLAIN[0]))]
    assert not report.imported
    assert stored(shop) == []


def test_a_password_that_changed_while_the_others_were_hashed_is_noticed(
    shop: Shop, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hash_all = module._hash

    def hash_while_somebody_writes(*arguments: object) -> object:
        file.write_text(f"{HEADER}{OURS},{TARIFF},2024-05-01,594138\n{OURS_TOO},{TARIFF},2024-05-01,\n")
        return hash_all(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "_hash", hash_while_somebody_writes)
    file.write_text(f"{HEADER}{OURS},{TARIFF},2024-05-01,820461\n{OURS_TOO},{TARIFF},2024-05-01,820461\n")
    report = import_subscribers(shop, file)
    assert [(line, reason) for line, reason, _ in faults(report)] == [
        (2, FaultReason.FILE_CHANGED),
        (3, FaultReason.FILE_CHANGED),
    ]
    assert stored(shop) == []


def test_the_number_of_a_line_does_not_come_into_stock(world: World, shop: Shop, file: Path) -> None:
    """SPEC 4.2: sold here, it would be a second person's."""
    open_line(world, OURS)
    given_up = 13853926039
    open_line(world, given_up, LineState.CLOSED)
    numbers = file.with_name("numbers.csv")
    numbers.write_text(f"msisdn,city\n{OURS},济南\n{given_up},济南\n", encoding="utf-8")
    report = import_numbers(shop.database, numbers, world.clock.now())
    assert faults(report) == [(2, FaultReason.LINE_KNOWN, str(OURS))]


def test_two_imports_of_one_file_at_once_bring_everybody_in_once(shop: Shop, file: Path) -> None:
    file.write_text(HEADER + "".join(f"{OURS + place},{TARIFF},2024-05-01,\n" for place in range(200)))
    with ThreadPoolExecutor(4) as pool:
        reports = list(pool.map(lambda _: import_subscribers(shop, file), range(4)))
    assert sorted(report.imported for report in reports) == [False, False, False, True]
    assert stored(shop) == [OURS + place for place in range(200)]


def test_an_import_and_a_number_withdrawn_meanwhile_never_wait_for_each_other(
    world: World, shop: Shop, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text(f"{HEADER}{PLAIN[0]},{TARIFF},2024-05-01,\n")
    those_for_sale = stock.those_for_sale
    with ThreadPoolExecutor(1) as pool:
        withdrawals = []

        def look_while_somebody_withdraws(connection: Connection, msisdns: Sequence[int]) -> set[int]:
            withdrawals.append(pool.submit(withdraw_number, shop.database, PLAIN[1], world.clock.now()))
            # Long enough for it to take what locks it can.
            wait(withdrawals, timeout=0.5)
            return those_for_sale(connection, msisdns)

        monkeypatch.setattr(stock, "those_for_sale", look_while_somebody_withdraws)
        assert import_subscribers(shop, file).imported
    [withdrawal] = withdrawals
    assert withdrawal.exception() is None
    assert world.live_claims() == {PLAIN[0]: ClaimKind.SALE}
    with shop.database.reading() as connection:
        assert those_for_sale(connection, PLAIN[:2]) == {PLAIN[0]}


# Nothing in clear


@pytest.mark.parametrize("kind", [subscribers.NewLine, subscribers.Subscriber, module._Row, module._Hashed])
def test_what_holds_a_password_does_not_show_it(kind: type) -> None:
    value = kind(**{field.name: "820461" for field in fields(kind)})
    assert "820461" not in f"{value} {value!r} {[value]}"
