"""The letters that are open and what they may become, as targets for fingers or under the number keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from widgets.candidate_pages import GAP, Page, Place, lay_out
from widgets.input_method import Typed
from widgets.tile import draw_tile

MOST_BY_NUMBER: Final = 9
"""Candidates that number keys can choose."""

_NARROWEST: Final = 9
_MARGIN: Final = 1
_STATE: Final = 7
_TURNER, _TURNER_BESIDE_KEYS = 10, 3
_WIDE: Final = 100
_ELLIPSIS = "…"


class CandidateBar(Widget):
    """Shows what an input method made of the last key; posts `Chosen` for a candidate, by its index among all.

    With room for fingers the letters stand above, and each candidate is a tile; on a short screen and beside a
    physical keyboard everything is in one row, where letters keep a place of their own, so that nothing jumps while
    they grow. Only whole candidates are shown; the others are on further pages, turned at the right end.

    ```python
    bar = CandidateBar(prompt="请输入拼音", nothing="没有对应的汉字")
    bar.typed = method.feed("n")
    ```
    """

    SCOPED_CSS = False
    DEFAULT_CSS = """
    CandidateBar { width: 1fr; height: auto; background: $panel; color: $foreground; pointer: pointer; }
    CandidateBar .candidate-bar--candidate { background: $surface; color: $foreground; text-style: bold; height: 3; }
    .-short CandidateBar .candidate-bar--candidate, .-keys CandidateBar .candidate-bar--candidate { height: 1; }
    CandidateBar .candidate-bar--first { background: $surface; color: $primary; text-style: bold; }
    CandidateBar .candidate-bar--turner { background: $background; color: $foreground; text-style: bold; }
    CandidateBar .candidate-bar--letters { color: $primary; text-style: bold underline; }
    CandidateBar .candidate-bar--aside { color: $muted; }
    CandidateBar .candidate-bar--hint { display: none; }
    .-keys CandidateBar .candidate-bar--hint { display: block; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "candidate-bar--candidate",
        "candidate-bar--first",
        "candidate-bar--turner",
        "candidate-bar--letters",
        "candidate-bar--aside",
        "candidate-bar--hint",
    }
    ALLOW_SELECT = False

    typed: reactive[Typed] = reactive(Typed(), init=False)
    page: reactive[int] = reactive(0)
    asleep: reactive[bool] = reactive(False)
    """Whether letters go straight to the text: then only `switch` is said."""
    switch: reactive[str] = reactive("")
    """The key that wakes or puts asleep, and what it brings; said while a physical keyboard is in use."""

    @dataclass
    class Chosen(Message):
        """A candidate was tapped."""

        bar: CandidateBar
        index: int

        @property
        def control(self) -> CandidateBar:
            """The bar."""
            return self.bar

    def __init__(self, *, prompt: str, nothing: str, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._prompt, self._nothing = prompt, nothing
        self._pages: tuple[Page, ...] = ()
        self._laid_out_for: object = None

    @property
    def row_height(self) -> int:
        """Rows a candidate is high: three where there is room for fingers."""
        height = self.get_component_styles("candidate-bar--candidate").height
        return int(height.value) if height else 1

    @property
    def pages(self) -> tuple[Page, ...]:
        """Where every candidate stands."""
        laid_out_for = (self.typed, self.size.width, self._has_tiles, self._shows_numbers)
        if self._laid_out_for != laid_out_for:
            self._laid_out_for = laid_out_for
            widths = [self._width_of(candidate) for candidate in self.typed.candidates]
            lines = 2 if self._has_tiles and self.size.width < _WIDE else 1
            most = MOST_BY_NUMBER if self._shows_numbers else len(widths)
            self._pages = lay_out(widths, self._room, lines, most)
        return self._pages

    def shown(self, place: int) -> int | None:
        """The index among all of the candidate at `place` of this page, from 0."""
        page = self._page
        return page[place].index if 0 <= place < len(page) else None

    def turn(self, by: int) -> None:
        """Turn pages; nothing happens beyond the first and the last."""
        self.page = max(0, min(len(self.pages) - 1, self.page + by))

    def watch_typed(self) -> None:
        """Begin with the best."""
        self.page = 0

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """One row, or a row of letters above the tiles."""
        lines = 2 if width < _WIDE else 1
        return 1 + lines * self.row_height if self._has_tiles else 1

    def on_resize(self) -> None:
        """Take as many rows as candidates have now, when the screen has become another one."""
        if self.size.height != self.get_content_height(self.size, self.size, self.size.width):
            self.refresh(layout=True)

    def on_click(self, event: events.Click) -> None:
        """Choose the candidate under the finger, or turn the page."""
        event.stop()
        offset = event.get_content_offset_capture(self)
        line = (offset.y - 1) // self.row_height if self._has_tiles else 0
        if offset.y < self._top:
            return
        turners = self.size.width - self._end
        if offset.x >= turners:
            self._turn_at(offset.x - turners)
            return
        for place in self._page:
            start = self._start + place.start
            if place.line == line and start <= offset.x < start + place.width + GAP:
                self.post_message(self.Chosen(self, place.index))
                return

    def render_line(self, y: int) -> Strip:
        """Draw the letters, a line of candidates, or both in one row."""
        if y and not self._has_tiles:
            return self._strip([])
        if self.asleep or not self.typed.composing:
            return self._draw_idle(y)
        if not self._has_tiles:
            return self._strip([*self._letters(self._start), *self._candidates(0, 0), *self._pager(0)])
        if y == 0:
            return self._strip([*self._letters(self.size.width - self._end), *self._page_number()])
        line, row = divmod(y - 1, self.row_height)
        return self._strip([*self._candidates(line, row), *self._pager(row, is_first=line == 0)])

    # What is drawn

    def _draw_idle(self, y: int) -> Strip:
        if y:
            return self._strip([])
        aside = self._style("aside")
        said = "" if self.asleep else self._prompt
        switch = self.switch if self._shows_numbers else ""
        room = self.size.width - cell_len(switch) - 2 * _MARGIN
        return self._strip([Segment(" " + _fitted(said, room), aside), Segment(switch, aside)])

    def _letters(self, width: int) -> list[Segment]:
        """The open letters; of many the last ones."""
        letters = self.typed.composing
        room = width - 2 * _MARGIN
        if cell_len(letters) > room:
            letters = _ELLIPSIS + letters[-(room - 1) :]
        ground = self.rich_style
        rest = width - _MARGIN - cell_len(letters)
        return [Segment(" ", ground), Segment(letters, self._style("letters")), Segment(" " * rest, ground)]

    def _candidates(self, line: int, row: int) -> list[Segment]:
        ground = self.rich_style
        if not self.typed.candidates:
            said = self._nothing if row == self.row_height // 2 and line == 0 else ""
            return [Segment(_fitted(" " * _MARGIN + said, self._room + GAP), self._style("aside"))]
        drawn: list[Segment] = []
        cells = 0
        for number, place in enumerate(self._page):
            if place.line != line:
                continue
            drawn.append(Segment(" " * (place.start - cells), ground))
            drawn.extend(self._draw_candidate(number, place)[row])
            cells = place.start + place.width
        drawn.append(Segment(" " * (self._room + GAP - cells), ground))
        return drawn

    def _draw_candidate(self, number: int, place: Place) -> list[list[Segment]]:
        face = self._style("first" if number == 0 else "candidate")
        label = [Segment(self.typed.candidates[place.index])]
        if self._shows_numbers:
            label.insert(0, Segment(f"{number + 1} ", Style(bold=False)))
        return draw_tile(label, place.width, self.row_height, face=face, ground=self.rich_style)

    def _pager(self, row: int, *, is_first: bool = True) -> list[Segment]:
        ground = self.rich_style
        if len(self.pages) < 2 or not is_first:  # noqa: PLR2004  # one page needs no turning
            return [Segment(" " * self._end, ground)]
        back, on = self._turner("‹", row, self.page > 0), self._turner("›", row, self.page < len(self.pages) - 1)
        if self._has_tiles:
            return [*back, Segment(" " * GAP, ground), *on]
        return [*back, *self._page_number(), *on]

    def _turner(self, mark: str, row: int, leads_on: bool) -> list[Segment]:
        face = self._style("turner")
        label = [Segment(mark if leads_on else " ")]
        return draw_tile(label, self._turner_width, self.row_height, face=face, ground=self.rich_style)[row]

    def _page_number(self) -> list[Segment]:
        width = self._end if self._has_tiles else _STATE
        said = f"{self.page + 1}/{len(self.pages)}" if len(self.pages) > 1 else ""
        return [Segment(said.center(width), self._style("aside"))]

    def _strip(self, segments: list[Segment]) -> Strip:
        return Strip(segments).adjust_cell_length(self.size.width, self.rich_style)

    def _style(self, part: str) -> Style:
        return self.rich_style + self.get_component_rich_style(f"candidate-bar--{part}", partial=True)

    # Where it is drawn

    @property
    def _has_tiles(self) -> bool:
        return self.row_height > 1

    @property
    def _shows_numbers(self) -> bool:
        return self.get_component_styles("candidate-bar--hint").display != "none"

    @property
    def _top(self) -> int:
        return 1 if self._has_tiles else 0

    @property
    def _start(self) -> int:
        """Where the candidates begin: after the place of the letters, where both share a row."""
        return 0 if self._has_tiles else max(12, min(26, self.size.width // 5))

    @property
    def _turner_width(self) -> int:
        return _TURNER_BESIDE_KEYS if self._shows_numbers else _TURNER

    @property
    def _end(self) -> int:
        """Cells for turning pages."""
        return 2 * self._turner_width + (GAP if self._has_tiles else _STATE)

    @property
    def _room(self) -> int:
        return max(1, self.size.width - self._start - self._end - GAP)

    @property
    def _page(self) -> Page:
        pages = self.pages
        return pages[min(self.page, len(pages) - 1)] if pages else ()

    def _width_of(self, candidate: str) -> int:
        width = cell_len(candidate) + 2 * _MARGIN + (2 if self._shows_numbers else 0)
        return max(_NARROWEST, width) if self._has_tiles else width

    def _turn_at(self, x: int) -> None:
        if x < self._turner_width:
            self.turn(-1)
        elif x >= self._end - self._turner_width:
            self.turn(1)


def _fitted(text: str, room: int) -> str:
    return set_cell_size(text, max(0, room))
