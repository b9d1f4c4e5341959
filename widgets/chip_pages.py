"""More chips than a screen may have room for: on as many pages as they need, without any scrolling."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import accumulate
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.geometry import Size

from widgets.chip import Chip, ChipRow
from widgets.tap_button import TapButton


class ChipPages(Vertical):
    """A single choice among many chips. The buttons that turn pages are there only where one page isn't enough.

    The keys of `ChipRow` work on the page in sight; Page up and Page down turn. A choice is the `ChipRow.Changed` of
    the row within, and its page is the one shown first.

    ```python
    yield ChipPages([Chip("370102001", "解放路街道")], page_up="上一页", page_down="下一页", id="street")


    @on(ChipRow.Changed, "#street ChipRow")
    def go_on(self, event: ChipRow.Changed) -> None: ...
    ```
    """

    SCOPED_CSS = False
    DEFAULT_CSS = """
    ChipPages { width: 1fr; height: 1fr; }
    ChipPages .chip-pages--turn { height: auto; dock: bottom; display: none; }
    ChipPages.-several .chip-pages--turn { display: block; }
    ChipPages .chip-pages--turn TapButton { width: 1fr; }
    ChipPages .chip-pages--up { margin-right: 2; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("pageup", "turn(-1)", show=False),
        Binding("pagedown", "turn(1)", show=False),
    ]

    def __init__(self, chips: Sequence[Chip], *, page_up: str, page_down: str, id: str | None = None) -> None:
        super().__init__(id=id)
        self._chips = tuple(chips)
        self._labels = (f"▲ {page_up}", f"{page_down} ▼")
        self._starts = [0]
        """Where each page begins."""
        self._page = 0

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return len(self._starts)

    @property
    def page(self) -> int:
        """The page in sight, from 0."""
        return self._page

    @property
    def row(self) -> ChipRow:
        """The chips of the page in sight."""
        return self.query_one(ChipRow)

    def compose(self) -> ComposeResult:
        """The chips, and below them the ways to the other pages."""
        yield ChipRow(())
        with Horizontal(classes="chip-pages--turn"):
            yield TapButton(self._labels[0], repeat_seconds=0, classes="chip-pages--up")
            yield TapButton(self._labels[1], repeat_seconds=0, classes="chip-pages--down")

    def set_chips(self, chips: Sequence[Chip]) -> None:
        """Replace all chips, and show the page of the chosen one."""
        self._chips = tuple(chips)
        self._lay_out()

    def on_resize(self, _event: events.Resize) -> None:
        """What fits on a page has changed."""
        self._lay_out()

    def action_turn(self, pages: int) -> None:
        """Show the next or previous page, if there is one."""
        if 0 <= self._page + pages < self.pages:
            self._show(self._page + pages)

    @on(TapButton.Pressed, ".chip-pages--up")
    def _turn_back(self, event: TapButton.Pressed) -> None:
        event.stop()
        self.action_turn(-1)

    @on(TapButton.Pressed, ".chip-pages--down")
    def _turn_on(self, event: TapButton.Pressed) -> None:
        event.stop()
        self.action_turn(1)

    @on(ChipRow.Changed)
    def _keep_choice(self, event: ChipRow.Changed) -> None:
        self._chips = tuple(replace(chip, selected=chip.key == event.key) for chip in self._chips)

    def _lay_out(self) -> None:
        if not self.size:
            # Not in sight: what fits isn't known.
            return
        several = self.row.fitting(self._chips, self.size) < len(self._chips)
        self.set_class(several, "-several")
        turn = self.query_one(".chip-pages--up").styles.height
        room = self.size.height - (int(turn.value) + 1 if turn else 0) if several else self.size.height
        self._starts = [0, *accumulate(self._lengths(Size(self.size.width, room)))][:-1] or [0]
        chosen = next((place for place, chip in enumerate(self._chips) if chip.selected), 0)
        self._show(sum(start <= chosen for start in self._starts) - 1)

    def _lengths(self, room: Size) -> Iterator[int]:
        left = self._chips
        while left:
            length = max(1, self.row.fitting(left, room))
            yield length
            left = left[length:]

    def _show(self, page: int) -> None:
        self._page = page
        start, end = [*self._starts, len(self._chips)][page : page + 2]
        shown = self._chips[start:end]
        self.row.set_chips(shown)
        self.row.cursor = next((place for place, chip in enumerate(shown) if chip.selected), 0)
        self.query_one(".chip-pages--up").disabled = page == 0
        self.query_one(".chip-pages--down").disabled = page == self.pages - 1
