"""A scanner has read something: the screen in sight gets it if it asked for such a code, or says what it wants."""

from collections.abc import Sequence
from typing import Any

from textual.screen import Screen

from kiosk.domain.scans import ORDER_NUMBER, ScanContext
from kiosk.locale import Translator
from screens.kiosk_screen import KioskScreen
from widgets.notice_strip import NoticeStrip


def take_scan(screen: Screen[Any], tr: Translator, text: str) -> None:
    """Give the screen the code it declared in `SCANS`, clean; anything else changes nothing and is said in a line.

    While the screen isn't whole the newest code waits, for whichever screen is in sight then.
    """
    if not isinstance(screen, KioskScreen):
        NoticeStrip.show(screen, _what_is_wanted(tr, ()))
        return
    if not screen.is_whole:
        screen.when_whole(lambda: take_scan(screen.app.screen, tr, text))
        return
    for context in screen.SCANS:
        code = context.read(text)
        if code is not None:
            screen.scanned(context, code)
            return
    NoticeStrip.show(screen, "    ".join(_what_is_wanted(each, screen.SCANS) for each in screen.translators))


def _what_is_wanted(tr: Translator, wanted: Sequence[ScanContext]) -> str:
    if ORDER_NUMBER in wanted:
        return tr("请扫描小票上的订单码")
    return tr("这里不需要扫码")
