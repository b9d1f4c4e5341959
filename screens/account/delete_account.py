"""Delete my account: what goes, what the law makes the shop keep, and the password as proof (SPEC 3.4, 10.3)."""

from collections.abc import Sequence
from typing import Final

from textual import work
from textual.app import ComposeResult

from kiosk.domain.accounts import AccountKind
from kiosk.domain.passwords import LONGEST_PASSWORD
from kiosk.services.back_off import BackedOff
from kiosk.services.delete_account import delete_account
from kiosk.services.errors import PasswordWrong, ServiceError
from screens.account.form_screen import FormScreen, Page
from screens.account.sign_in_words import backed_off
from screens.help.passages import OWN_DATA
from widgets.modal import Ask
from widgets.prose import Prose

_DONE: Final[Page] = ("deleted",)


class DeleteAccountScreen(FormScreen):
    """Says what will happen, asks for a member's password, asks once more; then the visit ends."""

    PASSAGE = OWN_DATA

    def __init__(self) -> None:
        super().__init__()
        self._is_deleted = False

    @property
    def _is_member(self) -> bool:
        person = self.front.visit.person
        return person is not None and person.kind is AccountKind.MEMBER

    def heading(self) -> str:
        """What this is about."""
        return self.tr("注销账户")

    def question(self) -> str:
        """What is asked, or what has come of it."""
        return self.tr("✓ 账户已注销") if self._is_deleted else self.tr("要注销账户吗？")

    def back_label(self) -> str | None:
        """Back, unless nothing is left to be done."""
        return None if self._is_deleted else self.tr("返回")

    def next_label(self) -> str | None:
        """What is asked for."""
        return self.tr("完成") if self._is_deleted else self.tr("注销账户")

    def pages(self) -> Sequence[Page]:
        """What happens, with the password of who has one."""
        if self._is_deleted:
            return [_DONE]
        if self.front.large_print and self._is_member:
            return [("consequences",), ("password",)]
        return [("consequences", "password") if self._is_member else ("consequences",)]

    def all_parts(self) -> Sequence[Page]:
        """Every part."""
        return [("consequences", "password"), _DONE]

    def compose_body(self) -> ComposeResult:
        """What goes and what stays."""
        tr = self.tr
        if self._is_member:
            goes = tr("· 邮箱、手机号码、姓名、密码、收藏和收货地址会立即删除，不能恢复。")
            after = tr("· 以后不能再用这个账户登录；在办的订单照常办理，可凭订单号和短信验证码查询。")
        else:
            goes = tr("· 服务密码、收藏和收货地址会立即删除，不能恢复。")
            after = tr("· 手机号码照常使用；在办的订单照常办理，可凭订单号和短信验证码查询。")
        lines = (
            goes,
            after,
            tr(
                "· 依照《电子商务法》第三十一条，订单和付款记录至少保存三年；"
                "其中的姓名、证件和电话最迟在号码停用三年后删除。"
            ),
        )
        yield Prose("\n".join(lines), id="consequences")
        yield self.line("password", tr("请输入密码确认"), secret=True, max_length=LONGEST_PASSWORD)
        yield Prose(tr("感谢您的使用。"), id="deleted")

    def leave(self) -> None:
        """Keep no password."""
        self.change(password="")
        super().leave()

    def allows_next(self) -> bool:
        """The password may not be empty."""
        if "password" in self.parts and not self.form.password:
            self.fault("password", self.tr("请填写密码"))
            return False
        return True

    def finish(self) -> None:
        """Ask once more; when it is done, end the visit."""
        if self._is_deleted:
            self.front.sign_out()
        else:
            self._ask()

    @work(exclusive=True, group="ask")
    async def _ask(self) -> None:
        tr = self.tr
        question = Ask(
            tr("真的要注销吗？"),
            tr("注销后不能恢复。"),
            yes=tr("注销账户"),
            no=tr("不注销"),
            danger=True,
        )
        if await self.app.push_screen_wait(question) and not self.is_deciding:
            self.is_deciding = True
            self._delete()

    @work(exclusive=True, group="delete")
    async def _delete(self) -> None:
        front, tr, person = self.front, self.tr, self.front.visit.person
        if person is None:
            return
        password = self.form.password if self._is_member else None
        try:
            with self.deciding():
                await front.ask(delete_account, front.shop, person.account_id, password)
        except PasswordWrong:
            self.clear_line("password")
            self.fault("password", tr("密码不对，请核对后再试"))
        except BackedOff as refusal:
            trouble = backed_off(tr, refusal.until, front.shop.now())
            self.say(trouble.text, until=trouble.until)
        except ServiceError:
            self.say(tr("现在不能注销，请稍后再试，或询问店员。"))
        else:
            self._is_deleted = True
            self.clear_line("password")
            self.show_page(0)
