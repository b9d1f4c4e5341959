"""E-mail through a real SMTP server on loopback (SPEC 3.2, 3.3)."""

import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from kiosk.gateways.mail import MailMessages, Security, SmtpAccount
from kiosk.gateways.messages import Channel, MessageGatewayUnavailable, MessageUndeliverable, Outage
from kiosk.gateways.retry_pace import RetryPace

NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
SENDER = "移动营业厅 <no-reply@shop.example.com>"
USER, PASSWORD = "kiosk", "correct horse"


@dataclass
class Inbox:
    """The server's side: what it took, and what it says instead of taking it."""

    mails: list[EmailMessage] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    rcpt: str = ""
    data: str = ""
    hangs_up_after_data: bool = False
    slow_seconds: float = 0.0

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        time.sleep(self.slow_seconds)
        if self.rcpt:
            return self.rcpt
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:
        if self.data:
            return self.data
        mail = message_from_bytes(envelope.content or b"", policy=default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        assert server.transport is not None
        self.encrypted.append(server.transport.get_extra_info("sslcontext") is not None)
        if self.hangs_up_after_data:
            server.transport.abort()
        return "250 OK"


@dataclass(frozen=True)
class Certificate:
    """A certificate of its own authority, for a server and for whoever trusts it."""

    server: ssl.SSLContext
    trust: ssl.SSLContext


def make_certificate(folder: Path, host: str = "127.0.0.1") -> Certificate:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail")])
    today = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(host))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"mail-{host}.pem"
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(file)
    return Certificate(server, ssl.create_default_context(cafile=file))


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("mail"))


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Door:
    """Lets one user in."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def __call__(self, _server: SMTP, _session: Session, _envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        self.seen.append(mechanism)
        assert isinstance(data, LoginPassword)
        allowed = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=allowed, handled=False)


@contextmanager
def serving(inbox: Inbox, *, security: Security, certificate: Certificate, **options: Any) -> Iterator[int]:
    port = free_port()
    match security:
        case Security.STARTTLS:
            options |= {"tls_context": certificate.server, "require_starttls": True}
        case Security.TLS:
            options |= {"ssl_context": certificate.server}
        case Security.NONE:
            pass
    controller = Controller(inbox, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


def mailer(port: int, security: Security = Security.NONE, **options: Any) -> MailMessages:
    account = SmtpAccount("127.0.0.1", security, SENDER, port, options.pop("user", ""), options.pop("password", ""))
    return MailMessages(account, lambda: NOW, step_seconds=2.0, **options)


def post(gateway: MailMessages, key: str = "k", to: str = "li.hua@example.com", subject: str = "请激活您的账号") -> str:
    return gateway.send(key, Channel.EMAIL, to, subject, "您的激活码：482913\n.\n24 小时内有效。")


@pytest.mark.parametrize("security", list(Security))
def test_a_mail_arrives_whole_and_private_where_it_should_be(security: Security, certificate: Certificate) -> None:
    """SPEC 3.2."""
    inbox = Inbox()
    with serving(inbox, security=security, certificate=certificate) as port:
        post(mailer(port, security, trust=certificate.trust))
    (mail,) = inbox.mails
    assert mail["Subject"] == "请激活您的账号"
    assert mail["To"] == "li.hua@example.com"
    assert mail["From"].addresses[0] == Address("移动营业厅", addr_spec="no-reply@shop.example.com")
    assert mail["Date"].datetime == NOW
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content().splitlines() == ["您的激活码：482913", ".", "24 小时内有效。"]
    assert inbox.encrypted == [security is not Security.NONE]


def test_the_same_key_bears_the_same_message_id(certificate: Certificate) -> None:
    inbox = Inbox()
    with serving(inbox, security=Security.NONE, certificate=certificate) as port:
        gateway = mailer(port)
        told = [post(gateway, key) for key in ("activation:1", "activation:1", "activation:2")]
    ids = [str(mail["Message-ID"]) for mail in inbox.mails]
    assert ids[0] == ids[1] != ids[2]
    assert [f"<{each}@shop.example.com>" for each in told] == ids
    assert "activation" not in ids[0]


@pytest.mark.parametrize(("password", "taken"), [(PASSWORD, True), ("wrong", False)])
def test_it_logs_in_and_says_when_it_is_not_let_in(certificate: Certificate, password: str, taken: bool) -> None:
    """SPEC 3.3."""
    inbox, door = Inbox(), Door()
    with serving(
        inbox, security=Security.STARTTLS, certificate=certificate, authenticator=door, auth_required=True
    ) as port:
        gateway = mailer(port, Security.STARTTLS, trust=certificate.trust, user=USER, password=password)
        if taken:
            gateway.try_connection()
            post(gateway)
        else:
            for attempt in (gateway.try_connection, lambda: post(gateway)):
                with pytest.raises(MessageGatewayUnavailable) as caught:
                    attempt()
                assert caught.value.reason is Outage.LOGIN
    assert len(inbox.mails) == taken


def test_a_server_that_wants_a_login_is_told_from_a_refused_recipient(certificate: Certificate) -> None:
    with (
        serving(
            Inbox(), security=Security.STARTTLS, certificate=certificate, authenticator=Door(), auth_required=True
        ) as port,
        pytest.raises(MessageGatewayUnavailable) as caught,
    ):
        post(mailer(port, Security.STARTTLS, trust=certificate.trust))
    assert caught.value.reason is Outage.LOGIN


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("550 no such user", "no_such_recipient"),
        ("550 5.1.1 no such user", "no_such_recipient"),
        ("553 5.1.3 bad address", "no_such_recipient"),
        ("552 full", "mailbox_full"),
        ("550 5.2.2 over quota", "mailbox_full"),
        ("550 5.7.1 policy", "recipient_refused"),
        ("554 no", "recipient_refused"),
    ],
)
def test_a_refused_recipient_is_given_up(certificate: Certificate, answer: str, reason: str) -> None:
    """SPEC 3.3: an address that doesn't exist is told from a network that is down."""
    with (
        serving(Inbox(rcpt=answer), security=Security.NONE, certificate=certificate) as port,
        pytest.raises(MessageUndeliverable) as caught,
    ):
        post(mailer(port))
    assert caught.value.reason == reason


@pytest.mark.parametrize("field", ["rcpt", "data"])
def test_a_server_that_asks_to_come_back_is_asked_again(certificate: Certificate, field: str) -> None:
    """SPEC 3.3; a recipient who has to wait doesn't keep others from their mail."""
    inbox = Inbox()
    setattr(inbox, field, "451 4.7.1 greylisted")
    with serving(inbox, security=Security.NONE, certificate=certificate) as port:
        gateway = mailer(port)
        with pytest.raises(MessageGatewayUnavailable) as caught:
            post(gateway)
        assert caught.value.reason is Outage.BUSY
        gateway.prepare(Channel.EMAIL)
        setattr(inbox, field, "")
        post(gateway)
    assert len(inbox.mails) == 1


def test_a_refused_text_is_given_up(certificate: Certificate) -> None:
    with (
        serving(Inbox(data="554 5.7.0 spam"), security=Security.NONE, certificate=certificate) as port,
        pytest.raises(MessageUndeliverable) as caught,
    ):
        post(mailer(port))
    assert caught.value.reason == "message_refused"


def test_nobody_is_there(certificate: Certificate) -> None:
    """SPEC 3.3; the next messages don't wait for the same fault."""
    gateway = mailer(free_port())
    with pytest.raises(MessageGatewayUnavailable) as caught:
        post(gateway)
    assert caught.value.reason is Outage.NETWORK
    with pytest.raises(MessageGatewayUnavailable):
        gateway.prepare(Channel.EMAIL)


def test_an_answer_lost_after_the_text_is_asked_for_again(certificate: Certificate) -> None:
    inbox = Inbox(hangs_up_after_data=True)
    with serving(inbox, security=Security.NONE, certificate=certificate) as port:
        gateway = mailer(port)
        with pytest.raises(MessageGatewayUnavailable):
            post(gateway)
        inbox.hangs_up_after_data = False
        post(gateway)
    first, second = inbox.mails
    assert first["Message-ID"] == second["Message-ID"]


def test_a_slow_server_is_not_waited_for_long(certificate: Certificate) -> None:
    inbox = Inbox(slow_seconds=1.0)
    with serving(inbox, security=Security.NONE, certificate=certificate) as port:
        began = time.monotonic()
        with pytest.raises(MessageGatewayUnavailable) as caught:
            post(mailer(port, message_seconds=0.3))
        assert time.monotonic() - began < 1.0
    assert caught.value.reason is Outage.NETWORK
    assert inbox.mails == []


@contextmanager
def talking(*lines: bytes, times: int = 1) -> Iterator[tuple[int, list[bytes]]]:
    """A server that says these lines, one at the start and one after each thing it hears, then falls silent."""
    heard: list[bytes] = []
    with closing(socket.create_server(("127.0.0.1", 0))) as server:

        def serve() -> None:
            for _ in range(times):
                connection, _ = server.accept()
                with connection:
                    connection.settimeout(3)
                    for line in lines:
                        connection.sendall(line)
                        heard.append(connection.recv(4096))
                    while data := connection.recv(4096):
                        heard.append(data)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield int(server.getsockname()[1]), heard
        finally:
            thread.join()


def test_a_server_that_greets_and_falls_silent_is_asked_less_and_less_often(certificate: Certificate) -> None:
    """SPEC 3.3: being greeted doesn't end the pauses; a mail that was given does."""
    seconds = 0.0
    pace = RetryPace(lambda: seconds)
    with talking(b"220 mail ESMTP\r\n", b"250 mail\r\n", times=2) as (port, heard):
        gateway = mailer(port, message_seconds=0.5, pace=pace)
        for pause in (1, 2):
            with pytest.raises(MessageGatewayUnavailable):
                post(gateway)
            seconds += pause - 0.1
            with pytest.raises(MessageGatewayUnavailable):
                gateway.prepare(Channel.EMAIL)
            seconds += 0.2
            gateway.prepare(Channel.EMAIL)
    assert sum(said.startswith(b"MAIL") for said in heard) == 2
    with serving(Inbox(), security=Security.NONE, certificate=certificate) as port:
        post(mailer(port, pace=pace))
        pace.failed(Outage.NETWORK)
        seconds += 1.1
        pace.check()


@pytest.mark.parametrize(
    ("greeting", "reason"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", Outage.ANSWER),
        (b"\x00\xff\x16garbage\r\n", Outage.ANSWER),
        (b"421 too many connections\r\n", Outage.BUSY),
        (b"554 go away\r\n", Outage.REFUSED),
    ],
)
def test_whatever_answers_a_reason_is_given(greeting: bytes, reason: Outage) -> None:
    """SPEC 3.3."""
    with talking(greeting) as (port, _), pytest.raises(MessageGatewayUnavailable) as caught:
        post(mailer(port))
    assert caught.value.reason is reason


def test_without_the_encryption_it_wants_it_sends_nothing() -> None:
    greeting, abilities = b"220 mail ESMTP\r\n", b"250-mail\r\n250 AUTH PLAIN LOGIN\r\n"
    with talking(greeting, abilities) as (port, heard):
        with pytest.raises(MessageGatewayUnavailable) as caught:
            post(mailer(port, Security.STARTTLS, user=USER, password=PASSWORD))
        assert caught.value.reason is Outage.TLS
    said = b"".join(heard)
    assert said.startswith(b"EHLO")
    for secret in (b"MAIL", b"AUTH", b"RCPT", b"li.hua"):
        assert secret not in said


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
def test_a_certificate_that_is_not_trusted_gets_nothing(
    security: Security, certificate: Certificate, tmp_path: Path
) -> None:
    inbox = Inbox()
    with serving(inbox, security=security, certificate=certificate) as port:
        for trust in (None, make_certificate(tmp_path, "127.0.0.2").trust):
            with pytest.raises(MessageGatewayUnavailable) as caught:
                post(mailer(port, security, trust=trust))
            assert caught.value.reason is Outage.TLS
    assert inbox.mails == []


def test_a_certificate_of_another_host_gets_nothing(tmp_path: Path) -> None:
    inbox, elsewhere = Inbox(), make_certificate(tmp_path, "127.0.0.2")
    with serving(inbox, security=Security.STARTTLS, certificate=elsewhere) as port:
        with pytest.raises(MessageGatewayUnavailable) as caught:
            post(mailer(port, Security.STARTTLS, trust=elsewhere.trust))
        assert caught.value.reason is Outage.TLS
    assert inbox.mails == []


@pytest.mark.parametrize(
    "address",
    [
        "nobody",
        "a@b\r\nBcc: c@d.example",
        "a@b.example>\nRCPT TO:<c@d.example",
        "a b@example.com",
        "<a@example.com>",
        '"a b"@example.com',
        "李@example.com",
        "a@",
        "a@-x.example",
        "a..b@example.com",
        "a@b@c.example",
        "a@" + "x" * 300 + ".example",
        "",
    ],
)
def test_what_is_no_address_is_undeliverable_and_nobody_is_asked(address: str) -> None:
    with pytest.raises(MessageUndeliverable) as caught:
        post(mailer(free_port()), to=address)
    assert caught.value.reason == "no_such_recipient"


def test_a_domain_in_hanzi_is_reached_by_its_other_name(certificate: Certificate) -> None:
    inbox = Inbox()
    with serving(inbox, security=Security.NONE, certificate=certificate) as port:
        post(mailer(port), to="li@例子.com")
    assert inbox.mails[0]["To"] == "li@xn--fsqu00a.com"


@given(st.text(max_size=60), st.text(max_size=300))
def test_no_subject_or_text_makes_another_header(subject: str, body: str) -> None:
    """Whatever it holds, a mail has the headers that it should, and its text."""
    mail = mailer(1)._write("id", "li.hua@example.com", subject, body)
    read = message_from_bytes(mail.as_bytes(), policy=default)
    assert isinstance(read, EmailMessage)
    assert sorted(read.keys()) == sorted(
        [
            "From",
            "To",
            "Subject",
            "Date",
            "Message-ID",
            "Auto-Submitted",
            "Content-Type",
            "Content-Transfer-Encoding",
            "MIME-Version",
        ]
    )
    plain = body.replace("\r\n", "\n").replace("\r", "\n")
    assert read.get_content().replace("\r\n", "\n").rstrip("\n") == plain.rstrip("\n")


def test_no_repr_shows_the_password() -> None:
    assert PASSWORD not in repr(SmtpAccount("h", Security.TLS, SENDER, 0, USER, PASSWORD))
