"""Deadlines and limits of the shop (SPEC 4, 7.1): one value, made from the settings, shown to customers as it is."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from zoneinfo import ZoneInfo

from kiosk.domain.features import Feature
from kiosk.domain.orders import PickupPolicy

SHOP_TIME = ZoneInfo("Asia/Shanghai")
"""Calendar days of rules (birthdays, first bills) and times on the screen are those of mainland China."""

LONGEST_WAIT: Final = timedelta(days=1)
"""No hold with all its more time, and no unpaid order, is given longer; the settings allow no more."""

LINE_RECORDS_KEPT: Final = timedelta(days=3 * 365 + 1)
"""How long it is known whose a line was after it was closed.

The E-Commerce Law (art. 31) asks for three years at least after a transaction; no three years have more days.
"""


@dataclass(frozen=True, slots=True)
class Rules:
    """How long things wait, and how many of them one person may have."""

    hold: timedelta = timedelta(minutes=30)
    more_time: timedelta = timedelta(minutes=10)
    """By how much somebody who needs longer may lengthen a hold (SPEC 8.3)."""
    more_times: int = 1
    """How often, for one hold."""
    payment: timedelta = timedelta(minutes=30)
    pickup: timedelta = timedelta(days=7)
    pickup_policy: PickupPolicy = PickupPolicy.ACTIVATE
    rest: timedelta = timedelta(days=7)
    holds_per_visit: int = 3
    """Also the most a contact phone, or an identity document, may hold at once (SPEC 4.2)."""
    numbers_per_id: int = 5
    """Lines, live orders and holds of one identity document together (SPEC 4.4)."""
    sim_fee_fen: int = 0
    idle: timedelta = timedelta(seconds=90)
    idle_paying: timedelta = timedelta(minutes=5)
    idle_warning: timedelta = timedelta(seconds=15)
    large_idle: timedelta = timedelta(minutes=3)
    large_idle_warning: timedelta = timedelta(seconds=30)
    """In large print nobody is hurried (SPEC 9.3)."""
    personal_data_kept: timedelta = timedelta(days=30)
    """How long a cancelled order keeps its customer's data (SPEC 10.3)."""
    code_valid: timedelta = timedelta(minutes=5)
    code_tries: int = 3
    code_resend: timedelta = timedelta(seconds=60)
    codes_per_day: int = 10
    """What a code sent by SMS may take, for each phone number (SPEC 3.5)."""
    codes_before_captcha: int = 3
    """How many codes a terminal asks for within an hour before it asks for the captcha first (SPEC 3.4)."""
    activation_valid: timedelta = timedelta(hours=24)
    activation_resend: timedelta = timedelta(minutes=1)
    activations_per_day: int = 5
    """What the mail that activates an account may take, for each account (SPEC 3.3, 7.1)."""
    password_length: int = 10
    """How short a member's password may be; NIST SP 800-63B asks for at least 8 and long ones (SPEC 3.6)."""
    favourites_per_account: int = 50
    addresses_per_account: int = 20
    """How many of them one account may keep (SPEC 2.3, 4.5)."""
    offers: frozenset[Feature] = frozenset({Feature.ACCOUNTS})
    """What this shop does besides selling numbers that are collected; the help is silent about the rest."""
