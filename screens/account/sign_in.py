"""Four ways to sign in, chosen on one screen and changed without losing what was typed (SPEC 3.4)."""

from collections.abc import Sequence
from typing import ClassVar, Final

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal

from kiosk.domain.accounts import CodePurpose, SignInWay
from kiosk.domain.agreements import SERVICE
from kiosk.domain.emails import EmailInvalid, mask_email
from kiosk.domain.persons import PhoneFault, PhoneInvalid
from kiosk.services.check_code import CodeSpent, CodeWrong
from kiosk.services.errors import ServiceError
from kiosk.services.request_code import CaptchaNeeded
from kiosk.services.sign_in import NotActivated, SignInRefused, sign_in
from screens.account.activation import ActivationScreen
from screens.account.agreements import agreement_line
from screens.account.code_screen import CodeScreen
from screens.account.form_screen import Page
from screens.account.register import RegisterScreen
from screens.account.register_words import email_fault
from screens.account.service_password import ServicePasswordScreen
from screens.account.sign_in_words import member_limits, phone_fault, sign_in_trouble, way_name
from screens.help.passages import SIGNING_IN
from widgets.agreement import Agreement
from widgets.chip import Chip, ChipRow
from widgets.field import Field, FieldKind
from widgets.prose import Prose
from widgets.tap_button import TapButton

_FAILURES_A_CAPTCHA: Final = 3
"""After so many refusals the captcha is asked for anew."""

_ALL_PARTS: Final[Page] = (
    "ways",
    "line",
    "email",
    "service_password",
    "password",
    "code-row",
    "elsewhere",
    "captcha",
    "agreement",
    "limits",
)


class SignInScreen(CodeScreen):
    """Identity, a password or a code, the captcha, the agreement, and in; registering starts here too."""

    PASSAGE = SIGNING_IN
    PURPOSE = CodePurpose.SIGN_IN
    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(str(at), f"way('{way}')", show=False) for at, way in enumerate(SignInWay, 1)),
        Binding("g,G", "press('get-code')", show=False),
        Binding("n,N", "press('register')", show=False),
        Binding("f,F", "press('forgotten')", show=False),
        Binding("a,A", "agree", show=False),
        Binding("r,R", "read", show=False),
    ]

    def heading(self) -> str:
        """What this is about."""
        return self.tr("登录")

    def question(self) -> str:
        """What is asked on the page in sight."""
        tr, parts = self.tr, self.parts
        if "captcha" in parts:
            return tr("请完成验证，再获取验证码") if self._code_waits else tr("请完成验证")
        if "agreement" in parts:
            who = self.form.email if self.form.way is SignInWay.MEMBER else self.form.line
            return tr("请同意协议，然后用 {who} 登录", who=who)
        return tr("请选择登录方式") if "ways" in parts else way_name(tr, self.form.way)

    def next_label(self) -> str | None:
        """In, once nothing more is asked."""
        return self.tr("登录") if self.is_last_page else self.tr("下一步")

    def pages(self) -> Sequence[Page]:
        """What this way asks for; in large print one thing after another."""
        way = self.form.way
        asked = ["email" if way is SignInWay.MEMBER else "line"]
        if way.asks_password:
            asked.append("password" if way is SignInWay.MEMBER else "service_password")
        if way.asks_code:
            asked.append("code-row")
        if self.front.large_print:
            pages: list[Page] = [("ways", "elsewhere"), *((part,) for part in asked)]
        else:
            pages = [("ways", *asked, "elsewhere")]
        last = ("agreement", "limits") if way is SignInWay.MEMBER else ("agreement",)
        return [*pages, *([] if self.form.is_person else [("captcha",)]), last]

    def all_parts(self) -> Sequence[Page]:
        """Every part, whether the way chosen asks for it or not."""
        return [_ALL_PARTS]

    def compose_body(self) -> ComposeResult:
        """In the order of SPEC 3.4."""
        tr, way = self.tr, self.form.way
        ways = [
            Chip(each, way_name(tr, each), selected=each is way, hint=str(at)) for at, each in enumerate(SignInWay, 1)
        ]
        yield ChipRow(ways, id="ways")
        yield self.line("line", tr("手机号码"), kind=FieldKind.PHONE, max_length=11, hint=tr("本公司的手机号码"))
        yield self.line("email", tr("邮箱"), kind=FieldKind.EMAIL)
        yield self.line(
            "service_password",
            tr("服务密码"),
            kind=FieldKind.DIGITS,
            secret=True,
            max_length=6,
            hint=tr("6 位数字"),
        )
        yield self.line("password", tr("密码"), secret=True, max_length=128)
        yield from self.compose_code()
        with Horizontal(id="elsewhere"):
            yield TapButton(tr("注册邮箱账户"), hint="N", id="register")
            yield TapButton(tr("设置服务密码"), hint="F", id="forgotten")
        yield from self.compose_captcha()
        yield agreement_line(tr, self.front.shop, SERVICE, tr("业务办理协议"), agreed=self.form.agreed)
        yield Prose(member_limits(tr), id="limits")

    def action_way(self, way: str) -> None:
        """Choose a way by its key."""
        if "ways" in self.parts:
            self._choose(SignInWay(way))

    @on(ChipRow.Changed, "#ways")
    def way_chosen(self, event: ChipRow.Changed) -> None:
        """Another way; what was typed for this one stays."""
        self._choose(SignInWay(event.key))

    def _choose(self, way: SignInWay) -> None:
        self.keep_lines()
        self.change(way=way)
        self._show_way()

    def _show_way(self) -> None:
        """Ask for what the way wants; what was said of another one is over."""
        self.query_one("#ways", ChipRow).select(self.form.way)
        self.say(None)
        for field in self.query("#body > Field, #code-row > Field").results(Field):
            field.set_error(None)
        self.show_page(self.page)

    async def on_screen_resume(self) -> None:
        """Go on by the way that another screen has led to, as a new account does."""
        for ways in self.query("#ways").results(ChipRow):
            if self.form.way not in ways.selected:
                self._show_way()

    def allows_next(self) -> bool:
        """Nothing that this way asks for may be left empty."""
        tr, form = self.tr, self.form
        wants = {
            "line": (form.line, phone_fault(tr, PhoneFault.EMPTY)),
            "email": (form.email, tr("请填写邮箱")),
            "service_password": (form.service_password, tr("请填写 6 位服务密码")),
            "password": (form.password, tr("请填写密码")),
            "code-row": (form.code, tr("请先获取验证码，再填写")),
        }
        for part in self.parts:
            value, text = wants.get(part, ("", ""))
            if text and not value:
                self.fault("code" if part == "code-row" else part, text)
                return False
        return super().allows_next()

    @on(Agreement.Changed)
    def agreement_changed(self, event: Agreement.Changed) -> None:
        """Keep whether it is accepted."""
        self.change(agreed=event.agreed)
        self.say(None)

    def action_agree(self) -> None:
        """Accept the agreement, or take that back, by key."""
        if "agreement" in self.parts:
            self.query_one(Agreement).press_agree()

    def action_read(self) -> None:
        """Read the agreement, by key."""
        if "agreement" in self.parts:
            self.query_one(Agreement).press_read()

    def leave(self) -> None:
        """Keep no password or code of whoever won't sign in after all, but until when another code has to wait."""
        self.change(service_password="", password="", code="")
        super().leave()

    def finish(self) -> None:
        """Sign in with what was typed for this way."""
        self.is_deciding = True
        self._sign_in()

    @work(exclusive=True, group="sign-in")
    async def _sign_in(self) -> None:
        front, form, tr = self.front, self.form, self.tr
        is_member = form.way is SignInWay.MEMBER
        try:
            with self.deciding():
                person = await front.ask(
                    sign_in,
                    front.shop,
                    front.visit.visit_id,
                    form.way,
                    identity=form.email if is_member else form.line,
                    password=form.password if is_member else form.service_password,
                    code=form.code,
                    agreed=form.agreed,
                    captcha_solved=form.is_person,
                    language=tr.language,
                )
        except PhoneInvalid as invalid:
            self.fault("line", phone_fault(tr, invalid.reason))
        except EmailInvalid as invalid:
            self.fault("email", email_fault(tr, invalid.reason))
        except CaptchaNeeded:
            self.ask_captcha()
        except NotActivated as refusal:
            self.app.push_screen(ActivationScreen(refusal.account_id, mask_email(form.email)))
        except ServiceError as refusal:
            self._refused(refusal)
        else:
            front.signed_in(person)

    def _refused(self, refusal: ServiceError) -> None:
        """Say why, at its place; a code or password that was wrong is typed anew."""
        form = self.form
        if isinstance(refusal, SignInRefused | CodeWrong | CodeSpent):
            self.change(failures=form.failures + 1)
        if self.form.failures >= _FAILURES_A_CAPTCHA:
            self.change(is_person=False, failures=0)
        trouble = sign_in_trouble(self.tr, refusal, form.way, self.front.shop.now())
        if trouble.part is None or trouble.part == "agreement":
            self.say(trouble.text, until=trouble.until)
            return
        self.clear_line(trouble.part)
        self.fault(trouble.part, trouble.text)

    @on(TapButton.Pressed, "#register")
    def register(self) -> None:
        """Register with an e-mail address."""
        self.keep_lines()
        self.app.push_screen(RegisterScreen())

    @on(TapButton.Pressed, "#forgotten")
    def set_service_password(self) -> None:
        """Set a service password, by a code sent to the number."""
        self.keep_lines()
        self.app.push_screen(ServicePasswordScreen())
