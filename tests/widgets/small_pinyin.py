"""An input method of a few syllables, which does all that one may do: compose, offer, leave a rest, take back."""

from __future__ import annotations

from widgets.field import FieldKind
from widgets.input_method import Typed

WORDS = {
    "zhang": [*"张章彰漳璋樟獐鄣嫜蟑长掌涨仉杖丈帐账仗胀障嶂瘴幛"],
    "wei": [*"伟威维卫巍薇炜玮蔚韦未味为位围"],
    "ouyang": ["欧阳", "殴杨", "欧", "区", "瓯"],
    "na": [*"娜那纳钠拿哪呐捺衲"],
    "nana": ["娜娜", "娜", "那", "纳"],
    "ouyangnana": ["欧阳娜娜", "欧阳", "欧", "区"],
}
_LETTERS_OF = {"欧阳": "ouyang", "殴杨": "ouyang", "欧": "ou", "区": "ou", "瓯": "ou"}


class SmallPinyin:
    """Knows the words above, each also by what has been typed of it so far."""

    def __init__(self) -> None:
        self._open = ""
        self._before: list[tuple[str, str]] = []

    def feed(self, key: str) -> Typed:
        if key == "backspace":
            return self._back()
        if key == "enter" and self._open:
            letters = self._open
            self.reset()
            return Typed(commit=letters)
        if len(key) == 1 and ("a" <= key <= "z" or (key == "'" and self._open)):
            if not self._open:
                self._before = []
            self._open += key
            return self._offer()
        return Typed(handled=False)

    def choose(self, index: int) -> Typed:
        chosen = self._candidates()[index]
        self._before.append((self._open, chosen))
        used = _LETTERS_OF.get(chosen, self._open)
        self._open = self._open[len(used) :] if self._open != used else ""
        return Typed(commit=chosen, composing=self._open, candidates=self._candidates())

    def reset(self, before: int = 0) -> None:
        self._open, self._before = "", []

    def _back(self) -> Typed:
        if self._before and (not self._open or self._before[-1][0].endswith(self._open)):
            self._open, chosen = self._before.pop()
            return Typed(retract=len(chosen), composing=self._open, candidates=self._candidates())
        if not self._open:
            return Typed(handled=False)
        self._open = self._open[:-1]
        return self._offer()

    def _offer(self) -> Typed:
        return Typed(composing=self._open, candidates=self._candidates())

    def _candidates(self) -> tuple[str, ...]:
        if not self._open:
            return ()
        found = [word for letters, words in WORDS.items() if letters.startswith(self._open) for word in words]
        return tuple(dict.fromkeys(found))


def compose_names(kind: FieldKind) -> SmallPinyin | None:
    """Names are typed by it, nothing else."""
    return SmallPinyin() if kind is FieldKind.NAME else None


def offer(letters: str) -> Typed:
    """What it makes of some letters."""
    method = SmallPinyin()
    typed = Typed()
    for letter in letters:
        typed = method.feed(letter)
    return typed
