"""The folders of data and keys, the disk they are on, and the port of the pages."""

import fcntl
import os
import socket
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from kiosk.cli.doctor.finding import Finding, Status, judged
from kiosk.config import Settings
from kiosk.locale import Translator

_LEAST_FREE_BYTES: Final = 500 * 1024 * 1024
_LEAST_FREE_FILES: Final = 1000


def of_files(tr: Translator, settings: Settings) -> Iterator[Finding]:
    """Who may read and write them, and how much room is left."""
    folder = settings.data_dir
    yield private(tr, "data_folder", tr("数据文件夹"), folder, os.R_OK | os.W_OK | os.X_OK)
    if settings.secrets.is_dir():
        yield private(tr, "key_folder", tr("密钥文件夹"), settings.secrets, os.R_OK | os.X_OK)
        files = (private(tr, "key_file", tr("密钥"), file, os.R_OK) for file in sorted(settings.secrets.iterdir()))
        yield from (finding for finding in files if finding.status is not Status.OK)
    existing = next((each for each in (folder, *folder.parents) if each.exists()), Path("/"))
    yield disk(tr, os.statvfs(existing))
    running = _terminals_running(folder / "terminals")
    yield Finding("terminals", tr("终端"), Status.OK, tr("本机正在运行 {count} 台", count=running))
    yield _port(tr, settings, running)


def private(tr: Translator, id_: str, check: str, path: Path, wanted: int) -> Finding:
    """Whether a folder or file can be used as `wanted` by this user, and not at all by any other.

    In a folder that is mounted for reading only, as systemd hands out credentials, whoever mounted it answers for it.
    """
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        handed_out = bool(os.statvfs(path).f_flag & os.ST_RDONLY)
    except OSError as fault:
        return Finding(id_, check, Status.PROBLEM, f"{path}: {fault.strerror}", tr("请检查路径和权限"))
    if not os.access(path, wanted):
        return Finding(id_, check, Status.PROBLEM, str(path), tr("请让运行本程序的用户可以读写它"))
    if mode & (stat.S_IRWXG | stat.S_IRWXO) and not handed_out:
        detail = tr("{path} 可被其他用户访问", path=path)
        return Finding(id_, check, Status.PROBLEM, detail, f"chmod go= {path}")
    return Finding(id_, check, Status.OK, str(path))


def disk(tr: Translator, state: os.statvfs_result) -> Finding:
    """Whether there is room for orders: bytes, files, and a disk that the kernel still writes to."""
    check = tr("磁盘空间")
    free = state.f_bavail * state.f_frsize
    if state.f_flag & os.ST_RDONLY:
        return Finding("disk", check, Status.PROBLEM, tr("磁盘是只读的"), tr("请检查磁盘(journalctl -k)，然后重启"))
    # Some file systems don't count files, and say that there are none at all.
    if state.f_files and state.f_favail < _LEAST_FREE_FILES:
        detail = tr("只能再建 {count} 个文件", count=state.f_favail)
        return Finding("disk", check, Status.PROBLEM, detail, tr("请删除不用的小文件"))
    return judged(
        "disk",
        check,
        tr("剩余 {free} MB", free=f"{free // 1024**2:,}"),
        tr("请腾出至少 500 MB"),
        otherwise=None if free >= _LEAST_FREE_BYTES else Status.PROBLEM,
    )


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
            return Finding("port", check, Status.OK, tr("{place} 正由本机的终端使用", place=place))
        reason = fault.strerror or str(fault)
        return Finding("port", check, Status.PROBLEM, f"{place}: {reason}", tr("请修改设置 web_host 或 web_port"))
    return Finding("port", check, Status.OK, str(settings.web_port) if settings.web_port else tr("自动选择"))
