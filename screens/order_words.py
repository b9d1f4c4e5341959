"""The state of an order turned into words: what it is, and what its customer does next."""

from dataclasses import dataclass
from enum import StrEnum

from kiosk.domain.rules import SHOP_TIME
from kiosk.locale import Translator
from kiosk.services.track_order import Standing, TrackedOrder


class Mark(StrEnum):
    """How a state looks, besides what it says."""

    DONE = "✓"
    OPEN = "●"
    CARE = "⚠"


@dataclass(frozen=True, slots=True)
class OrderWords:
    """A state with its mark, and at most two sentences."""

    mark: Mark
    state: str
    steps: tuple[str, ...]


def words_of_order(tr: Translator, order: TrackedOrder) -> OrderWords:
    """What to tell whoever has the receipt."""
    until = "" if order.until is None else f"{order.until.astimezone(SHOP_TIME):%Y-%m-%d %H:%M}"
    words = {
        Standing.TO_PAY: OrderWords(
            Mark.OPEN,
            tr("等待您付款"),
            (
                tr("请在 {deadline} 前，用扫过付款码的手机完成付款。", deadline=until),
                tr("逾期未付，订单自动取消，号码放回，不收任何费用。"),
            ),
        ),
        Standing.CHECKING: OrderWords(
            Mark.OPEN,
            tr("正在核对付款"),
            (
                tr("付款时间已过，正在向支付平台核对。请过几分钟再扫一次。"),
                tr("如已付款，钱不会丢：订单会继续办理，或全额原路退回。"),
            ),
        ),
        Standing.TO_COLLECT: OrderWords(
            Mark.DONE,
            tr("已付款，等待取卡"),
            (_collect_at(tr, order), collect_by(tr, until, activates_by_itself=order.activates_by_itself)),
        ),
        Standing.OVERDUE: OrderWords(
            Mark.OPEN,
            tr("号码已激活，SIM 卡待领取"),
            (
                tr("取卡期限已过（{deadline}），号码自动激活并开始计费。", deadline=until),
                _collect_at(tr, order),
            ),
        ),
        Standing.UNDER_WAY: OrderWords(Mark.OPEN, tr("正在办理"), (tr("需要帮助，请带小票到柜台。"),)),
        Standing.COMPLETED: OrderWords(Mark.DONE, tr("订单已完成"), (tr("SIM 卡已领取，号码已激活。感谢您的光临。"),)),
        Standing.CANCELLED: OrderWords(Mark.OPEN, tr("订单已取消"), (tr("订单已取消，没有收取费用。欢迎重新选号。"),)),
        Standing.REFUNDING: OrderWords(
            Mark.OPEN, tr("订单已取消"), (tr("款项正在全额原路退回您的付款账户，无需任何操作。"),)
        ),
        Standing.REFUNDED: OrderWords(
            Mark.OPEN, tr("订单已取消"), (tr("款项已全额原路退回您的付款账户，请在手机上查看。"),)
        ),
        Standing.REFUND_STOPPED: OrderWords(
            Mark.CARE, tr("已取消，退款未成功"), (tr("请带小票到柜台，由店员为您退款。"),)
        ),
    }
    return words[order.standing]


def unknown_order_words(tr: Translator) -> OrderWords:
    """The same for a number that no order has and for one that no order can have."""
    return OrderWords(
        Mark.CARE,
        tr("没有找到这个订单，请核对小票"),
        (tr("请再扫一次小票上的订单码。"), tr("仍然找不到，请带小票到柜台。")),
    )


def collect_by(tr: Translator, deadline: str, *, activates_by_itself: bool) -> str:
    """Until when to collect the card, and what happens otherwise: it costs money, so every paid order says it."""
    if activates_by_itself:
        return tr("请在 {deadline} 前领取，取卡后号码激活。逾期未取，号码自动激活并开始计费。", deadline=deadline)
    return tr("请在 {deadline} 前领取，取卡后号码激活。逾期未取，订单取消并全额退款。", deadline=deadline)


def _collect_at(tr: Translator, order: TrackedOrder) -> str:
    if order.place is None:
        return tr("请本人带身份证件原件到营业厅取 SIM 卡。")
    return tr(
        "请本人带身份证件原件，到{place}取 SIM 卡：{address}",
        place=tr.pick(order.place.name_zh, order.place.name_en),
        address=tr.pick(order.place.address_zh, order.place.address_en),
    )
