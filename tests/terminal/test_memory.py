"""Full garbage collections don't hold people up, and no visit is spared from them (SPEC 3.8)."""

import gc
from collections.abc import Iterator

import pytest

from kiosk.terminal import memory
from tests.terminal.small_app import SmallApp


@pytest.fixture(autouse=True)
def _unfrozen(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(memory, "SETTLED_SECONDS", 0.01)
    yield
    gc.unfreeze()


async def test_what_is_loaded_is_spared_once_the_attract_screen_has_been_shown_for_a_while() -> None:
    app = SmallApp()
    async with app.run_test() as pilot:
        memory.spare_what_is_loaded(app)
        await pilot.pause(0.05)
        assert gc.get_freeze_count() > 10_000


async def test_nothing_is_spared_while_somebody_is_served() -> None:
    app = SmallApp()
    async with app.run_test() as pilot:
        await app.switch_mode("visit")
        memory.spare_what_is_loaded(app)
        await pilot.pause(0.05)
        assert gc.get_freeze_count() == 0
        app.forget_person()
        await app.until_forgotten()
        await pilot.pause(0.05)
        assert gc.get_freeze_count() > 10_000
