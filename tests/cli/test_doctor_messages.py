"""`kiosk doctor` on mail and SMS: who carries them, and how to mend it (SPEC 10.5)."""

from pathlib import Path
from typing import Any

import pytest

from kiosk.cli.doctor.finding import Finding, Status
from kiosk.cli.doctor.messages import of_messages
from kiosk.cli.doctor.shop import of_shop
from kiosk.config import Settings
from kiosk.gateways.messages import MessageGatewayUnavailable, Outage
from kiosk.locale import Translator
from tests.gateways.message_centre import MessageCentre, free_port

TR = Translator("zh")


def looked_at(tmp_path: Path, **settings: Any) -> dict[str, Finding]:
    return {finding.id: finding for finding in of_messages(TR, Settings(data_dir=tmp_path, **settings))}


def test_without_settings_the_sandbox_has_them(tmp_path: Path) -> None:
    found = looked_at(tmp_path)
    assert {id_: finding.status for id_, finding in found.items()} == {"mail": Status.NOTICE, "sms": Status.NOTICE}
    assert "沙箱" in found["mail"].detail


def test_without_sandbox_nobody_has_them(tmp_path: Path) -> None:
    found = looked_at(tmp_path, sandbox=False)
    assert {finding.status for finding in found.values()} == {Status.PROBLEM}
    assert "smtp_host" in found["mail"].remedy
    assert "smpp_host" in found["sms"].remedy


def test_a_server_that_is_away_is_named_with_what_to_check(tmp_path: Path) -> None:
    port = free_port()
    mail = {"smtp_host": "127.0.0.1", "smtp_port": port, "smtp_from": "a@b.example"}
    sms = {"smpp_host": "127.0.0.1", "smpp_port": port, "smpp_system_id": "kiosk", "smpp_source": "10086"}
    found = looked_at(tmp_path, **mail, **sms)
    for id_, names in (("mail", "smtp_host, smtp_port"), ("sms", "smpp_host, smpp_port")):
        assert found[id_].status is Status.PROBLEM
        assert "127.0.0.1" in found[id_].detail
        assert names in found[id_].remedy


def test_a_message_centre_that_lets_the_shop_in_is_well(tmp_path: Path) -> None:
    with MessageCentre(free_port()).running() as centre:
        sms = {"smpp_host": "127.0.0.1", "smpp_port": centre.port, "smpp_system_id": "kiosk", "smpp_source": "10086"}
        found = looked_at(tmp_path, **sms)
        assert centre.submits == []
    assert (found["sms"].status, found["sms"].detail) == (Status.OK, "已连接：127.0.0.1")


@pytest.mark.parametrize("reason", list(Outage))
def test_every_reason_has_words_and_a_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reason: Outage) -> None:
    def fail(_settings: Settings) -> None:
        raise MessageGatewayUnavailable(reason)

    monkeypatch.setattr("kiosk.cli.doctor.messages._try_mail", fail)
    monkeypatch.setattr("kiosk.cli.doctor.messages._try_sms", fail)
    for finding in looked_at(tmp_path, smtp_host="mail.example", smpp_host="sms.example").values():
        assert finding.status is Status.PROBLEM
        assert finding.detail.split(": ")[1] != reason.value
        assert finding.remedy


@pytest.mark.parametrize(("host", "status"), [("", Status.NOTICE), ("sms.example", Status.PROBLEM)])
def test_a_demonstration_beside_a_real_message_centre_is_a_problem(
    filled_data_dir: Path, host: str, status: Status
) -> None:
    """Its numbers may be strangers'."""
    found = {each.id: each for each in of_shop(TR, Settings(data_dir=filled_data_dir, smpp_host=host), confirm=False)}
    assert found["demonstration"].status is status
    assert bool(found["demonstration"].remedy) is (status is Status.PROBLEM)
