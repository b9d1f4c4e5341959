"""`kiosk catalogue import` and the subscribers of the demonstration (DESIGN 5)."""

from pathlib import Path

import pytest

from kiosk.composition import open_shop
from kiosk.config import Settings
from kiosk.domain.accounts import SignInWay
from kiosk.services.keep_visit import begin_visit
from kiosk.services.settle_deadlines import settle_deadlines
from kiosk.services.sign_in import sign_in
from storage.demonstration_lines import demonstration_lines
from tests.cli.conftest import Inside, Program


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "catalogue"
    made.mkdir()
    return made


def test_a_folder_of_subscribers_comes_in_once(inside: Inside, filled: Program, folder: Path) -> None:
    run = inside.on(filled.data_dir)
    (folder / "subscribers.csv").write_text("msisdn,tariff_code,activated_on\n13853900001,CX-88,2024-05-01\n")
    assert run("catalogue", "import", str(folder), "--dry-run").out == "文件没有错误，可以导入 1 个用户。\n"
    assert run("catalogue", "import", str(folder)).out == "已导入 1 个用户。\n"
    again = run("catalogue", "import", str(folder))
    assert again.status == 1
    assert again.out == "subscribers.csv: 第 2 行: 号码已有用户在用 (13853900001)\n"
    assert "没有导入任何用户" in again.told_calmly()


def test_a_folder_without_the_file_is_told(inside: Inside, folder: Path) -> None:
    ended = inside("catalogue", "import", str(folder))
    assert ended.status == 1
    assert "subscribers.csv: 文件不存在或无法读取" in ended.out


def test_faults_are_told_by_line_and_passwords_are_not(inside: Inside, folder: Path) -> None:
    (folder / "subscribers.csv").write_text(
        "msisdn,tariff_code,activated_on,service_password\n13853900001,CX-88,2024-05-01,123456\n"
    )
    ended = inside("catalogue", "import", str(folder))
    assert ended.out == "subscribers.csv: 第 2 行: 服务密码不是 6 位数字，或太简单\n"
    assert "123456" not in ended.out + ended.err


def test_anybody_can_sign_in_to_the_demonstration_with_what_the_sandbox_phone_shows(filled: Program) -> None:
    with open_shop(Settings(data_dir=filled.data_dir), terminal=True) as opened:
        settle_deadlines(opened.shop)
        assert opened.ledger is not None
        messages = opened.ledger.messages()
        assert len(messages) == len(demonstration_lines()) == 6
        visit = begin_visit(opened.shop, "zh")
        for message in messages[:2]:
            [password] = [
                line.service_password for line in demonstration_lines() if line.service_password in message.body
            ]
            person = sign_in(
                opened.shop,
                visit,
                SignInWay.PHONE_PASSWORD,
                identity=message.recipient,
                password=password,
                agreed=True,
                captcha_solved=True,
                language="zh",
            )
            assert str(person.msisdn) == message.recipient
