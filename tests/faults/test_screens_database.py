"""The database is locked or gone under a screen: "one moment", then on as if nothing had been (issue 2; SPEC 9.2)."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest
from sqlalchemy import Connection

from kiosk.domain.errors import ShopUnavailable
from kiosk.domain.journeys import Step
from kiosk.services.hold_number import hold_number
from screens.moment import OneMoment
from screens.similar import SimilarNumbers
from storage.engine import Database
from storage.people import read_choices
from tests.journeys.conftest import bank_file, demonstration_file, now, terminal, world
from tests.journeys.hands import HOME_SHOP, NEXT, TARIFF, WHO, Terminal
from tests.services.small_shop import World

__all__ = ["bank_file", "demonstration_file", "now", "terminal", "world"]


@dataclass(slots=True)
class Trouble:
    """What ails the database: it is away, or the answers of so many transactions are lost after they were kept."""

    is_away: bool = False
    lost_answers: int = 0
    met: int = 0

    @contextmanager
    def around(self, real: Callable[[], Any]) -> Iterator[Connection]:
        if self.is_away:
            self.met += 1
            raise ShopUnavailable("away")
        with real() as connection:
            yield connection
        if self.lost_answers:
            self.lost_answers -= 1
            self.met += 1
            raise ShopUnavailable("lost")


@pytest.fixture
def trouble(world: World, monkeypatch: pytest.MonkeyPatch) -> Trouble:
    found = Trouble()
    database: Database = world.shop.database
    reading, writing = database.reading, database.writing
    monkeypatch.setattr(database, "reading", lambda: found.around(reading))
    monkeypatch.setattr(database, "writing", lambda: found.around(writing))
    monkeypatch.setattr("kiosk.asking._TRY_AGAIN_SECONDS", (0.01,))
    return found


async def touch_attract(terminal: Terminal) -> None:
    await terminal.tap_at(terminal.find("#touch").region.offset)


async def open_numbers(terminal: Terminal) -> None:
    terminal.find("#numbers").press()


async def choose_number(terminal: Terminal) -> None:
    # Which numbers come first is chance, and staff alone may sell some.
    terminal.find("#numbers").choose(terminal.offered())


async def press_next(terminal: Terminal) -> None:
    terminal.find(NEXT).press()


async def let_expire(terminal: Terminal) -> None:
    terminal.world.clock.move(terminal.world.shop.rules.hold)
    terminal.find("#countdown").tick()


Action = Callable[[Terminal], Awaitable[None]]


@pytest.mark.parametrize(
    ("start", "action", "end"),
    [
        (None, touch_attract, None),
        (Step.NUMBER, choose_number, Step.TARIFF),
        (Step.CUSTOMER, press_next, Step.CONFIRM),
        (Step.CONFIRM, press_next, Step.PAY),
    ],
)
async def test_a_database_that_is_away_is_waited_for(
    terminal: Terminal, trouble: Trouble, start: Step | None, action: Action, end: Step | None
) -> None:
    """Said calmly; what was asked for happens once, and nothing typed is lost."""
    if start is not None:
        chosen = {"agreed": True, "shop_code": HOME_SHOP, **WHO} if start in {Step.CUSTOMER, Step.CONFIRM} else {}
        await terminal.reach(start, **chosen)
    trouble.is_away = True
    await action(terminal)
    await terminal.until(lambda: isinstance(terminal.screen, OneMoment))
    await terminal.until(lambda: trouble.met > 5)
    assert sum(isinstance(screen, OneMoment) for screen in terminal.app.screen_stack) == 1
    trouble.is_away = False
    await terminal.settle()
    assert not any(isinstance(screen, OneMoment) for screen in terminal.app.screen_stack)
    assert terminal.app.current_mode == "visit"
    assert terminal.is_at(end)
    if start in {Step.CUSTOMER, Step.CONFIRM}:
        assert terminal.app.visit.purchase.name == WHO["name"]
    assert len(terminal.rows("visits")) == 1
    assert len(terminal.rows("number_claims")) == (start is not None)
    assert len(terminal.rows("orders")) == (start is Step.CONFIRM)


@pytest.mark.parametrize(
    ("start", "end"), [(Step.NUMBER, Step.TARIFF), (Step.CUSTOMER, Step.CONFIRM), (Step.CONFIRM, Step.PAY)]
)
async def test_an_answer_that_is_lost_makes_nothing_twice(
    terminal: Terminal, trouble: Trouble, start: Step, end: Step
) -> None:
    """SPEC 4.6, 6.3: it was kept, nobody heard, and it is asked for again."""
    chosen = {"agreed": True, "shop_code": HOME_SHOP, **WHO} if start is not Step.NUMBER else {}
    await terminal.reach(start, **chosen)
    trouble.lost_answers = 3
    await (choose_number if start is Step.NUMBER else press_next)(terminal)
    await terminal.settle()
    assert trouble.met == 3
    assert terminal.is_at(end)
    assert len(terminal.rows("number_claims")) == 1
    assert len(terminal.rows("orders")) == (start is Step.CONFIRM)
    assert len(terminal.rows("payment_attempts")) == (start is Step.CONFIRM)


async def test_a_payment_is_seen_when_the_database_is_back(terminal: Terminal, trouble: Trouble) -> None:
    """SPEC 6.3: money is never lost."""
    await terminal.reach(Step.PAY)
    terminal.world.pay(terminal.trade)
    trouble.is_away = True
    terminal.screen.look()  # type: ignore[attr-defined]
    await terminal.until(lambda: isinstance(terminal.screen, OneMoment))
    trouble.is_away = False
    await terminal.until(lambda: terminal.is_at(Step.COLLECT))
    assert terminal.the_row("orders").state == "in_progress"


async def test_a_hold_that_expires_while_the_database_is_away_is_explained(
    terminal: Terminal, trouble: Trouble
) -> None:
    """SPEC 4.2: two screens wait, and "one moment" lies over the one that is seen."""
    await terminal.reach(Step.CUSTOMER, shop_code=HOME_SHOP, **WHO)
    trouble.is_away = True
    await press_next(terminal)
    await terminal.until(lambda: isinstance(terminal.screen, OneMoment))
    for screen in terminal.app.screen_stack:
        for countdown in screen.query("#countdown"):
            terminal.world.clock.move(terminal.world.shop.rules.hold)
            countdown.tick()  # type: ignore[attr-defined]
    await terminal.until(lambda: any(isinstance(screen, SimilarNumbers) for screen in terminal.app.screen_stack))
    await terminal.until(lambda: isinstance(terminal.screen, OneMoment))
    trouble.is_away = False
    await terminal.settle()
    assert not isinstance(terminal.screen, OneMoment)


async def test_a_visit_left_while_the_database_is_away_is_ended_when_it_is_back(
    terminal: Terminal, trouble: Trouble
) -> None:
    """SPEC 3.8, 4.2: the person leaves at once, the number goes back as soon as it can."""
    number = await terminal.reach(Step.TARIFF)
    trouble.is_away = True
    terminal.app.end_visit("left")
    await terminal.until(lambda: terminal.app.current_mode == "attract")
    await terminal.until(lambda: trouble.met > 2)
    trouble.is_away = False
    await terminal.settle()
    assert terminal.world.is_free(number)
    assert terminal.the_row("visits").end_reason == "left"


async def miss_once(terminal: Terminal, trouble: Trouble, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was asked for meets a database that is back before it is tried again."""
    monkeypatch.setattr("kiosk.asking._TRY_AGAIN_SECONDS", (0.3,))
    await terminal.until(lambda: trouble.met)
    trouble.is_away = False


async def test_a_number_given_back_late_leaves_a_newer_hold_of_it_alone(
    terminal: Terminal, trouble: Trouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SPEC 4.2: somebody goes home while the database is away, and takes the same number again."""
    number = await terminal.reach(Step.TARIFF)
    app, world = terminal.app, terminal.world
    trouble.is_away = True
    app.show_home()
    await miss_once(terminal, trouble, monkeypatch)
    await app.ask(hold_number, world.shop, app.visit.visit_id, number)
    await terminal.settle()
    assert terminal.the_row("number_claims").visit_id == app.visit.visit_id
    assert not world.is_free(number)


async def test_what_was_chosen_last_is_what_is_kept(
    terminal: Terminal, trouble: Trouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SPEC 8.2: a counter that takes the visit over finds its newest choices, whichever save had to wait."""
    await terminal.reach(Step.TARIFF)
    app, world = terminal.app, terminal.world
    trouble.is_away = True
    app.keep_choices()
    await miss_once(terminal, trouble, monkeypatch)
    app.visit.purchase = replace(app.visit.purchase, tariff_code=TARIFF)
    app.keep_choices()
    await terminal.settle()
    with world.shop.database.reading() as connection:
        kept = read_choices(connection, app.visit.visit_id)
    assert TARIFF in (kept or "")


async def test_a_question_waits_calmly_for_what_was_asked_before_it(terminal: Terminal, trouble: Trouble) -> None:
    """Said like any other waiting, and over when the database is back."""
    await terminal.reach(Step.TARIFF)
    trouble.is_away = True
    terminal.app.show_home()
    await terminal.until(lambda: trouble.met)
    terminal.find("#numbers").press()
    await terminal.until(lambda: isinstance(terminal.screen, OneMoment))
    trouble.is_away = False
    await terminal.settle()
    assert not isinstance(terminal.screen, OneMoment)
    assert terminal.is_at(Step.NUMBER)
    assert terminal.rows("number_claims") == []


async def test_a_wait_that_is_given_up_leaves_no_notice_behind(terminal: Terminal, trouble: Trouble) -> None:
    """Another digit gives the search before it up while that waits; "one moment" must still go when all is well."""
    await terminal.reach(Step.NUMBER)
    trouble.is_away = True
    for digit in "357":
        await terminal.pilot.press(digit)
        await terminal.until(lambda: trouble.met)
    await terminal.until(lambda: isinstance(terminal.screen, OneMoment))
    trouble.is_away = False
    await terminal.until(lambda: not isinstance(terminal.screen, OneMoment))
    await terminal.settle()
    assert terminal.app._asking._waiting == 0
    assert terminal.is_at(Step.NUMBER)
