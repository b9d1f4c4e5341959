"""Slow down who guesses passwords, by account, phone and terminal, without ever locking anybody out (SPEC 3.6)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from kiosk.domain.back_off import PACES, Subject, waits_until, with_one_less, with_one_more
from kiosk.services.errors import ServiceError
from kiosk.services.shop import Shop
from storage import back_offs


class BackedOff(ServiceError):
    """It went wrong too often of late; `until` is when it may be tried again."""

    def __init__(self, until: datetime) -> None:
        super().__init__("tried too often")
        self.until = until


@dataclass(frozen=True, slots=True)
class PasswordTry:
    """A try that counts as failed until `succeed` says otherwise."""

    subjects: tuple[tuple[Subject, bytes], ...]
    """In the order in which their rows are locked."""


def begin_try(shop: Shop, *, account: int | str | None = None, phone: int | None = None) -> PasswordTry:
    """Count a failure before the proof is looked at, so that a crash is no free try; raises `BackedOff`, uncounted.

    `account` is its id or, for one that nobody has, the identity that was typed: both wait alike, so that waiting
    doesn't tell who has an account. The terminal is counted always. Kept in a transaction of its own.
    """
    subjects = (*_of_person(shop, account, phone), _hashed(shop, Subject.TERMINAL, shop.terminal_id))
    with shop.database.writing() as connection:
        now = shop.now()
        known = [back_offs.lock_failures(connection, *subject, now) for subject in subjects]
        waits = [
            until
            for (subject, _), failures in zip(subjects, known, strict=True)
            if (until := waits_until(failures, PACES[subject], now)) is not None
        ]
        if waits:
            raise BackedOff(max(waits))
        for subject, failures in zip(subjects, known, strict=True):
            back_offs.store_failures(connection, *subject, with_one_more(failures, PACES[subject[0]], now))
    return PasswordTry(subjects)


def succeed(shop: Shop, connection: Connection, attempt: PasswordTry) -> None:
    """The try was right: the person's failures are forgotten, within the transaction that lets them in.

    The terminal only gets this one try back. Otherwise whoever guesses at other people's passwords there would sign
    in to an account of their own now and then, and start afresh; honest mistakes fade by themselves.
    """
    now = shop.now()
    for subject, subject_hash in attempt.subjects:
        if subject is Subject.TERMINAL:
            known = back_offs.lock_failures(connection, subject, subject_hash, now)
            back_offs.store_failures(connection, subject, subject_hash, with_one_less(known, now))
        else:
            back_offs.clear_failures(connection, subject, subject_hash)


def forgive(shop: Shop, connection: Connection, *, account: int | str, phone: int) -> None:
    """Forget a person's failures: there is a new password, at which nobody has guessed yet."""
    for subject, subject_hash in _of_person(shop, account, phone):
        back_offs.clear_failures(connection, subject, subject_hash)


def _of_person(shop: Shop, account: int | str | None, phone: int | None) -> Iterator[tuple[Subject, bytes]]:
    if account is not None:
        # The type too: nobody's identity is taken for an account's id.
        yield _hashed(shop, Subject.ACCOUNT, f"{type(account).__name__} {account}")
    if phone is not None:
        yield _hashed(shop, Subject.PHONE, str(phone))


def _hashed(shop: Shop, subject: Subject, text: str) -> tuple[Subject, bytes]:
    return subject, shop.database.cipher.keyed_hash(f"{subject} {text}", "back_off")
