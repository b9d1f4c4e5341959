"""The mail by which a member proves their address, with its code and its link (SPEC 3.2)."""

import secrets
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from kiosk.domain.accounts import ACTIVATION_DIGITS, ACTIVATION_TRIES
from kiosk.gateways.messages import Channel
from kiosk.locale import Translator
from kiosk.services.shop import Shop
from kiosk.services.write_notice import local_time
from storage import accounts, activations
from storage.encryption import FieldCipher
from storage.notices import queue_notice

_TOKEN_BYTES: Final = 24


def code_hash(cipher: FieldCipher, account_id: int, code: str) -> bytes:
    """What is kept of a code: it tells nothing without the key, and is good for one account."""
    return cipher.keyed_hash(f"{account_id}:{code}", "activation_code")


def token_hash(cipher: FieldCipher, token: str) -> bytes:
    """What is kept of a link."""
    return cipher.keyed_hash(token, "activation_token")


def write_activation(
    connection: Connection, shop: Shop, *, account_id: int, email: str, language: str, now: datetime
) -> datetime:
    """Void what was sent before, write a new code and link, and leave the mail to be sent; says until when it is good.

    Whoever's address it is already gets another mail, which doesn't activate anything; nobody else can tell.
    """
    cipher = shop.database.cipher
    code = f"{secrets.randbelow(10**ACTIVATION_DIGITS):0{ACTIVATION_DIGITS}}"
    address_hash = accounts.email_hash(cipher, email)
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    hashed = token_hash(cipher, token)
    notice_key = f"activation:{hashed.hex()[:40]}"
    expires_at = now + shop.rules.activation_valid
    activations.add(
        connection,
        account_id,
        address_hash=address_hash,
        code_hash=code_hash(cipher, account_id, code),
        token_hash=hashed,
        notice_key=notice_key,
        tries=ACTIVATION_TRIES,
        now=now,
        expires_at=expires_at,
    )
    tr = Translator(language)
    if accounts.has_active_member(connection, address_hash):
        template, subject, body = "address_in_use", tr("您已经是会员"), _tell_owner(tr, now)
    else:
        link = f"{shop.public_url}/activate/{token}?lang={language}" if shop.public_url else ""
        template, subject, body = "activation", tr("激活您的会员账户"), _invite(tr, code, link, now, expires_at)
    queue_notice(
        connection,
        notice_key=notice_key,
        now=now,
        channel=Channel.EMAIL.value,
        template=template,
        recipient=email,
        subject=subject,
        body=body,
        expires_at=expires_at,
    )
    return expires_at


def _invite(tr: Translator, code: str, link: str, now: datetime, expires_at: datetime) -> str:
    parts = [
        tr("您好！{time}，有人在自助营业厅用这个邮箱注册了会员账户。", time=local_time(now)),
        tr("如果是您本人，请在终端上输入激活码：{code}", code=code),
        tr("也可以打开下面的链接，按页面上的按钮激活：\n{link}", link=link) if link else "",
        tr("激活码和链接在 {until} 前有效，只能使用一次。", until=local_time(expires_at))
        if link
        else tr("激活码在 {until} 前有效，只能使用一次。", until=local_time(expires_at)),
        tr("如果不是您本人，请不要激活，也不要把激活码告诉任何人。这个账户不会启用，资料会自动删除。"),
    ]
    return "\n\n".join(part for part in parts if part)


def _tell_owner(tr: Translator, now: datetime) -> str:
    return "\n\n".join(
        [
            tr("您好！{time}，有人在自助营业厅想用这个邮箱注册。", time=local_time(now)),
            tr("您已经有会员账户，不需要再注册。如果是您本人，请在终端上选择用邮箱和密码登录。"),
            tr("忘记密码的，请咨询店员，或者换一个邮箱注册。"),
            tr("如果不是您本人，不需要做什么：您的账户和密码没有改变。"),
        ]
    )


def next_mail_at(sent: list[datetime], most: int) -> datetime:
    """When another mail is allowed, of those `sent` within a day (oldest first), of which `most` may be."""
    return sent[-most] + timedelta(days=1)
