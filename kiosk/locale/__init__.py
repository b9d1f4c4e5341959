"""Message catalogues: Chinese is the source text, other languages are gettext catalogues beside this file."""

import gettext
from functools import cache
from pathlib import Path

LANGUAGES = ("zh", "en")


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    if language == "zh":
        return gettext.NullTranslations()
    return gettext.translation("kiosk", Path(__file__).parent, languages=[language])


class Translator:
    """Turns a Chinese source text into the chosen language and fills in its named values.

    >>> Translator("zh")("还剩 {minutes} 分钟", minutes=3)
    '还剩 3 分钟'
    """

    __slots__ = ("_gettext", "language")

    def __init__(self, language: str) -> None:
        if language not in LANGUAGES:
            raise ValueError(f"language must be one of {', '.join(LANGUAGES)}, not {language!r}")
        self.language = language
        self._gettext = _catalogue(language).gettext

    def __call__(self, msgid: str, **values: object) -> str:
        """The text in this language, with `{name}` replaced by the value of that name."""
        text = self._gettext(msgid)
        return text.format(**values) if values else text

    def pick(self, zh: str, en: str) -> str:
        """Choose between a data row's two names."""
        return en if self.language == "en" and en else zh
