"""A button that may be pressed again only after a while, and says how long that is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from textual.reactive import reactive

from widgets.tap_button import TapButton

_LOOK_EVERY_SECONDS = 0.5


class WaitButton(TapButton):
    """Disabled until `free_at` by the clock it is given; `waiting` is its label meanwhile, with `{seconds}`.

    A wait of minutes is told as m:ss by `{clock}`.

    ```python
    yield WaitButton("获取验证码", waiting="{seconds} 秒后可重发", now=clock.now, free_at=None)
    ```
    """

    free_at: reactive[datetime | None] = reactive(None, init=False)
    """When it may be pressed, timezone-aware; None for at once."""

    def __init__(
        self,
        label: str,
        *,
        waiting: str,
        now: Callable[[], datetime],
        free_at: datetime | None = None,
        hint: str = "",
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(label, hint=hint, id=id, classes=classes)
        self._free_label = label
        self._waiting = waiting
        self._now = now
        self.set_reactive(WaitButton.free_at, free_at)

    def on_mount(self) -> None:
        """Look at the clock now and from now on."""
        self.tick()
        self.set_interval(_LOOK_EVERY_SECONDS, self.tick)

    def watch_free_at(self) -> None:
        """Wait for another instant."""
        if self.is_mounted:
            self.tick()

    def name_free(self, label: str) -> None:
        """Say something else once it may be pressed."""
        self._free_label = label
        self.tick()

    def tick(self) -> None:
        """Show what is left to wait, if anything is."""
        left = self.free_at - self._now() if self.free_at is not None else timedelta()
        # A second that has begun still counts.
        seconds = max(0, -(-left // timedelta(seconds=1)))
        self.disabled = seconds > 0
        clock = f"{seconds // 60}:{seconds % 60:02}"
        self.label = self._waiting.format(seconds=seconds, clock=clock) if seconds else self._free_label
