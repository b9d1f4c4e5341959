"""The terminal's window: its size, and what it can show and tell."""

import os
import re
import sys
from collections.abc import Iterator
from typing import Final

from kiosk.cli.doctor.finding import Finding, Status, judged
from kiosk.cli.doctor.questions import Answers, ask_terminal
from kiosk.locale import Translator

_COLUMNS, _ROWS = 80, 24
_SAMPLE: Final = "选号入网 138 5317 8888 ▀▄█ ✓ ●"
_HANZI: Final = ("国", "\N{CJK UNIFIED IDEOGRAPH-4DAE}", "\N{CJK UNIFIED IDEOGRAPH-2CB4E}", "，")
"""A common one, two rare ones that names are written with, and a full-width comma."""

_NARROW: Final = ("█", "▀", "─", "●", "✓", "·", "¥", "…")
"""One cell each for the program; some terminals show them in two, by a setting for East Asian texts."""

_FOOT: Final = re.compile(r"foot\((\d+)\.(\d+)")
_TOUCH_SINCE: Final = (1, 16)


def of_display(tr: Translator) -> Iterator[Finding]:
    """Ask the terminal about itself; in a pipe there is none to ask."""
    check = tr("显示")
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        yield Finding("display", check, Status.NOTICE, tr("不在终端窗口中，无法检查显示、触摸和键盘"))
        return
    size = os.get_terminal_size()
    big_enough = size.columns >= _COLUMNS and size.lines >= _ROWS
    yield judged(
        "size",
        tr("窗口大小"),
        f"{size.columns}×{size.lines}",
        tr("窗口至少需要 80×24"),
        otherwise=None if big_enough else Status.PROBLEM,
    )
    in_unicode = "UTF8" in _locale().upper().replace("-", "")
    yield judged(
        "locale",
        tr("字符编码"),
        _locale(),
        tr("请设置 LANG=C.UTF-8"),
        otherwise=None if in_unicode else Status.PROBLEM,
    )
    term = os.environ.get("TERM", "")
    answers = ask_terminal(sys.stdin.fileno(), sys.stdout.fileno(), (*_HANZI, *_NARROW))
    yield from judge(tr, answers, term, os.environ.get("COLORTERM", ""))


def judge(tr: Translator, answers: Answers, term: str, colorterm: str) -> Iterator[Finding]:
    """What the answers mean for the terminal, beside the two variables that programs go by."""
    yield _kind(tr, answers, term)
    yield _widths(tr, answers)
    yield Finding(
        "font", tr("字体"), Status.NOTICE, _SAMPLE, tr("如有方框或乱码，请安装等宽中文字体，如 fonts-noto-cjk")
    )
    full_colour = answers.full_colour or colorterm in {"truecolor", "24bit"}
    yield judged(
        "colours",
        tr("颜色"),
        tr("1600 万色") if full_colour else tr("可能只有 256 色"),
        tr("终端若支持，请设置 COLORTERM=truecolor"),
        otherwise=None if full_colour else Status.NOTICE,
    )
    yield _touch(tr, answers)
    keys = tr("有扩展协议，本程序不启用") if answers.extended_keys else tr("普通按键")
    yield Finding("keyboard", tr("键盘"), Status.OK, keys)
    yield _extra(tr, "paste", tr("粘贴"), answers.modes.get(2004), tr("粘贴的内容会被当作按键"))
    yield _extra(tr, "synchronised", tr("整屏刷新"), answers.modes.get(2026), tr("画面更新时可能闪动"))
    yield _extra(tr, "sixel", tr("图片"), answers.sixel, tr("图片用半格色块显示"))


def _kind(tr: Translator, answers: Answers, term: str) -> Finding:
    check = tr("终端程序")
    detail = tr("{name}，TERM={term}", name=answers.name or tr("未说明名称"), term=term or "-")
    if term in {"", "dumb"}:
        return Finding("terminal", check, Status.PROBLEM, detail, tr("请设置 TERM=xterm-256color"))
    version = _FOOT.match(answers.name or "")
    if version is not None and (int(version[1]), int(version[2])) < _TOUCH_SINCE:
        remedy = tr("这个版本的 foot 不支持触摸屏，请使用 Debian 13")
        return Finding("terminal", check, Status.NOTICE, detail, remedy)
    return Finding("terminal", check, Status.OK, detail)


def _widths(tr: Translator, answers: Answers) -> Finding:
    check = tr("汉字宽度")
    if not answers.widths:
        return Finding("widths", check, Status.NOTICE, tr("终端没有回答，无法检查"))
    wrong = [text for text in _HANZI if answers.widths[text] != 2]  # noqa: PLR2004  # the cells of a Hanzi
    wrong += [text for text in _NARROW if answers.widths[text] != 1]
    if not wrong:
        return Finding("widths", check, Status.OK, tr("汉字两格，符号一格"))
    shown = " ".join(tr("{text} 占 {cells} 格", text=text, cells=answers.widths[text]) for text in wrong)
    return Finding("widths", check, Status.PROBLEM, shown, tr("请使用 foot，或在终端设置中把宽度不明的字符设为一格"))


def _touch(tr: Translator, answers: Answers) -> Finding:
    known = [answers.modes.get(mode) for mode in (1003, 1006)]
    check = tr("触摸和鼠标")
    if None in known:
        return Finding("mouse", check, Status.NOTICE, tr("终端没有回答，无法检查"))
    return judged(
        "mouse",
        check,
        tr("可用") if all(known) else tr("不可用"),
        tr("请换一个支持鼠标的终端程序，如 foot"),
        otherwise=None if all(known) else Status.PROBLEM,
    )


def _extra(tr: Translator, id_: str, check: str, has: bool | None, without: str) -> Finding:
    """Something a terminal may lack: what that means is a notice, not a problem."""
    detail = {True: tr("支持"), False: without, None: tr("终端没有回答，无法检查")}[has]
    return judged(id_, check, detail, "", otherwise=None if has else Status.NOTICE)


def _locale() -> str:
    return os.environ.get("LC_ALL") or os.environ.get("LC_CTYPE") or os.environ.get("LANG") or "C"
