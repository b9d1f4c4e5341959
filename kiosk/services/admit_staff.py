"""Let staff out of the terminal by a PIN; nothing here needs the database, which may be why they want to leave."""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

from kiosk.gateways.clock import this_boot, time_since_boot
from kiosk.services.shop import Shop
from storage.audit import write_audit
from storage.pin_tries import PinTryBook


@dataclass(frozen=True, slots=True)
class StaffDoor:
    """What a PIN is checked against."""

    pin_hash: str = field(repr=False)
    """argon2id, in its encoded form."""
    tries: PinTryBook


def staff_door(pin_hash: str | None, data_dir: Path) -> StaffDoor | None:
    """The door that this hash opens, its wrong tries counted in a file of `data_dir`; None where there is no PIN."""
    return None if pin_hash is None else StaffDoor(pin_hash, PinTryBook(data_dir / "staff-pin-tries.json"))


class PinAnswer(StrEnum):
    """What came of a PIN; the value is also what the audit says."""

    RIGHT = "staff.pin_right"
    WRONG = "staff.pin_wrong"
    EARLY = "staff.pin_early"


def hash_pin(pin: str) -> str:
    """The hash to be kept in place of a PIN: argon2id with the low-memory parameters of RFC 9106 (64 MB, 3 passes)."""
    from argon2 import PasswordHasher  # noqa: PLC0415  # a terminal hardly ever needs it

    return PasswordHasher().hash(pin)


def try_pin(door: StaffDoor, pin: str) -> PinAnswer:
    """Check a PIN, unless a wrong one before it makes it wait; takes a quarter of a second by design."""
    from argon2 import PasswordHasher  # noqa: PLC0415  # likewise
    from argon2.exceptions import VerificationError  # noqa: PLC0415  # likewise

    if door.tries.begin(this_boot(), time_since_boot()):
        return PinAnswer.EARLY
    try:
        PasswordHasher().verify(door.pin_hash, pin)
    except VerificationError:
        return PinAnswer.WRONG
    door.tries.succeed(this_boot(), time_since_boot())
    return PinAnswer.RIGHT


def pin_wait(door: StaffDoor) -> timedelta:
    """How long nobody may try a PIN yet."""
    return door.tries.wait(this_boot(), time_since_boot())


def audit_staff(shop: Shop, action: str) -> None:
    """Write down what staff, or somebody at the PIN pad, did at this terminal."""
    with shop.database.writing() as connection:
        write_audit(connection, action, actor="staff", now=shop.now(), terminal_id=shop.terminal_id)
