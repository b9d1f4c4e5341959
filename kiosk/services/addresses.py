"""The addresses a signed-in person keeps for deliveries (SPEC 4.5)."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection

from kiosk.domain.addresses import DetailFault, DetailInvalid, check_detail
from kiosk.domain.persons import NameFault, NameInvalid, PhoneFault, PhoneInvalid, check_contact_phone, check_name
from kiosk.services.divisions import list_streets
from kiosk.services.errors import AccountOver, ServiceError, TooManyAddresses
from kiosk.services.shop import Shop
from storage import addresses, offers
from storage.owners import lock_owner


class AddressField(StrEnum):
    """What an address is made of, by the names the screen gives them."""

    RECIPIENT = "recipient"
    PHONE = "phone"
    DISTRICT = "district"
    STREET = "street"
    DETAIL = "detail"


class DistrictFault(StrEnum):
    """Why a district was not accepted."""

    EMPTY = "no_district"


class StreetFault(StrEnum):
    """Why a street was not accepted."""

    NOT_IN_DISTRICT = "not_in_district"


AddressFault = NameFault | PhoneFault | DistrictFault | StreetFault | DetailFault


class AddressInvalid(ServiceError):
    """Some fields can't be accepted; `faults` says which and why, for all of them at once."""

    def __init__(self, faults: dict[AddressField, AddressFault]) -> None:
        super().__init__(", ".join(f"{field}: {fault}" for field, fault in faults.items()))
        self.faults = faults


@dataclass(frozen=True, slots=True, repr=False)
class Address:
    """Where to send a parcel; it has no repr, so that no log can hold it."""

    recipient: str
    phone: int
    district_adcode: int
    street: str
    """Empty where the list of its district doesn't have it."""
    detail: str
    address_id: int | None = None
    """None before it is kept."""


def check_address(
    shop: Shop, *, recipient: str, phone: str, district_adcode: int | None, detail: str, street: str = ""
) -> Address:
    """Check what was typed and chosen, all of it together; raises `AddressInvalid`."""
    faults: dict[AddressField, AddressFault] = {}
    checked_name, checked_phone, checked_detail = "", 0, ""
    try:
        checked_name = check_name(recipient)
    except NameInvalid as fault:
        faults[AddressField.RECIPIENT] = fault.reason
    try:
        checked_phone = check_contact_phone(phone)
    except PhoneInvalid as fault:
        faults[AddressField.PHONE] = fault.reason
    if district_adcode is None or not _is_district(shop, district_adcode):
        faults[AddressField.DISTRICT] = DistrictFault.EMPTY
    elif street and all(street != each.name_zh for each in list_streets(district_adcode)):
        faults[AddressField.STREET] = StreetFault.NOT_IN_DISTRICT
    try:
        checked_detail = check_detail(detail)
    except DetailInvalid as fault:
        faults[AddressField.DETAIL] = fault.reason
    if faults or district_adcode is None:
        raise AddressInvalid(faults)
    return Address(checked_name, checked_phone, district_adcode, street, checked_detail)


def add_address(shop: Shop, account_id: int, address: Address) -> int:
    """Keep a checked address and return its id; the same one again is the one that is kept.

    Raises `TooManyAddresses` or `AccountOver`.
    """
    with shop.database.writing() as connection:
        if not lock_owner(connection, account_id):
            raise AccountOver
        kept = _kept(connection, account_id)
        for each in kept:
            if (each.recipient, each.phone, each.district_adcode, each.street, each.detail) == (
                address.recipient,
                address.phone,
                address.district_adcode,
                address.street,
                address.detail,
            ):
                return each.address_id or 0
        if len(kept) >= shop.rules.addresses_per_account:
            raise TooManyAddresses(shop.rules.addresses_per_account)
        return addresses.add(
            connection,
            account_id,
            recipient=address.recipient,
            phone=str(address.phone),
            district_adcode=address.district_adcode,
            street=address.street or None,
            detail=address.detail,
            now=shop.now(),
        )


def list_addresses(shop: Shop, account_id: int) -> tuple[Address, ...]:
    """The addresses an account keeps, the newest first."""
    with shop.database.reading() as connection:
        return _kept(connection, account_id)


def remove_address(shop: Shop, account_id: int, address_id: int) -> None:
    """Keep an address no longer; one that isn't the account's is left alone."""
    with shop.database.writing() as connection:
        addresses.remove(connection, account_id, address_id)


def _is_district(shop: Shop, adcode: int) -> bool:
    with shop.database.reading() as connection:
        return any(district.adcode == adcode for district in offers.districts(connection))


def _kept(connection: Connection, account_id: int) -> tuple[Address, ...]:
    return tuple(
        Address(row.recipient, int(row.phone), row.district_adcode, row.street or "", row.detail, row.address_id)
        for row in addresses.of_account(connection, account_id)
    )
