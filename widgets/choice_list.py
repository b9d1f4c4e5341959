"""A few things to choose one of, side by side in columns, so that they can be compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.style import Style
from textual import events
from textual.actions import SkipAction
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from widgets.big_digits import BigDigits
from widgets.choice_card import CARD_ROWS
from widgets.choice_picture import (
    BAR_CELLS,
    CHOICE_MARKS,
    DIGIT_KEYS,
    HINT_CELLS,
    MARK_CELLS,
    ChoicePicture,
    PagerTexts,
)
from widgets.choice_table import ChoiceColumn, ChoiceRow, TableLayout


class ChoiceList(Widget):
    """Rows of which one is chosen, drawn as one widget; a whole row is the target.

    The chosen row has ● where the others have ○, and a colour. Up, down, Home, End and the page keys move, Enter,
    Space or a row's digit choose; the row at which the keys are has a bar while a keyboard is in use. Enter on the
    row that is chosen already is left to the screen, as its way on. What doesn't fit is on further pages, with
    a line below to turn them. A title line is shown when any column has a title. Rows that open something, and of
    which none stays chosen, have other `marks`.

    ```python
    plans = ChoiceList(
        [ChoiceColumn("套餐"), ChoiceColumn("月费", align="right", strong=True)],
        [ChoiceRow("A", ("花卡", "¥19"), note="超出后 通话 0.10 元/分钟")],
        page_up="上一页",
        page_down="下一页",
    )


    @on(ChoiceList.Chosen)
    def price(self, event: ChoiceList.Chosen) -> None: ...
    ```
    """

    SCOPED_CSS = False
    DEFAULT_CSS = """
    ChoiceList { width: 1fr; height: 1fr; background: $surface; pointer: pointer; }
    ChoiceList .choice-list--row { background: $surface; color: $foreground; height: 3; }
    .-short ChoiceList .choice-list--row { height: 1; }
    ChoiceList .choice-list--title { background: $surface; color: $muted; }
    ChoiceList .choice-list--strong { background: $surface; color: $foreground; text-style: bold; }
    ChoiceList .choice-list--note { background: $surface; color: $muted; }
    ChoiceList .choice-list--rule { background: $surface; color: $panel; }
    ChoiceList .choice-list--mark { background: $surface; color: $muted; }
    ChoiceList .choice-list--chosen { background: $panel; color: $primary; text-style: bold; }
    ChoiceList .choice-list--bar { color: $primary; }
    ChoiceList .choice-list--pager { background: $background; color: $foreground; }
    .-large ChoiceList { max-width: 62; }
    .-large ChoiceList .choice-list--row { height: 7; text-style: bold; }
    .-large.-short ChoiceList .choice-list--row { height: 6; }
    .-large ChoiceList .choice-list--pager { height: 5; text-style: bold; }
    .-large ChoiceList .choice-list--note { color: $foreground; }
    .-large ChoiceList .choice-list--rule { color: $foreground; }
    .-large ChoiceList .choice-list--chosen { background: $primary; color: $background; }
    ChoiceList .choice-list--hint { display: none; color: $muted; }
    .-keys ChoiceList .choice-list--hint { display: block; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "choice-list--row",
        "choice-list--title",
        "choice-list--strong",
        "choice-list--note",
        "choice-list--rule",
        "choice-list--mark",
        "choice-list--chosen",
        "choice-list--bar",
        "choice-list--pager",
        "choice-list--hint",
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("home", "edge(0)", show=False),
        Binding("end", "edge(-1)", show=False),
        Binding("pageup", "turn(-1)", show=False),
        Binding("pagedown", "turn(1)", show=False),
        Binding("enter", "enter", show=False),
        Binding("space", "choose", show=False),
        *(Binding(key, f"choose_shown({index})", show=False) for index, key in enumerate(DIGIT_KEYS)),
    ]
    ALLOW_SELECT = False
    can_focus = True

    cursor: reactive[int] = reactive(0)
    """Index of the row at which the keys are; its page is the one shown."""

    @dataclass
    class Chosen(Message):
        """A person chose the row with this key."""

        choice_list: ChoiceList
        key: str

        @property
        def control(self) -> ChoiceList:
            """The list."""
            return self.choice_list

    def __init__(
        self,
        columns: Sequence[ChoiceColumn],
        rows: Sequence[ChoiceRow] = (),
        *,
        chosen: str | None = None,
        page_up: str = "▲",
        page_down: str = "▼",
        marks: tuple[str, str] = CHOICE_MARKS,
        id: str | None = None,
        classes: str | None = None,
        disabled: bool = False,
    ) -> None:
        super().__init__(id=id, classes=classes, disabled=disabled)
        self._columns = tuple(columns)
        self._rows = tuple(rows)
        self._page_up, self._page_down = page_up, page_down
        self._marks = marks
        self._chosen: str | None = None
        self._mark_chosen(chosen)

    @property
    def rows(self) -> tuple[ChoiceRow, ...]:
        """All rows, of every page."""
        return self._rows

    @property
    def chosen(self) -> str | None:
        """The key of the chosen row."""
        return self._chosen

    @property
    def row_height(self) -> int:
        """Text rows that a row takes."""
        height = self.get_component_styles("choice-list--row").height
        return int(height.value) if height else 1

    @property
    def _pager_height(self) -> int:
        height = self.get_component_styles("choice-list--pager").height
        return int(height.value) if height else self.row_height

    @property
    def _has_page_buttons(self) -> bool:
        """Whether the line that turns pages has a height of its own, as in large print."""
        return self.get_component_styles("choice-list--pager").height is not None

    @property
    def capacity(self) -> int:
        """How many rows a page has, at least one."""
        room = self.size.height - self._head_height
        if len(self._rows) * self.row_height > room:
            room -= self._pager_height
        return max(1, room // self.row_height)

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-len(self._rows) // self.capacity))

    @property
    def page(self) -> int:
        """The page shown, from 0."""
        return self.cursor // self.capacity

    def set_rows(self, rows: Sequence[ChoiceRow], chosen: str | None = None) -> None:
        """Show other rows, with one of them chosen; posts nothing."""
        self._rows = tuple(rows)
        self._mark_chosen(chosen)
        self.refresh(layout=True)

    def select(self, key: str | None) -> None:
        """Choose a row, or none, without a message, and show its page."""
        self._mark_chosen(key)
        self.refresh()

    def choose(self, index: int) -> None:
        """Choose the row at `index`, as if touched."""
        if 0 <= index < len(self._rows):
            self.select(self._rows[index].key)
            self.post_message(self.Chosen(self, self._rows[index].key))

    def validate_cursor(self, cursor: int) -> int:
        """Keep the keys on a row."""
        return max(0, min(len(self._rows) - 1, cursor))

    def action_move(self, step: int) -> None:
        """Go to the next or previous row."""
        self.cursor += step

    def action_edge(self, index: int) -> None:
        """Go to the first or the last row."""
        self.cursor = index if index >= 0 else len(self._rows) + index

    def action_turn(self, pages: int) -> None:
        """Show the next or previous page, if there is one."""
        page = self.page + pages
        if 0 <= page < self.pages:
            self.cursor = page * self.capacity

    def action_choose(self) -> None:
        """Choose the row at which the keys are."""
        self.choose(self.cursor)

    def action_enter(self) -> None:
        """Choose the row at which the keys are; when it is chosen already, leave the key to the screen."""
        if not self._rows or self._rows[self.cursor].key == self._chosen:
            raise SkipAction
        self.action_choose()

    def action_choose_shown(self, place: int) -> None:
        """Choose the row with this digit on the page shown."""
        if place < self.capacity:
            self.choose(self.page * self.capacity + place)

    def on_click(self, event: events.Click) -> None:
        """Choose the row under the finger, or turn the page."""
        event.stop()
        offset = event.get_content_offset_capture(self)
        place, _ = divmod(offset.y - self._head_height, self.row_height)
        if 0 <= place < self.capacity:
            self.choose(self.page * self.capacity + place)
        elif place >= self.capacity and self.pages > 1:
            self.action_turn(-1 if offset.x < self.size.width // 2 else 1)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Turn to the next page with a wheel."""
        event.stop()
        self.action_turn(1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Turn to the previous page with a wheel."""
        event.stop()
        self.action_turn(-1)

    def watch_has_focus(self, _has_focus: bool) -> None:
        """Redraw the bar of the keys."""
        super().watch_has_focus(_has_focus)
        self.refresh()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """The title and all rows."""
        return self._head_height + len(self._rows) * self.row_height

    def render_line(self, y: int) -> Strip:
        """Draw one line: of the title, between rows, of a row, or of the line that turns pages."""
        return self._picture.line(y)

    @property
    def _picture(self) -> ChoicePicture:
        capacity, row_height = self.capacity, self.row_height
        page = self.cursor // capacity
        return ChoicePicture(
            columns=self._columns,
            shown=self._rows[page * capacity :][:capacity],
            figure_cells=max((self._figure_cells(row) for row in self._rows), default=0) if self._has_cards else 0,
            table=TableLayout(self._columns, self._rows, self._margin, row_height, self.size.width),
            chosen=self._chosen,
            at_keys=self.cursor - page * capacity if self.has_focus and self._shows_hints else None,
            capacity=capacity,
            has_titles=self._has_titles,
            has_cards=self._has_cards,
            shows_hints=self._shows_hints,
            pager=PagerTexts(
                f"▲ {self._page_up}",
                f"{self._page_down} ▼",
                page,
                self.pages,
                self._pager_height if self._has_page_buttons else None,
            ),
            style=self._style,
            marks=self._marks,
        )

    def _mark_chosen(self, key: str | None) -> None:
        place = next((index for index, row in enumerate(self._rows) if row.key == key), None)
        self._chosen = None if place is None else key
        if place is not None:
            self.cursor = place
        elif self.cursor >= len(self._rows):
            self.cursor = 0

    @property
    def _has_titles(self) -> bool:
        return any(column.title for column in self._columns) and not self._has_cards

    @property
    def _has_cards(self) -> bool:
        return self.row_height >= CARD_ROWS and any(column.figure for column in self._columns)

    def _figure_cells(self, row: ChoiceRow) -> int:
        figure = next(place for place, column in enumerate(self._columns) if column.figure)
        return BigDigits.width_for(row.cells[figure])

    @property
    def _head_height(self) -> int:
        """The titles, and the edge above the first row."""
        return self._has_titles + (self.row_height > 1)

    @property
    def _margin(self) -> int:
        return BAR_CELLS + (HINT_CELLS if self._shows_hints else 0) + MARK_CELLS

    @property
    def _shows_hints(self) -> bool:
        return self.get_component_styles("choice-list--hint").display != "none"

    def _style(self, part: str) -> Style:
        return self.get_component_rich_style(f"choice-list--{part}")
