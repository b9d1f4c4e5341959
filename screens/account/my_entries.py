"""What "my page" leads to, declared once; the page names no screen."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from kiosk.locale import Translator
from screens.kiosk_screen import KioskScreen


@dataclass(frozen=True, slots=True)
class MyEntry:
    """One entry: what it says, and the screen that it shows."""

    name: str
    """Of its button."""
    label: Callable[[Translator], str]
    description: Callable[[Translator], str]
    screen: Callable[[], KioskScreen]


MY_ENTRIES: Final[tuple[MyEntry, ...]] = ()
"""Above all that concerns the account itself."""
