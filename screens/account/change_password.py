"""A member changes the password, knowing the old one (SPEC 3.6)."""

from collections.abc import Sequence
from typing import Final

from textual import work
from textual.app import ComposeResult

from kiosk.domain.passwords import LONGEST_PASSWORD, PasswordFault
from kiosk.services.back_off import BackedOff
from kiosk.services.change_password import change_password
from kiosk.services.errors import PasswordUnfit, PasswordWrong, ServiceError
from screens.account.form_screen import FormScreen, Page
from screens.account.password_words import password_fault_text
from screens.account.sign_in_words import backed_off
from screens.help.passages import OWN_ACCOUNT
from widgets.field import Field
from widgets.prose import Prose

_ASKED: Final = ("password", "new", "again")
_DONE: Final[Page] = ("password-changed",)


class ChangePasswordScreen(FormScreen):
    """The old password, the new one twice."""

    PASSAGE = OWN_ACCOUNT

    def __init__(self) -> None:
        super().__init__()
        self._is_changed = False

    def heading(self) -> str:
        """What this is about."""
        return self.tr("修改密码")

    def question(self) -> str:
        """What is asked, or what has come of it."""
        return self.tr("✓ 密码已修改") if self._is_changed else self.tr("请填写旧密码和新密码")

    def back_label(self) -> str | None:
        """Back, unless nothing is left to be done."""
        return None if self._is_changed else self.tr("返回")

    def next_label(self) -> str | None:
        """What is asked for."""
        if self._is_changed:
            return self.tr("好的")
        return self.tr("修改密码") if self.is_last_page else self.tr("下一步")

    def pages(self) -> Sequence[Page]:
        """All at once, or in large print one after another."""
        if self._is_changed:
            return [_DONE]
        return [(part,) for part in _ASKED] if self.front.large_print else [_ASKED]

    def all_parts(self) -> Sequence[Page]:
        """Every part."""
        return [_ASKED, _DONE]

    def compose_body(self) -> ComposeResult:
        """The lines in their order."""
        tr, shortest = self.tr, self.front.shop.rules.password_length
        hint = tr("至少 {count} 个字符，不要用常见的", count=shortest)
        yield self.line("password", tr("旧密码"), secret=True, max_length=LONGEST_PASSWORD)
        yield self.line("new", tr("新密码"), secret=True, max_length=LONGEST_PASSWORD, hint=hint)
        yield self.line("again", tr("再输一次新密码"), secret=True, max_length=LONGEST_PASSWORD)
        yield Prose(tr("下次请用新密码登录。"), id="password-changed")

    def leave(self) -> None:
        """Keep no password."""
        self.change(password="", new="", again="")
        super().leave()

    def allows_next(self) -> bool:
        """Nothing may be left empty."""
        for part in self.parts:
            if part in _ASKED and not getattr(self.form, part):
                self.fault(part, self.tr("请填写密码"))
                return False
        return True

    def finish(self) -> None:
        """Change it, or go back when that is done."""
        if self._is_changed:
            self.leave()
        else:
            self.is_deciding = True
            self._change_password()

    @work(exclusive=True, group="change")
    async def _change_password(self) -> None:
        front, form, tr = self.front, self.form, self.tr
        person = front.visit.person
        if person is None:
            return
        try:
            with self.deciding():
                await front.ask(change_password, front.shop, person.account_id, form.password, form.new, form.again)
        except PasswordWrong:
            self.clear_line("password")
            self.fault("password", tr("旧密码不对，请核对后再试"))
        except PasswordUnfit as unfit:
            line = "again" if unfit.fault is PasswordFault.DIFFERENT else "new"
            self.clear_line("again")
            self.fault(line, password_fault_text(tr, unfit.fault, front.shop.rules))
        except BackedOff as refusal:
            trouble = backed_off(tr, refusal.until, front.shop.now())
            self.say(trouble.text, until=trouble.until)
        except ServiceError:
            self.say(tr("现在不能修改，请稍后再试，或询问店员。"))
        else:
            self._is_changed = True
            self.change(password="", new="", again="")
            for field in self.query(Field):
                field.value = ""
            self.show_page(0)
