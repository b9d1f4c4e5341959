"""A letter keyboard on the screen, in the layouts that texts, e-mail addresses and pinyin need."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from textual import on
from textual.app import ComposeResult
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from widgets.key_grid import Key, KeyGrid, KeyRows

KeyboardLayout = Literal["letters", "email", "password", "pinyin", "place"]
"""Letters with digits, the same with what an e-mail address or a password needs, or what an input method takes, for
places with digits."""

DOMAINS: Final = ("@qq.com", "@163.com", "@126.com", "@139.com", "@gmail.com")
"""Where most addresses end, each one touch."""


_SIGNS: Final = "!@#$%&*?+="
"""What people put into passwords beside letters and digits."""

_ROW_WEIGHT: Final = 10


class Keyboard(Widget):
    """Letters, backspace and done, by layout also digits, shift and space; posts `KeyPressed` with what was touched.

    `switch` is the label of a key that changes between an alphabet and an input method, `hide` that of one that puts
    the keys away; without a label there is no key.

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
    done: reactive[str] = reactive("", init=False)
    switch: reactive[str] = reactive("", init=False)

    @dataclass(repr=False)
    class KeyPressed(Message):
        """Text to insert, or a name: "backspace", "done", "switch", "hide"."""

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
        switch: str = "",
        hide: str = "",
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._space, self._hide = space, hide
        self.set_reactive(Keyboard.layout_name, layout)
        self.set_reactive(Keyboard.done, done)
        self.set_reactive(Keyboard.switch, switch)
        self._grid = KeyGrid(self._rows())

    def compose(self) -> ComposeResult:
        """One grid for all keys."""
        yield self._grid

    def watch_layout_name(self) -> None:
        """Show the keys of the layout."""
        self._grid.set_rows(self._rows())

    def watch_shifted(self) -> None:
        """Show capitals or small letters."""
        self._grid.set_rows(self._rows())

    def watch_done(self) -> None:
        """Say what the strong key does now."""
        self._grid.set_rows(self._rows())

    def watch_switch(self) -> None:
        """Say what the other way of typing is, if there is one."""
        self._grid.set_rows(self._rows())

    @on(KeyGrid.KeyPressed)
    def _grid_pressed(self, event: KeyGrid.KeyPressed) -> None:
        event.stop()
        if event.key == "shift":
            self.shifted = not self.shifted
            return
        self.post_message(self.KeyPressed(self, event.key))
        self.shifted = False

    def _rows(self) -> KeyRows:
        backspace = Key("backspace", "←", weight=1.5, plain=False)
        if self.layout_name in {"pinyin", "place"}:
            before_letters = Key("'", "'", weight=1.5, plain=False)
        else:
            before_letters = Key("shift", "⇧ abc" if self.shifted else "⇧ ABC", weight=1.5, plain=False)
        digits = [] if self.layout_name == "pinyin" else [self._keys("1234567890")]
        match self.layout_name:
            case "email":
                first = [[Key(domain, domain, weight=2) for domain in DOMAINS]]
            case "password":
                first = [self._keys(_SIGNS)]
            case _:
                first = []
        return [
            *first,
            *digits,
            self._letters("qwertyuiop"),
            [Key("", weight=0.5), *self._letters("asdfghjkl"), Key("", weight=0.5)],
            [before_letters, *self._letters("zxcvbnm"), backspace],
            self._last_row(),
        ]

    def _last_row(self) -> list[Key]:
        finish = Key("done", self.done, weight=2, strong=True)
        hide = [Key("hide", self._hide, weight=1.5, plain=False)] if self._hide else []
        switch = [Key("switch", self.switch, weight=1.5, plain=False)] if self.switch else []
        match self.layout_name:
            case "email":
                endings = (Key(ending, ending, weight=1.5) for ending in (".com", ".cn"))
                return [*hide, *self._keys("@._-+"), *endings, finish]
            case "pinyin":
                return self._with_space([*hide, *switch, Key("·", "·")], finish)
            case "place":
                return self._with_space([*hide, *switch, *self._keys("-#")], finish)
            case "password":
                return self._with_space([*hide, *self._keys("-._")], finish)
            case "letters":
                return self._with_space([*hide, *switch, *self._keys("-.·")], finish)

    def _with_space(self, keys: list[Key], finish: Key) -> list[Key]:
        """The row, its space as wide as makes it like the rows above."""
        weight = _ROW_WEIGHT - sum(key.weight for key in (*keys, finish))
        return [*keys, Key(" ", self._space, weight=weight), finish]

    def _letters(self, row: str) -> list[Key]:
        return self._keys(row.upper() if self.shifted else row)

    @staticmethod
    def _keys(row: str) -> list[Key]:
        return [Key(character, character) for character in row]
