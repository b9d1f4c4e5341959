"""What is due today, the first bill and the credit that comes back, to the fen (SPEC 4.3)."""

from calendar import monthrange
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.number_offers import NumberOffer, NumberTier, PrepaymentReturn, SoldBy
from kiosk.domain.pricing import (
    BillLineKind,
    QuoteLineKind,
    TermSource,
    contract_term,
    credit_plan,
    credit_schedule,
    due_today,
    first_bill,
)
from kiosk.domain.tariffs import DataRule, Tariff, allowed_tariffs, is_allowed
from storage.catalogue import demonstration_catalogue

CATALOGUE = demonstration_catalogue()
TARIFF = {tariff.code: tariff for tariff in CATALOGUE.tariffs}
TIER = {tier.tier: tier for tier in CATALOGUE.tiers}
JINAN = 370100

NUMBERS = st.builds(
    NumberOffer,
    msisdn=st.just(13853178888),
    city_adcode=st.just(JINAN),
    prepayment_fen=st.integers(0, 3_000_000),
    monthly_minimum_fen=st.just(0),
    term_months=st.integers(0, 120),
    prepayment_return=st.sampled_from(PrepaymentReturn),
    sold_by=st.sampled_from(SoldBy),
)
TARIFFS = st.builds(
    Tariff,
    code=st.just("T"),
    brand_zh=st.just("品牌"),
    brand_en=st.just("Brand"),
    name_zh=st.just("套餐"),
    name_en=st.just("Tariff"),
    monthly_fee_fen=st.integers(0, 100_000),
    minutes=st.integers(0, 5000),
    data_mb=st.integers(0, 400_000),
    directed_data_mb=st.integers(0, 400_000),
    sms=st.integers(0, 5000),
    voice_over_fen_per_min=st.just(19),
    data_over_rule=st.sampled_from(DataRule),
    sms_over_fen=st.just(10),
    contract_months=st.integers(0, 36),
    first_topup_fen=st.integers(0, 100_000),
    regions=st.just(frozenset({370000})),
)
DATES = st.dates(date(2024, 1, 1), date(2030, 12, 31))
FEES = st.integers(0, 5000)


def test_what_is_due_for_a_beautiful_number_is_its_prepayment_and_the_sim() -> None:
    quote = due_today(TIER[5].offer(13853176688, JINAN), TARIFF["CX-88"], 1000, None)
    assert [(line.kind, line.amount_fen) for line in quote.lines] == [
        (QuoteLineKind.NUMBER_PREPAYMENT, 50_000),
        (QuoteLineKind.SIM_FEE, 1000),
    ]
    assert quote.total_fen == 51_000


def test_a_larger_first_top_up_takes_the_place_of_the_prepayment() -> None:
    quote = due_today(TIER[0].offer(13853172739, JINAN), TARIFF["CX-88"], 0, 1200)
    assert [(line.kind, line.amount_fen) for line in quote.lines] == [
        (QuoteLineKind.FIRST_TOPUP, 10_000),
        (QuoteLineKind.SIM_FEE, 0),
        (QuoteLineKind.DELIVERY_FEE, 1200),
    ]
    assert quote.lines[0].figures == {"prepayment_fen": 5000, "first_topup_fen": 10_000}


@given(NUMBERS, TARIFFS, FEES, st.none() | FEES)
def test_what_is_due_is_the_sum_of_its_lines_with_the_larger_advance(
    number: NumberOffer, tariff: Tariff, sim_fee_fen: int, delivery_fee_fen: int | None
) -> None:
    quote = due_today(number, tariff, sim_fee_fen, delivery_fee_fen)
    advance_fen = max(number.prepayment_fen, tariff.first_topup_fen)
    assert quote.total_fen == sum(line.amount_fen for line in quote.lines)
    assert quote.total_fen == advance_fen + sim_fee_fen + (delivery_fee_fen or 0)
    assert len({line.kind for line in quote.lines}) == len(quote.lines)
    assert (QuoteLineKind.DELIVERY_FEE in {line.kind for line in quote.lines}) == (delivery_fee_fen is not None)


@given(st.integers(0, 10**8), st.integers(1, 240))
def test_credit_comes_back_whole_in_even_instalments_with_the_remainder_last(prepayment_fen: int, months: int) -> None:
    schedule = credit_schedule(prepayment_fen, months)
    assert len(schedule) == months
    assert sum(schedule) == prepayment_fen
    assert len(set(schedule[:-1])) <= 1
    assert 0 <= schedule[-1] - schedule[0] < months


@pytest.mark.parametrize(("prepayment_fen", "months"), [(-1, 24), (100, 0)])
def test_there_is_no_schedule_for_nonsense(prepayment_fen: int, months: int) -> None:
    with pytest.raises(ValueError, match="no schedule"):
        credit_schedule(prepayment_fen, months)


@given(NUMBERS, TARIFFS)
def test_everything_paid_in_advance_comes_back(number: NumberOffer, tariff: Tariff) -> None:
    plan = credit_plan(number, tariff)
    assert plan.total_fen == due_today(number, tariff, 0, None).total_fen
    assert len(plan.monthly_fen) == number.prepayment_return.months


def test_the_first_bill_of_a_month_begun_on_its_20th() -> None:
    # 88 yuan × 11 of 30 days = 32.2666… yuan; 500 yuan over 24 months is 20.83 a month.
    bill = first_bill(TARIFF["CX-88"], TIER[5].offer(13853176688, JINAN), date(2026, 11, 20))
    assert (bill.days, bill.days_in_month, bill.last_date) == (11, 30, date(2026, 11, 30))
    assert [(line.kind, line.amount_fen) for line in bill.lines] == [
        (BillLineKind.PRORATED_FEE, 3227),
        (BillLineKind.CREDIT_INSTALMENT, -2083),
    ]
    assert (bill.minutes, bill.data_mb) == (74, 7510)
    assert (bill.to_pay_fen, bill.balance_fen, bill.returned_later_fen) == (1144, 0, 47_917)


def test_credit_at_once_leaves_a_balance() -> None:
    bill = first_bill(TARIFF["SZX-5"], TIER[0].offer(13853172739, JINAN), date(2026, 2, 28))
    assert (bill.days, bill.fee_fen, bill.to_pay_fen, bill.balance_fen) == (1, 18, 0, 4982)
    assert (bill.minutes, bill.data_mb) == (0, 2)


def test_half_a_fen_is_rounded_up() -> None:
    odd = replace(TARIFF["SZX-5"], monthly_fee_fen=501)
    assert first_bill(odd, TIER[0].offer(13853172739, JINAN), date(2026, 4, 16)).fee_fen == 251


def test_the_excess_of_a_larger_first_top_up_is_credit_at_once() -> None:
    number = replace(TIER[5].offer(13853176688, JINAN), prepayment_fen=2400)
    bill = first_bill(TARIFF["CX-88"], number, date(2026, 12, 1))
    assert [(line.kind, line.amount_fen) for line in bill.lines] == [
        (BillLineKind.PRORATED_FEE, 8800),
        (BillLineKind.CREDIT_AT_ONCE, -7600),
        (BillLineKind.CREDIT_INSTALMENT, -100),
    ]
    assert (bill.to_pay_fen, bill.returned_later_fen) == (1100, 2300)


@given(NUMBERS, TARIFFS, DATES)
def test_a_first_bill_adds_up(number: NumberOffer, tariff: Tariff, activation: date) -> None:
    bill = first_bill(tariff, number, activation)
    assert sum(line.amount_fen for line in bill.lines) == bill.to_pay_fen - bill.balance_fen
    assert bill.fee_fen - bill.credit_fen == bill.to_pay_fen - bill.balance_fen
    assert min(bill.to_pay_fen, bill.balance_fen) == 0
    assert bill.credit_fen + bill.returned_later_fen == credit_plan(number, tariff).total_fen
    assert bill.last_date - activation == timedelta(days=bill.days - 1)
    assert (bill.last_date + timedelta(days=1)).day == 1


@given(NUMBERS, TARIFFS, DATES)
def test_prorated_figures_are_the_exact_share_rounded_as_stated(
    number: NumberOffer, tariff: Tariff, activation: date
) -> None:
    bill = first_bill(tariff, number, activation)
    share = Fraction(bill.days, monthrange(activation.year, activation.month)[1])
    assert abs(bill.fee_fen - tariff.monthly_fee_fen * share) <= Fraction(1, 2)
    for included, whole in (
        (bill.minutes, tariff.minutes),
        (bill.data_mb, tariff.data_mb),
        (bill.directed_data_mb, tariff.directed_data_mb),
        (bill.sms, tariff.sms),
    ):
        assert 0 <= included - whole * share < 1
        assert included <= whole


@given(NUMBERS, TARIFFS, DATES)
def test_a_day_later_never_costs_or_includes_more(number: NumberOffer, tariff: Tariff, activation: date) -> None:
    bill = first_bill(tariff, number, activation)
    if activation.day == 1:
        assert (bill.fee_fen, bill.minutes, bill.data_mb) == (
            tariff.monthly_fee_fen,
            tariff.minutes,
            tariff.data_mb,
        )
    later = activation + timedelta(days=1)
    if later.day != 1:
        after = first_bill(tariff, number, later)
        assert after.fee_fen <= bill.fee_fen
        assert (after.minutes, after.data_mb, after.sms) <= (bill.minutes, bill.data_mb, bill.sms)


@pytest.mark.parametrize(
    ("tier", "tariff", "months", "source"),
    [
        (0, "CX-88", 0, TermSource.NONE),
        (0, "HK-29", 12, TermSource.TARIFF),
        (6, "HK-39", 12, TermSource.NUMBER),
        (4, "QJX-199", 36, TermSource.NUMBER),
    ],
)
def test_the_longer_term_binds(tier: int, tariff: str, months: int, source: TermSource) -> None:
    term = contract_term(TIER[tier].offer(13853170000, JINAN), TARIFF[tariff])
    assert (term.months, term.source) == (months, source)


@pytest.mark.parametrize("tier", TIER.values(), ids=lambda tier: str(tier.tier))
def test_only_tariffs_that_reach_the_numbers_minimum_are_allowed(tier: NumberTier) -> None:
    number = tier.offer(13853170000, JINAN)
    allowed = allowed_tariffs(CATALOGUE.tariffs, number)
    assert allowed
    assert set(allowed) == {t for t in CATALOGUE.tariffs if t.monthly_fee_fen >= number.monthly_minimum_fen}
    assert [t.monthly_fee_fen for t in allowed] == sorted(t.monthly_fee_fen for t in allowed)


def test_a_tariff_is_offered_in_its_regions_only() -> None:
    number = TIER[0].offer(13853170000, JINAN)
    qingdao_only = replace(TARIFF["CX-88"], regions=frozenset({370200}))
    assert not is_allowed(qingdao_only, number)
    assert is_allowed(qingdao_only, replace(number, city_adcode=370200))
    assert not TARIFF["CX-88"].offered_in(110100)


def test_a_tariff_below_the_minimum_has_no_price() -> None:
    number = TIER[5].offer(13853176688, JINAN)
    with pytest.raises(ValueError, match="minimum"):
        due_today(number, TARIFF["SZX-5"], 0, None)
    with pytest.raises(ValueError, match="minimum"):
        first_bill(TARIFF["SZX-5"], number, date(2026, 11, 20))
