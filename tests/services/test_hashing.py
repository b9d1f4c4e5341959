"""Passwords are kept as argon2id, and an unknown account costs as much as a known one. SPEC 3.6."""

import re
import unicodedata

import argon2
import pytest

from kiosk.services.hashing import Hasher

CHEAP = Hasher(passes=1, memory_kib=64, lanes=1)
PASSWORD = "八月 Zürich-cactus"


def test_a_password_is_kept_as_argon2id_with_the_parameters_of_rfc_9106() -> None:
    stored = Hasher().hash(PASSWORD)
    assert re.fullmatch(r"\$argon2id\$v=19\$m=65536,t=3,p=4\$[\w+/]{22}\$[\w+/]{43}", stored)
    assert len(stored) <= 160
    assert Hasher().is_right(stored, PASSWORD)
    assert not Hasher().is_right(stored, PASSWORD + "x")


def test_the_same_password_is_never_stored_alike() -> None:
    assert CHEAP.hash(PASSWORD) != CHEAP.hash(PASSWORD)


def test_the_keyboard_that_typed_it_does_not_matter() -> None:
    assert CHEAP.is_right(CHEAP.hash(PASSWORD), unicodedata.normalize("NFD", PASSWORD).replace(" ", "\u3000"))


@pytest.mark.parametrize("typed", ["", "x", "\ud83d", "\0", "x" * 100_000])
def test_whatever_is_typed_gets_an_answer(typed: str) -> None:
    assert not CHEAP.is_right(CHEAP.hash(PASSWORD), typed)
    assert not CHEAP.is_right(None, typed)


def test_a_known_and_an_unknown_account_cost_one_verification_each_in_one_profile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    work: list[argon2.Parameters] = []
    verify = argon2.PasswordHasher.verify

    def count(self: argon2.PasswordHasher, stored: str, password: str) -> bool:
        work.append(argon2.extract_parameters(stored))
        return verify(self, stored, password)

    stored = CHEAP.hash(PASSWORD)
    monkeypatch.setattr(argon2.PasswordHasher, "verify", count)
    assert CHEAP.is_right(stored, PASSWORD)
    assert not CHEAP.is_right(stored, "wrong")
    assert not CHEAP.is_right(None, PASSWORD)
    assert len(work) == 3
    assert work[0] == work[1] == work[2]


def test_what_was_stored_in_another_profile_is_right_and_to_be_hashed_anew() -> None:
    stored = CHEAP.hash(PASSWORD)
    dearer = Hasher(passes=2, memory_kib=64, lanes=1)
    assert dearer.is_right(stored, PASSWORD)
    assert dearer.needs_rehash(stored)
    assert not CHEAP.needs_rehash(stored)
