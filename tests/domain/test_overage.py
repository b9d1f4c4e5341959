"""What use beyond the bundle costs: the carrier's rules R1 to R3, worked out by hand and megabyte by megabyte."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.overage import (
    COMMON_CLAUSES,
    ClauseCode,
    data_clauses,
    data_overage_fen,
    tariff_clauses,
)
from kiosk.domain.tariffs import DataRule
from storage.catalogue import demonstration_catalogue

GB = 1024
RULES = st.sampled_from(DataRule)


@pytest.mark.parametrize(
    ("mb", "fen"),
    [
        (0, 0),
        (1, 29),
        (34, 986),
        (35, 1000),  # 10 yuan reached: the first 100 MB are bought
        (100, 1000),
        (101, 1029),
        (535, 6000),  # 60 yuan reached: the rest of the GB is free
        (GB, 6000),
        (GB + 1, 6029),
        (8 * GB, 48_000),
        (8 * GB + 135, 50_000),  # the most a month can cost
        (100 * GB, 50_000),
    ],
)
def test_r1_by_megabyte_with_steps_and_free_rest(mb: int, fen: int) -> None:
    assert data_overage_fen(DataRule.R1, mb) == fen


@pytest.mark.parametrize(
    ("mb", "fen"),
    [
        (0, 0),
        (1, 500),
        (GB, 500),
        (GB + 1, 1000),
        (3 * GB, 1500),
        (3 * GB + 1, 1800),
        (198 * GB, 60_000),
        (199 * GB, 60_000),
    ],
)
def test_r2_by_started_gigabyte_cheaper_after_three(mb: int, fen: int) -> None:
    assert data_overage_fen(DataRule.R2, mb) == fen


@pytest.mark.parametrize(
    ("mb", "fen"), [(0, 0), (1, 29), (17, 493), (18, 500), (GB, 500), (GB + 1, 529), (1000 * GB, 500_000)]
)
def test_r3_by_gigabyte_and_the_part_of_one_by_megabyte(mb: int, fen: int) -> None:
    assert data_overage_fen(DataRule.R3, mb) == fen


def meter(rule: DataRule, mb_beyond: int) -> int:
    """Count every megabyte as it is used, as a meter would; an account of the rules apart from the formula."""
    cost = step_cost = gb_cost = 0
    for used in range(mb_beyond):
        if used % GB == 0:
            step_cost = gb_cost = 0
        if rule is DataRule.R1:
            if used % GB % 100 == 0:
                step_cost = 0
            charge = min(29, 1000 - step_cost, 6000 - gb_cost, 50_000 - cost)
        elif rule is DataRule.R2:
            price = 500 if used < 3 * GB else 300
            charge = min(price if used % GB == 0 else 0, 60_000 - cost)
        else:
            charge = min(29, 500 - gb_cost)
        step_cost, gb_cost, cost = step_cost + charge, gb_cost + charge, cost + charge
    return cost


@given(RULES, st.integers(0, 12 * GB))
def test_the_cost_is_what_a_meter_counts(rule: DataRule, mb: int) -> None:
    assert data_overage_fen(rule, mb) == meter(rule, mb)


@given(RULES, st.integers(0, 10**6), st.integers(0, 10**4))
def test_more_use_never_costs_less(rule: DataRule, mb: int, more: int) -> None:
    assert data_overage_fen(rule, mb) <= data_overage_fen(rule, mb + more)


def test_negative_use_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        data_overage_fen(DataRule.R1, -1)


def test_every_rule_can_be_explained_with_its_figures() -> None:
    assert [(clause.code, dict(clause.figures)) for clause in data_clauses(DataRule.R1)] == [
        (ClauseCode.DATA_PER_MB, {"fen": 29}),
        (ClauseCode.DATA_STEP, {"fen": 1000, "mb": 100}),
        (ClauseCode.DATA_REST_OF_GB_FREE, {"fen": 6000}),
        (ClauseCode.DATA_STOPS, {"fen": 50_000}),
    ]
    assert [(clause.code, dict(clause.figures)) for clause in data_clauses(DataRule.R2)] == [
        (ClauseCode.DATA_FIRST_GB, {"fen": 500, "gb": 3}),
        (ClauseCode.DATA_LATER_GB, {"fen": 300}),
        (ClauseCode.DATA_STOPS, {"fen": 60_000}),
    ]
    assert [(clause.code, dict(clause.figures)) for clause in data_clauses(DataRule.R3)] == [
        (ClauseCode.DATA_PER_GB, {"fen": 500}),
        (ClauseCode.DATA_PART_GB, {"fen_per_mb": 29, "fen": 500}),
    ]


def test_together_the_tariffs_need_every_clause() -> None:
    used = {clause.code for tariff in demonstration_catalogue().tariffs for clause in tariff_clauses(tariff)}
    assert used == set(ClauseCode)
    assert {clause.code for clause in COMMON_CLAUSES} < used
