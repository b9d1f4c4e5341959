"""What a captcha says in the pictures and tests of the widget."""

from widgets.captcha import CaptchaWords

_NUMERALS = "零一二三四五六七八九"


def written(number: int) -> str:
    tens, ones = divmod(number, 10)
    if not tens:
        return _NUMERALS[ones]
    return f"{_NUMERALS[tens] if tens > 1 else ''}十{_NUMERALS[ones] if ones else ''}"


WORDS = CaptchaWords(
    label="验证码",
    picture_hint="请输入图中的 4 位数字",
    sum_hint="请输入得数",
    in_words=lambda first, second: f"{written(first)}加{written(second)}等于几？",
    change="换一个",
    to_sums="改为文字题",
    to_picture="改为图片",
    check="确定",
    wrong="不对，请看新的再试",
    one_more="对了，还有一题",
    solved="验证通过",
)
