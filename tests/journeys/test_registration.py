"""Registering, activating by code or by link, and what an account's owner may change (SPEC 3.1 to 3.3, 3.6)."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from kiosk.domain.accounts import AccountKind, AccountState, SignInWay
from kiosk.services.activate_account import LinkOutcome, activate_by_link
from screens.account.activation import ActivationScreen
from screens.account.register import RegisterScreen
from screens.account.service_password import ServicePasswordScreen
from screens.account.sign_in import SignInScreen
from storage.tables import notices
from tests.journeys.at_the_door import (
    AGREE,
    agree_and_enter,
    error,
    fill,
    go_on,
    mails,
    message,
    open_door,
    our_line,
    put_keys_away,
    solve,
    touch_digits,
    touch_in,
    touch_letters,
)
from tests.journeys.hands import BACK, NEXT, Terminal, open_terminal
from tests.services.known_people import EMAIL, OURS, PASSWORD, SERVICE_PASSWORD, add_member, code_on, wrong
from tests.services.small_shop import World
from widgets.chip import ChipRow
from widgets.field import Field
from widgets.modal import Ask, ReadText
from widgets.prose import Prose
from widgets.wait_button import WaitButton

NEW_PASSWORD = "another-river-to-cross"
TYPED = {"email": EMAIL, "password": PASSWORD, "again": PASSWORD}


async def open_form(terminal: Terminal) -> None:
    await open_door(terminal)
    await terminal.tap("#register")
    assert isinstance(terminal.screen, RegisterScreen)


async def accept(terminal: Terminal) -> None:
    """Open the agreement, which must be read first, and accept it at its end."""
    await put_keys_away(terminal)
    await terminal.tap(AGREE)
    assert isinstance(terminal.screen, ReadText)
    await terminal.tap(terminal.screen._accept)


async def register(terminal: Terminal, **typed: str) -> None:
    await open_form(terminal)
    await fill(terminal, **(TYPED | typed))
    await accept(terminal)
    await go_on(terminal)


def activation_code(terminal: Terminal) -> str:
    """The code in the newest mail."""
    found = re.search(r"(?<!\d)\d{6,8}(?!\d)", mails(terminal.world)[-1])
    assert found is not None
    return found[0]


async def look(terminal: Terminal) -> None:
    """The screen asks how the mail fares, as it does by itself every other second."""
    assert isinstance(terminal.screen, ActivationScreen)
    terminal.screen.look()
    await terminal.settle()


# Registering


async def test_from_registering_to_signed_in_by_touch_alone(world: World, now: list[float]) -> None:
    """SPEC 3.1, 3.2, 3.4 d, 9.1."""
    async with open_terminal(world, now) as terminal:
        await touch_in(terminal)
        await terminal.tap("#register")
        await touch_letters(terminal, "email", [*"anna", "@qq.com", "done"])
        await terminal.tap_letters(*"lantern-on-2-rivers", "done")
        await terminal.tap_letters(*"lantern-on-2-rivers", "done")
        await accept(terminal)
        await go_on(terminal)
        assert isinstance(terminal.screen, ActivationScreen)
        await touch_digits(terminal, "activation_code", activation_code(terminal))
        await go_on(terminal)
        assert "账户已激活" in terminal.text("#question")
        await terminal.tap(NEXT)
        # The address and the password are there already.
        assert isinstance(terminal.screen, SignInScreen)
        await terminal.tap(NEXT)
        await agree_and_enter(terminal)
        person = terminal.app.visit.person
        assert person is not None
        assert (person.kind, person.shown_as) == (AccountKind.MEMBER, "a***@qq.com")
        assert {row.agreement for row in terminal.rows("acceptances")} == {"registration", "service"}


async def test_an_account_that_was_activated_signs_in_by_its_address(terminal: Terminal) -> None:
    """SPEC 3.3, 3.4 d: whatever way was tried before, and without what was said of it."""
    await open_door(terminal, SignInWay.PHONE_PASSWORD)
    await go_on(terminal)
    assert error(terminal, "line")
    await put_keys_away(terminal)
    await terminal.tap("#register")
    await fill(terminal, **TYPED)
    await accept(terminal)
    await go_on(terminal)
    await fill(terminal, activation_code=activation_code(terminal))
    await go_on(terminal)
    assert "24" not in terminal.text("#activated")
    await terminal.tap(NEXT)
    assert terminal.find("#ways", ChipRow).selected == {SignInWay.MEMBER}
    assert [terminal.find(f"#{name}", Field).value for name in ("email", "password")] == [EMAIL, TYPED["password"]]
    assert not any(field.error for field in terminal.screen.query(Field))
    assert terminal.find("#email").display
    assert not terminal.find("#line").display


async def test_registering_by_keys_alone(terminal: Terminal) -> None:
    """SPEC 9.1: Enter goes from line to line, A opens the agreement."""
    await terminal.begin()
    terminal.app.show_sign_in()
    await terminal.settle()
    await terminal.press_on("#register")
    await terminal.focus("#email")
    for text in (EMAIL, PASSWORD, PASSWORD, "13905318866", "张小雅"):
        await terminal.paste(text)
        await terminal.press("enter")
    assert "请先阅读" in message(terminal)
    await terminal.press_on(AGREE)
    await terminal.press_on(terminal.screen._accept)  # type: ignore[attr-defined]  # the agreement's
    await terminal.press_on(NEXT)
    assert isinstance(terminal.screen, ActivationScreen)
    account = terminal.the_row("accounts")
    assert (account.state, account.name, account.phone) == (AccountState.PENDING, "张小雅", "13905318866")


async def test_a_line_is_judged_when_it_is_left_and_what_was_right_stays(terminal: Terminal) -> None:
    """SPEC 3.1."""
    await open_form(terminal)
    await fill(terminal, email="anna.example.com", password="short")
    assert error(terminal, "email") == "请填写完整的邮箱，如 name@example.com"
    await fill(terminal, again="other", phone="1390531886", name="张3")
    assert "密码太短" in error(terminal, "password")
    await put_keys_away(terminal)
    assert "姓名里不能有数字" in error(terminal, "name")
    assert "11 位" in error(terminal, "phone")
    await terminal.focus("#email")
    await terminal.press("x")
    assert error(terminal, "email") == ""
    assert terminal.find("#password", Field).value == "short"


async def test_all_faults_are_said_at_once(terminal: Terminal) -> None:
    """SPEC 3.1."""
    await open_form(terminal)
    await fill(terminal, email="anna@example.com", again="x", phone="139")
    await go_on(terminal)
    assert [bool(error(terminal, name)) for name in ("email", "password", "phone", "name")] == [
        False,
        True,
        True,
        False,
    ]
    assert terminal.rows("accounts") == []


async def test_the_agreement_must_be_opened_and_accepted(terminal: Terminal) -> None:
    """SPEC 3.1: what was opened and closed isn't accepted, but may then be ticked."""
    await open_form(terminal)
    await fill(terminal, **TYPED)
    await go_on(terminal)
    assert "请先阅读并同意" in message(terminal)
    await terminal.tap(AGREE)
    assert isinstance(terminal.screen, ReadText)
    await terminal.press("escape")
    assert not terminal.app.visit.account_form.agreed_to_register
    await terminal.tap(AGREE)
    assert terminal.app.visit.account_form.agreed_to_register
    await go_on(terminal)
    assert isinstance(terminal.screen, ActivationScreen)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_registering_in_large_print(world: World, now: list[float], size: tuple[int, int]) -> None:
    """SPEC 9.3, 9.4: one line a page, each judged before the next."""
    async with open_terminal(world, now, size=size) as terminal:
        await touch_in(terminal, large=True)
        await terminal.tap("#register")
        await terminal.tap_letters(*"anna", "done")
        assert error(terminal, "email")
        terminal.now[0] += 1
        await terminal.tap_letters("@qq.com", "done")
        await terminal.tap_letters(*"lantern-on-2-rivers", "done")
        await terminal.tap_letters(*"lantern-on-2-rivers", "done")
        terminal.now[0] += 1
        await terminal.tap_digits("done")
        terminal.now[0] += 1
        await terminal.tap_letters("done")
        await terminal.tap(AGREE)
        await terminal.tap(terminal.screen._accept)  # type: ignore[attr-defined]  # the agreement's
        await terminal.tap(NEXT)
        assert isinstance(terminal.screen, ActivationScreen)


async def test_an_address_that_has_an_account_is_answered_alike(terminal: Terminal) -> None:
    """SPEC 3.6."""
    add_member(terminal.world)
    await register(terminal)
    assert isinstance(terminal.screen, ActivationScreen)
    assert "a***@example.com" in terminal.text("#question")


# Activating


async def test_a_wrong_activation_code_tells_the_tries_left(terminal: Terminal) -> None:
    """SPEC 3.2."""
    await register(terminal)
    right = activation_code(terminal)
    await fill(terminal, activation_code=wrong(right).zfill(len(right)))
    await go_on(terminal)
    assert "还可以试" in error(terminal, "activation_code")
    terminal.world.clock.move(timedelta(hours=24))
    await fill(terminal, activation_code=right)
    await go_on(terminal)
    assert "已过期" in error(terminal, "activation_code")


async def test_the_link_that_is_opened_on_a_phone_turns_the_screen(world: World, now: list[float]) -> None:
    """SPEC 3.2."""
    shop = replace(world.shop, public_url="https://shop.example.com")
    async with open_terminal(world, now, shop=shop) as terminal:
        await register(terminal)
        token = re.search(r"/activate/([\w-]+)", mails(world)[-1])
        assert token is not None
        assert activate_by_link(shop, token[1]) is LinkOutcome.ACTIVATED
        await look(terminal)
        assert "账户已激活" in terminal.text("#question")
        await terminal.tap(NEXT)
        assert isinstance(terminal.screen, SignInScreen)


async def test_sending_again_waits_a_minute_and_ends_after_five(terminal: Terminal) -> None:
    """SPEC 3.3."""
    await register(terminal)
    button = terminal.find("#send-again", WaitButton)
    assert button.disabled
    assert button.label.startswith("1:00")
    first = activation_code(terminal)
    for nth in range(2, 6):
        terminal.world.clock.move(timedelta(minutes=1))
        button.tick()
        await terminal.tap("#send-again")
        assert len(mails(terminal.world)) == nth
    terminal.world.clock.move(timedelta(minutes=1))
    button.tick()
    await terminal.tap("#send-again")
    assert "今天发送的次数已用完" in message(terminal)
    assert len(mails(terminal.world)) == 5
    await fill(terminal, activation_code=first)
    await go_on(terminal)
    assert error(terminal, "activation_code")


async def test_the_address_can_be_corrected(terminal: Terminal) -> None:
    """SPEC 3.3."""
    await register(terminal, email="anna@exmaple.com")
    terminal.world.clock.move(timedelta(minutes=1))
    await terminal.tap("#correct")
    await terminal.focus("#email")
    await terminal.press(*["backspace"] * 20)
    await terminal.paste("nonsense")
    await go_on(terminal)
    assert error(terminal, "email")
    await terminal.focus("#email")
    await terminal.paste("@example.com")
    await go_on(terminal)
    assert "n***@example.com" in terminal.text("#question")
    await fill(terminal, activation_code=activation_code(terminal))
    await go_on(terminal)
    assert "账户已激活" in terminal.text("#question")


@pytest.mark.parametrize(
    ("failure", "says"),
    [("network", "网络不通"), ("no_such_mailbox", "可能不存在"), ("login", "网络不通，或邮箱不存在")],
)
async def test_a_mail_that_fails_says_the_likely_cause_and_what_to_do(
    terminal: Terminal, failure: str, says: str
) -> None:
    """SPEC 3.3."""
    await register(terminal)
    assert "正在发送" in terminal.find("#mail", Prose).text
    fail_mail(terminal, failure)
    await look(terminal)
    assert says in terminal.find("#mail", Prose).text
    assert terminal.find("#correct").display
    terminal.app.change_language()
    await terminal.settle()
    assert "⚠" in terminal.find("#mail", Prose).text


def fail_mail(terminal: Terminal, failure: str) -> None:
    """The gateway has given the newest mail up."""
    with terminal.world.shop.database.writing() as connection:
        connection.execute(update(notices).values(state="failed", failure=failure))


# Passwords, and leaving for good


async def test_a_service_password_is_set_by_a_code(terminal: Terminal) -> None:
    """SPEC 3.6: weak ones are refused, and the new one signs in."""
    our_line(terminal.world, password=None)
    await open_door(terminal)
    await terminal.tap("#forgotten")
    assert isinstance(terminal.screen, ServicePasswordScreen)
    await fill(terminal, line=str(OURS))
    await terminal.tap("#get-code")
    code = code_on(terminal.world.shop)
    await fill(terminal, code=code, new="123456", again="123456")
    await go_on(terminal)
    assert "太简单" in error(terminal, "new")
    await terminal.focus("#new")
    await terminal.press(*["backspace"] * 6)
    await fill(terminal, new=SERVICE_PASSWORD, again="820462")
    await go_on(terminal)
    assert "两次输入不一样" in error(terminal, "again")
    await fill(terminal, again=SERVICE_PASSWORD)
    await go_on(terminal)
    assert "已设置" in terminal.text("#question")
    await terminal.tap(NEXT)
    await terminal.tap_chip("#ways", SignInWay.PHONE_PASSWORD)
    assert terminal.find("#line", Field).value == str(OURS)
    await fill(terminal, service_password=SERVICE_PASSWORD)
    await go_on(terminal)
    await agree_and_enter(terminal)
    assert terminal.app.visit.person is not None


async def test_a_captcha_that_is_due_comes_before_the_code(terminal: Terminal) -> None:
    """SPEC 3.4: and the code is sent right after it."""
    our_line(terminal.world)
    await open_door(terminal)
    await fill(terminal, line=str(OURS))
    await terminal.tap("#get-code")
    before = len(terminal.rows("notices"))
    await put_keys_away(terminal)
    await terminal.tap("#forgotten")
    await terminal.tap("#get-code")
    assert "请完成验证" in terminal.text("#question")
    assert len(terminal.rows("notices")) == before
    await solve(terminal)
    assert len(terminal.rows("notices")) == before + 1
    assert terminal.find("#code", Field).display


async def enter_as_member(terminal: Terminal) -> None:
    add_member(terminal.world)
    await open_door(terminal, SignInWay.MEMBER)
    await fill(terminal, email=EMAIL, password=PASSWORD)
    await go_on(terminal)
    await agree_and_enter(terminal)
    terminal.app.show_my_page()
    await terminal.settle()


async def test_a_member_changes_the_password(terminal: Terminal) -> None:
    """SPEC 3.6."""
    await enter_as_member(terminal)
    assert terminal.find("#limits").display
    await terminal.tap("#my-password")
    await fill(terminal, password="not the old one", new=NEW_PASSWORD, again=NEW_PASSWORD)
    await go_on(terminal)
    assert "旧密码不对" in error(terminal, "password")
    await fill(terminal, password=PASSWORD)
    await go_on(terminal)
    assert "密码已修改" in terminal.text("#question")
    form = terminal.app.visit.account_form
    assert (form.password, form.new, form.again) == ("", "", "")
    await terminal.tap(NEXT)
    assert terminal.find("#my-password").display


async def test_an_account_is_deleted_with_its_password_and_asked_twice(terminal: Terminal) -> None:
    """SPEC 10.3; E-Commerce Law, art. 31: what is kept is said before."""
    await enter_as_member(terminal)
    await terminal.tap("#my-delete")
    assert "三年" in terminal.find("#consequences", Prose).text
    await terminal.tap(NEXT)
    assert error(terminal, "password") == "请填写密码"
    await fill(terminal, password="not the right one")
    await go_on(terminal)
    assert isinstance(terminal.screen, Ask)
    await terminal.tap(terminal.screen._yes)
    assert "密码不对" in error(terminal, "password")
    await fill(terminal, password=PASSWORD)
    await go_on(terminal)
    await terminal.tap(terminal.screen._no)  # type: ignore[attr-defined]  # the question's
    assert terminal.the_row("accounts").state == AccountState.ACTIVE
    await go_on(terminal)
    await terminal.tap(terminal.screen._yes)  # type: ignore[attr-defined]  # the question's
    assert terminal.the_row("accounts").state == AccountState.DELETED
    assert "账户已注销" in terminal.text("#question")
    await terminal.tap(NEXT)
    await terminal.app.until_forgotten()
    assert terminal.app.current_mode == "attract"


async def test_leaving_a_form_forgets_its_passwords(terminal: Terminal) -> None:
    """SPEC 3.8."""
    await enter_as_member(terminal)
    await terminal.tap("#my-password")
    await fill(terminal, password=PASSWORD, new=NEW_PASSWORD)
    await put_keys_away(terminal)
    await terminal.tap(BACK)
    form = terminal.app.visit.account_form
    assert (form.password, form.new, form.again) == ("", "", "")


async def test_leaving_the_door_forgets_passwords_and_keeps_who_it_was(terminal: Terminal) -> None:
    """SPEC 3.8: from the form above too."""
    await open_form(terminal)
    await fill(terminal, **TYPED)
    await put_keys_away(terminal)
    await terminal.tap(BACK)
    form = terminal.app.visit.account_form
    assert (form.password, form.again, form.email) == ("", "", EMAIL)
    await terminal.tap_chip("#ways", SignInWay.PHONE_PASSWORD)
    await fill(terminal, line=str(OURS), service_password=SERVICE_PASSWORD)
    await put_keys_away(terminal)
    await terminal.tap(BACK)
    form = terminal.app.visit.account_form
    assert (form.service_password, form.line) == ("", str(OURS))
