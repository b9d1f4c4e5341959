"""The sandbox phone: every SMS and e-mail the shop has sent, for a person who tries the program to read."""

import re
from ipaddress import ip_address, ip_network
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from kiosk.web.pages import Pages
from storage.sandbox import SandboxLedger

_WATCHING_SECONDS = 3
_ADDRESS: Final = re.compile(r"https?://[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+")
_AFTER_ADDRESS: Final = ".,;:!?)]'"
"""What rather ends the sentence around an address than the address."""


def own_links(text: str, base_url: str) -> list[str]:
    """The addresses of this program in a text, in their order, each once.

    Whoever reads a message here trusts this page; any other address in it stays words.
    """
    found = (each[0].rstrip(_AFTER_ADDRESS) for each in _ADDRESS.finditer(text))
    return list(dict.fromkeys(address for address in found if address.startswith(f"{base_url}/")))


class SandboxPhone:
    """Shows the messages to this machine and to the networks that the shop names, as they hold personal data."""

    def __init__(self, *, ledger: SandboxLedger, pages: Pages, base_url: str, networks: tuple[str, ...]) -> None:
        self._ledger = ledger
        self._base_url = base_url.rstrip("/")
        self._pages = pages
        self._networks = tuple(ip_network(network) for network in ("127.0.0.0/8", "::1/128", *networks))

    async def show(self, request: Request) -> Response:
        """The messages, newest first."""
        if not self._may_read(request):
            raise HTTPException(403)
        messages = await run_in_threadpool(self._ledger.messages)
        return self._pages.show(
            request,
            "phone.html",
            messages=messages,
            links=lambda text: own_links(text, self._base_url),
            refresh_seconds=_WATCHING_SECONDS,
        )

    def _may_read(self, request: Request) -> bool:
        if request.client is None:
            return False
        try:
            address = ip_address(request.client.host)
        except ValueError:
            return False
        return any(address in network for network in self._networks)
