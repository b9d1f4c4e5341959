"""The time that is left, calm until there is little of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from textual.app import ComposeResult
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Static

from widgets.big_digits import BigDigits

_LOOK_EVERY_SECONDS = 0.5
_MINUTE_SECONDS = 60


class Countdown(Widget):
    """Counts down to `deadline` by the clock it is given, and never by any other.

    Until `soon` only whole minutes are told, muted (`label` is a format string with `{minutes}`); then every
    second, coloured (`urgent`, with `{clock}` as m:ss); then `over`. With `large` the clock is drawn in large
    digits under `label`, which is then a plain caption. `Soon` and `Expired` are posted once for each deadline.

    ```python
    countdown = Countdown("剩余 {minutes} 分钟", clock.now, urgent="剩余 {clock}", over="已超时")
    countdown.deadline = hold.expires_at
    ```
    """

    DEFAULT_CSS = """
    Countdown {
        width: auto;
        height: 1;
        color: $muted;
        & Static { width: auto; height: 1; }
        & BigDigits { width: auto; color: $foreground; margin-top: 1; }
        &.-large { height: auto; }
        &.-large Static { width: auto; }
        &.-soon { color: $warning; text-style: bold; }
        &.-soon BigDigits { color: $warning; }
    }
    """
    ALLOW_SELECT = False

    deadline: reactive[datetime | None] = reactive(None, init=False)
    """When time is up, timezone-aware; None shows nothing."""

    @dataclass
    class Soon(Message):
        """Little time is left: an offer of more would be in place."""

        countdown: Countdown

        @property
        def control(self) -> Countdown:
            """The countdown."""
            return self.countdown

    @dataclass
    class Expired(Message):
        """The deadline has passed."""

        countdown: Countdown

        @property
        def control(self) -> Countdown:
            """The countdown."""
            return self.countdown

    def __init__(
        self,
        label: str,
        now: Callable[[], datetime],
        *,
        urgent: str = "{clock}",
        over: str = "0:00",
        soon: timedelta = timedelta(minutes=5),
        large: bool = False,
        deadline: datetime | None = None,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._label = label
        self._now = now
        self._urgent = urgent
        self._over = over
        self._soon = soon
        self._large = large
        self._told_soon = False
        self._told_expired = False
        self._text = Static("", markup=False)
        self._digits = BigDigits()
        self.set_reactive(Countdown.deadline, deadline)
        self.set_class(large, "-large")

    def compose(self) -> ComposeResult:
        """The text, and the large digits where they are wanted."""
        yield self._text
        if self._large:
            yield self._digits

    def on_mount(self) -> None:
        """Look at the clock now and from now on."""
        self.tick()
        self.set_interval(_LOOK_EVERY_SECONDS, self.tick)

    def watch_deadline(self) -> None:
        """Start afresh: a new deadline tells of its nearness and its end again."""
        self._told_soon = self._told_expired = False
        if self.is_mounted:
            self.tick()

    @property
    def remaining(self) -> timedelta | None:
        """What is left, never negative; None without a deadline."""
        if self.deadline is None:
            return None
        return max(timedelta(0), self.deadline - self._now())

    def tick(self) -> None:
        """Show what is left now, and tell once when it becomes little or nothing."""
        remaining = self.remaining
        if remaining is None:
            self._show("", "")
            self.remove_class("-soon")
            return
        # A second that has begun still counts, so that 0:00 means that time is up.
        seconds = -(-remaining // timedelta(seconds=1))
        clock = f"{seconds // _MINUTE_SECONDS}:{seconds % _MINUTE_SECONDS:02}"
        is_soon = remaining <= self._soon
        self.set_class(is_soon, "-soon")
        if not remaining:
            self._show(self._over, "0:00")
        elif is_soon:
            self._show(self._urgent.format(clock=clock), clock)
        else:
            self._show(self._label.format(minutes=seconds // _MINUTE_SECONDS, clock=clock), clock)
        if is_soon and not self._told_soon:
            self._told_soon = True
            if remaining:
                self.post_message(self.Soon(self))
        if not remaining and not self._told_expired:
            self._told_expired = True
            self.post_message(self.Expired(self))

    def _show(self, text: str, clock: str) -> None:
        shown = (self._label if clock else "") if self._large else text
        if self._text.content != shown:
            self._text.update(shown)
        if self._large:
            self._digits.text = clock
