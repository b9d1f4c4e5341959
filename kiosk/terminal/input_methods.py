"""Typing Chinese: a lexicon read in the background, and from it a fresh input method for each field that wants one."""

import math
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from time import monotonic
from typing import Final, Protocol

from kiosk.terminal.crash import log_crash
from widgets.field import FieldKind
from widgets.input_method import InputMethod

PATIENCE_SECONDS: Final = 300.0
"""No sooner after a failure is loading tried again: it keeps a core busy for seconds."""


class MethodFor(Protocol):
    """Makes the input method for a kind of field; None where letters go straight in."""

    def __call__(self, kind: FieldKind, places: Sequence[str] = (), /) -> InputMethod | None:
        """The `places` are those that an address is likeliest to name."""


def letters_only(_kind: FieldKind, _places: Sequence[str] = (), /) -> None:
    """No input method for any field."""
    return


class InputMethods:
    """What the terminal's fields are typed by: letters at first, and more once `load` has come back.

    What `load` gives is shared by all visits, so it must keep nothing of what is typed. Should it fail, letters it
    is for now, and the log says why: a full disk or a slow machine at the start may be better for a later visit.
    """

    def __init__(
        self, load: Callable[[], MethodFor] = lambda: letters_only, *, seconds: Callable[[], float] = monotonic
    ) -> None:
        self._load = load
        self._seconds = seconds
        self._method_for: MethodFor = letters_only
        self._next_try: float | None = -math.inf
        """When loading may begin; None while it is under way, and once it is done."""

    def begin(self) -> None:
        """Load in a thread of its own, which nobody waits for: the program may end before it does.

        May be called as often as one likes: what is loaded stays, and a failure is given some minutes.
        """
        if self._next_try is not None and self._seconds() >= self._next_try:
            self._next_try = None
            threading.Thread(target=self.load_now, name="input methods", daemon=True).start()

    def load_now(self) -> None:
        """Load, and return when that is done."""
        self._next_try = None
        try:
            self._method_for = self._load()
        except Exception as fault:  # noqa: BLE001  # whatever is wrong with a lexicon, numbers can be sold without it
            log_crash("input_methods_unavailable", fault)
            self._next_try = self._seconds() + PATIENCE_SECONDS

    def method_for(self, kind: FieldKind, places: Sequence[str] = ()) -> InputMethod | None:
        """A new input method for a field; None where letters go straight in."""
        return self._method_for(kind, places)


def pinyin_methods(folder: Path) -> MethodFor:
    """Open the lexicon kept in `folder`, made there at the first start; takes seconds."""
    # Heavy, and not needed for the first screen.
    from widgets.pinyin.lexicon import open_lexicon  # noqa: PLC0415  # see above
    from widgets.pinyin.method import PinyinMethod  # noqa: PLC0415  # see above
    from widgets.pinyin.purpose import NAMES, places  # noqa: PLC0415  # see above

    lexicon = open_lexicon(folder)

    def method_for(kind: FieldKind, likely: Sequence[str] = (), /) -> InputMethod | None:
        match kind:
            case FieldKind.NAME:
                return PinyinMethod(lexicon, NAMES)
            case FieldKind.PLACE:
                return PinyinMethod(lexicon, places(likely))
            case _:
                return None

    return method_for
