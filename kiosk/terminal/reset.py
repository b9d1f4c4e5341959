"""Forgetting a person: nothing of a visit stays in the terminal's process (SPEC 3.8)."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import structlog
from rich import cells, segment
from textual._styles_cache import StylesCache
from textual.app import App
from textual.document import _document
from textual.dom import DOMNode
from textual.screen import Screen
from textual.widget import Widget
from textual.worker import Worker

VISIT_WORKERS: Final = "visit"
"""The group of workers that belong to a visit although the app itself started them."""

WORKERS_SECONDS: Final = 1.0
"""How long cancelled workers may take to end before it is logged that they have not."""

_log = structlog.get_logger("kiosk.terminal")


async def rebuild_modes(app: App[Any], factories: Mapping[str, str | Callable[[], Screen[Any]]]) -> None:
    """Throw the screens of these modes away, with their workers, and let each start afresh when next entered.

    None of them may be the current mode. Popping their screens would not do: workers started on the app go on.
    """
    workers = [worker for worker in app.workers if _belongs(worker, app, factories)]
    screens = [screen for name in factories for screen in app._screen_stacks.get(name, [])]
    nodes = [node for screen in screens for node in screen.walk_children(Widget)]
    for name, factory in factories.items():
        if name in app._modes:
            await app.remove_mode(name)
        app.add_mode(name, factory)
    for node in nodes:
        # A widget that failed while it was mounted no longer tells its children to end.
        if node.is_running:
            await node._close_messages()
        app._registry.discard(node)
    for worker in workers:
        worker.cancel()
    await _log_survivors(workers)


def _belongs(worker: Worker[Any], app: App[Any], modes: Iterable[str]) -> bool:
    if worker.node is app:
        return worker.group == VISIT_WORKERS
    screens: set[DOMNode] = {screen for mode in modes for screen in app._screen_stacks.get(mode, [])}
    return any(node in screens for node in worker.node.ancestors_with_self)


async def _log_survivors(workers: list[Worker[Any]]) -> None:
    """Cancelling only asks: a worker that goes on could still show one person's data to the next."""
    deadline = asyncio.get_running_loop().time() + WORKERS_SECONDS
    while any(worker.is_running for worker in workers) and asyncio.get_running_loop().time() < deadline:
        await asyncio.sleep(0.01)
    for worker in workers:
        if worker.is_running:
            _log.warning("worker_outlived_visit", worker=worker.name)


def clear_app(app: App[Any]) -> None:
    """Forget what lives on the app rather than on a screen: clipboard, notifications, mouse, text caches."""
    app._clipboard = ""
    app.clear_notifications()
    app.capture_mouse(None)
    app.mouse_over = None
    app.hover_over = None
    app._mouse_down_widget = None
    clear_text_caches()


def clear_text_caches() -> None:
    """Empty the process-wide caches of Rich and Textual that keep pieces of shown text.

    One of them has the caches of whole widgets among its keys, with the lines that were drawn of them.
    """
    cells.cached_cell_len.cache_clear()
    segment.Segment._split_cells.cache_clear()
    _document._utf8_encode.cache_clear()
    StylesCache.get_inner_outer.cache_clear()
