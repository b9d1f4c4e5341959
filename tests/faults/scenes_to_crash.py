"""Every screen and dialog of the terminal, reached the short way, and the handlers that could raise there."""

import importlib
import inspect
import pkgutil
import re
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any, Final

from textual.app import ComposeResult
from textual.message_pump import MessagePump
from textual.screen import Screen
from textual.widget import Widget

import screens
import widgets
from kiosk.app import KioskApp
from kiosk.domain.journeys import Step
from kiosk.services.admit_staff import StaffDoor
from kiosk.terminal.lockdown import LockedApp
from screens.idle_warning import IdleWarning
from screens.moment import OneMoment
from screens.number_purchase.conditions import ConditionsScreen
from screens.number_purchase.steps import STEPS
from screens.order_status import OrderStatusScreen
from screens.region import RegionScreen
from screens.similar import SimilarNumbers
from screens.staff.menu import StaffMenu
from screens.staff.pin import StaffPin
from storage.pin_tries import PinTryBook
from tests.journeys.hands import HOME_SHOP, TARIFF, WHO, Terminal
from tests.widgets.scenes import WORDS
from widgets.captcha import Captcha
from widgets.modal import Ask, ReadText
from widgets.notice_strip import NoticeStrip

_CALLED_BY_TEXTUAL: Final = re.compile(
    r"_?(on|action|watch|validate|compose|render|key)_|(compose|render|fill)$|get_content_"
)
_GIVEN_TO_TEXTUAL: Final = re.compile(
    r"(?:set_timer|set_interval|call_later|call_after_refresh|watch)\([^()]*self\.(\w+)"
)
NEVER_CALLED: Final = {"on_leave", "on_unmount", "_on_load"}
"""Run when the program or the screen has ended already: there is nothing left to come back from."""


@dataclass(frozen=True, slots=True)
class Handler:
    """A method that Textual calls: by an event, an action, a message, a change, a timer, or to draw."""

    owner: type[MessagePump]
    name: str

    @property
    def is_worker(self) -> bool:
        return inspect.iscoroutinefunction(getattr(vars(self.owner)[self.name], "__wrapped__", None))

    def __str__(self) -> str:
        return f"{self.owner.__name__}.{self.name}"


def handlers_of(owner: type[MessagePump]) -> Iterator[Handler]:
    """Those that a class itself defines."""
    given = set(_GIVEN_TO_TEXTUAL.findall(inspect.getsource(owner)))
    for name, method in vars(owner).items():
        handler = Handler(owner, name)
        if not inspect.isfunction(method) or name in NEVER_CALLED:
            continue
        if _CALLED_BY_TEXTUAL.match(name) or name in given or hasattr(method, "_textual_on") or handler.is_worker:
            yield handler


def own_classes() -> list[type[MessagePump]]:
    """Every screen and widget of the program, and the app itself."""
    names = [
        found.name
        for package in (screens, widgets)
        for found in pkgutil.walk_packages(package.__path__, package.__name__ + ".")
    ]
    found = [
        value
        for name in names
        for value in vars(importlib.import_module(name)).values()
        if inspect.isclass(value) and issubclass(value, MessagePump) and value.__module__ == name
    ]
    return [*found, KioskApp, LockedApp]


class Stage(Terminal):
    """A terminal with what the scenes begin from: numbers to look at, and orders to pay and to collect."""

    stock: list[int]
    orders: dict[Step, str]


Play = Callable[[Stage], Awaitable[None]]


async def _visit(terminal: Stage) -> None:
    await terminal.app.begin_visit()


def _at(step: Step, **chosen: object) -> Play:
    async def play(terminal: Stage) -> None:
        await _visit(terminal)
        visit = terminal.app.visit
        before: dict[str, object] = {"msisdn": terminal.stock[0], "tariff_code": TARIFF, "shop_code": HOME_SHOP}
        visit.purchase = replace(visit.purchase, **({} if step is Step.NUMBER else before | WHO | chosen))  # type: ignore[arg-type]
        if step in {Step.PAY, Step.COLLECT}:
            visit.purchase = replace(visit.purchase, order_no=terminal.orders[step])
        terminal.app.push_screen(STEPS[step]())

    return play


def _dialog(make: Callable[[Stage], Screen[Any]], over: Play = _visit) -> Play:
    async def play(terminal: Stage) -> None:
        await over(terminal)
        terminal.app.push_screen(make(terminal))

    return play


async def _nobody(_terminal: Stage) -> None:
    """The attract screen."""


class Holding(Screen[None]):
    """Shows a widget that no screen shows from the start."""

    def __init__(self, make: Callable[[], Widget]) -> None:
        super().__init__()
        self._make = make

    def compose(self) -> ComposeResult:
        yield self._make()


def _read_text() -> ReadText:
    return ReadText("协议", "条款\n" * 99, close="关闭", page_up="上一页", page_down="下一页", accept="同意")


SCENES: Final[dict[str, Play]] = {
    "attract": _nobody,
    "home": _visit,
    **{
        step.value: _at(step)
        for step in (Step.NUMBER, Step.TARIFF, Step.CUSTOMER, Step.CONFIRM, Step.PAY, Step.COLLECT)
    },
    "order status": _dialog(lambda stage: OrderStatusScreen(stage.orders[Step.COLLECT])),
    "region": _dialog(lambda _: RegionScreen()),
    "conditions": _dialog(lambda terminal: ConditionsScreen(terminal.app.visit.purchase.query)),
    "similar": _dialog(lambda terminal: SimilarNumbers(terminal.stock[0], "请选择")),
    "question": _dialog(lambda _: Ask("要重新开始吗？", "…", yes="是", no="否")),
    "agreement": _dialog(lambda _: _read_text()),
    "idle warning": _dialog(lambda _: IdleWarning(9)),
    "one moment": _dialog(lambda _: OneMoment()),
    "notice strip": _dialog(lambda _: Holding(lambda: NoticeStrip("这里不需要扫码"))),
    "captcha": _dialog(lambda _: Holding(lambda: Captcha(WORDS, random=Random(3)))),
    "staff pin": _dialog(lambda _: StaffPin(StaffDoor("", PinTryBook(Path("/nowhere/tries")))), _nobody),
    "staff menu": _dialog(lambda _: StaffMenu(), _nobody),
}
