"""What use beyond a tariff costs, and the conditions every tariff shares, as data.

The figures are the carrier's published rules R1, R2, R3 (data) and CALL, SMS, ROLL, NEW, CHG, SUSP (all tariffs).
1 GB is 1,024 MB. A screen words a rule from its clauses: a code and the figures that go with it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from kiosk.domain.tariffs import DataRule, Tariff

MB_PER_GB = 1024


@dataclass(frozen=True, slots=True)
class DataTerms:
    """How data beyond the bundle is charged, gigabyte by gigabyte.

    Within one, `fen_per_mb` counts up to `fen_per_step`, which buys `mb_per_step`; the next step follows, until
    `fen_per_gb` has bought the whole of it. Where `fen_per_mb` is None a started gigabyte counts as a whole one.
    From the gigabyte after `first_gb` on, `later_fen_per_gb` is the price. `stop_fen` is the most a month can
    cost: data stops there.
    """

    fen_per_mb: int | None
    mb_per_step: int
    fen_per_step: int
    fen_per_gb: int
    first_gb: int | None
    later_fen_per_gb: int | None
    stop_fen: int | None


DATA_TERMS: Mapping[DataRule, DataTerms] = MappingProxyType(
    {
        # Beyond the bundle 0.29/MB, every 10 yuan buys 100 MB; at 60 yuan the rest of that 1 GB is free; repeat;
        # stop at 500 yuan in the month.
        DataRule.R1: DataTerms(
            fen_per_mb=29,
            mb_per_step=100,
            fen_per_step=1000,
            fen_per_gb=6000,
            first_gb=None,
            later_fen_per_gb=None,
            stop_fen=50_000,
        ),
        # Beyond the bundle 5 yuan/GB for the first 3 GB, then 3 yuan/GB; stop at 600 yuan.
        DataRule.R2: DataTerms(
            fen_per_mb=None,
            mb_per_step=MB_PER_GB,
            fen_per_step=500,
            fen_per_gb=500,
            first_gb=3,
            later_fen_per_gb=300,
            stop_fen=60_000,
        ),
        # Beyond the bundle 5 yuan/GB, part GB billed by MB at 0.29 up to 5 yuan.
        DataRule.R3: DataTerms(
            fen_per_mb=29,
            mb_per_step=MB_PER_GB,
            fen_per_step=500,
            fen_per_gb=500,
            first_gb=None,
            later_fen_per_gb=None,
            stop_fen=None,
        ),
    }
)


def data_overage_fen(rule: DataRule, mb_beyond: int) -> int:
    """What so many whole megabytes beyond the bundle cost in one month, in fen, never more than where data stops.

    Raises ValueError for a negative use.
    """
    if mb_beyond < 0:
        raise ValueError(f"use beyond the bundle is not negative: {mb_beyond} MB")
    terms = DATA_TERMS[rule]
    whole_gb, rest_mb = divmod(mb_beyond, MB_PER_GB)
    cost_fen = _whole_gigabytes_fen(terms, whole_gb)
    if rest_mb:
        next_gb_fen = _whole_gigabytes_fen(terms, whole_gb + 1) - cost_fen
        cost_fen += min(next_gb_fen, _started_gigabyte_fen(terms, rest_mb))
    return cost_fen if terms.stop_fen is None else min(cost_fen, terms.stop_fen)


def _whole_gigabytes_fen(terms: DataTerms, gigabytes: int) -> int:
    if terms.first_gb is None or terms.later_fen_per_gb is None:
        return gigabytes * terms.fen_per_gb
    first = min(gigabytes, terms.first_gb)
    return first * terms.fen_per_gb + (gigabytes - first) * terms.later_fen_per_gb


def _started_gigabyte_fen(terms: DataTerms, used_mb: int) -> int:
    if terms.fen_per_mb is None:
        return terms.fen_per_gb
    steps, rest_mb = divmod(used_mb, terms.mb_per_step)
    return steps * terms.fen_per_step + min(terms.fen_per_step, rest_mb * terms.fen_per_mb)


class ClauseCode(StrEnum):
    """One condition of a tariff; its figures carry the names given here, in fen, MB, hours and so on."""

    VOICE_PER_MINUTE = "voice_per_minute"  # fen
    DATA_PER_MB = "data_per_mb"  # fen
    DATA_STEP = "data_step"  # fen buys mb
    DATA_REST_OF_GB_FREE = "data_rest_of_gb_free"  # from fen on
    DATA_PER_GB = "data_per_gb"  # fen
    DATA_FIRST_GB = "data_first_gb"  # fen for each of the first gb
    DATA_LATER_GB = "data_later_gb"  # fen
    DATA_PART_GB = "data_part_gb"  # fen_per_mb up to fen
    DATA_STOPS = "data_stops"  # at fen
    SMS_EACH = "sms_each"  # fen
    MMS_EACH = "mms_each"  # fen
    ANSWERING_FREE = "answering_free"  # nationwide, excluding Hong Kong, Macao and Taiwan
    NO_ROAMING_CHARGE = "no_roaming_charge"
    DATA_ROLLS_OVER = "data_rolls_over"  # general data, to the end of the next month
    VOICE_AND_SMS_EXPIRE = "voice_and_sms_expire"
    ROLL_OVER_LOST = "roll_over_lost"  # on a change of tariff or a suspension
    NEW_LINE_PRORATED = "new_line_prorated"  # effective at once
    CHANGE_NEXT_MONTH = "change_next_month"  # from the 1st; not accepted after hour on a month's last day
    SUSPENDED_MONTH_FREE = "suspended_month_free"  # a whole month


@dataclass(frozen=True, slots=True)
class Clause:
    """A condition to be put into words, with its figures."""

    code: ClauseCode
    figures: Mapping[str, int] = field(default_factory=dict, hash=False)


# Rules CALL, SMS (the part no tariff changes), ROLL, NEW, CHG and SUSP.
COMMON_CLAUSES: tuple[Clause, ...] = (
    Clause(ClauseCode.MMS_EACH, {"fen": 30}),
    Clause(ClauseCode.ANSWERING_FREE),
    Clause(ClauseCode.NO_ROAMING_CHARGE),
    Clause(ClauseCode.DATA_ROLLS_OVER),
    Clause(ClauseCode.VOICE_AND_SMS_EXPIRE),
    Clause(ClauseCode.ROLL_OVER_LOST),
    Clause(ClauseCode.NEW_LINE_PRORATED),
    Clause(ClauseCode.CHANGE_NEXT_MONTH, {"hour": 19}),
    Clause(ClauseCode.SUSPENDED_MONTH_FREE),
)


def data_clauses(rule: DataRule) -> tuple[Clause, ...]:
    """The rule for data beyond the bundle, in the order in which one explains it."""
    terms = DATA_TERMS[rule]
    clauses: list[Clause] = []
    match rule:
        case DataRule.R1:
            clauses.append(Clause(ClauseCode.DATA_PER_MB, {"fen": terms.fen_per_mb or 0}))
            clauses.append(Clause(ClauseCode.DATA_STEP, {"fen": terms.fen_per_step, "mb": terms.mb_per_step}))
            clauses.append(Clause(ClauseCode.DATA_REST_OF_GB_FREE, {"fen": terms.fen_per_gb}))
        case DataRule.R2:
            clauses.append(Clause(ClauseCode.DATA_FIRST_GB, {"fen": terms.fen_per_gb, "gb": terms.first_gb or 0}))
            clauses.append(Clause(ClauseCode.DATA_LATER_GB, {"fen": terms.later_fen_per_gb or 0}))
        case DataRule.R3:
            clauses.append(Clause(ClauseCode.DATA_PER_GB, {"fen": terms.fen_per_gb}))
            clauses.append(
                Clause(ClauseCode.DATA_PART_GB, {"fen_per_mb": terms.fen_per_mb or 0, "fen": terms.fen_per_gb})
            )
    if terms.stop_fen is not None:
        clauses.append(Clause(ClauseCode.DATA_STOPS, {"fen": terms.stop_fen}))
    return tuple(clauses)


def tariff_clauses(tariff: Tariff) -> tuple[Clause, ...]:
    """Everything beyond fee and allowances that a customer should know of a tariff before choosing it."""
    return (
        Clause(ClauseCode.VOICE_PER_MINUTE, {"fen": tariff.voice_over_fen_per_min}),
        *data_clauses(tariff.data_over_rule),
        Clause(ClauseCode.SMS_EACH, {"fen": tariff.sms_over_fen}),
        *COMMON_CLAUSES,
    )
