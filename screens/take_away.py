"""Take it away with you: the mall's address as a QR code, and what signing in would keep (SPEC 2.3)."""

from typing import ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from screens.front import Front
from screens.theme import HORIZONTAL_BREAKPOINTS, VERTICAL_BREAKPOINTS
from widgets.prose import Prose
from widgets.qr import QrCode
from widgets.tap_button import TapButton


class TakeAway(ModalScreen[None]):
    """The code at the left, what it is for and what to do at the right; without a mall, only what can be done here."""

    CSS_PATH = "take_away.tcss"
    HORIZONTAL_BREAKPOINTS = HORIZONTAL_BREAKPOINTS
    VERTICAL_BREAKPOINTS = VERTICAL_BREAKPOINTS
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "press('close')", show=False),
        Binding("enter", "press('sign-in')", show=False),
    ]

    @property
    def front(self) -> Front:
        """The app."""
        return cast(Front, self.app)

    def compose(self) -> ComposeResult:
        """The code, its address in words, and signing in for who hasn't."""
        front, tr = self.front, self.front.tr
        url, is_known = front.mall_url, front.visit.person is not None
        with Horizontal(id="sheet"):
            if url is not None:
                yield QrCode(url, too_small=tr("请抄下网址"), id="mall")
            with Vertical(id="words"):
                yield Static(tr("带到手机上慢慢选") if url is not None else tr("收藏号码"), id="title", markup=False)
                if url is not None:
                    yield Prose(tr("用手机扫一扫，在网上商城接着挑选。"), id="how")
                    yield Prose(url, id="address")
                elif front.is_demonstration:
                    yield Prose(tr("演示系统没有网上商城，所以这里没有二维码。"), id="how")
                if not is_known:
                    yield Prose(tr("登录后可以收藏号码，在任何一台终端都能看到。"), id="offer")
                yield Static(id="between")
                if not is_known:
                    yield TapButton(tr("登录 / 注册"), hint="Enter", variant="primary", id="sign-in")
                yield TapButton(tr("关闭"), hint="Esc", id="close")

    def action_press(self, button: str) -> None:
        """Press a button by its key, where it is there."""
        for each in self.query(f"#{button}").results(TapButton):
            each.press()

    @on(TapButton.Pressed, "#close")
    def close(self) -> None:
        """Go back to what lies below."""
        self.dismiss()

    @on(TapButton.Pressed, "#sign-in")
    def sign_in(self) -> None:
        """Ask who the person is, and come back to what lies below."""
        front = self.front
        self.dismiss()
        front.show_sign_in()
