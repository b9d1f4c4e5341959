"""Staff say who they are by a PIN (SPEC 9.2)."""

import math
from time import monotonic
from typing import ClassVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Static

from kiosk.domain.staff_pin import PIN_DIGITS
from kiosk.services.admit_staff import PinAnswer, StaffDoor, pin_wait, try_pin
from screens.staff.brief_dialog import BriefDialog
from widgets.keypad import KeyPad
from widgets.message_line import MessageLevel, MessageLine
from widgets.tap_button import TapButton

_LOOK_SECONDS = 0.25


class StaffPin(BriefDialog[bool]):
    """A number pad; True once the PIN was right, None when it was closed. After a wrong one it makes wait."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "give_up", show=False)]

    def __init__(self, door: StaffDoor) -> None:
        super().__init__()
        self._door = door
        self._typed = ""
        self._checking = True
        self._free_at = 0.0
        self._was_wrong = False

    def compose(self) -> ComposeResult:
        """What is asked, a dot for every digit, and the keys."""
        tr = self.front.tr
        with Vertical():
            yield Static(tr("请输入员工密码"), classes="headline", markup=False)
            yield Static("", id="dots", markup=False)
            yield MessageLine(id="message")
            yield KeyPad(done=tr("确定"), clear=tr("清空"))
            yield TapButton(tr("取消"), hint="Esc", id="cancel")

    def on_mount(self) -> None:
        """See whether somebody has to wait for what was typed before."""
        self.show_dots()
        self.set_interval(_LOOK_SECONDS, self.show_wait)
        self.look_up_wait()

    @on(KeyPad.KeyPressed)
    def key_pressed(self, event: KeyPad.KeyPressed) -> None:
        """Type on the screen."""
        self.type_key(event.key)

    def on_key(self, event: events.Key) -> None:
        """Type on a keyboard."""
        key = event.character if event.is_printable else {"enter": "done"}.get(event.key, event.key)
        self.type_key(key or "")

    def type_key(self, key: str) -> None:
        """Take a digit, or the name of another key."""
        if self._seconds_left:
            return
        if key.isascii() and key.isdecimal():
            self._typed = (self._typed + key)[: PIN_DIGITS.stop - 1]
        elif key == "backspace":
            self._typed = self._typed[:-1]
        elif key == "clear":
            self._typed = ""
        elif key == "done" and self._typed and not self._checking:
            self._checking = True
            self.check()
            return
        self.query_one(MessageLine).text = ""
        self.show_dots()

    def show_dots(self) -> None:
        """One dot for every digit, and nothing else of it."""
        self.query_one("#dots", Static).update(" ".join("●" * len(self._typed)) or "·")

    @property
    def _seconds_left(self) -> int:
        return max(0, math.ceil(self._free_at - monotonic()))

    def show_wait(self) -> None:
        """Count down what has to be waited."""
        if not self.is_current:
            return
        line = self.query_one(MessageLine)
        if left := self._seconds_left:
            tr = self.front.tr
            text = (
                tr("密码不对，请在 {seconds} 秒后再试", seconds=left)
                if self._was_wrong
                else tr("请在 {seconds} 秒后再试", seconds=left)
            )
            line.show(text, MessageLevel.WARNING)
        elif self._free_at:
            self._free_at = 0.0
            line.text = ""

    @work(exclusive=True)
    async def look_up_wait(self) -> None:
        """Ask how long nobody may try."""
        wait = await self.front.ask(pin_wait, self._door)
        self._free_at = monotonic() + wait.total_seconds() if wait else 0.0
        self._checking = False
        self.show_wait()

    @work
    async def check(self) -> None:
        """Let staff in, or say that it was wrong, or that it came too early to be looked at."""
        pin, self._typed = self._typed, ""
        self.show_dots()
        answer = await self.front.ask(try_pin, self._door, pin)
        self.front.note_staff(answer)
        if answer is PinAnswer.RIGHT:
            self.dismiss(True)
            return
        self._was_wrong = answer is PinAnswer.WRONG
        if self._was_wrong:
            self.query_one(MessageLine).show(self.front.tr("密码不对，请再输一次"), MessageLevel.WARNING)
        self.look_up_wait()

    @on(TapButton.Pressed, "#cancel")
    def cancel(self) -> None:
        """Go away by touch."""
        self.give_up()

    def action_give_up(self) -> None:
        """Go away by key."""
        self.give_up()
