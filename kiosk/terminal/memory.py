"""Sparing people the pauses of Python's garbage collection: what is loaded for good is left out of it, and full
collections come while nobody is doing anything."""

import gc
from typing import Final

from kiosk.terminal.lockdown import LockedApp

SETTLED_SECONDS: Final = 4.0
"""How long after the first screen the pages, the worker and the pinyin words have been loaded, give or take."""

PAUSE_SECONDS: Final = 1.0
"""Without a touch or a key for so long, a person reads or has gone."""

_LOOK_SECONDS: Final = 0.5

_ROUNDS_BETWEEN: Final = 200
"""Smaller collections before a full one that waits for no pause: 20 times Python's own, some 20 seconds of a flood."""


def spare_people_collections(app: LockedApp) -> None:
    """Once nobody is served, take all that lives now out of the collection, and from then on collect in pauses.

    A full collection otherwise walks over 160,000 objects, holds everything up for 100 ms, and comes every other
    second while screens change; without what was loaded it is still 50 ms. Nothing is spared during a visit: that
    is never found to be garbage, and nothing of a person may be among it. Call it on the app's loop.
    """
    pauses = Pauses(app)

    def settle() -> None:
        if app.idle_watched():
            app.set_timer(SETTLED_SECONDS, settle)
        else:
            gc.collect()
            gc.freeze()
            young, middle, _ = gc.get_threshold()
            gc.set_threshold(young, middle, _ROUNDS_BETWEEN)
            app.set_interval(_LOOK_SECONDS, pauses.look)

    app.set_timer(SETTLED_SECONDS, settle)


class Pauses:
    """Collects once in every pause of the person at the app."""

    def __init__(self, app: LockedApp) -> None:
        self._app = app
        self._collected_after = app.heard_at

    def look(self) -> None:
        """Collect if somebody did something and has done nothing for `PAUSE_SECONDS`."""
        heard_at = self._app.heard_at
        if heard_at != self._collected_after and self._app.quiet_seconds >= PAUSE_SECONDS:
            self._collected_after = heard_at
            gc.collect()
