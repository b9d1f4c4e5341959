"""Settings: file, then secrets, then environment; each within what is allowed (DESIGN 5)."""

from dataclasses import fields
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk import config
from kiosk.config import NAMES, Origin, SettingInvalid, Settings, read_settings
from kiosk.domain.features import Feature
from kiosk.domain.rules import Rules


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return {"HOME": str(tmp_path), "KIOSK_DATA_DIR": str(tmp_path / "data")}


def test_every_setting_says_what_it_allows() -> None:
    assert tuple(config._KINDS) == NAMES == tuple(field.name for field in fields(Settings))


def test_every_setting_is_documented() -> None:
    text = (Path(__file__).parents[2] / "docs" / "configuration.md").read_text()
    assert [name for name in NAMES if f"`{name}`" not in text] == []


def test_later_places_win(environ: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "kiosk.toml").write_text("hold_minutes = 10\npayment_minutes = 10\npickup_days = 10\n")
    secrets = tmp_path / "data" / "secrets"
    secrets.mkdir(parents=True)
    (secrets / "payment_minutes").write_text("20\n")
    (secrets / "pickup_days").write_text("20\n")
    found = read_settings(environ | {"KIOSK_PICKUP_DAYS": "30"}, tmp_path)
    settings = found.settings
    assert (settings.hold_minutes, settings.payment_minutes, settings.pickup_days) == (10, 20, 30)
    assert [found.origins[name] for name in ("hold_minutes", "payment_minutes", "pickup_days", "city")] == [
        Origin.FILE,
        Origin.SECRET,
        Origin.ENVIRONMENT,
        Origin.DEFAULT,
    ]


def test_defaults_are_the_rules_of_the_shop(environ: dict[str, str], tmp_path: Path) -> None:
    """SPEC 7.1."""
    assert read_settings(environ, tmp_path).settings.rules() == Rules()


def test_rules_follow_the_settings(environ: dict[str, str], tmp_path: Path) -> None:
    rules = read_settings(environ | {"KIOSK_HOLD_MINUTES": "5", "KIOSK_SIM_FEE_FEN": "1000"}, tmp_path).settings.rules()
    assert (rules.hold, rules.sim_fee_fen) == (timedelta(minutes=5), 1000)


def test_a_shop_offers_its_mall_where_that_has_an_address(environ: dict[str, str], tmp_path: Path) -> None:
    """SPEC 2.3, 2.4: so that the help speaks of it there, and nowhere else."""
    rules = read_settings(environ | {"KIOSK_MALL_URL": "https://mall.example.cn"}, tmp_path).settings.rules()
    assert rules.offers == Rules().offers | {Feature.MALL}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("hold_minutes", "0"),
        ("hold_minutes", "1441"),
        ("hold_minutes", "30.5"),
        ("worker_interval", "nan"),
        ("language", "fr"),
        ("pickup_policy", "forget"),
        ("reduced_motion", "perhaps"),
        ("web_port", "65536"),
        ("web_host", "::"),
        ("web_host", "a host"),
        ("web_public_url", "ftp://example.org"),
        ("phone_networks", "192.168.1.300/24"),
        ("database_url", "mysql://localhost/kiosk"),
        ("database_url", "sqlite://"),
        ("data_dir", "a\0b"),
        ("idle_warning_seconds", "60"),
        ("large_idle_warning_seconds", "60"),
        ("more_time_times", "6"),
        ("city", "x" * 41),
        ("staff_pin_hash", "408271"),
        ("staff_pin_hash", "$argon2i$v=19$m=65536,t=3,p=4$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaA"),
        ("staff_pin_hash", "$argon2id$v=19$m=99999999,t=3,p=4$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaA"),
    ],
)
def test_what_is_not_allowed_is_named(environ: dict[str, str], tmp_path: Path, name: str, value: str) -> None:
    more = {"KIOSK_IDLE_SECONDS": "50", "KIOSK_LARGE_IDLE_SECONDS": "50"} if "idle_warning" in name else {}
    with pytest.raises(SettingInvalid) as refusal:
        read_settings(environ | more | {f"KIOSK_{name.upper()}": value}, tmp_path)
    assert name in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_wrong_secret_is_never_quoted(environ: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(SettingInvalid) as refusal:
        read_settings(environ | {"KIOSK_DATABASE_URL": "mysql://u:open-sesame@h/k"}, tmp_path)
    assert "sesame" not in str(refusal.value)
    with pytest.raises(SettingInvalid, match="kiosk staff-pin") as refusal:
        read_settings(environ | {"KIOSK_STAFF_PIN_HASH": "408271"}, tmp_path)
    assert "408271" not in str(refusal.value)


@pytest.mark.parametrize(("more", "times"), [("10", "1"), ("60", "5")])
def test_a_hold_with_all_its_more_time_is_at_most_a_day(
    environ: dict[str, str], tmp_path: Path, more: str, times: str
) -> None:
    """SPEC 7.3: after a repair of the clock, what waits longer than that is ended."""
    most = 1440 - int(more) * int(times)
    environ |= {"KIOSK_MORE_TIME_MINUTES": more, "KIOSK_MORE_TIME_TIMES": times}
    assert read_settings(environ | {"KIOSK_HOLD_MINUTES": str(most)}, tmp_path).settings.hold_minutes == most
    with pytest.raises(SettingInvalid, match=f"hold_minutes.*{most + 1}.*more_time_times × more_time_minutes.*1440"):
        read_settings(environ | {"KIOSK_HOLD_MINUTES": str(most + 1)}, tmp_path)


@pytest.mark.parametrize("text", ["hold_minute = 5\n", "hold_minutes = \n", 'hold_minutes = "five"\n', "\xff"])
def test_mistakes_in_the_file(environ: dict[str, str], tmp_path: Path, text: str) -> None:
    (tmp_path / "kiosk.toml").write_text(text, encoding="latin-1")
    with pytest.raises(SettingInvalid, match=r"kiosk\.toml"):
        read_settings(environ, tmp_path)


def test_misspelt_setting_in_the_file_gets_a_hint(environ: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "kiosk.toml").write_text("hold_minuts = 5\n")
    with pytest.raises(SettingInvalid, match="hold_minutes"):
        read_settings(environ, tmp_path)


def test_file_is_where_it_is_said_to_be_or_in_the_data_directory(environ: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(SettingInvalid, match="KIOSK_CONFIG"):
        read_settings(environ | {"KIOSK_CONFIG": "missing.toml"}, tmp_path)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "kiosk.toml").write_text("hold_minutes = 7\n")
    assert read_settings(environ, tmp_path).settings.hold_minutes == 7
    (tmp_path / "other.toml").write_text("hold_minutes = 8\n")
    assert read_settings(environ | {"KIOSK_CONFIG": "other.toml"}, tmp_path).settings.hold_minutes == 8


def test_relative_folder_in_the_file_starts_beside_it(tmp_path: Path) -> None:
    (tmp_path / "kiosk.toml").write_text('data_dir = "shop"\n')
    found = read_settings({"HOME": "/nowhere", "KIOSK_CONFIG": str(tmp_path / "kiosk.toml")}, Path("/"))
    assert found.settings.data_dir == tmp_path / "shop"


def test_data_is_kept_where_programs_keep_their_data(tmp_path: Path) -> None:
    home = {"HOME": str(tmp_path)}
    assert read_settings(home, tmp_path).settings.data_dir == tmp_path / ".local/share/kiosk"
    elsewhere = home | {"XDG_DATA_HOME": str(tmp_path / "share")}
    assert read_settings(elsewhere, tmp_path).settings.data_dir == tmp_path / "share/kiosk"
    assert read_settings(home | {"XDG_DATA_HOME": "relative"}, tmp_path).settings.data_dir.is_relative_to(tmp_path)


def test_only_an_unconfigured_terminal_can_be_left(environ: dict[str, str], tmp_path: Path) -> None:
    assert read_settings(environ, tmp_path).settings.allow_quit
    assert not read_settings(environ | {"KIOSK_DATABASE_URL": "postgresql://db/kiosk"}, tmp_path).settings.allow_quit
    (tmp_path / "kiosk.toml").write_text("")
    assert not read_settings(environ, tmp_path).settings.allow_quit
    assert read_settings(environ | {"KIOSK_ALLOW_QUIT": "yes"}, tmp_path).settings.allow_quit


def test_an_empty_file_for_the_staff_pin_is_no_pin(environ: dict[str, str], tmp_path: Path) -> None:
    secrets = tmp_path / "data" / "secrets"
    secrets.mkdir(parents=True)
    (secrets / "staff_pin_hash").write_text("\n")
    assert read_settings(environ, tmp_path).settings.staff_pin_hash is None


MAIL = {"KIOSK_SMTP_HOST": "smtp.example.com", "KIOSK_SMTP_FROM": "Shop <no-reply@shop.example.com>"}
SMS = {"KIOSK_SMPP_HOST": "smsc.example.com", "KIOSK_SMPP_SYSTEM_ID": "kiosk", "KIOSK_SMPP_SOURCE": "10086"}


def test_mail_and_sms_are_set_together_or_not_at_all(environ: dict[str, str], tmp_path: Path) -> None:
    settings = read_settings(environ | MAIL | SMS, tmp_path).settings
    assert (settings.smtp_host, settings.smpp_source) == ("smtp.example.com", "10086")
    for whole, host in ((MAIL, "KIOSK_SMTP_HOST"), (SMS, "KIOSK_SMPP_HOST")):
        for missing in whole.keys() - {host}:
            with pytest.raises(SettingInvalid, match=missing.removeprefix("KIOSK_").lower()):
                read_settings(environ | whole | {missing: ""}, tmp_path)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("smtp_from", "nobody"),
        ("smtp_from", "a@b.example\nBcc: c@d.example"),
        ("smtp_security", "ssl"),
        ("smtp_host", "mail server"),
        ("smpp_system_id", "longer than fifteen"),
        ("smpp_source", "移动"),
        ("smpp_source", "1" * 21),
        ("smpp_port", "0"),
    ],
)
def test_what_a_server_would_not_take_is_no_setting(
    environ: dict[str, str], tmp_path: Path, name: str, value: str
) -> None:
    with pytest.raises(SettingInvalid, match=name):
        read_settings(environ | MAIL | SMS | {f"KIOSK_{name.upper()}": value}, tmp_path)


def test_a_password_for_mail_never_goes_out_in_clear(environ: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(SettingInvalid, match="smtp_security"):
        read_settings(environ | MAIL | {"KIOSK_SMTP_USER": "u", "KIOSK_SMTP_SECURITY": "none"}, tmp_path)


@pytest.mark.parametrize("name", ["smtp_password", "smpp_password"])
def test_passwords_of_servers_are_shown_to_nobody(environ: dict[str, str], tmp_path: Path, name: str) -> None:
    """SPEC 10.3."""
    secrets = tmp_path / "data" / "secrets"
    secrets.mkdir(parents=True)
    (secrets / name).write_text("open sesame\n")
    found = read_settings(environ, tmp_path)
    assert getattr(found.settings, name) == "open sesame"
    assert found.settings.shown(name) == "***"
    assert "sesame" not in repr(found.settings)
    (secrets / name).write_text("open\nsesame\n")
    with pytest.raises(SettingInvalid) as caught:
        read_settings(environ, tmp_path)
    assert "sesame" not in str(caught.value)
