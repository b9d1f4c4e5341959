"""`kiosk doctor`: what could keep a terminal from working, one line each, and how to mend it."""

import fcntl
import getpass
import os
import platform
import shutil
import socket
import stat
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer
from pysqlite3 import dbapi2 as sqlite

from kiosk.cli.ending import DONE, PROBLEM
from kiosk.cli.output import local_time, print_json
from kiosk.composition import CannotOpen, OpenedShop, open_shop
from kiosk.config import Configuration, Settings, read_settings
from kiosk.domain.errors import ShopUnavailable
from kiosk.locale import Translator
from kiosk.log import set_up_logging
from kiosk.services.check_health import WORKER_SILENCE, find_damage, somebody_waits, worker_seen
from kiosk.services.keep_time import clock_leap, confirm_clock
from storage.schema import NEWEST_REVISION

_LEAST_FREE_BYTES: Final = 500 * 1024 * 1024
_COLUMNS, _ROWS = 80, 24
_SAMPLE: Final = "选号入网 138 5317 8888 ▀▄█ ✓ ●"


class Status(StrEnum):
    """How a check went."""

    OK = "ok"
    NOTICE = "notice"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: what was looked at, how it is, and how to mend it if it needs that."""

    check: str
    status: Status
    detail: str
    remedy: str = ""


def doctor(
    confirm_clock_: Annotated[
        bool, typer.Option("--confirm-clock", help="The date is right: settle pickups again after a leap.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> int:
    """Check this machine, its settings and its database."""
    configuration = read_settings()
    settings = configuration.settings
    tr = Translator(settings.language)
    set_up_logging(settings.log_file, settings.log_level)
    findings: list[Finding] = []

    def found(finding: Finding) -> None:
        findings.append(finding)
        if not as_json:
            _print_finding(tr, finding)

    for finding in _of_machine(tr, configuration):
        found(finding)
    for finding in _of_shop(tr, settings, confirm=confirm_clock_):
        found(finding)
    for finding in (*_of_files(tr, settings), *_of_terminal(tr)):
        found(finding)
    sound = all(finding.status is not Status.PROBLEM for finding in findings)
    if as_json:
        print_json({"sound": sound, "checks": [asdict(finding) for finding in findings]})
    return DONE if sound else PROBLEM


def _print_finding(tr: Translator, finding: Finding) -> None:
    mark = {Status.OK: tr("正常"), Status.NOTICE: tr("提示"), Status.PROBLEM: tr("问题")}[finding.status]
    line = f"[{mark}] {finding.check}: {finding.detail}"
    print(f"{line} → {finding.remedy}" if finding.remedy else line, flush=True)


def _of_machine(tr: Translator, configuration: Configuration) -> Iterator[Finding]:
    yield Finding("Python", Status.OK, platform.python_version())
    yield Finding("SQLite", Status.OK, sqlite.sqlite_version)
    file = tr("没有配置文件") if configuration.file is None else str(configuration.file)
    yield Finding(tr("设置"), Status.OK, file)
    for name in configuration.unknown:
        yield Finding(tr("环境变量"), Status.PROBLEM, name, tr("没有这个设置，请检查拼写：kiosk config show"))


def _of_shop(tr: Translator, settings: Settings, *, confirm: bool) -> Iterator[Finding]:
    check = tr("数据库")
    try:
        with open_shop(settings, terminal=False) as opened:
            where = settings.shown("database_url") or settings.database.removeprefix("sqlite:///")
            yield Finding(check, Status.OK, tr("{where}，版本 {revision}", where=where, revision=NEWEST_REVISION))
            yield _damage(tr, opened)
            yield _clock(tr, opened, confirm=confirm)
            yield _worker(tr, opened)
            if opened.demonstration:
                yield Finding(tr("演示"), Status.NOTICE, tr("号码、套餐和营业厅都是演示数据"))
    except CannotOpen as fault:
        yield Finding(check, Status.PROBLEM, str(fault))
    except ShopUnavailable:
        yield Finding(check, Status.PROBLEM, tr("检查时连接中断"), tr("请稍后再试"))
    if settings.sandbox:
        yield Finding(tr("支付"), Status.NOTICE, tr("使用沙箱支付，不会收取真钱"))
    else:
        yield Finding(tr("支付"), Status.PROBLEM, tr("没有接入任何支付渠道"), tr("把设置 sandbox 改为 true"))


def _damage(tr: Translator, opened: OpenedShop) -> Finding:
    damage = find_damage(opened.shop)
    if not damage:
        return Finding(tr("数据完整性"), Status.OK, tr("完好"))
    return Finding(tr("数据完整性"), Status.PROBLEM, damage[0], tr("运行 kiosk db check 查看全部，并从备份恢复"))


def _clock(tr: Translator, opened: OpenedShop, *, confirm: bool) -> Finding:
    if confirm and confirm_clock(opened.shop, getpass.getuser()):
        return Finding(tr("时钟"), Status.OK, tr("已确认：{now}", now=local_time(opened.shop.now())))
    leap = clock_leap(opened.shop)
    if leap is None:
        return Finding(tr("时钟"), Status.OK, local_time(opened.shop.now()))
    before, after = (local_time(each) for each in leap)
    return Finding(
        tr("时钟"),
        Status.PROBLEM,
        tr("从 {before} 跳到了 {after}", before=before, after=after),
        tr("日期若正确，运行 kiosk doctor --confirm-clock；否则先校准系统时间"),
    )


def _worker(tr: Translator, opened: OpenedShop) -> Finding:
    seen = worker_seen(opened.shop)
    last = tr("最近一次 {time}", time=local_time(seen)) if seen else tr("从未运行")
    if seen is not None and opened.shop.now() - seen <= WORKER_SILENCE:
        return Finding(tr("后台任务"), Status.OK, last)
    if not somebody_waits(opened.shop):
        return Finding(tr("后台任务"), Status.NOTICE, tr("没有运行({last})，目前也没有待处理的事项", last=last))
    return Finding(tr("后台任务"), Status.PROBLEM, last, tr("运行 kiosk run 或 kiosk worker"))


def _of_files(tr: Translator, settings: Settings) -> Iterator[Finding]:
    folder = settings.data_dir
    yield _private(tr, tr("数据文件夹"), folder)
    if settings.secrets.is_dir():
        yield _private(tr, tr("密钥文件夹"), settings.secrets)
        for file in sorted(settings.secrets.iterdir()):
            yield _private(tr, tr("密钥"), file)
    existing = next((each for each in (folder, *folder.parents) if each.exists()), Path("/"))
    free = shutil.disk_usage(existing).free
    yield Finding(
        tr("磁盘空间"),
        Status.OK if free >= _LEAST_FREE_BYTES else Status.PROBLEM,
        tr("剩余 {free} MB", free=f"{free // 1024**2:,}"),
        "" if free >= _LEAST_FREE_BYTES else tr("请腾出至少 500 MB"),
    )
    running = _terminals_running(folder / "terminals")
    yield Finding(tr("终端"), Status.OK, tr("本机正在运行 {count} 台", count=running))
    yield _port(tr, settings, running)


def _private(tr: Translator, check: str, path: Path) -> Finding:
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        wanted = os.R_OK | (os.W_OK | os.X_OK if path.is_dir() else 0)
    except OSError as fault:
        return Finding(check, Status.PROBLEM, f"{path}: {fault.strerror}", tr("请检查路径和权限"))
    if not os.access(path, wanted):
        return Finding(check, Status.PROBLEM, str(path), tr("请让运行本程序的用户可以读写它"))
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        return Finding(check, Status.PROBLEM, tr("{path} 可被其他用户访问", path=path), f"chmod go= {path}")
    return Finding(check, Status.OK, str(path))


def _terminals_running(folder: Path) -> int:
    """How many of the places for terminals are locked by a living process."""
    return sum(_is_locked(file) for file in folder.glob("*.lock"))


def _is_locked(file: Path) -> bool:
    try:
        with file.open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def _port(tr: Translator, settings: Settings, running: int) -> Finding:
    check = tr("网页端口")
    try:
        socket.create_server((settings.web_host, settings.web_port)).close()
    except OSError as fault:
        place = f"{settings.web_host}:{settings.web_port}"
        if running and settings.web_port:
            return Finding(check, Status.OK, tr("{place} 正由本机的终端使用", place=place))
        reason = fault.strerror or str(fault)
        return Finding(check, Status.PROBLEM, f"{place}: {reason}", tr("请修改设置 web_host 或 web_port"))
    return Finding(check, Status.OK, str(settings.web_port) if settings.web_port else tr("自动选择"))


def _of_terminal(tr: Translator) -> Iterator[Finding]:
    check = tr("显示")
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        yield Finding(check, Status.NOTICE, tr("不在终端窗口中，无法检查大小和颜色"))
        return
    size = os.get_terminal_size()
    colours = os.environ.get("COLORTERM", "") or os.environ.get("TERM", "")
    big_enough = size.columns >= _COLUMNS and size.lines >= _ROWS
    for detail, is_good, remedy in (
        (f"{size.columns}×{size.lines}", big_enough, tr("窗口至少需要 80×24")),
        (colours or "TERM", colours not in {"", "dumb"}, tr("请设置 TERM=xterm-256color")),
        (_locale(), "UTF8" in _locale().upper().replace("-", ""), tr("请设置 LANG=C.UTF-8")),
    ):
        yield Finding(check, Status.OK if is_good else Status.PROBLEM, detail, "" if is_good else remedy)
    yield Finding(tr("字体"), Status.NOTICE, _SAMPLE, tr("如有方框或乱码，请安装等宽中文字体，如 fonts-noto-cjk"))


def _locale() -> str:
    return os.environ.get("LC_ALL") or os.environ.get("LC_CTYPE") or os.environ.get("LANG") or "C"
