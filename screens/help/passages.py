"""Which passage of the help is about which step or screen: the one place that says so (SPEC 2.4)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from kiosk.domain.journeys import Step


@dataclass(frozen=True, slots=True)
class Passage:
    """A topic, and the heading in it at which to begin; without one at its top."""

    topic: str
    anchor: str = ""


STEP_PASSAGES: Final[Mapping[Step, Passage]] = {
    Step.NUMBER: Passage("guide/buy-number", "number"),
    Step.TARIFF: Passage("guide/buy-number", "tariff"),
    Step.CUSTOMER: Passage("guide/buy-number", "customer"),
    Step.RECIPIENT: Passage("guide/buy-number-delivered", "recipient"),
    Step.CONFIRM: Passage("guide/buy-number", "confirm"),
    Step.PAY: Passage("payment/paying", "scan"),
    Step.COLLECT: Passage("guide/buy-number", "collect"),
    Step.DELIVERED: Passage("guide/buy-number-delivered", "delivered"),
}

SIGNING_IN: Final = Passage("guide/sign-in")
REGISTERING: Final = Passage("guide/register", "form")
ACTIVATING: Final = Passage("guide/register", "activate")
OWN_DATA: Final = Passage("questions/privacy")
OWN_ACCOUNT: Final = Passage("questions/my-orders")
FINDING_AN_ORDER: Final = Passage("questions/find-order", "by-number")
CANCELLING: Final = Passage("after_sales/cancel")
CHOOSING_A_CITY: Final = Passage("questions/region")
KEEPING_NUMBERS: Final = Passage("questions/favourites")
SCREEN_PASSAGES: Final = (
    SIGNING_IN,
    REGISTERING,
    ACTIVATING,
    OWN_DATA,
    OWN_ACCOUNT,
    FINDING_AN_ORDER,
    CANCELLING,
    CHOOSING_A_CITY,
    KEEPING_NUMBERS,
)
