"""Typing Chinese: whether the lexicon is there, or can be made; the terminal makes it, never the doctor."""

from collections.abc import Iterator
from pathlib import Path

from kiosk.cli.doctor.finding import Finding, Status
from kiosk.locale import Translator
from widgets.pinyin.lexicon import LexiconUnavailable, lexicon_file
from widgets.pinyin.lexicon_file import Damaged, map_shelves


def of_pinyin(tr: Translator, folder: Path) -> Iterator[Finding]:
    """Look for the lexicon of this edition in `folder`, and read it whole."""
    check = tr("拼音词库")
    try:
        file = lexicon_file(folder)
    except LexiconUnavailable as fault:
        yield Finding("pinyin", check, Status.PROBLEM, str(fault), tr("请重新安装本程序"))
        return
    try:
        map_shelves(file)
    except (OSError, Damaged):
        remedy = tr("请启动终端；若一直没有，请在日志中查找 {event}", event="input_methods_unavailable")
        yield Finding("pinyin", check, Status.NOTICE, tr("将在终端下次启动时生成"), remedy)
    else:
        yield Finding("pinyin", check, Status.OK, str(file))
