"""What a number costs: the tiers of beautiful numbers, and the offer a tier makes for one number."""

from dataclasses import dataclass
from enum import StrEnum


class PrepaymentReturn(StrEnum):
    """How a number's prepayment comes back as credit on the bill."""

    AT_ONCE = "at_once"
    MONTHLY_24 = "monthly_24"

    @property
    def months(self) -> int:
        """In how many monthly instalments it comes back; 0 where all of it is credit at activation."""
        match self:
            case PrepaymentReturn.AT_ONCE:
                return 0
            case PrepaymentReturn.MONTHLY_24:
                return 24


class SoldBy(StrEnum):
    """The least that is needed to sell a number: the machine alone, a clerk, or a manager."""

    SELF_SERVICE = "self_service"
    CLERK = "clerk"
    MANAGER = "manager"


@dataclass(frozen=True, slots=True)
class NumberOffer:
    """The conditions under which one number is sold; every customer sees them before choosing it."""

    msisdn: int
    city_adcode: int
    prepayment_fen: int
    monthly_minimum_fen: int
    term_months: int
    prepayment_return: PrepaymentReturn
    sold_by: SoldBy

    @property
    def self_service(self) -> bool:
        """Whether a customer may hold it without staff (SPEC 4.1)."""
        return self.sold_by is SoldBy.SELF_SERVICE


@dataclass(frozen=True, slots=True)
class NumberTier:
    """How sought after a number is (1 most, 6 least, 0 plain), and what that costs."""

    tier: int
    name_zh: str
    name_en: str
    prepayment_fen: int
    monthly_minimum_fen: int
    term_months: int
    prepayment_return: PrepaymentReturn
    sold_by: SoldBy

    def offer(self, msisdn: int, city_adcode: int) -> NumberOffer:
        """The tier's conditions for one number of one city."""
        return NumberOffer(
            msisdn=msisdn,
            city_adcode=city_adcode,
            prepayment_fen=self.prepayment_fen,
            monthly_minimum_fen=self.monthly_minimum_fen,
            term_months=self.term_months,
            prepayment_return=self.prepayment_return,
            sold_by=self.sold_by,
        )
