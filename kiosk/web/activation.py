"""The page that a member's activation link opens (SPEC 3.2): looking at it changes nothing, its button activates.

So no program that looks at links in mails on its own, to preview or to check them, can activate an account.
"""

import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from kiosk.services.activate_account import LinkOutcome
from kiosk.web.pages import Pages

_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{16,64}")
_STATUS: Final = {
    LinkOutcome.ACTIVATED: HTTPStatus.OK,
    LinkOutcome.ACTIVE_ALREADY: HTTPStatus.OK,
    LinkOutcome.EXPIRED: HTTPStatus.GONE,
    LinkOutcome.SPENT: HTTPStatus.GONE,
    LinkOutcome.ADDRESS_IN_USE: HTTPStatus.CONFLICT,
    LinkOutcome.UNKNOWN: HTTPStatus.NOT_FOUND,
}


class ActivationPage:
    """Shows one large button to whoever has the link, and nothing of the person."""

    def __init__(self, activate: Callable[[str], LinkOutcome], pages: Pages) -> None:
        self._activate = activate
        self._pages = pages

    async def show(self, request: Request) -> Response:
        """The button; whether the link is still good is found out when it is pressed."""
        if _TOKEN.fullmatch(request.path_params["token"]) is None:
            return self._say(request, LinkOutcome.UNKNOWN)
        return self._pages.show(request, "activation.html", outcome=None)

    async def act(self, request: Request) -> Response:
        """Activate, and say what came of it; pressed again, or loaded again, it changes nothing more."""
        token = request.path_params["token"]
        if _TOKEN.fullmatch(token) is None:
            return self._say(request, LinkOutcome.UNKNOWN)
        return self._say(request, await run_in_threadpool(self._activate, token))

    def _say(self, request: Request, outcome: LinkOutcome) -> Response:
        return self._pages.show(request, "activation.html", _STATUS[outcome], outcome=outcome.value)
