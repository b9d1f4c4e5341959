"""The numbers where none fits, and where one is left with none chosen."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Final

from kiosk.domain.journeys import Step
from tests.snapshots.stage import Model

Play = Callable[[Model], Awaitable[None]]


async def nothing_fits(model: Model) -> None:
    """Conditions set a while ago leave nothing, and no digit is being filled in."""
    await model.begin()
    purchase = model.app.visit.purchase
    query = replace(purchase.query, at="1______4444", no_4=True)
    model.app.visit.purchase = replace(purchase, query=query)
    model.app.show_step(Step.NUMBER)
    await model.until(lambda: model.screen.has_class("-nothing"))


async def leaving_with_nothing(model: Model) -> None:
    await model.begin()
    await model.tap("#numbers")
    await model.tap("#restart")


NUMBER_STEPS: Final[tuple[Play, ...]] = (nothing_fits,)
NUMBER_OTHERS: Final[tuple[Play, ...]] = (leaving_with_nothing,)
