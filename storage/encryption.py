"""Personal fields at rest: AES-SIV with a random nonce, and keyed hashes for looking equal values up.

AES-SIV (RFC 5297) stays safe when a nonce repeats, which matters on machines restored from a backup image.
"""

import hmac
import os
import secrets
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

_FIELD_KEY_BYTES = 64
_HASH_KEY_BYTES = 32
_NONCE_BYTES = 16


class KeyMissing(Exception):
    """A field was encrypted with a key this machine doesn't have, or the field was altered."""


class FieldCipher:
    """Encrypts one field at a time, bound to where it is stored, under the newest of several key versions.

    `keys` maps a key version (1 to 255) to 64 bytes; `hash_key` (32 bytes) never changes, or look-ups would break.
    """

    def __init__(self, keys: Mapping[int, bytes], hash_key: bytes) -> None:
        self._ciphers = {version: AESSIV(key) for version, key in keys.items()}
        self._newest = max(keys)
        self._hash_key = hash_key

    def encrypt(self, text: str, context: str) -> bytes:
        """The text as bytes that only decrypt under the same context (`table.column`)."""
        nonce = os.urandom(_NONCE_BYTES)
        header = bytes([self._newest])
        sealed = self._ciphers[self._newest].encrypt(text.encode(), [header, context.encode(), nonce])
        return header + nonce + sealed

    def decrypt(self, blob: bytes, context: str) -> str:
        """The text again; raises `KeyMissing` when the key is unknown or the bytes were altered or moved."""
        header, nonce, sealed = blob[:1], blob[1 : 1 + _NONCE_BYTES], blob[1 + _NONCE_BYTES :]
        try:
            cipher = self._ciphers[header[0]]
            return cipher.decrypt(sealed, [header, context.encode(), nonce]).decode()
        except (KeyError, IndexError, InvalidTag) as fault:
            raise KeyMissing(f"{context} can't be read with the keys of this machine") from fault

    def keyed_hash(self, text: str, purpose: str) -> bytes:
        """32 bytes that are equal for equal texts of one purpose, and tell nothing without the key."""
        return hmac.new(self._hash_key, f"{purpose}\0{text}".encode(), sha256).digest()


def load_cipher(secrets_dir: Path) -> tuple[FieldCipher, bool]:
    """Read the field keys from the secrets directory, making them on a first run.

    Returns the cipher and whether keys were made. Files are `field-key-<version>` and `hash-key`, in hexadecimal.
    """
    secrets_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = _make_key(secrets_dir / "field-key-1", _FIELD_KEY_BYTES)
    made |= _make_key(secrets_dir / "hash-key", _HASH_KEY_BYTES)
    keys = {
        int(path.name.removeprefix("field-key-")): bytes.fromhex(path.read_text().strip())
        for path in secrets_dir.glob("field-key-*")
        if path.name.removeprefix("field-key-").isdigit()
    }
    return FieldCipher(keys, bytes.fromhex((secrets_dir / "hash-key").read_text().strip())), made


def _make_key(path: Path, size: int) -> bool:
    """Write a key file whole or not at all, whoever else starts at the same moment; true if we made it."""
    if path.exists():
        return False
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(size))
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    except FileExistsError:
        return False
    finally:
        draft.unlink(missing_ok=True)
    return True
