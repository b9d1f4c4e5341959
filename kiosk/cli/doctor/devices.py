"""What is plugged in, receipt printer and scanner, and the staff's way out."""

from collections.abc import Iterator

from kiosk.cli.doctor.finding import Finding, Status
from kiosk.config import Settings
from kiosk.locale import Translator


def of_devices(tr: Translator, settings: Settings) -> Iterator[Finding]:
    """No printer can be configured yet; a scanner types like a keyboard, so that it can't be seen from here."""
    yield Finding("printer", tr("小票打印机"), Status.OK, tr("未配置"))
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
