"""Signing in by each of the four ways, and every refusal with its words at its place (SPEC 3.4 to 3.8)."""

from datetime import timedelta

import pytest

from kiosk.domain.accounts import AccountKind, SignInWay
from kiosk.domain.journeys import Step
from screens.account.my_page import MyPageScreen
from screens.account.sign_in import SignInScreen
from screens.home import HomeScreen
from tests.journeys.at_the_door import (
    agree_and_enter,
    answer,
    error,
    fill,
    go_on,
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
from tests.services.known_people import EMAIL, OURS, PASSWORD, SERVICE_PASSWORD, STRANGERS, add_member, code_on, wrong
from tests.services.small_shop import World
from widgets.action_bar import ActionBar
from widgets.captcha import Captcha
from widgets.field import Field
from widgets.modal import Ask, ReadText
from widgets.wait_button import WaitButton

BOTH = ("zh", "en")


def check_signed_in(terminal: Terminal, kind: AccountKind, shown_as: str) -> None:
    person = terminal.app.visit.person
    assert person is not None
    assert (person.kind, person.shown_as) == (kind, shown_as)
    assert isinstance(terminal.screen, HomeScreen)


async def get_code(terminal: Terminal) -> str:
    await terminal.tap("#get-code")
    return code_on(terminal.world.shop)


# Each way


@pytest.mark.parametrize("language", BOTH)
async def test_with_a_code_by_touch_alone(terminal: Terminal, language: str) -> None:
    """SPEC 3.4 a, 9.1, 9.3."""
    our_line(terminal.world)
    await terminal.begin()
    if language == "en":
        terminal.app.change_language()
        await terminal.settle()
    terminal.app.show_sign_in()
    await terminal.settle()
    await touch_digits(terminal, "line", str(OURS))
    code = await get_code(terminal)
    await terminal.tap_digits(*code)
    await terminal.tap(NEXT)
    await agree_and_enter(terminal)
    check_signed_in(terminal, AccountKind.SUBSCRIBER, "138****0001")
    assert terminal.rows("acceptances")[-1].agreement == "service"


async def test_with_a_service_password_by_touch_alone(terminal: Terminal) -> None:
    """SPEC 3.4 b, 9.1."""
    our_line(terminal.world)
    await open_door(terminal, SignInWay.PHONE_PASSWORD)
    await touch_digits(terminal, "line", str(OURS))
    await terminal.tap_digits(*SERVICE_PASSWORD)
    await terminal.tap(NEXT)
    await agree_and_enter(terminal)
    check_signed_in(terminal, AccountKind.SUBSCRIBER, "138****0001")


async def test_with_both_by_touch_alone(terminal: Terminal) -> None:
    """SPEC 3.4 c, 9.1."""
    our_line(terminal.world)
    await open_door(terminal, SignInWay.PHONE_BOTH)
    await touch_digits(terminal, "line", str(OURS))
    await terminal.tap_digits(*SERVICE_PASSWORD)
    code = await get_code(terminal)
    await terminal.tap_digits(*code)
    await terminal.tap(NEXT)
    await agree_and_enter(terminal)
    check_signed_in(terminal, AccountKind.SUBSCRIBER, "138****0001")


async def test_with_an_address_by_touch_alone(terminal: Terminal) -> None:
    """SPEC 3.4 d, 9.1: the address with a one-touch domain, the password on the letters."""
    add_member(terminal.world, email="anna@qq.com", password="lantern-on-2-rivers")
    await open_door(terminal, SignInWay.MEMBER)
    await touch_letters(terminal, "email", [*"anna", "@qq.com", "done"])
    await touch_letters(terminal, "password", [*"lantern-on-2-rivers", "done"])
    await terminal.tap(NEXT)
    await agree_and_enter(terminal)
    check_signed_in(terminal, AccountKind.MEMBER, "a***@qq.com")


@pytest.mark.parametrize("way", [SignInWay.PHONE_PASSWORD, SignInWay.MEMBER])
async def test_by_keys_alone(terminal: Terminal, way: SignInWay) -> None:
    """SPEC 3.4, 9.1: digits choose the way, Enter goes on, A accepts."""
    our_line(terminal.world)
    add_member(terminal.world)
    await terminal.begin()
    terminal.app.show_sign_in()
    await terminal.settle()
    # The keys start in the first line; its digits are not the way's.
    await terminal.press("tab")
    while isinstance(terminal.app.focused and terminal.app.focused.parent, Field):
        await terminal.press("tab")
    await terminal.press("2" if way is SignInWay.PHONE_PASSWORD else "4")
    if way is SignInWay.MEMBER:
        await fill(terminal, email=EMAIL, password=PASSWORD)
    else:
        await fill(terminal, line=str(OURS), service_password=SERVICE_PASSWORD)
    await terminal.press("enter")
    await solve(terminal)
    await terminal.press("a", "enter")
    assert terminal.app.visit.person is not None
    assert isinstance(terminal.screen, HomeScreen)


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (80, 64)])
async def test_in_large_print_one_question_at_a_time(world: World, now: list[float], size: tuple[int, int]) -> None:
    """SPEC 9.3, 9.4: at every size, with the captcha in words first."""
    our_line(world)
    async with open_terminal(world, now, size=size) as terminal:
        await touch_in(terminal, large=True)
        await terminal.tap_chip("#ways", SignInWay.PHONE_BOTH)
        await terminal.tap(NEXT)
        await terminal.tap_digits(*str(OURS))
        await terminal.tap_digits(*SERVICE_PASSWORD)
        await terminal.tap("#get-code")
        await terminal.tap_digits(*code_on(world.shop))
        assert terminal.find("#captcha Captcha", Captcha).asks_sums
        await agree_and_enter(terminal)
        check_signed_in(terminal, AccountKind.SUBSCRIBER, "138****0001")


async def test_a_switch_of_way_of_language_or_of_print_loses_nothing(terminal: Terminal) -> None:
    """SPEC 3.4, 9.3."""
    await open_door(terminal, SignInWay.PHONE_BOTH)
    await fill(terminal, line=str(OURS), service_password="820461", code="123456")
    await terminal.tap_chip("#ways", SignInWay.MEMBER)
    await fill(terminal, email=EMAIL, password=PASSWORD)
    for change in (terminal.app.change_language, terminal.app.change_print, terminal.app.change_print):
        change()
        await terminal.settle()
        # Two switches in a row are one.
        terminal.now[0] += 1
    await terminal.tap_chip("#ways", SignInWay.PHONE_BOTH)
    typed = {name: terminal.find(f"#{name}", Field).value for name in ("line", "service_password", "code")}
    assert typed == {"line": str(OURS), "service_password": "820461", "code": "123456"}
    await terminal.tap_chip("#ways", SignInWay.MEMBER)
    assert [terminal.find(f"#{name}", Field).value for name in ("email", "password")] == [EMAIL, PASSWORD]


async def test_passwords_are_never_in_sight_nor_stored_with_the_visit(terminal: Terminal) -> None:
    """SPEC 3.8, 9.2."""
    await open_door(terminal, SignInWay.MEMBER)
    await fill(terminal, email=EMAIL, password=PASSWORD)
    drawn = "\n".join(strip.text for strip in terminal.screen._compositor.render_strips())
    assert EMAIL in drawn
    assert PASSWORD not in drawn
    assert "•" * len(PASSWORD) in drawn
    stored = terminal.app.visit.choices()
    assert PASSWORD not in str(stored)
    assert EMAIL not in str(stored)
    assert PASSWORD not in repr(terminal.app.visit)


# Refusals of codes


async def refuse_code(terminal: Terminal, code: str) -> str:
    """Come to the end with a code, and hear what is wrong with it."""
    await fill(terminal, code=code)
    await go_on(terminal)
    await agree_and_enter(terminal)
    assert terminal.app.visit.person is None
    assert "ways" in terminal.screen.parts  # type: ignore[attr-defined]  # a form's
    return error(terminal, "code")


async def ask(terminal: Terminal) -> str:
    our_line(terminal.world)
    await open_door(terminal)
    await fill(terminal, line=str(OURS))
    return await get_code(terminal)


async def test_a_wrong_code_tells_the_tries_left_and_is_spent_after_the_third(terminal: Terminal) -> None:
    """SPEC 3.5."""
    code = await ask(terminal)
    assert "还可以试 2 次" in await refuse_code(terminal, wrong(code))
    assert "还可以试 1 次" in await refuse_code(terminal, wrong(code))
    assert "已失效" in await refuse_code(terminal, wrong(code))
    assert "已失效" in await refuse_code(terminal, code)


async def test_a_code_expires(terminal: Terminal) -> None:
    """SPEC 3.5."""
    code = await ask(terminal)
    terminal.world.clock.move(timedelta(minutes=5))
    assert "已过期" in await refuse_code(terminal, code)


async def test_a_newer_code_voids_the_one_before(terminal: Terminal) -> None:
    """SPEC 3.5."""
    older = await ask(terminal)
    button = terminal.find("#get-code", WaitButton)
    assert button.disabled
    assert "60" in button.label
    terminal.world.clock.move(timedelta(seconds=60))
    button.tick()
    assert not button.disabled
    await terminal.tap("#get-code")
    # A second code within the hour asks for the captcha first (SPEC 3.4).
    await solve(terminal)
    newer = code_on(terminal.world.shop)
    if newer != older:
        assert "还可以试 2 次" in await refuse_code(terminal, older)
    await fill(terminal, code=newer)
    await go_on(terminal)
    await agree_and_enter(terminal)
    assert terminal.app.visit.person is not None


async def test_a_code_is_used_once(terminal: Terminal) -> None:
    """SPEC 3.5."""
    code = await ask(terminal)
    await fill(terminal, code=code)
    await go_on(terminal)
    await agree_and_enter(terminal)
    assert terminal.app.visit.person is not None
    terminal.app.visit.person = None
    terminal.app.show_sign_in()
    await terminal.settle()
    await fill(terminal, line=str(OURS))
    assert "已失效" in await refuse_code(terminal, code)


async def test_a_phone_that_is_not_ours_is_answered_alike(terminal: Terminal) -> None:
    """SPEC 3.6: the screen says the same, and there is no SMS."""
    await open_door(terminal)
    await fill(terminal, line=str(STRANGERS))
    await terminal.tap("#get-code")
    assert "138****1111" in str(terminal.find("#code")._message.content)
    assert "还可以试 2 次" in await refuse_code(terminal, "123456")
    assert terminal.rows("notices") == []


async def test_codes_have_a_limit_a_day(terminal: Terminal) -> None:
    """SPEC 3.5: ten a number."""
    terminal.world.with_rules(codes_per_day=2)
    terminal.app._shop = terminal.world.shop
    await ask(terminal)
    for _ in range(2):
        terminal.world.clock.move(timedelta(seconds=60))
        terminal.find("#get-code", WaitButton).tick()
        await terminal.tap("#get-code")
        await solve(terminal)
    assert "次数已用完" in message(terminal)


async def test_a_code_for_another_number_is_asked_for_anew(terminal: Terminal) -> None:
    """SPEC 3.5: bound to its phone."""
    await ask(terminal)
    await terminal.focus("#line")
    await terminal.press("backspace")
    assert terminal.app.visit.account_form.code_sent_to == ""
    assert not terminal.find("#get-code", WaitButton).disabled


# Refusals of passwords


@pytest.mark.parametrize("known", [True, False])
async def test_a_wrong_password_and_an_unknown_account_get_the_same_words(terminal: Terminal, known: bool) -> None:
    """SPEC 3.6."""
    if known:
        add_member(terminal.world)
        our_line(terminal.world)
    await open_door(terminal, SignInWay.MEMBER)
    await fill(terminal, email=EMAIL, password="not this one at all")
    await go_on(terminal)
    await agree_and_enter(terminal)
    assert error(terminal, "password") == "邮箱或密码不对，请核对后再试"
    assert terminal.find("#password", Field).value == ""
    assert terminal.find("#email", Field).value == EMAIL
    await put_keys_away(terminal)
    await terminal.tap_chip("#ways", SignInWay.PHONE_PASSWORD)
    await fill(terminal, line=str(OURS), service_password="739150")
    await go_on(terminal)
    await agree_and_enter(terminal)
    assert error(terminal, "service_password") == "号码或服务密码不对，请核对后再试"


async def test_too_many_wrong_passwords_make_wait_and_the_captcha_comes_again(terminal: Terminal) -> None:
    """SPEC 3.6: never a permanent lock; until when is said, and counted down."""
    our_line(terminal.world)
    await open_door(terminal, SignInWay.PHONE_PASSWORD)
    await fill(terminal, line=str(OURS))
    captchas = 0
    for _ in range(12):
        await fill(terminal, service_password="739150")
        await go_on(terminal)
        captchas += bool(terminal.screen.query(Captcha))
        await agree_and_enter(terminal)
        if message(terminal):
            break
    assert "尝试次数过多" in message(terminal)
    assert captchas > 1
    countdown = terminal.screen.query_one("#wait")
    left = countdown.remaining  # type: ignore[attr-defined]  # a countdown's
    assert left
    terminal.world.clock.move(left)
    await terminal.look_at_clock()
    assert message(terminal) == ""


async def test_an_account_that_waits_for_its_activation_leads_there(terminal: Terminal) -> None:
    """SPEC 3.2: told why, with "send again"."""
    add_member(terminal.world, active=False)
    await open_door(terminal, SignInWay.MEMBER)
    await fill(terminal, email=EMAIL, password=PASSWORD)
    await go_on(terminal)
    await agree_and_enter(terminal)
    assert "a***@example.com" in terminal.text("#question")
    assert terminal.find("#send-again", WaitButton).display


# Captcha and agreement


async def test_a_wrong_captcha_says_so_and_asks_another(terminal: Terminal) -> None:
    """SPEC 3.7."""
    await open_door(terminal, SignInWay.PHONE_PASSWORD)
    await fill(terminal, line=str(OURS), service_password="739150")
    await go_on(terminal)
    asked = answer(terminal)
    captcha = terminal.find("#captcha Captcha", Captcha)
    await terminal.type("".join("3" if digit != "3" else "4" for digit in asked))
    await terminal.press("enter")
    assert captcha.answer.error == "不对，请看新的再试"
    await solve(terminal)
    assert "agreement" in terminal.screen.parts  # type: ignore[attr-defined]  # a form's


async def test_a_wrong_captcha_says_so_by_touch_too(terminal: Terminal) -> None:
    """SPEC 3.7: the last digit touched judges, and what it typed is gone before the field hears of it."""
    await open_door(terminal, SignInWay.PHONE_PASSWORD)
    await touch_digits(terminal, "line", str(OURS))
    await terminal.tap_digits(*"739150")
    await terminal.tap(NEXT)
    captcha = terminal.find("#captcha Captcha", Captcha)
    await terminal.tap_digits(*("3" if digit != "3" else "4" for digit in answer(terminal)))
    assert captcha.answer.error == "不对，请看新的再试"
    await terminal.tap_digits("3")
    assert captcha.answer.error is None


async def test_another_question_is_answered_by_keys_at_once(terminal: Terminal) -> None:
    """SPEC 3.7, 9.2: every way around the picture has a key, and leads back to the answer."""
    await open_door(terminal, SignInWay.PHONE_PASSWORD)
    await fill(terminal, line=str(OURS), service_password="739150")
    await terminal.press("enter")
    captcha = terminal.find("#captcha Captcha", Captcha)
    for key, asks_sums in (("c", False), ("w", True), ("c", True), ("W", False)):
        await terminal.press(key)
        terminal.now[0] += 1
        assert captcha.asks_sums is asks_sums
        assert terminal.screen.focused in captcha.answer.children
    await terminal.focus("#captcha-other-way")
    await terminal.press("enter")
    assert captcha.asks_sums
    assert terminal.screen.focused in captcha.answer.children
    await terminal.press("enter")
    assert captcha.answer.error == "请输入得数"


async def test_the_wait_for_another_code_outlives_leaving(terminal: Terminal) -> None:
    """SPEC 3.4: and the key of its button works while the code is typed."""
    our_line(terminal.world)
    await open_door(terminal)
    await fill(terminal, line=str(OURS))
    await terminal.focus("#code")
    await terminal.press("g")
    assert code_on(terminal.world.shop)
    await fill(terminal, code="123")
    await terminal.press("escape")
    assert isinstance(terminal.screen, HomeScreen)
    terminal.app.show_sign_in()
    await terminal.settle()
    button = terminal.find("#get-code", WaitButton)
    assert button.disabled
    assert "秒后重发" in button.label
    assert terminal.find("#code", Field).value == ""


async def test_the_captcha_can_be_had_in_words(terminal: Terminal) -> None:
    """SPEC 3.7: an alternative that needs no eyes."""
    await open_door(terminal, SignInWay.PHONE_PASSWORD)
    await fill(terminal, line=str(OURS), service_password="739150")
    await go_on(terminal)
    captcha = terminal.find("#captcha Captcha", Captcha)
    await terminal.tap(captcha._other_way)
    assert captcha.asks_sums
    await solve(terminal)
    assert "agreement" in terminal.screen.parts  # type: ignore[attr-defined]  # a form's


async def test_another_print_or_language_stays_at_the_captcha_with_the_way_on_in_sight(terminal: Terminal) -> None:
    """SPEC 3.7, 9.3: also while its keys are open."""
    await open_door(terminal, SignInWay.PHONE_PASSWORD)
    await fill(terminal, line=str(OURS), service_password="739150")
    await go_on(terminal)
    for change in (terminal.app.change_print, terminal.app.change_print, terminal.app.change_language):
        change()
        await terminal.settle()
        terminal.now[0] += 1
        assert "captcha" in terminal.screen.parts  # type: ignore[attr-defined]  # a form's
        assert terminal.find("#captcha Captcha", Captcha).region.height
    await put_keys_away(terminal)
    terminal.now[0] += 1
    await terminal.until(lambda: terminal.find("#actions", ActionBar).visible)
    await terminal.tap("#captcha Field Input")
    await solve(terminal)
    for _ in range(2):
        terminal.app.change_print()
        await terminal.settle()
        terminal.now[0] += 1
        assert "agreement" in terminal.screen.parts  # type: ignore[attr-defined]  # a form's
        assert terminal.find("#actions", ActionBar).visible


async def test_nobody_gets_past_the_captcha_by_going_on(terminal: Terminal) -> None:
    """SPEC 3.7."""
    await open_door(terminal, SignInWay.PHONE_PASSWORD)
    await fill(terminal, line=str(OURS), service_password="739150")
    await go_on(terminal)
    await terminal.press("escape", "enter", "enter")
    assert "captcha" in terminal.screen.parts  # type: ignore[attr-defined]  # a form's


async def test_the_agreement_can_be_read_and_must_be_accepted(terminal: Terminal) -> None:
    """SPEC 3.4."""
    our_line(terminal.world)
    await open_door(terminal, SignInWay.PHONE_PASSWORD)
    await fill(terminal, line=str(OURS), service_password=SERVICE_PASSWORD)
    await go_on(terminal)
    await solve(terminal)
    await go_on(terminal)
    assert "请先同意" in message(terminal)
    assert terminal.app.visit.person is None
    await terminal.tap(".agreement--read")
    assert isinstance(terminal.screen, ReadText)
    await terminal.tap(terminal.screen._accept)
    assert message(terminal) == ""
    await go_on(terminal)
    assert terminal.app.visit.person is not None


async def test_what_is_missing_is_said_at_its_place(terminal: Terminal) -> None:
    """SPEC 3.4; LOOK 7."""
    await open_door(terminal, SignInWay.PHONE_BOTH)
    await go_on(terminal)
    assert error(terminal, "line") == "请填写手机号码"
    await fill(terminal, line="1385390")
    await terminal.tap("#get-code")
    assert error(terminal, "line") == "手机号码是 11 位，请核对"


# In and out


async def test_signing_in_comes_back_to_the_screen_from_which_it_was_begun(terminal: Terminal) -> None:
    """SPEC 5.1."""
    our_line(terminal.world)
    await open_door(terminal)
    await terminal.tap(BACK)
    assert isinstance(terminal.screen, HomeScreen)
    terminal.app.show_my_page()
    await terminal.settle()
    assert isinstance(terminal.screen, SignInScreen)
    await terminal.tap_chip("#ways", SignInWay.PHONE_PASSWORD)
    await fill(terminal, line=str(OURS), service_password=SERVICE_PASSWORD)
    await go_on(terminal)
    await agree_and_enter(terminal)
    assert isinstance(terminal.screen, HomeScreen)
    form = terminal.app.visit.account_form
    assert (form.service_password, form.line, form.is_person) == ("", "", False)
    terminal.app.show_my_page()
    await terminal.settle()
    assert isinstance(terminal.screen, MyPageScreen)
    await terminal.tap("#sign-out")
    await terminal.app.until_forgotten()
    assert terminal.app.current_mode == "attract"


async def test_a_step_shows_who_has_signed_in_and_the_way_out(terminal: Terminal) -> None:
    """SPEC 3.8."""
    our_line(terminal.world)
    await open_door(terminal, SignInWay.PHONE_PASSWORD)
    await fill(terminal, line=str(OURS), service_password=SERVICE_PASSWORD)
    await go_on(terminal)
    await agree_and_enter(terminal)
    terminal.app.show_step(Step.NUMBER)
    await terminal.settle()
    assert terminal.text("#who") == "138****0001"
    assert terminal.find("#who").region.height
    await terminal.tap("#restart")
    assert isinstance(terminal.screen, Ask)
    await terminal.tap(terminal.screen._yes)
    await terminal.app.until_forgotten()
    assert terminal.app.current_mode == "attract"
