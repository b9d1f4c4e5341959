"""What the pinyin tests share: a lexicon made once, and letters typed one after another."""

from collections.abc import Iterable

from widgets.input_method import Typed
from widgets.pinyin.method import PinyinMethod


def typing(method: PinyinMethod, keys: Iterable[str]) -> Typed:
    """What the last of these keys gives."""
    return [method.feed(key) for key in keys][-1]


def choosing(method: PinyinMethod, typed: Typed, text: str) -> Typed:
    """Take the candidate that reads so."""
    return method.choose(typed.candidates.index(text))


def first_screen(typed: Typed, cells: int = 72) -> list[str]:
    """The candidates that fit in a row, each with four cells around it."""
    shown: list[str] = []
    for text in typed.candidates:
        cells -= 2 * len(text) + 4
        if cells < 0:
            break
        shown.append(text)
    return shown
