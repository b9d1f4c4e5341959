"""Codes of the core turned into words, where more than one screen says them."""

from datetime import datetime, timedelta

from rich.cells import cell_len

from kiosk.domain.journeys import Step
from kiosk.domain.money import format_yuan
from kiosk.domain.number_query import NumberRow, NumberState
from kiosk.domain.patterns import pattern_span
from kiosk.locale import Translator
from kiosk.services.errors import AskStaff, NumberTaken, ServiceError, TooManyHolds, TooManyNumbers
from widgets import number_list
from widgets.grouping import group_digits, grouped_span
from widgets.key_texts import KeyTexts
from widgets.number_list import RowState

_HANZI_CELLS = 2


def step_name(tr: Translator, step: Step) -> str:
    """A step as the stepper names it."""
    names = {
        Step.NUMBER: tr("选号"),
        Step.TARIFF: tr("套餐"),
        Step.CUSTOMER: tr("资料"),
        Step.RECIPIENT: tr("收件"),
        Step.CONFIRM: tr("确认"),
        Step.PAY: tr("支付"),
        Step.COLLECT: tr("取卡"),
        Step.DELIVERED: tr("收货"),
    }
    return names[step]


def print_label(tr: Translator, *, large: bool) -> str:
    """The button that switches large print: what it would bring."""
    return tr("普通字") if large else tr("大字")


def help_label(tr: Translator) -> str:
    """The button that opens the help, with its key, which everybody knows as a sign too."""
    return tr("? 帮助")


def spaced(text: str) -> str:
    """A few Hanzi with room between them, as signs are written: the most that a terminal can enlarge words."""
    return " ".join(text) if cell_len(text) == _HANZI_CELLS * len(text) else text


def short_yuan(fen: int) -> str:
    """An amount in a list, without fen where there are none: `¥500`, `¥0.50`."""
    return format_yuan(fen).removesuffix(".00")


def minutes_until(instant: datetime, now: datetime) -> int:
    """Whole minutes to wait, at least one."""
    return max(1, -(-(instant - now).total_seconds() // 60).__int__())


def whole_minutes(span: timedelta) -> int:
    """A length of time as people say it."""
    return span // timedelta(minutes=1)


def number_row(tr: Translator, row: NumberRow, now: datetime) -> number_list.NumberRow:
    """A number as a list shows it: grouped 3-4-4, its pattern marked, all conditions before anything is held."""
    digits = str(row.msisdn)
    span = pattern_span(row.msisdn)
    columns = (
        tr("预存 {amount}", amount=short_yuan(row.prepayment_fen)),
        tr("每月最低 {amount}", amount=short_yuan(row.monthly_minimum_fen))
        if row.monthly_minimum_fen
        else tr("无最低消费"),
        tr("协议 {months} 个月", months=row.term_months) if row.term_months else tr("无协议期"),
    )
    state, note, action = RowState.AVAILABLE, "", tr("选这个")
    if row.state == NumberState.HELD and row.free_at is not None:
        state = RowState.BUSY
        note = tr("有人正在购买，约 {minutes} 分钟后可选", minutes=minutes_until(row.free_at, now))
    elif row.state == NumberState.HELD_BY_YOU:
        action = tr("已为您保留")
    elif row.state == NumberState.HELD:
        state, note = RowState.BUSY, tr("暂时不能选购")
    elif row.state == NumberState.ORDERED:
        state, note = RowState.BUSY, tr("有人正在购买")
    elif row.state in {NumberState.SOLD, NumberState.WITHDRAWN}:
        state, note = RowState.BUSY, tr("已售出") if row.state == NumberState.SOLD else tr("已停售")
    elif not row.self_service:
        state, note = RowState.ASK_STAFF, tr("请咨询店员")
    return number_list.NumberRow(
        key=digits,
        number=group_digits(digits),
        highlight=grouped_span(span) if span[1] > span[0] else None,
        columns=columns,
        action=action,
        state=state,
        note=note,
    )


def pattern_name(tr: Translator, code: str) -> str:
    """A pattern as a chip says it: most are their own name."""
    match code:
        case "BIRTHDAY":
            return tr("生日号")
        case "YEAR":
            return tr("年份号")
        case "LUCKY":
            return tr("吉祥号")
        case "MIDDLE_AAAA":
            return tr("中间 AAAA")
        case "MIDDLE_AABB":
            return tr("中间 AABB")
        case _:
            return code


def refusal_text(tr: Translator, refusal: ServiceError) -> str:
    """Why a number can't be held, and what to do."""
    match refusal:
        case NumberTaken():
            return tr("这个号码刚刚被选走了，请选另一个。")
        case AskStaff():
            return tr("这个号码由店员办理，请到柜台咨询。")
        case TooManyHolds(limit=limit):
            return tr("一次最多保留 {limit} 个号码，请先办完已选的。", limit=limit)
        case TooManyNumbers(limit=limit):
            return tr("一个证件最多办理 {limit} 个号码，已经办满。", limit=limit)
        case _:
            return tr("这个号码现在不能办理，请选另一个。")


def key_texts(tr: Translator) -> KeyTexts:
    """What the keys on the screen say."""
    return KeyTexts(
        done=tr("完成"),
        next=tr("下一项"),
        clear=tr("清空"),
        space=tr("空格"),
        choose=tr("选定"),
        hide=tr("收起"),
        to_letters=tr("字母"),
        to_candidates=tr("拼音"),
        prompt=tr("请输入拼音，再选汉字"),
        nothing=tr("没有这个读音的字，请改拼音"),
    )
