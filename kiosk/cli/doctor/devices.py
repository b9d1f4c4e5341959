"""What is plugged in: receipt printer and scanner."""

from collections.abc import Iterator

from kiosk.cli.doctor.finding import Finding, Status
from kiosk.locale import Translator


def of_devices(tr: Translator) -> Iterator[Finding]:
    """There are no drivers yet, so none is configured."""
    yield Finding("printer", tr("小票打印机"), Status.OK, tr("未配置"))
    yield Finding("scanner", tr("扫码枪"), Status.OK, tr("未配置"))
