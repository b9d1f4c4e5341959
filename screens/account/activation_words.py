"""How the mail that activates an account fares, and what to do about it, in words (SPEC 3.2, 3.3)."""

from datetime import datetime

from kiosk.locale import Translator
from kiosk.services.activate_account import (
    ActivationExpired,
    ActivationSpent,
    ActivationWrong,
    AddressInUse,
    MailProgress,
    MailState,
    TooMany,
    TooSoon,
)
from kiosk.services.errors import ServiceError
from screens.account.sign_in_words import clock_time
from screens.order_words import Mark


def progress_words(tr: Translator, progress: MailProgress | None) -> tuple[Mark, str]:
    """A mark and a sentence; None stands for what isn't known yet."""
    if progress is None or (progress.state is MailState.QUEUED and progress.failure is None):
        return Mark.OPEN, tr("激活邮件正在发送…")
    if progress.state is MailState.SENT:
        return Mark.DONE, tr("激活邮件已发出。没有收到？请看看垃圾邮件，或核对邮箱。")
    if progress.failure == "no_such_mailbox":
        return Mark.CARE, tr("邮件被退回：这个邮箱可能不存在。请点“更正邮箱”。")
    if progress.state is MailState.QUEUED:
        return Mark.CARE, tr("邮件还没有发出：可能是网络不通。我们会自动再试，也可以更正邮箱。")
    if progress.failure == "network":
        return Mark.CARE, tr("邮件没有发出：可能是网络不通。请稍后点“重新发送”。")
    return Mark.CARE, tr("邮件没有发出：可能是网络不通，或邮箱不存在。请重新发送，或更正邮箱。")


def activation_trouble(tr: Translator, refusal: ServiceError) -> str:
    """Why a code doesn't activate."""
    match refusal:
        case ActivationWrong(tries_left=left):
            return tr("激活码不对，还可以试 {count} 次", count=left)
        case ActivationExpired():
            return tr("激活码已过期，请重新发送")
        case AddressInUse():
            return tr("这个邮箱已有账户，请直接登录，或更正邮箱")
        case ActivationSpent():
            return tr("这个激活码已失效，请重新发送，并填最新的一个")
        case _:
            return tr("现在不能激活，请稍后再试，或询问店员")


def sending_trouble(tr: Translator, refusal: ServiceError, now: datetime) -> str:
    """Why no other mail is sent."""
    match refusal:
        case TooSoon():
            return tr("刚刚发过，请稍等再重新发送。")
        case TooMany(until=until):
            return tr("今天发送的次数已用完，请 {time} 之后再试。", time=clock_time(until, now))
        case _:
            return tr("现在不能发送，请稍后再试，或询问店员。")
