"""A letter keyboard on the screen, with room for an input method that composes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from rich.cells import cell_len
from textual import events, on
from textual.app import ComposeResult
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from widgets.input_method import DirectInput, InputMethod, Typed
from widgets.key_grid import Key, KeyGrid, KeyRows

KeyboardLayout = Literal["letters", "email"]
"""Letters with a space, or letters with what an e-mail address needs."""


_NAMED_KEYS = frozenset({"backspace", "clear", "done"})


class CandidateBar(Widget):
    """The open letters and what they may become, in one row of targets above the keys."""

    SCOPED_CSS = False
    DEFAULT_CSS = """
    CandidateBar { width: 1fr; height: 3; padding: 1 1; background: $panel; color: $foreground; pointer: pointer; }
    .-short CandidateBar { height: 1; padding: 0 1; }
    CandidateBar .candidate-bar--composing { color: $primary; text-style: underline; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"candidate-bar--composing"}
    ALLOW_SELECT = False

    typed: reactive[Typed] = reactive(Typed())

    @dataclass
    class Chosen(Message):
        """A candidate was tapped."""

        bar: CandidateBar
        index: int

        @property
        def control(self) -> CandidateBar:
            """The bar."""
            return self.bar

    def render(self) -> Content:
        """Draw the open letters, then the candidates with space for fingers between."""
        composing = self.get_visual_style("candidate-bar--composing", partial=True)
        lead = Content.assemble((self.typed.composing, composing), "   ") if self.typed.composing else Content("")
        return lead + "".join(f" {candidate}  " for candidate in self.typed.candidates)

    def on_click(self, event: events.Click) -> None:
        """Choose the candidate under the finger."""
        event.stop()
        x = event.get_content_offset_capture(self).x
        start = cell_len(self.typed.composing) + 3 if self.typed.composing else 0
        for index, candidate in enumerate(self.typed.candidates):
            end = start + cell_len(candidate) + 3
            if start <= x < end:
                self.post_message(self.Chosen(self, index))
                return
            start = end


def _key_rows(layout: KeyboardLayout, shifted: bool, done: str, space: str) -> KeyRows:
    def letters(row: str) -> list[Key]:
        return [Key(letter, letter) for letter in (row.upper() if shifted else row)]

    shift = Key("shift", "⇧ ABC" if not shifted else "⇧ abc", weight=1.5, plain=False)
    backspace = Key("backspace", "←", weight=1.5, plain=False)
    finish = Key("done", done, weight=2, strong=True)
    if layout == "email":
        last = [
            *(Key(mark, mark) for mark in "@._-+"),
            Key(".com", ".com", weight=1.5),
            Key(".cn", ".cn", weight=1.5),
            finish,
        ]
    else:
        last = [*(Key(mark, mark) for mark in "-.·"), Key(" ", space, weight=5), finish]
    return [
        [Key(digit, digit) for digit in "1234567890"],
        letters("qwertyuiop"),
        [Key("", weight=0.5), *letters("asdfghjkl"), Key("", weight=0.5)],
        [shift, *letters("zxcvbnm"), backspace],
        last,
    ]


class Keyboard(Widget):
    """Letters, digits, shift, space, backspace and done; posts `KeyPressed` with what is to be typed.

    Keys go through an `InputMethod` first. One that offers candidates gets a bar above the keys; whoever receives
    `KeyPressed` sees finished characters only, one message each, or the names "backspace", "clear" and "done".

    ```python
    yield Keyboard("email", done="完成", space="空格")
    ```
    """

    DEFAULT_CSS = """
    Keyboard { width: 1fr; height: auto; background: $panel; }
    """
    ALLOW_SELECT = False

    layout_name: reactive[KeyboardLayout] = reactive("letters", init=False)
    shifted: reactive[bool] = reactive(False, init=False)

    @dataclass(repr=False)
    class KeyPressed(Message):
        """One character to insert, or the name of a function key."""

        keyboard: Keyboard
        key: str

        @property
        def control(self) -> Keyboard:
            """The keyboard."""
            return self.keyboard

    def __init__(
        self,
        layout: KeyboardLayout = "letters",
        *,
        done: str,
        space: str,
        method: InputMethod | None = None,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._done, self._space = done, space
        self._method: InputMethod = method or DirectInput()
        self.set_reactive(Keyboard.layout_name, layout)
        self._bar = CandidateBar()
        self._grid = KeyGrid(_key_rows(layout, False, done, space))

    def compose(self) -> ComposeResult:
        """The candidates above the keys."""
        self._bar.display = self._method.offers_candidates
        yield self._bar
        yield self._grid

    def reset(self) -> None:
        """Forget open letters and shift, as when another field is chosen."""
        self._method.reset()
        self._bar.typed = Typed()
        self.shifted = False

    def watch_layout_name(self) -> None:
        """Show the keys of the layout."""
        self._draw_keys()

    def watch_shifted(self) -> None:
        """Show capitals or small letters."""
        self._draw_keys()

    @on(KeyGrid.KeyPressed)
    def _grid_pressed(self, event: KeyGrid.KeyPressed) -> None:
        event.stop()
        if event.key == "shift":
            self.shifted = not self.shifted
            return
        for key in [event.key] if event.key in _NAMED_KEYS else event.key:
            self._take(key, self._method.feed(key))
        self.shifted = False

    @on(CandidateBar.Chosen)
    def _candidate_chosen(self, event: CandidateBar.Chosen) -> None:
        event.stop()
        self._take("", self._method.choose(event.index))

    def _take(self, key: str, typed: Typed) -> None:
        self._bar.typed = typed
        sent: Sequence[str] = typed.commit if typed.handled else [key]
        for one in sent:
            self.post_message(self.KeyPressed(self, one))

    def _draw_keys(self) -> None:
        self._grid.set_rows(_key_rows(self.layout_name, self.shifted, self._done, self._space))
