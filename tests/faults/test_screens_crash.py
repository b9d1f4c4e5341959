"""A fault in any screen: calm, then the attract screen, and nothing of the person anywhere (SPEC 9.2, 10.3)."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from textual import events

from kiosk.domain.journeys import Step
from kiosk.terminal.calm import CalmScreen
from tests.journeys.conftest import bank_file, demonstration_file, now, world
from tests.journeys.hands import ID_NUMBER, Terminal, open_terminal
from tests.journeys.test_nobody_is_remembered import log_file
from tests.services.small_shop import World

__all__ = ["bank_file", "demonstration_file", "log_file", "now", "world"]


@pytest.fixture
async def terminal(world: World, now: list[float], log_file: Path) -> AsyncIterator[Terminal]:
    """A terminal that recovers from crashes, as in the shop."""
    async with open_terminal(world, now, propagate_crashes=False) as opened:
        yield opened


def fail(id_number: str = ID_NUMBER) -> None:
    raise ValueError(f"no such person: {id_number}")


@pytest.mark.parametrize("step", [None, Step.NUMBER, Step.TARIFF, Step.CUSTOMER, Step.CONFIRM, Step.PAY, Step.COLLECT])
async def test_a_fault_of_a_screen_ends_in_the_attract_screen_within_three_seconds(
    terminal: Terminal, log_file: Path, monkeypatch: pytest.MonkeyPatch, step: Step | None
) -> None:
    if step is None:
        await terminal.begin()
    else:
        await terminal.reach(step)

    def on_key(_screen: object, _event: events.Key) -> None:
        fail()

    async with asyncio.timeout(3):
        with monkeypatch.context() as patch:
            patch.setattr(type(terminal.screen), "on_key", on_key, raising=False)
            terminal.app.set_focus(None)
            terminal.app.post_message(events.Key("f", "f"))
            await terminal.until(lambda: isinstance(terminal.screen, CalmScreen))
        assert ID_NUMBER not in terminal.words
        await terminal.until(lambda: terminal.app.current_mode == "attract")
    await terminal.settle()
    assert ID_NUMBER not in log_file.read_text()
    assert '"crash"' in log_file.read_text()
    visit = terminal.the_row("visits")
    assert (visit.end_reason, visit.choices, visit.id_hash) == ("crash", None, None)
    kinds = {claim.kind for claim in terminal.rows("number_claims")}
    assert kinds <= ({"order"} if step is Step.PAY else {"sale"} if step is Step.COLLECT else set())
    await terminal.begin()
