"""What every service needs: the database, the time, the world outside and the rules in force."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from kiosk.domain.rules import SHOP_TIME, Rules
from kiosk.gateways.clock import Clock
from kiosk.gateways.messages import MessageGateway
from kiosk.gateways.payment import PaymentGateway
from kiosk.services.hashing import Hasher
from storage.engine import Database
from storage.number_index import NumberIndex


@dataclass(frozen=True, slots=True)
class Shop:
    """One process's way into the shop; services take it first and plain values after it."""

    database: Database
    clock: Clock
    payments: Mapping[str, PaymentGateway]
    """By provider code, in the order in which they are offered."""
    messages: MessageGateway
    rules: Rules
    numbers: NumberIndex
    terminal_id: str
    hasher: Hasher = field(default_factory=Hasher)
    """For passwords; tests put a cheaper one here."""
    public_url: str = ""
    """Where people's own devices reach the pages, for links in mails; empty where they can't."""

    def now(self) -> datetime:
        """This instant, in UTC."""
        return self.clock.now()

    def today(self) -> date:
        """The calendar day at the shop."""
        return self.day_of(self.now())

    @staticmethod
    def day_of(instant: datetime) -> date:
        """The calendar day at the shop of an instant."""
        return instant.astimezone(SHOP_TIME).date()
