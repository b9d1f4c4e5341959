"""Faults that any layer may meet and every screen knows how to show."""


class ShopUnavailable(Exception):
    """The database can't be used at this moment; nothing was changed, and trying again is right."""
