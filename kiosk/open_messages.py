"""Connect the gateways that the settings name: mail, SMS, and the sandbox for what they don't."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from kiosk.config import Settings
from kiosk.gateways.messages import Channel, MessageGateway
from kiosk.gateways.routed_messages import RoutedMessages

if TYPE_CHECKING:
    from kiosk.gateways.mail import MailMessages
    from kiosk.gateways.smpp.gateway import SmppMessages


def open_messages(settings: Settings, sandbox: MessageGateway | None, now: Callable[[], datetime]) -> RoutedMessages:
    """Each channel's gateway; `sandbox` is None where it is off. Nothing is connected before it is needed."""
    gateways: dict[Channel, MessageGateway] = {} if sandbox is None else dict.fromkeys(Channel, sandbox)
    if settings.smtp_host:
        gateways[Channel.EMAIL] = open_mail(settings, now)
    if settings.smpp_host:
        gateways[Channel.SMS] = open_sms(settings, now)
    return RoutedMessages(gateways)


def open_mail(settings: Settings, now: Callable[[], datetime]) -> "MailMessages":
    """The SMTP server of the settings."""
    from kiosk.gateways.mail import MailMessages, Security, SmtpAccount  # noqa: PLC0415  # only where there is one

    account = SmtpAccount(
        host=settings.smtp_host,
        security=Security(settings.smtp_security),
        sender=settings.smtp_from,
        port=settings.smtp_port,
        user=settings.smtp_user,
        password=settings.smtp_password,
    )
    return MailMessages(account, now)


def open_sms(settings: Settings, now: Callable[[], datetime]) -> "SmppMessages":
    """The message centre of the settings."""
    from kiosk.gateways.smpp.gateway import SmppMessages  # noqa: PLC0415  # only where there is one
    from kiosk.gateways.smpp.session import SmppAccount  # noqa: PLC0415  # likewise

    account = SmppAccount(
        host=settings.smpp_host,
        port=settings.smpp_port,
        system_id=settings.smpp_system_id,
        password=settings.smpp_password,
        source=settings.smpp_source,
        tls=settings.smpp_tls,
    )
    return SmppMessages(account, now)
