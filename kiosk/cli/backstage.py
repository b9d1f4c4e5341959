"""What happens behind the screens: the pages for phones and the workers, begun once the first screen is shown."""

import signal
import threading
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Final

from kiosk.cli.ending import Problem
from kiosk.config import Settings
from kiosk.locale import Translator

if TYPE_CHECKING:
    from kiosk.composition import OpenedShop
    from kiosk.web.server import WebServer
    from kiosk.workers import Workers

_PAINTED_SECONDS: Final = 1.5
"""No longer than this is the first screen waited for."""


def bind(settings: Settings, tr: Translator) -> "WebServer":
    """Take the port of the pages; raises `Problem` when that can't be."""
    from kiosk.web.server import WebServer  # noqa: PLC0415  # heavy

    try:
        return WebServer(settings.web_host, settings.web_port, settings.web_public_url)
    except OSError as fault:
        raise Problem(
            tr(
                "无法在 {host} 的端口 {port} 提供网页：{reason}。请修改设置 web_host 或 web_port。",
                host=settings.web_host,
                port=settings.web_port,
                reason=fault.strerror or str(fault),
            )
        ) from fault


def serve(opened: "OpenedShop", settings: Settings, server: "WebServer") -> None:
    """Answer requests from now on, in a thread."""
    from kiosk.services.activate_account import activate_by_link  # noqa: PLC0415  # heavy
    from kiosk.services.take_payment import receive_notice  # noqa: PLC0415  # heavy
    from kiosk.web.app import make_web_app  # noqa: PLC0415  # heavy

    def take_notice(provider: str, headers: Mapping[str, str], body: bytes) -> None:
        receive_notice(opened.shop, provider, headers, body)
        opened.wake_worker()

    if opened.ledger is None or opened.sandbox_key is None:
        return
    server.start(
        make_web_app(
            ledger=opened.ledger,
            key=opened.sandbox_key,
            base_url=server.base_url,
            merchant_zh=settings.merchant_zh,
            merchant_en=settings.merchant_en,
            translator=Translator,
            now=opened.shop.now,
            receive_notice=take_notice,
            activate=partial(activate_by_link, opened.shop),
            phone_networks=settings.phone_networks,
        )
    )


class Backstage:
    """The pages and the workers of one terminal."""

    def __init__(self, opened: "OpenedShop", settings: Settings, server: "WebServer | None") -> None:
        self._opened = opened
        self._settings = settings
        self._server = server
        self._workers: Workers | None = None
        self._ended = False
        self._beginning = threading.Thread(target=self._begin, name="backstage", daemon=True)

    def start(self) -> None:
        """Begin as soon as the first screen is shown."""
        self._beginning.start()

    def stop(self) -> None:
        """End the pages and the workers, whether or not they have begun."""
        self._ended = True
        self._opened.painted.set()
        self._beginning.join()
        if self._workers is not None:
            self._workers.stop()
        if self._server is not None:
            self._server.stop()

    def _begin(self) -> None:
        self._opened.painted.wait(_PAINTED_SECONDS)
        if self._ended:
            return
        from kiosk.terminal.crash import log_crash  # noqa: PLC0415  # heavy
        from kiosk.workers import Workers  # noqa: PLC0415  # heavy

        self._workers = Workers(self._opened.shop, self._settings.worker_interval, self._opened.attention)
        self._workers.start()
        try:
            if self._server is not None:
                serve(self._opened, self._settings, self._server)
        except Exception as fault:  # noqa: BLE001  # the terminal goes on selling; doctor and the log tell of it
            log_crash("pages_did_not_start", fault)


def on_termination(finish: Callable[[], None]) -> None:
    """Call `finish` on SIGTERM, SIGHUP and Ctrl+C."""
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: finish())
