"""The help centre in pictures: its sections, what a search finds and doesn't, and a topic to read (SPEC 2.4)."""

from collections.abc import Awaitable, Callable
from typing import Final

from kiosk.domain.journeys import Step
from tests.snapshots.stage import Model

Play = Callable[[Model], Awaitable[None]]


async def help_centre(model: Model) -> None:
    await model.begin()
    await model.tap("#help")


async def search(model: Model, zh: str, en: str) -> None:
    """Type with the keys of the screen, and put them away."""
    await help_centre(model)
    await model.tap("#query Input")
    await model.tap_letters(*(zh if model.app.tr.language == "zh" else en))


async def help_typing(model: Model) -> None:
    """Results come while somebody types."""
    await search(model, "zf", "pay")


async def help_found(model: Model) -> None:
    await search(model, "tuikuan", "refund")
    await model.tap_letters("done")


async def help_nothing_found(model: Model) -> None:
    await search(model, "qqqq", "qqqq")
    await model.tap_letters("done")


async def help_topic(model: Model) -> None:
    await help_centre(model)
    await model.tap_row("#topics", 1)


async def help_topic_end(model: Model) -> None:
    """The last page, with what helps further."""
    await help_topic(model)
    while not model.find("#down").disabled:
        await model.tap("#down")


async def help_at_step(model: Model) -> None:
    """Opened at a step, at the passage about it."""
    await model.begin()
    model.app.show_step(Step.NUMBER)
    await model.settle()
    await model.tap("#help")


HELP_STEPS: Final[tuple[Play, ...]] = (help_centre, help_topic)
"""Shown at every size."""

HELP_OTHERS: Final[tuple[Play, ...]] = (help_typing, help_found, help_nothing_found, help_topic_end, help_at_step)
