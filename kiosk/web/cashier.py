"""The sandbox's cashier: the page that the QR code opens, where a payment is made or made to go wrong."""

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import parse_qs, quote, urlencode

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from kiosk.domain.sandbox import ChargeState, Promise, SandboxCharge, SandboxRefused
from kiosk.gateways.sandbox import SandboxKey
from kiosk.web.body import read_body
from kiosk.web.pages import Pages, language_of
from storage.sandbox import SandboxLedger

DELAY = timedelta(seconds=10)
SILENCE = timedelta(seconds=30)
LATENESS = timedelta(seconds=5)
_WATCHING_SECONDS = 3
_MOST_FIELDS = 5


class Action(StrEnum):
    """What the buttons of the page ask for."""

    PAY = "pay"
    DECLINE = "decline"
    DELAY = "delay"
    TWICE = "twice"
    LATE = "late"
    SILENT = "silent"


class View(StrEnum):
    """The faces of the page, each with its own template block."""

    WAITING = "waiting"
    PROMISED = "promised"
    EXPIRED = "expired"
    PAID = "paid"
    DECLINED = "declined"
    CLOSED = "closed"


class Cashier:
    """Shows a charge and acts on it for whoever holds its token."""

    def __init__(
        self,
        *,
        ledger: SandboxLedger,
        key: SandboxKey,
        pages: Pages,
        merchant_zh: str,
        merchant_en: str,
        now: Callable[[], datetime],
        on_change: Callable[[], None],
    ) -> None:
        self._ledger = ledger
        self._key = key
        self._pages = pages
        self._merchant = (merchant_zh, merchant_en)
        self._now = now
        self._on_change = on_change

    async def enter(self, request: Request) -> Response:
        """From the address in the QR code to the page."""
        out_trade_no = quote(request.path_params["out_trade_no"], safe="")
        return RedirectResponse(f"/pay/{out_trade_no}?{urlencode({'t': request.path_params['token']})}", 303)

    async def show(self, request: Request) -> Response:
        """The charge as it stands; unknown ones and wrong tokens look alike."""
        token = request.query_params.get("t", "")
        charge = await self._open(request, token)
        now = self._now()
        return self._pages.show(
            request,
            "cashier.html",
            charge=charge,
            view=view_of(charge, now),
            token=token,
            merchant_zh=self._merchant[0],
            merchant_en=self._merchant[1],
            silent=charge.is_silent(now),
            paid_fen=sum(payment.amount_fen for payment in charge.payments),
            refunded_fen=sum(payment.refunded_fen for payment in charge.payments),
            delay_seconds=int(DELAY.total_seconds()),
            silence_seconds=int(SILENCE.total_seconds()),
            refresh_seconds=_WATCHING_SECONDS,
        )

    async def act(self, request: Request) -> Response:
        """Do what a button asks, then show the charge again; a second tap changes nothing more."""
        token, action = _read_form(await read_body(request))
        charge = await self._open(request, token)
        await run_in_threadpool(self._perform, action, charge)
        self._on_change()
        query = urlencode({"t": token, "lang": language_of(request)})
        return RedirectResponse(f"/pay/{quote(charge.out_trade_no, safe='')}?{query}", 303)

    async def _open(self, request: Request, token: str) -> SandboxCharge:
        out_trade_no = request.path_params["out_trade_no"]
        if not self._key.opens_cashier(out_trade_no, token):
            raise HTTPException(404)
        charge = await run_in_threadpool(self._ledger.charge, out_trade_no)
        if charge is None:
            raise HTTPException(404)
        return charge

    def _perform(self, action: Action, charge: SandboxCharge) -> None:
        now, out_trade_no = self._now(), charge.out_trade_no
        try:
            match action:
                case Action.PAY:
                    self._ledger.pay(out_trade_no, now)
                case Action.TWICE:
                    self._ledger.pay(out_trade_no, now, times=2)
                case Action.DECLINE:
                    self._ledger.decline(out_trade_no)
                case Action.DELAY:
                    self._ledger.promise(out_trade_no, Promise.DELAYED, now + DELAY)
                case Action.LATE if view_of(charge, now) is View.WAITING:
                    self._ledger.promise(out_trade_no, Promise.LATE, charge.expires_at + LATENESS)
                case Action.LATE:
                    self._ledger.pay_late(out_trade_no, now)
                case Action.SILENT:
                    self._ledger.fall_silent(out_trade_no, now + SILENCE)
        except SandboxRefused:
            # Someone was quicker: the page that follows shows how the charge really stands.
            return


def _read_form(body: bytes) -> tuple[str, Action]:
    """The token and the button; a form that this page did not make is answered with 404."""
    try:
        form = parse_qs(body.decode("ascii"), max_num_fields=_MOST_FIELDS)
        return form["t"][0], Action(form["action"][0])
    except (ValueError, KeyError):
        raise HTTPException(404) from None


def view_of(charge: SandboxCharge, now: datetime) -> View:
    """Which face the page has at `now`."""
    match charge.state:
        case ChargeState.PAID:
            return View.PAID
        case ChargeState.DECLINED:
            return View.DECLINED
        case ChargeState.CLOSED:
            return View.CLOSED
        case ChargeState.WAITING if charge.promise is not None:
            return View.PROMISED
        case ChargeState.WAITING if now >= charge.expires_at:
            return View.EXPIRED
        case ChargeState.WAITING:
            return View.WAITING
