"""A screen that asks for a code by SMS, and for the captcha where one is due (SPEC 3.4, 3.5, 3.7)."""

from random import SystemRandom
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical

from kiosk.domain.accounts import CodePurpose
from kiosk.domain.persons import PhoneInvalid
from kiosk.services.errors import VisitOver
from kiosk.services.request_code import CaptchaNeeded, CodeSent, CodeTooSoon, TooManyCodes, request_code
from screens.account.captcha_words import CAPTCHA_KEYS, captcha_words
from screens.account.form_screen import FormScreen
from screens.account.sign_in_words import clock_time, phone_fault
from screens.words import whole_minutes
from widgets.captcha import Captcha
from widgets.field import Field, FieldKind
from widgets.input_panel import InputPanel
from widgets.tap_button import TapButton
from widgets.wait_button import WaitButton

CODE_DIGITS = 6


class CodeScreen(FormScreen):
    """A subclass puts `code-row` and `captcha` into its pages, and says what the code is for.

    A captcha that was solved counts until `AccountForm.is_person` is taken back; one that is due before the next code
    is asked for at once, and the code sent after it.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*CAPTCHA_KEYS]
    PURPOSE: ClassVar[CodePurpose]
    _code_waits = False
    """Whether a code is to be sent as soon as the captcha is solved."""

    def compose_code(self) -> ComposeResult:
        """The line for the code, and the button that sends one."""
        tr, form = self.tr, self.form
        with Horizontal(id="code-row"):
            yield self.line(
                "code",
                tr("短信验证码"),
                kind=FieldKind.DIGITS,
                max_length=CODE_DIGITS,
                hint=self._code_hint(),
                passes="g",
            )
            yield WaitButton(
                self._code_label(),
                waiting=tr("{seconds} 秒后重发"),
                now=self.front.shop.now,
                free_at=form.resend_at,
                hint="G",
                id="get-code",
            )

    def compose_captcha(self) -> ComposeResult:
        """The place of the captcha: it is drawn when it is asked for."""
        yield Vertical(id="captcha")

    def _code_label(self) -> str:
        return self.tr("重新获取") if self.form.code_sent_to else self.tr("获取验证码")

    def _code_hint(self) -> str:
        form, rules = self.form, self.front.shop.rules
        if not form.code_sent_to:
            return self.tr("点“获取验证码”，再填短信里的 6 位数字")
        minutes = whole_minutes(rules.code_valid)
        return self.tr("已发送至 {phone}，{minutes} 分钟内有效", phone=form.code_sent_to, minutes=minutes)

    # The code

    def on_mount(self) -> None:
        """Begin without a code that was asked for something else."""
        self._drop_others_code()

    async def on_screen_resume(self) -> None:
        """The same, after another screen has asked for one."""
        self._drop_others_code()

    def _drop_others_code(self) -> None:
        if self.form.code_purpose not in {self.PURPOSE, None}:
            self.drop_code()

    def drop_code(self) -> None:
        """Know of no code any more."""
        self.change(code_purpose=None, code_sent_to="", code_line="", resend_at=None, code="")
        self._show_code()

    async def send_code(self) -> CodeSent:
        """Ask the service for a code."""
        front, form = self.front, self.form
        return await front.ask(
            request_code,
            front.shop,
            front.visit.visit_id,
            self.PURPOSE,
            form.line,
            captcha_solved=form.is_person and not form.proof_is_spent,
            language=self.tr.language,
        )

    @on(TapButton.Pressed, "#get-code")
    def get_code(self) -> None:
        """Send a code to the number that was typed."""
        if self.is_deciding:
            return
        self.keep_lines()
        self.is_deciding = True
        self._fetch_code()

    @work(exclusive=True, group="code")
    async def _fetch_code(self) -> None:
        tr = self.tr
        try:
            with self.deciding():
                sent = await self.send_code()
        except PhoneInvalid as invalid:
            self.fault("line", phone_fault(tr, invalid.reason))
        except CaptchaNeeded:
            self._code_waits = True
            self.ask_captcha()
        except CodeTooSoon as refusal:
            self.change(resend_at=refusal.until)
            self._show_code()
        except VisitOver:
            self.say(tr("现在不能发送，请稍后再试，或询问店员。"))
        except TooManyCodes as refusal:
            until = clock_time(refusal.until, self.front.shop.now())
            self.say(tr("获取验证码的次数已用完，请 {time} 之后再试。", time=until), until=refusal.until)
        else:
            self.change(
                code_purpose=self.PURPOSE,
                code_sent_to=sent.masked_phone,
                code_line=self.form.line,
                resend_at=sent.resend_at,
                code="",
                proof_is_spent=self.form.is_person,
            )
            self.say(None)
            self._show_code()
            self.show_part("code-row")
            self.call_after_refresh(self.query_one("#code", Field).focus_input)

    def _show_code(self) -> None:
        code = self.query_one("#code", Field)
        code.value = self.form.code
        code.set_hint(self._code_hint())
        button = self.query_one("#get-code", WaitButton)
        button.name_free(self._code_label())
        button.free_at = self.form.resend_at

    @on(Field.Changed, "#line")
    def line_changed(self, event: Field.Changed) -> None:
        """A code for another number is no code for this one."""
        form = self.form
        if form.code_sent_to and event.field.value != form.code_line:
            self.drop_code()

    # The captcha

    def show_page(self, page: int, *, focus: bool = True) -> None:
        """Draw the captcha when it is asked for, and let typing start at its answer."""
        super().show_page(page, focus=focus)
        asks = "captcha" in self.parts
        self.set_class(asks, "-asks-captcha")
        if asks:
            self._show_captcha()
        else:
            self.query_one("#captcha").remove_children()

    @work(exclusive=True, group="captcha")
    async def _show_captcha(self) -> None:
        place = self.query_one("#captcha")
        if not place.query(Captcha):
            captcha = Captcha(
                captcha_words(self.tr),
                random=SystemRandom(),
                sums_first=self.front.large_print,
                only_sums=self._has_no_room,
            )
            await place.mount(captcha)
        self.call_after_refresh(place.query_one(Captcha).answer.focus_input)

    @property
    def _has_no_room(self) -> bool:
        return self.front.large_print and self.has_class("-short")

    def on_resize(self) -> None:
        """Ask in words where a picture would be cut."""
        for captcha in self.query(Captcha):
            captcha.only_sums = self._has_no_room

    def ask_captcha(self) -> None:
        """Ask for the captcha now, whatever was solved before."""
        self.change(is_person=False, failures=0)
        self.show_part("captcha")

    @on(Captcha.Solved)
    def solved(self) -> None:
        """Go on, or first send the code that waited for it."""
        at = self.page
        self.change(is_person=True, proof_is_spent=False, failures=0)
        if self._code_waits:
            self._code_waits = False
            self.show_part("code-row")
            self.get_code()
        else:
            # Its page is gone, and the next one has its place.
            self.show_page(at)

    def line_filled(self, line: Field, panel: InputPanel) -> None:
        """Judge a whole answer at once."""
        for captcha in self.query(Captcha):
            if line is captcha.answer:
                if not captcha.asks_sums:
                    captcha.check()
                return
        super().line_filled(line, panel)

    def line_done(self, line: Field) -> None:
        """Judge the answer that was finished by the strong key."""
        for captcha in self.query(Captcha):
            if line is captcha.answer:
                captcha.answer.focus_input()
                captcha.check()
                return
        super().line_done(line)

    def allows_next(self) -> bool:
        """Nobody goes past the captcha but by its answer."""
        for captcha in self.query(Captcha):
            captcha.check()
            return False
        return super().allows_next()
