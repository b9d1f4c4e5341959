"""What a shop may offer or not; help and screens speak of what is offered only (SPEC 2.4)."""

from enum import StrEnum


class Feature(StrEnum):
    """One thing that a shop can do without."""

    ACCOUNTS = "accounts"
    DELIVERY = "delivery"
    HANDSETS = "handsets"
    MALL = "mall"
    """On the web, for people to take away as a QR code."""
