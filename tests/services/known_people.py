"""People the small shop knows: subscribers with their lines, members, and the phones that codes arrive at."""

import re

from sqlalchemy import insert, select, update

from kiosk.domain.accounts import CodePurpose, SignedIn, SignInWay
from kiosk.domain.orders import LineState
from kiosk.services.request_code import CodeSent, request_code
from kiosk.services.shop import Shop
from kiosk.services.sign_in import sign_in
from storage import accounts, subscribers
from storage.tables import lines, notices
from tests.services.small_shop import TARIFF, World

OURS, OURS_TOO, STRANGERS = 13853900001, 13853900002, 13800001111
"""Two phones of our lines, and one of somebody else's."""
SERVICE_PASSWORD = "820461"
EMAIL, PASSWORD = "anna@example.com", "lantern-on-the-river"


def open_line(world: World, msisdn: int = OURS, state: LineState = LineState.ACTIVE) -> int:
    """A line of the shop's; returns its id."""
    now = world.clock.now()
    with world.shop.database.writing() as connection:
        row = {"msisdn": msisdn, "tariff_code": TARIFF, "state": state.value, "created_at": now, "activated_at": now}
        line_id: int = connection.execute(insert(lines).values(row).returning(lines.c.line_id)).scalar_one()
    return line_id


def close_line(world: World, line_id: int) -> None:
    with world.shop.database.writing() as connection:
        connection.execute(update(lines).where(lines.c.line_id == line_id).values(state=LineState.CLOSED.value))


def give_password(world: World, line_id: int, password: str = SERVICE_PASSWORD) -> int:
    """A service password for a line; returns its account's id."""
    with world.shop.database.writing() as connection:
        account_id = subscribers.account_of_line(connection, line_id, "zh", world.clock.now())
        accounts.set_password(connection, account_id, world.shop.hasher.hash(password), world.clock.now())
    return account_id


def add_member(world: World, *, email: str = EMAIL, password: str = PASSWORD, active: bool = True) -> int:
    """A member's account; returns its id."""
    with world.shop.database.writing() as connection:
        account_id = accounts.add_member(
            connection,
            language="zh",
            email=email,
            address_hash=accounts.email_hash(world.shop.database.cipher, email),
            phone=None,
            phone_hash=None,
            name=None,
            password_hash=world.shop.hasher.hash(password),
            now=world.clock.now(),
        )
        if active:
            accounts.activate(connection, account_id, world.clock.now())
    return account_id


def ask_code(
    shop: Shop,
    visit_id: str,
    phone: int = OURS,
    purpose: CodePurpose = CodePurpose.SIGN_IN,
    *,
    captcha_solved: bool = True,
    subject: str = "",
) -> CodeSent:
    return request_code(
        shop, visit_id, purpose, str(phone), captcha_solved=captcha_solved, language="zh", subject=subject
    )


def texts_to(shop: Shop, phone: int) -> list[str]:
    """Every SMS that was ever written to a phone, oldest first."""
    with shop.database.reading() as connection:
        rows = connection.execute(select(notices.c.recipient, notices.c.body).order_by(notices.c.notice_id)).all()
    return [row.body for row in rows if row.recipient == str(phone)]


def code_on(shop: Shop, phone: int = OURS) -> str:
    """The code in the newest SMS to a phone."""
    found = re.search(r"(?<!\d)\d{6}(?!\d)", texts_to(shop, phone)[-1])
    assert found is not None
    return found[0]


def wrong(code: str) -> str:
    """Another code."""
    return f"{(int(code) + 1) % 1_000_000:06d}"


def enter(
    shop: Shop,
    visit_id: str,
    way: SignInWay,
    identity: int | str = OURS,
    *,
    password: str = "",
    code: str = "",
    agreed: bool = True,
    captcha_solved: bool = True,
) -> SignedIn:
    return sign_in(
        shop,
        visit_id,
        way,
        identity=str(identity),
        password=password,
        code=code,
        agreed=agreed,
        captcha_solved=captcha_solved,
        language="zh",
    )
