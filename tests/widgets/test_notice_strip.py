"""The sentence along the top: whole, whatever lies below it, and gone without a trace (SPEC 9.2)."""

from __future__ import annotations

from collections.abc import Iterable

from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Static

from tests.widgets.gallery import Gallery
from widgets.notice_strip import NoticeStrip

TEXT = "这里不需要扫码"


def header_of_many_parts() -> Iterable[Widget]:
    """With an edge at every third cell."""
    parts = [Static(".") for _ in range(26)]
    for part in parts:
        part.styles.width, part.styles.height = 3, 3
    header = Horizontal(*parts)
    header.styles.height = 3
    yield header


async def test_no_hanzi_is_cut_in_two_and_the_header_comes_back() -> None:
    app = Gallery(header_of_many_parts)
    async with app.run_test(size=(80, 40)) as pilot:
        app.screen.styles.padding = 0
        await pilot.pause()
        NoticeStrip.show(app.screen, TEXT)
        await pilot.pause()
        shown = "\n".join(strip.text for strip in app.screen._compositor.render_strips())
        assert TEXT in shown
        await app.screen.query(NoticeStrip).remove()
        await pilot.pause()
        assert app.screen.query_one(Horizontal).visible
