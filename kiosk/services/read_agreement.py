"""The text of an agreement in the customer's language, with the shop's own figures (SPEC 4.6, 7.1)."""

from datetime import timedelta
from importlib.resources import files

from kiosk.domain.accounts import ACTIVATION_TRIES, UNPROVED_KEPT
from kiosk.domain.agreements import Agreement
from kiosk.domain.rules import Rules
from kiosk.services.shop import Shop


class _Count(int):
    """A number that English may name with its unit: `{pickup_days:day}` is "1 day" or "7 days"."""

    def __format__(self, unit: str) -> str:
        figure = str(int(self))
        if not unit:
            return figure
        return f"{figure} {unit}" if self == 1 else f"{figure} {unit}s"


def read_agreement(shop: Shop, agreement: Agreement, language: str) -> str:
    """The whole text, as of the agreement's version, its time limits and quantities those in force at the shop.

    The first line names the agreement and its version.
    """
    folder = files("kiosk.locale") / "agreements" / agreement.code
    text = (folder / f"{agreement.version}.{language}.md").read_text(encoding="utf-8")
    return text.format_map(_figures(shop.rules))


def _figures(rules: Rules) -> dict[str, _Count]:
    return {
        "hold_minutes": _minutes(rules.hold),
        "payment_minutes": _minutes(rules.payment),
        "pickup_days": _Count(rules.pickup.days),
        "rest_days": _Count(rules.rest.days),
        "kept_days": _Count(rules.personal_data_kept.days),
        "holds": _Count(rules.holds_per_visit),
        "numbers_per_id": _Count(rules.numbers_per_id),
        "activation_hours": _Count(rules.activation_valid // timedelta(hours=1)),
        "activation_tries": _Count(ACTIVATION_TRIES),
        "activation_resend_seconds": _seconds(rules.activation_resend),
        "activations_per_day": _Count(rules.activations_per_day),
        "unproved_days": _Count(UNPROVED_KEPT.days),
        "password_length": _Count(rules.password_length),
        "code_minutes": _minutes(rules.code_valid),
        "code_tries": _Count(rules.code_tries),
        "code_resend_seconds": _seconds(rules.code_resend),
        "codes_per_day": _Count(rules.codes_per_day),
        "idle_seconds": _seconds(rules.idle),
        "large_idle_seconds": _seconds(rules.large_idle),
    }


def _minutes(length: timedelta) -> _Count:
    return _Count(length // timedelta(minutes=1))


def _seconds(length: timedelta) -> _Count:
    return _Count(length // timedelta(seconds=1))
