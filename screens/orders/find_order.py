"""One order by its number, and a code sent to its contact phone: for whoever has no account (SPEC 2.5)."""

from dataclasses import replace
from datetime import timedelta
from enum import Enum
from pathlib import PurePath
from random import SystemRandom
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Static

from kiosk.domain.order_look_up import OrderLookUp
from kiosk.domain.orders import ORDER_NO_DIGITS
from kiosk.domain.scans import ORDER_NUMBER, ScanContext
from kiosk.services.check_code import CodeExpired, CodeSpent
from kiosk.services.errors import OrderForgotten, OrderUnknown, ServiceError, VisitOver
from kiosk.services.open_order import open_order, request_order_code
from kiosk.services.request_code import CaptchaNeeded, CodeTooSoon, TooManyCodes
from screens.account.captcha_words import CAPTCHA_KEYS, captcha_words
from screens.account.code_screen import CODE_DIGITS
from screens.help.passages import FINDING_AN_ORDER
from screens.orders.look_up_words import refusal_words
from screens.orders.one_order import OneOrderScreen
from screens.orders.orders_screen import ORDERS_CSS, OrdersScreen
from screens.words import key_texts
from widgets.action_bar import ActionBar
from widgets.captcha import Captcha
from widgets.field import Field, FieldKind
from widgets.input_panel import InputPanel
from widgets.prose import Prose
from widgets.tap_button import TapButton
from widgets.wait_button import WaitButton


class _Asked(Enum):
    """What is being asked."""

    NUMBER = "number"
    PERSON = "person"
    """Whether a person is there, once many codes were asked for at this terminal."""
    CODE = "code"


class FindOrderScreen(OrdersScreen):
    """The number, then the code; every key typed goes into the visit's `OrderLookUp` at once."""

    PASSAGE = FINDING_AN_ORDER
    CSS_PATH: ClassVar[list[str | PurePath]] = [ORDERS_CSS, "find_order.tcss"]
    SCANS = (ORDER_NUMBER,)
    BINDINGS: ClassVar[list[BindingType]] = [Binding("r,R", "press('resend')", show=False), *CAPTCHA_KEYS]

    def __init__(self) -> None:
        super().__init__()
        self._asked = _Asked.NUMBER
        self._is_person = False
        self._is_asking = False

    @property
    def look_up(self) -> OrderLookUp:
        """How far it has come."""
        return self.front.visit.look_up

    def change(self, **values: object) -> None:
        """Replace some of it."""
        self.front.visit.look_up = replace(self.look_up, **values)  # type: ignore[arg-type]  # by name, as declared

    def compose_body(self) -> ComposeResult:
        """The three questions, of which one is shown."""
        tr, look_up = self.tr, self.look_up
        with VerticalScroll(id="form", can_focus=False):
            with Vertical(id="ask-number"):
                yield Static(tr("请输入订单号"), classes="question", markup=False)
                yield Field(
                    "order_no",
                    tr("订单号"),
                    required=True,
                    hint=tr("15 位数字，在小票上，也在付款后的短信里"),
                    kind=FieldKind.DIGITS,
                    value=look_up.order_no,
                    max_length=ORDER_NO_DIGITS,
                    id="order_no",
                )
                yield Prose(self._where_it_goes(), classes="aside")
            with Vertical(id="ask-person"):
                yield Static(tr("请先证明您不是机器"), classes="question", markup=False)
                if self._asked is _Asked.PERSON:
                    yield self._captcha()
            with Vertical(id="ask-code"):
                yield Static(tr("请输入短信验证码"), classes="question", markup=False)
                yield Prose("", id="sent-to")
                yield Field(
                    "code",
                    tr("短信验证码"),
                    required=True,
                    hint=tr("6 位数字"),
                    kind=FieldKind.DIGITS,
                    value=look_up.code,
                    max_length=CODE_DIGITS,
                    passes="r",
                    id="code",
                )
                yield WaitButton(
                    tr("重新获取验证码"),
                    waiting=tr("{seconds} 秒后可重新获取"),
                    now=self.front.shop.now,
                    free_at=look_up.resend_at,
                    hint="R",
                    id="resend",
                )

    def _where_it_goes(self) -> str:
        text = self.tr("验证码会发送到下单时填写的联系手机。")
        return text + self.tr("也可以扫描小票上的订单码。") if self.front.has_scanner else text

    def compose_last(self) -> ComposeResult:
        """The keys for what is typed."""
        yield InputPanel(key_texts(self.tr))

    def _captcha(self) -> Captcha:
        return Captcha(captcha_words(self.tr), random=SystemRandom())

    def next_label(self) -> str | None:
        """To the code, or to the order."""
        match self._asked:
            case _Asked.NUMBER:
                return self.tr("获取验证码")
            case _Asked.CODE:
                return self.tr("查看订单")
            case _Asked.PERSON:
                return None

    def on_mount(self) -> None:
        """Typing can start at once."""
        self.call_after_refresh(self._start_typing)

    async def change_texts(self) -> None:
        """Keep what was typed a breath ago before the fields are drawn anew."""
        self.keep_fields()
        await super().change_texts()

    def keep_fields(self) -> None:
        """Take over what the fields hold now: the last key may still be on its way here."""
        self.change(**{field.id: field.value for field in self.query(Field) if field.id in {"order_no", "code"}})

    def fill(self) -> None:
        """Ask what is to be asked now."""
        for each in _Asked:
            self.set_class(each is self._asked, f"-asks-{each.value}")
        look_up, tr = self.look_up, self.tr
        self.query_one("#actions", ActionBar).next = self.next_label()
        self.query_one("#sent-to", Prose).text = tr(
            "已发送到订单的联系手机 {phone}，{minutes} 分钟内有效。",
            phone=look_up.sent_to,
            minutes=self.front.shop.rules.code_valid // timedelta(minutes=1),
        )
        self.query_one("#resend", WaitButton).free_at = look_up.resend_at

    def ask(self, asked: _Asked) -> None:
        """Ask something else."""
        self._asked = asked
        self.say(None)
        self.query_one(InputPanel).close()
        self.query(Captcha).remove()
        if asked is _Asked.PERSON:
            self.query_one("#ask-person").mount(self._captcha())
        self.fill()
        self.call_after_refresh(self._start_typing)

    def _start_typing(self) -> None:
        if not self.is_attached:
            return
        match self._asked:
            case _Asked.NUMBER if not self.look_up.order_no or self.has_class("-keys"):
                self.query_one("#order_no", Field).focus_input()
            case _Asked.CODE:
                self.query_one("#code", Field).focus_input()
            case _Asked.PERSON if self.has_class("-keys"):
                self.query_one("#ask-person Field", Field).focus_input()
            case _:
                pass

    @on(Field.Changed, "#order_no, #code")
    def typed(self, event: Field.Changed) -> None:
        """Keep every key; what was said before it is over."""
        name = event.field.id or ""
        if getattr(self.look_up, name) != event.field.value:
            self.change(**{name: event.field.value})
            self.say(None)

    @on(Field.Submitted, "#order_no, #code")
    def submitted(self) -> None:
        """Enter goes on."""
        self.proceed()

    @on(InputPanel.Done)
    def typed_all(self, event: InputPanel.Done) -> None:
        """The keys cover the way on, and closing them is it."""
        if event.field.id in {"order_no", "code"}:
            self.proceed()

    @on(InputPanel.Filled)
    def filled(self, event: InputPanel.Filled) -> None:
        """A whole code is tried without another touch; a whole number waits for the wish that a message be sent."""
        event.panel.close()
        if event.field.id == "code":
            self.proceed()

    def scanned(self, context: ScanContext, code: str) -> None:
        """Take the number off a receipt."""
        self.change(order_no=code)
        self.query_one("#order_no", Field).value = code
        self.ask(_Asked.NUMBER)

    def leave(self) -> None:
        """Back to the number, or to where the person came from."""
        if self._is_asking:
            return
        if self._asked is _Asked.NUMBER:
            self.dismiss()
        else:
            self.ask(_Asked.NUMBER)

    def proceed(self) -> None:
        """Ask for the code, or try it."""
        self.keep_fields()
        if self._is_asking:
            return
        match self._asked:
            case _Asked.NUMBER if len(self.look_up.order_no) < ORDER_NO_DIGITS:
                self._refuse("order_no", self.tr("订单号是 15 位数字，请核对"))
            case _Asked.NUMBER:
                self.request()
            case _Asked.CODE if len(self.look_up.code) < CODE_DIGITS:
                self._refuse("code", self.tr("验证码是 6 位数字，请核对"))
            case _Asked.CODE:
                self.open()
            case _Asked.PERSON:
                pass

    @on(Captcha.Solved)
    def is_a_person(self, event: Captcha.Solved) -> None:
        """Now the code may be sent."""
        event.stop()
        self._is_person = True
        self.change(misses=0)
        self.request()

    @on(TapButton.Pressed, "#resend")
    def ask_again(self) -> None:
        """Send another code, which voids the one before."""
        self.change(sent_for="", code="")
        self.query_one("#code", Field).value = ""
        self.request()

    @work(exclusive=True, group="ask")
    async def request(self) -> None:
        """Have a code sent, and ask for it; one that is on its way and good still is asked for as it is."""
        front, visit, look_up = self.front, self.front.visit, self.look_up
        if look_up.sent_for == look_up.order_no and look_up.expires_at and front.shop.now() < look_up.expires_at:
            self.ask(_Asked.CODE)
            return
        if not self._is_person and look_up.misses >= front.shop.rules.codes_before_captcha:
            self.ask(_Asked.PERSON)
            return
        self._is_asking = True
        try:
            sent = await front.ask(
                request_order_code,
                front.shop,
                visit.visit_id,
                look_up.order_no,
                captcha_solved=self._is_person,
                language=visit.language,
            )
        except CaptchaNeeded:
            self.ask(_Asked.PERSON)
            return
        except (OrderUnknown, OrderForgotten) as refusal:
            self.change(misses=look_up.misses + 1)
            self.ask(_Asked.NUMBER)
            self._refuse("order_no", refusal_words(self.tr, refusal, front.shop.now()))
            return
        except (CodeTooSoon, TooManyCodes, VisitOver) as refusal:
            self.say(refusal_words(self.tr, refusal, front.shop.now()))
            return
        finally:
            self._is_asking = False
            # One proof is good for one question.
            self._is_person = False
        self.change(
            sent_for=look_up.order_no,
            sent_to=sent.masked_phone,
            resend_at=sent.resend_at,
            expires_at=sent.expires_at,
            code="",
        )
        self.query_one("#code", Field).value = ""
        self.ask(_Asked.CODE)

    @work(exclusive=True, group="ask")
    async def open(self) -> None:
        """Try the code, and show the order in the place of this screen."""
        front, visit, look_up = self.front, self.front.visit, self.look_up
        self._is_asking = True
        try:
            order = await front.ask(open_order, front.shop, visit.visit_id, look_up.order_no, look_up.code)
        except ServiceError as refusal:
            self.change(code="")
            if isinstance(refusal, CodeExpired | CodeSpent):
                self.change(sent_for="")
            self.query_one("#code", Field).value = ""
            self._refuse("code", refusal_words(self.tr, refusal, front.shop.now()))
            return
        finally:
            self._is_asking = False
        # What tells of the last key may still be on its way, and would keep what is in the field.
        for name in ("order_no", "code"):
            self.query_one(f"#{name}", Field).value = ""
        visit.look_up = OrderLookUp()
        visit.opened_order = order.order_no
        self.app.switch_screen(OneOrderScreen(order.order_no))

    def _refuse(self, name: str, text: str) -> None:
        """Say what is wrong at its place, and let typing go there."""
        field = self.query_one(f"#{name}", Field)
        field.focus_input()
        field.set_error(text)
