"""Change a member's password (SPEC 3.6)."""

from sqlalchemy import Connection

from kiosk.domain.passwords import PasswordFault, normalise_password, password_fault
from kiosk.gateways.messages import Channel
from kiosk.locale import Translator
from kiosk.services.common_passwords import read_common_passwords
from kiosk.services.errors import PasswordUnfit
from kiosk.services.prove_password import password_proved
from kiosk.services.shop import Shop
from kiosk.services.write_notice import local_time
from storage import accounts
from storage.accounts import AccountRow
from storage.audit import write_audit
from storage.notices import queue_notice


def change_password(shop: Shop, account_id: int, old: str, new: str, again: str) -> None:
    """Replace the password of an active account, and let its owner know by mail.

    Raises `PasswordUnfit` for the new one, which is looked at first because it costs nobody a try, `PasswordWrong`
    for the old one, or `BackedOff`.
    """
    with shop.database.reading() as connection:
        account = accounts.find_account(connection, account_id)
    known = () if account is None else (account.email or "", account.phone or "", account.name or "")
    _check(shop, old, new, again, known)
    new_hash = shop.hasher.hash(new)
    with password_proved(shop, account_id, old) as (connection, account):
        accounts.set_password(connection, account_id, new_hash, shop.now())
        _tell_owner(connection, shop, account)


def _check(shop: Shop, old: str, new: str, again: str, known: tuple[str, ...]) -> None:
    fault = password_fault(
        normalise_password(new), shortest=shop.rules.password_length, common=read_common_passwords(), personal=known
    )
    if fault is None and normalise_password(new) == normalise_password(old):
        fault = PasswordFault.UNCHANGED
    if fault is None and normalise_password(new) != normalise_password(again):
        fault = PasswordFault.DIFFERENT
    if fault is not None:
        raise PasswordUnfit(fault)


def _tell_owner(connection: Connection, shop: Shop, account: AccountRow) -> None:
    now = shop.now()
    subject = f"account {account.account_id}"
    write_audit(
        connection, "account.password", actor="customer", now=now, terminal_id=shop.terminal_id, subject=subject
    )
    if account.email is None:
        return
    tr = Translator(account.language)
    queue_notice(
        connection,
        notice_key=f"password:{account.account_id}:{now:%Y%m%d%H%M%S%f}",
        now=now,
        channel=Channel.EMAIL.value,
        template="password_changed",
        recipient=account.email,
        subject=tr("您的密码已修改"),
        body=tr(
            "您好！您的会员账户的密码已于 {time} 在自助营业厅修改。\n\n如果不是您本人，请尽快联系店员。",
            time=local_time(now),
        ),
    )
