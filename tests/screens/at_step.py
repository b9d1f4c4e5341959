"""The terminal of a shop with the demonstration catalogue, opened at a step with a number held."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace

from textual.pilot import Pilot

from kiosk.app import KioskApp
from kiosk.domain.journeys import Step
from kiosk.domain.patterns import PATTERN_BY_CODE, classify
from kiosk.place import Place
from kiosk.services.hold_number import hold_number
from storage import stock
from storage.catalogue import demonstration_catalogue
from storage.engine import Database
from storage.load_catalogue import insert_catalogue
from storage.remembered import remember
from tests.services.small_shop import World

JINAN = 370100
HOME_SHOP = "0531-02"
PLAIN, PAIRS, ALIKE = 13853170325, 13853123388, 13853170888
"""Of the tiers with a minimum of nothing, ¥68 and ¥128."""


def fill_with_demonstration(database: Database) -> None:
    """Put in the catalogue and three numbers of Jinan."""
    catalogue = demonstration_catalogue()
    tiers = {tier.tier: tier for tier in catalogue.tiers}
    with database.writing() as connection:
        insert_catalogue(connection, catalogue)
        stock.insert_numbers(
            connection,
            iter(
                [
                    stock.NewNumber(
                        msisdn,
                        JINAN,
                        pattern.code,
                        pattern.tier,
                        tiers[pattern.tier].prepayment_fen,
                        tiers[pattern.tier].monthly_minimum_fen,
                        tiers[pattern.tier].term_months,
                        withdrawn_at=None,
                    )
                    for msisdn in (PLAIN, PAIRS, ALIKE)
                    for pattern in [PATTERN_BY_CODE[classify(msisdn).code]]
                ]
            ),
        )
        stock.bump_stock_revision(connection)
        remember(connection, "demonstration", "1")


@asynccontextmanager
async def at_step(
    world: World,
    step: Step,
    *,
    msisdn: int = PLAIN,
    size: tuple[int, int] = (120, 40),
    typed: Mapping[str, str] | None = None,
    **chosen: object,
) -> AsyncIterator[Pilot[None]]:
    """Run the terminal up to `step`, the number held and `chosen` taken from earlier steps."""
    app = KioskApp(world.shop, Place(JINAN, HOME_SHOP, reduced_motion=True), propagate_crashes=True)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        await app.begin_visit()
        visit = app.visit
        hold = hold_number(world.shop, visit.visit_id, msisdn)
        visit.purchase = replace(
            visit.purchase,
            msisdn=hold.msisdn,
            held_until=hold.until,
            **{**chosen, **(typed or {})},  # type: ignore[arg-type]  # by name, as declared
        )
        app.show_step(step)
        await settle(pilot)
        yield pilot


async def settle(pilot: Pilot[None]) -> None:
    """Let what was asked of services arrive, and the screen be drawn."""
    await pilot.pause()
    await pilot.app.workers.wait_for_complete([worker for worker in pilot.app.workers if worker.group != "idle"])
    await pilot.pause()
