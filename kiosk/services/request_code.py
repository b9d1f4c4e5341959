"""Send a code by SMS to a phone, no more often than one may ask (SPEC 3.4, 3.5)."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from kiosk.domain.accounts import CodePurpose
from kiosk.domain.msisdn import mask_msisdn
from kiosk.domain.persons import check_contact_phone
from kiosk.gateways.messages import Channel
from kiosk.locale import Translator
from kiosk.services.check_code import hash_code
from kiosk.services.errors import ServiceError, VisitOver
from kiosk.services.shop import Shop
from storage import code_challenges, people, subscribers
from storage.notices import queue_notice

_A_DAY = timedelta(days=1)
_AN_HOUR = timedelta(hours=1)
_PER_PHONE_BEFORE_CAPTCHA = 1
_PER_TERMINAL = 60
"""Codes an hour at one terminal even with captchas: more than a queue asks for, too few to plague people with."""
_FOR_OUR_LINES_ONLY = frozenset({CodePurpose.SIGN_IN, CodePurpose.SET_PASSWORD})


class CaptchaNeeded(ServiceError):
    """The captcha has to be solved first."""


class CodeTooSoon(ServiceError):
    """A code was sent a moment ago; `until` is when another one may be asked for."""

    def __init__(self, until: datetime) -> None:
        super().__init__("a code was sent a moment ago")
        self.until = until


class TooManyCodes(ServiceError):
    """The number got as many codes as it may in a day; `until` is when the next may be asked for."""

    def __init__(self, until: datetime) -> None:
        super().__init__("too many codes for one number")
        self.until = until


@dataclass(frozen=True, slots=True)
class CodeSent:
    """A code is on its way, if the number is one that gets them."""

    masked_phone: str
    resend_at: datetime
    expires_at: datetime


def request_code(
    shop: Shop,
    visit_id: str,
    purpose: CodePurpose,
    phone: str,
    *,
    captcha_solved: bool,
    language: str,
    subject: str = "",
) -> CodeSent:
    """Send a new code to a phone, which voids the one before it.

    For signing in and for passwords only our active lines get an SMS; any other number is answered, counted and
    limited alike, so that nobody learns whose numbers are ours. `subject` is what the code is for besides, such as an
    order number. Raises `PhoneInvalid`, `CodeTooSoon`, `TooManyCodes`, `CaptchaNeeded` or `VisitOver`.
    """
    msisdn = check_contact_phone(phone)
    cipher = shop.database.cipher
    phone_hash = cipher.keyed_hash(str(msisdn), "phone")
    challenge_id = secrets.token_hex(16)
    with shop.database.writing() as connection:
        if people.lock_visit(connection, visit_id) is None:
            raise VisitOver
        # Whoever asks for this phone, or at this terminal, at the same moment waits, and then counts this code too.
        people.lock_persons(connection, phone_hash, cipher.keyed_hash(shop.terminal_id, "terminal"))
        now = shop.now()
        _check_limits(shop, connection, purpose, phone_hash, now, captcha_solved=captcha_solved)
        is_sent = purpose not in _FOR_OUR_LINES_ONLY or subscribers.active_line(connection, msisdn) is not None
        code = _draw_code()
        bound = hash_code(
            cipher,
            code=code,
            challenge_id=challenge_id,
            purpose=purpose,
            phone=msisdn,
            visit_id=visit_id,
            subject=subject,
        )
        expires_at = now + shop.rules.code_valid
        code_challenges.add_challenge(
            connection,
            challenge_id,
            purpose=purpose.value,
            subject=subject,
            phone_hash=phone_hash,
            visit_id=visit_id,
            terminal_id=shop.terminal_id,
            # Where nothing is sent, a hash that no code has: not even by chance does a guess let anybody in.
            code_hash=bound if is_sent else secrets.token_bytes(len(bound)),
            tries=shop.rules.code_tries,
            now=now,
            expires_at=expires_at,
        )
        # Written for every number, and taken back where nothing is to be sent: time tells nothing either.
        with connection.begin_nested() as writing:
            queue_notice(
                connection,
                notice_key=f"code:{challenge_id}",
                now=now,
                channel=Channel.SMS.value,
                template="sms_code",
                recipient=str(msisdn),
                subject=None,
                body=_text(language, purpose, code, shop.rules.code_valid, order_no=subject),
                expires_at=expires_at,
            )
            if not is_sent:
                writing.rollback()
    return CodeSent(mask_msisdn(msisdn), now + shop.rules.code_resend, expires_at)


def _check_limits(
    shop: Shop,
    connection: Connection,
    purpose: CodePurpose,
    phone_hash: bytes,
    now: datetime,
    *,
    captcha_solved: bool,
) -> None:
    rules = shop.rules
    lately = code_challenges.asked_by_phone(connection, phone_hash, now - rules.code_resend, now, purpose.value)
    if lately.last_at is not None:
        raise CodeTooSoon(lately.last_at + rules.code_resend)
    today = code_challenges.asked_by_phone(connection, phone_hash, now - _A_DAY, now)
    if today.first_at is not None and today.count >= rules.codes_per_day:
        raise TooManyCodes(today.first_at + _A_DAY)
    here = code_challenges.asked_by_terminal(connection, shop.terminal_id, now - _AN_HOUR, now)
    if here.first_at is not None and here.count >= _PER_TERMINAL:
        raise TooManyCodes(here.first_at + _AN_HOUR)
    if captcha_solved:
        return
    by_phone = code_challenges.asked_by_phone(connection, phone_hash, now - _AN_HOUR, now)
    if by_phone.count >= _PER_PHONE_BEFORE_CAPTCHA or here.count >= rules.codes_before_captcha:
        raise CaptchaNeeded


def _draw_code() -> str:
    """Six digits: HOTP (RFC 4226) over a fresh secret, which is thrown away.

    The code is compared by its keyed hash, so nothing ever has to make it again; a secret that was kept could, and
    one that was shared by two codes would tie them together.
    """
    import pyotp  # noqa: PLC0415  # takes some 20 ms, and most visits never need it

    return pyotp.HOTP(pyotp.random_base32()).at(0)


def _text(language: str, purpose: CodePurpose, code: str, valid: timedelta, *, order_no: str) -> str:
    tr = Translator(language)
    minutes = valid // timedelta(minutes=1)
    match purpose:
        case CodePurpose.SIGN_IN:
            use = tr("验证码 {code}，用于在营业厅终端登录，{minutes} 分钟内有效。", code=code, minutes=minutes)
        case CodePurpose.SET_PASSWORD:
            use = tr("验证码 {code}，用于设置服务密码，{minutes} 分钟内有效。", code=code, minutes=minutes)
        case CodePurpose.OPEN_ORDER:
            use = tr(
                "验证码 {code}，用于查看订单 {order_no}，{minutes} 分钟内有效。",
                code=code,
                order_no=order_no,
                minutes=minutes,
            )
        case CodePurpose.BIND_NUMBER:
            use = tr("验证码 {code}，用于确认这个号码由您使用，{minutes} 分钟内有效。", code=code, minutes=minutes)
    return use + tr("请勿告诉任何人，包括工作人员。若非本人操作，请忽略。")
