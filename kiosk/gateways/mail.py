"""E-mail through an SMTP server as a message gateway (SPEC 3.2, 3.3)."""

import asyncio
import contextlib
import re
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime
from enum import StrEnum
from functools import cache
from hashlib import sha256
from typing import Final

import aiosmtplib

from kiosk.domain.mail_address import in_ascii, read_sender
from kiosk.gateways.messages import (
    Channel,
    MessageGatewayUnavailable,
    MessageUndeliverable,
    Outage,
    ReadyGateway,
)
from kiosk.gateways.retry_pace import RetryPace

_STEP_SECONDS: Final = 10.0
_MESSAGE_SECONDS: Final = 40.0
"""For all steps together, so that a server that trickles can't keep a worker."""

_CONTROLS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029\ud800-\udfff]+")
_SURROGATES = re.compile(r"[\ud800-\udfff]")
# RFC 3463: the class, subject and detail that may follow the three digits.
_ENHANCED = re.compile(r"\s*5\.(\d{1,3})\.(\d{1,3})\b")
_TEMPORARY: Final = range(400, 500)
_WANTS_LOGIN: Final = frozenset({530, 534, 535, 538})
_NO_MAILBOX: Final = frozenset({550, 551, 553})
_FULL: Final = 552


class Security(StrEnum):
    """How the connection is kept private."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


USUAL_PORTS: Final = {Security.STARTTLS: 587, Security.TLS: 465, Security.NONE: 25}


@dataclass(frozen=True, slots=True)
class SmtpAccount:
    """Which server takes the mail, and who this shop is there."""

    host: str
    security: Security
    sender: str
    """An address, or a name with the address in angle brackets."""
    port: int = 0
    """0: the usual one."""
    user: str = ""
    password: str = field(default="", repr=False)


class MailMessages(ReadyGateway):
    """Sends plain-text mail, one connection a message.

    Every message has a Message-ID made from its key: one that was sent twice, because its answer was lost, is known
    to be the same by whoever receives it. `trust` replaces the machine's own certificate authorities.
    """

    def __init__(
        self,
        account: SmtpAccount,
        now: Callable[[], datetime],
        *,
        trust: ssl.SSLContext | None = None,
        pace: RetryPace | None = None,
        step_seconds: float = _STEP_SECONDS,
        message_seconds: float = _MESSAGE_SECONDS,
    ) -> None:
        self._account = account
        name, address = read_sender(account.sender)
        self._sender = Address(display_name=name, addr_spec=address)
        self._now = now
        self._trust = trust
        self._pace = pace or RetryPace()
        self._step_seconds = step_seconds
        self._message_seconds = message_seconds

    def prepare(self, channel: Channel) -> None:
        """Raise `MessageGatewayUnavailable` soon after a fault; a connection is made for each message."""
        self._pace.check()

    def try_connection(self) -> None:
        """Connect, log in and leave without sending; raises `MessageGatewayUnavailable`."""
        self._in_time(None)

    def send(self, message_key: str, channel: Channel, recipient: str, subject: str, body: str) -> str:
        """Hand one mail over and return the part of its Message-ID before the `@`."""
        address = in_ascii(recipient)
        if address is None:
            raise MessageUndeliverable("no_such_recipient")
        message_id = sha256(message_key.encode()).hexdigest()[:40]
        self._in_time(self._write(message_id, address, subject, body))
        return message_id

    def _write(self, message_id: str, recipient: str, subject: str, body: str) -> EmailMessage:
        mail = EmailMessage(policy=SMTP_POLICY)
        mail["From"] = self._sender
        mail["To"] = Address(addr_spec=recipient)
        mail["Subject"] = _CONTROLS.sub(" ", subject).strip()
        mail["Date"] = format_datetime(self._now())
        mail["Message-ID"] = f"<{message_id}@{self._sender.domain}>"
        # RFC 3834: absent people's programs don't answer it.
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(_SURROGATES.sub("?", body), cte="base64")
        return mail

    def _in_time(self, mail: EmailMessage | None) -> None:
        try:
            asyncio.run(asyncio.wait_for(self._hand_over(mail), self._message_seconds))
        except TimeoutError as fault:
            self._pace.failed(Outage.NETWORK)
            raise MessageGatewayUnavailable(Outage.NETWORK) from fault

    async def _hand_over(self, mail: EmailMessage | None) -> None:
        client = aiosmtplib.SMTP(
            hostname=self._account.host,
            port=self._account.port or USUAL_PORTS[self._account.security],
            use_tls=self._account.security is Security.TLS,
            # Done below: by itself the library would take encryption where it finds it, and go without elsewhere.
            start_tls=False,
            tls_context=self._trust or _machine_trust(),
            timeout=self._step_seconds,
            local_hostname=self._sender.domain,
        )
        try:
            try:
                await self._connect(client)
            except MessageGatewayUnavailable as fault:
                self._pace.failed(fault.reason)
                raise
            if mail is not None:
                await self._give(client, mail)
            # Not before: a server that greets and then falls silent must be asked less and less often.
            self._pace.succeeded()
            # Whatever is said to a farewell, the mail is taken.
            with contextlib.suppress(aiosmtplib.SMTPException, OSError):
                await client.quit()
        finally:
            client.close()

    async def _connect(self, client: aiosmtplib.SMTP) -> None:
        """Connect, encrypt and log in; raises `MessageGatewayUnavailable`."""
        account = self._account
        try:
            await client.connect()
            await client.ehlo()
        except (aiosmtplib.SMTPException, OSError) as fault:
            raise MessageGatewayUnavailable(_outage(fault)) from fault
        if account.security is Security.STARTTLS:
            try:
                await client.starttls()
            except (aiosmtplib.SMTPException, OSError) as fault:
                # A server that doesn't offer it may be somebody between: nothing goes out in clear.
                lost = isinstance(fault, aiosmtplib.SMTPServerDisconnected | aiosmtplib.SMTPTimeoutError)
                outage = _outage(fault) if lost else Outage.TLS
                raise MessageGatewayUnavailable(outage) from fault
        if account.user:
            try:
                await client.login(account.user, account.password)
            except (aiosmtplib.SMTPException, OSError) as fault:
                outage = _outage(fault)
                raise MessageGatewayUnavailable(Outage.LOGIN if outage is Outage.REFUSED else outage) from fault

    async def _give(self, client: aiosmtplib.SMTP, mail: EmailMessage) -> None:
        """Envelope and text; raises `MessageUndeliverable` or `MessageGatewayUnavailable`."""
        try:
            await client.mail(self._sender.addr_spec)
            await client.rcpt(mail["To"].addresses[0].addr_spec)
            await client.data(mail.as_bytes())
        except aiosmtplib.SMTPRecipientRefused as fault:
            if _is_final(fault):
                raise MessageUndeliverable(_refusal(fault.code, fault.message)) from fault
            # It may concern this recipient alone, so that others are tried meanwhile: greylisting, for one.
            raise MessageGatewayUnavailable(_outage(fault)) from fault
        except aiosmtplib.SMTPDataError as fault:
            if _is_final(fault):
                raise MessageUndeliverable("message_refused") from fault
            raise MessageGatewayUnavailable(_outage(fault)) from fault
        except (aiosmtplib.SMTPException, OSError) as fault:
            outage = _outage(fault)
            self._pace.failed(outage)
            raise MessageGatewayUnavailable(outage) from fault


@cache
def _machine_trust() -> ssl.SSLContext:
    """What this machine trusts, read once."""
    return ssl.create_default_context()


def _is_final(fault: aiosmtplib.SMTPResponseException) -> bool:
    return fault.code >= _TEMPORARY.stop and fault.code not in _WANTS_LOGIN


def _outage(fault: BaseException) -> Outage:
    """Why a step came to nothing."""
    cause: BaseException | None = fault
    while cause is not None:
        if isinstance(cause, ssl.SSLError | ssl.CertificateError):
            return Outage.TLS
        cause = cause.__cause__
    if not isinstance(fault, aiosmtplib.SMTPResponseException):
        is_lost = isinstance(fault, OSError | aiosmtplib.SMTPServerDisconnected | aiosmtplib.SMTPTimeoutError)
        return Outage.NETWORK if is_lost else Outage.REFUSED
    if fault.code in _TEMPORARY:
        return Outage.BUSY
    if fault.code in _WANTS_LOGIN or isinstance(fault, aiosmtplib.SMTPAuthenticationError):
        return Outage.LOGIN
    return Outage.REFUSED if fault.code >= _TEMPORARY.stop else Outage.ANSWER


def _refusal(code: int, message: str) -> str:
    """A word for why a recipient was refused: by the enhanced code, else by the three digits (RFC 5321, 4.2.3)."""
    enhanced = _ENHANCED.match(message)
    match enhanced.groups() if enhanced else None:
        case ("1", _):
            return "no_such_recipient"
        case ("2", "2"):
            return "mailbox_full"
        case None if code in _NO_MAILBOX:
            return "no_such_recipient"
        case None if code == _FULL:
            return "mailbox_full"
    return "recipient_refused"
