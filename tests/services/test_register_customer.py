"""Real-name data and the limits of a person (SPEC 4.2, 4.4), on both databases."""

from datetime import timedelta

import pytest

from kiosk.domain.id_documents import IdFault
from kiosk.domain.persons import NameFault, PhoneFault
from kiosk.services.errors import TooManyHolds, TooManyNumbers, VisitOver
from kiosk.services.hold_number import hold_number
from kiosk.services.keep_visit import end_visit
from kiosk.services.register_customer import CustomerField, CustomerInvalid, check_customer, register_customer
from kiosk.services.shop import Shop
from tests.services.small_shop import PLAIN, World, id_number


def test_every_field_that_is_wrong_is_told_at_once(shop: Shop) -> None:
    """SPEC 4.4 and issue 2, "bad input": a message at the field."""
    with pytest.raises(CustomerInvalid) as refusal:
        check_customer(shop, name="张\x07伟", id_type="resident", id_number="370102900307123", phone="12345")
    assert refusal.value.faults == {
        CustomerField.NAME: NameFault.FORBIDDEN_CHARACTER,
        CustomerField.ID_NUMBER: IdFault.FIFTEEN_DIGITS,
        CustomerField.PHONE: PhoneFault.WRONG_LENGTH,
    }


def test_what_is_right_is_made_regular(shop: Shop) -> None:
    """Full-width digits and pasted spaces are no fault of the customer."""
    typed = "".join(chr(ord(digit) + 0xFEE0) for digit in id_number(1)[:-1]) + id_number(1)[-1]
    customer = check_customer(shop, name=" 张 伟 ", id_type="resident", id_number=typed, phone="+86 139 0000 0001")
    assert (customer.name, customer.id_number, customer.phone) == ("张伟", id_number(1), 13900000001)


def test_age_counts_by_the_calendar_of_the_shop(world: World) -> None:
    """SPEC 4.4: 16 from the birthday on, which begins in Shanghai eight hours before it does in UTC."""
    body = "37010220101123001"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    check = "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True)) % 11]

    def register() -> None:
        check_customer(world.shop, name="张伟", id_type="resident", id_number=body + check, phone="13900000001")

    with pytest.raises(CustomerInvalid) as refusal:
        register()
    assert refusal.value.faults == {CustomerField.ID_NUMBER: IdFault.UNDER_AGE}
    world.clock.move(timedelta(hours=14))
    register()


def test_no_customer_can_be_printed(world: World) -> None:
    """SPEC 10.3: nothing personal reaches a log by accident."""
    customer = world.customer()
    for text in (repr(customer), str(customer), f"{customer}"):
        assert customer.name not in text
        assert customer.id_number not in text
        assert str(customer.phone) not in text


@pytest.mark.parametrize("shared", ["phone", "id"])
def test_three_holds_are_counted_again_when_the_person_becomes_known(world: World, shop: Shop, shared: str) -> None:
    """SPEC 4.2, step 3."""
    first, second = world.visit(), world.visit()
    person = {"phone": [(1, 7), (2, 7)], "id": [(1, 1), (1, 2)]}[shared]
    for msisdn in PLAIN[:2]:
        hold_number(shop, first, msisdn)
    register_customer(shop, first, world.customer(*person[0]))
    for msisdn in PLAIN[2:4]:
        hold_number(shop, second, msisdn)
    with pytest.raises(TooManyHolds):
        register_customer(shop, second, world.customer(*person[1]))
    hold_number(shop, second, PLAIN[4])  # as nameless as before
    end_visit(shop, first, "left")
    register_customer(shop, second, world.customer(*person[1]))


def test_at_most_five_numbers_a_document_lines_orders_and_holds_together(world: World, shop: Shop) -> None:
    """SPEC 4.4, step 3."""
    for msisdn in PLAIN[:4]:
        world.paid_order(msisdn)
    one, two = world.visit(), world.visit()
    hold_number(shop, one, PLAIN[4])
    register_customer(shop, one, world.customer())
    hold_number(shop, two, PLAIN[5])
    with pytest.raises(TooManyNumbers) as refusal:
        register_customer(shop, two, world.customer(phone=99))
    assert refusal.value.limit == 5
    register_customer(shop, two, world.customer(2))


def test_two_types_of_document_with_one_citizen_number_are_one_person(world: World, shop: Shop) -> None:
    cipher = shop.database.cipher
    mine = check_customer(shop, name="张伟", id_type="resident", id_number=id_number(1), phone="13900000001")
    assert mine.id_hash(cipher) == world.customer(1, phone=2).id_hash(cipher)
    assert mine.id_hash(cipher) != world.customer(2).id_hash(cipher)
    assert mine.phone_hash(cipher) == world.customer(2, phone=1).phone_hash(cipher)


def test_registering_again_replaces_the_person(world: World, shop: Shop) -> None:
    visit = world.visit()
    hold_number(shop, visit, PLAIN[0])
    register_customer(shop, visit, world.customer(1))
    register_customer(shop, visit, world.customer(2))
    for msisdn in PLAIN[1:4]:
        other = world.visit()
        register_customer(shop, other, world.customer(1))
        hold_number(shop, other, msisdn)


def test_nobody_is_registered_for_a_visit_that_is_over(world: World, shop: Shop) -> None:
    visit = world.visit()
    end_visit(shop, visit, "idle")
    with pytest.raises(VisitOver):
        register_customer(shop, visit, world.customer())


@pytest.mark.parametrize(
    ("id_type", "is_fault"), [("resident", True), ("hmt_residence", False), ("foreign_permanent_resident", False)]
)
def test_a_name_on_a_resident_card_is_in_hanzi(shop: Shop, id_type: str, is_fault: bool) -> None:
    """SPEC 4.4: letters left as they were typed in pinyin can't be matched with the card at the hand-over."""
    with pytest.raises(CustomerInvalid) as refused:
        check_customer(shop, name="zhangwei", id_type=id_type, id_number="", phone="")
    assert (refused.value.faults.get(CustomerField.NAME) is NameFault.HANZI_WANTED) is is_fault
