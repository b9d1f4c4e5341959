"""Column types: instants as integers, and personal fields that are encrypted on their way in."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Dialect, LargeBinary
from sqlalchemy.types import TypeDecorator

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def in_microseconds(span: timedelta) -> int:
    """A length of time in the unit of a stored `Instant`, for sums in SQL."""
    return span // _MICROSECOND


class Instant(TypeDecorator[datetime]):
    """A moment in UTC, stored as microseconds since 1970: the same number, order and width on every database."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Refuse naive datetimes, whose moment nobody knows."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """The moment, in UTC."""
        return None if value is None else _EPOCH + value * _MICROSECOND


class Encrypted(TypeDecorator[str]):
    """Personal text, sealed by the cipher that `open_engine` gave the dialect, bound to `table.column`."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, context: str) -> None:
        super().__init__()
        self.context = context

    def process_bind_param(self, value: str | None, dialect: Any) -> bytes | None:
        """Seal the text."""
        return None if value is None else dialect.field_cipher.encrypt(value, self.context)

    def process_result_value(self, value: bytes | None, dialect: Any) -> str | None:
        """Open the text."""
        return None if value is None else dialect.field_cipher.decrypt(bytes(value), self.context)
