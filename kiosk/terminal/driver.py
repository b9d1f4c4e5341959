"""The driver between the tty and the app: filtered input, no job control, a terminal that is always left clean.

Textual 8.2.8's own driver ends the app, with status 0, on bytes that are not UTF-8, on an in-band resize report
followed by a tap and on a key report with a giant number; reads the size from the environment first; starts a
second input thread after SIGCONT; and waits for ever once the terminal is gone. Each override says which.
"""

import asyncio
import os
import selectors
import signal
import sys
import termios
import threading
import time
import tty
from collections.abc import Iterable
from io import TextIOWrapper
from typing import IO, Any, Final, Protocol, cast

import structlog
from textual import events
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver
from textual.geometry import Size
from textual.message import Message

from kiosk.terminal.inbox import BURST_PAUSE_SECONDS, FLOOD_ROOM, HandOver, Inbox
from kiosk.terminal.input_filter import Budget, InputFilter
from kiosk.terminal.scan import ENDS, Dropped, InputOrScan, Scan, ScanWatch
from kiosk.terminal.steady_file import SteadyFile

LARGEST_SIZE: Final = (640, 240)
"""Columns and rows beyond which a terminal isn't believed: 65,535 squared would fill the memory."""

QUIT_SECONDS: Final = 2.0
"""Within how many seconds a second Ctrl+C leaves a demonstration."""

_READ_BYTES: Final = 4096
_WAKE_SECONDS: Final = 0.1
_PENDING_WAKE_SECONDS: Final = 0.02
_IGNORED_SIGNALS: Final = (signal.SIGTSTP, signal.SIGINT, signal.SIGQUIT)
_LEAVING_SIGNALS: Final = (signal.SIGTERM, signal.SIGHUP)

_HIDDEN_MODES_OFF: Final = "\x1b[?1004l"
_ERASED: Final = "\x1b[0m\x1b[H\x1b[2J"
_RESTORED: Final = (
    f"\x1b[?2026l\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[?2004l\x1b[?7h{_ERASED}\x1b[?1049l\x1b[?25h"
)

_log = structlog.get_logger("kiosk.terminal")


class Leaver(Protocol):
    """What the driver needs of its app: a way to ask it to end in order, and what its input may mean."""

    allow_quit: bool
    """Whether Ctrl+C twice ends it."""
    has_scanner: bool
    """Whether a scanner may be typing; if so, characters are held back until that is known."""

    def request_leave(self, status: int = 0) -> None:
        """Give everything back and end with `status`."""


class Scanned(events.Event, bubble=False):
    """A scanner read a code. `text` is as it came: take from it only what was asked for."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


class LockedDriver(LinuxDriver):
    """Textual's driver for a real terminal, locked. Its app is a `Leaver`."""

    def __init__(
        self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        self._signals_before = {
            number: signal.getsignal(number) for number in (*_IGNORED_SIGNALS, signal.SIGCONT, signal.SIGWINCH)
        }
        super().__init__(app, debug=False, mouse=mouse, size=size)
        self._leaver = cast(Leaver, app)
        self._file = cast(TextIOWrapper, SteadyFile(cast(IO[str], sys.__stderr__)))
        if size is None:
            # Left unset, the app would ask the environment's COLUMNS and LINES, and without a limit.
            self._size = self._get_terminal_size()
        for number in _IGNORED_SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        self._moves = Budget(burst=60, per_second=60, now=time.monotonic())
        self._inbox: Inbox[Message] = Inbox()
        self._hand_over = HandOver(self._loop, self._is_app_free, lambda: self._in_burst, self._hand_over_next)
        self._scans: ScanWatch[Message] | None = ScanWatch() if self._leaver.has_scanner else None
        self._interrupted_at = -QUIT_SECONDS
        self._reported_size = self._get_terminal_size()
        self._size_waits = False
        self._in_burst = False
        self._in_control = False

    @property
    def can_suspend(self) -> bool:
        """Never: a suspended app leaves a shell behind it."""
        return False

    def open_url(self, url: str, new_tab: bool = True) -> None:
        """Open nothing: a terminal in a shop has no browser to show."""
        _log.warning("open_url_refused")

    def deliver_binary(self, binary: Any, **_: Any) -> None:
        """Save nothing: files are written by services, never by the screen."""
        binary.close()
        _log.warning("delivery_refused")

    def start_application_mode(self) -> None:
        """Take the terminal over; SIGTERM and SIGHUP leave in order from here on."""
        loop = asyncio.get_running_loop()
        for number in _LEAVING_SIGNALS:
            loop.add_signal_handler(number, self._leaver.request_leave)
        loop.add_signal_handler(signal.SIGCONT, self._take_over_again)
        super().start_application_mode()  # type: ignore[no-untyped-call]  # Textual left it bare
        # Textual's plain handler writes to the event loop's full pipe in a storm of resizes, and loses the last one.
        loop.add_signal_handler(signal.SIGWINCH, self._report_size)
        # A pipe that is full of wake-ups needs no other one, and Python need not complain of it; a change of size
        # that went under is seen by the input thread.
        signal.set_wakeup_fd(signal.set_wakeup_fd(-1), warn_on_full_buffer=False)
        self._in_control = True
        # Focus reports could be forged by a scanned code, and a kiosk never loses the focus.
        self.write(_HIDDEN_MODES_OFF)

    def stop_application_mode(self) -> None:
        """Give the terminal back; what was on the screen is erased, not only hidden with the alternate screen."""
        self._in_control = False
        self.write(_ERASED)
        super().stop_application_mode()

    def close(self) -> None:
        """Stop writing and put the signals back as they were."""
        super().close()
        for number, handler in self._signals_before.items():
            signal.signal(number, handler if handler is not None else signal.SIG_DFL)

    def end_by_force_after(self, seconds: float, status: int) -> None:
        """Should the process still live after `seconds`, restore the terminal and end it with `status`.

        A thread stuck in a database call, or a terminal that no longer takes output, can't keep a terminal that a
        supervisor wants to restart.
        """
        timer = threading.Timer(seconds, self._end_by_force, (status,))
        timer.daemon = True
        timer.start()

    def _end_by_force(self, status: int) -> None:
        _log.error("ended_by_force", status=status)
        try:
            os.set_blocking(sys.__stderr__.fileno(), False)  # type: ignore[union-attr]  # checked by LinuxDriver
            os.write(sys.__stderr__.fileno(), _RESTORED.encode())  # type: ignore[union-attr]  # likewise
            if self.attrs_before is not None:
                termios.tcsetattr(self.fileno, termios.TCSANOW, self.attrs_before)
        finally:
            os._exit(status)

    @classmethod
    def _patch_lflag(cls, attrs: int) -> int:
        # Without Textual's switch that would let Ctrl+C and Ctrl+Z make signals again.
        return attrs & ~(termios.ECHO | termios.ICANON | termios.IEXTEN | termios.ISIG)

    @classmethod
    def _patch_iflag(cls, attrs: int) -> int:
        # A break on the line is a signal with BRKINT; ISTRIP and PARMRK change bytes before they can be filtered.
        return int(super()._patch_iflag(attrs)) & ~(termios.BRKINT | termios.ISTRIP | termios.PARMRK | termios.INPCK)

    def _get_terminal_size(self) -> tuple[int, int]:
        try:
            columns, rows = os.get_terminal_size(sys.__stderr__.fileno())  # type: ignore[union-attr]  # likewise
        except OSError:
            columns, rows = 80, 24
        return min(columns or 80, LARGEST_SIZE[0]), min(rows or 24, LARGEST_SIZE[1])

    def _query_in_band_window_resize(self) -> None:
        """Ask for nothing: sizes come from SIGWINCH, since a report in the input could be forged."""

    def _sigcont_application(self, *_: Any) -> None:
        # Textual's handler would start input and output a second time; ours is the event loop's, since a
        # hang-up, too, comes with a SIGCONT, and an error in a plain handler could surface anywhere.
        return

    def _take_over_again(self) -> None:
        """Continued after a stop nobody can hold off (SIGSTOP): the shell may have changed the tty meanwhile."""
        if not self._in_control or self.attrs_before is None:
            return
        try:
            attributes = termios.tcgetattr(self.fileno)
            attributes[tty.LFLAG] = self._patch_lflag(attributes[tty.LFLAG])
            attributes[tty.IFLAG] = self._patch_iflag(attributes[tty.IFLAG])
            termios.tcsetattr(self.fileno, termios.TCSANOW, attributes)
        except termios.error:
            # The terminal is gone; the input thread sees that too, and ends the app in order.
            return
        self.write("\x1b[?1049h\x1b[?25l")
        self._enable_mouse_support()
        self._enable_bracketed_paste()
        self._disable_line_wrap()
        self._report_size()
        self._app.refresh(layout=True)

    def _report_size(self) -> None:
        self._reported_size = self._get_terminal_size()
        self._size_waits = True
        self._hand_over.begin()

    def _is_app_free(self) -> bool:
        """Whether nothing that was handed over still waits to be dealt with."""
        screens = self._app.screen_stack[-1:]
        focused = [screen.focused for screen in screens if screen.focused is not None]
        return not any(pump.message_queue_size for pump in (self._app, *screens, *focused))

    def _hand_over_next(self) -> bool:
        """Hand over the window's size, of which the last one alone counts, or else the oldest input that waits."""
        if self._size_waits:
            self._size_waits = False
            size = Size(*self._reported_size)
            self._app.post_message(events.Resize(size, size))
            return True
        message = self._inbox.take()
        if message is not None:
            self.process_message(message)
        return message is not None

    def send_message(self, message: Message) -> None:
        """Pass a message to the app; on the event loop, whence all are handed over."""
        self._app.post_message(message)

    def _run_input_thread(self) -> None:
        while not self.exit_event.is_set():
            try:
                self.run_input_thread()
            except Exception as error:  # noqa: BLE001 - a terminal that no longer hears anyone is worse than any error
                _log.error("input_restarted", kind=type(error).__name__)
                self.exit_event.wait(_WAKE_SECONDS)

    def run_input_thread(self) -> None:
        """Read, filter and pass on until told to stop, or until the terminal is gone."""
        keys = InputFilter(line_feeds=self._scans is not None)
        parser = XTermParser(False)
        quiet_since = time.monotonic()
        with selectors.DefaultSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                if selector.select(self._patience(keys)):
                    data = self._read()
                    if not data:
                        self._report_terminal_gone()
                        return
                    quiet_since = time.monotonic()
                    text = keys.feed(data)
                    self._count_interrupts(keys.take_interrupts(), quiet_since)
                else:
                    if self._scans is not None and self._scans.patience is not None:
                        self._send(self._scans.pause())
                        self._loop.call_soon_threadsafe(self._hand_over.begin)
                    self._in_burst = False
                    text = keys.settle(time.monotonic() - quiet_since)
                    self._notice_size()
                if text == "\x1b":
                    # The filter has waited already; the parser, given a lone escape, would wait again and take
                    # what comes next for part of a sequence.
                    self._pass_on([events.Key("escape", "\x1b")])
                elif text:
                    parser = self._parse(parser, text)

    def _patience(self, keys: InputFilter) -> float:
        """How long to wait for input before something that was begun is taken for finished."""
        for_scan = None if self._scans is None else self._scans.patience
        if for_scan is not None:
            return for_scan
        if self._in_burst:
            return BURST_PAUSE_SECONDS
        return _PENDING_WAKE_SECONDS if keys.pending else _WAKE_SECONDS

    def _notice_size(self) -> None:
        if self._in_control and self._get_terminal_size() != self._reported_size:
            self._loop.call_soon_threadsafe(self._report_size)

    def _read(self) -> bytes:
        try:
            return os.read(self.fileno, _READ_BYTES)
        except OSError:
            return b""

    def _report_terminal_gone(self) -> None:
        _log.warning("terminal_gone")
        self._loop.call_soon_threadsafe(self._leaver.request_leave)
        self.exit_event.wait()

    def _count_interrupts(self, presses: int, now: float) -> None:
        for _ in range(presses if self._leaver.allow_quit else 0):
            if now - self._interrupted_at < QUIT_SECONDS:
                self._loop.call_soon_threadsafe(self._leaver.request_leave)
            self._interrupted_at = now

    def _parse(self, parser: XTermParser, text: str) -> XTermParser:
        """Pass on what the text means; a parser that fails loses this text only, and is replaced."""
        try:
            self._pass_on(parser.feed(text))
        except Exception as error:  # noqa: BLE001 - whatever the parser can't take is dropped, by its kind alone
            _log.error("input_dropped", kind=type(error).__name__)
            return XTermParser(False)
        return parser

    def _pass_on(self, messages: Iterable[Message]) -> None:
        count = 0
        self._in_burst = self._in_burst or self._inbox.is_wary
        for message in messages:
            count += 1
            if isinstance(message, events.MouseMove):
                # A finger that slides types nothing, and mustn't tear a scan apart.
                if self._moves.take(time.monotonic()):
                    self._inbox.put(message, instead_of=events.MouseMove)
            elif self._scans is None:
                self._inbox.put(message)
            else:
                self._send(self._scans.feed(message, _typed(message)))
        self._in_burst = self._in_burst or count > FLOOD_ROOM or self._inbox.is_wary
        self._loop.call_soon_threadsafe(self._hand_over.begin)

    def _send(self, heard: Iterable[InputOrScan[Message]]) -> None:
        for each in heard:
            match each:
                case Scan(text):
                    self._inbox.put(Scanned(text))
                case Dropped():
                    _log.warning("scan_dropped", kind=each.name.lower())
                case events.Key(character="\n"):
                    # It ends scans, and is no key of this program.
                    pass
                case _:
                    self._inbox.put(each)


def _typed(message: Message) -> str | None:
    """The character that an input types, as `ScanWatch` wants it."""
    if not isinstance(message, events.Key):
        return None
    if message.character is None:
        return ""
    return message.character if message.is_printable or message.character in ENDS else ""
