"""`kiosk doctor` on disk, keys, clock and the installed machine: what is wrong, and how to mend it (SPEC 10.5)."""

import os
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from kiosk.cli.doctor.devices import of_devices
from kiosk.cli.doctor.files import disk, private
from kiosk.cli.doctor.finding import Finding, Status
from kiosk.cli.doctor.lockdown import is_installed, of_lockdown
from kiosk.cli.doctor.pinyin import of_pinyin
from kiosk.cli.doctor.system_time import clock_is_kept, of_system_time
from kiosk.config import Settings
from kiosk.locale import Translator
from tests.cli.conftest import Inside, Program
from widgets.pinyin.lexicon import lexicon_file, open_lexicon

TR = Translator("zh")
READABLE = os.R_OK


def state_of_disk(*, free: int = 10**6, free_files: int = 10**6, files: int = 10**7, flags: int = 0) -> Finding:
    return disk(TR, os.statvfs_result((4096, 4096, 10**8, free, free, files, free_files, free_files, flags, 255)))


def test_a_disk_with_room_is_sound() -> None:
    assert state_of_disk().status is Status.OK
    # btrfs counts no files.
    assert state_of_disk(files=0, free_files=0).status is Status.OK


@pytest.mark.parametrize(
    ("finding", "word"),
    [
        (state_of_disk(free=1000), "500 MB"),
        (state_of_disk(free_files=10), "小文件"),
        (state_of_disk(flags=os.ST_RDONLY), "重启"),
    ],
    ids=["full", "no files left", "read-only"],
)
def test_a_disk_that_takes_no_orders_is_a_problem_with_a_remedy(finding: Finding, word: str) -> None:
    assert finding.status is Status.PROBLEM
    assert word in finding.remedy


def test_keys_that_others_can_read_are_a_problem(tmp_path: Path) -> None:
    key = tmp_path / "hash-key"
    key.write_text("00")
    key.chmod(0o640)
    assert private(TR, "key_file", "key", key, READABLE).remedy == f"chmod go= {key}"
    key.chmod(0o400)
    assert private(TR, "key_file", "key", key, READABLE).status is Status.OK


def test_credentials_of_a_service_are_sound_although_their_mode_names_a_group(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """systemd lets the service's user in by an access list, which shows as the group's bits, on a read-only mount."""
    key = tmp_path / "hash-key"
    key.write_text("00")
    key.chmod(0o440)
    mounted = os.statvfs_result((4096, 4096, 1, 0, 0, 1, 0, 0, os.ST_RDONLY, 255))
    monkeypatch.setattr("kiosk.cli.doctor.files.os.statvfs", lambda _path: mounted)
    assert private(TR, "key_file", "key", key, READABLE).status is Status.OK


def test_keys_are_not_made_where_only_root_may_put_them(kiosk: Program) -> None:
    """SPEC 10.3: a terminal with the wrong keys, or none, must not start with fresh ones."""
    ended = kiosk("orders", "list", settings={"KIOSK_SECRETS_DIR": "/sys/kernel"})
    assert ended.status == 1
    assert "/sys/kernel" in ended.told_calmly()
    assert "deploy/install.sh" in ended.told_calmly()


def test_a_clock_that_a_server_keeps_is_known_by_its_mark(tmp_path: Path) -> None:
    mark = tmp_path / "synchronized"
    mark.touch()
    assert clock_is_kept(mark) is True
    # Without the mark the kernel is asked, which may say either or nothing.
    assert clock_is_kept(tmp_path / "none") in {True, False, None}


@pytest.mark.parametrize(("installed", "status"), [(True, Status.PROBLEM), (False, Status.NOTICE)])
def test_a_clock_that_nobody_keeps_is_a_problem_of_a_terminal(
    monkeypatch: pytest.MonkeyPatch, installed: bool, status: Status
) -> None:
    monkeypatch.setattr("kiosk.cli.doctor.system_time.clock_is_kept", lambda: False)
    [finding] = of_system_time(TR, installed=installed)
    assert finding.status is status
    assert "systemd-timesyncd" in finding.remedy


SOUND = {
    "kiosk-terminal.service": "LoadState=loaded\nActiveState=active\nNRestarts=0",
    "seatd.service": "LoadState=loaded\nActiveState=active\nNRestarts=0",
    "getty@tty1.service": "LoadState=masked",
    "autovt@tty2.service": "LoadState=masked",
    "ctrl-alt-del.target": "LoadState=masked",
}


@pytest.fixture
def systemctl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder whose files are what `systemctl show` says of each unit."""
    program = tmp_path / "bin/systemctl"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nfor unit; do :; done\ncat "{tmp_path}/$unit"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    for unit, text in SOUND.items():
        (tmp_path / unit).write_text(text)
    (tmp_path / "sysrq").write_text("0\n")
    return tmp_path


def problems(folder: Path) -> list[str]:
    findings = list(of_lockdown(TR, folder / "sysrq"))
    assert len(findings) == len(SOUND) + 1
    return [finding.remedy for finding in findings if finding.status is not Status.OK]


def test_a_locked_machine_is_found_locked(systemctl: Path) -> None:
    assert problems(systemctl) == []


@pytest.mark.parametrize(
    ("name", "text", "remedy"),
    [
        ("getty@tty1.service", "LoadState=loaded", "systemctl mask getty@tty1.service"),
        ("autovt@tty2.service", "LoadState=loaded", "systemctl mask autovt@.service"),
        ("ctrl-alt-del.target", "LoadState=loaded", "systemctl mask ctrl-alt-del.target"),
        ("kiosk-terminal.service", "LoadState=loaded\nActiveState=failed", "systemctl start kiosk-terminal.service"),
        ("kiosk-terminal.service", "ActiveState=active\nNRestarts=12", "journalctl -u kiosk-terminal.service"),
        ("seatd.service", "LoadState=not-found\nActiveState=inactive", "systemctl start seatd.service"),
        ("sysrq", "438\n", "sysctl kernel.sysrq=0"),
    ],
)
def test_every_gap_is_found_and_how_to_close_it(systemctl: Path, name: str, text: str, remedy: str) -> None:
    (systemctl / name).write_text(text)
    assert problems(systemctl) == [remedy]


def test_only_an_installed_and_booted_machine_is_asked_for_its_lock_down(tmp_path: Path) -> None:
    unit = tmp_path / "kiosk-terminal.service"
    assert not is_installed(tmp_path, unit)
    unit.touch()
    assert is_installed(tmp_path, unit)
    assert not is_installed(tmp_path / "not-booted", unit)


def test_programs_find_each_check_by_a_name_that_no_language_changes(
    inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = []
    for language in ("zh", "en"):
        monkeypatch.setenv("KIOSK_LANGUAGE", language)
        document = inside("doctor", "--json").document
        assert {tuple(check) for check in document["checks"]} == {("id", "check", "status", "detail", "remedy")}
        ids.append([check["id"] for check in document["checks"]])
    assert ids[0] == ids[1]
    everywhere = {
        "database",
        "keys",
        "clock",
        "worker",
        "time_sync",
        "disk",
        "port",
        "printer",
        "scanner",
        "pinyin",
        "display",
    }
    assert everywhere <= set(ids[0])


def test_an_installed_machine_says_whether_its_printer_is_there(tmp_path: Path) -> None:
    """SPEC 9.5."""

    def printer(*, installed: bool) -> Finding:
        settings = Settings(data_dir=tmp_path)
        return next(iter(of_devices(TR, settings, installed=installed, printer=tmp_path / "receipt-printer")))

    assert printer(installed=False).status is Status.OK
    missing = printer(installed=True)
    assert (missing.status, "receipt-printer" in missing.detail, bool(missing.remedy)) == (Status.NOTICE, True, True)
    (tmp_path / "receipt-printer").touch()
    assert printer(installed=True).status is Status.OK


def test_the_lexicon_is_there_or_will_be_made_or_cannot_be(
    lexicon_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SPEC 9.1; the doctor never makes it: that takes half a gigabyte for some seconds."""
    open_lexicon(lexicon_folder)
    [present] = of_pinyin(TR, lexicon_folder)
    assert (present.status, present.remedy) == (Status.OK, "")
    [missing] = of_pinyin(TR, tmp_path)
    assert (missing.status, "下次启动" in missing.detail, bool(missing.remedy)) == (Status.NOTICE, True, True)
    lexicon_file(tmp_path).write_bytes(b"PINYIN 1, cut sh")
    [damaged] = of_pinyin(TR, tmp_path)
    assert damaged == missing
    assert [file.name for file in tmp_path.iterdir()] == [lexicon_file(tmp_path).name]

    def without(_name: str) -> str:
        raise PackageNotFoundError("pinyinime")

    monkeypatch.setattr("widgets.pinyin.edition.version", without)
    [impossible] = of_pinyin(TR, lexicon_folder)
    assert (impossible.status, "pinyinime" in impossible.detail) == (Status.PROBLEM, True)


def test_the_scanner_and_the_staffs_pin_are_told_as_they_are_set(
    inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SPEC 9.5; a terminal that nobody can leave is no problem, but worth a word."""

    def looked_at() -> dict[str, str]:
        checks = inside("doctor", "--json").document["checks"]
        return {check["id"]: check["status"] for check in checks if check["id"] in {"scanner", "staff_pin"}}

    assert looked_at() == {"scanner": "ok", "staff_pin": "notice"}
    monkeypatch.setenv("KIOSK_STAFF_PIN_HASH", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("408271"))
    monkeypatch.setenv("KIOSK_SCANNER", "keyboard")
    assert looked_at() == {"scanner": "ok", "staff_pin": "ok"}
