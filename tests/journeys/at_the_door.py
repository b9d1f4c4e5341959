"""What people do who sign in or register, by touch and by keys, and the lines and members that are known."""

from collections.abc import Sequence

from sqlalchemy import insert, select
from textual.geometry import Offset

from kiosk.domain.accounts import SignInWay
from kiosk.domain.orders import LineState
from screens.account.sign_in import SignInScreen
from storage.tables import lines, notices
from tests.journeys.hands import NEXT, TARIFF, Terminal
from tests.services.known_people import OURS, SERVICE_PASSWORD, give_password
from tests.services.small_shop import World
from widgets.agreement import Agreement
from widgets.captcha import Captcha
from widgets.field import Field
from widgets.keypad import KeyPad
from widgets.message_line import MessageLine

AGREE = ".agreement--agree"


def our_line(world: World, msisdn: int = OURS, password: str | None = SERVICE_PASSWORD) -> int:
    """An active line of the demonstration shop; returns its id."""
    now = world.clock.now()
    with world.shop.database.writing() as connection:
        row = {
            "msisdn": msisdn,
            "tariff_code": TARIFF,
            "state": LineState.ACTIVE.value,
            "created_at": now,
            "activated_at": now,
        }
        line_id: int = connection.execute(insert(lines).values(row).returning(lines.c.line_id)).scalar_one()
    if password is not None:
        give_password(world, line_id, password)
    return line_id


def mails(world: World) -> list[str]:
    """Every mail that was ever written, oldest first."""
    with world.shop.database.reading() as connection:
        rows = connection.execute(select(notices.c.channel, notices.c.body).order_by(notices.c.notice_id)).all()
    return [row.body for row in rows if row.channel == "email"]


async def touch_in(terminal: Terminal, *, large: bool = False) -> None:
    """Touch the attract screen and come to the sign-in screen, with no keyboard in sight."""
    await terminal.tap_at(Offset(3, 3))
    await terminal.settle()
    terminal.now[0] += 1
    if large:
        terminal.app.change_print()
    terminal.app.show_sign_in()
    await terminal.settle()


async def open_door(terminal: Terminal, way: SignInWay = SignInWay.PHONE_CODE) -> None:
    """Begin a visit and come to the sign-in screen, at one of its ways."""
    await terminal.begin()
    terminal.app.show_sign_in()
    await terminal.settle()
    assert isinstance(terminal.screen, SignInScreen)
    if way is not SignInWay.PHONE_CODE:
        await terminal.tap_chip("#ways", way)


def error(terminal: Terminal, line: str) -> str:
    """What is said to be wrong with a line."""
    return terminal.find(f"#{line}", Field).error or ""


def message(terminal: Terminal) -> str:
    """What is said about all of it."""
    return str(terminal.find("#message", MessageLine).text)


async def fill(terminal: Terminal, **texts: str) -> None:
    """Type into lines, as fast as a keyboard can."""
    for name, text in texts.items():
        await terminal.focus(f"#{name}")
        await terminal.paste(text)


async def put_keys_away(terminal: Terminal) -> None:
    """Touch the ground."""
    await terminal.tap("#question")


async def go_on(terminal: Terminal) -> None:
    """Put the keys away, and touch the way on."""
    await put_keys_away(terminal)
    await terminal.tap(NEXT)


async def touch_digits(terminal: Terminal, line: str, digits: str) -> None:
    """Type digits on the screen."""
    await terminal.tap(f"#{line} Input")
    await terminal.tap_digits(*digits)


async def touch_letters(terminal: Terminal, line: str, keys: Sequence[str]) -> None:
    """Type letters on the screen; capitals need shift."""
    await terminal.tap(f"#{line} Input")
    for key in keys:
        await terminal.tap_letters(key)


def answer(terminal: Terminal) -> str:
    """What the captcha wants now."""
    challenge = terminal.find("#captcha Captcha", Captcha)._challenge
    return str(getattr(challenge, "digits", "") or challenge.first + challenge.second)


async def solve(terminal: Terminal) -> None:
    """Answer the captcha, by touch where there are keys to touch."""
    while terminal.screen.query(Captcha):
        captcha = terminal.find("#captcha Captcha", Captcha)
        digits = answer(terminal)
        if terminal.screen.query_one("InputPanel KeyPad", KeyPad).region.height:
            await terminal.tap_digits(*digits, *(["done"] if captcha.asks_sums else []))
        else:
            await terminal.type(digits)
            await terminal.press("enter")


async def agree_and_enter(terminal: Terminal) -> None:
    """The captcha, the agreement, and in."""
    await solve(terminal)
    if not terminal.find("#agreement", Agreement).agreed:
        await terminal.tap(AGREE)
    await go_on(terminal)
