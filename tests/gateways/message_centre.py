"""A message centre on loopback: what a carrier does with SMS, as far as tests need it."""

import asyncio
import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field

from smpp34 import Esme, Server, SmppError, SubmitSmEvent, Unbound

SILENT = -1
"""As a status: give no answer."""


def free_port() -> int:
    """A port that nobody listens on."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(eq=False)
class MessageCentre:
    """Takes every submit, or answers with the next of `statuses`; `send_receipt` tells what became of one."""

    port: int
    statuses: list[int] = field(default_factory=list)
    submits: list[SubmitSmEvent] = field(default_factory=list)
    taken: list[SubmitSmEvent] = field(default_factory=list)
    binds: int = 0
    _esmes: dict[str, Esme] = field(default_factory=dict)
    _held: list[SubmitSmEvent] = field(default_factory=list)
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)

    @contextlib.contextmanager
    def running(self) -> Iterator["MessageCentre"]:
        """Serve in a thread; leaving cuts every session."""
        self._loop = asyncio.new_event_loop()
        ready = threading.Event()
        thread = threading.Thread(target=self._loop.run_until_complete, args=(self._serve(ready),))
        thread.start()
        ready.wait()
        try:
            yield self
        finally:
            self._loop.call_soon_threadsafe(self._stop.set)
            thread.join()
            self._loop.close()

    async def _serve(self, ready: threading.Event) -> None:
        self._stop = asyncio.Event()
        server = Server("127.0.0.1", self.port, system_id="centre")
        await server.start()
        ready.set()
        stopped = asyncio.create_task(self._stop.wait())
        while True:
            event = asyncio.ensure_future(server.next())
            await asyncio.wait((event, stopped), return_when=asyncio.FIRST_COMPLETED)
            if stopped.done():
                event.cancel()
                break
            match event.result():
                case Esme() as esme:
                    self.binds += 1
                    self._esmes[esme.session_id] = esme
                case Unbound() as ended:
                    self._esmes.pop(ended.session_id, None)
                case SubmitSmEvent() as submit:
                    self._answer(submit)
        for esme in self._esmes.values():
            # The library's server keeps sessions when it stops; one that is over already may never answer.
            with contextlib.suppress(SmppError, TimeoutError):
                await asyncio.wait_for(esme.unbind(), 1)
        self._held.clear()
        self._esmes.clear()
        await server.stop()

    def _answer(self, submit: SubmitSmEvent) -> None:
        self.submits.append(submit)
        status = self.statuses.pop(0) if self.statuses else 0
        if status == SILENT:
            self._held.append(submit)
        elif status:
            submit.reject(status)
        else:
            self.taken.append(submit)
            submit.accept(f"m{len(self.taken)}")

    def deliver(self, text: bytes, esm_class: int = 0x04) -> None:
        """Send something to everybody who is bound."""

        async def send() -> None:
            for esme in list(self._esmes.values()):
                with contextlib.suppress(SmppError):
                    await esme.deliver_sm("10086", text, source_addr="8613853176688", esm_class=esm_class)

        asyncio.run_coroutine_threadsafe(send(), self._loop).result()


def read_back(submits: list[SubmitSmEvent]) -> str:
    """The text as a phone shows it: parts with one reference put together by their numbers."""
    parts: dict[int, bytes] = {}
    references, totals = set(), set()
    for submit in submits:
        octets = submit.short_message
        if submit.esm_class & 0x40:
            header, octets = octets[: octets[0] + 1], octets[octets[0] + 1 :]
            assert header[:3] == b"\x06\x08\x04"
            references.add(header[3:5])
            totals.add(header[5])
            parts[header[6]] = octets
        else:
            parts[1] = octets
            totals.add(1)
        assert len(submit.short_message) <= (140 if submit.data_coding == 8 else 160)
    assert len(references) <= 1
    assert totals == {len(parts)}
    assert sorted(parts) == list(range(1, len(parts) + 1))
    whole = [parts[nth] for nth in sorted(parts)]
    if submits[0].data_coding == 8:
        return "".join(part.decode("utf-16-be") for part in whole)
    return "".join(read_septets(part) for part in whole)


def read_septets(octets: bytes) -> str:
    """GSM 7-bit, unpacked, as 3GPP TS 23.038 prints it; written here anew, so as not to repeat a mistake."""
    table = (
        "@£$¥èéùìòÇ\nØø\rÅå"
        "Δ_ΦΓΛΩΠΨΣΘΞ\N{ESCAPE}ÆæßÉ"
        " !\"#¤%&'()*+,-./"
        "0123456789:;<=>?"
        "¡ABCDEFGHIJKLMNO"
        "PQRSTUVWXYZÄÖÑÜ§"
        "¿abcdefghijklmno"
        "pqrstuvwxyzäöñüà"
    )
    escaped = dict(zip(b"\x0a\x14\x28\x29\x2f\x3c\x3d\x3e\x40\x65", "\f^{}\\[~]|€", strict=True))
    text, codes = "", iter(octets)
    for code in codes:
        text += escaped[next(codes)] if code == 0x1B else table[code]
    return text
