"""The story of an order in words: what it was for, what happened to it, what goes back."""

from kiosk.domain.money import format_yuan
from kiosk.domain.msisdn import group_msisdn
from kiosk.locale import Translator
from kiosk.services.my_orders import Happening, MyOrder, OrderStory
from screens.number_purchase.price_panel import AmountLine
from screens.number_purchase.tariff_words import quote_line_name
from screens.orders.my_order_words import shop_time


def refund_lines(tr: Translator, order: MyOrder) -> list[str]:
    """Money that goes back, or went: how much, why, and how far it has come."""
    return [
        tr(
            "{amount} {state}（{reason}）",
            amount=format_yuan(refund.amount_fen),
            state=_refund_state(tr, refund.state),
            reason=_refund_reason(tr, refund.reason),
        )
        for refund in order.refunds
    ]


def _refund_state(tr: Translator, state: str) -> str:
    match state:
        case "succeeded":
            return tr("已原路退回")
        case "refused":
            return tr("未能退回，请到柜台办理")
        case _:
            return tr("正在原路退回")


def _refund_reason(tr: Translator, reason: str) -> str:
    reasons = {
        "duplicate_payment": tr("重复支付"),
        "wrong_amount": tr("金额不符"),
        "paid_too_late": tr("付款到达太晚"),
        "pickup_timeout": tr("逾期未取卡"),
        "given_up": tr("您取消了订单"),
    }
    return reasons.get(reason, tr("订单已取消"))


def event_line(tr: Translator, event: Happening) -> str | None:
    """One thing that happened, with its time; None for what only staff need to know."""
    text = _event_text(tr, event)
    return None if text is None else f"{shop_time(event.at)}  {text}"


def _event_text(tr: Translator, event: Happening) -> str | None:
    texts = {
        "submitted": tr("订单已提交"),
        "payment_failed": tr("一次付款没有成功"),
        "paid": tr("付款成功"),
        "line_activated": tr("号码激活，开始计费"),
        "refund_requested": tr("开始退款"),
        "refund_succeeded": tr("退款完成"),
        "refund_refused": tr("退款没有成功"),
        "collected": tr("领取 SIM 卡"),
    }
    if event.event == "cancelled":
        return {
            "customer": tr("您取消了订单"),
            "clerk": tr("店员取消了订单"),
            "pickup_timeout": tr("逾期未取卡，订单取消"),
        }.get(event.detail or "", tr("逾期未付款，订单取消"))
    return texts.get(event.event)


def amount_lines(tr: Translator, story: OrderStory) -> list[AmountLine]:
    """What the order is for, what it costs, and what goes back."""
    order = story.order
    total = tr("已付") if order.paid_at is not None else tr("应付") if order.can_pay else tr("订单金额")
    return [
        AmountLine(f"{group_msisdn(order.msisdn)}  {tr.pick(order.tariff_zh, order.tariff_en)}", ()),
        *(AmountLine(quote_line_name(tr, line), (format_yuan(line.amount_fen),)) for line in story.lines),
        AmountLine(total, (format_yuan(order.amount_fen),), strong=True),
    ]


def timeline_text(tr: Translator, story: OrderStory) -> str:
    """All that happened, the newest last, and where the money is that goes back."""
    happened = [line for event in story.timeline if (line := event_line(tr, event)) is not None]
    return "\n".join([*happened, *(f"● {line}" for line in refund_lines(tr, story.order))])


def story_text(tr: Translator, story: OrderStory) -> str:
    """Everything about an order, to be read page by page."""
    order = story.order
    place = order.place
    parts = [
        "\n".join(" ".join((line.label, *line.amounts)) for line in amount_lines(tr, story)),
        timeline_text(tr, story),
    ]
    if place is not None:
        name = tr.pick(place.name_zh, place.name_en)
        address = tr.pick(place.address_zh, place.address_en)
        parts.append(f"{name}\n{address}\n{place.phone}  {place.hours}")
    return "\n\n".join(parts)
