"""Personal fields at rest (SPEC 10.3; DESIGN 2)."""

import errno
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.encryption import FieldCipher, KeyMissing, load_cipher

CIPHER = FieldCipher({1: bytes(range(64))}, bytes(range(32)))
NEWER = FieldCipher({1: bytes(range(64)), 2: bytes(range(1, 65))}, bytes(range(32)))
NAME = "orders.customer_name"


@given(st.text())
def test_a_text_comes_back_and_can_not_be_read_meanwhile(text: str) -> None:
    blob = CIPHER.encrypt(text, NAME)
    assert CIPHER.decrypt(blob, NAME) == text
    assert len(text) < 4 or text.encode() not in blob


def test_equal_texts_look_different_each_time() -> None:
    """A name that occurs twice must not show."""
    assert CIPHER.encrypt("张伟", NAME) != CIPHER.encrypt("张伟", NAME)


@given(st.binary(min_size=1, max_size=80))
def test_bytes_that_were_never_encrypted_are_refused(blob: bytes) -> None:
    with pytest.raises(KeyMissing):
        CIPHER.decrypt(blob, NAME)


@given(st.text(min_size=1, max_size=20), st.data())
def test_a_flipped_bit_is_noticed(text: str, data: st.DataObject) -> None:
    blob = bytearray(CIPHER.encrypt(text, NAME))
    blob[data.draw(st.integers(0, len(blob) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(KeyMissing):
        CIPHER.decrypt(bytes(blob), NAME)


def test_a_field_does_not_decrypt_in_another_column() -> None:
    """Bound to table and column: nobody's ID is shown as a name by moving bytes."""
    with pytest.raises(KeyMissing) as fault:
        CIPHER.decrypt(CIPHER.encrypt("张伟", NAME), "orders.id_number")
    assert "张伟" not in str(fault.value)


def test_a_newer_key_is_used_for_new_fields_and_the_old_one_still_reads_old_ones() -> None:
    old, new = CIPHER.encrypt("张伟", NAME), NEWER.encrypt("张伟", NAME)
    assert (old[0], new[0]) == (1, 2)
    assert NEWER.decrypt(old, NAME) == NEWER.decrypt(new, NAME) == "张伟"
    with pytest.raises(KeyMissing):
        CIPHER.decrypt(new, NAME)


def test_hashes_are_equal_for_equal_texts_of_one_purpose_under_one_key() -> None:
    other = FieldCipher({1: bytes(range(64))}, bytes(range(1, 33)))
    assert CIPHER.keyed_hash("13900000001", "phone") == NEWER.keyed_hash("13900000001", "phone")
    assert CIPHER.keyed_hash("13900000001", "phone") != CIPHER.keyed_hash("13900000001", "id_number")
    assert CIPHER.keyed_hash("13900000001", "phone") != other.keyed_hash("13900000001", "phone")
    assert len(CIPHER.keyed_hash("", "phone")) == 32


def test_a_first_run_makes_keys_that_only_the_owner_may_read(tmp_path: Path) -> None:
    first, made = load_cipher(tmp_path / "secrets")
    again, made_again = load_cipher(tmp_path / "secrets")
    assert (made, made_again) == (True, False)
    assert again.decrypt(first.encrypt("张伟", NAME), NAME) == "张伟"
    assert again.keyed_hash("x", "y") == first.keyed_hash("x", "y")
    assert (tmp_path / "secrets").stat().st_mode & 0o077 == 0
    files = sorted((tmp_path / "secrets").iterdir())
    assert [file.name for file in files] == ["field-key-1", "hash-key"]
    assert all(file.stat().st_mode & 0o077 == 0 for file in files)


def test_a_full_disk_leaves_no_part_of_a_key_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_file: int) -> None:
        raise OSError(errno.ENOSPC, "no space left")

    with monkeypatch.context() as patch:
        patch.setattr("storage.encryption.os.fsync", fail)
        with pytest.raises(OSError, match="no space left"):
            load_cipher(tmp_path / "secrets")
    assert list((tmp_path / "secrets").iterdir()) == []
    _cipher, made = load_cipher(tmp_path / "secrets")
    assert made


def test_terminals_that_start_at_the_same_moment_agree_on_the_keys(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        ciphers = [cipher for cipher, _ in pool.map(lambda _: load_cipher(tmp_path / "s"), range(8))]
    blob = ciphers[0].encrypt("张伟", NAME)
    assert {cipher.decrypt(blob, NAME) for cipher in ciphers} == {"张伟"}
    assert len({cipher.keyed_hash("x", "y") for cipher in ciphers}) == 1
