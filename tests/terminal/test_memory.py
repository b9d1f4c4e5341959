"""Full garbage collections don't hold people up, and no visit is spared from them (SPEC 3.8)."""

import gc
from collections.abc import Iterator
from typing import Any

import pytest
from textual import events

from kiosk.terminal import memory
from tests.terminal.small_app import SmallApp


@pytest.fixture(autouse=True)
def _unfrozen(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(memory, "SETTLED_SECONDS", 0.01)
    thresholds = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*thresholds)


async def test_what_is_loaded_is_spared_once_the_attract_screen_has_been_shown_for_a_while() -> None:
    app = SmallApp()
    async with app.run_test() as pilot:
        memory.spare_people_collections(app)
        await pilot.pause(0.05)
        assert gc.get_freeze_count() > 10_000


async def test_nothing_is_spared_while_somebody_is_served() -> None:
    app = SmallApp()
    async with app.run_test() as pilot:
        await app.switch_mode("visit")
        memory.spare_people_collections(app)
        await pilot.pause(0.05)
        assert gc.get_freeze_count() == 0
        app.forget_person()
        await app.until_forgotten()
        await pilot.pause(0.05)
        assert gc.get_freeze_count() > 10_000


async def test_everything_is_collected_in_the_first_pause_and_not_while_keys_come() -> None:
    seconds, collected = [100.0], []
    app = SmallApp(clock=lambda: seconds[0])

    def note(phase: str, info: dict[str, Any]) -> None:
        if phase == "start" and info["generation"] == 2:
            collected.append(seconds[0])

    async with app.run_test() as pilot:
        pauses = memory.Pauses(app)
        seconds[0] += 1
        app.post_message(events.Key("tab", "\t"))
        await pilot.pause()
        seconds[0] += memory.PAUSE_SECONDS / 2
        gc.disable()
        gc.callbacks.append(note)
        try:
            pauses.look()
            assert not collected
            seconds[0] += memory.PAUSE_SECONDS / 2
            pauses.look()
            seconds[0] += memory.PAUSE_SECONDS
            pauses.look()
            assert collected == [102.0], "one collection a pause is enough"
        finally:
            gc.callbacks.remove(note)
            gc.enable()
