"""The web application of a terminal: the sandbox's cashier and phone, activation links, the door for notices."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from kiosk.domain.errors import ShopUnavailable
from kiosk.gateways.payment import NoticeForged
from kiosk.gateways.sandbox import PROVIDER, SandboxKey
from kiosk.locale import Translator
from kiosk.services.activate_account import LinkOutcome
from kiosk.web.activation import ActivationPage
from kiosk.web.body import read_body
from kiosk.web.cashier import Cashier
from kiosk.web.errands import Errands
from kiosk.web.pages import STATIC, Pages, SealedHeaders
from kiosk.web.phone import SandboxPhone
from storage.sandbox import SandboxLedger

ReceiveNotice = Callable[[str, Mapping[str, str], bytes], None]
_UNAVAILABLE = 503
_RETRY_SECONDS = 5
_LOOPBACK_HOSTS = ("127.0.0.1", "localhost")


def make_web_app(
    *,
    ledger: SandboxLedger,
    key: SandboxKey,
    base_url: str,
    merchant_zh: str,
    merchant_en: str,
    translator: Callable[[str], Translator],
    now: Callable[[], datetime],
    receive_notice: ReceiveNotice | None = None,
    activate: Callable[[str], LinkOutcome] | None = None,
    phone_networks: tuple[str, ...] = (),
) -> Starlette:
    """Put the pages together.

    `base_url` is where this application can be reached; requests for other hosts are refused, so that no page
    elsewhere can read this one by renaming itself. `receive_notice` takes (provider, headers, body), raises
    `NoticeForged` for what proves nothing and for unknown providers, and returns once the notice is stored;
    without it notices are neither taken nor sent. `activate` takes the token of an activation link; without it there
    are no such pages. `phone_networks` may read the sandbox phone, as well as this
    machine ("192.168.1.0/24").
    """
    pages = Pages(translator)
    errands = Errands(
        ledger=ledger,
        key=key,
        now=now,
        notify_url=f"{base_url}/notify/{PROVIDER}" if receive_notice is not None else None,
    )
    cashier = Cashier(
        ledger=ledger,
        key=key,
        pages=pages,
        merchant_zh=merchant_zh,
        merchant_en=merchant_en,
        now=now,
        on_change=errands.wake,
    )
    phone = SandboxPhone(ledger=ledger, pages=pages, base_url=base_url, networks=phone_networks)

    async def index(request: Request) -> Response:
        return pages.show(request, "index.html")

    async def health(_: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def refused(request: Request, fault: Exception) -> Response:
        match fault:
            case HTTPException():
                code = fault.status_code
            case ShopUnavailable():
                code = _UNAVAILABLE
            case _:
                code = 500
        return pages.show(
            request,
            "refused.html",
            code,
            code=code,
            refresh_seconds=_RETRY_SECONDS if code == _UNAVAILABLE else None,
        )

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        running = asyncio.create_task(errands.run())
        try:
            yield
        finally:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running

    routes: list[BaseRoute] = [
        Route("/", index),
        Route("/health", health),
        Route("/PAY/{out_trade_no}/{token}", cashier.enter, methods=["GET"]),
        Route("/pay/{out_trade_no}", cashier.show, methods=["GET"]),
        Route("/pay/{out_trade_no}", cashier.act, methods=["POST"]),
        Route("/phone", phone.show),
        Mount("/static", StaticFiles(directory=STATIC)),
    ]
    if receive_notice is not None:
        routes.append(Route("/notify/{provider}", _notice_door(receive_notice), methods=["POST"]))
    if activate is not None:
        activation = ActivationPage(activate, pages)
        routes.append(Route("/activate/{token}", activation.show, methods=["GET"]))
        routes.append(Route("/activate/{token}", activation.act, methods=["POST"]))
    hosts = [*_LOOPBACK_HOSTS, urlsplit(base_url).hostname or ""]
    return Starlette(
        routes=routes,
        middleware=[Middleware(SealedHeaders), Middleware(TrustedHostMiddleware, allowed_hosts=hosts)],
        exception_handlers={HTTPException: refused, ShopUnavailable: refused, Exception: refused},
        lifespan=lifespan,
    )


def _notice_door(receive_notice: ReceiveNotice) -> Callable[[Request], object]:
    async def take(request: Request) -> Response:
        body = await read_body(request)
        try:
            await run_in_threadpool(receive_notice, request.path_params["provider"], request.headers, body)
        except NoticeForged:
            return PlainTextResponse("refused", 401)
        except ShopUnavailable:
            return PlainTextResponse("try again", 500)
        # The word that Alipay waits for; other providers look at the status alone.
        return PlainTextResponse("success")

    return take
