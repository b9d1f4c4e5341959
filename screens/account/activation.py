"""Prove an e-mail address: the code of its mail is typed here, or its link opened on a phone (SPEC 3.2, 3.3)."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar, Final

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal

from kiosk.domain.accounts import ACTIVATION_DIGITS, SignInWay
from kiosk.services.activate_account import (
    ActivationSpent,
    MailProgress,
    TooMany,
    TooSoon,
    activate_by_code,
    correct_address,
    mail_progress,
    send_activation_again,
)
from kiosk.services.errors import ServiceError
from kiosk.services.register_member import Registration, RegistrationField, RegistrationInvalid
from screens.account.activation_words import activation_trouble, progress_words, sending_trouble
from screens.account.form_screen import FormScreen, Page
from screens.account.register_words import registration_fault
from screens.help.passages import ACTIVATING
from screens.order_words import Mark
from widgets.field import Field, FieldKind
from widgets.message_line import MessageLevel
from widgets.prose import Prose
from widgets.tap_button import TapButton
from widgets.wait_button import WaitButton

_LOOK_EVERY_SECONDS: Final = 2.0
_WAITING: Final[Page] = ("mail", "activation_code", "mail-ways")
_CORRECTING: Final[Page] = ("email",)
_DONE: Final[Page] = ("activated",)


class ActivationScreen(FormScreen):
    """Asks for the code, tells how the mail fares, and turns to "activated" by itself when the link was opened."""

    PASSAGE = ACTIVATING
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("g,G", "press('send-again')", show=False),
        Binding("c,C", "press('correct')", show=False),
    ]

    def __init__(self, account_id: int, masked_email: str = "", *, resend_at: datetime | None = None) -> None:
        super().__init__()
        self._account_id = account_id
        self._masked_email = masked_email
        self._resend_at = resend_at
        self._progress: MailProgress | None = None
        self._is_correcting = False

    def heading(self) -> str:
        """What this is about."""
        return self.tr("激活账户")

    @property
    def _is_active(self) -> bool:
        return self._progress is not None and self._progress.activated

    def question(self) -> str:
        """What is asked, or what has come of it."""
        tr = self.tr
        if self._is_active:
            return tr("✓ 账户已激活")
        if self._is_correcting:
            return tr("请填写正确的邮箱，我们再发一封激活邮件")
        if self._masked_email:
            return tr("请填写 {email} 收到的激活码", email=self._masked_email)
        return tr("这个账户还没有激活。请填写邮件里的激活码，激活后才能登录")

    def back_label(self) -> str | None:
        """Back, unless nothing is left to be done."""
        return None if self._is_active else self.tr("返回")

    def next_label(self) -> str | None:
        """What is asked for."""
        if self._is_active:
            return self.tr("去登录")
        return self.tr("发送激活邮件") if self._is_correcting else self.tr("激活")

    def pages(self) -> Sequence[Page]:
        """The code, the other address, or that all is done."""
        if self._is_active:
            return [_DONE]
        return [_CORRECTING if self._is_correcting else _WAITING]

    def all_parts(self) -> Sequence[Page]:
        """Every part."""
        return [_WAITING, _CORRECTING, _DONE]

    def compose_body(self) -> ComposeResult:
        """How the mail fares, the code, and what to do if it doesn't come."""
        tr = self.tr
        yield Prose("", id="mail")
        yield self.line("activation_code", tr("激活码"), kind=FieldKind.DIGITS, max_length=ACTIVATION_DIGITS)
        with Horizontal(id="mail-ways"):
            yield WaitButton(
                tr("重新发送"),
                waiting=tr("{clock} 后可重新发送"),
                now=self.front.shop.now,
                free_at=self._resend_at,
                hint="G",
                id="send-again",
            )
            yield TapButton(tr("更正邮箱"), hint="C", id="correct")
        yield self.line("email", tr("邮箱"), kind=FieldKind.EMAIL)
        yield Prose(tr("现在可以用邮箱和密码登录了。"), id="activated")

    def on_mount(self) -> None:
        """Look after the mail from now on."""
        self.set_interval(_LOOK_EVERY_SECONDS, self.look)

    def fill(self) -> None:
        """Look after the mail."""
        self._show_progress()
        self.look()

    @work(exclusive=True, group="look")
    async def look(self) -> None:
        """Ask how the mail fares, and whether its link was opened."""
        if self._is_active or not self.is_current:
            return
        self._progress = await self.front.ask(mail_progress, self.front.shop, self._account_id)
        if self._is_active:
            self.show_page(0)
        self._show_progress()

    def _show_progress(self) -> None:
        mark, text = progress_words(self.tr, self._progress)
        mail = self.query_one("#mail", Prose)
        mail.text = f"{mark} {text}"
        mail.set_class(mark is Mark.CARE, "-care")

    @property
    def starts_typing(self) -> bool:
        """Not in large print either: the keys would hide what to do when no mail comes."""
        return self.has_class("-keys")

    def allows_next(self) -> bool:
        """The line in sight may not be empty."""
        tr, form = self.tr, self.form
        if self._is_correcting and not form.email:
            self.fault("email", tr("请填写邮箱"))
            return False
        if not (self._is_correcting or self._is_active or form.activation_code):
            self.fault("activation_code", tr("请填写邮件里的激活码"))
            return False
        return True

    def finish(self) -> None:
        """Activate, send to the other address, or go on to signing in."""
        if self._is_active:
            self.change(way=SignInWay.MEMBER)
            self.dismiss()
            return
        self.is_deciding = True
        if self._is_correcting:
            self._correct()
        else:
            self._activate()

    def back(self) -> None:
        """From the other address to the code; else to the screen below."""
        if self._is_correcting:
            self._is_correcting = False
            self.show_page(0)
        else:
            self.leave()

    @work(exclusive=True, group="activate")
    async def _activate(self) -> None:
        front = self.front
        try:
            with self.deciding():
                await front.ask(activate_by_code, front.shop, self._account_id, self.form.activation_code)
        except ServiceError as refusal:
            if isinstance(refusal, ActivationSpent) and refusal.activated:
                # The link was quicker.
                self.look()
                return
            self.clear_line("activation_code")
            self.fault("activation_code", activation_trouble(self.tr, refusal))
        else:
            self.look()

    @on(TapButton.Pressed, "#send-again")
    def send_again(self) -> None:
        """Send another mail; its code takes the place of the one before."""
        if not self.is_deciding:
            self.is_deciding = True
            self._send_again()

    @work(exclusive=True, group="send")
    async def _send_again(self) -> None:
        front = self.front
        try:
            with self.deciding():
                registration = await front.ask(send_activation_again, front.shop, self._account_id)
        except ServiceError as refusal:
            self._cannot_send(refusal)
        else:
            self._sent(registration)

    @on(TapButton.Pressed, "#correct")
    def ask_address(self) -> None:
        """Ask for another address."""
        self._is_correcting = True
        self.show_page(0)
        self.query_one("#email", Field).focus_input()

    @work(exclusive=True, group="send")
    async def _correct(self) -> None:
        front = self.front
        try:
            with self.deciding():
                registration = await front.ask(correct_address, front.shop, self._account_id, self.form.email)
        except RegistrationInvalid as invalid:
            fault = invalid.faults[RegistrationField.EMAIL]
            self.fault("email", registration_fault(self.tr, fault, front.shop.rules))
        except ServiceError as refusal:
            self._cannot_send(refusal)
        else:
            self._is_correcting = False
            self._sent(registration)

    def _sent(self, registration: Registration) -> None:
        self._account_id, self._masked_email = registration.account_id, registration.masked_email
        self._wait_until(registration.resend_at)
        self._progress = None
        self.clear_line("activation_code")
        self.show_page(0)
        self._show_progress()
        self.say(self.tr("新的激活邮件正在发送，请用最新的激活码。"), MessageLevel.INFO)
        self.look()

    def _cannot_send(self, refusal: ServiceError) -> None:
        until = refusal.until if isinstance(refusal, TooSoon | TooMany) else None
        if until is not None:
            self._wait_until(until)
        self.say(sending_trouble(self.tr, refusal, self.front.shop.now()))

    def _wait_until(self, resend_at: datetime) -> None:
        self._resend_at = resend_at
        self.query_one("#send-again", WaitButton).free_at = resend_at
