"""What can stand between a person and what they asked for; each error carries what a screen needs to explain it."""

from datetime import datetime

from kiosk.domain.orders import OrderState
from kiosk.domain.passwords import PasswordFault


class ServiceError(Exception):
    """A refusal with a reason that a person can be told."""


class VisitOver(ServiceError):
    """The visit has ended, by the person or by the clock: nothing can be held for it any more."""


class NumberTaken(ServiceError):
    """Somebody else has the number; `free_at` says when it may be back, None for never or unknown."""

    def __init__(self, msisdn: int, free_at: datetime | None) -> None:
        super().__init__("the number is taken")
        self.msisdn = msisdn
        self.free_at = free_at


class AskStaff(ServiceError):
    """The number belongs to a tier that only staff may sell."""


class NotForSale(ServiceError):
    """The number, tariff or shop isn't offered."""


class TooManyHolds(ServiceError):
    """The visit, the phone or the document keeps as many numbers as one may; `limit` says how many."""

    def __init__(self, limit: int) -> None:
        super().__init__("too many numbers held")
        self.limit = limit


class TooManyNumbers(ServiceError):
    """The identity document has as many numbers as one may; `limit` says how many."""

    def __init__(self, limit: int) -> None:
        super().__init__("too many numbers on one document")
        self.limit = limit


class HoldLost(ServiceError):
    """The number is no longer held for this visit."""

    def __init__(self, msisdn: int) -> None:
        super().__init__("the hold is gone")
        self.msisdn = msisdn


class NoMoreTime(ServiceError):
    """The hold was lengthened as often as it may be; `until` is when it ends."""

    def __init__(self, msisdn: int, until: datetime) -> None:
        super().__init__("the hold can't be lengthened again")
        self.msisdn = msisdn
        self.until = until


class PriceChanged(ServiceError):
    """What the order would cost now isn't what the person was shown: show it again."""


class SubmissionChanged(ServiceError):
    """The key of an order came back with another order in it: show again what would be ordered, under a new key."""


class OrderUnknown(ServiceError):
    """There is no order of that number."""


class OrderForgotten(ServiceError):
    """The order came to nothing long ago and its person was erased: nobody can prove any more that it is theirs."""


class NotPayable(ServiceError):
    """The order can't be paid (any more)."""

    def __init__(self, state: OrderState) -> None:
        super().__init__(f"the order is {state}")
        self.state = state


class NotCancellable(ServiceError):
    """The order can't be given up here (any more): not paid, handed over, sent off, or over already."""

    def __init__(self, state: OrderState) -> None:
        super().__init__(f"the order is {state}")
        self.state = state


class ProviderUnknown(ServiceError):
    """No payment provider of that code is connected here."""


class PaymentUnavailable(ServiceError):
    """The provider gave no answer; nothing was lost, and trying again or another provider is right."""


class PaymentRefused(ServiceError):
    """The provider declined to open the trade."""


class AccountOver(ServiceError):
    """The account was deleted: nothing can be kept in it any more."""


class TooManyFavourites(ServiceError):
    """The account keeps as many favourites as one may; `limit` says how many."""

    def __init__(self, limit: int) -> None:
        super().__init__("too many favourites")
        self.limit = limit


class TooManyAddresses(ServiceError):
    """The account keeps as many addresses as one may; `limit` says how many."""

    def __init__(self, limit: int) -> None:
        super().__init__("too many addresses")
        self.limit = limit


class PasswordWrong(ServiceError):
    """The password isn't that of the account."""


class PasswordUnfit(ServiceError):
    """A new password can't be used; `fault` says why."""

    def __init__(self, fault: PasswordFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


class TopicUnknown(ServiceError):
    """The help has no such topic, or the shop doesn't offer what it is about."""
