"""Passwords at rest: argon2id, and the same work for somebody who isn't known (SPEC 3.6)."""

from base64 import b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kiosk.domain.passwords import LONGEST_PASSWORD, normalise_password

if TYPE_CHECKING:
    from argon2 import PasswordHasher

_SALT_BYTES: Final = 16
_DIGEST_BYTES: Final = 32
_MOST_TYPED: Final = 4 * LONGEST_PASSWORD
"""Letters with marks of their own become fewer in the normal form."""


@dataclass(frozen=True, slots=True)
class Hasher:
    """argon2id in one profile, by default the low-memory one of RFC 9106, section 4: 64 MB, 3 passes, 4 lanes.

    One hash takes a tenth of a second or more by design: never on an event loop, and outside of transactions.
    Only tests make a cheaper one.
    """

    passes: int = 3
    memory_kib: int = 65_536
    lanes: int = 4

    def hash(self, password: str) -> str:
        """What is stored in place of a password: parameters, salt and digest, at most 160 characters."""
        return self._argon2().hash(normalise_password(password))

    def is_right(self, stored: str | None, password: str) -> bool:
        """Whether the password is the one that was stored; `stored` is None where there is no account, or none yet.

        Then the work is the same and the answer no, so that time doesn't tell who has an account.
        """
        from argon2.exceptions import VerificationError  # noqa: PLC0415  # most visits never need it

        # What is far too long to be a password costs one hash as any other; no password is empty.
        text = normalise_password(password) if len(password) <= _MOST_TYPED else ""
        try:
            # Halves of characters, which a terminal may bring, are wrong and no reason to fail.
            self._argon2().verify(stored or self._nobodys(), text.encode(errors="surrogatepass"))
        except VerificationError:
            return False
        return stored is not None

    def needs_rehash(self, stored: str) -> bool:
        """Whether a password that was right should be hashed anew, because it was stored in another profile."""
        return self._argon2().check_needs_rehash(stored)

    def _nobodys(self) -> str:
        """A hash in this profile that belongs to no password; made without hashing, so that it costs nothing."""
        salt, digest = (b64encode(bytes(size)).decode().rstrip("=") for size in (_SALT_BYTES, _DIGEST_BYTES))
        return f"$argon2id$v=19$m={self.memory_kib},t={self.passes},p={self.lanes}${salt}${digest}"

    def _argon2(self) -> "PasswordHasher":
        from argon2 import PasswordHasher  # noqa: PLC0415  # most visits never need it

        return PasswordHasher(
            time_cost=self.passes,
            memory_cost=self.memory_kib,
            parallelism=self.lanes,
            hash_len=_DIGEST_BYTES,
            salt_len=_SALT_BYTES,
        )
