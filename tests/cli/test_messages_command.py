"""`kiosk messages list`: what customers were told, with nobody's data and no secret in it (SPEC 10.3)."""

from datetime import timedelta

import pytest

from kiosk.cli.words import message_failure
from kiosk.composition import open_shop
from kiosk.config import Settings
from kiosk.domain.notices import SECRET_TEMPLATES
from kiosk.gateways.messages import Channel, Outage
from kiosk.locale import Translator
from storage import notices
from tests.cli.conftest import Inside, Program

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
    """A code, an activation, a word about an order, and a mail to nobody."""
    with open_shop(Settings(data_dir=filled.data_dir), terminal=False) as opened:
        now = opened.shop.now()
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
