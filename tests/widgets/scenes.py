"""What each picture of a widget shows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from random import Random

from textual.containers import Horizontal, VerticalScroll
from textual.widget import Widget
from textual.widgets import Static

from tests.widgets.captcha_words import WORDS
from tests.widgets.small_pinyin import compose_names, offer
from widgets.action_bar import ActionBar
from widgets.big_digits import BigDigits
from widgets.candidate_bar import CandidateBar
from widgets.captcha import Captcha
from widgets.chip import Chip, ChipRow
from widgets.countdown import Countdown
from widgets.digit_boxes import DigitBoxes
from widgets.field import Field, FieldKind
from widgets.input_panel import InputPanel
from widgets.key_texts import KeyTexts
from widgets.keyboard import Keyboard
from widgets.keypad import KeyPad
from widgets.message_line import MessageLevel, MessageLine
from widgets.number_list import NumberList, NumberRow, RowState
from widgets.qr import QrCode
from widgets.stepper import Stepper
from widgets.tap_button import TapButton

STEPS = ("选号", "套餐", "资料", "确认", "支付", "取卡")
NOW = datetime(2026, 5, 1, 2, 0, tzinfo=UTC)

TEXTS = KeyTexts(
    done="完成",
    next="下一项",
    clear="清空",
    space="空格",
    choose="选定",
    hide="收起",
    to_letters="字母",
    to_candidates="拼音",
    prompt="请输入拼音，再选汉字",
    nothing="没有这个读音的字，请改拼音",
)

CHIPS = (
    Chip("no4", "不含4", 812, selected=True, hint="a"),
    Chip("AAA", "AAA", 62, hint="b"),
    Chip("AABB", "AABB", 51, hint="c"),
    Chip("ABAB", "ABAB", 58, hint="d"),
    Chip("ABCD", "ABCD", 0, hint="e"),
    Chip("birthday", "生日号", 1284, hint="f"),
    Chip("cheap", "≤ ¥100", hint="g"),
    Chip("prefix", "号段", hint="h"),
)

ROWS = (
    NumberRow("a", "138 5317 6688", (9, 13), ("预存 ¥500", "每月最低 ¥68", "协议 24 个月"), "选这个"),
    NumberRow("b", "150 9882 3788", (11, 13), ("预存 ¥100", "每月最低 ¥38", "协议 12 个月"), "选这个"),
    NumberRow("c", "139 5316 8888", (9, 13), state=RowState.ASK_STAFF, note="请咨询店员"),
    NumberRow("d", "186 6011 1234", (9, 13), ("预存 ¥0", "每月最低 ¥19", "无协议"), "选这个"),
    NumberRow("e", "157 2066 3788", state=RowState.BUSY, note="有人正在购买,约 12 分钟后可选"),
    NumberRow("f", "178 0640 0640", (4, 13), ("预存 ¥1,200", "每月最低 ¥128", "协议 36 个月"), "选这个"),
)


def buttons() -> Iterable[Widget]:
    yield Stepper(STEPS, 2)
    yield Static()
    yield MessageLine("已为您保留 138 5317 6688,请在 30 分钟内完成办理")
    yield MessageLine("这个号码刚被选走,请看看相近的号码", MessageLevel.WARNING)
    yield MessageLine("暂时连不上,请稍候", MessageLevel.ERROR)
    yield Static()
    with Horizontal() as row:
        row.styles.height = "auto"
        yield TapButton("选号入网", description="挑一个喜欢的号码", hint="1", variant="card")
        yield Static("  ", classes="gap")
        yield TapButton("我的订单", hint="3", id="quiet")
        yield Static("  ", classes="gap")
        yield TapButton("取消订单", hint="4", variant="warning")
        yield Static("  ", classes="gap")
        yield TapButton("不可用", disabled=True)
    yield ActionBar("上一步", "选套餐")


def digits() -> Iterable[Widget]:
    yield BigDigits("138 5317 8888", (9, 13))
    yield Static()
    yield BigDigits("0123456789 ¥1:2.5-", rows=3)
    yield Static()
    yield BigDigits("¥500.00", rows=5)
    yield Static()
    yield BigDigits("138 5317 8888", (9, 13), rows=5)
    yield Static()
    yield Countdown("剩余 {minutes} 分钟", lambda: NOW, deadline=NOW + timedelta(minutes=29, seconds=41))
    yield Countdown(
        "剩余 {minutes} 分钟", lambda: NOW, urgent="剩余 {clock}", deadline=NOW + timedelta(minutes=4, seconds=9)
    )
    yield Static()
    yield Countdown("剩余", lambda: NOW, large=True, deadline=NOW + timedelta(minutes=29, seconds=41))


def qr() -> Iterable[Widget]:
    yield QrCode("http://127.0.0.1:8000/pay/0123456789abcdef", too_small="屏幕太小,请到柜台付款")


def search() -> Iterable[Widget]:
    yield DigitBoxes(value="1__5___88__")
    yield Static()
    yield ChipRow(CHIPS, multiple=True)
    yield Static()
    yield NumberList(ROWS)


def keypad() -> Iterable[Widget]:
    yield KeyPad("X", done="完成", clear="清空")


def keyboard() -> Iterable[Widget]:
    yield Keyboard("letters", done="完成", space="空格")
    yield Static()
    yield Keyboard("email", done="完成", space="空格")


def captcha() -> Iterable[Widget]:
    yield Captcha(WORDS, random=Random(3))


def candidates() -> Iterable[Widget]:
    for letters, page in (("", 0), ("zhang", 0), ("zhang", 1), ("ouyangnana", 0), ("xzq", 0)):
        bar = CandidateBar(prompt=TEXTS.prompt, nothing=TEXTS.nothing)
        bar.typed = offer(letters)
        bar.page = page
        yield bar
        yield Static()


def form() -> Iterable[Widget]:
    with VerticalScroll(can_focus=True):
        yield Field("name", "姓名", required=True, kind=FieldKind.NAME, hint="与证件上一致", value="王小明")
        yield Field(
            "id", "证件号码", required=True, kind=FieldKind.ID_NUMBER, max_length=18, value="11010519491231002X"
        )
        yield Field("phone", "联系电话", kind=FieldKind.PHONE, max_length=11)
        yield Field("email", "电子邮箱", kind=FieldKind.EMAIL, hint="选填,用来收电子发票")
    yield ActionBar("上一步", "下一步")
    yield InputPanel(TEXTS, method_for=compose_names)


SCENES = {scene.__name__: scene for scene in (buttons, digits, qr, search, keypad, keyboard, candidates, captcha, form)}
SIZES = {"clerk": (80, 24), "landscape": (120, 40), "portrait": (80, 64)}
