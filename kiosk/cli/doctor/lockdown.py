"""The machine as `deploy/install.sh` leaves it: the terminal runs, and no key of a keyboard leads past it."""

import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from kiosk.cli.doctor.finding import Finding, Status, judged
from kiosk.locale import Translator

_BOOTED: Final = Path("/run/systemd/system")
_UNIT: Final = Path("/etc/systemd/system/kiosk-terminal.service")
_SYSRQ: Final = Path("/proc/sys/kernel/sysrq")
_MASKED: Final = ("getty@tty1.service", "autovt@.service", "ctrl-alt-del.target")
_MANY_RESTARTS: Final = 5


def is_installed(booted: Path = _BOOTED, unit: Path = _UNIT) -> bool:
    """Whether this machine boots into the terminal."""
    return booted.is_dir() and unit.is_file()


def of_lockdown(tr: Translator, sysrq: Path = _SYSRQ) -> Iterator[Finding]:
    """The units as systemd sees them now."""
    yield _service(tr, "kiosk-terminal.service", tr("终端服务"))
    yield _service(tr, "seatd.service", tr("屏幕服务"))
    for name in _MASKED:
        masked = _properties(name).get("LoadState") == "masked"
        yield judged(
            "masked",
            tr("封锁"),
            tr("{unit} 已屏蔽", unit=name) if masked else tr("{unit} 没有屏蔽，顾客可能离开本程序", unit=name),
            f"systemctl mask {name}",
            otherwise=None if masked else Status.PROBLEM,
        )
    value = sysrq.read_text().strip()
    remedy = "sysctl kernel.sysrq=0"
    yield judged(
        "sysrq", tr("封锁"), f"kernel.sysrq = {value}", remedy, otherwise=None if value == "0" else Status.PROBLEM
    )


def _service(tr: Translator, name: str, check: str) -> Finding:
    properties = _properties(name)
    state, restarts = properties.get("ActiveState", "unknown"), int(properties.get("NRestarts", "0"))
    if state != "active":
        return Finding("service", check, Status.PROBLEM, f"{name}: {state}", f"systemctl start {name}")
    if restarts >= _MANY_RESTARTS:
        detail = tr("{unit} 已重新启动 {count} 次", unit=name, count=restarts)
        return Finding("service", check, Status.NOTICE, detail, f"journalctl -u {name}")
    return Finding("service", check, Status.OK, f"{name}: {state}")


def _properties(unit: str) -> Mapping[str, str]:
    command = ["systemctl", "show", "--property=LoadState,ActiveState,NRestarts", unit]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # our own words
    return dict(line.split("=", 1) for line in answer.stdout.splitlines() if "=" in line)
