"""A service password is set by whoever has the phone (SPEC 3.6), on both databases."""

import pytest

from kiosk.domain.accounts import CodePurpose, SignInWay
from kiosk.domain.passwords import PasswordFault
from kiosk.domain.persons import PhoneInvalid
from kiosk.services.back_off import BackedOff
from kiosk.services.check_code import CodeSpent, CodeWrong
from kiosk.services.errors import PasswordUnfit
from kiosk.services.service_password import set_service_password
from kiosk.services.shop import Shop
from kiosk.services.sign_in import SignInRefused
from tests.services.known_people import (
    OURS,
    SERVICE_PASSWORD,
    STRANGERS,
    ask_code,
    close_line,
    code_on,
    enter,
    give_password,
    open_line,
    texts_to,
    wrong,
)
from tests.services.small_shop import World

NEW = "730586"


def asked(world: World, phone: int = OURS) -> tuple[str, str]:
    """A visit that has asked for a code, and the code, if one was sent."""
    visit = world.visit()
    ask_code(world.shop, visit, phone, CodePurpose.SET_PASSWORD)
    return visit, code_on(world.shop, phone) if texts_to(world.shop, phone) else ""


def test_the_first_one_makes_the_account_and_signs_in(world: World, shop: Shop) -> None:
    open_line(world)
    visit, code = asked(world)
    set_service_password(shop, visit, str(OURS), code, NEW, NEW)
    assert enter(shop, visit, SignInWay.PHONE_PASSWORD, password=NEW).msisdn == OURS


def test_a_new_one_replaces_the_old_and_tells_the_phone_without_saying_it(world: World, shop: Shop) -> None:
    give_password(world, open_line(world))
    visit, code = asked(world)
    set_service_password(shop, visit, str(OURS), code, NEW, NEW)
    with pytest.raises(SignInRefused):
        enter(shop, visit, SignInWay.PHONE_PASSWORD, password=SERVICE_PASSWORD)
    enter(shop, visit, SignInWay.PHONE_PASSWORD, password=NEW)
    text = texts_to(shop, OURS)[-1]
    assert "您的服务密码已于 2026-11-22 10:00 修改" in text
    assert NEW not in text


def test_who_had_to_wait_for_the_forgotten_one_need_not_wait_for_the_new_one(world: World, shop: Shop) -> None:
    give_password(world, open_line(world))
    visit, code = asked(world)
    for _ in range(4):
        with pytest.raises(SignInRefused):
            enter(shop, visit, SignInWay.PHONE_PASSWORD, password="640279")
    with pytest.raises(BackedOff):
        enter(shop, visit, SignInWay.PHONE_PASSWORD, password=SERVICE_PASSWORD)
    set_service_password(shop, visit, str(OURS), code, NEW, NEW)
    enter(shop, visit, SignInWay.PHONE_PASSWORD, password=NEW)


@pytest.mark.parametrize(
    ("new", "again", "fault"),
    [
        ("", "", PasswordFault.EMPTY),
        ("73051", "73051", PasswordFault.NOT_SIX_DIGITS),
        ("123456", "123456", PasswordFault.SIMPLE),
        ("111111", "111111", PasswordFault.SIMPLE),
        ("900307", "900307", PasswordFault.SIMPLE),
        ("900001", "900001", PasswordFault.PERSONAL),
        (NEW, "730587", PasswordFault.DIFFERENT),
    ],
)
def test_an_unfit_one_is_refused_before_the_code_is_tried(
    world: World, shop: Shop, new: str, again: str, fault: PasswordFault
) -> None:
    """SPEC 3.6."""
    open_line(world)
    visit, code = asked(world)
    with pytest.raises(PasswordUnfit) as refusal:
        set_service_password(shop, visit, str(OURS), code, new, again)
    assert refusal.value.fault is fault
    set_service_password(shop, visit, str(OURS), code, NEW, NEW)


def test_a_code_sets_one_password_and_is_of_no_other_use(world: World, shop: Shop) -> None:
    """SPEC 3.5."""
    open_line(world)
    visit, code = asked(world)
    with pytest.raises(CodeSpent):
        enter(shop, visit, SignInWay.PHONE_CODE, code=code)
    with pytest.raises(CodeWrong):
        set_service_password(shop, visit, str(OURS), wrong(code), NEW, NEW)
    set_service_password(shop, visit, str(OURS), code, NEW, NEW)
    with pytest.raises(CodeSpent):
        set_service_password(shop, visit, str(OURS), code, "640279", "640279")


def test_a_number_that_is_not_ours_is_answered_alike(world: World, shop: Shop) -> None:
    visit, _ = asked(world, STRANGERS)
    for refusal in (CodeWrong, CodeWrong, CodeSpent):
        with pytest.raises(refusal):
            set_service_password(shop, visit, str(STRANGERS), "123456", NEW, NEW)
    with pytest.raises(PhoneInvalid):
        set_service_password(shop, visit, "138", "123456", NEW, NEW)


def test_a_line_closed_meanwhile_gets_none(world: World, shop: Shop) -> None:
    line = open_line(world)
    visit, code = asked(world)
    close_line(world, line)
    with pytest.raises(SignInRefused):
        set_service_password(shop, visit, str(OURS), code, NEW, NEW)
