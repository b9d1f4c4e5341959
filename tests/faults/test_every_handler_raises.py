"""An exception in every handler in turn: calm, then the attract screen, and nothing of the person told (SPEC 9.2).

A handler is found by looking at the classes, made to raise the next time it is called, and called by Textual's own
ways: its widget's message loop, an action, a worker, a timer, a redraw.
"""

import asyncio
import functools
import gc
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from textual import work
from textual.message_pump import MessagePump

from kiosk.terminal.crash import CrashWindow
from kiosk.terminal.lockdown import CALM_MODE
from screens.kiosk_screen import KioskScreen
from tests.faults.scenes_to_crash import SCENES, Handler, Stage, handlers_of, own_classes
from tests.journeys.conftest import bank_file, demonstration_file, now, world
from tests.journeys.hands import ID_NUMBER, open_terminal
from tests.journeys.test_nobody_is_remembered import log_file
from tests.services.small_shop import World

__all__ = ["bank_file", "demonstration_file", "log_file", "now", "world"]

pytestmark = pytest.mark.xdist_group("every handler")
CALM_SECONDS, USUAL_CALM_SECONDS = 0.02, 1.5
_met: dict[Handler, str] = {}
"""In which scene each handler's widget is found first; filled by a tour of all scenes."""


@pytest.fixture
async def stage(world: World, now: list[float], log_file: Path) -> AsyncIterator[Stage]:
    async with open_terminal(world, now, propagate_crashes=False) as opened:
        stage = Stage(opened.app, opened.pilot, opened.world, opened.now)
        stage._orders = {}
        stage.app._calm_seconds = CALM_SECONDS
        # Full collections would take a tenth of the time.
        gc.freeze()
        yield stage
        gc.unfreeze()


async def enter(stage: Stage, scene: str) -> None:
    before = stage.app.screen
    await SCENES[scene](stage)
    if scene != "attract":
        await stage.until(lambda: stage.app.screen is not before and stage.app.screen.is_mounted)


def _group(scene: str) -> str:
    """Scenes that share a terminal, as the words before their colon say."""
    return scene.partition(":")[0]


def actors(stage: Stage) -> list[MessagePump]:
    """Whoever has handlers now: the app, its screen, and what lies on it."""
    return [stage.app, stage.screen, *stage.screen.walk_children()]


def found(stage: Stage, handler: Handler) -> list[MessagePump]:
    """Those that have this handler."""
    return [actor for actor in actors(stage) if isinstance(actor, handler.owner)]


@pytest.fixture
async def met(stage: Stage) -> dict[Handler, str]:
    """The tour, made once."""
    if not _met:
        own = own_classes()
        for scene in SCENES:
            await enter(stage, scene)
            for owner in own:
                if any(isinstance(actor, owner) for actor in actors(stage)):
                    for handler in handlers_of(owner):
                        _met.setdefault(handler, scene)
            await stage.leave()
    return _met


def armed(handler: Handler, original: Callable[..., Any], fired: list[str]) -> Callable[..., Any]:
    """The method, except that its next call raises, with what a person typed in its message and its variables."""

    def fail() -> None:
        fired.append(str(handler))
        id_number = ID_NUMBER
        raise ValueError(f"no such person: {id_number}")

    async def fail_in_worker(_self: object, *_: object, **__: object) -> None:
        fail()

    def fail_once(self: object, *values: object, **named: object) -> Any:
        if not fired:
            fail()
        return original(self, *values, **named)

    return work(fail_in_worker) if handler.is_worker else functools.wraps(original)(fail_once)


def trigger(stage: Stage, handler: Handler, actor: Any) -> None:
    """Let Textual call it."""
    call = functools.partial(getattr(handler.owner, handler.name), actor)
    name = handler.name
    is_reached = next(owner for owner in type(actor).__mro__ if name in vars(owner)) is handler.owner
    if name.startswith("render") and is_reached and actor in stage.screen._compositor.visible_widgets:
        actor.refresh()
    elif is_reached and name.startswith("compose") and isinstance(actor, KioskScreen):
        actor.call_later(actor.change_texts)
    elif is_reached and name.startswith("compose"):
        actor.call_later(actor.recompose)
    elif is_reached and name.startswith("action_"):
        stage.app.call_later(stage.app.run_action, name.removeprefix("action_"), actor)
    elif name in {"tick", "look", "show_next", "show_wait", "give_up"}:
        actor.set_timer(0.001, call)
    else:
        actor.call_later(call)


@pytest.mark.parametrize("group", dict.fromkeys(_group(scene) for scene in SCENES))
async def test_a_fault_in_any_handler_is_a_pause_and_tells_nothing(
    stage: Stage, met: dict[Handler, str], group: str, log_file: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    app = stage.app
    seconds: list[float] = []
    for handler, scene in [(handler, scene) for handler, scene in met.items() if _group(scene) == group]:
        await enter(stage, scene)
        await stage.until(lambda: found(stage, handler))  # noqa: B023 - awaited at once
        actor = found(stage, handler)[0]
        fired: list[str] = []
        told = log_file.stat().st_size if log_file.exists() else 0
        app._crashes = CrashWindow()
        calm: list[str] = []
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(handler.owner, handler.name, armed(handler, getattr(handler.owner, handler.name), fired))
            trigger(stage, handler, actor)
            try:
                await stage.until(lambda: fired)  # noqa: B023 - awaited at once
            except TimeoutError:
                pytest.fail(f"{handler} was never called")
            began = time.monotonic()
            while app._recovering_now() or app.current_mode != "attract":
                if app.current_mode == CALM_MODE:
                    calm.append(stage.words)
                await asyncio.sleep(0.002)
                assert time.monotonic() - began < 10, f"{handler}: still {app.current_mode}"
        seconds.append(time.monotonic() - began)
        log = log_file.read_bytes()[told:].decode()
        assert '"crash"' in log, handler
        assert "ValueError" in log, handler
        for place in (log, *calm, stage.words, *capfd.readouterr()):
            assert ID_NUMBER not in place, handler
            assert "no such person" not in place, handler
        assert app._visit is None, handler
        assert not app._exit, handler
    # The median, since other programs may keep the machine from one of them for a while.
    assert median(seconds) + USUAL_CALM_SECONDS - CALM_SECONDS < 3


async def test_no_handler_is_left_out(met: dict[Handler, str]) -> None:
    """A new screen or widget belongs into a scene."""
    missing = [str(handler) for owner in own_classes() for handler in handlers_of(owner) if handler not in met]
    assert missing == []
    assert len(met) > 200
