"""The sandbox phone: every SMS and e-mail the shop has sent, for a person who tries the program to read."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text: an address that may be opened, or words."""

    text: str
    is_link: bool = False


def in_pieces(text: str, base_url: str) -> Iterator[Piece]:
    """Take a text apart so that only addresses of this program become links.

    Whoever reads a message here trusts this page; another address in it stays words.
    """
    begun = 0
    for found in _ADDRESS.finditer(text):
        address = found[0].rstrip(_AFTER_ADDRESS)
        if address.startswith(f"{base_url}/"):
            yield Piece(text[begun : found.start()])
            yield Piece(address, is_link=True)
            begun = found.start() + len(address)
    yield Piece(text[begun:])


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
            pieces=lambda text: in_pieces(text, self._base_url),
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
