"""What the sandbox does between two requests: promised payments, notices to the shop, forgetting old messages."""

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx

from kiosk.domain.errors import ShopUnavailable
from kiosk.gateways.sandbox import SandboxKey, notice_body
from storage.sandbox import SandboxLedger

# Messages hold personal data and are only there to be tried out.
MESSAGES_KEPT = timedelta(days=7)
_TURN_SECONDS = 1.0
_FORGET_EVERY = timedelta(hours=1)
_NOTIFY_TIMEOUT_SECONDS = 10.0
_log = logging.getLogger(__name__)


class Errands:
    """A loop over rows that are due; being durable, they survive this process, and any other may take them up."""

    def __init__(
        self, *, ledger: SandboxLedger, key: SandboxKey, now: Callable[[], datetime], notify_url: str | None
    ) -> None:
        self._ledger = ledger
        self._key = key
        self._now = now
        self._notify_url = notify_url
        self._wake = asyncio.Event()
        self._forget_at = datetime.min.replace(tzinfo=UTC)

    def wake(self) -> None:
        """Look at once, because something has just changed; to be called on the event loop."""
        self._wake.set()

    async def run(self) -> None:
        """Run errands until cancelled."""
        async with httpx.AsyncClient(timeout=_NOTIFY_TIMEOUT_SECONDS, trust_env=False) as client:
            while True:
                self._wake.clear()
                try:
                    await self.take_a_turn(client)
                except ShopUnavailable as fault:
                    _log.warning("the sandbox's errands wait for the database: %s", fault)
                except Exception as fault:  # noqa: BLE001 - one bad row must not end all errands of this process
                    # Its type alone, because messages of database errors quote what was stored.
                    _log.error("the sandbox's errands failed: %s", type(fault).__name__)
                try:
                    await asyncio.wait_for(self._wake.wait(), _TURN_SECONDS)
                except TimeoutError:
                    continue

    async def take_a_turn(self, client: httpx.AsyncClient) -> None:
        """Do everything that is due now; raises `ShopUnavailable`."""
        now = self._now()
        await asyncio.to_thread(self._ledger.carry_out_due, now)
        if self._notify_url is not None:
            await self._deliver_notices(client, self._notify_url, now)
        if now >= self._forget_at:
            await asyncio.to_thread(self._ledger.forget_messages, now - MESSAGES_KEPT)
            self._forget_at = now + _FORGET_EVERY

    async def _deliver_notices(self, client: httpx.AsyncClient, url: str, now: datetime) -> None:
        for notice in await asyncio.to_thread(self._ledger.claim_due_notices, now):
            body = notice_body(notice)
            headers = {"content-type": "application/json", **self._key.sign_notice(body, now)}
            try:
                answer = await client.post(url, content=body, headers=headers)
            except httpx.HTTPError as fault:
                _log.warning("notice %s waits for its next attempt: %s", notice.notice_id, type(fault).__name__)
                continue
            if answer.is_success:
                await asyncio.to_thread(self._ledger.notice_delivered, notice.notice_id, now)
            else:
                _log.warning("notice %s was answered with %d", notice.notice_id, answer.status_code)
