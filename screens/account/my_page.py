"""My page: who has signed in, what they have here, and the way out (SPEC 3.4, 3.8)."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container

from kiosk.domain.accounts import AccountKind
from screens.account.account_screen import AccountScreen
from screens.account.change_password import ChangePasswordScreen
from screens.account.delete_account import DeleteAccountScreen
from screens.account.my_entries import MY_ENTRIES, MyEntry
from screens.account.service_password import ServicePasswordScreen
from screens.account.sign_in_words import member_limits
from screens.help.passages import OWN_ACCOUNT
from widgets.prose import Prose
from widgets.tap_button import TapButton

_MOST_ENTRIES = 9


class MyPageScreen(AccountScreen):
    """Each entry shows its screen; signing out ends the visit."""

    PASSAGE = OWN_ACCOUNT
    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(str(at), f"entry({at})", show=False) for at in range(1, _MOST_ENTRIES + 1)),
        Binding("q,Q", "press('sign-out')", show=False),
    ]

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

    @property
    def entries(self) -> tuple[MyEntry, ...]:
        """What this person has here, and then what concerns the account."""
        person = self.front.visit.person
        is_member = person is not None and person.kind is AccountKind.MEMBER
        return (*MY_ENTRIES, _CHANGE_PASSWORD if is_member else _SERVICE_PASSWORD, _DELETE)

    def compose_body(self) -> ComposeResult:
        """The entries, and what a member may not do here."""
        tr, person = self.tr, self.front.visit.person
        with Container(id="entries"):
            for at, entry in enumerate(self.entries, 1):
                yield TapButton(
                    entry.label(tr),
                    description=entry.description(tr),
                    hint=str(at),
                    variant="card",
                    id=f"my-{entry.name}",
                    classes="entry",
                )
            yield TapButton(
                tr("退出登录"),
                description=tr("终端上不留任何个人信息"),
                hint="Q",
                variant="card",
                id="sign-out",
                classes="entry",
            )
        if person is not None and person.kind is AccountKind.MEMBER:
            yield Prose(member_limits(tr), id="limits")

    def action_entry(self, at: int) -> None:
        """Choose an entry by its key."""
        if at <= len(self.entries):
            self.action_press(f"my-{self.entries[at - 1].name}")

    @on(TapButton.Pressed, ".entry")
    def entry_pressed(self, event: TapButton.Pressed) -> None:
        """Show what was asked for."""
        for entry in self.entries:
            if event.button.id == f"my-{entry.name}":
                self.app.push_screen(entry.screen())

    @on(TapButton.Pressed, "#sign-out")
    def sign_out(self) -> None:
        """End the visit: nothing of the person stays."""
        self.front.sign_out()


_CHANGE_PASSWORD = MyEntry(
    "password",
    lambda tr: tr("修改密码"),
    lambda tr: tr("需要旧密码"),
    ChangePasswordScreen,
)
_SERVICE_PASSWORD = MyEntry(
    "password",
    lambda tr: tr("设置服务密码"),
    lambda tr: tr("用短信验证码设置"),
    ServicePasswordScreen,
)
_DELETE = MyEntry(
    "delete",
    lambda tr: tr("注销账户"),
    lambda tr: tr("删除个人资料，不能恢复"),
    DeleteAccountScreen,
)
