"""`kiosk run` and `kiosk web`: the terminal with its pages and its worker, or the pages alone.

The way to the first screen leads through here, so this imports little at its top.
"""

import sys
import threading
from typing import TYPE_CHECKING

from kiosk.cli.backstage import Backstage, bind, on_termination, serve
from kiosk.cli.ending import DONE, Problem
from kiosk.config import Settings, read_settings
from kiosk.locale import Translator

if TYPE_CHECKING:
    from kiosk.terminal.splash import Splash


def run() -> int:
    """The terminal, until it is left; returns its exit status."""
    # Before anything can import textual, which reads its switches once.
    from kiosk.terminal.environment import scrub_environment  # noqa: PLC0415  # see above

    scrub_environment()
    settings = read_settings().settings
    tr = Translator(settings.language)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Problem(tr("终端界面需要在真正的终端窗口里运行，不能经过管道或重定向。"))
    from kiosk.terminal.splash import Splash  # noqa: PLC0415  # not needed by the other commands

    with Splash([tr("自助营业厅"), tr("正在启动，请稍候")]) as splash:
        return _open_and_run(settings, tr, splash)


def _open_and_run(settings: Settings, tr: Translator, splash: "Splash") -> int:
    from kiosk.composition import open_shop  # noqa: PLC0415  # heavy
    from kiosk.log import set_up_logging  # noqa: PLC0415  # heavy
    from kiosk.run_terminal import run_terminal  # noqa: PLC0415  # heavy

    set_up_logging(settings.log_file, settings.log_level)
    server = bind(settings, tr) if settings.sandbox else None
    base_url = "" if server is None else server.base_url
    with open_shop(settings, terminal=True, base_url=base_url, fill=True, announce=splash.say) as opened:
        backstage = Backstage(opened, settings, server)
        backstage.start()
        splash.hand_over()
        try:
            return run_terminal(opened, settings)
        finally:
            backstage.stop()


def web() -> int:
    """The sandbox's pages and the door for notices, until SIGTERM or Ctrl+C."""
    settings = read_settings().settings
    tr = Translator(settings.language)
    if not settings.sandbox:
        raise Problem(tr("设置 sandbox 已关闭，没有可以提供的网页。"))
    from kiosk.composition import open_shop  # noqa: PLC0415  # heavy
    from kiosk.log import set_up_logging  # noqa: PLC0415  # heavy

    set_up_logging(settings.log_file, settings.log_level)
    server = bind(settings, tr)
    with open_shop(settings, terminal=False, base_url=server.base_url) as opened:
        stopped = threading.Event()
        on_termination(stopped.set)
        serve(opened, settings, server)
        print(server.base_url, flush=True)
        stopped.wait()
        server.stop()
    return DONE
