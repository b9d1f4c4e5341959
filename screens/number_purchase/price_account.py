"""All that a number with a tariff costs, line by line, and every condition, as a text to read (SPEC 4.3)."""

from rich.cells import cell_len, set_cell_size

from kiosk.domain.money import format_yuan
from kiosk.domain.overage import MB_PER_GB, Clause, ClauseCode, tariff_clauses
from kiosk.domain.pricing import BillLineKind, FirstBill
from kiosk.locale import Translator
from kiosk.services.browse_offers import Price
from screens.number_purchase.tariff_words import (
    bill_line_name,
    data_amount,
    in_yuan,
    larger_of_both,
    quote_line_name,
    return_line,
    tariff_name,
    term_line,
)

_LABEL_CELLS = 22
_AMOUNT_CELLS = 11


def full_account(tr: Translator, price: Price) -> str:
    """The whole text, a blank line between its parts."""
    tariff = price.tariff
    parts = [
        [
            tr("【套餐】{name}", name=tariff_name(tr, tariff)),
            _amount(tr("月费"), tariff.monthly_fee_fen),
            tr("每月包含：") + allowances(tr, tariff.minutes, tariff.data_mb, tariff.directed_data_mb, tariff.sms),
        ],
        _due_today(tr, price),
        _first_bill(tr, price.bill_if_collected_today, tr("【首月账单：今天激活】")),
        _first_bill(tr, price.bill_if_collected_last, tr("【首月账单：最晚激活】")),
        [
            tr("【怎样折算】"),
            tr("首月月费 = 月费 × 剩余天数 ÷ 当月天数，四舍五入到分。"),
            tr("首月的分钟、流量、短信同样折算，不足一个单位的按一个单位给您。"),
            tr("最晚激活日按最后一刻付款、取卡期限的最后一天计算。"),
        ],
        [tr("【预付款怎样返还】"), return_line(tr, price), *_last_instalment(tr, price)],
        [tr("【协议期】"), term_line(tr, price)],
        [tr("【超出套餐后】"), *(clause_text(tr, clause) for clause in tariff_clauses(tariff))],
    ]
    return "\n\n".join("\n".join(part) for part in parts)


def _amount(label: str, fen: int) -> str:
    """A label and its amount, the amounts of successive lines flush right."""
    return set_cell_size(label, max(_LABEL_CELLS, cell_len(label) + 2)) + f"{format_yuan(fen):>{_AMOUNT_CELLS}}"


def _due_today(tr: Translator, price: Price) -> list[str]:
    return [
        tr("【今天应付】"),
        *(_amount(quote_line_name(tr, line), line.amount_fen) for line in price.today.lines),
        _amount(tr("合计"), price.today.total_fen),
        larger_of_both(tr, price),
    ]


def _first_bill(tr: Translator, bill: FirstBill, title: str) -> list[str]:
    lines = [
        title,
        tr("计费 {first} 至 {last}，共 {days} 天", first=bill.activation_date, last=bill.last_date, days=bill.days),
    ]
    for line in bill.lines:
        lines.append(_amount(bill_line_name(tr, line), line.amount_fen))
        if line.kind is BillLineKind.PRORATED_FEE:
            lines[-1] += "  " + tr(
                "= {fee} × {days} 天 ÷ {month} 天",
                fee=format_yuan(line.figures["monthly_fee_fen"]),
                days=line.figures["days"],
                month=line.figures["days_in_month"],
            )
    lines.append(_amount(tr("还需支付"), bill.to_pay_fen))
    if bill.balance_fen:
        lines.append(_amount(tr("余额，以后月份使用"), bill.balance_fen))
    if bill.returned_later_fen:
        lines.append(_amount(tr("以后月份再返还"), bill.returned_later_fen))
    lines.append(tr("首月可用：") + allowances(tr, bill.minutes, bill.data_mb, bill.directed_data_mb, bill.sms))
    return lines


def _last_instalment(tr: Translator, price: Price) -> list[str]:
    monthly = price.credit.monthly_fen
    if not monthly or monthly[-1] == monthly[0]:
        return []
    return [tr("最后一个月返还 {amount}，合计正好返还完", amount=format_yuan(monthly[-1]))]


def allowances(tr: Translator, minutes: int, data_mb: int, directed_data_mb: int, sms: int) -> str:
    """What is included; what isn't is left out."""
    included = []
    if minutes:
        included.append(tr("通话 {minutes} 分钟", minutes=f"{minutes:,}"))
    if data_mb:
        included.append(tr("通用流量 {data}", data=_exact_data(tr, data_mb)))
    if directed_data_mb:
        included.append(tr("定向流量 {data}（仅限指定应用）", data=_exact_data(tr, directed_data_mb)))
    if sms:
        included.append(tr("短信 {count} 条", count=f"{sms:,}"))
    return tr("、").join(included) or tr("无")


def _exact_data(tr: Translator, megabytes: int) -> str:
    return f"{megabytes:,} MB" if megabytes % MB_PER_GB else data_amount(tr, megabytes)


def clause_text(tr: Translator, clause: Clause) -> str:  # noqa: PLR0911, PLR0912 - one sentence a code
    """A condition of a tariff as a sentence."""
    figures = clause.figures
    yuan = {name: in_yuan(fen) for name, fen in figures.items() if name.startswith("fen")}
    match clause.code:
        case ClauseCode.VOICE_PER_MINUTE:
            return tr("国内通话 {fen} 元/分钟，不足一分钟按一分钟计。", fen=yuan["fen"])
        case ClauseCode.DATA_PER_MB:
            return tr("国内流量 {fen} 元/MB。", fen=yuan["fen"])
        case ClauseCode.DATA_STEP:
            return tr("流量费每满 {fen} 元，可用满 {mb} MB。", fen=yuan["fen"], mb=figures["mb"])
        case ClauseCode.DATA_REST_OF_GB_FREE:
            return tr("流量费满 {fen} 元后，这 1 GB 余下的流量免费；下一个 1 GB 重新计费。", fen=yuan["fen"])
        case ClauseCode.DATA_PER_GB:
            return tr("国内流量 {fen} 元/GB。", fen=yuan["fen"])
        case ClauseCode.DATA_FIRST_GB:
            return tr("国内流量前 {gb} GB 每 GB {fen} 元，不足 1 GB 按 1 GB 计。", gb=figures["gb"], fen=yuan["fen"])
        case ClauseCode.DATA_LATER_GB:
            return tr("之后每 GB {fen} 元。", fen=yuan["fen"])
        case ClauseCode.DATA_PART_GB:
            return tr(
                "不足 1 GB 的部分 {fen_per_mb} 元/MB，最多 {fen} 元。", fen_per_mb=yuan["fen_per_mb"], fen=yuan["fen"]
            )
        case ClauseCode.DATA_STOPS:
            return tr("当月流量费满 {fen} 元时停止上网，下月自动恢复。", fen=yuan["fen"])
        case ClauseCode.SMS_EACH:
            return tr("短信 {fen} 元/条。", fen=yuan["fen"])
        case ClauseCode.MMS_EACH:
            return tr("彩信 {fen} 元/条。", fen=yuan["fen"])
        case ClauseCode.ANSWERING_FREE:
            return tr("国内接听免费（不含港澳台）。")
        case ClauseCode.NO_ROAMING_CHARGE:
            return tr("国内没有漫游费。")
        case ClauseCode.DATA_ROLLS_OVER:
            return tr("当月没用完的通用流量可用到下月底。")
        case ClauseCode.VOICE_AND_SMS_EXPIRE:
            return tr("通话分钟和短信当月有效，不结转。")
        case ClauseCode.ROLL_OVER_LOST:
            return tr("更换套餐或停机后，结转的流量作废。")
        case ClauseCode.NEW_LINE_PRORATED:
            return tr("新入网当月立即生效，月费和套餐内容按剩余天数折算。")
        case ClauseCode.CHANGE_NEXT_MONTH:
            return tr("更换套餐从下月 1 日生效；每月最后一天 {hour} 点后不受理。", hour=figures["hour"])
        case ClauseCode.SUSPENDED_MONTH_FREE:
            return tr("整月停机的月份不收月费。")
