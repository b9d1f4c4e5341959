"""Why an order can't be opened by its number and code, in words that say what to do (SPEC 2.5, 3.5)."""

from datetime import datetime

from kiosk.locale import Translator
from kiosk.services.errors import OrderForgotten, OrderUnknown, ServiceError
from kiosk.services.request_code import CodeTooSoon, TooManyCodes
from screens.account.sign_in_words import clock_time, code_trouble


def refusal_words(tr: Translator, refusal: ServiceError, now: datetime) -> str:
    """One sentence, at the field or above the buttons."""
    about_code = code_trouble(tr, refusal)
    if about_code is not None:
        return about_code.text
    match refusal:
        case OrderUnknown():
            return tr("没有找到这个订单，请核对订单号")
        case OrderForgotten():
            return tr("这个订单已取消多日，资料已删除，无法再查看")
        case CodeTooSoon(until=until):
            return tr("刚刚发送过验证码，请在 {time} 之后再获取", time=clock_time(until, now))
        case TooManyCodes(until=until):
            return tr("发送到这部手机的验证码太多，请在 {time} 之后再试，或到柜台办理", time=clock_time(until, now))
        case _:
            return tr("本次办理已结束，请返回首页重新开始")
