"""The sandbox phone: every SMS and e-mail the shop has sent, for a person who tries the program to read."""

from ipaddress import ip_address, ip_network

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from kiosk.web.pages import Pages
from storage.sandbox import SandboxLedger

_WATCHING_SECONDS = 3


class SandboxPhone:
    """Shows the messages to this machine and to the networks that the shop names, as they hold personal data."""

    def __init__(self, *, ledger: SandboxLedger, pages: Pages, networks: tuple[str, ...]) -> None:
        self._ledger = ledger
        self._pages = pages
        self._networks = tuple(ip_network(network) for network in ("127.0.0.0/8", "::1/128", *networks))

    async def show(self, request: Request) -> Response:
        """The messages, newest first."""
        if not self._may_read(request):
            raise HTTPException(403)
        messages = await run_in_threadpool(self._ledger.messages)
        return self._pages.show(request, "phone.html", messages=messages, refresh_seconds=_WATCHING_SECONDS)

    def _may_read(self, request: Request) -> bool:
        if request.client is None:
            return False
        try:
            address = ip_address(request.client.host)
        except ValueError:
            return False
        return any(address in network for network in self._networks)
