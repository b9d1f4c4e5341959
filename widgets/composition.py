"""Letters on their way into a field: what each key does while they are open, and what remains when they are left."""

from __future__ import annotations

from typing import Final

from widgets.candidate_bar import CandidateBar
from widgets.field import Field
from widgets.input_method import InputMethod, Typed

_NUMBERS: Final = "0123456789"
_PAGE_BACK: Final = frozenset({"pageup", "up", "-", ","})
_PAGE_ON: Final = frozenset({"pagedown", "down", "=", "."})


class Composition:
    """An input method that writes into `field` and shows in `bar` what it offers.

    Open letters are no part of the field's value. Choosing puts a candidate there, and backspace right after takes it
    back. Nothing else turns letters into a word: whatever else ends them (another field, a touch elsewhere, another
    language) leaves them in the field as they were typed, where they are seen; a word that nobody chose could be
    somebody else's name. Coming back before anything has changed opens them again.

    ```python
    composition = Composition(method, field, bar)
    used = composition.take("n")
    ```
    """

    def __init__(self, method: InputMethod, field: Field, bar: CandidateBar) -> None:
        self._method = method
        self._field = field
        self._bar = bar
        self._typed = Typed()
        self._caret = field.caret
        self._forget()
        bar.typed = self._typed

    @property
    def is_open(self) -> bool:
        """Whether letters wait to be chosen for."""
        return bool(self._typed.composing)

    def take(self, key: str) -> bool:
        """Take a character or the name of a key; False when it is none of the method's and goes to the field."""
        if self.is_open:
            return self._take_open(key)
        if self._field.caret != self._caret:
            # Backspace must not take back what no longer stands before the cursor.
            self._forget()
        if key == "backspace" or _is_letter(key):
            return self._apply(self._method.feed(key))
        return False

    def choose(self, index: int | None) -> None:
        """Put the candidate at `index` of all into the field."""
        if index is not None and index < len(self._typed.candidates):
            self._apply(self._method.choose(index))

    def finish(self) -> None:
        """Take the first candidate in sight; letters that have none stay as they were typed."""
        if self._typed.candidates:
            self.choose(self._bar.shown(0))
        else:
            self.settle()

    def settle(self) -> str:
        """Leave open letters in the field as they were typed; returns them."""
        if not self.is_open:
            return ""
        typed = self._method.feed("enter")
        self._apply(typed)
        return typed.commit

    def resume(self, letters: str, end: int) -> None:
        """Open letters again that stand in the field up to `end`."""
        self._field.move_caret(end)
        self._field.write("", retract=len(letters))
        self._forget()
        for letter in letters:
            self._apply(self._method.feed(letter))

    def _take_open(self, key: str) -> bool:
        if key in {"backspace", "enter"} or _is_letter(key) or key == "'":
            self._apply(self._method.feed(key))
        elif key == " ":
            self.choose(self._bar.shown(0))
        elif key in _PAGE_BACK:
            self._bar.turn(-1)
        elif key in _PAGE_ON:
            self._bar.turn(1)
        elif key == "escape":
            self._forget()
            self._show(Typed())
        elif len(key) == 1 and key in _NUMBERS:
            self.choose(self._bar.shown(int(key) - 1))
        elif len(key) == 1:
            self.settle()
            return False
        return True

    def _apply(self, typed: Typed) -> bool:
        if not typed.handled:
            return False
        if typed.commit or typed.retract:
            wrote_all = self._field.write(typed.commit, retract=typed.retract)
            if not (wrote_all or typed.composing):
                # The field is full: what isn't there can't be taken back.
                self._forget()
        self._show(typed)
        return True

    def _forget(self) -> None:
        self._method.reset(before=self._field.caret[1])

    def _show(self, typed: Typed) -> None:
        self._caret = self._field.caret
        self._typed = typed
        self._bar.typed = typed


def _is_letter(key: str) -> bool:
    return len(key) == 1 and "a" <= key <= "z"
