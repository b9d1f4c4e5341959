"""A button for fingers: large, one message a tap, and deaf to the second half of a double tap."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from rich.cells import cell_len
from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from widgets.repeat_guard import REPEAT_SECONDS, RepeatGuard

ButtonVariant = Literal["primary", "quiet", "warning", "card"]
"""How much a button asks for attention: the one next step, an aside, something that loses work, a large choice."""

_MARGIN = 2


class TapButton(Widget):
    """A button that answers a tap, Enter or Space with one `Pressed`.

    Focus is shown by marks around the label and a line under it. `hint` is only the mark of a key: the screen binds
    the key and calls `press()`. A press within `repeat_seconds` of the one before is taken for a double tap or a key
    held down; 0 takes every one, as for turning pages. Where styles leave no room for the label, `short` is shown.

    ```python
    yield TapButton("选号入网", description="挑一个喜欢的号码", hint="1", variant="card", id="numbers")


    @on(TapButton.Pressed, "#numbers")
    def open_numbers(self) -> None: ...
    ```
    """

    SCOPED_CSS = False
    DEFAULT_CSS = """
    TapButton {
        width: auto;
        min-width: 10;
        height: 3;
        background: $panel;
        color: $foreground;
        content-align: center middle;
        text-align: center;
        pointer: pointer;
    }
    TapButton.-primary { background: $primary; color: $background; text-style: bold; }
    TapButton.-warning { background: $warning; color: $background; text-style: bold; }
    TapButton.-card { background: $surface; content-align: left middle; text-align: left; height: 5; }
    TapButton:focus { text-style: bold; }
    TapButton:disabled:can-focus { background: $panel; color: $muted; text-style: none; opacity: 100%; }
    .-short TapButton { height: 1; }
    .-short TapButton.-card { height: 2; }
    .-large TapButton { height: 5; text-style: bold; }
    .-large.-short TapButton { height: 3; }
    .-large TapButton.-quiet { background: $background; border: tall $foreground; }
    .-large TapButton.-quiet:disabled { background: $panel; border: blank $panel; }
    TapButton .tap-button--hint { display: none; }
    .-keys TapButton .tap-button--hint { display: block; }
    TapButton .tap-button--description { color: $muted; text-style: none; }
    TapButton.-primary .tap-button--description { color: $background; }
    TapButton.-warning .tap-button--description { color: $background; }
    TapButton:disabled .tap-button--description { color: $muted; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"tap-button--hint", "tap-button--description"}
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,space", "press", show=False)]
    ALLOW_SELECT = False
    # A touch needs no focus, and taking it would close an on-screen keyboard under the finger.
    FOCUS_ON_CLICK = False
    can_focus = True

    label: reactive[str] = reactive("", layout=True)
    description: reactive[str] = reactive("", layout=True)
    hint: reactive[str] = reactive("", layout=True)

    @dataclass
    class Pressed(Message):
        """The button was tapped or chosen by key."""

        button: TapButton

        @property
        def control(self) -> TapButton:
            """The button."""
            return self.button

    def __init__(
        self,
        label: str,
        *,
        description: str = "",
        hint: str = "",
        short: str = "",
        variant: ButtonVariant = "quiet",
        repeat_seconds: float = REPEAT_SECONDS,
        id: str | None = None,
        classes: str | None = None,
        disabled: bool = False,
    ) -> None:
        super().__init__(id=id, classes=classes, disabled=disabled)
        self.add_class(f"-{variant}")
        self.set_reactive(TapButton.label, label)
        self.set_reactive(TapButton.description, description)
        self.set_reactive(TapButton.hint, hint)
        self._short = short
        self._guard = RepeatGuard(repeat_seconds)

    def press(self) -> None:
        """Post `Pressed`, unless the button is disabled, hidden or was pressed a moment ago."""
        if self._guard.admits() and not self.disabled and self.display:
            self.post_message(self.Pressed(self))

    def action_press(self) -> None:
        """Press by Enter or Space."""
        self.press()

    def on_click(self, event: events.Click) -> None:
        """Press by a tap."""
        event.stop()
        self.press()

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """Room for the widest line, its hint whether shown or not, and a margin for the finger."""
        hint = cell_len(self.hint) + 2 if self.hint else 0
        return max(cell_len(self.label), cell_len(self.description)) + hint + 2 * _MARGIN

    def watch_has_focus(self, _has_focus: bool) -> None:
        """Redraw the focus mark."""
        super().watch_has_focus(_has_focus)
        self.refresh()

    def render(self) -> Content:
        """Draw the label with its hint, and the description below when there is room for it."""
        if self._short and cell_len(self.label) + 2 * _MARGIN > self.size.width:
            return Content.assemble((self._short, self._label_style))
        hint = f"{self.hint}  " if self.hint and self._shows_hint else ""
        before, after = ("▸ ", " ◂") if self.has_focus else ("  ", "  ")
        label = Content.assemble(before, (hint, "not bold"), (self.label, self._label_style), after)
        if not self.description or self.size.height == 1:
            return label
        style = self.get_visual_style("tap-button--description", partial=True)
        description = Content(self.description).stylize(style).stylize("not bold")
        return Content("\n").join([label, Content(" " * (_MARGIN + cell_len(hint))) + description])

    @property
    def _label_style(self) -> str:
        return "bold underline" if self.has_focus else "bold" if self.has_class("-card") else ""

    @property
    def _shows_hint(self) -> bool:
        return self.get_component_styles("tap-button--hint").display != "none"
