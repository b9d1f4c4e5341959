"""Of whoever signs in, nothing can be read in the files: database, journal, sandbox, log (SPEC 3.5, 3.6, 10.3)."""

import re
from contextlib import suppress
from pathlib import Path

import structlog
from sqlalchemy import insert, select

from kiosk.composition import open_shop
from kiosk.config import Settings
from kiosk.domain.accounts import CodePurpose, SignInWay
from kiosk.domain.orders import LineState
from kiosk.log import set_up_logging
from kiosk.services.errors import ServiceError
from kiosk.services.keep_visit import begin_visit
from kiosk.services.request_code import request_code
from kiosk.services.service_password import set_service_password
from kiosk.services.settle_deadlines import settle_deadlines
from kiosk.services.shop import Shop
from kiosk.services.sign_in import sign_in
from storage import accounts
from storage.tables import lines, notices
from tests.cli.conftest import Inside, Program

PHONE, STRANGERS = "13853926039", "13912345678"
EMAIL, NOBODYS = "planted.anna@example.com", "planted.nobody@example.com"
PASSWORD, WRONG_PASSWORD = "planted-lantern-river", "planted-wrong-guess"
SERVICE_PASSWORD, WRONG_DIGITS = "820461", "594138"


def newest_code(shop: Shop) -> str:
    with shop.database.reading() as connection:
        bodies = connection.execute(select(notices.c.body).order_by(notices.c.notice_id.desc()).limit(1))
        found = re.search(r"\d{6}", bodies.scalar_one())
    assert found is not None
    return found[0]


def live_through_everything(shop: Shop) -> set[str]:
    """Sign in in every way, rightly and wrongly; returns the codes that were sent."""
    with shop.database.writing() as connection:
        row = {"tariff_code": "CX-88", "state": LineState.ACTIVE.value, "created_at": shop.now()}
        connection.execute(insert(lines).values(row | {"msisdn": int(PHONE)}))
        account_id = accounts.add_member(
            connection,
            language="zh",
            email=EMAIL,
            address_hash=accounts.email_hash(shop.database.cipher, EMAIL),
            phone=PHONE,
            phone_hash=shop.database.cipher.keyed_hash(PHONE, "phone"),
            name=None,
            password_hash=shop.hasher.hash(PASSWORD),
            now=shop.now(),
        )
        accounts.activate(connection, account_id, shop.now())
    visit = begin_visit(shop, "zh")
    codes = set()
    log = structlog.get_logger("kiosk.test")

    def ask(purpose: CodePurpose, phone: str = PHONE) -> str:
        log.info("sent", sent=request_code(shop, visit, purpose, phone, captcha_solved=True, language="zh"))
        codes.add(newest_code(shop))
        return newest_code(shop)

    def enter(way: SignInWay, identity: str, password: str = "", code: str = "") -> None:
        try:
            person = sign_in(
                shop,
                visit,
                way,
                identity=identity,
                password=password,
                code=code,
                agreed=True,
                captcha_solved=True,
                language="zh",
            )
        except ServiceError as refusal:
            log.warning("refused", exc_info=refusal)
        else:
            log.info("in", person=person)

    set_service_password(shop, visit, PHONE, ask(CodePurpose.SET_PASSWORD), SERVICE_PASSWORD, SERVICE_PASSWORD)
    ask(CodePurpose.BIND_NUMBER, STRANGERS)
    code = ask(CodePurpose.SIGN_IN)
    for way in SignInWay:
        identities = (EMAIL, NOBODYS) if way is SignInWay.MEMBER else (PHONE, STRANGERS)
        for identity in identities:
            for password in (WRONG_PASSWORD, WRONG_DIGITS, SERVICE_PASSWORD, PASSWORD):
                enter(way, identity, password, code)
    with suppress(ServiceError):
        request_code(shop, visit, CodePurpose.SIGN_IN, STRANGERS, captcha_solved=False, language="zh")
    return codes


def test_no_phone_address_password_or_code_can_be_read_in_any_file(inside: Inside, kiosk: Program) -> None:
    log_file = kiosk.data_dir / "logs" / "kiosk.log"
    assert kiosk("demo", "--numbers", "50").status == 0
    set_up_logging(log_file, "debug")
    with open_shop(Settings(data_dir=kiosk.data_dir), terminal=True) as opened:
        codes = live_through_everything(opened.shop)
        while_open = read_all(kiosk.data_dir)
        settle_deadlines(opened.shop)
    ended = inside.on(kiosk.data_dir)("messages", "list", "--json")
    assert '"template": "sms_code"' in ended.out
    told = while_open + read_all(kiosk.data_dir) + ended.out.encode()
    assert len(codes) == 3
    assert b'"event": "in"' in told
    secrets = {PHONE, STRANGERS, EMAIL, NOBODYS, PASSWORD, WRONG_PASSWORD, SERVICE_PASSWORD, WRONG_DIGITS, *codes}
    found = {secret for secret in secrets if secret.encode() in told or secret.encode("utf-16-le") in told}
    # The passwords of the demonstration, which are nobody's, are in its catalogue and not in any of these files.
    assert found == set()


def read_all(folder: Path) -> bytes:
    """Every file that the program wrote: databases, their journals, the log."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    names = {path.name for path in files}
    assert {"kiosk.sqlite", "sandbox.sqlite", "kiosk.log"} <= names
    return b"".join(path.read_bytes() for path in files)
