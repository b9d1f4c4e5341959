"""Take a code that came by SMS for what it was asked for: once, within its time, in few tries (SPEC 3.5)."""

import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Connection

from kiosk.domain.accounts import CodePurpose
from kiosk.domain.msisdn import normalise_digits
from kiosk.services.errors import ServiceError, VisitOver
from kiosk.services.shop import Shop
from storage import code_challenges, people
from storage.code_challenges import Challenge, ChallengeState
from storage.encryption import FieldCipher

_LONGEST_TYPED = 64


class CodeWrong(ServiceError):
    """Not the code that was sent; `tries_left` says how many tries it has left, one at least."""

    def __init__(self, tries_left: int) -> None:
        super().__init__("the code is wrong")
        self.tries_left = tries_left


class CodeExpired(ServiceError):
    """The code's time is over: a new one has to be asked for."""


class CodeSpent(ServiceError):
    """There is no code to try: used, guessed at too often, voided by a newer one, or never asked for in this visit."""


CodeRefused = CodeWrong | CodeExpired | CodeSpent


@contextmanager
def spend_code(
    shop: Shop, visit_id: str, purpose: CodePurpose, phone: int, code: str, *, subject: str = ""
) -> Iterator[Connection]:
    """A transaction in which the code is used: what is done in it is done once, however many ask at the same time.

    Raises `CodeWrong`, `CodeExpired`, `CodeSpent` or `VisitOver` before it begins. A wrong code's try is kept; a right
    one is spent with the rest of the transaction or, where that raises, not at all and without losing a try. So the
    caller may still refuse for a reason of its own, and may be repeated when the database was away.

        with spend_code(shop, visit_id, CodePurpose.OPEN_ORDER, phone, code, subject=order_no) as connection:
            ...
    """
    with shop.database.writing() as connection:
        refusal = _try_code(shop, connection, visit_id, purpose, phone, code, subject)
        if refusal is None:
            yield connection
            return
    # Only now: raised within it, it would undo the counting.
    raise refusal


def _try_code(
    shop: Shop, connection: Connection, visit_id: str, purpose: CodePurpose, phone: int, code: str, subject: str
) -> CodeRefused | None:
    if people.lock_visit(connection, visit_id) is None:
        raise VisitOver
    now = shop.now()
    challenge = code_challenges.newest_challenge(
        connection,
        purpose=purpose.value,
        subject=subject,
        phone_hash=shop.database.cipher.keyed_hash(str(phone), "phone"),
        visit_id=visit_id,
        terminal_id=shop.terminal_id,
    )
    if challenge is None:
        return CodeSpent()
    # Counted first, under the lock that this statement takes: guesses made at once get no more tries than others.
    tries_left = code_challenges.count_try(connection, challenge.challenge_id, now)
    if tries_left is None:
        return _why_not(challenge, now)
    expected = hash_code(
        shop.database.cipher,
        code=_plain(code),
        challenge_id=challenge.challenge_id,
        purpose=purpose,
        phone=phone,
        visit_id=visit_id,
        subject=subject,
    )
    if hmac.compare_digest(expected, challenge.code_hash):
        code_challenges.use_challenge(connection, challenge.challenge_id)
        return None
    return CodeWrong(tries_left) if tries_left else CodeSpent()


def _why_not(challenge: Challenge, now: datetime) -> CodeRefused:
    is_over = challenge.state is ChallengeState.OPEN and not challenge.created_at <= now < challenge.expires_at
    return CodeExpired() if is_over else CodeSpent()


def hash_code(
    cipher: FieldCipher,
    *,
    code: str,
    challenge_id: str,
    purpose: CodePurpose,
    phone: int,
    visit_id: str,
    subject: str,
) -> bytes:
    """What is kept of a code: a keyed hash of it and all that it is bound to, of no use for anything else."""
    bound_to = "\0".join((challenge_id, purpose.value, str(phone), visit_id, subject, code))
    return cipher.keyed_hash(bound_to, "sms_code")


def _plain(code: str) -> str:
    """The digits that were typed; nothing, which is no code's, for anything else."""
    digits = normalise_digits(code) if len(code) <= _LONGEST_TYPED else ""
    return digits if digits.isascii() and digits.isdecimal() else ""
