"""Every screen and dialog of the terminal, reached the short way, and the handlers that could raise there."""

import importlib
import inspect
import pkgutil
import re
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
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
from screens.account.activation import ActivationScreen
from screens.account.addresses import AddressesScreen
from screens.account.change_password import ChangePasswordScreen
from screens.account.delete_account import DeleteAccountScreen
from screens.account.my_page import MyPageScreen
from screens.account.new_address import NewAddressScreen
from screens.account.register import RegisterScreen
from screens.account.service_password import ServicePasswordScreen
from screens.account.sign_in import SignInScreen
from screens.favourites import FavouritesScreen
from screens.help.centre import HelpCentreScreen
from screens.help.passages import STEP_PASSAGES
from screens.help.topic import TopicScreen
from screens.idle_warning import IdleWarning
from screens.moment import OneMoment
from screens.number_purchase.conditions import ConditionsScreen
from screens.number_purchase.steps import STEPS
from screens.order_status import OrderStatusScreen
from screens.orders.entry import MyOrdersEntry
from screens.orders.find_order import FindOrderScreen
from screens.orders.my_orders import MyOrdersScreen
from screens.orders.one_order import OneOrderScreen
from screens.region import RegionScreen
from screens.similar import SimilarNumbers
from screens.staff.menu import StaffMenu
from screens.staff.pin import StaffPin
from screens.take_away import TakeAway
from storage.pin_tries import PinTryBook
from tests.journeys.hands import HOME_SHOP, TARIFF, WHO, Terminal
from tests.widgets.scenes import SCENES as WIDGETS
from widgets.article import Article, Part
from widgets.choice_list import ChoiceColumn, ChoiceList, ChoiceRow
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
    """A terminal with what the scenes begin from, made once it is asked for: a number, orders to pay and to collect."""

    _number: int | None = None
    _orders: dict[Step, str]

    async def number(self) -> int:
        """A number that may be bought."""
        if self._number is None:
            await self.begin()
            self._number = self.numbers()[0]
            await self.leave()
        return self._number

    async def order(self, step: Step) -> str:
        """An order that has come to this step."""
        if step not in self._orders:
            await self.reach(step)
            self._orders[step] = self.order_no
            await self.leave()
        return self._orders[step]

    async def leave(self) -> None:
        """Back to the bare attract screen."""
        if self.app.current_mode == "attract":
            while len(self.app.screen_stack) > 1:
                await self.app.pop_screen()
        else:
            self.app.end_visit("left")
            await self.app.until_forgotten()


Play = Callable[[Stage], Awaitable[None]]


async def _visit(terminal: Stage) -> None:
    await terminal.app.begin_visit()


def _at(step: Step, **chosen: object) -> Play:
    async def play(terminal: Stage) -> None:
        before: dict[str, object] = {}
        if step is not Step.NUMBER:
            before = WHO | {"msisdn": await terminal.number(), "tariff_code": TARIFF, "shop_code": HOME_SHOP}
        if step in {Step.PAY, Step.COLLECT}:
            before["order_no"] = await terminal.order(step)
        await _visit(terminal)
        visit = terminal.app.visit
        visit.purchase = replace(visit.purchase, **(before | chosen))  # type: ignore[arg-type]
        terminal.app.push_screen(STEPS[step]())

    return play


def _dialog(make: Callable[[Stage], Screen[Any]], over: Play = _visit) -> Play:
    async def play(terminal: Stage) -> None:
        await over(terminal)
        terminal.app.push_screen(make(terminal))

    return play


async def _order_status(terminal: Stage) -> None:
    order_no = await terminal.order(Step.COLLECT)
    await _visit(terminal)
    terminal.app.push_screen(OrderStatusScreen(order_no))


async def _one_order(terminal: Stage) -> None:
    order_no = await terminal.order(Step.COLLECT)
    await _visit(terminal)
    terminal.app.push_screen(OneOrderScreen(order_no))


async def _similar(terminal: Stage) -> None:
    number = await terminal.number()
    await _visit(terminal)
    terminal.app.push_screen(SimilarNumbers(number, "请选择"))


async def _nobody(_terminal: Stage) -> None:
    """The attract screen."""


class Holding(Screen[None]):
    """Shows widgets apart from any screen of the program: there a crash costs less time."""

    def __init__(self, make: Callable[[], Iterable[Widget]]) -> None:
        super().__init__()
        self._make = make

    def compose(self) -> ComposeResult:
        yield from self._make()


def _holding(make: Callable[[], Iterable[Widget]]) -> Play:
    return _dialog(lambda _: Holding(make), _nobody)


def _read_text() -> ReadText:
    return ReadText("协议", "条款\n" * 99, close="关闭", page_up="上一页", page_down="下一页", accept="同意")


SCENES: Final[dict[str, Play]] = {
    "attract": _nobody,
    **{f"widgets: {name}": _holding(make) for name, make in WIDGETS.items()},
    "widgets: notice strip": _holding(lambda: [NoticeStrip("这里不需要扫码")]),
    "widgets: choice list": _holding(lambda: [ChoiceList([ChoiceColumn("")], [ChoiceRow("A", ("花卡",))])]),
    "widgets: article": _holding(lambda: [Article([Part("怎样付款", strong=True), Part("扫码", mark="1")])]),
    "dialogs: question": _dialog(lambda _: Ask("要重新开始吗？", "…", yes="是", no="否"), _nobody),
    "dialogs: agreement": _dialog(lambda _: _read_text(), _nobody),
    "home": _visit,
    **{
        step.value: _at(step)
        for step in (Step.NUMBER, Step.TARIFF, Step.CUSTOMER, Step.CONFIRM, Step.PAY, Step.COLLECT)
    },
    "sign in": _dialog(lambda _: SignInScreen()),
    "register": _dialog(lambda _: RegisterScreen()),
    "activation": _dialog(lambda _: ActivationScreen(1)),
    "service password": _dialog(lambda _: ServicePasswordScreen()),
    "change password": _dialog(lambda _: ChangePasswordScreen()),
    "delete account": _dialog(lambda _: DeleteAccountScreen()),
    "my page": _dialog(lambda _: MyPageScreen()),
    "order status": _order_status,
    "orders: entry": _dialog(lambda _: MyOrdersEntry()),
    "orders: list": _dialog(lambda _: MyOrdersScreen()),
    "orders: find": _dialog(lambda _: FindOrderScreen()),
    "orders: one": _one_order,
    "dialogs: region": _dialog(lambda _: RegionScreen()),
    "dialogs: take away": _dialog(lambda _: TakeAway()),
    "dialogs: favourites": _dialog(lambda _: FavouritesScreen()),
    "dialogs: addresses": _dialog(lambda _: AddressesScreen()),
    "dialogs: new address": _dialog(lambda _: NewAddressScreen()),
    "conditions": _dialog(lambda terminal: ConditionsScreen(terminal.app.visit.purchase.query)),
    "similar": _similar,
    "help: centre": _dialog(lambda _: HelpCentreScreen()),
    "help: topic": _dialog(lambda _: TopicScreen(STEP_PASSAGES[Step.NUMBER])),
    "dialogs: idle warning": _dialog(lambda _: IdleWarning(9)),
    "dialogs: one moment": _dialog(lambda _: OneMoment()),
    "staff: pin": _dialog(lambda _: StaffPin(StaffDoor("", PinTryBook(Path("/nowhere/tries")))), _nobody),
    "staff: menu": _dialog(lambda _: StaffMenu(), _nobody),
}
