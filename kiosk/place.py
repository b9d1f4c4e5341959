"""Where a terminal stands, and how it greets."""

from dataclasses import dataclass

from kiosk.services.admit_staff import StaffDoor


@dataclass(frozen=True, slots=True)
class Place:
    """Where this terminal stands, and how it greets."""

    city_adcode: int
    shop_code: str | None = None
    language: str = "zh"
    reduced_motion: bool = False
    allow_quit: bool = False
    has_scanner: bool = False
    payment_page: str | None = None
    """The cashier's address, when only this machine can open it."""
    mall_url: str | None = None
    """The public address of the web mall, which people may take away."""
    staff_door: StaffDoor | None = None
    """Where staff may leave; None while no PIN is configured."""
