"""What is plugged in, receipt printer and scanner, and the staff's way out."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from kiosk.cli.doctor.finding import Finding, Status, judged
from kiosk.config import Settings
from kiosk.locale import Translator

_PRINTER: Final = Path("/dev/receipt-printer")
"""What deploy/etc/udev/rules.d/70-kiosk.rules calls it."""


def of_devices(tr: Translator, settings: Settings, *, installed: bool, printer: Path = _PRINTER) -> Iterator[Finding]:
    """An installed machine has a name for its printer; a scanner types like a keyboard and can't be seen from here."""
    check = tr("小票打印机")
    if not installed:
        yield Finding("printer", check, Status.OK, tr("未配置"))
    else:
        found = printer.exists()
        yield judged(
            "printer",
            check,
            tr("已连接：{file}", file=printer) if found else tr("没有找到 {file}", file=printer),
            tr("如有打印机，请检查电源和数据线"),
            otherwise=None if found else Status.NOTICE,
        )
    scanner = tr("未配置") if settings.scanner == "none" else tr("像键盘一样输入；请扫一张小票试试")
    yield Finding("scanner", tr("扫码枪"), Status.OK, scanner)


def of_staff(tr: Translator, settings: Settings) -> Iterator[Finding]:
    """Without a PIN nobody can leave the terminal at its own screen, which may be meant."""
    check = tr("员工密码")
    if settings.staff_pin_hash is None:
        remedy = tr("未设置时只能远程停止终端；要设置请运行 {command}", command="kiosk staff-pin")
        yield Finding("staff_pin", check, Status.NOTICE, tr("未设置"), remedy)
    else:
        yield Finding("staff_pin", check, Status.OK, tr("已设置"))
