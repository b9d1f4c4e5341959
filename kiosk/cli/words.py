"""Codes of the domain in words, for people who run the shop."""

from kiosk.domain.number_query import NumberState, QueryField
from kiosk.domain.orders import AttemptState, FulfilmentState, LineState, OrderState, StateReason
from kiosk.gateways.messages import Outage
from kiosk.locale import Translator
from kiosk.services.read_csv import FaultReason
from kiosk.services.settle_payment import RefundReason


def number_state(tr: Translator, state: NumberState) -> str:
    """What a customer can expect of a number."""
    return {
        NumberState.AVAILABLE: tr("可售"),
        NumberState.HELD: tr("选购中"),
        NumberState.HELD_BY_YOU: tr("选购中"),
        NumberState.ORDERED: tr("已下单"),
        NumberState.SOLD: tr("已售"),
        NumberState.WITHDRAWN: tr("已下架"),
    }[state]


def order_state(tr: Translator, state: OrderState, reason: StateReason | None) -> str:
    """Where an order stands, and why if that is known."""
    text = {
        OrderState.PENDING: tr("待支付"),
        OrderState.HELD: tr("支付结果待确认"),
        OrderState.IN_PROGRESS: tr("已支付"),
        OrderState.COMPLETED: tr("已完成"),
        OrderState.CANCELLED: tr("已取消"),
    }[state]
    if reason is None:
        return text
    why = {
        StateReason.PAYMENT_TIMEOUT: tr("超时未支付"),
        StateReason.CUSTOMER: tr("客户取消"),
        StateReason.CLERK: tr("营业员取消"),
        StateReason.PICKUP_TIMEOUT: tr("超时未领取"),
    }[reason]
    return tr("{text}({why})", text=text, why=why)


def fulfilment_state(tr: Translator, state: FulfilmentState | None) -> str:
    """Where the SIM card of an order is."""
    return (
        "-"
        if state is None
        else {
            FulfilmentState.AWAITING_PICKUP: tr("待领取"),
            FulfilmentState.COLLECTED: tr("已领取"),
            FulfilmentState.OVERDUE: tr("逾期未领"),
            FulfilmentState.TO_SHIP: tr("待发货"),
            FulfilmentState.SHIPPED: tr("已发货"),
            FulfilmentState.DELIVERED: tr("已送达"),
            FulfilmentState.RETURNED: tr("已退回"),
        }[state]
    )


def line_state(tr: Translator, state: LineState | None) -> str:
    """What the subscription of an order does."""
    return (
        "-"
        if state is None
        else {
            LineState.PRE_ACTIVE: tr("预开户"),
            LineState.ACTIVE: tr("已激活"),
            LineState.CLOSED: tr("已销户"),
        }[state]
    )


def attempt_state(tr: Translator, state: AttemptState) -> str:
    """How an attempt at paying went."""
    return {
        AttemptState.CREATED: tr("准备中"),
        AttemptState.PENDING: tr("等待付款"),
        AttemptState.CONFIRMED: tr("已付款"),
        AttemptState.FAILED: tr("失败"),
        AttemptState.CLOSED: tr("已关闭"),
    }[state]


def refund_state(tr: Translator, state: str) -> str:
    """Where a refund stands."""
    return {"requested": tr("退款中"), "succeeded": tr("已退款"), "refused": tr("退款被拒")}.get(state, state)


def order_event(tr: Translator, event: str) -> str:
    """What happened to an order; one that has no words is shown as it is."""
    return {
        "submitted": tr("订单已提交"),
        "held": tr("等待核对付款"),
        "paid": tr("付款成功"),
        "payment_failed": tr("付款没有成功"),
        "payment_closed": tr("付款关闭"),
        "cancelled": tr("订单取消"),
        "line_activated": tr("号码激活"),
        "collected": tr("领取 SIM 卡"),
        "refund_requested": tr("开始退款"),
        "refund_succeeded": tr("退款完成"),
        "refund_refused": tr("退款没有成功"),
    }.get(event, event)


def event_actor(tr: Translator, actor: str) -> str:
    """Who did it; a provider goes by its own name."""
    known = {
        "customer": tr("客户"),
        "clerk": tr("营业员"),
        "worker": tr("系统"),
        "provider": tr("支付平台"),
        "sandbox": tr("支付沙箱"),
    }
    return known.get(actor, actor)


def event_reason(tr: Translator, reason: str | None) -> str:
    """Why it happened; a provider's own answer is shown as it is."""
    if reason is None:
        return ""
    known: dict[str, str] = {
        StateReason.PAYMENT_TIMEOUT: tr("超时未支付"),
        StateReason.CUSTOMER: tr("客户取消"),
        StateReason.CLERK: tr("营业员取消"),
        RefundReason.PICKUP_TIMEOUT: tr("超时未领取"),
        RefundReason.DUPLICATE: tr("重复支付"),
        RefundReason.WRONG_AMOUNT: tr("金额不符"),
        RefundReason.TOO_LATE: tr("付款到达太晚"),
        RefundReason.GIVEN_UP: tr("客户取消已付款的订单"),
    }
    return known.get(reason, reason)


def message_state(tr: Translator, state: str, *, delivered: bool) -> str:
    """How far a message to a customer has come."""
    if delivered:
        return tr("已送达")
    known = {"queued": tr("待发送"), "sending": tr("发送中"), "sent": tr("已发送"), "failed": tr("发送失败")}
    return known.get(state, state)


def message_failure(tr: Translator, code: str | None) -> str:
    """Why a message wasn't sent or delivered, or isn't yet; a code that has no words is shown as it is."""
    if code is None:
        return ""
    return {
        Outage.NETWORK: tr("连不上服务器"),
        Outage.TLS: tr("无法加密连接，请检查证书"),
        Outage.LOGIN: tr("登录被拒，请检查用户名和密码"),
        Outage.BUSY: tr("服务器繁忙，稍后重试"),
        Outage.REFUSED: tr("服务器拒绝，请检查发送方设置"),
        Outage.ANSWER: tr("服务器的回答无法理解，请检查地址和端口"),
        Outage.NOT_CONFIGURED: tr("没有设置服务器"),
        "no_such_recipient": tr("收件人不存在"),
        "mailbox_full": tr("收件人的邮箱已满"),
        "recipient_refused": tr("收件人的服务器拒收"),
        "message_refused": tr("内容被拒收"),
        "too_long": tr("内容太长"),
        "expired": tr("已过期，未发送"),
        "forgotten": tr("客户资料已删除"),
        "unknown": tr("不知是否发出，不再重发"),
        "demonstration": tr("演示号码的短信，只发给沙箱手机"),
        "carrier_expired": tr("收件人长时间无法接通"),
        "carrier_deleted": tr("被运营商删除"),
        "carrier_undeliverable": tr("运营商无法送达"),
        "carrier_rejected": tr("被运营商拒绝"),
    }.get(code, code)


def query_fault(tr: Translator, field: QueryField) -> str:
    """Which flag of a search can't be understood, and what is allowed."""
    return {
        QueryField.PREFIXES: tr("--prefix 应为 1 开头的 3 到 7 位数字，如 138"),
        QueryField.TAIL: tr("--tail 应为 1 到 11 位数字，如 88"),
        QueryField.CONTAINS: tr("--contains 应为 1 到 11 位数字，如 888"),
        QueryField.AT: tr("--at 应为 11 位数字或下划线，如 1__5___88__"),
        QueryField.PATTERNS: tr("--pattern 应为靓号类型的代码，如 AAA"),
        QueryField.PRICE: tr("--price-min 不能大于 --price-max，也不能是负数"),
        QueryField.LIMIT: tr("--limit 应为 1 到 10000 的整数"),
        QueryField.AFTER: tr("--after 应为同样条件的上一页给出的 next"),
    }[field]


def import_fault(tr: Translator, reason: FaultReason) -> str:
    """Why a line of a file can't be imported."""
    return {
        FaultReason.FILE_UNREADABLE: tr("文件不存在或无法读取"),
        FaultReason.FILE_EMPTY: tr("文件是空的"),
        FaultReason.ENCODING: tr("编码既不是 UTF-8 也不是 GBK"),
        FaultReason.COLUMN_MISSING: tr("缺少这一列"),
        FaultReason.COLUMN_UNKNOWN: tr("不认识这一列"),
        FaultReason.COLUMN_TWICE: tr("这一列出现了两次"),
        FaultReason.LINE_TOO_LONG: tr("行太长，不像是号码文件"),
        FaultReason.UNPRINTABLE: tr("含有不可见的字符"),
        FaultReason.QUOTES: tr("引号不成对"),
        FaultReason.CELLS: tr("列数与表头不一致"),
        FaultReason.MSISDN_INVALID: tr("不是手机号码"),
        FaultReason.CITY_UNKNOWN: tr("没有这个城市"),
        FaultReason.PATTERN_WRONG: tr("与号码的靓号类型不符"),
        FaultReason.TIER_WRONG: tr("与号码的等级不符"),
        FaultReason.TIER_WITHOUT_RULE: tr("这个等级没有价格规则"),
        FaultReason.FIGURE_INVALID: tr("应为整数（单位：分或月）"),
        FaultReason.STATE_UNKNOWN: tr("不认识这个状态"),
        FaultReason.STATE_NOT_IMPORTABLE: tr("已被客户占用的号码不能导入"),
        FaultReason.TWICE_IN_FILE: tr("号码在文件中重复"),
        FaultReason.IN_STOCK: tr("号码已在库中"),
        FaultReason.LINE_KNOWN: tr("号码已有用户在用"),
        FaultReason.NUMBER_CLAIMED: tr("号码正被购买或已售出"),
        FaultReason.TARIFF_UNKNOWN: tr("没有这个套餐"),
        FaultReason.DATE_INVALID: tr("不是日期（如 2024-05-01），或日期还没到"),
        FaultReason.PASSWORD_UNFIT: tr("服务密码不是 6 位数字，或太简单"),
        FaultReason.FILE_CHANGED: tr("文件在导入时被改动"),
    }[reason]
