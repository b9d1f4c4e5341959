"""Tariffs and prices in words: the comparison's columns, what is due, and the whole account of it (SPEC 4.3)."""

from datetime import date

from kiosk.domain.money import format_yuan
from kiosk.domain.msisdn import group_msisdn
from kiosk.domain.overage import DATA_TERMS, MB_PER_GB, Clause, ClauseCode, tariff_clauses
from kiosk.domain.pricing import BillLine, BillLineKind, FirstBill, QuoteLine, QuoteLineKind, TermSource
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


def _yuan(fen: int) -> str:
    """A unit price in yuan without idle zeros: 0.19, 0.1, 5."""
    return f"{fen // 100}.{fen % 100:02}".rstrip("0").rstrip(".")


def _data_unit_price(tariff: Tariff) -> tuple[str, str]:
    terms = DATA_TERMS[tariff.data_over_rule]
    if terms.fen_per_mb is not None and terms.mb_per_step < MB_PER_GB:
        return _yuan(terms.fen_per_mb), "MB"
    return _yuan(terms.fen_per_gb), "GB"


def overage_short(tr: Translator, tariff: Tariff) -> str:
    """What use beyond the allowances costs, in yuan, in the least room."""
    data, unit = _data_unit_price(tariff)
    return tr(
        "{voice}/分 {data}/{unit} {sms}/条",
        voice=_yuan(tariff.voice_over_fen_per_min),
        data=data,
        unit=unit,
        sms=_yuan(tariff.sms_over_fen),
    )


def overage_line(tr: Translator, tariff: Tariff) -> str:
    """What use beyond the allowances costs, on one line."""
    data, unit = _data_unit_price(tariff)
    return tr(
        "超出后:通话 {voice}元/分钟,流量 {data}元/{unit},短信 {sms}元/条",
        voice=_yuan(tariff.voice_over_fen_per_min),
        data=data,
        unit=unit,
        sms=_yuan(tariff.sms_over_fen),
    )


def basket_line(tr: Translator, msisdn: int, price: Price | None) -> str:
    """Number, tariff, and the amount so far."""
    if price is None:
        return tr("已选 {number}", number=group_msisdn(msisdn))
    return tr(
        "已选 {number} · {tariff} · 应付 {amount}",
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
        return tr("号码预存与套餐首充都是 {amount},只收一次", amount=short_yuan(prepayment))
    return tr(
        "号码预存 {prepayment},套餐首充 {topup},只收较大的一项",
        prepayment=short_yuan(prepayment),
        topup=short_yuan(topup),
    )


def bill_line_name(tr: Translator, line: BillLine) -> str:
    """What a line of the first bill is for, short."""
    match line.kind:
        case BillLineKind.PRORATED_FEE:
            return tr("月费(按天)")
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
            return tr("无协议期,可随时更换套餐")
        case TermSource.NUMBER:
            return tr("协议期 {months} 个月(按号码)", months=months)
        case TermSource.TARIFF:
            return tr("协议期 {months} 个月(按套餐)", months=months)


def return_line(tr: Translator, price: Price) -> str:
    """How what is paid in advance comes back."""
    plan = price.credit
    if not plan.monthly_fen:
        return tr("预付的 {amount} 激活时全部返还为话费", amount=short_yuan(plan.at_once_fen))
    monthly = tr(
        "预存款分 {months} 个月返还,每月 {amount}",
        months=len(plan.monthly_fen),
        amount=format_yuan(plan.monthly_fen[0]),
    )
    if not plan.at_once_fen:
        return monthly
    return tr("激活时返还 {amount};", amount=format_yuan(plan.at_once_fen)) + monthly


ROUNDING = "按激活当月剩余天数折算,四舍五入到分"


def full_account(tr: Translator, price: Price) -> str:
    """Everything the number with the tariff costs, line by line, and every condition, to be read at leisure."""
    tariff = price.tariff
    parts = [
        [
            tr("【套餐】{name}", name=tariff_name(tr, tariff)),
            tr("月费 {amount}", amount=format_yuan(tariff.monthly_fee_fen)),
            tr(
                "每月包含:通话 {minutes},短信 {sms}",
                minutes=_minutes(tr, tariff.minutes),
                sms=_messages(tr, tariff.sms),
            ),
            tr(
                "通用流量 {data},定向流量 {directed}(仅限指定应用)",
                data=data_amount(tr, tariff.data_mb),
                directed=data_amount(tr, tariff.directed_data_mb),
            ),
        ],
        _due_today(tr, price),
        _first_bill(tr, price.bill_if_collected_today, tr("【首月账单:今天激活】")),
        _first_bill(tr, price.bill_if_collected_last, tr("【首月账单:最晚激活】")),
        [
            tr(
                "折算方法:首月月费 = 月费 × 剩余天数 ÷ 当月天数,四舍五入到分;首月的分钟、流量、短信同样折算,不足一个单位的按一个单位给您。"
            ),
            tr("最晚激活日:按最后一刻付款、取卡期限的最后一天计算。"),
        ],
        [tr("【预付款怎样返还】"), return_line(tr, price), *_last_instalment(tr, price)],
        [tr("【协议期】"), term_line(tr, price)],
        [tr("【超出套餐后】"), *(clause_text(tr, clause) for clause in tariff_clauses(tariff))],
    ]
    return "\n\n".join("\n".join(part) for part in parts)


def _due_today(tr: Translator, price: Price) -> list[str]:
    lines = [f"{quote_line_name(tr, line)}  {format_yuan(line.amount_fen)}" for line in price.today.lines]
    return [
        tr("【今天应付】{amount}", amount=format_yuan(price.today.total_fen)),
        *lines,
        larger_of_both(tr, price) + tr("。"),
    ]


def _first_bill(tr: Translator, bill: FirstBill, title: str) -> list[str]:
    lines = [
        title,
        tr("计费 {first} 至 {last},共 {days} 天", first=bill.activation_date, last=bill.last_date, days=bill.days),
    ]
    for line in bill.lines:
        amount = format_yuan(line.amount_fen)
        match line.kind:
            case BillLineKind.PRORATED_FEE:
                lines.append(
                    tr(
                        "月费 {fee} × {days} ÷ {month} 天 = {amount}",
                        fee=format_yuan(line.figures["monthly_fee_fen"]),
                        days=line.figures["days"],
                        month=line.figures["days_in_month"],
                        amount=amount,
                    )
                )
            case BillLineKind.CREDIT_AT_ONCE:
                lines.append(tr("激活时返还的预付款  {amount}", amount=amount))
            case BillLineKind.CREDIT_INSTALMENT:
                lines.append(tr("预存款首月返还  {amount}", amount=amount))
    lines.append(tr("还需支付  {amount}", amount=format_yuan(bill.to_pay_fen)))
    if bill.balance_fen:
        lines.append(tr("余额留到以后月份使用  {amount}", amount=format_yuan(bill.balance_fen)))
    if bill.returned_later_fen:
        lines.append(tr("以后月份再返还  {amount}", amount=format_yuan(bill.returned_later_fen)))
    lines.append(
        tr(
            "首月可用:通话 {minutes},短信 {sms},通用流量 {data},定向流量 {directed}",
            minutes=_minutes(tr, bill.minutes),
            sms=_messages(tr, bill.sms),
            data=_exact_data(tr, bill.data_mb),
            directed=_exact_data(tr, bill.directed_data_mb),
        )
    )
    return lines


def _last_instalment(tr: Translator, price: Price) -> list[str]:
    monthly = price.credit.monthly_fen
    if not monthly or monthly[-1] == monthly[0]:
        return []
    return [tr("最后一个月返还 {amount},合计正好返还完", amount=format_yuan(monthly[-1]))]


def _minutes(tr: Translator, minutes: int) -> str:
    return tr("{minutes} 分钟", minutes=f"{minutes:,}") if minutes else tr("无")


def _messages(tr: Translator, count: int) -> str:
    return tr("{count} 条", count=f"{count:,}") if count else tr("无")


def _exact_data(tr: Translator, megabytes: int) -> str:
    if megabytes and megabytes % MB_PER_GB:
        return f"{megabytes:,} MB"
    return data_amount(tr, megabytes)


def clause_text(tr: Translator, clause: Clause) -> str:  # noqa: PLR0911, PLR0912 - one sentence a code
    """A condition of a tariff as a sentence."""
    figures = clause.figures
    yuan = {name: _yuan(fen) for name, fen in figures.items() if name.startswith("fen")}
    match clause.code:
        case ClauseCode.VOICE_PER_MINUTE:
            return tr("国内通话 {fen} 元/分钟,不足一分钟按一分钟计。", fen=yuan["fen"])
        case ClauseCode.DATA_PER_MB:
            return tr("国内流量 {fen} 元/MB。", fen=yuan["fen"])
        case ClauseCode.DATA_STEP:
            return tr("流量费每满 {fen} 元,可用满 {mb} MB。", fen=yuan["fen"], mb=figures["mb"])
        case ClauseCode.DATA_REST_OF_GB_FREE:
            return tr("流量费满 {fen} 元后,这 1 GB 余下的流量免费;下一个 1 GB 重新计费。", fen=yuan["fen"])
        case ClauseCode.DATA_PER_GB:
            return tr("国内流量 {fen} 元/GB。", fen=yuan["fen"])
        case ClauseCode.DATA_FIRST_GB:
            return tr("国内流量前 {gb} GB 每 GB {fen} 元,不足 1 GB 按 1 GB 计。", gb=figures["gb"], fen=yuan["fen"])
        case ClauseCode.DATA_LATER_GB:
            return tr("之后每 GB {fen} 元。", fen=yuan["fen"])
        case ClauseCode.DATA_PART_GB:
            return tr(
                "不足 1 GB 的部分 {fen_per_mb} 元/MB,最多 {fen} 元。", fen_per_mb=yuan["fen_per_mb"], fen=yuan["fen"]
            )
        case ClauseCode.DATA_STOPS:
            return tr("当月流量费满 {fen} 元时停止上网,下月自动恢复。", fen=yuan["fen"])
        case ClauseCode.SMS_EACH:
            return tr("短信 {fen} 元/条。", fen=yuan["fen"])
        case ClauseCode.MMS_EACH:
            return tr("彩信 {fen} 元/条。", fen=yuan["fen"])
        case ClauseCode.ANSWERING_FREE:
            return tr("国内接听免费(不含港澳台)。")
        case ClauseCode.NO_ROAMING_CHARGE:
            return tr("国内没有漫游费。")
        case ClauseCode.DATA_ROLLS_OVER:
            return tr("当月没用完的通用流量可用到下月底。")
        case ClauseCode.VOICE_AND_SMS_EXPIRE:
            return tr("通话分钟和短信当月有效,不结转。")
        case ClauseCode.ROLL_OVER_LOST:
            return tr("更换套餐或停机后,结转的流量作废。")
        case ClauseCode.NEW_LINE_PRORATED:
            return tr("新入网当月立即生效,月费和套餐内容按剩余天数折算。")
        case ClauseCode.CHANGE_NEXT_MONTH:
            return tr("更换套餐从下月 1 日生效;每月最后一天 {hour} 点后不受理。", hour=figures["hour"])
        case ClauseCode.SUSPENDED_MONTH_FREE:
            return tr("整月停机的月份不收月费。")
