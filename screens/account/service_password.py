"""Set or reset the service password of a number, proved by a code sent to it (SPEC 3.4, 3.6)."""

from collections.abc import Sequence
from typing import ClassVar, Final

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from kiosk.domain.accounts import CodePurpose
from kiosk.domain.passwords import SERVICE_PASSWORD_DIGITS, PasswordFault
from kiosk.domain.persons import PhoneFault, PhoneInvalid
from kiosk.services.back_off import BackedOff
from kiosk.services.errors import PasswordUnfit, ServiceError
from kiosk.services.service_password import set_service_password
from screens.account.code_screen import CodeScreen
from screens.account.form_screen import Page
from screens.account.password_words import password_fault_text
from screens.account.sign_in_words import backed_off, code_trouble, phone_fault
from screens.help.passages import SIGNING_IN
from widgets.field import Field, FieldKind
from widgets.prose import Prose

_ASKED: Final = ("line", "code-row", "new", "again")
_DONE: Final[Page] = ("password-set",)


class ServicePasswordScreen(CodeScreen):
    """The number, a code, the new password twice; whoever has signed in with a number isn't asked for it."""

    PASSAGE = SIGNING_IN
    PURPOSE = CodePurpose.SET_PASSWORD
    BINDINGS: ClassVar[list[BindingType]] = [Binding("g,G", "press('get-code')", show=False)]

    def __init__(self) -> None:
        super().__init__()
        self._is_set = False

    def on_mount(self) -> None:
        """Begin with the number that has signed in."""
        person = self.front.visit.person
        if person is not None and person.msisdn is not None:
            self.change(line=str(person.msisdn))
            self.query_one("#line", Field).value = self.form.line

    def heading(self) -> str:
        """What this is about."""
        return self.tr("设置服务密码")

    def question(self) -> str:
        """What is asked, or what has come of it."""
        tr = self.tr
        if self._is_set:
            return tr("✓ 服务密码已设置")
        return tr("请完成验证，再获取验证码") if "captcha" in self.parts else tr("用短信验证码设置新的服务密码")

    def back_label(self) -> str | None:
        """Back, unless nothing is left to be done."""
        return None if self._is_set else self.tr("返回")

    def next_label(self) -> str | None:
        """What is asked for."""
        if self._is_set:
            return self.tr("好的")
        return self.tr("设置密码") if self.is_last_page else self.tr("下一步")

    def pages(self) -> Sequence[Page]:
        """All at once, or in large print one after another; the captcha only before a code that needs it."""
        if self._is_set:
            return [_DONE]
        if self._code_waits:
            return [("captcha",)]
        return [(part,) for part in _ASKED] if self.front.large_print else [_ASKED]

    def all_parts(self) -> Sequence[Page]:
        """Every part."""
        return [_ASKED, ("captcha",), _DONE]

    def compose_body(self) -> ComposeResult:
        """The lines in their order."""
        tr = self.tr
        yield self.line("line", tr("手机号码"), kind=FieldKind.PHONE, max_length=11, hint=tr("本公司的手机号码"))
        yield from self.compose_code()
        yield self.line(
            "new",
            tr("新的服务密码"),
            kind=FieldKind.DIGITS,
            secret=True,
            max_length=SERVICE_PASSWORD_DIGITS,
            hint=tr("6 位数字，不要用生日、连号或手机号里的数字"),
        )
        yield self.line(
            "again",
            tr("再输一次"),
            kind=FieldKind.DIGITS,
            secret=True,
            max_length=SERVICE_PASSWORD_DIGITS,
        )
        yield from self.compose_captcha()
        yield Prose(tr("下次可以用手机号码和服务密码登录。"), id="password-set")

    def back(self) -> None:
        """From the captcha to the lines; else the page before, or the screen below."""
        if self._code_waits:
            self._code_waits = False
            self.show_part("code-row")
        else:
            super().back()

    def leave(self) -> None:
        """Keep no password that wasn't set."""
        self.change(new="", again="")
        self.drop_code()
        super().leave()

    def allows_next(self) -> bool:
        """Nothing may be left empty."""
        tr, form = self.tr, self.form
        wants = {
            "line": (form.line, "line", phone_fault(tr, PhoneFault.EMPTY)),
            "code-row": (form.code, "code", tr("请先获取验证码，再填写")),
            "new": (form.new, "new", tr("请填写 6 位服务密码")),
            "again": (form.again, "again", tr("请再输一次")),
        }
        for part in self.parts:
            value, line, text = wants.get(part, ("-", "", ""))
            if not value:
                self.fault(line, text)
                return False
        return super().allows_next()

    def finish(self) -> None:
        """Set it, or go back when that is done."""
        if self._is_set:
            self.leave()
        else:
            self.is_deciding = True
            self._set_password()

    @work(exclusive=True, group="set")
    async def _set_password(self) -> None:
        front, form, tr = self.front, self.form, self.tr
        try:
            with self.deciding():
                await front.ask(
                    set_service_password,
                    front.shop,
                    front.visit.visit_id,
                    form.line,
                    form.code,
                    form.new,
                    form.again,
                )
        except PhoneInvalid as invalid:
            self.fault("line", phone_fault(tr, invalid.reason))
        except PasswordUnfit as unfit:
            line = "again" if unfit.fault is PasswordFault.DIFFERENT else "new"
            self.clear_line("again")
            self.fault(line, password_fault_text(tr, unfit.fault, front.shop.rules))
        except BackedOff as refusal:
            trouble = backed_off(tr, refusal.until, front.shop.now())
            self.say(trouble.text, until=trouble.until)
        except ServiceError as refusal:
            about_code = code_trouble(tr, refusal)
            if about_code is None:
                self.say(tr("现在不能设置，请稍后再试，或询问店员。"))
            else:
                self.clear_line("code")
                self.fault("code", about_code.text)
        else:
            self._is_set = True
            self.change(new="", again="", code="", service_password="")
            self.show_page(0)
