"""The deployment kit says what a locked terminal needs, and the installer says what it would do (SPEC 9.2, 10.5)."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from kiosk.config import NAMES, SettingInvalid, read_settings
from kiosk.terminal.exit_status import STATUS_CRASHED, STATUS_LEFT_BY_STAFF, STATUS_RESTART_BY_STAFF

DEPLOY = Path(__file__).parents[2] / "deploy"
ETC = DEPLOY / "etc"
UNITS = sorted((ETC / "systemd/system").glob("*.service"))
SERVICES = [unit for unit in UNITS if unit.stem != "kiosk-login"]

BY_DEFAULT = {
    "clipboard-copy",
    "clipboard-paste",
    "font-decrease",
    "font-increase",
    "font-reset",
    "primary-paste",
    "prompt-next",
    "prompt-prev",
    "scrollback-down-page",
    "scrollback-up-page",
    "search-start",
    "show-urls-launch",
    "spawn-terminal",
    "unicode-input",
}
"""Actions that foot 1.13 or 1.21 binds to a key unless it is told otherwise (foot.ini(5))."""


def directives(file: Path) -> dict[str, list[str]]:
    """Each name of a unit or `.ini` file with its values, in their order; comments left out."""
    found: dict[str, list[str]] = {}
    for line in file.read_text().splitlines():
        if "=" in line and not line.startswith("#"):
            name, value = line.split("=", 1)
            found.setdefault(name.strip(), []).append(value.strip())
    return found


def section(file: Path, title: str) -> dict[str, str]:
    """One section of foot's configuration."""
    text = file.read_text().split(f"[{title}]\n", 1)[1].split("\n[", 1)[0]
    return dict(line.split("=", 1) for line in text.splitlines() if "=" in line and not line.startswith("#"))


def test_the_terminal_always_comes_back_unless_staff_left_it() -> None:
    unit = directives(ETC / "systemd/system/kiosk-terminal.service")
    assert unit["Restart"] == ["always"]
    assert unit["StartLimitIntervalSec"] == ["0"]
    assert unit["RestartPreventExitStatus"] == [str(STATUS_LEFT_BY_STAFF)]
    meant = (STATUS_CRASHED, STATUS_RESTART_BY_STAFF, STATUS_LEFT_BY_STAFF)
    assert set(unit["SuccessExitStatus"][0].split()) == {str(status) for status in meant}
    [after] = unit["ExecStopPost"]
    assert f'"$$EXIT_STATUS" != {STATUS_LEFT_BY_STAFF} ||' in after
    assert after.endswith("start kiosk-login.service'")


def test_no_login_shares_the_screen_with_the_terminal() -> None:
    terminal = directives(ETC / "systemd/system/kiosk-terminal.service")
    login = directives(ETC / "systemd/system/kiosk-login.service")
    assert "getty@tty1.service" in terminal["Conflicts"][0]
    assert "kiosk-terminal.service" in login["Conflicts"][0]
    # Staff must sign in: no automatic login, and no shell without one.
    assert re.fullmatch(r"-/sbin/agetty --noclear --timeout \d+ tty1 linux", login["ExecStart"][0])
    assert login["OnSuccess"] == login["OnFailure"] == ["kiosk-terminal.service"]
    assert "NAutoVTs=0\nReserveVT=0\n" in (ETC / "systemd/logind.conf.d/kiosk.conf").read_text()


def test_keys_of_the_compositor_and_the_kernel_lead_nowhere() -> None:
    screen = (DEPLOY / "kiosk-screen").read_text()
    [command] = re.findall(r"^cage .*$", screen, re.MULTILINE)
    assert " -s" not in command
    assert "kernel.sysrq = 0" in (ETC / "sysctl.d/90-kiosk.conf").read_text()
    assert "CtrlAltDelBurstAction=none" in (ETC / "systemd/system.conf.d/kiosk.conf").read_text()


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.stem)
def test_a_service_can_write_its_own_data_only_and_gain_nothing(unit: Path) -> None:
    found = directives(unit)
    for name, value in {
        "User": "kiosk",
        "ProtectSystem": "strict",
        "ProtectHome": "yes",
        "PrivateTmp": "yes",
        "NoNewPrivileges": "yes",
        "CapabilityBoundingSet": "",
        "StateDirectory": "kiosk",
        "StateDirectoryMode": "0700",
        "UMask": "0077",
        "LimitCORE": "0",
        "MemorySwapMax": "0",
        "RestrictNamespaces": "yes",
        "SystemCallFilter": "@system-service",
    }.items():
        assert found[name] == [value], name
    assert "ReadWritePaths" not in found


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.stem)
def test_keys_and_secret_settings_come_as_credentials(unit: Path) -> None:
    found = directives(unit)
    assert any("KIOSK_SECRETS_DIR=%d" in line for line in found["Environment"])
    names = dict(line.split(":") for line in found["LoadCredential"])
    # A name without a path is looked up in /etc/credstore, and may be absent.
    assert all(source == f"kiosk.{name}" for name, source in names.items())
    assert {"field-key-1", "hash-key", "database_url"} <= set(names)
    assert all(f" {name} " in f" {(DEPLOY / 'kiosk-command').read_text()} ".replace(";", " ") for name in names)


@pytest.mark.parametrize("action", sorted(BY_DEFAULT))
def test_foot_does_nothing_by_itself_with_a_key(action: str) -> None:
    assert section(ETC / "kiosk/foot.ini", "key-bindings")[action] == "none"


@pytest.mark.parametrize(
    ("title", "name", "value"),
    [
        ("scrollback", "lines", "0"),
        ("bell", "urgent", "no"),
        ("mouse", "hide-when-typing", "yes"),
        ("csd", "preferred", "none"),
        ("tweak", "sixel", "yes"),
    ],
)
def test_foot_is_a_window_and_nothing_more(title: str, name: str, value: str) -> None:
    assert section(ETC / "kiosk/foot.ini", title)[name] == value


def test_every_binding_of_foot_is_none() -> None:
    for file in (ETC / "kiosk/foot.ini", ETC / "kiosk/foot-newer.ini"):
        for title in ("key-bindings", "mouse-bindings"):
            assert set(section(file, title).values()) == {"none"}, title
    assert section(ETC / "kiosk/foot-newer.ini", "security")["osc52"] == "disabled"


def test_a_full_hd_screen_has_the_cells_that_the_screens_are_drawn_for() -> None:
    """SPEC 9.4: 120×40 lying, 80×64 upright. A letter of the first font is 0.602 of its size wide."""
    window = directives(ETC / "kiosk/foot.ini")
    sizes = [int(size) for size in re.findall(r"pixelsize=(\d+)", window["font"][0])]
    wide, high = round(sizes[0] * 0.602), int(window["line-height"][0].removesuffix("px"))
    assert (1920 // wide >= 120, 1080 // high >= 40) == (True, True)
    assert (1080 // wide >= 80, 1920 // high >= 64) == (True, True)
    assert high == 2 * wide, "a QR code is drawn in half cells, which must be square"
    assert sizes[1] <= 2 * wide, "a Hanzi must fit its two cells"
    assert window["box-drawings-uses-font-glyphs"] == ["no"]
    assert window["initial-window-mode"] == ["fullscreen"]


def test_the_terminal_may_use_its_screen_and_a_printer_and_no_other_device() -> None:
    unit = directives(ETC / "systemd/system/kiosk-terminal.service")
    assert unit["DevicePolicy"] == ["closed"]
    assert unit["DeviceAllow"] == ["/dev/tty1 rw", "char-drm rw", "char-usb* rw"]
    # Or the kind of device isn't known when the unit starts at boot, and means nothing.
    assert "modprobe@drm.service" in unit["Wants"][0]
    assert "modprobe@drm.service" in unit["After"][0]
    # Taking the terminal from somebody else needs a capability that the unit doesn't have.
    assert unit["StandardInput"] == ["tty-fail"]


def test_the_settings_that_are_installed_can_be_read(tmp_path: Path) -> None:
    text = (ETC / "kiosk/kiosk.toml").read_text()
    for version in (text, re.sub(r"^#(?=\w)", "", text, flags=re.MULTILINE)):
        (tmp_path / "kiosk.toml").write_text(version)
        try:
            configuration = read_settings({"KIOSK_CONFIG": str(tmp_path / "kiosk.toml")}, tmp_path)
        except SettingInvalid as fault:
            pytest.fail(str(fault))
        assert configuration.settings.data_dir == Path("/var/lib/kiosk")
        assert configuration.settings.allow_quit is False
    named = set(re.findall(r"^#?(\w+) = ", text, re.MULTILINE))
    assert named <= set(NAMES)


def planned(root: Path, *arguments: str) -> list[str]:
    """What the installer says it would do in a Debian of that version, without its folders' names."""
    ended = subprocess.run(
        ["sh", str(DEPLOY / "install.sh"), "--dry-run", "--root", str(root), *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": os.environ["PATH"]},
    )
    assert ended.returncode == 0, ended.stderr
    lines = [line for line in ended.stdout.splitlines() if line.startswith("+ ")]
    return [line.removeprefix("+ ").replace(str(root), "") for line in lines]


@pytest.fixture
def debian(tmp_path: Path) -> Path:
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/os-release").write_text('ID=debian\nVERSION_ID="13"\n')
    return tmp_path


def test_a_dry_run_says_the_whole_plan_and_does_nothing(debian: Path) -> None:
    plan = planned(debian)
    for part in (
        r"apt-get install .* cage foot .*fonts-noto-cjk",
        r"python3 -m venv /opt/kiosk/releases/",
        r"install .*/kiosk-terminal.service$",
        r"systemd-sysusers kiosk.conf",
        r"make 64 bytes at random in /etc/credstore/kiosk.field-key-1",
        r"systemctl --no-reload mask getty@tty1.service",
        r"systemctl --no-reload mask autovt@.service",
        r"systemctl --no-reload mask ctrl-alt-del.target",
        r"systemctl --no-reload enable seatd.service kiosk-terminal.service",
    ):
        assert any(re.search(part, line) for line in plan), part
    assert [path.name for path in debian.rglob("*") if path.is_file()] == ["os-release"]


def test_every_file_of_the_kit_is_installed(debian: Path) -> None:
    plan = "\n".join(planned(debian))
    for file in ETC.rglob("*"):
        if file.is_file():
            assert str(file.relative_to(DEPLOY)) in plan, file


def test_a_server_gets_a_worker_and_pages_and_no_screen(debian: Path) -> None:
    plan = "\n".join(planned(debian, "--server"))
    assert "enable kiosk-worker.service kiosk-web.service" in plan
    assert "cage" not in plan
    assert "mask" not in plan


def test_keys_that_are_there_are_never_made_anew(debian: Path) -> None:
    (debian / "etc/credstore").mkdir()
    (debian / "etc/credstore/kiosk.field-key-1").write_text("the shop's")
    assert [line for line in planned(debian) if line.startswith("make ")] == [
        "make 32 bytes at random in /etc/credstore/kiosk.hash-key"
    ]


def test_removing_leaves_data_settings_and_keys(debian: Path) -> None:
    (debian / "etc/systemd/system").mkdir(parents=True)
    (debian / "etc/systemd/system/kiosk-terminal.service").touch()
    taken = [line for line in planned(debian, "--remove") if line.startswith("rm ")]
    assert any("/opt/kiosk" in line for line in taken)
    assert not any(kept in line for line in taken for kept in ("/var/lib/kiosk", "/etc/kiosk", "credstore"))


def test_another_system_is_refused(debian: Path) -> None:
    (debian / "etc/os-release").write_text('ID=ubuntu\nVERSION_ID="24.04"\n')
    ended = subprocess.run(
        ["sh", str(DEPLOY / "install.sh"), "--dry-run", "--root", str(debian)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert "Debian 12 or 13" in ended.stderr
