"""Give the demonstration some subscribers, whose service passwords arrive on the sandbox phone."""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Final

from sqlalchemy import Connection

from kiosk.domain.msisdn import group_msisdn
from kiosk.domain.notices import DEMONSTRATION_TEMPLATE
from kiosk.domain.rules import SHOP_TIME
from kiosk.gateways.messages import Channel
from kiosk.locale import Translator
from storage import subscribers
from storage.demonstration_lines import DemonstrationLine
from storage.notices import queue_notice

_GOOD_FOR: Final = timedelta(days=1)
"""How long the SMS may wait: a password is asked for anew as easily."""


def add_demonstration_lines(
    connection: Connection, lines: Mapping[int, DemonstrationLine], now: datetime, language: str
) -> None:
    """Open the lines, by MSISDN, and leave each an SMS with its service password."""
    tr = Translator(language)
    subscribers.add_lines(
        connection,
        [
            subscribers.NewLine(
                msisdn,
                line.tariff_code,
                datetime.combine(line.activated_on, time(), SHOP_TIME).astimezone(UTC),
                line.password_hash,
            )
            for msisdn, line in lines.items()
        ],
        now,
    )
    for msisdn, line in lines.items():
        queue_notice(
            connection,
            notice_key=f"demonstration:{msisdn}",
            now=now,
            channel=Channel.SMS.value,
            template=DEMONSTRATION_TEMPLATE,
            recipient=str(msisdn),
            subject=None,
            body=tr(
                "【演示】您的号码 {number} 的服务密码是 {password}。您可以用它在终端登录。",
                number=group_msisdn(msisdn),
                password=line.service_password,
            ),
            expires_at=now + _GOOD_FOR,
        )
