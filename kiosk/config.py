"""Settings: what they are, what is allowed, and where each one comes from.

`kiosk.toml`, then the secrets directory, then the environment; the later wins. Written on the standard library,
since every start of a terminal waits for it: the frameworks tried took longer to import than all of this to run.
"""

import os
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from kiosk.domain.features import Feature
from kiosk.domain.mail_address import read_sender
from kiosk.domain.orders import PickupPolicy
from kiosk.domain.rules import LONGEST_WAIT, Rules
from kiosk.locale import LANGUAGES, Translator

PREFIX = "KIOSK_"
"""Every setting is also an environment variable: this and its name in capitals."""

FILE_NAME = "kiosk.toml"
_CONFIG = "KIOSK_CONFIG"
_DATABASE_URL = re.compile(r"sqlite:///[^?]+|postgresql(\+psycopg)?://.+")
_WEB_URL = re.compile(r"https?://[^/?#\s]+(/[^?#\s]*)?")
_MALL_URL = re.compile(r"https?://[!-~]{1,200}", re.ASCII)
"""A QR code of more than that has no room on a screen."""
_PASSWORD = re.compile(r"(?<=://)([^:/@]*):.*@|(?<=[?&]password=)[^&]*")
_ARGON2ID = re.compile(
    r"\$argon2id\$v=19\$m=(?P<kib>[1-9]\d{0,9}),t=(?P<passes>[1-9]\d{0,9}),p=[1-9]\d{0,2}"
    r"\$[A-Za-z0-9+/]{11,128}\$[A-Za-z0-9+/]{16,172}",
    re.ASCII,
)
_MOST_KIB, _MOST_PASSES = 1024 * 1024, 64
"""A hash that asks for more than this would keep the machine from everything else."""
_EVERY_ADDRESS = ("0.0.0.0", "::")  # noqa: S104  # refused unless phones are told which of them to open
_FLAGS = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}


class SettingInvalid(Exception):
    """A setting can't be used; the text is one line that names it, its value and what is allowed."""


class Origin(StrEnum):
    """Where a setting's value was found."""

    DEFAULT = "default"
    FILE = "file"
    SECRET = "secrets"  # noqa: S105  # the name of a place, not a password
    ENVIRONMENT = "environment"


@dataclass(frozen=True, slots=True)
class _Kind:
    """How a setting is read: `parse` raises ValueError or TypeError for what `allowed` rules out.

    `parse` takes the raw value and the folder that a relative path starts from.
    """

    parse: Callable[[Any, Path], Any]
    allowed: Callable[[Translator], str]
    conceal: Callable[[str], str] | None = None


def _whole(least: int, most: int) -> _Kind:
    def parse(raw: object, _folder: Path) -> int:
        if isinstance(raw, bool) or not isinstance(raw, int | str):
            raise TypeError
        value = int(raw)
        if not least <= value <= most:
            raise ValueError
        return value

    return _Kind(parse, lambda tr: tr("{least} 到 {most} 的整数", least=least, most=most))


def _decimal(least: float, most: float) -> _Kind:
    def parse(raw: object, _folder: Path) -> float:
        if isinstance(raw, bool) or not isinstance(raw, int | float | str):
            raise TypeError
        value = float(raw)
        if not least <= value <= most:
            raise ValueError
        return value

    return _Kind(parse, lambda tr: tr("{least} 到 {most} 的数", least=least, most=most))


def _choice(*options: str) -> _Kind:
    def parse(raw: object, _folder: Path) -> str:
        if raw not in options:
            raise ValueError
        return str(raw)

    return _Kind(parse, lambda _tr: " | ".join(options))


def _flag() -> _Kind:
    def parse(raw: object, _folder: Path) -> bool:
        return raw if isinstance(raw, bool) else _FLAGS[str(raw).lower()]

    return _Kind(parse, lambda _tr: "true | false")


def _folder() -> _Kind:
    def parse(raw: object, folder: Path) -> Path:
        if not isinstance(raw, str | Path) or "\0" in str(raw):
            raise TypeError
        return (folder / Path(raw).expanduser()).absolute()

    return _Kind(parse, lambda tr: tr("文件夹的路径"))


def _text(form: re.Pattern[str], allowed: Callable[[Translator], str]) -> _Kind:
    def parse(raw: object, _folder: Path) -> str:
        if not isinstance(raw, str | int) or not form.fullmatch(str(raw)):
            raise ValueError
        return str(raw)

    return _Kind(parse, allowed)


def _database_url() -> _Kind:
    def parse(raw: object, _folder: Path) -> str:
        if not isinstance(raw, str) or not _DATABASE_URL.fullmatch(raw):
            raise ValueError
        return raw

    def conceal(url: str) -> str:
        return _PASSWORD.sub(lambda found: f"{found[1]}:***@" if found[1] is not None else "***", url)

    return _Kind(parse, lambda _tr: "sqlite:////… | postgresql://…", conceal)


def _networks() -> _Kind:
    def parse(raw: object, _folder: Path) -> tuple[str, ...]:
        from ipaddress import ip_network  # noqa: PLC0415  # few terminals name networks

        names = raw.replace(",", " ").split() if isinstance(raw, str) else raw
        if not isinstance(names, list | tuple):
            raise TypeError
        return tuple(str(ip_network(name)) for name in names)

    return _Kind(parse, lambda tr: tr("网段，如 {example}", example="192.168.1.0/24"))


def _pin_hash() -> _Kind:
    def parse(raw: object, _folder: Path) -> str | None:
        if raw == "":
            # A credential that is there for somebody to fill in.
            return None
        found = _ARGON2ID.fullmatch(raw) if isinstance(raw, str) else None
        if found is None or int(found["kib"]) > _MOST_KIB or int(found["passes"]) > _MOST_PASSES:
            raise ValueError
        return found[0]

    return _Kind(parse, lambda tr: tr("{command} 生成的 argon2id 散列", command="kiosk staff-pin"), lambda _hash: "***")


def _sender() -> _Kind:
    def parse(raw: object, _folder: Path) -> str:
        if not isinstance(raw, str):
            raise TypeError
        if raw:
            read_sender(raw)
        return raw

    return _Kind(parse, lambda tr: tr("邮件地址，或 {example}", example="Shop <no-reply@example.com>"))


def _password() -> _Kind:
    def parse(raw: object, _folder: Path) -> str:
        if not isinstance(raw, str) or not _LOGIN.fullmatch(raw):
            raise ValueError
        return raw

    return _Kind(parse, lambda tr: tr("一行文字"), lambda password: "***" if password else "")


_NAME = re.compile(r"[^\x00-\x1f\x7f]{1,40}")
_SERVER = re.compile(r"[0-9A-Za-z.:_-]{0,253}", re.ASCII)
_LOGIN = re.compile(r"[^\x00-\x1f\x7f]{0,256}")
# The longest that SMPP 3.4 (4.1.5, 5.2.1, 5.2.8) and phones take.
_SYSTEM_ID = re.compile(r"[!-~]{0,15}")
_SOURCE = re.compile(r"\d{0,20}|[A-Za-z][0-9A-Za-z]{0,10}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Every setting with its value in force. docs/configuration.md says what each is for."""

    data_dir: Path
    secrets_dir: Path | None = None
    database_url: str | None = field(default=None, repr=False)
    language: str = "zh"

    city: str = "济南市"
    home_shop: str = ""
    merchant_zh: str = "移动营业厅"
    merchant_en: str = "Mobile shop"
    mall_url: str | None = None

    hold_minutes: int = 30
    more_time_minutes: int = 10
    more_time_times: int = 1
    payment_minutes: int = 30
    pickup_days: int = 7
    pickup_policy: str = PickupPolicy.ACTIVATE.value
    rest_days: int = 7
    holds_per_visit: int = 3
    numbers_per_id: int = 5
    sim_fee_fen: int = 0
    personal_data_days: int = 30
    code_minutes: int = 5
    code_tries: int = 3
    code_resend_seconds: int = 60
    codes_per_day: int = 10
    codes_before_captcha: int = 3
    activation_hours: int = 24
    activation_resend_seconds: int = 60
    activations_per_day: int = 5
    password_length: int = 10
    favourites_per_account: int = 50
    addresses_per_account: int = 20

    idle_seconds: int = 90
    idle_paying_seconds: int = 300
    idle_warning_seconds: int = 15
    large_idle_seconds: int = 180
    large_idle_warning_seconds: int = 30
    reduced_motion: bool = False
    allow_quit: bool = False
    scanner: str = "none"
    staff_pin_hash: str | None = field(default=None, repr=False)

    web_host: str = "127.0.0.1"
    web_port: int = 0
    web_public_url: str | None = None
    phone_networks: tuple[str, ...] = ()
    sandbox: bool = True

    smtp_host: str = ""
    smtp_port: int = 0
    smtp_security: str = "starttls"
    smtp_user: str = ""
    smtp_password: str = field(default="", repr=False)
    smtp_from: str = ""
    smpp_host: str = ""
    smpp_port: int = 2775
    smpp_system_id: str = ""
    smpp_password: str = field(default="", repr=False)
    smpp_source: str = ""
    smpp_tls: bool = False

    worker_interval: float = 2.0
    demo_numbers: int = 100_000
    demo_seed: int = 1
    log_level: str = "info"

    @property
    def database(self) -> str:
        """The URL of the database in force: the one configured, or the embedded one."""
        return self.database_url or f"sqlite:///{self.data_dir / 'kiosk.sqlite'}"

    @property
    def secrets(self) -> Path:
        """Where keys and secret settings are."""
        return self.secrets_dir or self.data_dir / "secrets"

    @property
    def log_file(self) -> Path:
        """The newest log; older ones are beside it."""
        return self.data_dir / "logs" / "kiosk.log"

    def rules(self) -> Rules:
        """The deadlines and limits as the services take them."""
        return Rules(
            hold=timedelta(minutes=self.hold_minutes),
            more_time=timedelta(minutes=self.more_time_minutes),
            more_times=self.more_time_times,
            payment=timedelta(minutes=self.payment_minutes),
            pickup=timedelta(days=self.pickup_days),
            pickup_policy=PickupPolicy(self.pickup_policy),
            rest=timedelta(days=self.rest_days),
            holds_per_visit=self.holds_per_visit,
            numbers_per_id=self.numbers_per_id,
            sim_fee_fen=self.sim_fee_fen,
            idle=timedelta(seconds=self.idle_seconds),
            idle_paying=timedelta(seconds=self.idle_paying_seconds),
            idle_warning=timedelta(seconds=self.idle_warning_seconds),
            large_idle=timedelta(seconds=self.large_idle_seconds),
            large_idle_warning=timedelta(seconds=self.large_idle_warning_seconds),
            personal_data_kept=timedelta(days=self.personal_data_days),
            code_valid=timedelta(minutes=self.code_minutes),
            code_tries=self.code_tries,
            code_resend=timedelta(seconds=self.code_resend_seconds),
            codes_per_day=self.codes_per_day,
            codes_before_captcha=self.codes_before_captcha,
            activation_valid=timedelta(hours=self.activation_hours),
            activation_resend=timedelta(seconds=self.activation_resend_seconds),
            activations_per_day=self.activations_per_day,
            password_length=self.password_length,
            favourites_per_account=self.favourites_per_account,
            addresses_per_account=self.addresses_per_account,
            offers=Rules().offers | ({Feature.MALL} if self.mall_url else set()),
        )

    def shown(self, name: str) -> str | int | float | bool | list[str] | None:
        """One setting as it may be shown to anybody: passwords are left out."""
        value = getattr(self, name)
        conceal = _KINDS[name].conceal
        if conceal is not None and value is not None:
            return conceal(value)
        match value:
            case Path():
                return str(value)
            case tuple():
                return list(value)
            case None | bool() | int() | float() | str():
                return value
        raise TypeError(name)


NAMES = tuple(each.name for each in fields(Settings))
"""Every setting, in the order in which they are shown."""

_KINDS: Mapping[str, _Kind] = {
    "data_dir": _folder(),
    "secrets_dir": _folder(),
    "database_url": _database_url(),
    "language": _choice(*LANGUAGES),
    "city": _text(_NAME, lambda tr: tr("城市的名称或行政区划代码")),
    "home_shop": _text(re.compile(r"[\w-]{0,16}"), lambda tr: tr("营业厅的代码")),
    "merchant_zh": _text(_NAME, lambda tr: tr("1 到 40 个字")),
    "merchant_en": _text(_NAME, lambda tr: tr("1 到 40 个字")),
    "mall_url": _text(_MALL_URL, lambda _tr: "http://… | https://…"),
    "hold_minutes": _whole(1, 24 * 60),
    "more_time_minutes": _whole(1, 60),
    "more_time_times": _whole(0, 5),
    "payment_minutes": _whole(1, 24 * 60),
    "pickup_days": _whole(1, 90),
    "pickup_policy": _choice(*PickupPolicy),
    "rest_days": _whole(1, 365),
    "holds_per_visit": _whole(1, 10),
    "numbers_per_id": _whole(1, 20),
    "sim_fee_fen": _whole(0, 1_000_00),
    "personal_data_days": _whole(1, 3650),
    "code_minutes": _whole(1, 60),
    "code_tries": _whole(1, 10),
    "code_resend_seconds": _whole(10, 600),
    "codes_per_day": _whole(1, 100),
    "codes_before_captcha": _whole(0, 100),
    "activation_hours": _whole(1, 168),
    "activation_resend_seconds": _whole(10, 3600),
    "activations_per_day": _whole(1, 100),
    "password_length": _whole(8, 64),
    "favourites_per_account": _whole(1, 200),
    "addresses_per_account": _whole(1, 100),
    "idle_seconds": _whole(20, 3600),
    "idle_paying_seconds": _whole(20, 3600),
    "idle_warning_seconds": _whole(5, 60),
    "large_idle_seconds": _whole(20, 3600),
    "large_idle_warning_seconds": _whole(5, 120),
    "reduced_motion": _flag(),
    "allow_quit": _flag(),
    "scanner": _choice("none", "keyboard"),
    "staff_pin_hash": _pin_hash(),
    "web_host": _text(re.compile(r"[0-9A-Za-z.:_-]+"), lambda tr: tr("本机的地址")),
    "web_port": _whole(0, 65535),
    "web_public_url": _text(_WEB_URL, lambda _tr: "http://… | https://…"),
    "phone_networks": _networks(),
    "sandbox": _flag(),
    "smtp_host": _text(_SERVER, lambda tr: tr("服务器的名称或地址")),
    "smtp_port": _whole(0, 65535),
    "smtp_security": _choice("starttls", "tls", "none"),
    "smtp_user": _text(_LOGIN, lambda tr: tr("登录名")),
    "smtp_password": _password(),
    "smtp_from": _sender(),
    "smpp_host": _text(_SERVER, lambda tr: tr("服务器的名称或地址")),
    "smpp_port": _whole(1, 65535),
    "smpp_system_id": _text(_SYSTEM_ID, lambda tr: tr("1 到 15 个英文字符")),
    "smpp_password": _password(),
    "smpp_source": _text(_SOURCE, lambda tr: tr("号码，或 1 到 11 个英文字母和数字")),
    "smpp_tls": _flag(),
    "worker_interval": _decimal(0.1, 60.0),
    "demo_numbers": _whole(1, 10_000_000),
    "demo_seed": _whole(0, 2**32 - 1),
    "log_level": _choice("debug", "info", "warning", "error"),
}


@dataclass(frozen=True, slots=True)
class Configuration:
    """The settings in force and how they came about."""

    settings: Settings
    origins: Mapping[str, Origin]
    file: Path | None
    unknown: tuple[str, ...]
    """Environment variables that look like settings and are none: most likely misspelt."""


@dataclass(frozen=True, slots=True)
class _Raw:
    """A value as it was found, and how to tell somebody where."""

    value: Any
    origin: Origin
    place: str
    folder: Path


def read_settings(environ: Mapping[str, str] | None = None, here: Path | None = None) -> Configuration:
    """Read every setting; raises `SettingInvalid` for the first one that can't be used.

    `environ` and `here` (the folder that relative paths start from) are the process's own unless given.
    """
    environ = os.environ if environ is None else environ
    here = Path.cwd() if here is None else here
    tr = Translator(environ.get(f"{PREFIX}LANGUAGE", "zh") if environ.get(f"{PREFIX}LANGUAGE") in LANGUAGES else "zh")
    spoken = {
        name: _Raw(text, Origin.ENVIRONMENT, f"{PREFIX}{name.upper()}", here)
        for name in NAMES
        if (text := environ.get(f"{PREFIX}{name.upper()}"))
    }
    data_dir = _parse("data_dir", spoken["data_dir"], tr) if "data_dir" in spoken else _default_data_dir(environ)
    file = _find_file(environ, here, data_dir, tr)
    written = {} if file is None else _read_file(file, tr)
    found = written | spoken
    if "language" in found:
        tr = Translator(_parse("language", found["language"], tr))
    values: dict[str, Any] = {"data_dir": data_dir}
    values |= {name: _parse(name, found[name], tr) for name in ("data_dir", "secrets_dir") if name in found}
    secrets = values.get("secrets_dir") or values["data_dir"] / "secrets"
    found = written | _read_secrets(secrets, tr) | spoken
    values |= {name: _parse(name, raw, tr) for name, raw in found.items() if name not in values}
    # Somebody who tries the program out must be able to leave it; whoever configures a terminal wants it locked.
    values.setdefault("allow_quit", file is None and "database_url" not in found)
    settings = Settings(**values)
    _check_together(settings, tr)
    origins = {name: found[name].origin if name in found else Origin.DEFAULT for name in NAMES}
    known = {_CONFIG, *(f"{PREFIX}{name.upper()}" for name in NAMES)}
    unknown = tuple(sorted(name for name in environ if name.startswith(PREFIX) and name not in known))
    return Configuration(settings, origins, file, unknown)


def _check_together(settings: Settings, tr: Translator) -> None:
    rules = settings.rules()
    if rules.hold + rules.more_times * rules.more_time > LONGEST_WAIT:
        most = LONGEST_WAIT // timedelta(minutes=1)
        limit = tr("与 {others} 之和不超过 {most}", others="more_time_times × more_time_minutes", most=most)
        raise _invalid(tr, "hold_minutes", settings.hold_minutes, limit)
    if settings.idle_warning_seconds >= min(settings.idle_seconds, settings.idle_paying_seconds):
        limit = tr("小于 {others}", others="idle_seconds, idle_paying_seconds")
        raise _invalid(tr, "idle_warning_seconds", settings.idle_warning_seconds, limit)
    # While paying, the longer of both idle times counts; the warning has to fit into either.
    if settings.large_idle_warning_seconds >= min(settings.large_idle_seconds, settings.idle_paying_seconds):
        limit = tr("小于 {others}", others="large_idle_seconds, idle_paying_seconds")
        raise _invalid(tr, "large_idle_warning_seconds", settings.large_idle_warning_seconds, limit)
    if settings.web_host in _EVERY_ADDRESS and settings.web_public_url is None:
        limit = tr("本机的一个地址，或同时设置 {other}", other="web_public_url")
        raise _invalid(tr, "web_host", settings.web_host, limit)
    _check_messages(settings, tr)


def _check_messages(settings: Settings, tr: Translator) -> None:
    """A gateway needs all of its settings, and a password never goes out in clear."""
    for host, others in (("smtp_host", ("smtp_from",)), ("smpp_host", ("smpp_system_id", "smpp_source"))):
        for other in others:
            if getattr(settings, host) and not getattr(settings, other):
                raise _invalid(tr, other, "", tr("设置了 {other} 时不能为空", other=host))
    if settings.smtp_user and settings.smtp_security == "none":
        limit = tr("{allowed}，因为设置了 {other}", allowed="starttls | tls", other="smtp_user")
        raise _invalid(tr, "smtp_security", settings.smtp_security, limit)


def _invalid(tr: Translator, name: str, value: object, allowed: str) -> SettingInvalid:
    return SettingInvalid(
        tr("设置 {name} 的值 {value} 不可用，应为：{allowed}", name=name, value=value, allowed=allowed)
    )


def _default_data_dir(environ: Mapping[str, str]) -> Path:
    """Where programs keep their data (XDG Base Directory Specification): relative paths there are to be ignored."""
    shared = environ.get("XDG_DATA_HOME", "")
    base = Path(shared) if shared.startswith("/") else Path(environ.get("HOME") or "~").expanduser() / ".local/share"
    return base / "kiosk"


def _find_file(environ: Mapping[str, str], here: Path, data_dir: Path, tr: Translator) -> Path | None:
    if named := environ.get(_CONFIG):
        file = (here / Path(named).expanduser()).absolute()
        if not file.is_file():
            raise SettingInvalid(tr("{name} 指定的文件 {file} 不存在", name=_CONFIG, file=file))
        return file
    for folder in (here, data_dir):
        if (folder / FILE_NAME).is_file():
            return folder / FILE_NAME
    return None


def _read_file(file: Path, tr: Translator) -> dict[str, _Raw]:
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        reason = fault.strerror if isinstance(fault, OSError) else str(fault)
        raise SettingInvalid(tr("无法读取 {file}：{reason}", file=file, reason=reason)) from None
    for name in table:
        if name not in _KINDS:
            raise SettingInvalid(
                tr("{file} 中没有名为 {name} 的设置；最接近的是 {near}", file=file, name=name, near=_nearest(name))
            )
    return {name: _Raw(value, Origin.FILE, str(file), file.parent) for name, value in table.items()}


def _nearest(name: str) -> str:
    from difflib import get_close_matches  # noqa: PLC0415  # only a mistake needs it

    return get_close_matches(name, NAMES, n=1, cutoff=0)[0]


def _read_secrets(folder: Path, tr: Translator) -> dict[str, _Raw]:
    found = {}
    for name in NAMES:
        file = folder / name
        try:
            found[name] = _Raw(file.read_text(encoding="utf-8").strip(), Origin.SECRET, str(file), folder)
        except FileNotFoundError:
            continue
        except (OSError, ValueError) as fault:
            if isinstance(fault, NotADirectoryError):
                return {}
            raise SettingInvalid(tr("无法读取 {file}：{reason}", file=file, reason=type(fault).__name__)) from None
    return found


def _parse(name: str, raw: _Raw, tr: Translator) -> Any:
    kind = _KINDS[name]
    try:
        return kind.parse(raw.value, raw.folder)
    except (ValueError, TypeError, KeyError, RuntimeError):
        hidden = kind.conceal is not None or raw.origin is Origin.SECRET
        value = "***" if hidden else _one_line(raw.value)
        where = f"{name} ({raw.place})"
        raise _invalid(tr, where, value, kind.allowed(tr)) from None


def _one_line(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"  # noqa: PLR2004  # what fits on a line beside the rest
