"""Register with an e-mail address (SPEC 3.1)."""

from collections.abc import Sequence
from typing import ClassVar, Final

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical

from kiosk.domain.accounts import SignInWay
from kiosk.domain.agreements import REGISTRATION
from kiosk.services.errors import VisitOver
from kiosk.services.register_member import (
    RegistrationFault,
    RegistrationField,
    RegistrationInvalid,
    check_registration,
    register_member,
)
from screens.account.activation import ActivationScreen
from screens.account.agreements import agreement_line
from screens.account.form_screen import FormScreen, Page
from screens.account.register_words import registration_fault
from screens.help.passages import REGISTERING
from widgets.agreement import Agreement
from widgets.field import Field, FieldKind

_Faults = dict[RegistrationField, RegistrationFault]
_FIELDS: Final = ("email", "password", "again", "phone", "name")


class RegisterScreen(FormScreen):
    """Starred lines, each judged when it is left, all of them at the end; then the account waits to be activated."""

    PASSAGE = REGISTERING
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a,A", "agree", show=False),
        Binding("r,R", "read", show=False),
    ]

    def heading(self) -> str:
        """What this is about."""
        return self.tr("注册")

    def question(self) -> str:
        """What is asked on the page in sight."""
        tr, pages = self.tr, self.pages()
        text = tr("请填写注册资料，带 * 的必填")
        return text if len(pages) == 1 else f"{text}  {self.page + 1} / {len(pages)}"

    def next_label(self) -> str | None:
        """The account, once nothing more is asked."""
        return self.tr("注册") if self.is_last_page else self.tr("下一步")

    def pages(self) -> Sequence[Page]:
        """All at once, or in large print one after another."""
        parts = (*_FIELDS, "agreement")
        return [(part,) for part in parts] if self.front.large_print else [parts]

    def compose_body(self) -> ComposeResult:
        """How to sign in, and by the side of it how to be reached."""
        tr, form, rules = self.tr, self.form, self.front.shop.rules
        with Container(id="columns"):
            with Vertical(classes="first"):
                yield self.line("email", tr("邮箱"), kind=FieldKind.EMAIL, hint=tr("用来登录和接收激活邮件"))
                yield self.line(
                    "password",
                    tr("密码"),
                    secret=True,
                    max_length=128,
                    hint=tr("至少 {count} 个字符，不要用常见的", count=rules.password_length),
                )
                yield self.line("again", tr("再输一次密码"), secret=True, max_length=128)
            with Vertical():
                yield self.line("phone", tr("手机号码"), kind=FieldKind.PHONE, required=False, max_length=11)
                yield self.line("name", tr("姓名"), kind=FieldKind.NAME, required=False)
        yield agreement_line(
            tr,
            self.front.shop,
            REGISTRATION,
            tr("在线注册协议"),
            agreed=form.agreed_to_register,
            has_read=form.has_read,
        )

    def action_agree(self) -> None:
        """Accept the agreement, or take that back, by key."""
        if "agreement" in self.parts:
            self.query_one(Agreement).press_agree()

    def action_read(self) -> None:
        """Read the agreement, by key."""
        if "agreement" in self.parts:
            self.query_one(Agreement).press_read()

    @on(Agreement.Changed)
    def agreement_changed(self, event: Agreement.Changed) -> None:
        """Keep whether it was opened and accepted."""
        self.change(agreed_to_register=event.agreed, has_read=event.has_read)
        self.say(None)

    @on(Field.Left)
    def left(self, event: Field.Left) -> None:
        """Judge what was filled in, not what is still empty."""
        if event.value and event.field.id in _FIELDS:
            self._judge(event.field.id)

    @work(group="judge")
    async def _judge(self, name: str) -> None:
        judged = self.form
        faults = await self._faults()
        if self.form == judged:
            self._show_fault(name, faults)

    async def _faults(self) -> _Faults:
        """All that is wrong with what is there."""
        front, form = self.front, self.form
        try:
            await front.ask(
                check_registration,
                front.shop,
                email=form.email,
                password=form.password,
                again=form.again,
                phone=form.phone,
                name=form.name,
                agreed=form.agreed_to_register,
            )
        except RegistrationInvalid as invalid:
            return invalid.faults
        return {}

    def _show_fault(self, name: str, faults: _Faults) -> None:
        fault = faults.get(RegistrationField(name))
        text = None if fault is None else registration_fault(self.tr, fault, self.front.shop.rules)
        self.query_one(f"#{name}", Field).set_error(text)

    def allows_next(self) -> bool:
        """In large print, each answer is judged before the next question; else all of them at the end."""
        if not self.is_last_page and not self.is_deciding:
            self.is_deciding = True
            self._go_on_if_right()
        return self.is_last_page

    @work(exclusive=True, group="go on")
    async def _go_on_if_right(self) -> None:
        asked, name = self.page, self.parts[0]
        with self.deciding():
            faults = await self._faults()
        self._show_fault(name, faults)
        if RegistrationField(name) in faults:
            self.show_part(name)
        else:
            self.show_page(asked + 1)

    def leave(self) -> None:
        """Keep no password of whoever won't register after all."""
        self.change(password="", again="")
        super().leave()

    def finish(self) -> None:
        """Make the account."""
        self.is_deciding = True
        self._register()

    @work(exclusive=True, group="register")
    async def _register(self) -> None:
        front, form, tr = self.front, self.form, self.tr
        try:
            with self.deciding():
                registration = await front.ask(
                    register_member,
                    front.shop,
                    front.visit.visit_id,
                    email=form.email,
                    password=form.password,
                    again=form.again,
                    phone=form.phone,
                    name=form.name,
                    agreed=form.agreed_to_register,
                    language=tr.language,
                )
        except RegistrationInvalid as invalid:
            self._show_all(invalid.faults)
        except VisitOver:
            self.say(tr("现在不能注册，请稍后再试，或询问店员。"))
        else:
            # Signing in follows, with what was just chosen.
            self.change(way=SignInWay.MEMBER, again="", activation_code="")
            self.app.switch_screen(
                ActivationScreen(registration.account_id, registration.masked_email, resend_at=registration.resend_at)
            )

    def _show_all(self, faults: _Faults) -> None:
        for name in _FIELDS:
            self._show_fault(name, faults)
        first = next((name for name in _FIELDS if RegistrationField(name) in faults), None)
        if first is not None:
            self.show_part(first)
        elif RegistrationField.AGREEMENT in faults:
            self.say(self.tr("请先阅读并同意《在线注册协议》，再注册。"))
