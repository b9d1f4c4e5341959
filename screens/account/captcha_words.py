"""What the captcha says, its sums written out so that a voice can read them (SPEC 3.7)."""

from typing import Final

from kiosk.locale import Translator
from widgets.captcha import CaptchaWords

_DIGITS: Final = "零一二三四五六七八九"
_UNDER_TWENTY: Final = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
    "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS: Final = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


def captcha_words(tr: Translator) -> CaptchaWords:
    """Everything that a captcha says in this language."""
    return CaptchaWords(
        label=tr("答案"),
        picture_hint=tr("请输入图中的 4 位数字"),
        sum_hint=tr("请输入得数"),
        in_words=lambda first, second: tr(
            "{first}加{second}等于几？", first=in_words(tr, first), second=in_words(tr, second)
        ),
        change=tr("换一个"),
        to_sums=tr("改为文字题"),
        to_picture=tr("改为图片"),
        check=tr("确定"),
        wrong=tr("不对，请看新的再试"),
        one_more=tr("对了，还有一题"),
        solved=tr("验证通过"),
    )


def in_words(tr: Translator, number: int) -> str:
    """A number from 0 to 99, written out.

    >>> in_words(Translator("zh"), 34), in_words(Translator("en"), 34)
    ('三十四', 'thirty-four')
    """
    tens, ones = divmod(number, 10)
    if tr.language == "zh":
        if not tens:
            return _DIGITS[ones]
        return f"{_DIGITS[tens] if tens > 1 else ''}十{_DIGITS[ones] if ones else ''}"
    if number < len(_UNDER_TWENTY):
        return _UNDER_TWENTY[number]
    return _TENS[tens - 2] + (f"-{_UNDER_TWENTY[ones]}" if ones else "")
