"""What people keep to come back to (SPEC 2.3)."""

from enum import StrEnum


class FavouriteKind(StrEnum):
    """What can be kept; with its kind, an item's own name says which."""

    NUMBER = "number"
    """By its MSISDN."""
    HANDSET = "handset"
    """By its code in the catalogue."""
