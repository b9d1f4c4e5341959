"""Set a line's service password, the first or a new one, by a code sent to its phone (SPEC 3.6)."""

import secrets
from datetime import datetime

from sqlalchemy import Connection

from kiosk.domain.accounts import CodePurpose
from kiosk.domain.passwords import PasswordFault, service_password_fault
from kiosk.domain.persons import check_contact_phone
from kiosk.gateways.messages import Channel
from kiosk.locale import Translator
from kiosk.services.back_off import begin_try, forgive, succeed
from kiosk.services.check_code import spend_code
from kiosk.services.errors import PasswordUnfit
from kiosk.services.shop import Shop
from kiosk.services.sign_in import SignInRefused
from kiosk.services.write_notice import local_time
from storage import accounts, people, subscribers
from storage.notices import queue_notice


def set_service_password(shop: Shop, visit_id: str, phone: str, code: str, new: str, again: str) -> None:
    """Replace the service password of an active line; the line's phone is told, in case it wasn't its owner.

    The code is of the purpose `SET_PASSWORD` (`request_code`). Its account is made if this is the first. Raises
    `PhoneInvalid`, `PasswordUnfit`, `BackedOff`, `CodeWrong`, `CodeExpired`, `CodeSpent`, `SignInRefused` where the
    line isn't active any more, or `VisitOver`; then nothing has changed.
    """
    msisdn = check_contact_phone(phone)
    fault = service_password_fault(new, msisdn)
    if fault is None and new != again:
        fault = PasswordFault.DIFFERENT
    if fault is not None:
        raise PasswordUnfit(fault)
    attempt = begin_try(shop)
    # Before the code is looked at, so that a number that isn't ours takes as long.
    password_hash = shop.hasher.hash(new)
    with spend_code(shop, visit_id, CodePurpose.SET_PASSWORD, msisdn, code) as connection:
        visit = people.lock_visit(connection, visit_id)
        line = subscribers.active_line(connection, msisdn, lock=True)
        if visit is None or line is None:
            raise SignInRefused
        now = shop.now()
        account_id = subscribers.account_of_line(connection, line.line_id, visit.language, now)
        accounts.set_password(connection, account_id, password_hash, now)
        forgive(shop, connection, account=account_id, phone=msisdn)
        succeed(shop, connection, attempt)
        _tell(connection, msisdn, visit.language, now)


def _tell(connection: Connection, msisdn: int, language: str, now: datetime) -> None:
    tr = Translator(language)
    queue_notice(
        connection,
        notice_key=f"password:{secrets.token_hex(16)}",
        now=now,
        channel=Channel.SMS.value,
        template="password_set",
        recipient=str(msisdn),
        subject=None,
        body=tr("您的服务密码已于 {time} 修改。若非本人操作，请立即到营业厅办理。", time=local_time(now)),
    )
