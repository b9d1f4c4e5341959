"""The terminal on the process's own tty, as the settings and the opened shop want it."""

from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from kiosk.app import KioskApp
from kiosk.place import Place
from kiosk.services.admit_staff import staff_door
from kiosk.terminal.input_methods import InputMethods, pinyin_methods
from kiosk.terminal.lockdown import run_locked
from kiosk.terminal.memory import spare_people_collections

if TYPE_CHECKING:
    from kiosk.composition import OpenedShop
    from kiosk.config import Settings


def run_terminal(opened: "OpenedShop", settings: "Settings") -> int:
    """Run the terminal until it is told to stop; returns the exit status."""
    place = Place(
        city_adcode=opened.home.city_adcode,
        shop_code=opened.home.shop_code,
        language=settings.language,
        reduced_motion=settings.reduced_motion,
        allow_quit=settings.allow_quit,
        has_scanner=settings.scanner == "keyboard",
        payment_page=opened.base_url if _is_loopback(opened.base_url) else None,
        mall_url=settings.mall_url,
        staff_door=staff_door(settings.staff_pin_hash, settings.data_dir),
    )
    methods = InputMethods(partial(pinyin_methods, settings.data_dir / "pinyin"))

    def painted() -> None:
        opened.painted.set()
        spare_people_collections(app)

    app = KioskApp(opened.shop, place, painted=painted, input_methods=methods)
    return run_locked(app)


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    return host in {"localhost", "::1"} or host.startswith("127.")
