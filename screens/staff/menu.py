"""What staff may do with the terminal itself (SPEC 9.2)."""

from enum import StrEnum
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Static

from screens.staff.brief_dialog import BriefDialog
from widgets.tap_button import TapButton


class StaffChoice(StrEnum):
    """What staff chose; the value is also what the audit says."""

    LEAVE = "staff.left"
    RESTART = "staff.restarted"


class StaffMenu(BriefDialog[StaffChoice]):
    """Leave the program or start it afresh; None to let customers go on."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1", "choose('back')", show=False),
        Binding("2", "choose('restart')", show=False),
        Binding("3", "choose('leave')", show=False),
        Binding("escape", "give_up", show=False),
    ]

    def compose(self) -> ComposeResult:
        """The way back first: it does no harm."""
        tr = self.front.tr
        with Vertical():
            yield Static(tr("员工操作"), classes="headline", markup=False)
            yield TapButton(
                tr("返回"), description=tr("继续为顾客服务"), hint="1", variant="card", id="back", classes="choice"
            )
            yield TapButton(
                tr("重新启动"),
                description=tr("退出后由系统自动再次启动"),
                hint="2",
                variant="card",
                id="restart",
                classes="choice",
            )
            yield TapButton(
                tr("退出程序"),
                description=tr("终端停用，直到再次启动"),
                hint="3",
                variant="card",
                id="leave",
                classes="choice",
            )

    def action_choose(self, button: str) -> None:
        """Press a button by its key."""
        self.query_one(f"#{button}", TapButton).press()

    def action_give_up(self) -> None:
        """Let customers go on, by key."""
        self.give_up()

    @on(TapButton.Pressed)
    def chosen(self, event: TapButton.Pressed) -> None:
        """Return what was chosen."""
        choices = {"leave": StaffChoice.LEAVE, "restart": StaffChoice.RESTART}
        self.dismiss(choices.get(event.button.id or ""))
