"""The shop as a command has it: settings, words and services, opened for as long as the command runs."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from kiosk.composition import OpenedShop, open_shop
from kiosk.config import Settings, read_settings
from kiosk.locale import Translator
from kiosk.log import set_up_logging
from kiosk.services.shop import Shop


@dataclass(frozen=True, slots=True)
class Office:
    """What every command starts from."""

    settings: Settings
    opened: OpenedShop
    tr: Translator

    @property
    def shop(self) -> Shop:
        """What the services take."""
        return self.opened.shop


@contextmanager
def open_office() -> Iterator[Office]:
    """Open the shop that the settings describe; raises `SettingInvalid` and `CannotOpen`."""
    settings = read_settings().settings
    set_up_logging(settings.log_file, settings.log_level)
    with open_shop(settings, terminal=False) as opened:
        yield Office(settings, opened, Translator(settings.language))
