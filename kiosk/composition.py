"""Put a shop together from its settings: database, keys, clock, gateways, and which terminal this is."""

import errno
import fcntl
import os
import sys
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import Connection
from sqlalchemy.exc import ArgumentError, IntegrityError, SQLAlchemyError

from kiosk.attention import Attention
from kiosk.config import Settings
from kiosk.domain.errors import ShopUnavailable
from kiosk.gateways.clock import wall_time
from kiosk.gateways.payment import PaymentGateway
from kiosk.gateways.sandbox import SandboxKey, SandboxMessages, SandboxPayments
from kiosk.locale import Translator
from kiosk.open_messages import open_messages
from kiosk.services.find_city import CityUnknown, find_city
from kiosk.services.keep_time import open_clock
from kiosk.services.keep_visit import restart_terminal
from kiosk.services.load_stock import fill_demonstration, is_demonstration
from kiosk.services.shop import Shop
from storage import offers, schema
from storage.encryption import FieldCipher, load_cipher
from storage.engine import Database, open_database
from storage.number_index import NumberIndex
from storage.remembered import recall, remember
from storage.sandbox import SandboxLedger
from storage.stock import is_stock_empty

MERCHANT_ID: Final = "sandbox-shop"
"""Whom the sandbox's charges and notices name."""

_KEY_CHECK: Final = "keys.check"
_MOST_TERMINALS: Final = 1000


class CannotOpen(Exception):
    """The shop can't be opened; the text is one line for people that says why and what to do."""


@dataclass(frozen=True, slots=True)
class Home:
    """Where a terminal stands."""

    city_adcode: int
    shop_code: str | None
    """None where the city has no shop."""


NOWHERE: Final = Home(0, None)
"""The home of a shop whose catalogue is still empty; no terminal opens there."""


@dataclass(frozen=True, slots=True)
class OpenedShop:
    """A shop that is ready, and what is around it."""

    shop: Shop
    home: Home
    demonstration: bool
    """Whether the catalogue is made up, which the screens must say."""
    schema_was: str | None
    """The revision of the schema before it was brought up to date; None for a new database."""
    keys_made: bool
    given_back: int
    """How many numbers this terminal still held when it stopped the last time."""
    base_url: str
    """Where the cashier's pages are; empty without them."""
    ledger: SandboxLedger | None
    sandbox_key: SandboxKey | None
    """Both None while the sandbox is off."""
    painted: threading.Event
    """To be set once the first screen is shown: what isn't needed for it is only started then."""
    attention: Attention
    """Wakes the workers."""

    def wake_worker(self) -> None:
        """Let the workers look at once, because something has just changed; cheap, from any thread."""
        self.attention.call()


@contextmanager
def open_shop(
    settings: Settings,
    *,
    terminal: bool,
    base_url: str = "",
    fill: bool = False,
    announce: Callable[[str], None] | None = None,
) -> Iterator[OpenedShop]:
    """Open the shop that the settings describe, its schema brought up to date; raises `CannotOpen`.

    A `terminal` takes the first free place on this machine and gives back what its predecessor there still held; it
    doesn't open where nobody could pay.
    `fill` puts the demonstration into a database that is empty and that nobody configured. `announce` gets lines for
    people, before any screen; they go to standard error unless given.
    """
    tr = Translator(settings.language)
    announce = announce or _print_to_stderr
    if terminal and not settings.sandbox:
        # No other provider is built in. Found out at the first payment, it would have cost somebody a form.
        text = tr("设置 {name} 已关闭，没有可用的支付平台，终端不能营业。请把它改为 true。", name="sandbox")
        raise CannotOpen(text)
    with ExitStack() as stack:
        with _explained(settings, tr):
            settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
            cipher, keys_made = _load_keys(settings, tr)
            if keys_made:
                folder = settings.secrets
                announce(tr("已在 {folder} 生成密钥。请妥善备份：没有它们，客户资料无法读取。", folder=folder))
            database = _open_main(settings, cipher, stack, tr)
            schema_was = _bring_up_to_date(database, tr)
            _check_keys(database, settings, tr)
            if fill:
                _fill_if_empty(database, settings, tr, announce)
            clock = open_clock(database)
            ledger, key = _open_sandbox(database, settings, stack) if settings.sandbox else (None, None)
            payments: dict[str, PaymentGateway] = {}
            phone: SandboxMessages | None = None
            if ledger is not None and key is not None:
                gateway = SandboxPayments(ledger, key, base_url=base_url, merchant_id=MERCHANT_ID, now=clock.now)
                payments[gateway.provider] = gateway
                phone = SandboxMessages(ledger, clock.now)
            messages = open_messages(settings, phone, clock.now)
            stack.callback(messages.close)
            shop = Shop(
                database=database,
                clock=clock,
                payments=payments,
                messages=messages,
                rules=settings.rules(),
                numbers=NumberIndex(),
                terminal_id=_terminal_id(settings.data_dir, stack if terminal else None),
                public_url=(settings.web_public_url or "").rstrip("/"),
            )
            home = _find_home(shop, settings, tr, needed=terminal)
            given_back = restart_terminal(shop) if terminal else 0
            opened = OpenedShop(
                shop=shop,
                home=home,
                demonstration=is_demonstration(database),
                schema_was=schema_was,
                keys_made=keys_made,
                given_back=given_back,
                base_url=base_url,
                ledger=ledger,
                sandbox_key=key,
                painted=threading.Event(),
                attention=Attention(),
            )
        yield opened


def _print_to_stderr(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


@contextmanager
def _explained(settings: Settings, tr: Translator) -> Iterator[None]:
    """Turn what can go wrong at the start into one line; the fault itself stays in the log's chain of causes."""
    try:
        yield
    except ShopUnavailable as fault:
        raise CannotOpen(_why_unavailable(str(fault.__cause__), settings, tr)) from fault
    except OSError as fault:
        raise CannotOpen(_why_no_file(fault, settings, tr)) from fault
    except SQLAlchemyError as fault:
        raise CannotOpen(_why_unavailable(str(fault), settings, tr)) from fault


def _why_unavailable(words: str, settings: Settings, tr: Translator) -> str:
    where = settings.shown("database_url") or settings.database.removeprefix("sqlite:///")
    for sign, text in (
        ("not a database", tr("{where} 不是数据库文件。请把它移走，或从备份恢复。", where=where)),
        ("malformed", tr("数据库 {where} 已损坏。请从备份恢复。", where=where)),
        ("is full", tr("磁盘已满，无法写入 {where}。请先腾出空间。", where=where)),
        ("readonly", tr("没有写入 {where} 的权限。请检查文件的属主和权限。", where=where)),
        ("unable to open", tr("无法打开数据库 {where}。请检查路径和权限。", where=where)),
        ("disk I/O", tr("读写 {where} 失败。请检查磁盘。", where=where)),
        ("locked", tr("数据库 {where} 正被其他程序占用。请稍后再试。", where=where)),
    ):
        if sign in words:
            return text
    return tr("无法连接数据库 {where}。请检查它是否在运行、地址和密码是否正确。", where=where)


def _why_no_file(fault: OSError, settings: Settings, tr: Translator) -> str:
    where = fault.filename or settings.data_dir
    match fault.errno:
        case errno.ENOSPC | errno.EDQUOT:
            return tr("磁盘已满，无法写入 {where}。请先腾出空间。", where=where)
        case errno.EACCES | errno.EPERM | errno.EROFS:
            name = "KIOSK_DATA_DIR"
            return tr("没有写入 {where} 的权限。请修改权限，或用 {name} 指定别的文件夹。", where=where, name=name)
    return tr("无法使用 {where}：{reason}", where=where, reason=fault.strerror)


def _load_keys(settings: Settings, tr: Translator) -> tuple[FieldCipher, bool]:
    try:
        return load_cipher(settings.secrets)
    except ValueError:
        raise CannotOpen(tr("{folder} 中的密钥已损坏。请从备份恢复。", folder=settings.secrets)) from None
    except OSError as fault:
        if fault.errno not in (errno.EACCES, errno.EPERM, errno.EROFS) or not settings.secrets.is_dir():
            raise
        # A folder that only root fills, such as the credentials of a service: new keys belong there, and not elsewhere.
        text = tr(
            "{folder} 中没有密钥，也不能在那里生成。请放入原来的密钥；新机器请运行 {command}。",
            folder=settings.secrets,
            command="deploy/install.sh",
        )
        raise CannotOpen(text) from fault


def _open(url: str, cipher: FieldCipher, stack: ExitStack) -> Database:
    database = open_database(url, cipher)
    stack.callback(database.close)
    return database


def _open_main(settings: Settings, cipher: FieldCipher, stack: ExitStack, tr: Translator) -> Database:
    try:
        return _open(settings.database, cipher, stack)
    except (ArgumentError, ValueError) as fault:
        raise CannotOpen(tr("设置 {name} 不是可用的数据库地址", name="database_url")) from fault
    except RuntimeError as fault:
        raise CannotOpen(tr("SQLite 版本过旧。请运行 {command} 重新安装。", command="make setup")) from fault


def _bring_up_to_date(database: Database, tr: Translator) -> str | None:
    """Run missing migrations and return the revision there was before."""
    with database.reading() as connection:
        present = schema.revision(connection)
    if present is not None and present > schema.NEWEST_REVISION:
        raise CannotOpen(
            tr(
                "数据库的版本({present})比本程序({newest})新。请升级程序。",
                present=present,
                newest=schema.NEWEST_REVISION,
            )
        )
    schema.upgrade(database)
    return present


def _check_keys(database: Database, settings: Settings, tr: Translator) -> None:
    """Refuse keys that aren't those of this database: people would be counted under hashes nobody else has."""
    ours = database.cipher.keyed_hash("kiosk", "key check").hex()[:32]
    if _first_keys(database, ours) != ours:
        raise CannotOpen(
            tr("{folder} 中的密钥不属于这个数据库。请放入原来的密钥（来自备份或另一台终端）。", folder=settings.secrets)
        )


def _first_keys(database: Database, ours: str) -> str:
    with database.reading() as connection:
        known = recall(connection, _KEY_CHECK)
    if known is not None:
        return known
    try:
        with database.writing() as connection:
            return _recall_or_remember(connection, ours)
    except IntegrityError:
        # Another program was first, a moment ago.
        with database.reading() as connection:
            return recall(connection, _KEY_CHECK) or ours


def _recall_or_remember(connection: Connection, ours: str) -> str:
    known = recall(connection, _KEY_CHECK)
    if known is None:
        remember(connection, _KEY_CHECK, ours)
    return known or ours


def _fill_if_empty(database: Database, settings: Settings, tr: Translator, announce: Callable[[str], None]) -> None:
    if settings.database_url is not None:
        return
    with database.reading() as connection:
        if not is_stock_empty(connection):
            return
    announce(tr("首次运行：正在准备演示数据（{count} 个号码）…", count=f"{settings.demo_numbers:,}"))
    # The shop's own clock starts from this one a moment later, or from the shared database's. Subscribers are made up:
    # a real message centre would write to strangers.
    now = None if settings.smpp_host else wall_time()
    fill_demonstration(database, settings.demo_numbers, settings.demo_seed, now=now, language=settings.language)


def _open_sandbox(database: Database, settings: Settings, stack: ExitStack) -> tuple[SandboxLedger, SandboxKey]:
    """The sandbox's books, apart from the shop's where there is no server, and the secret that both derive alike."""
    if not database.is_shared:
        database = _open(f"sqlite:///{settings.data_dir / 'sandbox.sqlite'}", database.cipher, stack)
    return SandboxLedger(database), SandboxKey(database.cipher.keyed_hash("sandbox", "sandbox key"))


def _find_home(shop: Shop, settings: Settings, tr: Translator, *, needed: bool) -> Home:
    with shop.database.reading() as connection:
        cities = offers.cities(connection)
    if not cities:
        if needed:
            raise CannotOpen(tr("数据库中还没有城市和号码。请先运行 {command}。", command="kiosk demo"))
        return NOWHERE
    try:
        city = find_city(shop.database, settings.city)
    except CityUnknown:
        known = tr("、").join(tr.pick(each.name_zh, each.name_en) for each in cities)
        raise CannotOpen(tr("设置 city 的值 {value} 不可用，应为：{known}", value=settings.city, known=known)) from None
    with shop.database.reading() as connection:
        codes = [each.code for each in offers.shops_in(connection, city)]
    if not settings.home_shop:
        return Home(city, codes[0] if codes else None)
    if settings.home_shop not in codes:
        known = tr("、").join(codes)
        raise CannotOpen(tr("设置 home_shop 的值 {value} 不可用，应为：{known}", value=settings.home_shop, known=known))
    return Home(city, settings.home_shop)


def _terminal_id(data_dir: Path, stack: ExitStack | None) -> str:
    """Who this process is: a terminal by its place on this machine, kept by a lock for as long as it lives.

    Whoever gets the lock of a place knows that the terminal before it there is dead, whatever ended it.
    """
    folder = data_dir / "terminals"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    machine = _machine_id(folder / "machine")
    if stack is None:
        return f"{machine}-0"
    for place in range(1, _MOST_TERMINALS):
        lock = os.open(folder / f"{place}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            continue
        stack.callback(os.close, lock)
        return f"{machine}-{place}"
    raise OSError(errno.EMFILE, os.strerror(errno.EMFILE), str(folder))


def _machine_id(file: Path) -> str:
    """A name for this machine's data directory, made once, whoever else starts at the same moment."""
    if not file.exists():
        draft = file.with_name(f".{uuid.uuid4().hex}")
        draft.write_text(uuid.uuid4().hex)
        try:
            os.link(draft, file)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return file.read_text().strip()
