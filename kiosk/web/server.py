"""A web server that lives in a thread of the terminal, or of `kiosk web`, and leaves signals and stderr alone."""

import logging
import socket
import threading
import time

import uvicorn
from starlette.types import ASGIApp

_START_SECONDS = 15.0
_STOP_SECONDS = 5.0
_BACKLOG = 128
_EVERY_INTERFACE = ("0.0.0.0", "::")  # noqa: S104 - only compared with
# A logger without any handler writes its warnings to stderr, which is the terminal's screen.
_LOGGERS = ("uvicorn", "asyncio", "kiosk.web")
_NOWHERE = logging.NullHandler()


class WebServer:
    """Binds its port at once, so that `base_url` can be printed on a QR code before the application exists.

    Port 0 takes a free one. `public_url` is what phones should open when that isn't the bound address, and is
    needed where every interface is bound. Raises `OSError` when the port is taken.
    """

    def __init__(self, host: str = "127.0.0.1", port: int = 0, public_url: str | None = None) -> None:
        if host in _EVERY_INTERFACE and public_url is None:
            raise ValueError(f"phones can't open {host}: a public address is needed beside it")
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._socket = socket.create_server((host, port), family=family, backlog=_BACKLOG)
        bound = self._socket.getsockname()
        shown = f"[{bound[0]}]" if family == socket.AF_INET6 else bound[0]
        self.base_url = (public_url or f"http://{shown}:{bound[1]}").rstrip("/")
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None

    def start(self, app: ASGIApp) -> None:
        """Serve from a daemon thread; returns once requests are answered, or raises `RuntimeError`."""
        for name in _LOGGERS:
            logging.getLogger(name).addHandler(_NOWHERE)
        config = uvicorn.Config(
            app,
            loop="asyncio",
            http="h11",
            ws="none",
            lifespan="on",
            log_config=None,
            access_log=False,  # addresses carry the cashier's token
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=2,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._socket]}, name="web", daemon=True
        )
        self._thread.start()
        deadline = time.monotonic() + _START_SECONDS
        while not self._server.started:
            if not self._thread.is_alive() or time.monotonic() > deadline:
                raise RuntimeError("the web server did not start")
            time.sleep(0.005)

    def stop(self) -> None:
        """Finish the requests under way, for a few seconds at most, and free the port."""
        if self._server is not None and self._thread is not None:
            self._server.should_exit = True
            self._thread.join(_STOP_SECONDS)
        self._socket.close()
