"""Signing in, registering and what belongs to an account: how a person comes to each screen and each refusal."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Final

from sqlalchemy import update

from kiosk.domain.accounts import AccountKind, SignedIn, SignInWay
from kiosk.domain.journeys import Step
from screens.account.activation import ActivationScreen
from screens.account.change_password import ChangePasswordScreen
from screens.account.delete_account import DeleteAccountScreen
from screens.account.form_screen import FormScreen
from screens.account.register import RegisterScreen
from screens.account.service_password import ServicePasswordScreen
from screens.account.sign_in import SignInScreen
from storage import accounts
from storage.tables import notices
from tests.journeys.at_the_door import our_line
from tests.services.known_people import EMAIL, OURS, PASSWORD, SERVICE_PASSWORD, add_member, code_on, wrong
from tests.snapshots.stage import Model
from widgets.captcha_picture import CaptchaPicture

Scene = Callable[[Model], Awaitable[None]]
MEMBER: Final = SignedIn(1, AccountKind.MEMBER, "a***@example.com")
SUBSCRIBER: Final = SignedIn(1, AccountKind.SUBSCRIBER, "138****0001", msisdn=OURS)
BY_CODE: Final[dict[str, object]] = {"way": SignInWay.PHONE_CODE, "line": str(OURS)}
BY_PASSWORD: Final[dict[str, object]] = {
    "way": SignInWay.PHONE_PASSWORD,
    "line": str(OURS),
    "service_password": SERVICE_PASSWORD,
}
BY_EMAIL: Final[dict[str, object]] = {"way": SignInWay.MEMBER, "email": EMAIL, "password": PASSWORD}


async def show(model: Model, screen: FormScreen, **typed: object) -> FormScreen:
    """Begin a visit, type these texts, and come to a screen."""
    await model.begin()
    visit = model.app.visit
    visit.account_form = replace(visit.account_form, **typed)  # type: ignore[arg-type]  # by name, as declared
    model.app.push_screen(screen)
    await model.settle()
    return screen


async def sign_in_by(model: Model, **typed: object) -> FormScreen:
    our_line(model.world)
    return await show(model, SignInScreen(), **typed)


async def at_the_end(model: Model, **typed: object) -> None:
    """The captcha is solved and the agreement accepted: only the last button is left to be touched."""
    form = await sign_in_by(model, is_person=True, agreed=True, **typed)
    form.show_part("agreement")
    await model.settle()
    form.finish()
    await model.settle()


async def picture_drawn(model: Model) -> None:
    """Wait for the captcha, if it shows a picture."""
    await model.settle()
    await model.until(lambda: all(each.greys or not each.display for each in model.screen.query(CaptchaPicture)))


async def sign_in(model: Model) -> None:
    await sign_in_by(model)


async def sign_in_typing_a_number(model: Model) -> None:
    form = await sign_in_by(model, way=SignInWay.PHONE_BOTH)
    form.show_part("line")
    await model.settle()


async def sign_in_typing_a_password(model: Model) -> None:
    form = await sign_in_by(model, way=SignInWay.MEMBER, email=EMAIL, password="lantern-on")
    form.show_part("password")
    await model.settle()


async def sign_in_code_sent(model: Model) -> None:
    form = await sign_in_by(model, **BY_CODE)
    form.show_part("code-row")
    await model.settle()
    await model.tap("#get-code")


async def sign_in_captcha(model: Model) -> None:
    form = await sign_in_by(model, **BY_PASSWORD)
    form.show_part("captcha")
    await picture_drawn(model)


async def sign_in_captcha_in_words(model: Model) -> None:
    await sign_in_captcha(model)
    if not model.large:
        await model.tap(model.find("#captcha Captcha")._other_way)


async def sign_in_captcha_wrong(model: Model) -> None:
    await sign_in_captcha(model)
    captcha = model.find("#captcha Captcha")
    captcha.answer.value = "0000"
    captcha.check()
    await picture_drawn(model)


async def sign_in_agreement(model: Model) -> None:
    form = await sign_in_by(model, is_person=True, **BY_EMAIL)
    form.show_part("agreement")
    await model.settle()


async def sign_in_agreement_not_accepted(model: Model) -> None:
    form = await sign_in_by(model, is_person=True, **BY_PASSWORD)
    form.show_part("agreement")
    await model.settle()
    form.finish()
    await model.settle()


async def code_wrong(model: Model) -> None:
    await sign_in_code_sent(model)
    await refuse(model, wrong(code_on(model.world.shop)))


async def refuse(model: Model, code: str) -> None:
    """Go to the end with a code."""
    visit = model.app.visit
    visit.account_form = replace(visit.account_form, code=code, is_person=True, agreed=True)
    form = model.screen
    assert isinstance(form, FormScreen)
    form.show_part("agreement")
    await model.settle()
    form.finish()
    await model.settle()


async def code_expired(model: Model) -> None:
    await sign_in_code_sent(model)
    model.world.clock.move(timedelta(minutes=5))
    await refuse(model, code_on(model.world.shop))


async def code_spent(model: Model) -> None:
    """After the third wrong one."""
    await sign_in_code_sent(model)
    for _ in range(3):
        await refuse(model, wrong(code_on(model.world.shop)))


async def code_needs_captcha(model: Model) -> None:
    await sign_in_code_sent(model)
    model.world.clock.move(timedelta(minutes=1))
    model.find("#get-code").tick()
    await model.tap("#get-code")
    await picture_drawn(model)


async def codes_used_up(model: Model) -> None:
    model.world.with_rules(codes_per_day=1)
    model.app._shop = model.world.shop
    await sign_in_code_sent(model)
    model.world.clock.move(timedelta(minutes=1))
    model.find("#get-code").tick()
    await model.tap("#get-code")


async def password_wrong(model: Model) -> None:
    await at_the_end(model, **(BY_EMAIL | {"password": "not this one"}))


async def locked_out(model: Model) -> None:
    await at_the_end(model, **(BY_PASSWORD | {"service_password": "739150"}))
    form = model.screen
    assert isinstance(form, SignInScreen)
    while not model.find("#message").text:
        visit = model.app.visit
        visit.account_form = replace(visit.account_form, service_password="739150", is_person=True)
        form.finish()
        await model.settle()


async def not_activated(model: Model) -> None:
    add_member(model.world, active=False)
    await at_the_end(model, **BY_EMAIL)


async def register(model: Model) -> None:
    await show(model, RegisterScreen())


async def register_with_errors(model: Model) -> None:
    form = await show(model, RegisterScreen(), email="anna.example.com", password="12345", again="123456")
    if model.large:
        form.proceed()
    else:
        form.finish()
    await model.settle()


async def register_agreement(model: Model) -> None:
    form = await show(model, RegisterScreen(), email=EMAIL)
    form.show_part("agreement")
    await model.settle()
    await model.tap(".agreement--agree")


async def activation(model: Model) -> None:
    form = await show(model, RegisterScreen(), email=EMAIL, password=PASSWORD, again=PASSWORD, agreed_to_register=True)
    form.finish()
    await model.settle()
    assert isinstance(model.screen, ActivationScreen)


async def activation_code_wrong(model: Model) -> None:
    await activation(model)
    visit = model.app.visit
    visit.account_form = replace(visit.account_form, activation_code="000000")
    assert isinstance(model.screen, ActivationScreen)
    model.screen.finish()
    await model.settle()


async def activation_mail_failed(model: Model) -> None:
    await activation(model)
    with model.world.shop.database.writing() as connection:
        connection.execute(update(notices).values(state="failed", failure="no_such_mailbox"))
    assert isinstance(model.screen, ActivationScreen)
    model.screen.look()
    await model.settle()


async def activation_correcting(model: Model) -> None:
    await activation(model)
    await model.tap("#correct")


async def activated(model: Model) -> None:
    await activation(model)
    with model.world.shop.database.writing() as connection:
        accounts.activate(connection, 1, model.world.clock.now())
    assert isinstance(model.screen, ActivationScreen)
    model.screen.look()
    await model.settle()


async def service_password(model: Model) -> None:
    our_line(model.world)
    await show(model, ServicePasswordScreen(), line=str(OURS))


async def my_page(model: Model) -> None:
    await model.begin()
    model.app.visit.person = MEMBER
    model.app.show_my_page()
    await model.settle()


async def my_page_of_a_line(model: Model) -> None:
    await model.begin()
    model.app.visit.person = SUBSCRIBER
    model.app.show_my_page()
    await model.settle()


async def change_password(model: Model) -> None:
    await show(model, ChangePasswordScreen())


async def delete_account(model: Model) -> None:
    await model.begin()
    model.app.visit.person = MEMBER
    model.app.push_screen(DeleteAccountScreen())
    await model.settle()


async def delete_account_asked_again(model: Model) -> None:
    await delete_account(model)
    form = model.screen
    assert isinstance(form, DeleteAccountScreen)
    form.finish()
    await model.settle()


async def numbers_signed_in(model: Model) -> None:
    await model.begin()
    model.app.visit.person = SUBSCRIBER
    model.app.show_step(Step.NUMBER)
    await model.settle()


ACCOUNT_STEPS: Final[tuple[Scene, ...]] = (
    sign_in,
    sign_in_code_sent,
    sign_in_captcha,
    sign_in_agreement,
    register,
    activation,
    my_page,
)
"""Shown at every size."""

ACCOUNT_OTHERS: Final[tuple[Scene, ...]] = (
    sign_in_typing_a_number,
    sign_in_typing_a_password,
    register_with_errors,
    sign_in_captcha_in_words,
    not_activated,
    register_agreement,
    activation_correcting,
    activated,
    service_password,
    my_page_of_a_line,
    change_password,
    delete_account,
    delete_account_asked_again,
    numbers_signed_in,
)

ACCOUNT_REFUSALS: Final[tuple[Scene, ...]] = (
    sign_in_captcha_wrong,
    sign_in_agreement_not_accepted,
    code_wrong,
    code_expired,
    code_spent,
    code_needs_captcha,
    codes_used_up,
    password_wrong,
    locked_out,
    activation_code_wrong,
    activation_mail_failed,
)
"""Known screens that say why it doesn't go on."""
