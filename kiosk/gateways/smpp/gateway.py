"""SMS through SMPP as a message gateway (SPEC 3.5, 4.8). docs/messages.md says what is sent again and what isn't."""

import asyncio
import contextlib
import threading
from collections.abc import Callable, Collection, Coroutine, Sequence
from concurrent.futures import CancelledError
from datetime import datetime
from functools import partial
from hashlib import sha256
from typing import Any, Final, TypeVar

from smpp34 import DeliverSmEvent

from kiosk.domain.msisdn import parse_msisdn
from kiosk.gateways.messages import (
    Channel,
    MessageFateUnknown,
    MessageGateway,
    MessageGatewayUnavailable,
    MessageRefused,
    MessageUndeliverable,
    Outage,
    Receipt,
)
from kiosk.gateways.retry_pace import RetryPace
from kiosk.gateways.smpp.receipt import read_receipt
from kiosk.gateways.smpp.session import AnswerMissing, SmppAccount, SmppSession
from kiosk.gateways.smpp.text import EncodedText, encode_text

_T = TypeVar("_T")

# SMPP 3.4, 5.1.3.
_OK: Final = 0x00
_SLOW_DOWN: Final = frozenset({0x14, 0x58})  # RMSGQFUL, RTHROTTLED
_LATER: Final = frozenset({0x08})  # RSYSERR
_NOT_FROM_HERE: Final = frozenset({0x03, 0x04, 0x05, 0x0A, 0x0D, 0x0E, 0x0F, 0x15, 0x48, 0x49, 0x53})
"""RINVCMDID, RINVBNDSTS, RALYBND, RINVSRCADR, RBINDFAIL, RINVPASWD, RINVSYSID, RINVSERTYP, RINVSRCTON, RINVSRCNPI,
RINVSYSTYP: what this shop is or sends from, whatever the message."""
_NO_SUCH_RECIPIENT: Final = frozenset({0x0B})  # RINVDSTADR
_BAD_MESSAGE: Final = frozenset({0x01, 0x43})  # RINVMSGLEN, RINVESMCLASS

_INTERNATIONAL, _UNKNOWN_TYPE, _ALPHANUMERIC = 1, 0, 5
_E164: Final = 1
_WITH_HEADER: Final = 0x40
_LONGEST_TEXT: Final = 10
"""Parts: nobody reads a longer SMS, and all of them have to be submitted within a worker's lease."""
_PART_WAITS: Final = (0.2, 0.5, 1.0, 2.0)
"""Seconds to wait when the message centre slows down in the middle of a message."""
_MESSAGE_SECONDS: Final = 45.0
"""With the answer to the last part still well within a worker's lease of two minutes."""
_WORK_SECONDS: Final = 110.0
"""Above the sum of the limits within (to begin a message's last part, bind, wait for its answer, leave), and below a
worker's lease: what takes longer never comes back."""
_LEAVE_SECONDS: Final = 8.0
"""Above the limits within `SmppSession.leave`."""
_CLOSE_SECONDS: Final = 3.0
"""For each of: a message under way, and the end of the thread."""
_MOST_RECEIPTS: Final = 10_000


class SmppMessages(MessageGateway):
    """Sends SMS over one session that this process keeps; make it once, and close it.

    SMPP knows no keys: a message whose answer is missing raises `MessageFateUnknown` and isn't sent again.
    """

    def __init__(
        self,
        account: SmppAccount,
        now: Callable[[], datetime],
        *,
        pace: RetryPace | None = None,
        work_seconds: float = _WORK_SECONDS,
        close_seconds: float = _CLOSE_SECONDS,
        **seconds: float,
    ) -> None:
        self._now = now
        self._source_type = _ALPHANUMERIC if not account.source.isdigit() else _UNKNOWN_TYPE
        self._pace = pace or RetryPace()
        self._slower = RetryPace()
        self._make_session = partial(SmppSession, account, self._take_arrival, pace=self._pace, **seconds)
        self._session = self._make_session()
        self._work_seconds = work_seconds
        self._close_seconds = close_seconds
        self._receipts: dict[Receipt, None] = {}
        self._one_at_a_time = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    def prepare(self, channel: Channel) -> None:
        """Bind unless bound; raises `MessageGatewayUnavailable`, at once while it was asked to slow down."""
        self._slower.check()
        with self._one_at_a_time:
            try:
                self._run(self._session.bind(), self._work_seconds)
            except AnswerMissing as fault:
                raise MessageGatewayUnavailable(Outage.NETWORK) from fault

    def send(self, message_key: str, channel: Channel, recipient: str, subject: str, body: str) -> str:
        """Submit the text to a mainland mobile number, in parts if it is long, and return the number of the last.

        The receipt is asked for with the last part.
        """
        destination = _destination(recipient)
        reference = int.from_bytes(sha256(message_key.encode()).digest()[:2], "big")
        try:
            text = encode_text(body, reference)
        except ValueError as fault:
            raise MessageUndeliverable("too_long") from fault
        if len(text.parts) > _LONGEST_TEXT:
            raise MessageUndeliverable("too_long")
        with self._one_at_a_time:
            try:
                return self._run(self._submit(destination, text), self._work_seconds)
            except AnswerMissing as fault:
                raise MessageFateUnknown from fault

    def knows_keys(self, channel: Channel) -> bool:
        """Never: SMPP has nothing by which a message centre would know a repeated message."""
        return False

    def reaches_people(self, channel: Channel) -> bool:
        """Always."""
        return True

    def receipts(self) -> Sequence[Receipt]:
        """What arrived over this process's session."""
        return list(self._receipts)

    def forget_receipts(self, receipts: Collection[Receipt]) -> None:
        """Drop those that are written down."""
        for receipt in receipts:
            self._receipts.pop(receipt, None)

    def close(self) -> None:
        """Unbind and end the thread, in seconds; what is still being submitted then is cut off, its fate unknown."""
        is_free = self._one_at_a_time.acquire(timeout=self._close_seconds)
        try:
            if is_free and self._loop is not None:
                with contextlib.suppress(AnswerMissing):
                    self._run(self._session.leave(), _LEAVE_SECONDS)
            thread = self._thread
            self._end_loop()
            if thread is not None:
                thread.join(self._close_seconds)
        finally:
            if is_free:
                self._one_at_a_time.release()

    async def _submit(self, destination: str, text: EncodedText) -> str:
        """All parts in turn. Until the last is out, the phone shows nothing: what fails before may be repeated whole.

        The parts of a repeated message bear the same reference, and replace those that the phone has already.
        """
        message_id = ""
        ends_at = asyncio.get_running_loop().time() + _MESSAGE_SECONDS
        for nth, part in enumerate(text.parts, 1):
            is_last = nth == len(text.parts)
            if asyncio.get_running_loop().time() > ends_at:
                raise MessageGatewayUnavailable(Outage.BUSY)
            try:
                status, message_id = await self._submit_part(
                    destination, text, part, nth=nth, is_last=is_last, ends_at=ends_at
                )
            except AnswerMissing as fault:
                if is_last:
                    raise MessageFateUnknown from fault
                raise MessageGatewayUnavailable(Outage.NETWORK) from fault
            self._judge(status)
        self._slower.succeeded()
        return message_id[:64]

    async def _submit_part(
        self, destination: str, text: EncodedText, part: bytes, *, nth: int, is_last: bool, ends_at: float
    ) -> tuple[int, str]:
        for wait in (*(_PART_WAITS if nth > 1 else ()), None):
            answer = await self._session.submit(
                destination,
                part,
                source_addr_ton=self._source_type,
                source_addr_npi=_E164 if self._source_type != _ALPHANUMERIC else 0,
                dest_addr_ton=_INTERNATIONAL,
                dest_addr_npi=_E164,
                esm_class=_WITH_HEADER if text.has_headers else 0,
                registered_delivery=1 if is_last else 0,
                data_coding=text.data_coding,
            )
            is_late = asyncio.get_running_loop().time() > ends_at
            if wait is None or is_late or answer[0] not in _SLOW_DOWN:
                break
            await asyncio.sleep(wait)
        return answer

    def _judge(self, status: int) -> None:
        if status == _OK:
            return
        if status in _NO_SUCH_RECIPIENT:
            raise MessageUndeliverable("no_such_recipient")
        if status in _BAD_MESSAGE:
            raise MessageUndeliverable("message_refused")
        if status in _SLOW_DOWN | _LATER:
            reason = Outage.BUSY
        elif status in _NOT_FROM_HERE:
            reason = Outage.REFUSED
        else:
            # Vendors have statuses of their own (from 0x400 on); one message mustn't hold up all others.
            raise MessageRefused
        self._slower.failed(reason)
        raise MessageGatewayUnavailable(reason)

    def _take_arrival(self, arrival: DeliverSmEvent) -> None:
        receipt = read_receipt(arrival, self._now())
        if receipt is not None and len(self._receipts) < _MOST_RECEIPTS:
            self._receipts[receipt] = None

    def _run(self, work: Coroutine[Any, Any, _T], seconds: float) -> _T:
        """Do it in the thread that the session lives in; raises `AnswerMissing` when it doesn't come back.

        That thread and the session are given up then, and the next message gets new ones.
        """
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            self._thread = threading.Thread(target=_live, args=(self._loop,), name="smpp", daemon=True)
            self._thread.start()
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result(seconds)
        except (TimeoutError, CancelledError) as fault:
            self._pace.failed(Outage.NETWORK)
            self._end_loop()
            self._session = self._make_session()
            raise AnswerMissing from fault

    def _end_loop(self) -> None:
        loop, self._loop, self._thread = self._loop, None, None
        if loop is not None:
            # It may have ended by itself meanwhile.
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(loop.stop)


def _live(loop: asyncio.AbstractEventLoop) -> None:
    """Run the loop until it is stopped; what is under way then is cancelled."""
    loop.run_forever()
    loop.run_until_complete(_cancel_the_rest())
    loop.close()


async def _cancel_the_rest() -> None:
    rest = asyncio.all_tasks() - {asyncio.current_task()}
    for task in rest:
        task.cancel()
    await asyncio.gather(*rest, return_exceptions=True)


def _destination(recipient: str) -> str:
    """A mainland mobile number as an international one, without the plus (ITU-T E.164)."""
    try:
        return f"86{parse_msisdn(recipient)}"
    except ValueError as fault:
        raise MessageUndeliverable("no_such_recipient") from fault
