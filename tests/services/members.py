"""Somebody who registers with an e-mail address, and what lies in their mailbox."""

import re
from dataclasses import dataclass

from sqlalchemy import select

from kiosk.domain.accounts import AccountState
from kiosk.services.activate_account import activate_by_code
from kiosk.services.keep_visit import begin_visit
from kiosk.services.register_member import Registration, register_member
from kiosk.services.shop import Shop
from storage.account_tables import accounts
from storage.notices import NoticeRow, list_notices

EMAIL, PASSWORD, PHONE, NAME = "anna.smith@example.com", "savannah-cactus-21", "13953104729", "安娜"


def register(
    shop: Shop,
    email: str = EMAIL,
    password: str = PASSWORD,
    *,
    again: str | None = None,
    phone: str = PHONE,
    name: str = NAME,
    agreed: bool = True,
    language: str = "zh",
) -> Registration:
    return register_member(
        shop,
        begin_visit(shop, language),
        email=email,
        password=password,
        again=password if again is None else again,
        phone=phone,
        name=name,
        agreed=agreed,
        language=language,
    )


@dataclass(frozen=True)
class Mail:
    """What the newest mail says."""

    template: str
    recipient: str
    subject: str
    body: str

    @property
    def code(self) -> str:
        found = re.search(r"\b(\d{6})\b", self.body)
        return found[1] if found else ""

    @property
    def token(self) -> str:
        found = re.search(r"/activate/([\w-]+)", self.body)
        return found[1] if found else ""


def mails(shop: Shop) -> list[Mail]:
    """Every mail that was written and isn't forgotten, the newest first."""
    with shop.database.reading() as connection:
        rows: list[NoticeRow] = list_notices(connection, 100)
    return [
        Mail(row.template, row.recipient, row.subject or "", row.body or "")
        for row in rows
        if row.channel == "email" and row.recipient is not None
    ]


def member(shop: Shop, email: str = EMAIL, password: str = PASSWORD) -> int:
    """An active account."""
    account_id = register(shop, email, password).account_id
    activate_by_code(shop, account_id, mails(shop)[0].code)
    return account_id


def state(shop: Shop, account_id: int) -> AccountState | None:
    with shop.database.reading() as connection:
        found = connection.execute(select(accounts.c.state).where(accounts.c.account_id == account_id)).scalar()
    return None if found is None else AccountState(found)


def wrong(code: str) -> str:
    """A code that surely isn't this one."""
    return f"{(int(code) + 1) % 1_000_000:06d}"
