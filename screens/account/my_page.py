"""My page: who has signed in, what they have here, and the way out (SPEC 3.4, 3.8)."""

from textual import on
from textual.app import ComposeResult

from kiosk.domain.accounts import AccountKind
from screens.account.account_screen import AccountScreen
from screens.account.my_entries import MY_ENTRIES
from widgets.prose import Prose
from widgets.tap_button import TapButton


class MyPageScreen(AccountScreen):
    """Each entry shows its screen; signing out ends the visit."""

    def heading(self) -> str:
        """What this is about."""
        return self.tr("我的")

    def question(self) -> str:
        """Who it is."""
        person = self.front.visit.person
        return self.tr("您好，{who}", who=person.shown_as) if person is not None else ""

    def next_label(self) -> str | None:
        """An entry is the way on."""
        return None

    def compose_form(self) -> ComposeResult:
        """The entries, and what a member may not do here."""
        tr, person = self.tr, self.front.visit.person
        for at, entry in enumerate(MY_ENTRIES, 1):
            yield TapButton(
                entry.label(tr),
                description=entry.description(tr),
                hint=str(at),
                variant="card",
                id=f"my-{entry.name}",
                classes="entry",
            )
        if person is not None and person.kind is AccountKind.MEMBER:
            yield Prose(
                tr("邮箱账户可以选号、购机、查看自己的订单。话费和套餐等号码业务，请用手机号码登录。"), id="limits"
            )
        yield TapButton(tr("退出登录"), hint="Q", id="sign-out", classes="entry")

    @on(TapButton.Pressed, ".entry")
    def entry_pressed(self, event: TapButton.Pressed) -> None:
        """Show what was asked for."""
        for entry in MY_ENTRIES:
            if event.button.id == f"my-{entry.name}":
                self.app.push_screen(entry.screen())

    @on(TapButton.Pressed, "#sign-out")
    def sign_out(self) -> None:
        """End the visit: nothing of the person stays."""
        self.front.sign_out()
