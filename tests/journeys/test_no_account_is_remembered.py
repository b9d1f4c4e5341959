"""What somebody typed to sign in or register, and who they are, is nowhere once the visit has ended (SPEC 3.8)."""

import gc
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import pytest
from textual.widgets import Input

from kiosk.domain.account_form import AccountForm
from kiosk.domain.accounts import SignedIn, SignInWay
from screens.account.account_screen import AccountScreen
from tests.journeys.at_the_door import agree_and_enter, fill, go_on, open_door, our_line
from tests.journeys.hands import Terminal, everything_kept, living, open_terminal
from tests.services.known_people import OURS, add_member, give_password
from tests.services.small_shop import World
from widgets.captcha_challenge import Code, Sum

# Backwards, so that neither this module nor its source holds a text that it looks for.
_EMAIL = [*reversed("moc.elpmaxe@annairda")]
_PASSWORD = [*reversed("egdirb-eht-rednu-ratiug")]
_SERVICE_PASSWORD = [*reversed("750318")]


@pytest.fixture
async def terminal(world: World, now: list[float]) -> AsyncIterator[Terminal]:
    """A terminal that recovers from crashes, as in the shop."""
    async with open_terminal(world, now, propagate_crashes=False) as opened:
        yield opened


async def idle_out(terminal: Terminal) -> None:
    await terminal.idle(90)


async def sign_out(terminal: Terminal) -> None:
    terminal.app.sign_out()
    await terminal.app.until_forgotten()


async def crash(terminal: Terminal) -> None:
    terminal.screen.call_later(fail)
    await terminal.until(lambda: terminal.app.current_mode == "calm")
    await terminal.until(lambda: terminal.app.current_mode == "attract")


def fail() -> None:
    raise ValueError("a crash")


def kept(planted: list[str]) -> list[str]:
    """The kinds of all objects that hold a text with this in it."""
    wanted = "".join(planted)
    return [
        type(holder).__name__
        for holder in everything_kept()
        for text in gc.get_referents(holder)
        if type(text) is str and wanted in text and text is not wanted
    ]


@pytest.fixture(autouse=True)
async def known_before() -> AsyncIterator[None]:
    """Other tests' modules may keep persons of their own."""
    _KNOWN_BEFORE.update(map(id, living(SignedIn)))
    yield
    _KNOWN_BEFORE.clear()


_KNOWN_BEFORE: set[int] = set()


def check_forgotten(terminal: Terminal, *planted: list[str]) -> None:
    assert terminal.app.current_mode == "attract"
    assert terminal.app._visit is None
    assert not living(AccountScreen)
    assert {id(person) for person in living(SignedIn)} <= _KNOWN_BEFORE
    # One value stands in the class of visits, as what a new one begins with.
    assert all(form == AccountForm() for form in living(AccountForm))
    assert not living(Code)
    assert not living(Sum)
    assert not [field for field in living(Input) if field.value]
    for each in planted:
        assert not kept(each)


Leave = Callable[[Terminal], Coroutine[Any, Any, None]]
LEAVES: list[Leave] = [idle_out, sign_out, crash]


@pytest.mark.parametrize("leave", LEAVES)
async def test_a_form_half_filled_in_is_forgotten(terminal: Terminal, leave: Leave) -> None:
    """SPEC 3.8: address and passwords, on the sign-in screen and the registration above it, at the captcha too."""
    await open_door(terminal, SignInWay.MEMBER)
    await fill(terminal, email="".join(_EMAIL), password="".join(_PASSWORD))
    await go_on(terminal)
    await terminal.press("escape")
    await terminal.tap("#register")
    await fill(terminal, again="".join(_PASSWORD))
    assert kept(_PASSWORD)
    await leave(terminal)
    await terminal.settle()
    check_forgotten(terminal, _EMAIL, _PASSWORD)


@pytest.mark.parametrize("leave", LEAVES)
async def test_whoever_has_signed_in_is_forgotten(terminal: Terminal, leave: Leave) -> None:
    """SPEC 3.8: a member, their password, and what they were about to change."""
    add_member(terminal.world, email="".join(_EMAIL), password="".join(_PASSWORD))
    await open_door(terminal, SignInWay.MEMBER)
    await fill(terminal, email="".join(_EMAIL), password="".join(_PASSWORD))
    await go_on(terminal)
    await agree_and_enter(terminal)
    assert terminal.app.visit.person is not None
    # Once signed in, nobody needs the password any more.
    assert not kept(_PASSWORD)
    terminal.app.show_my_page()
    await terminal.settle()
    await terminal.tap("#my-password")
    await fill(terminal, password="".join(_PASSWORD))
    await leave(terminal)
    await terminal.settle()
    check_forgotten(terminal, _EMAIL, _PASSWORD)


async def test_a_service_password_is_forgotten_when_it_was_wrong_too(terminal: Terminal) -> None:
    """SPEC 3.8."""
    give_password(terminal.world, our_line(terminal.world, password=None), "".join(reversed(_SERVICE_PASSWORD)))
    await open_door(terminal, SignInWay.PHONE_PASSWORD)
    await fill(terminal, line=str(OURS), service_password="".join(_SERVICE_PASSWORD))
    await go_on(terminal)
    await agree_and_enter(terminal)
    assert terminal.app.visit.person is None
    await idle_out(terminal)
    check_forgotten(terminal, _SERVICE_PASSWORD)
