"""The keyboard that comes up at the bottom when a field is touched."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Center
from textual.message import Message
from textual.widget import Widget

from widgets.action_bar import KEYS_ELSEWHERE_CLASS, ActionBar
from widgets.candidate_bar import CandidateBar
from widgets.composition import Composition
from widgets.field import Field, FieldKind
from widgets.input_method import InputMethod
from widgets.key_grid import KeyGrid
from widgets.key_texts import KeyTexts
from widgets.keyboard import Keyboard, KeyboardLayout
from widgets.keypad import KeyPad
from widgets.repeat_guard import REPEAT_SECONDS, RepeatGuard

SWITCH_KEY: Final = "`"
"""Changes between input method and letters on a physical keyboard; no name or address has it."""

MethodFor = Callable[[FieldKind], InputMethod | None]
"""Makes the input method for a kind of field; None where letters go straight in."""

_PAD_KINDS: Final = frozenset({FieldKind.DIGITS, FieldKind.PHONE, FieldKind.ID_NUMBER})


def _layout_for(field: Field) -> KeyboardLayout:
    if field.kind is FieldKind.EMAIL:
        return "email"
    return "password" if field.secret else "letters"


def _is_offered(field: Field) -> bool:
    return not field.disabled and all(node.display for node in field.ancestors_with_self)


def letters_only(_kind: FieldKind) -> None:
    """No input method for any field."""
    return


class InputPanel(Widget):
    """Shows the keys that suit the focused `Field`, types into it and keeps it in view.

    It follows the screen's focus by itself: yield one at the end of a screen (after an action bar, which it
    covers while open), and put the fields in a scrolling container. Its strong key goes to the next required field
    that is empty, and from the last one away; so does `go_on`, for a host that is content with a field that is
    `Filled`. Another key puts it away at once, and so does a host when the ground is touched. It goes a moment after
    it was closed, so that the second half of a double tap finds the keys that the first has found.

    Under `.-keys` a physical keyboard is in use, and only one row is left, for the candidates of a field that has an
    input method. `method_for` is asked for one whenever a field takes the focus, so that none outlives its field.

    ```python
    yield InputPanel(texts, method_for=lambda kind: Pinyin() if kind is FieldKind.NAME else None)
    ```
    """

    SCOPED_CSS = False
    DEFAULT_CSS = """
    InputPanel { dock: bottom; width: 100%; height: auto; padding: 1 2; background: $panel; display: none; }
    InputPanel.-open { display: block; }
    InputPanel > Center { height: auto; }
    InputPanel CandidateBar, InputPanel KeyPad, InputPanel > Keyboard { display: none; }
    InputPanel.-composing CandidateBar { display: block; }
    InputPanel.-pad KeyPad, InputPanel.-letters > Keyboard { display: block; }
    InputPanel KeyPad { padding: 0; }
    .-short InputPanel { padding: 0 1; }
    .-keys InputPanel { padding: 0 2; }
    .-keys InputPanel.-open { display: none; }
    .-keys InputPanel.-open.-has-method { display: block; }
    .-keys InputPanel.-has-method CandidateBar { display: block; }
    .-keys InputPanel KeyPad, .-keys InputPanel > Keyboard { display: none; }
    .-typed-into ActionBar { visibility: hidden; }
    .-keys ActionBar { visibility: visible; }
    .-keys.-composed-into ActionBar { margin-bottom: 1; }
    """

    @dataclass
    class Done(Message):
        """The person finished typing into `field`, by the strong key."""

        panel: InputPanel
        field: Field

        @property
        def control(self) -> InputPanel:
            """The panel."""
            return self.panel

    @dataclass
    class Filled(Message):
        """A touched key has made `field` as long as it can be: if it is right, `go_on` saves a touch."""

        panel: InputPanel
        field: Field

        @property
        def control(self) -> InputPanel:
            """The panel."""
            return self.panel

    def __init__(
        self,
        texts: KeyTexts,
        *,
        method_for: MethodFor = letters_only,
        letters_first: bool = False,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._texts = texts
        self._method_for = method_for
        self._letters_first = letters_first
        self._bar = CandidateBar(prompt=texts.prompt, nothing=texts.nothing)
        self._pad = KeyPad(done=texts.done, clear=texts.clear, hide=texts.hide)
        self._keyboard = Keyboard(done=texts.done, space=texts.space, hide=texts.hide)
        self._field: Field | None = None
        self._method: InputMethod | None = None
        self._composition: Composition | None = None
        self._left_open: dict[Field, tuple[str, tuple[str, int]]] = {}
        self._echoes = RepeatGuard()
        self._is_fresh = False
        self._has_open = False

    def compose(self) -> ComposeResult:
        """Candidates above the keys; one kind of keys at a time is shown."""
        yield self._bar
        with Center():
            yield self._pad
        yield self._keyboard

    def on_mount(self) -> None:
        """Follow the focus from now on; nothing stands open that a panel before this one, drawn anew, left so."""
        self._show()
        self.watch(self.screen, "focused", self._follow_focus)

    @property
    def field(self) -> Field | None:
        """The field typed into, while open."""
        return self._field

    def close(self) -> None:
        """Take the focus off the field, and go away."""
        if self._field is not None:
            self.screen.set_focus(None)

    def go_on(self) -> None:
        """Go to the next required field that is empty, or away when there is none."""
        following = self._next_empty()
        if following is None:
            self.close()
        else:
            following.focus_input()

    def settle(self) -> None:
        """Leave open letters in the field as they were typed, as before everything is drawn anew."""
        if self._composition is None or self._field is None:
            return
        letters = self._composition.settle()
        if letters:
            self._left_open[self._field] = (letters, self._field.caret)

    # Which keys are shown

    def _follow_focus(self, focused: Widget | None) -> None:
        field = next((node for node in focused.ancestors if isinstance(node, Field)), None) if focused else None
        if field is self._field:
            return
        self.settle()
        if self._field is not None:
            self._field.ask_first(None)
        self._field, self._method, self._composition = field, None, None
        if field is None:
            self._name_done()
            self.set_timer(REPEAT_SECONDS, self._hide)
            return
        self._is_fresh = True
        self._method = self._method_for(field.kind)
        field.ask_first(self._take_physical)
        self._begin(composing=self._method is not None and not self._letters_first)
        self._resume(field)
        self._show()
        self._reveal()

    def _hide(self) -> None:
        if self._field is None:
            self._show()

    def _show(self) -> None:
        """Come up or go; under the keys lies nothing, for Textual cuts a Hanzi in two at the edge of what is below."""
        is_open = self._field is not None
        self.set_class(is_open, "-open")
        self.screen.set_class(is_open, "-typed-into")
        self.screen.set_class(is_open and self._method is not None, "-composed-into")

    def _begin(self, *, composing: bool) -> None:
        """Show the keys that suit the field, and compose or not."""
        field, method, texts = self._field, self._method, self._texts
        if field is None:
            return
        is_composing = composing and method is not None
        self._composition = Composition(method, field, self._bar) if method is not None and composing else None
        uses_pad = field.kind in _PAD_KINDS
        self.set_class(method is not None, "-has-method")
        self.set_class(is_composing, "-composing")
        self.set_class(uses_pad, "-pad")
        self.set_class(not uses_pad, "-letters")
        self._pad.extra = "X" if field.kind is FieldKind.ID_NUMBER else ""
        self._keyboard.shifted = False
        switch = texts.to_letters if is_composing else texts.to_candidates
        self._keyboard.switch = switch if method is not None else ""
        self._bar.switch = f"{SWITCH_KEY} {switch}"
        self._bar.asleep = not is_composing
        if is_composing:
            self._keyboard.layout_name = "place" if field.kind is FieldKind.PLACE else "pinyin"
        else:
            self._keyboard.layout_name = _layout_for(field)
        self._name_done()

    def _resume(self, field: Field) -> None:
        letters, caret = self._left_open.pop(field, ("", field.caret))
        if letters and self._composition is not None and field.value == caret[0]:
            self._composition.resume(letters, caret[1])
            self._name_done()

    def _name_done(self) -> None:
        """Let the strong key say what it does, and no button name a key that belongs to open letters."""
        is_open = self._composition is not None and self._composition.is_open
        self._pad.done = self._keyboard.done = self._texts.choose if is_open else self._after_this()
        if is_open != self._has_open:
            self._has_open = is_open
            for bar in self.screen.query(ActionBar):
                bar.set_class(is_open, KEYS_ELSEWHERE_CLASS)

    def _after_this(self) -> str:
        return self._texts.done if self._next_empty() is None else self._texts.next

    def _next_empty(self) -> Field | None:
        fields = [field for field in self.screen.query(Field) if _is_offered(field)]
        place = fields.index(self._field) if self._field in fields else 0
        following = fields[place + 1 :] + fields[:place]
        return next((field for field in following if field.required and not field.value), None)

    def on_resize(self) -> None:
        """Keep the field in view when other keys take more room."""
        self._reveal()

    def _reveal(self) -> None:
        if self._field is not None:
            self.call_after_refresh(self._field.scroll_visible, animate=False)

    # What keys do

    def on_click(self, event: events.Click) -> None:
        """Keep a touch beside a key from being one on the ground below."""
        event.stop()

    def _take_physical(self, key: str) -> bool:
        if self._method is not None and key == SWITCH_KEY:
            self._switch()
            return True
        used = self._composition is not None and self._composition.take(key)
        self._name_done()
        return used

    @on(KeyGrid.KeyPressed)
    @on(Keyboard.KeyPressed)
    def _touched(self, event: KeyGrid.KeyPressed | Keyboard.KeyPressed) -> None:
        event.stop()
        stands = self._echoes.admits(event.key)
        if self._field is None or (self._is_fresh and not stands):
            # The second half of a double tap whose first has filled the field before.
            return
        self._is_fresh = False
        self._type(self._field, event.key)
        self._name_done()

    def _type(self, field: Field, key: str) -> None:
        composition = self._composition
        match key:
            case "done" if composition is not None and composition.is_open:
                composition.finish()
            case "done":
                self.go_on()
                self.post_message(self.Done(self, field))
            case "hide":
                self.close()
            case "switch":
                self._switch()
            case _ if composition is not None and composition.take(key):
                pass
            case _:
                before = field.value
                field.type_key(key)
                if field.kind in _PAD_KINDS and field.is_full and field.value != before:
                    self.post_message(self.Filled(self, field))

    def _switch(self) -> None:
        if self._composition is not None:
            self._composition.settle()
        self._letters_first = self._composition is not None
        self._begin(composing=not self._letters_first)

    @on(CandidateBar.Chosen)
    def _chosen(self, event: CandidateBar.Chosen) -> None:
        event.stop()
        if self._composition is not None:
            self._composition.choose(event.index)
            self._name_done()
