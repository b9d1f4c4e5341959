"""The terminal as it is photographed: a demonstration shop of 3,000 numbers where nothing is left to chance."""

import itertools
import secrets
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Final
from unittest.mock import patch

from textual.geometry import Offset
from textual.pilot import Pilot
from textual.widgets import Input

from kiosk.domain.number_query import NumberQuery
from kiosk.gateways.sandbox import SandboxPayments
from kiosk.place import Place
from kiosk.services.load_stock import fill_demonstration
from kiosk.services.search_numbers import search_numbers
from kiosk.terminal.input_methods import InputMethods
from storage import schema
from storage.encryption import FieldCipher
from storage.engine import open_database
from storage.sandbox import SandboxLedger
from tests.journeys.hands import HOME_SHOP, JINAN, ShopFront, Terminal
from tests.services.small_shop import MERCHANT, FickleProvider, World, open_world
from tests.snapshots.contrast import drawn
from widgets.key_grid import KeyGrid

SIZES: Final = {"landscape": (120, 40), "clerk": (80, 24), "portrait": (80, 64)}
PAYMENT_PAGE: Final = "http://127.0.0.1:43210"
_NUMBERS, _SEED = 3_000, 1
_ORDER_DIGITS = 53178888
_CAPTCHA = 3
_FIRST_NAME = 1891
"""Shuffles the numbers so that the first page shows a little of everything."""


@dataclass(frozen=True, slots=True)
class Studio:
    """Files to be copied: a shop with its stock, and a bank with empty books."""

    shop: Path
    bank: Path
    cipher: FieldCipher


def build_studio(folder: Path) -> Studio:
    """Fill the demonstration once; every picture starts from a copy."""
    studio = Studio(folder / "kiosk.sqlite", folder / "sandbox.sqlite", FieldCipher({1: bytes(range(64))}, bytes(32)))
    shop = open_database(f"sqlite:///{studio.shop}", studio.cipher)
    schema.upgrade(shop)
    fill_demonstration(shop, _NUMBERS, _SEED)
    shop.close()
    bank = open_database(f"sqlite:///{studio.bank}", studio.cipher)
    SandboxLedger(bank)
    bank.close()
    return studio


@contextmanager
def opened(studio: Studio, folder: Path) -> Iterator[World]:
    """A shop and its bank at a fixed time, whose order numbers and addresses are always the same."""
    kiosk, sandbox = folder / "kiosk.sqlite", folder / "sandbox.sqlite"
    shutil.copy(studio.shop, kiosk)
    shutil.copy(studio.bank, sandbox)
    world = open_world(f"sqlite:///{kiosk}", f"sqlite:///{sandbox}", studio.cipher)
    payments = SandboxPayments(
        world.ledger, world.key, base_url=PAYMENT_PAGE, merchant_id=MERCHANT, now=world.clock.now
    )
    world.provider = FickleProvider(payments)
    world.shop = replace(world.shop, payments={payments.provider: world.provider})
    # Numbers are shuffled by the visit's name, and orders have names too.
    serial = itertools.count(_FIRST_NAME)
    names = patch.object(uuid, "uuid4", lambda: uuid.UUID(int=next(serial)))
    # No two touches of a scene are one double tap, however quick the machine is.
    touches = patch("widgets.repeat_guard.monotonic", itertools.count(1000.0).__next__)
    numbers = patch.object(secrets, "randbelow", lambda limit: min(_ORDER_DIGITS, limit - 1))
    with names, touches, numbers, steady_captcha():
        yield world
    world.close()


@contextmanager
def steady_captcha() -> Iterator[None]:
    """Captchas that always ask the same, drawn with the same noise."""
    noise = Random(_CAPTCHA)
    chance = SimpleNamespace(randbelow=noise.randrange, randbits=noise.getrandbits, choice=noise.choice)
    asked = patch("screens.account.code_screen.SystemRandom", lambda: Random(_CAPTCHA))
    with asked, patch("captcha.image.secrets", chance):
        yield


def make_app(world: World, language: str, input_methods: InputMethods) -> ShopFront:
    """The terminal of this shop, where nothing moves by itself."""
    place = Place(JINAN, HOME_SHOP, language=language, reduced_motion=True, payment_page=PAYMENT_PAGE)
    app = ShopFront(world.shop, place, input_methods=input_methods)
    app.animation_level = "none"
    return app


class Model(Terminal):
    """A terminal that is touched, never typed at, until a scene types: its key hints stay away."""

    large = False
    """Whether this person wants large print."""

    async def begin(self) -> None:
        """Touch the attract screen, and the button for large print if that is wanted."""
        await self.tap_at(Offset(3, 3))
        await self.settle()
        self.now[0] += 1
        if self.large:
            await self.tap("#print")

    @property
    def beautiful(self) -> int:
        """A number with two pairs at its end: it has a prepayment, a minimum and a contract."""
        query = NumberQuery(city_adcode=JINAN, patterns=frozenset({"AABB"}), limit=1)
        return search_numbers(self.world.shop, query).numbers[0].msisdn

    async def hold_still(self) -> None:
        """Wait until the picture stays as it is, and let nothing blink in it."""
        for field in self.app.screen.query(Input):
            field.cursor_blink = False
        # A key that was touched is dark for a moment.
        await self.until(lambda: all(grid._flash is None for grid in self.app.screen.query(KeyGrid)))
        before = None
        while (now := drawn(self.app)) != before:
            before = now
            await self.pilot.pause()
            await self.settle()


async def enter(app: ShopFront, pilot: Pilot[None], world: World, *, large: bool = False) -> Model:
    """A person steps up to the attract screen."""
    model = Model(app, pilot, world)
    model.large = large
    await model.until(lambda: app.current_mode == "attract")
    await model.settle()
    return model
