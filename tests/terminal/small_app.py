"""A small locked app for the tests of the terminal, and a program that runs it on a real one.

Arguments of the program: LOG FLAG…, flags: `quit` (Ctrl+C twice leaves), `stuck` (leaving never ends), `plain`
(an ordinary Textual app instead), `scanner` (one may be typing), `crash` (every submitted line raises, with a
planted ID number around).
"""

import asyncio
import sys
from pathlib import Path

from kiosk.terminal.environment import scrub_environment

if __name__ == "__main__" and "plain" not in sys.argv:
    scrub_environment()

import structlog
from textual import events
from textual.app import App, ComposeResult
from textual.screen import Screen
from textual.widgets import Button, Input, Static

from kiosk.terminal.driver import Scanned
from kiosk.terminal.lockdown import LockedApp, run_locked

PLANTED_ID = "37010219900101123X"


class Attract(Screen[None]):
    def compose(self) -> ComposeResult:
        yield Static("touch anywhere", id="invitation")


class Visit(Screen[None]):
    def compose(self) -> ComposeResult:
        yield Input(id="name")
        yield Button("next", id="next")
        yield Static("nothing", id="answer")


class SmallApp(LockedApp):
    MODES = {"attract": Attract, "visit": Visit}

    def on_mount(self) -> None:
        self.switch_mode("attract")


class Echo(Screen[None]):
    """Shows each line typed anywhere, and every paste, between angle brackets."""

    def compose(self) -> ComposeResult:
        yield Input()
        yield Button("next")
        yield Static("<ready>", id="answer", markup=False)

    def show(self, text: str) -> None:
        self.query_one("#answer", Static).update(f"<{text}>")


class EchoApp(LockedApp):
    MODES = {"attract": Echo, "visit": Echo}
    flags: frozenset[str] = frozenset()
    typed = ""

    def on_mount(self) -> None:
        self.switch_mode("attract")

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key) and not event.is_forwarded:
            if event.key == "enter":
                line, self.typed = self.typed[-70:], ""
                if "crash" in self.flags:
                    self.call_later(self.fail, PLANTED_ID)
                elif isinstance(self.screen, Echo):
                    self.screen.show(line)
            elif event.is_printable:
                self.typed += event.character or ""
            else:
                self.typed += f"[{event.key}]"
        elif isinstance(event, events.Paste) and not event.is_forwarded and isinstance(self.screen, Echo):
            self.screen.show(f"paste {len(event.text)} {event.text[:20]}")
        await super().on_event(event)

    def on_scanned(self, event: Scanned) -> None:
        field = self.screen.query_one(Input)
        assert isinstance(self.screen, Echo)
        self.screen.show(f"scan {event.text}, field {field.value}, focus {field.has_focus}")

    def fail(self, id_number: str) -> None:
        raise ValueError(f"no such person: {id_number}")

    async def on_leave(self) -> None:
        structlog.get_logger().info("numbers_given_back")
        if "stuck" in self.flags:
            await asyncio.get_running_loop().run_in_executor(None, __import__("threading").Event().wait)


class PlainApp(App[None]):
    def compose(self) -> ComposeResult:
        yield Input()
        yield Static("<ready>", markup=False)


def main(log: str, flags: frozenset[str]) -> int:
    with Path(log).open("a") as file:
        structlog.configure(logger_factory=structlog.PrintLoggerFactory(file))
        if "plain" in flags:
            app = PlainApp()
            app.run()
            return app.return_code or 0
        locked = EchoApp(
            allow_quit="quit" in flags, has_scanner="scanner" in flags, calm_seconds=0.3, leave_seconds=0.5
        )
        locked.flags = flags
        return run_locked(locked)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], frozenset(sys.argv[2:])))
