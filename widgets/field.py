"""A line to fill in, with its name above and what is wrong with it below."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Final

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Static

ERROR_MARK = "⚠"
_ROOM_FOR_NOISE = 8
"""A paste may hold this many times the characters wanted, as separators and the like; the rest isn't looked at."""


_FULL_TO_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
"""Unicode's full-width forms of ASCII, as Chinese input methods type them."""

_HANZI_PLANES: Final = range(0x20000, 0x40000)
_LAST_TWO: Final = 0xFFFE
"""Of a plane, which are no characters."""

_LINES_TO_SPACES = dict.fromkeys(map(ord, "\t\r\n\u2028\u2029"), " ")


class FieldKind(StrEnum):
    """What belongs in a field: which characters are kept and which keyboard suits."""

    DIGITS = "digits"
    ID_NUMBER = "id_number"
    PHONE = "phone"
    TEXT = "text"
    NAME = "name"
    PLACE = "place"
    EMAIL = "email"


def clean_text(text: str, kind: FieldKind) -> str:
    """Return what of `text` belongs in a field of `kind`.

    Controls, bidirectional and zero-width marks never do. Full-width digits and letters become half-width
    except in free text; digit kinds also lose spaces, hyphens and all else, an identity number keeps its X, a
    telephone number loses +86.
    """
    if kind in {FieldKind.TEXT, FieldKind.NAME, FieldKind.PLACE}:
        return unicodedata.normalize("NFC", _without("C", text.translate(_LINES_TO_SPACES)))
    narrow = _without("CZ", text.translate(_FULL_TO_HALF_WIDTH))
    if kind is FieldKind.EMAIL:
        return narrow
    if kind is FieldKind.PHONE:
        narrow = narrow.removeprefix("+86").removeprefix("0086")
    kept = "0123456789X" if kind is FieldKind.ID_NUMBER else "0123456789"
    return "".join(character for character in narrow.upper() if character in kept)


def _without(categories: str, text: str) -> str:
    """Drop the characters of Unicode's general categories that begin with one of these letters, but no Hanzi.

    Those newer than Python's tables are of no category there, and people have them in their names.
    """
    return "".join(
        character
        for character in text
        if unicodedata.category(character)[0] not in categories or _is_newer_hanzi(character)
    )


def _is_newer_hanzi(character: str) -> bool:
    code = ord(character)
    return unicodedata.category(character) == "Cn" and code in _HANZI_PLANES and code & _LAST_TWO != _LAST_TWO


_EDITING: Final = {
    "left": "cursor_left",
    "right": "cursor_right",
    "home": "home",
    "end": "end",
    "backspace": "delete_left",
    "delete": "delete_right",
}


KeyTaker = Callable[[str], bool]
"""Takes a character or the name of a key, and tells whether it is used up."""


class _CleanInput(Input, inherit_bindings=False):
    """An input that only ever holds clean text and never more than fits; nothing of it goes to a clipboard."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "submit", show=False)]
    ALLOW_SELECT = False

    def __init__(self, value: str, kind: FieldKind, max_length: int, *, secret: bool, passes: str) -> None:
        super().__init__(clean_text(value, kind)[:max_length], select_on_focus=False, password=secret)
        self._passes = frozenset(passes.lower())
        self._kind = kind
        self._longest = max_length
        self.key_taker: KeyTaker | None = None

    def replace(self, text: str, start: int, end: int) -> None:
        """Put the clean part of `text` in, as far as it fits."""
        start, end = sorted((max(0, start), min(len(self.value), end)))
        room = max(0, self._longest - (len(self.value) - (end - start)))
        clean = clean_text(text[: self._longest * _ROOM_FOR_NOISE], self._kind)[:room]
        if clean or start != end or not text:
            super().replace(clean, start, end)

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Whether a key is typed here; a screen's binding of any that is has no effect."""
        return key.lower() not in self._passes and super().check_consume_key(key, character)

    async def _on_key(self, event: events.Key) -> None:
        key = event.character if event.character is not None and event.is_printable else event.key
        if key.lower() in self._passes:
            event.prevent_default()
            return
        is_taken = self.key_taker is not None and self.key_taker(key)
        # As a binding an editing key would bubble, and letters typed right after it would be in before it.
        action = _EDITING.get(event.key)
        if not is_taken and action is None:
            await super()._on_key(event)
            return
        event.stop()
        event.prevent_default()
        if action is not None and not is_taken:
            getattr(self, f"action_{action}")()

    def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        self.replace(event.text, *self.selection)


class Field(Widget):
    """A labelled input whose message line is always there, so that an error moves nothing.

    What is typed or pasted is cleaned for its `kind`. The host judges the value and calls `set_error`; an error
    leaves when the value changes. `hint` stands in the message line while there is no error. What is typed into a
    `secret` field is shown as dots. `passes` are letters that never belong in it, and are left to the screen's keys.

    ```python
    yield Field("id_number", "证件号码", required=True, kind=FieldKind.ID_NUMBER, max_length=18)


    @on(Field.Left)
    def judge(self, event: Field.Left) -> None:
        event.field.set_error(None if is_valid(event.value) else "请核对证件号码")
    ```
    """

    SCOPED_CSS = False
    DEFAULT_CSS = """
    Field { width: 1fr; height: auto; margin-bottom: 1; }
    .-short Field { margin-bottom: 0; }
    Field > .field--label { height: 1; width: 1fr; padding: 0 1; color: $foreground; }
    Field.-typing > .field--label { text-style: bold; color: $primary; }
    Field > .field--message {
        height: 1;
        width: 1fr;
        padding: 0 1;
        color: $muted;
        text-overflow: ellipsis;
        text-wrap: nowrap;
    }
    Field.-error > .field--message { color: $error; text-style: bold; }
    Field > Input, Field > Input:focus {
        background: $surface;
        background-tint: transparent;
        color: $foreground;
        border: tall $muted;
        height: 3;
        padding: 0 1;
    }
    Field > Input:focus { border: outer $primary; }
    Field.-error > Input { border: tall $error; }
    Field.-error > Input:focus { border: outer $error; }
    Field > Input > .input--cursor { background: $primary; color: $background; text-style: none; }
    .-short Field > Input, .-short Field.-error > Input {
        border: none; border-left: wide $muted; height: 1; padding: 0 1;
    }
    .-short Field > Input:focus { border: none; border-left: thick $primary; }
    .-short Field.-error > Input:focus { border: none; border-left: thick $error; }
    .-large Field > .field--label, .-large Field > .field--message { text-style: bold; color: $foreground; }
    .-large Field.-error > .field--message { color: $error; }
    .-large Field > Input { border: tall $foreground; height: 3; text-style: bold; }
    .-large Field > Input:focus { border: outer $primary; }
    .-large Field.-error > Input { border: tall $error; height: 3; }
    .-large Field.-error > Input:focus { border: outer $error; }
    """

    @dataclass(repr=False)
    class Changed(Message):
        """A person changed the value; like every message with a value, it has no repr that a log could hold."""

        field: Field
        value: str

        @property
        def control(self) -> Field:
            """The field."""
            return self.field

    @dataclass(repr=False)
    class Left(Message):
        """The person went on to something else: time to judge the value."""

        field: Field
        value: str

        @property
        def control(self) -> Field:
            """The field."""
            return self.field

    @dataclass(repr=False)
    class Submitted(Message):
        """Enter was pressed in the field."""

        field: Field
        value: str

        @property
        def control(self) -> Field:
            """The field."""
            return self.field

    def __init__(
        self,
        name: str,
        label: str,
        *,
        required: bool = False,
        secret: bool = False,
        hint: str = "",
        kind: FieldKind = FieldKind.TEXT,
        value: str = "",
        max_length: int = 64,
        passes: str = "",
        id: str | None = None,
        classes: str | None = None,
        disabled: bool = False,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes, disabled=disabled)
        self.kind = kind
        self.required = required
        self.secret = secret
        self._hint = hint
        self._error: str | None = None
        self._label = Static(f"{label} *" if required else label, markup=False, classes="field--label")
        self._input = _CleanInput(value, kind, max_length, secret=secret, passes=passes)
        self._message = Static(hint, markup=False, classes="field--message")
        self._max_length = max_length

    def compose(self) -> ComposeResult:
        """Label, input, message."""
        yield self._label
        yield self._input
        yield self._message

    @property
    def value(self) -> str:
        """What is in the field, clean. Setting it posts no `Changed`."""
        return self._input.value

    @value.setter
    def value(self, value: str) -> None:
        with self._input.prevent(Input.Changed):
            self._input.value = clean_text(value, self.kind)[: self._max_length]
        self._input.cursor_position = len(self._input.value)

    @property
    def error(self) -> str | None:
        """What is said to be wrong, if anything."""
        return self._error

    def set_error(self, text: str | None) -> None:
        """Say what is wrong and what to do about it, or with None that all is well."""
        self._error = text
        self.set_class(text is not None, "-error")
        self._message.update(Content(self._hint if text is None else f"{ERROR_MARK} {text}"))

    def set_hint(self, text: str) -> None:
        """Say something else while nothing is wrong, and that nothing is."""
        self._hint = text
        self.set_error(None)

    @property
    def is_full(self) -> bool:
        """Whether nothing more fits."""
        return len(self.value) >= self._max_length

    @property
    def caret(self) -> tuple[str, int]:
        """The value, and where in it typing goes."""
        return self._input.value, self._input.cursor_position

    def move_caret(self, to: int) -> None:
        """Let typing go on after the first `to` characters."""
        self._input.cursor_position = to

    def focus_input(self) -> None:
        """Let typing go to this field, from the very next key on."""
        if not self.is_attached:
            # Asked for after a drawing, by when everything may have been drawn anew or left.
            return
        # Not centred by the screen: a keyboard may be about to take room, and then decides what to show.
        self.screen.set_focus(self._input, scroll_visible=False)
        self.call_after_refresh(self.scroll_visible, animate=False)

    def ask_first(self, taker: KeyTaker | None) -> None:
        """Let `taker` have each key of a physical keyboard before the field; None ends that."""
        self._input.key_taker = taker

    def type_key(self, key: str) -> None:
        """Take a key of a keyboard on the screen: text, "backspace" or "clear".

        A text of several characters that begins with `@` is the end of an address, and takes the place of another.
        """
        if key == "backspace":
            self._input.action_delete_left()
        elif key == "clear":
            self._input.value = ""
        elif key.startswith("@") and len(key) > 1:
            self._input.value = self.value.partition("@")[0] + key
            self._input.cursor_position = len(self.value)
        else:
            self.write(key)

    def write(self, text: str, *, retract: int = 0) -> bool:
        """Put `text` in place of the `retract` characters before the cursor; False when not all of it fits."""
        value, cursor = self.caret
        selection = self._input.selection if not retract else (cursor - retract, cursor)
        before = len(value) - abs(selection[1] - selection[0])
        self._input.replace(text, *selection)
        return len(self.value) == before + len(text)

    def on_click(self, event: events.Click) -> None:
        """Take a touch on the label or message for one on the input."""
        event.stop()
        self.focus_input()

    @on(Input.Changed)
    def _input_changed(self, event: Input.Changed) -> None:
        event.stop()
        # Not for a change that is over: what was typed may have been judged, and taken out, before this came.
        if self._error is not None and event.value == self.value:
            self.set_error(None)
        self.post_message(self.Changed(self, event.value))

    @on(Input.Submitted)
    def _input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(self.Submitted(self, event.value))

    def on_descendant_focus(self) -> None:
        """Mark that typing goes here."""
        self.add_class("-typing")

    def on_descendant_blur(self) -> None:
        """Tell that typing has ended."""
        self.remove_class("-typing")
        self.post_message(self.Left(self, self.value))
