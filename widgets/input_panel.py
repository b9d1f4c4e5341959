"""The keyboard that comes up at the bottom when a field is touched."""

from __future__ import annotations

from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.containers import Center
from textual.message import Message
from textual.widget import Widget

from widgets.field import Field, FieldKind
from widgets.input_method import InputMethod
from widgets.key_grid import KeyGrid
from widgets.keyboard import Keyboard
from widgets.keypad import KeyPad


class InputPanel(Widget):
    """Shows the keys that suit the focused `Field`, types into it and keeps it in view.

    It follows the screen's focus by itself: yield one at the end of a screen (after an action bar, which it
    covers while open), and put the fields in a scrolling container. Done, or a touch elsewhere that takes the
    focus, closes it. Under `.-keys` it stays away: a physical keyboard is in use.

    ```python
    yield InputPanel(done="完成", clear="清空", space="空格")
    ```
    """

    SCOPED_CSS = False
    DEFAULT_CSS = """
    InputPanel { dock: bottom; width: 100%; height: auto; padding: 1 2; background: $panel; display: none; }
    InputPanel.-open { display: block; }
    .-keys InputPanel.-open { display: none; }
    .-short InputPanel { padding: 0 1; }
    InputPanel > Center { height: auto; }
    InputPanel KeyPad { padding: 0; }
    """

    @dataclass
    class Done(Message):
        """The person finished typing into `field`."""

        panel: InputPanel
        field: Field

        @property
        def control(self) -> InputPanel:
            """The panel."""
            return self.panel

    def __init__(
        self,
        *,
        done: str,
        clear: str,
        space: str,
        method: InputMethod | None = None,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._pad = KeyPad(done=done, clear=clear)
        self._keyboard = Keyboard(done=done, space=space, method=method)
        self._field: Field | None = None

    def compose(self) -> ComposeResult:
        """Both kinds of keys; one at a time is shown."""
        with Center():
            yield self._pad
        yield self._keyboard

    def on_mount(self) -> None:
        """Follow the focus from now on."""
        self.watch(self.screen, "focused", self._follow_focus)

    @property
    def field(self) -> Field | None:
        """The field typed into, while open."""
        return self._field

    def close(self) -> None:
        """Go away and take the focus off the field."""
        if self._field is not None:
            self.screen.set_focus(None)

    def _follow_focus(self, focused: Widget | None) -> None:
        field = next((node for node in focused.ancestors if isinstance(node, Field)), None) if focused else None
        if field is self._field:
            return
        self._field = field
        self.set_class(field is not None, "-open")
        if field is None:
            return
        self._suit(field.kind)
        self._keyboard.reset()
        self._reveal()

    def on_resize(self) -> None:
        """Keep the field in view when other keys take more room."""
        self._reveal()

    def _reveal(self) -> None:
        if self._field is not None:
            self.call_after_refresh(self._field.scroll_visible, animate=False)

    def _suit(self, kind: FieldKind) -> None:
        uses_pad = kind in {FieldKind.DIGITS, FieldKind.PHONE, FieldKind.ID_NUMBER}
        self._pad.display = uses_pad
        self._keyboard.display = not uses_pad
        self._pad.extra = "X" if kind is FieldKind.ID_NUMBER else ""
        self._keyboard.layout_name = "email" if kind is FieldKind.EMAIL else "letters"

    @on(KeyGrid.KeyPressed)
    @on(Keyboard.KeyPressed)
    def _type(self, event: KeyGrid.KeyPressed | Keyboard.KeyPressed) -> None:
        event.stop()
        field = self._field
        if field is None:
            return
        if event.key == "done":
            self.close()
            self.post_message(self.Done(self, field))
        else:
            field.type_key(event.key)
