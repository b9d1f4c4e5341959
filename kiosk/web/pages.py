"""How a page is made: its language, its template, and the headers that keep it to itself."""

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kiosk.domain.money import format_yuan
from kiosk.domain.rules import SHOP_TIME
from kiosk.locale import LANGUAGES, Translator

STATIC = Path(__file__).parent / "static"
_ACCEPTED = re.compile(r"\s*([a-z]+|\*)(?:-[a-z0-9-]+)?\s*(?:;\s*q=([01](?:\.[0-9]{0,3})?)\s*)?", re.IGNORECASE)
_LONGEST_ACCEPTED = 500
_MOBILE_DIGITS = 11

HEADERS = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    # The cashier's token is part of its address and must not travel on.
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


class Pages:
    """Renders the templates in the visitor's language."""

    def __init__(self, translator: Callable[[str], Translator]) -> None:
        self._translator = translator
        self._templates = Environment(
            loader=FileSystemLoader(Path(__file__).parent / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters["yuan"] = format_yuan
        self._templates.filters["recipient"] = _recipient
        self._templates.filters["clock"] = _clock
        self._templates.filters["day_and_clock"] = _day_and_clock

    def show(self, request: Request, template: str, status: int = 200, **values: object) -> HTMLResponse:
        """The page that `template` and `values` make; templates also know `tr`, `language` and `other_address`."""
        language = language_of(request)
        other = next(each for each in LANGUAGES if each != language)
        html = self._templates.get_template(template).render(
            tr=self._translator(language),
            language=language,
            other_language=other,
            other_address=_here_in(request, other),
            refresh_seconds=values.pop("refresh_seconds", None),
            **values,
        )
        return HTMLResponse(html, status)


class SealedHeaders:
    """Middleware that puts `HEADERS` on every answer, so that no page can forget them."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and seal what comes back."""

        async def send_sealed(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        await self._app(scope, receive, send_sealed)


def language_of(request: Request) -> str:
    """The language that the address asks for (`?lang=en`), else the browser's favourite, else Chinese."""
    asked = request.query_params.get("lang")
    if asked in LANGUAGES:
        return asked
    wishes = []
    for wish in request.headers.get("accept-language", "")[:_LONGEST_ACCEPTED].split(","):
        match = _ACCEPTED.fullmatch(wish)
        if match and match[1].lower() in LANGUAGES and float(match[2] or 1) > 0:
            wishes.append((float(match[2] or 1), match[1].lower()))
    return max(wishes, key=lambda wish: wish[0])[1] if wishes else LANGUAGES[0]


def _here_in(request: Request, language: str) -> str:
    url = request.url.include_query_params(lang=language)
    return f"{url.path}?{url.query}"


def _clock(instant: datetime) -> str:
    return f"{instant.astimezone(SHOP_TIME):%H:%M:%S}"


def _day_and_clock(instant: datetime) -> str:
    return f"{instant.astimezone(SHOP_TIME):%m-%d %H:%M}"


def _recipient(address: str) -> str:
    """A mobile number grouped 3-4-4; anything else as it is."""
    number = address.removeprefix("+").removeprefix("86") if len(address) > _MOBILE_DIGITS else address
    if len(number) != _MOBILE_DIGITS or not number.isdigit():
        return address
    return f"{number[:3]} {number[3:7]} {number[7:]}"
