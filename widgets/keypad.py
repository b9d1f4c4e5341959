"""A number pad on the screen."""

from __future__ import annotations

from typing import Literal

from textual.reactive import reactive

from widgets.key_grid import Key, KeyGrid, KeyRows

ExtraKey = Literal["", "X", "."]
"""What stands beside the zero: nothing, the X of an identity number, or a decimal point."""


def _rows(extra: str, done: str, clear: str, hide: str) -> KeyRows:
    digits = [[Key(digit, digit) for digit in row] for row in ("123", "456", "789")]
    beside_zero = Key(extra, extra) if extra else Key("")
    finish = Key("done", "", weight=1.2, strong=True)
    functions = [
        Key("backspace", "←", weight=1.2, plain=False),
        Key("clear", clear, weight=1.2, plain=False),
        Key("done", done, weight=1.2, strong=True, joined_below=True),
    ]
    return [
        *([*row, function] for row, function in zip(digits, functions, strict=True)),
        [beside_zero, Key("0", "0"), Key("hide" if hide else "", hide, plain=False), finish],
    ]


class KeyPad(KeyGrid):
    """Digits, one `extra` key, backspace, clear and done; posts `KeyPressed` with a digit, "backspace" and so on.

    With a label for it there is also a key "hide", for a host that can put the pad away.

    ```python
    yield KeyPad("X", done="完成", clear="清空")


    @on(KeyPad.KeyPressed)
    def type(self, event: KeyPad.KeyPressed) -> None:
        self.query_one(Field).type_key(event.key)
    ```
    """

    DEFAULT_CSS = """
    KeyPad { width: 56; max-width: 100%; padding: 1 1 0 1; }
    """

    extra: reactive[str] = reactive("", init=False)
    done: reactive[str] = reactive("", init=False)

    def __init__(
        self,
        extra: ExtraKey = "",
        *,
        done: str,
        clear: str,
        hide: str = "",
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(_rows(extra, done, clear, hide), id=id, classes=classes)
        self._clear, self._hide = clear, hide
        self.set_reactive(KeyPad.extra, extra)
        self.set_reactive(KeyPad.done, done)

    def watch_extra(self, extra: str) -> None:
        """Change the key beside the zero."""
        self.set_rows(_rows(extra, self.done, self._clear, self._hide))

    def watch_done(self, done: str) -> None:
        """Say what the strong key does now."""
        self.set_rows(_rows(self.extra, done, self._clear, self._hide))
