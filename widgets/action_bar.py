"""The two steps that are always there: back at the bottom left, onwards at the bottom right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from widgets.tap_button import TapButton

KEYS_ELSEWHERE_CLASS: Final = "-keys-elsewhere"
"""On a bar whose keys mean something else for now, so that it doesn't name them."""


class ActionBar(Widget):
    """A bar along the bottom of a screen: `back` left, `next` right and largest, anything else between.

    `None` takes a side away without moving the other. The screen binds its keys to `press_back` and `press_next`.

    ```python
    yield ActionBar("上一步", "选套餐", next_disabled=True)


    @on(ActionBar.Next)
    def go_on(self) -> None: ...
    ```
    """

    SCOPED_CSS = False
    DEFAULT_CSS = """
    ActionBar { dock: bottom; width: 100%; height: 7; padding: 1 2; background: $background; layout: horizontal; }
    ActionBar > .action-bar--back { height: 100%; min-width: 18; }
    ActionBar > .action-bar--middle { width: 1fr; height: 100%; align: center middle; padding: 0 2; }
    ActionBar > .action-bar--next { height: 100%; min-width: 30; }
    .-short ActionBar { height: 3; padding: 0 2 1 2; }
    .-short ActionBar > TapButton { height: 2; }
    .-short.-narrow ActionBar { height: 2; }
    .-short.-narrow ActionBar > TapButton { height: 1; }
    .-keys ActionBar.-keys-elsewhere TapButton .tap-button--hint { display: none; }
    .-large ActionBar { height: 7; }
    .-large.-short ActionBar { height: 5; padding: 0 2; }
    .-large ActionBar > TapButton, .-large.-short ActionBar > TapButton { height: 100%; }
    .-large.-narrow ActionBar > .action-bar--back { min-width: 14; }
    .-large.-narrow ActionBar > .action-bar--middle { padding: 0 1; }
    .-large.-narrow ActionBar > .action-bar--next { min-width: 22; }
    """

    back: reactive[str | None] = reactive(None)
    next: reactive[str | None] = reactive(None)
    next_disabled: reactive[bool] = reactive(False)

    @dataclass
    class Back(Message):
        """The person wants the step before."""

        bar: ActionBar

        @property
        def control(self) -> ActionBar:
            """The bar."""
            return self.bar

    @dataclass
    class Next(Message):
        """The person wants to go on."""

        bar: ActionBar

        @property
        def control(self) -> ActionBar:
            """The bar."""
            return self.bar

    def __init__(
        self,
        back: str | None,
        next: str | None,
        *,
        next_disabled: bool = False,
        back_hint: str = "Esc",
        next_hint: str = "Enter",
        middle: Sequence[Widget] = (),
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._back = TapButton(back or "", hint=back_hint, classes="action-bar--back")
        self._next = TapButton(next or "", hint=next_hint, variant="primary", classes="action-bar--next")
        self._middle = middle
        self.set_reactive(ActionBar.back, back)
        self.set_reactive(ActionBar.next, next)
        self.set_reactive(ActionBar.next_disabled, next_disabled)

    def compose(self) -> ComposeResult:
        """Back, whatever belongs between, next."""
        yield self._back
        yield Horizontal(*self._middle, classes="action-bar--middle")
        yield self._next

    def on_mount(self) -> None:
        """Show only the sides that are there."""
        self._back.display = self.back is not None
        self._next.display = self.next is not None
        self._next.disabled = self.next_disabled

    def press_back(self) -> None:
        """Go back, as if tapped; nothing happens when there is no way back."""
        self._back.press()

    def press_next(self) -> None:
        """Go on, as if tapped; nothing happens while that is disabled or absent."""
        self._next.press()

    def watch_back(self, back: str | None) -> None:
        """Name the way back, or take it away."""
        self._back.label = back or ""
        self._back.display = back is not None

    def watch_next(self, next: str | None) -> None:
        """Name the way on, or take it away."""
        self._next.label = next or ""
        self._next.display = next is not None

    def watch_next_disabled(self, disabled: bool) -> None:
        """Allow or forbid going on."""
        self._next.disabled = disabled

    @on(TapButton.Pressed, ".action-bar--back")
    def _back_pressed(self, event: TapButton.Pressed) -> None:
        event.stop()
        self.post_message(self.Back(self))

    @on(TapButton.Pressed, ".action-bar--next")
    def _next_pressed(self, event: TapButton.Pressed) -> None:
        event.stop()
        self.post_message(self.Next(self))
