"""The session with the message centre: bound when it is needed, watched, and bound anew when it broke."""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import structlog
from smpp34 import Client, DeliverSmEvent, Disconnected, SmppError, Smsc

from kiosk.gateways.messages import MessageGatewayUnavailable, Outage
from kiosk.gateways.retry_pace import RetryPace

_BIND_SECONDS: Final = 5.0
_ANSWER_SECONDS: Final = 30.0
_FAREWELL_SECONDS: Final = 2.0
_LIBRARY_SECONDS: Final = 2.0
"""For what the library does without asking anybody."""
_FAULTS_IN_A_ROW: Final = 3
_log = structlog.get_logger("kiosk.smpp")


@dataclass(frozen=True, slots=True)
class SmppAccount:
    """Where the message centre is, and who this shop is there."""

    host: str
    port: int
    system_id: str
    password: str = field(repr=False)
    source: str
    """The sender's number as customers see it."""
    tls: bool = False


class AnswerMissing(Exception):
    """A message went out and no answer came: whether it was taken is unknown."""


class SmppSession:
    """One bound transceiver. Its methods run in one event loop; the library asks after the link every 30 seconds.

    `arrived` gets everything that the message centre delivers.
    """

    def __init__(
        self,
        account: SmppAccount,
        arrived: Callable[[DeliverSmEvent], None],
        *,
        pace: RetryPace,
        bind_seconds: float = _BIND_SECONDS,
        answer_seconds: float = _ANSWER_SECONDS,
    ) -> None:
        self._account = account
        self._arrived = arrived
        self._pace = pace
        self._bind_seconds = bind_seconds
        self._answer_seconds = answer_seconds
        self._client: Client | None = None
        self._link: Smsc | None = None
        self._listening: asyncio.Task[None] | None = None

    async def bind(self) -> Smsc:
        """The link, bound now unless it still stands; raises `MessageGatewayUnavailable`."""
        is_heard = self._listening is not None and not self._listening.done()
        if is_heard and self._client is not None and self._link is not None and await _is_alive(self._client):
            return self._link
        await self.leave()
        self._pace.check()
        account = self._account
        client = Client(
            account.host,
            account.port,
            account.system_id,
            account.password,
            bind_type="TRX",
            tls=account.tls,
            connect_timeout_ms=int(self._bind_seconds * 1000),
        )
        try:
            link = await asyncio.wait_for(client.connect(), self._bind_seconds * 2)
        except (SmppError, TimeoutError) as fault:
            await _stop(client)
            reason = _reason(str(fault))
            self._pace.failed(reason)
            raise MessageGatewayUnavailable(reason) from fault
        self._client, self._link = client, link
        self._listening = asyncio.create_task(self._listen(link))
        return link

    async def submit(self, destination: str, short_message: bytes, **fields: Any) -> tuple[int, str]:
        """Submit one part and return the command status and the message's number.

        Raises `MessageGatewayUnavailable` when nothing was sent, and `AnswerMissing` when nobody knows.
        """
        link = await self.bind()
        try:
            answer = await asyncio.wait_for(
                link.submit_sm(destination, short_message, source_addr=self._account.source, **fields),
                self._answer_seconds,
            )
        except (SmppError, TimeoutError) as fault:
            # The library says the same of a link that broke and of an answer that makes no sense.
            await self.leave()
            self._pace.failed(Outage.NETWORK)
            raise AnswerMissing from fault
        # Not at the bind: a message centre that binds and then falls silent must be asked less and less often.
        self._pace.succeeded()
        return answer.command_status, answer.message_id or ""

    async def leave(self) -> None:
        """Unbind if bound; whether the message centre answers to that is its own affair."""
        client, link = self._client, self._link
        self._client = self._link = None
        if self._listening is not None:
            self._listening.cancel()
            self._listening = None
        if client is None or link is None:
            return
        if await _is_alive(client):
            # `stop` alone would leave the connection open.
            with contextlib.suppress(SmppError, TimeoutError):
                await asyncio.wait_for(link.unbind(), _FAREWELL_SECONDS)
        await _stop(client)

    async def _listen(self, link: Smsc) -> None:
        """Until the link ends, or nothing on it makes sense; then it is bound anew before the next message."""
        faults = 0
        while faults < _FAULTS_IN_A_ROW:
            try:
                arrival = await link.next()
                if isinstance(arrival, Disconnected):
                    return
                self._arrived(arrival)
            except Exception as fault:  # noqa: BLE001  # whatever one delivery is, the receipts after it count
                faults += 1
                _log.warning("delivery_lost", fault=type(fault).__name__)
            else:
                faults = 0


async def _is_alive(client: Client) -> bool:
    try:
        return await asyncio.wait_for(client.is_alive(), _LIBRARY_SECONDS)
    except TimeoutError:
        return False


async def _stop(client: Client) -> None:
    with contextlib.suppress(SmppError, TimeoutError):
        await asyncio.wait_for(client.stop(), _LIBRARY_SECONDS)


def _reason(words: str) -> Outage:
    """The library tells a bind that was refused and one that had no answer apart from nothing but a lost network."""
    if words.startswith("bind"):
        return Outage.LOGIN
    if words.startswith("TLS"):
        return Outage.TLS
    return Outage.NETWORK
