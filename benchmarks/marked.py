"""The kiosk, or a trivial Textual app, that tells the other end of its terminal when a key has been answered.

A key is answered once everything typed up to it has been dealt with by the app, its screen and the widget that has
the focus, and the frame that shows it is written. Behind that frame comes `ANSWERED`. What is asked about is the
input before `MARK`, a character that nobody types; it goes no further than here.

Argument: `kiosk` or `trivial`.
"""

import sys
from collections.abc import Callable
from typing import Any

from kiosk.terminal.environment import scrub_environment

if __name__ == "__main__":
    scrub_environment()

from textual import events
from textual.app import App, ComposeResult
from textual.widgets import Label

from kiosk.cli.ending import end_well
from kiosk.cli.run import run

MARKS = [chr(code) for code in range(0x20000, 0x21000)]


def answer_to(mark: str) -> bytes:
    """What the program writes once the input before this mark is answered."""
    return f"\x1b]777;{ord(mark):x}\x07".encode()


class Trivial(App[None]):
    """Shows the last key."""

    def compose(self) -> ComposeResult:
        """One line."""
        yield Label("ready", id="label")

    def on_key(self, event: events.Key) -> None:
        """Show it."""
        self.query_one("#label", Label).update(f"key {event.key}")


def _tell(app: App[Any], mark: str) -> None:
    """Write the answer behind the frame that shows what came before.

    A key passes from queue to queue, down to what has the focus and back up to the app; so does this, behind it.
    """
    driver, screen = app._driver, app.screen
    if driver is None:
        return
    calls: list[Callable[[Callable[[], object]], object]] = [
        screen.call_later,
        (screen.focused or screen).call_later,
        screen.call_later,
        app.call_later,
        screen.call_after_refresh,
    ]

    def next_queue() -> None:
        if calls:
            calls.pop(0)(next_queue)
        else:
            driver.write(answer_to(mark).decode())

    next_queue()


def tell_answers() -> None:
    """Let every app of this process tell them."""
    usual, marks = App.on_event, frozenset(MARKS)

    async def on_event(app: App[Any], event: events.Event) -> None:
        if isinstance(event, events.Key) and event.character in marks:
            _tell(app, event.character)
        else:
            await usual(app, event)

    App.on_event = on_event  # type: ignore[method-assign]  # that is what is measured here


if __name__ == "__main__":
    tell_answers()
    if sys.argv[1] == "trivial":
        Trivial().run()
    else:
        sys.exit(end_well(run))
