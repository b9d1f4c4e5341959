"""Which screen shows which step of a purchase; no screen names its neighbour."""

from collections.abc import Mapping
from typing import Final

from kiosk.domain.journeys import Step
from screens.number_purchase.collect import CollectScreen
from screens.number_purchase.confirm import ConfirmScreen
from screens.number_purchase.customer import CustomerScreen
from screens.number_purchase.numbers import NumbersScreen
from screens.number_purchase.pay import PayScreen
from screens.number_purchase.tariff import TariffScreen
from screens.step_screen import StepScreen

STEPS: Final[Mapping[Step, type[StepScreen]]] = {
    Step.NUMBER: NumbersScreen,
    Step.TARIFF: TariffScreen,
    Step.CUSTOMER: CustomerScreen,
    Step.CONFIRM: ConfirmScreen,
    Step.PAY: PayScreen,
    Step.COLLECT: CollectScreen,
}
