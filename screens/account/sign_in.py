"""Four ways to sign in, chosen on one screen and changed without losing what was typed (SPEC 3.4)."""

from collections.abc import Sequence
from typing import Final

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal

from kiosk.domain.accounts import SignInWay
from kiosk.locale import Translator
from screens.account.account_screen import AccountScreen, Page
from widgets.chip import Chip, ChipRow
from widgets.field import FieldKind

_ALL_PARTS: Final[Page] = ("ways", "line", "email", "service_password", "password", "code-row")


class SignInScreen(AccountScreen):
    """Identity, then a password or a code."""

    def heading(self) -> str:
        """What this is about."""
        return self.tr("登录")

    def question(self) -> str:
        """What is asked on the page in sight."""
        return self.tr("请选择登录方式")

    def pages(self) -> Sequence[Page]:
        """What this way asks for: all of it at once, or in large print one after another."""
        way = self.form.way
        identity = "email" if way is SignInWay.MEMBER else "line"
        parts = ["ways", identity]
        if way.asks_password:
            parts.append("password" if way is SignInWay.MEMBER else "service_password")
        if way.asks_code:
            parts.append("code-row")
        return [(part,) for part in parts] if self.front.large_print else [tuple(parts)]

    def all_parts(self) -> Sequence[Page]:
        """Every part."""
        return [_ALL_PARTS]

    def compose_form(self) -> ComposeResult:
        """The ways, then every line that any of them asks for."""
        tr, way = self.tr, self.form.way
        yield ChipRow(
            [
                Chip(each, way_name(tr, each), selected=each is way, hint=str(at))
                for at, each in enumerate(SignInWay, 1)
            ],
            id="ways",
        )
        yield self.field("line", tr("手机号码"), kind=FieldKind.PHONE, max_length=11)
        yield self.field("email", tr("邮箱"), kind=FieldKind.EMAIL)
        yield self.field("service_password", tr("服务密码"), kind=FieldKind.DIGITS, secret=True, max_length=6)
        yield self.field("password", tr("密码"), secret=True)
        with Horizontal(id="code-row"):
            yield self.field("code", tr("短信验证码"), kind=FieldKind.DIGITS, max_length=6)

    @on(ChipRow.Changed, "#ways")
    def way_chosen(self, event: ChipRow.Changed) -> None:
        """Another way; what was typed for this one stays."""
        event.row.select(event.key)
        self.change(way=SignInWay(event.key))
        self.show_page(self.page)


def way_name(tr: Translator, way: SignInWay) -> str:
    """A way to sign in, as it is offered."""
    match way:
        case SignInWay.PHONE_CODE:
            return tr("短信验证码")
        case SignInWay.PHONE_PASSWORD:
            return tr("服务密码")
        case SignInWay.PHONE_BOTH:
            return tr("密码 + 验证码")
        case SignInWay.MEMBER:
            return tr("邮箱")
