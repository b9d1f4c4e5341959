"""The command: every check in turn, shown as it is made."""

import itertools
import platform
from collections.abc import Iterator
from dataclasses import asdict
from typing import Annotated

import typer
from pysqlite3 import dbapi2 as sqlite

from kiosk.cli.doctor.devices import of_devices, of_staff
from kiosk.cli.doctor.display import of_display
from kiosk.cli.doctor.files import of_files
from kiosk.cli.doctor.finding import Finding, Status
from kiosk.cli.doctor.lockdown import is_installed, of_lockdown
from kiosk.cli.doctor.messages import of_messages
from kiosk.cli.doctor.pinyin import of_pinyin
from kiosk.cli.doctor.shop import of_shop
from kiosk.cli.doctor.system_time import of_system_time
from kiosk.cli.ending import DONE, PROBLEM
from kiosk.cli.output import print_json, print_line
from kiosk.config import Configuration, read_settings
from kiosk.locale import Translator
from kiosk.log import set_up_logging


def doctor(
    confirm_clock_: Annotated[
        bool, typer.Option("--confirm-clock", help="The date is right: settle pickups again after a leap.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> int:
    """Check this machine, its settings, its database and its screen."""
    configuration = read_settings()
    settings = configuration.settings
    tr = Translator(settings.language)
    set_up_logging(settings.log_file, settings.log_level)
    installed = is_installed()
    findings: list[Finding] = []
    for finding in itertools.chain(
        _of_program(tr, configuration),
        of_shop(tr, settings, confirm=confirm_clock_),
        of_messages(tr, settings),
        of_system_time(tr, installed=installed),
        of_files(tr, settings),
        of_devices(tr, settings, installed=installed),
        of_pinyin(tr, settings.data_dir / "pinyin"),
        of_staff(tr, settings),
        of_display(tr),
        of_lockdown(tr) if installed else (),
    ):
        findings.append(finding)
        if not as_json:
            _print_finding(tr, finding)
    sound = all(finding.status is not Status.PROBLEM for finding in findings)
    if as_json:
        print_json({"sound": sound, "checks": [asdict(finding) for finding in findings]})
    return DONE if sound else PROBLEM


def _print_finding(tr: Translator, finding: Finding) -> None:
    mark = {Status.OK: tr("正常"), Status.NOTICE: tr("提示"), Status.PROBLEM: tr("问题")}[finding.status]
    line = f"[{mark}] {finding.check}: {finding.detail}"
    print_line(f"{line} → {finding.remedy}" if finding.remedy else line, flush=True)


def _of_program(tr: Translator, configuration: Configuration) -> Iterator[Finding]:
    yield Finding("python", "Python", Status.OK, platform.python_version())
    yield Finding("sqlite", "SQLite", Status.OK, sqlite.sqlite_version)
    file = tr("没有配置文件") if configuration.file is None else str(configuration.file)
    yield Finding("settings", tr("设置"), Status.OK, file)
    for name in configuration.unknown:
        remedy = tr("没有这个设置，请检查拼写：kiosk config show")
        yield Finding("environment", tr("环境变量"), Status.PROBLEM, name, remedy)
