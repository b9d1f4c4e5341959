"""What a number with a tariff costs: due today, the first bill, and how the prepayment comes back (SPEC 4.3).

Amounts are whole fen. The only rounding is of prorated figures: the fee half up to the fen, allowances up to the
whole minute, megabyte or message in the customer's favour.
"""

import calendar
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from kiosk.domain.money import prorate_half_up, prorate_up
from kiosk.domain.number_offers import NumberOffer
from kiosk.domain.tariffs import Tariff


class QuoteLineKind(StrEnum):
    """What a line of the amount due today is for."""

    NUMBER_PREPAYMENT = "number_prepayment"
    FIRST_TOPUP = "first_topup"
    SIM_FEE = "sim_fee"
    DELIVERY_FEE = "delivery_fee"


@dataclass(frozen=True, slots=True)
class QuoteLine:
    """One amount due today, with the figures that explain it."""

    kind: QuoteLineKind
    amount_fen: int
    figures: Mapping[str, int] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Quote:
    """What is due today, line by line; the total is nothing but their sum."""

    lines: tuple[QuoteLine, ...]

    @property
    def total_fen(self) -> int:
        """The amount to pay."""
        return sum(line.amount_fen for line in self.lines)


class BillLineKind(StrEnum):
    """What a line of the first bill is for: the fee adds to it, credit that comes back takes from it."""

    PRORATED_FEE = "prorated_fee"
    CREDIT_AT_ONCE = "credit_at_once"
    CREDIT_INSTALMENT = "credit_instalment"


@dataclass(frozen=True, slots=True)
class BillLine:
    """One amount of the first bill (negative for credit), with the figures that explain it."""

    kind: BillLineKind
    amount_fen: int
    figures: Mapping[str, int] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class FirstBill:
    """The bill of the calendar month in which the line becomes active.

    Minutes, megabytes and messages are what the tariff includes for the `days` from `activation_date` to
    `last_date`, both of them counted. `returned_later_fen` is prepayment that later months give back.
    """

    activation_date: date
    last_date: date
    days: int
    days_in_month: int
    minutes: int
    data_mb: int
    directed_data_mb: int
    sms: int
    lines: tuple[BillLine, ...]
    returned_later_fen: int

    @property
    def fee_fen(self) -> int:
        """What the month costs before any credit."""
        return sum(line.amount_fen for line in self.lines if line.amount_fen > 0)

    @property
    def credit_fen(self) -> int:
        """What has already been paid and counts in this month."""
        return -sum(line.amount_fen for line in self.lines if line.amount_fen < 0)

    @property
    def to_pay_fen(self) -> int:
        """What remains to be paid for the month."""
        return max(0, self.fee_fen - self.credit_fen)

    @property
    def balance_fen(self) -> int:
        """The credit that is left after the bill, for later months."""
        return max(0, self.credit_fen - self.fee_fen)


@dataclass(frozen=True, slots=True)
class CreditPlan:
    """How the money paid in advance comes back: some at activation, some month by month, together all of it."""

    at_once_fen: int
    monthly_fen: tuple[int, ...]

    @property
    def total_fen(self) -> int:
        """Everything that comes back."""
        return self.at_once_fen + sum(self.monthly_fen)


class TermSource(StrEnum):
    """What binds the customer: nothing, the number's tier, or the tariff."""

    NONE = "none"
    NUMBER = "number"
    TARIFF = "tariff"


@dataclass(frozen=True, slots=True)
class ContractTerm:
    """How many months the contract lasts, and what makes it so."""

    months: int
    source: TermSource


def due_today(number: NumberOffer, tariff: Tariff, sim_fee_fen: int, delivery_fee_fen: int | None) -> Quote:
    """What is paid when buying: the larger of the number's prepayment and the tariff's first top-up, and the fees.

    The first line's kind says which of the two it is (the prepayment, where they are equal). `delivery_fee_fen`
    is None for a pickup, which has no such line. Raises ValueError where the tariff is below the number's minimum.
    """
    _check_minimum(number, tariff)
    larger = (
        QuoteLineKind.NUMBER_PREPAYMENT
        if number.prepayment_fen >= tariff.first_topup_fen
        else QuoteLineKind.FIRST_TOPUP
    )
    figures = {"prepayment_fen": number.prepayment_fen, "first_topup_fen": tariff.first_topup_fen}
    lines = [
        QuoteLine(larger, _paid_in_advance_fen(number, tariff), figures),
        QuoteLine(QuoteLineKind.SIM_FEE, sim_fee_fen),
    ]
    if delivery_fee_fen is not None:
        lines.append(QuoteLine(QuoteLineKind.DELIVERY_FEE, delivery_fee_fen))
    return Quote(tuple(lines))


def credit_schedule(prepayment_fen: int, months: int) -> tuple[int, ...]:
    """A prepayment in equal monthly instalments of whole fen; the remainder comes with the last one.

    Raises ValueError for a negative prepayment or no month.
    """
    if prepayment_fen < 0 or months < 1:
        raise ValueError(f"no schedule of {prepayment_fen} fen over {months} months")
    instalment, remainder = divmod(prepayment_fen, months)
    return (instalment,) * (months - 1) + (instalment + remainder,)


def credit_plan(number: NumberOffer, tariff: Tariff) -> CreditPlan:
    """How what is paid in advance comes back; the first instalment comes in the month of activation.

    The prepayment follows the number's tier. What a larger first top-up adds to it is credit at activation.
    """
    excess_fen = _paid_in_advance_fen(number, tariff) - number.prepayment_fen
    months = number.prepayment_return.months
    if months == 0:
        return CreditPlan(number.prepayment_fen + excess_fen, ())
    return CreditPlan(excess_fen, credit_schedule(number.prepayment_fen, months))


def first_bill(tariff: Tariff, number: NumberOffer, activation_date: date) -> FirstBill:
    """The bill of the month of activation, by the carrier's rule NEW (see `kiosk.domain.overage`).

    Fee and allowances are shared out by the days that remain, the day of activation (in Shanghai) included. Use
    beyond the allowances is not in it. Raises ValueError where the tariff is below the number's minimum.
    """
    _check_minimum(number, tariff)
    days_in_month = calendar.monthrange(activation_date.year, activation_date.month)[1]
    days = days_in_month - activation_date.day + 1
    fee_fen = prorate_half_up(tariff.monthly_fee_fen, days, days_in_month)
    plan = credit_plan(number, tariff)
    lines = [
        BillLine(
            BillLineKind.PRORATED_FEE,
            fee_fen,
            {"monthly_fee_fen": tariff.monthly_fee_fen, "days": days, "days_in_month": days_in_month},
        )
    ]
    if plan.at_once_fen:
        lines.append(BillLine(BillLineKind.CREDIT_AT_ONCE, -plan.at_once_fen))
    if plan.monthly_fen:
        lines.append(
            BillLine(
                BillLineKind.CREDIT_INSTALMENT,
                -plan.monthly_fen[0],
                {"prepayment_fen": number.prepayment_fen, "months": len(plan.monthly_fen)},
            )
        )
    return FirstBill(
        activation_date=activation_date,
        last_date=activation_date.replace(day=days_in_month),
        days=days,
        days_in_month=days_in_month,
        minutes=prorate_up(tariff.minutes, days, days_in_month),
        data_mb=prorate_up(tariff.data_mb, days, days_in_month),
        directed_data_mb=prorate_up(tariff.directed_data_mb, days, days_in_month),
        sms=prorate_up(tariff.sms, days, days_in_month),
        lines=tuple(lines),
        returned_later_fen=sum(plan.monthly_fen[1:]),
    )


def contract_term(number: NumberOffer, tariff: Tariff) -> ContractTerm:
    """How long the customer is bound: the longer of the number's term and the tariff's."""
    if number.term_months == tariff.contract_months == 0:
        return ContractTerm(0, TermSource.NONE)
    if number.term_months >= tariff.contract_months:
        return ContractTerm(number.term_months, TermSource.NUMBER)
    return ContractTerm(tariff.contract_months, TermSource.TARIFF)


def _paid_in_advance_fen(number: NumberOffer, tariff: Tariff) -> int:
    return max(number.prepayment_fen, tariff.first_topup_fen)


def _check_minimum(number: NumberOffer, tariff: Tariff) -> None:
    if tariff.monthly_fee_fen < number.monthly_minimum_fen:
        raise ValueError(f"{tariff.code} is below the monthly minimum of {number.monthly_minimum_fen} fen")
