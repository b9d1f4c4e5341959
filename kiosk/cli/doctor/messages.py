"""Who carries mail and SMS: the sandbox, or a server that can be reached and lets this shop in."""

from collections.abc import Callable, Iterator
from contextlib import closing

from kiosk.cli.doctor.finding import Finding, Status
from kiosk.cli.words import message_failure
from kiosk.config import Settings
from kiosk.gateways.clock import wall_time
from kiosk.gateways.messages import Channel, MessageGatewayUnavailable, Outage
from kiosk.locale import Translator
from kiosk.open_messages import open_mail, open_sms


def of_messages(tr: Translator, settings: Settings) -> Iterator[Finding]:
    """Connect and log in, as the worker does before it sends; nothing is sent."""
    yield _judge(tr, settings, "mail", tr("邮件"), settings.smtp_host, lambda: _try_mail(settings))
    yield _judge(tr, settings, "sms", tr("短信"), settings.smpp_host, lambda: _try_sms(settings))


def _judge(tr: Translator, settings: Settings, id_: str, check: str, host: str, connect: Callable[[], None]) -> Finding:
    if not host:
        return _of_sandbox(tr, settings, id_, check)
    try:
        connect()
    except MessageGatewayUnavailable as fault:
        detail = f"{host}: {message_failure(tr, fault.reason)}"
        return Finding(id_, check, Status.PROBLEM, detail, _remedy(tr, id_, fault.reason))
    return Finding(id_, check, Status.OK, tr("已连接：{host}", host=host))


def _of_sandbox(tr: Translator, settings: Settings, id_: str, check: str) -> Finding:
    if settings.sandbox:
        return Finding(id_, check, Status.NOTICE, tr("未配置；只显示在沙箱手机上，不会真的发出"))
    setting = "smtp_host" if id_ == "mail" else "smpp_host"
    remedy = tr("设置 {setting}，见 docs/messages.md", setting=setting)
    return Finding(id_, check, Status.PROBLEM, tr("未配置，消息发不出去"), remedy)


def _try_mail(settings: Settings) -> None:
    open_mail(settings, wall_time).try_connection()


def _try_sms(settings: Settings) -> None:
    with closing(open_sms(settings, wall_time)) as gateway:
        gateway.prepare(Channel.SMS)


def _remedy(tr: Translator, id_: str, reason: Outage) -> str:
    prefix = "smtp" if id_ == "mail" else "smpp"
    match reason:
        case Outage.NETWORK | Outage.ANSWER:
            return tr("请检查网络和设置 {names}", names=f"{prefix}_host, {prefix}_port")
        case Outage.TLS:
            name = "smtp_security" if id_ == "mail" else "smpp_tls"
            return tr("请检查服务器的证书和设置 {names}", names=name)
        case Outage.LOGIN:
            user = "smtp_user" if id_ == "mail" else "smpp_system_id"
            return tr("请检查设置 {names}", names=f"{user}, {prefix}_password")
        case Outage.REFUSED:
            return tr("请检查设置 {names}", names="smtp_from" if id_ == "mail" else "smpp_source")
        case Outage.BUSY:
            return tr("请稍后再试")
        case Outage.NOT_CONFIGURED:
            return tr("设置 {setting}，见 docs/messages.md", setting=f"{prefix}_host")
