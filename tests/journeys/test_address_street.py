"""The street of a saved address: chosen by touch or by keys, and kept by every switch (SPEC 4.5, 9.1)."""

import pytest

from kiosk.services.addresses import list_addresses
from screens.account.addresses import AddressesScreen
from screens.account.new_address import NewAddressScreen
from tests.journeys.hands import NAME, NEXT, PHONE, Terminal
from tests.services.account_owners import make_member
from widgets.chip_pages import ChipPages

HEZE, CAO = 371700, 371721
LIXIA, TIANQIAO = 370102, 370105
BAOTU_QUAN = 370102003


async def add(terminal: Terminal) -> int:
    """Somebody who is known begins to add an address; returns their account."""
    await terminal.begin()
    person = make_member(terminal.world.shop)
    terminal.app.signed_in(person)
    await terminal.app.push_screen(AddressesScreen())
    await terminal.app.push_screen(NewAddressScreen())
    await terminal.settle()
    return person.account_id


async def write(terminal: Terminal) -> None:
    for line, text in (("#recipient", NAME), ("#recipient_phone", PHONE), ("#detail", "泉城路180号")):
        await terminal.focus(line)
        await terminal.paste(text)


async def test_a_street_is_chosen_by_keys_alone(terminal: Terminal) -> None:
    """SPEC 9.1."""
    account = await add(terminal)
    await terminal.focus("#district")
    await terminal.press("enter")
    assert terminal.app.visit.account_form.district_adcode == LIXIA
    await terminal.press("right", "right", "enter")
    assert terminal.app.visit.account_form.street == "趵突泉街道"
    await write(terminal)
    await terminal.tap(NEXT)
    (address,) = list_addresses(terminal.world.shop, account)
    assert address.street == "趵突泉街道"
    assert "山东省济南市历下区趵突泉街道泉城路180号" in terminal.words


async def test_who_does_not_find_their_street_goes_on_without(terminal: Terminal) -> None:
    """SPEC 4.5."""
    account = await add(terminal)
    await terminal.tap_chip("#district", str(LIXIA))
    await terminal.tap_chip("#street ChipRow", "unlisted")
    await write(terminal)
    await terminal.tap(NEXT)
    (address,) = list_addresses(terminal.world.shop, account)
    assert address.street == ""


async def test_a_district_whose_streets_are_not_known_is_asked_for_none(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SPEC 4.5: other provinces' catalogues have no such table."""
    monkeypatch.setattr("screens.account.new_address.list_streets", lambda _district: ())
    account = await add(terminal)
    await terminal.tap_chip("#district", str(LIXIA))
    assert not terminal.find("#street").display
    await write(terminal)
    await terminal.tap(NEXT)
    (address,) = list_addresses(terminal.world.shop, account)
    assert (address.street, address.district_adcode) == ("", LIXIA)


@pytest.mark.parametrize("size", [(80, 24), (80, 64)], ids=["clerk", "portrait"])
async def test_in_large_print_the_last_of_many_streets_is_a_few_touches_away(
    terminal: Terminal, size: tuple[int, int]
) -> None:
    """SPEC 9.1: by touch, nothing scrolls."""
    await terminal.resize(*size)
    await add(terminal)
    terminal.app.change_print()
    await terminal.settle()
    await terminal.tap_chip("#city", str(HEZE))
    await terminal.tap_chip("#district", str(CAO))
    pages = terminal.find("#street", ChipPages)
    while pages.page < pages.pages - 1:
        await terminal.tap(".chip-pages--down")
    *_, street, _unlisted = pages.row.chips
    await terminal.tap_chip("#street ChipRow", street.key)
    assert terminal.app.visit.account_form.street == street.label
    assert f"曹县{street.label}" in terminal.text("#question")


async def test_no_switch_and_no_way_back_loses_the_street_and_another_district_does(terminal: Terminal) -> None:
    """SPEC 9.1, 9.3."""
    await add(terminal)
    await terminal.tap_chip("#district", str(LIXIA))
    await terminal.tap_chip("#street ChipRow", str(BAOTU_QUAN))
    terminal.app.change_language()
    await terminal.settle()
    assert "趵突泉街道, Lixia District" in terminal.text("#question")
    terminal.app.change_print()
    await terminal.settle()
    assert "趵突泉街道" in terminal.text("#question")
    terminal.app.change_print()
    await terminal.settle()
    await terminal.press("escape")
    assert terminal.find("#street", ChipPages).row.selected == {str(BAOTU_QUAN)}
    await terminal.press("escape")
    await terminal.tap_chip("#district", str(LIXIA))
    assert terminal.app.visit.account_form.street == "趵突泉街道"
    await terminal.press("escape")
    await terminal.tap_chip("#district", str(TIANQIAO))
    assert terminal.app.visit.account_form.street is None
    assert terminal.find("#street", ChipPages).row.selected == frozenset()
