"""Sparing people a pause: what the program has loaded for good is no longer looked through for garbage."""

import gc
from typing import Final

from kiosk.terminal.lockdown import LockedApp

SETTLED_SECONDS: Final = 4.0
"""How long after the first screen the pages, the worker and the pinyin words have been loaded, give or take."""


def spare_what_is_loaded(app: LockedApp) -> None:
    """Once nobody is served, take all that lives now out of Python's garbage collection; call it on the app's loop.

    A full collection otherwise walks over 160,000 objects, holds everything up for 100 ms, and comes every other
    second while screens change. Not during a visit: what is spared is never found to be garbage, and nothing of a
    person may be among it.
    """

    def settle() -> None:
        if app.idle_watched():
            app.set_timer(SETTLED_SECONDS, settle)
        else:
            gc.collect()
            gc.freeze()

    app.set_timer(SETTLED_SECONDS, settle)
