"""What the captcha says, its sums written out so that a voice can read them (SPEC 3.7)."""

from typing import Final

from textual.binding import Binding

from kiosk.domain.numerals import in_chinese, in_english
from kiosk.locale import Translator
from widgets.captcha import CHANGE_KEY, OTHER_WAY_KEY, CaptchaWords

CAPTCHA_KEYS: Final = (
    Binding(f"{CHANGE_KEY.lower()},{CHANGE_KEY}", "press('captcha-change')", show=False),
    Binding(f"{OTHER_WAY_KEY.lower()},{OTHER_WAY_KEY}", "press('captcha-other-way')", show=False),
)
"""For a screen that asks one: its hints are shown."""


def captcha_words(tr: Translator) -> CaptchaWords:
    """Everything that a captcha says in this language."""
    return CaptchaWords(
        label=tr("答案"),
        picture_hint=tr("请输入图中的 4 位数字"),
        sum_hint=tr("请输入得数"),
        in_words=lambda first, second: tr(
            "{first}加{second}等于几？", first=_in_words(tr, first), second=_in_words(tr, second)
        ),
        change=tr("换一个"),
        to_sums=tr("改为文字题"),
        to_picture=tr("改为图片"),
        check=tr("确定"),
        wrong=tr("不对，请看新的再试"),
        one_more=tr("对了，还有一题"),
        solved=tr("验证通过"),
    )


def _in_words(tr: Translator, number: int) -> str:
    return tr.pick(in_chinese(number), in_english(number))
