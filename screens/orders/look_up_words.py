"""Why an order can't be opened by its number and code, in words that say what to do (SPEC 2.5, 3.5)."""

from datetime import datetime

from kiosk.services.request_code import CodeTooSoon, TooManyCodes

from kiosk.domain.rules import SHOP_TIME
from kiosk.locale import Translator
from kiosk.services.check_code import CodeExpired, CodeSpent, CodeWrong
from kiosk.services.errors import OrderForgotten, OrderUnknown, ServiceError


def refusal_words(tr: Translator, refusal: ServiceError) -> str:  # noqa: PLR0911 - one sentence a refusal
    """One sentence, at the field or above the buttons."""
    match refusal:
        case OrderUnknown():
            return tr("没有找到这个订单，请核对订单号")
        case OrderForgotten():
            return tr("这个订单已取消多日，资料已删除，无法再查看")
        case CodeWrong(tries_left=tries_left):
            return tr("验证码不对，请核对；还可以试 {count} 次", count=tries_left)
        case CodeExpired():
            return tr("验证码已过期，请重新获取")
        case CodeSpent():
            return tr("这个验证码已失效，请重新获取")
        case CodeTooSoon(until=until):
            return tr("刚刚发送过验证码，请在 {time} 后再获取", time=_clock(until))
        case TooManyCodes(until=until):
            return tr("发送到这部手机的验证码太多，请在 {time} 后再试，或到柜台办理", time=_clock(until))
        case _:
            return tr("本次办理已结束，请返回首页重新开始")


def _clock(instant: datetime) -> str:
    return f"{instant.astimezone(SHOP_TIME):%m-%d %H:%M:%S}"
