"""Saved addresses: checked, kept encrypted up to a limit, and nobody else's to touch (SPEC 4.5, 10.3)."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import text

from kiosk.domain.accounts import AccountState
from kiosk.domain.addresses import DetailFault
from kiosk.domain.persons import NameFault, PhoneFault
from kiosk.services.addresses import (
    Address,
    AddressField,
    AddressInvalid,
    DistrictFault,
    StreetFault,
    add_address,
    check_address,
    list_addresses,
    remove_address,
)
from kiosk.services.errors import AccountOver, TooManyAddresses
from kiosk.services.shop import Shop
from tests.services.account_owners import make_member
from tests.services.small_shop import JINAN, SECOND, World

LIXIA = 370102
WHOLE: dict[str, Any] = {
    "recipient": "张小雅",
    "phone": "139 0531 8866",
    "district_adcode": LIXIA,
    "detail": " 泉城路180号  3单元502室 ",
}


@pytest.fixture
def account(shop: Shop) -> int:
    return make_member(shop).account_id


def address(shop: Shop, **other: Any) -> Address:
    return check_address(shop, **(WHOLE | other))


def test_what_was_typed_is_made_regular(shop: Shop) -> None:
    checked = address(shop)
    assert (checked.recipient, checked.phone, checked.district_adcode, checked.detail) == (
        "张小雅",
        13905318866,
        LIXIA,
        "泉城路180号 3单元502室",
    )


def test_everything_wrong_is_said_at_once(shop: Shop) -> None:
    """LOOK 7."""
    with pytest.raises(AddressInvalid) as refusal:
        address(shop, recipient="", phone="1390531", district_adcode=None, detail="502")
    assert refusal.value.faults == {
        AddressField.RECIPIENT: NameFault.EMPTY,
        AddressField.PHONE: PhoneFault.WRONG_LENGTH,
        AddressField.DISTRICT: DistrictFault.EMPTY,
        AddressField.DETAIL: DetailFault.NO_NAME,
    }
    assert "1390531" not in str(refusal.value)


@pytest.mark.parametrize("adcode", [JINAN, 370000, 110101])
def test_only_a_district_of_the_catalogue_will_do(shop: Shop, adcode: int) -> None:
    """SPEC 4.5: real administrative divisions."""
    with pytest.raises(AddressInvalid) as refusal:
        address(shop, district_adcode=adcode)
    assert refusal.value.faults == {AddressField.DISTRICT: DistrictFault.EMPTY}


def test_a_street_of_the_district_is_kept(shop: Shop, account: int) -> None:
    """SPEC 4.5: real administrative divisions, as far as they are known."""
    add_address(shop, account, address(shop, street="泉城路街道"))
    add_address(shop, account, address(shop))
    assert {each.street for each in list_addresses(shop, account)} == {"泉城路街道", ""}


def test_a_street_of_another_district_will_not_do(shop: Shop) -> None:
    """SPEC 4.5."""
    with pytest.raises(AddressInvalid) as refusal:
        address(shop, street="洪家楼街道")
    assert refusal.value.faults == {AddressField.STREET: StreetFault.NOT_IN_DISTRICT}
    assert "洪家楼" not in str(refusal.value)


def test_the_newest_comes_first(world: World, shop: Shop, account: int) -> None:
    first = add_address(shop, account, address(shop))
    world.clock.move(SECOND)
    second = add_address(shop, account, address(shop, recipient="李雷"))
    assert [(each.address_id, each.recipient) for each in list_addresses(shop, account)] == [
        (second, "李雷"),
        (first, "张小雅"),
    ]


def test_the_same_address_again_is_the_one_that_is_kept(shop: Shop, account: int) -> None:
    """A screen repeats what it asked for when the database was away."""
    assert add_address(shop, account, address(shop)) == add_address(shop, account, address(shop))
    assert len(list_addresses(shop, account)) == 1


def test_no_more_than_the_limit_are_kept_however_many_add_at_once(world: World, account: int) -> None:
    world.with_rules(addresses_per_account=3)
    shop, together = world.shop, Barrier(8)

    def add(room: int) -> bool:
        together.wait(10)
        try:
            add_address(shop, account, address(shop, detail=f"泉城路{room}号"))
        except TooManyAddresses:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(add, range(8))) == 3
    kept = list_addresses(shop, account)
    assert len(kept) == 3
    remove_address(shop, account, kept[0].address_id or 0)
    assert add_address(shop, account, address(shop, recipient="李雷"))


def test_nobody_sees_or_touches_what_another_account_keeps(shop: Shop, account: int) -> None:
    other = make_member(shop).account_id
    address_id = add_address(shop, account, address(shop))
    assert list_addresses(shop, other) == ()
    remove_address(shop, other, address_id)
    assert [each.address_id for each in list_addresses(shop, account)] == [address_id]
    for _ in range(2):
        remove_address(shop, account, address_id)
    assert list_addresses(shop, account) == ()


def test_nothing_is_kept_for_an_account_that_was_deleted(shop: Shop) -> None:
    gone = make_member(shop, state=AccountState.DELETED).account_id
    with pytest.raises(AccountOver):
        add_address(shop, gone, address(shop))


def test_who_where_and_which_telephone_are_encrypted_and_have_no_repr(shop: Shop, account: int) -> None:
    """SPEC 10.3."""
    kept = address(shop)
    add_address(shop, account, kept)
    with shop.database.reading() as connection:
        row = connection.execute(text("SELECT recipient, phone, detail FROM addresses")).one()
    for stored, plain in zip(row, (kept.recipient, str(kept.phone), kept.detail), strict=True):
        assert plain.encode() not in bytes(stored)
        assert plain not in repr(kept) + repr(list_addresses(shop, account))
