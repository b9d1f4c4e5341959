"""Tariffs and prices in few words: the comparison's cells, the names of amounts, term and return (SPEC 4.3)."""

from datetime import date

from kiosk.domain.money import format_yuan
from kiosk.domain.msisdn import group_msisdn
from kiosk.domain.overage import DATA_TERMS, MB_PER_GB
from kiosk.domain.pricing import BillLine, BillLineKind, QuoteLine, QuoteLineKind, TermSource
from kiosk.domain.tariffs import Tariff
from kiosk.locale import Translator
from kiosk.services.browse_offers import Price
from screens.words import short_yuan


def tariff_name(tr: Translator, tariff: Tariff) -> str:
    """The tariff's name in the language people see."""
    return tr.pick(tariff.name_zh, tariff.name_en)


def data_amount(tr: Translator, megabytes: int) -> str:
    """An allowance of data in the unit people know it by: `30 GB`, `100 MB`, or none."""
    if megabytes == 0:
        return tr("无")
    if megabytes < MB_PER_GB:
        return f"{megabytes} MB"
    gigabytes, rest = divmod(megabytes, MB_PER_GB)
    return f"{gigabytes} GB" if rest == 0 else f"{megabytes / MB_PER_GB:.1f} GB"


def count_or_none(tr: Translator, count: int) -> str:
    """An allowance of minutes or messages, or none."""
    return f"{count:,}" if count else tr("无")


def in_yuan(fen: int) -> str:
    """A unit price in yuan without idle zeros: 0.19, 0.1, 5."""
    return f"{fen // 100}.{fen % 100:02}".rstrip("0").rstrip(".")


def _data_unit_price(tariff: Tariff) -> tuple[str, str]:
    terms = DATA_TERMS[tariff.data_over_rule]
    if terms.fen_per_mb is not None and terms.mb_per_step < MB_PER_GB:
        return in_yuan(terms.fen_per_mb), "MB"
    return in_yuan(terms.fen_per_gb), "GB"


def overage_short(tr: Translator, tariff: Tariff) -> str:
    """What use beyond the allowances costs, in yuan, in the least room."""
    data, unit = _data_unit_price(tariff)
    return tr(
        "{voice}/分 {data}/{unit} {sms}/条",
        voice=in_yuan(tariff.voice_over_fen_per_min),
        data=data,
        unit=unit,
        sms=in_yuan(tariff.sms_over_fen),
    )


def overage_line(tr: Translator, tariff: Tariff) -> str:
    """What use beyond the allowances costs, on one line."""
    data, unit = _data_unit_price(tariff)
    return tr(
        "超出后：通话 {voice}元/分钟，流量 {data}元/{unit}，短信 {sms}元/条",
        voice=in_yuan(tariff.voice_over_fen_per_min),
        data=data,
        unit=unit,
        sms=in_yuan(tariff.sms_over_fen),
    )


def basket_line(tr: Translator, msisdn: int, price: Price | None) -> str:
    """Number, amount so far, and tariff: whose name gives way where there is little room."""
    if price is None:
        return tr("已选 {number}", number=group_msisdn(msisdn))
    return tr(
        "已选 {number} · 应付 {amount} · {tariff}",
        number=group_msisdn(msisdn),
        tariff=tariff_name(tr, price.tariff),
        amount=format_yuan(price.today.total_fen),
    )


def quote_line_name(tr: Translator, line: QuoteLine) -> str:
    """What a line of the amount due today is for."""
    match line.kind:
        case QuoteLineKind.NUMBER_PREPAYMENT:
            return tr("号码预存款")
        case QuoteLineKind.FIRST_TOPUP:
            return tr("套餐首次充值")
        case QuoteLineKind.SIM_FEE:
            return tr("SIM 卡费")
        case QuoteLineKind.DELIVERY_FEE:
            return tr("配送费")


def larger_of_both(tr: Translator, price: Price) -> str:
    """Why the first line is what it is: prepayment and first top-up aren't added, the larger of them is paid."""
    prepayment, topup = price.number.prepayment_fen, price.tariff.first_topup_fen
    if prepayment == topup:
        return tr("号码预存与套餐首充都是 {amount}，只收一次", amount=short_yuan(prepayment))
    return tr(
        "号码预存 {prepayment}，套餐首充 {topup}，只收较大的一项",
        prepayment=short_yuan(prepayment),
        topup=short_yuan(topup),
    )


def bill_line_name(tr: Translator, line: BillLine) -> str:
    """What a line of the first bill is for, short."""
    match line.kind:
        case BillLineKind.PRORATED_FEE:
            return tr("月费（按天）")
        case BillLineKind.CREDIT_AT_ONCE:
            return tr("激活时返还")
        case BillLineKind.CREDIT_INSTALMENT:
            return tr("首月返还")


def month_day(day: date) -> str:
    """A day of the near future."""
    return f"{day:%m-%d}"


def term_line(tr: Translator, price: Price) -> str:
    """How long the customer is bound, and by what."""
    months = price.term.months
    match price.term.source:
        case TermSource.NONE:
            return tr("无协议期，可随时更换套餐")
        case TermSource.NUMBER:
            return tr("协议期 {months} 个月（按号码）", months=months)
        case TermSource.TARIFF:
            return tr("协议期 {months} 个月（按套餐）", months=months)


def return_line(tr: Translator, price: Price) -> str:
    """How what is paid in advance comes back, all of it."""
    plan = price.credit
    if not plan.monthly_fen:
        return tr("预付的 {amount} 激活时全部返还为话费", amount=short_yuan(plan.at_once_fen))
    if not plan.at_once_fen:
        return _monthly_return(tr, price)
    return tr("激活时返还 {amount}；", amount=format_yuan(plan.at_once_fen)) + _monthly_return(tr, price)


def later_return_line(tr: Translator, price: Price) -> str:
    """The same, below a first bill that has told what comes back at activation."""
    return _monthly_return(tr, price) if price.credit.monthly_fen else return_line(tr, price)


def _monthly_return(tr: Translator, price: Price) -> str:
    monthly = price.credit.monthly_fen
    return tr("预存款分 {months} 个月返还，每月 {amount}", months=len(monthly), amount=format_yuan(monthly[0]))
