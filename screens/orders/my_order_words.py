"""A person's own order in words: what it is, what to do next, and what cancelling it brings."""

from datetime import datetime, timedelta

from kiosk.domain.money import format_yuan
from kiosk.domain.msisdn import group_msisdn
from kiosk.domain.rules import SHOP_TIME
from kiosk.locale import Translator
from kiosk.services.my_orders import MyOrder
from kiosk.services.track_order import Standing, TrackedOrder
from screens.order_words import Mark, OrderWords, words_of_order
from widgets.choice_table import ChoiceRow


def shop_time(instant: datetime) -> str:
    """A time as people at the shop read it."""
    return f"{instant.astimezone(SHOP_TIME):%Y-%m-%d %H:%M}"


def my_order_words(tr: Translator, order: MyOrder) -> OrderWords:
    """The state and what to do next; unlike on a scanned receipt, the person can do it here."""
    tracked = TrackedOrder(
        order.order_no, order.standing, order.until, order.place, activates_by_itself=order.activates_by_itself
    )
    words = words_of_order(tr, tracked)
    match order.standing:
        case Standing.TO_PAY if order.until is not None:
            return OrderWords(
                words.mark,
                words.state,
                (tr("请在 {deadline} 前点“去付款”，用手机扫码支付。", deadline=shop_time(order.until)), words.steps[1]),
            )
        case Standing.CHECKING:
            return OrderWords(
                words.mark, words.state, (tr("付款时间已过，正在向支付平台核对，本页会自动更新。"), words.steps[1])
            )
        case Standing.REFUND_STOPPED:
            return OrderWords(words.mark, words.state, (tr("请带订单号到柜台，由店员为您退款。"),))
        case _:
            return words


def next_step(tr: Translator, order: MyOrder) -> str:
    """What to do next, as briefly as a list needs it."""
    until = "" if order.until is None else shop_time(order.until)
    shop = tr("营业厅") if order.place is None else tr.pick(order.place.name_zh, order.place.name_en)
    steps = {
        Standing.TO_PAY: tr("请在 {deadline} 前付款", deadline=until),
        Standing.CHECKING: tr("正在向支付平台核对，请稍候"),
        Standing.TO_COLLECT: tr("请在 {deadline} 前到{place}取卡", deadline=until, place=shop),
        Standing.OVERDUE: tr("请到{place}取卡", place=shop),
        Standing.UNDER_WAY: tr("正在办理，无需操作"),
        Standing.COMPLETED: tr("无需操作"),
        Standing.CANCELLED: tr("没有收取费用"),
        Standing.REFUNDING: tr("退款正在办理，无需操作"),
        Standing.REFUNDED: tr("款项已原路退回"),
        Standing.REFUND_STOPPED: tr("请带订单号到柜台"),
    }
    return steps[order.standing]


def order_row(tr: Translator, order: MyOrder) -> ChoiceRow:
    """An order in a list."""
    words = my_order_words(tr, order)
    state = f"{words.mark} {words.state}" if words.mark is Mark.CARE else words.state
    return ChoiceRow(
        order.order_no,
        (group_msisdn(order.msisdn), state, format_yuan(order.amount_fen), order.order_no),
        note=next_step(tr, order),
    )


def cancel_question(tr: Translator, order: MyOrder, rest: timedelta) -> tuple[str, str, str]:
    """Title, text and yes of the question before cancelling: what comes back, and when."""
    if order.paid_at is None:
        return (
            tr("要取消订单吗？"),
            tr("号码会放回，其他人可以选。您还没有付款，不收任何费用。"),
            tr("取消订单"),
        )
    return (
        tr("要取消订单并退款吗？"),
        tr(
            "{amount} 全额原路退回您的付款账户，我们立即办理；到账时间取决于支付机构，"
            "余额通常当天，银行卡通常 1 至 3 个工作日。号码停放 {days} 天后供他人选购，您不一定能再选到。",
            amount=format_yuan(order.amount_fen),
            days=rest.days,
        ),
        tr("取消并退款"),
    )
