"""`kiosk messages list`: what customers were told, with nobody's data and no secret in it (SPEC 10.3)."""

from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import delete

from kiosk.cli.words import message_failure
from kiosk.composition import open_shop
from kiosk.config import Settings
from kiosk.domain.notices import SECRET_TEMPLATES
from kiosk.gateways.messages import Channel, Outage
from kiosk.locale import Translator
from storage import notices, tables
from tests.cli.conftest import Inside, Program
from tests.gateways.message_centre import free_port

KEYS = [
    "notice_id",
    "order_no",
    "channel",
    "template",
    "recipient",
    "body",
    "state",
    "tries",
    "created_at",
    "expires_at",
    "sent_at",
    "delivered_at",
    "failure",
]
PHONE, EMAIL = "13953112345", "li.hua@example.com"


@pytest.fixture
def messages(filled: Program) -> None:
    """A code, an activation, a word about an order, and a mail to nobody; none of the demonstration's own."""
    with open_shop(Settings(data_dir=filled.data_dir), terminal=False) as opened:
        now = opened.shop.now()
        with opened.shop.database.writing() as connection:
            # The demonstration writes to its subscribers.
            connection.execute(delete(tables.notices))
        for key, channel, template, recipient in (
            ("1", Channel.SMS, "sms_code", PHONE),
            ("2", Channel.EMAIL, "activation", EMAIL),
            ("3", Channel.SMS, "order_paid", PHONE),
            ("4", Channel.EMAIL, "activation", "nobody@example.invalid"),
        ):
            with opened.shop.database.writing() as connection:
                notices.queue_notice(
                    connection,
                    notice_key=key,
                    now=now,
                    channel=channel.value,
                    template=template,
                    recipient=recipient,
                    subject="主题" if channel is Channel.EMAIL else None,
                    body=f"604918-{key}",
                    expires_at=now + timedelta(hours=1) if template in SECRET_TEMPLATES else None,
                )


@pytest.mark.usefixtures("messages")
def test_keys_are_stable_and_secrets_are_left_out_before_and_after(inside: Inside, filled: Program) -> None:
    kiosk = inside.on(filled.data_dir)
    waiting = kiosk("messages", "list", "--json")
    kiosk("worker", "--once")
    settled, told = kiosk("messages", "list", "--json"), kiosk("messages", "list")
    for ended in (waiting, settled):
        assert [list(message) for message in ended.document["messages"]] == [KEYS] * 4
        assert [message["body"] for message in ended.document["messages"]] == [None, "604918-3", None, None]
    assert [message["state"] for message in waiting.document["messages"]] == ["queued"] * 4
    after = settled.document["messages"]
    assert [message["state"] for message in after] == ["failed", "sent", "sent", "sent"]
    assert [message["failure"] for message in after] == ["no_such_recipient", None, None, None]
    assert [message["recipient"] for message in after] == [
        "n***@example.invalid",
        "139****2345",
        "l***@example.com",
        "139****2345",
    ]
    for ended in (waiting, settled, told):
        for secret in (PHONE, EMAIL, "604918-1", "604918-2", "604918-4"):
            assert secret not in ended.out
    assert "收件人不存在" in told.out
    assert "邮件" in told.out


@pytest.mark.usefixtures("messages")
def test_the_newest_come_first_and_no_more_than_asked_for(inside: Inside, filled: Program) -> None:
    listed = inside.on(filled.data_dir)("messages", "list", "--limit", "2", "--json").document["messages"]
    assert [message["notice_id"] for message in listed] == [4, 3]


@pytest.mark.parametrize("reason", list(Outage))
def test_every_outage_has_words(reason: Outage) -> None:
    assert message_failure(Translator("en"), reason.value) not in {"", reason.value}


class Mailbox:
    """Takes every mail."""

    def __init__(self) -> None:
        self.recipients: list[str] = []

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        self.recipients += envelope.rcpt_tos
        return "250 OK"


@pytest.mark.usefixtures("messages")
def test_with_a_mail_server_mail_goes_there_and_sms_to_the_sandbox_phone(
    inside: Inside, filled: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SPEC 3.2."""
    mailbox, port = Mailbox(), free_port()
    server = Controller(mailbox, hostname="127.0.0.1", port=port)
    server.start()
    for name, value in {"host": "127.0.0.1", "port": str(port), "security": "none", "from": "a@shop.example"}.items():
        monkeypatch.setenv(f"KIOSK_SMTP_{name.upper()}", value)
    kiosk = inside.on(filled.data_dir)
    try:
        doctor = {check["id"]: check for check in kiosk("doctor", "--json").document["checks"]}
        assert kiosk("worker", "--once", "--json").document["notices"] == 4
    finally:
        server.stop()
    assert doctor["mail"]["status"] == "ok"
    assert doctor["sms"]["status"] == "notice"
    assert mailbox.recipients == [EMAIL, "nobody@example.invalid"]
    with open_shop(Settings(data_dir=filled.data_dir), terminal=False) as opened:
        assert opened.ledger is not None
        assert {message.recipient for message in opened.ledger.messages()} == {PHONE}


@pytest.mark.usefixtures("messages")
def test_without_sandbox_and_servers_messages_wait_and_say_so(
    inside: Inside, filled: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIOSK_SANDBOX", "false")
    kiosk = inside.on(filled.data_dir)
    kiosk("worker", "--once")
    listed = kiosk("messages", "list", "--json").document["messages"]
    assert [(each["state"], each["failure"], each["tries"]) for each in listed] == [("queued", "not_configured", 0)] * 4


@pytest.mark.usefixtures("messages")
def test_nothing_of_a_message_is_in_the_files_in_clear(inside: Inside, filled: Program) -> None:
    """SPEC 10.3."""
    inside.on(filled.data_dir)("worker", "--once")
    files = [file for file in filled.data_dir.rglob("*") if file.is_file()]
    assert any(file.name == "kiosk.sqlite" for file in files)
    for file in files:
        content = file.read_bytes()
        for secret in (PHONE, EMAIL, "604918-1", "604918-2", "604918-3"):
            assert secret.encode() not in content, file
