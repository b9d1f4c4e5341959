"""Real-name data of the person who will use a number, checked as a whole (SPEC 4.4)."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection

from kiosk.domain.id_documents import ID_TYPE_BY_CODE, IdFault, IdInvalid, check_id
from kiosk.domain.persons import NameFault, NameInvalid, PhoneFault, PhoneInvalid, check_contact_phone, check_name
from kiosk.services.errors import ServiceError, TooManyHolds, TooManyNumbers, VisitOver
from kiosk.services.shop import Shop
from storage import people
from storage.encryption import FieldCipher


class CustomerField(StrEnum):
    """The fields of the customer form, by the names the screen gives them."""

    NAME = "name"
    ID_NUMBER = "id_number"
    PHONE = "phone"


Fault = NameFault | IdFault | PhoneFault


class CustomerInvalid(ServiceError):
    """Some fields can't be accepted; `faults` says which and why, for all of them at once."""

    def __init__(self, faults: dict[CustomerField, Fault]) -> None:
        super().__init__(", ".join(f"{field}: {fault}" for field, fault in faults.items()))
        self.faults = faults


@dataclass(frozen=True, slots=True, repr=False)
class Customer:
    """Checked and normalised real-name data; it has no repr, so that no log can hold it."""

    name: str
    id_type: str
    id_number: str
    phone: int

    def id_hash(self, cipher: FieldCipher) -> bytes:
        """What stands for the document where it must be counted but not read.

        Only the number counts: two types of document with one citizen number belong to one person.
        """
        return cipher.keyed_hash(self.id_number, "id_number")

    def phone_hash(self, cipher: FieldCipher) -> bytes:
        """What stands for the contact phone where it must be counted but not read."""
        return cipher.keyed_hash(str(self.phone), "phone")


def check_customer(shop: Shop, *, name: str, id_type: str, id_number: str, phone: str) -> Customer:
    """Check what was typed, all fields together; raises `CustomerInvalid`."""
    faults: dict[CustomerField, Fault] = {}
    checked_name, checked_id, checked_phone = "", "", 0
    try:
        checked_name = check_name(name, in_hanzi=ID_TYPE_BY_CODE[id_type].names_in_hanzi)
    except NameInvalid as fault:
        faults[CustomerField.NAME] = fault.reason
    try:
        checked_id = check_id(id_type, id_number, today=shop.today()).number
    except IdInvalid as fault:
        faults[CustomerField.ID_NUMBER] = fault.reason
    try:
        checked_phone = check_contact_phone(phone)
    except PhoneInvalid as fault:
        faults[CustomerField.PHONE] = fault.reason
    if faults:
        raise CustomerInvalid(faults)
    return Customer(checked_name, id_type, checked_id, checked_phone)


def register_customer(shop: Shop, visit_id: str, customer: Customer) -> None:
    """Tie the visit to the person, so that what they hold and own elsewhere counts (SPEC 4.2, 4.4).

    Raises `TooManyHolds`, `TooManyNumbers` or `VisitOver`; then the visit stays as nameless as it was.
    """
    with shop.database.writing() as connection:
        name_visit(shop, connection, visit_id, customer)


def name_visit(shop: Shop, connection: Connection, visit_id: str, customer: Customer) -> None:
    """The same within a transaction that is open."""
    cipher = shop.database.cipher
    id_hash, phone_hash = customer.id_hash(cipher), customer.phone_hash(cipher)
    now = shop.now()
    if people.lock_visit(connection, visit_id) is None:
        raise VisitOver
    people.lock_persons(connection, id_hash, phone_hash)
    people.name_person(connection, visit_id, phone_hash=phone_hash, id_hash=id_hash)
    limit = shop.rules.holds_per_visit
    for column, person_hash in (("id_hash", id_hash), ("phone_hash", phone_hash)):
        if people.count_reserved(connection, column, person_hash, now) > limit:
            raise TooManyHolds(limit)
    if people.count_numbers_of_id(connection, id_hash, now) > shop.rules.numbers_per_id:
        raise TooManyNumbers(shop.rules.numbers_per_id)
