"""The deadlines and limits in force, under the names by which texts for customers call them (SPEC 7.1)."""

from collections.abc import Mapping
from datetime import timedelta

from kiosk.domain.accounts import ACTIVATION_TRIES, UNPROVED_KEPT
from kiosk.domain.id_documents import SELF_SERVICE_AGE
from kiosk.domain.rules import Rules


class Count(int):
    """A number that English may name with its unit: `{pickup_days:day}` is "1 day" or "7 days"."""

    def __format__(self, unit: str) -> str:
        figure = str(int(self))
        if not unit:
            return figure
        return f"{figure} {unit}" if self == 1 else f"{figure} {unit}s"


def figures(rules: Rules) -> Mapping[str, Count]:
    """Every figure that a text may name, for `str.format_map`."""
    return {
        "hold_minutes": _minutes(rules.hold),
        "more_minutes": _minutes(rules.more_time),
        "more_times": Count(rules.more_times),
        "payment_minutes": _minutes(rules.payment),
        "pickup_days": Count(rules.pickup.days),
        "rest_days": Count(rules.rest.days),
        "kept_days": Count(rules.personal_data_kept.days),
        "holds": Count(rules.holds_per_visit),
        "numbers_per_id": Count(rules.numbers_per_id),
        "self_service_age": Count(SELF_SERVICE_AGE),
        "idle_seconds": _seconds(rules.idle),
        "large_idle_seconds": _seconds(max(rules.idle, rules.large_idle)),
        "code_minutes": _minutes(rules.code_valid),
        "code_tries": Count(rules.code_tries),
        "resend_seconds": _seconds(rules.code_resend),
        "code_resend_seconds": _seconds(rules.code_resend),
        "codes_per_day": Count(rules.codes_per_day),
        "activation_hours": Count(rules.activation_valid // timedelta(hours=1)),
        "activation_tries": Count(ACTIVATION_TRIES),
        "unproved_days": Count(UNPROVED_KEPT.days),
        "activation_resend_seconds": _seconds(rules.activation_resend),
        "activations_per_day": Count(rules.activations_per_day),
        "password_length": Count(rules.password_length),
    }


def _minutes(length: timedelta) -> Count:
    return Count(length // timedelta(minutes=1))


def _seconds(length: timedelta) -> Count:
    return Count(length // timedelta(seconds=1))
