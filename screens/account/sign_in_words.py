"""Why somebody can't sign in, in words that say what to do, and where they are said (SPEC 3.5, 3.6; LOOK 7)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from kiosk.domain.accounts import SignInWay
from kiosk.domain.persons import PhoneFault
from kiosk.domain.rules import SHOP_TIME
from kiosk.locale import Translator
from kiosk.services.back_off import BackedOff
from kiosk.services.check_code import CodeExpired, CodeSpent, CodeWrong
from kiosk.services.errors import ServiceError
from kiosk.services.sign_in import AgreementNeeded, SignInRefused

_NO_CLOCK_NEEDED: Final = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Trouble:
    """What to say; `part` is the line of the form that it is about, None for all of it."""

    text: str
    part: str | None = None
    until: datetime | None = None
    """When the time alone has removed it."""


def way_name(tr: Translator, way: SignInWay) -> str:
    """A way to sign in, as it is offered."""
    match way:
        case SignInWay.PHONE_CODE:
            return tr("短信验证码")
        case SignInWay.PHONE_PASSWORD:
            return tr("服务密码")
        case SignInWay.PHONE_BOTH:
            return tr("密码 + 验证码")
        case SignInWay.MEMBER:
            return tr("邮箱")


def member_limits(tr: Translator) -> str:
    """What somebody who signs in by e-mail can't do here, and how they can."""
    return tr("邮箱账户只能选号、购机和办理自己的订单。要用手机号码办的业务，请用手机号码登录。")


def clock_time(instant: datetime, now: datetime) -> str:
    """A time of day at the shop, with its date where that is another day."""
    local, today = instant.astimezone(SHOP_TIME), now.astimezone(SHOP_TIME).date()
    return f"{local:%H:%M}" if local.date() == today else f"{local:%m-%d %H:%M}"


def phone_fault(tr: Translator, fault: PhoneFault) -> str:
    """Why a number can't be that of a line."""
    match fault:
        case PhoneFault.EMPTY:
            return tr("请填写手机号码")
        case PhoneFault.WRONG_LENGTH:
            return tr("手机号码是 11 位，请核对")
        case PhoneFault.NOT_DIGITS | PhoneFault.NOT_MOBILE:
            return tr("这不是手机号码，请核对")


def code_trouble(tr: Translator, refusal: ServiceError) -> Trouble | None:
    """What is wrong with a code; None where it isn't about one."""
    match refusal:
        case CodeWrong(tries_left=left):
            return Trouble(tr("验证码不对，还可以试 {count} 次", count=left), "code")
        case CodeExpired():
            return Trouble(tr("验证码已过期，请重新获取"), "code")
        case CodeSpent():
            return Trouble(tr("这个验证码已失效，请重新获取，并填最新的一条"), "code")
        case _:
            return None


def backed_off(tr: Translator, until: datetime, now: datetime) -> Trouble:
    """After too many failures; a short wait is only counted down."""
    if until - now < _NO_CLOCK_NEEDED:
        return Trouble(tr("尝试次数过多，请稍等再试。"), until=until)
    return Trouble(tr("尝试次数过多，请 {time} 之后再试。", time=clock_time(until, now)), until=until)


def sign_in_trouble(tr: Translator, refusal: ServiceError, way: SignInWay, now: datetime) -> Trouble:
    """Why somebody wasn't let in; the same words whether there is such an account or not."""
    about_code = code_trouble(tr, refusal)
    if about_code is not None:
        return about_code
    match refusal:
        case SignInRefused():
            return _not_known(tr, way)
        case BackedOff(until=until):
            return backed_off(tr, until, now)
        case AgreementNeeded():
            return Trouble(tr("请先同意《业务办理协议》，再登录。"), "agreement")
        case _:
            return Trouble(tr("现在不能登录，请稍后再试，或询问店员。"))


def _not_known(tr: Translator, way: SignInWay) -> Trouble:
    if way is SignInWay.MEMBER:
        return Trouble(tr("邮箱或密码不对，请核对后再试"), "password")
    if way.asks_password:
        return Trouble(tr("号码或服务密码不对，请核对后再试"), "service_password")
    return Trouble(tr("这个号码现在不能登录，请核对号码，或换一种方式。"))
