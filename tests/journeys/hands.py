"""A terminal under test, and the hands that use it: real key and mouse events, and waiting that never sleeps idly."""

import asyncio
import contextvars
import gc
import heapq
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, Final, ParamSpec, TypeVar

from sqlalchemy import Row, Table, select
from textual import events
from textual.geometry import Offset
from textual.keys import _character_to_key
from textual.message_pump import MessagePump
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input
from textual.worker import WorkerState

from kiosk.app import KioskApp
from kiosk.domain.journeys import Step
from kiosk.place import Place
from kiosk.services.admit_staff import StaffDoor
from kiosk.services.hold_number import hold_number
from kiosk.services.search_numbers import search_numbers
from kiosk.services.settle_deadlines import settle_deadlines
from kiosk.services.shop import Shop
from kiosk.services.submit_order import submit_order
from kiosk.terminal.driver import Scanned
from kiosk.terminal.idle import IdleLimits, IdleWatch
from kiosk.terminal.input_methods import InputMethods
from screens.number_purchase.pay import PayScreen
from screens.number_purchase.price_panel import AmountLines
from screens.step_screen import StepScreen
from storage.tables import metadata
from tests.services.small_shop import World, id_number
from widgets.action_bar import ActionBar
from widgets.article import Article
from widgets.big_digits import BigDigits
from widgets.candidate_bar import CandidateBar
from widgets.chip import ChipRow
from widgets.choice_list import ChoiceList
from widgets.countdown import Countdown
from widgets.field import Field
from widgets.input_panel import InputPanel
from widgets.key_grid import KeyGrid
from widgets.keyboard import Keyboard
from widgets.message_line import MessageLine
from widgets.number_list import NumberList, RowState
from widgets.prose import Prose

P = ParamSpec("P")
T = TypeVar("T")

JINAN, QINGDAO, YANTAI = 370100, 370200, 370600
HOME_SHOP: Final = "0531-02"
TARIFF: Final = "HK-39"
CASHIER: Final = "http://127.0.0.1:1"
NAME, PHONE = "张小雅", "13905318866"
ID_NUMBER: Final = id_number(42)
WHO: Final[dict[str, Any]] = {"name": NAME, "id_number": ID_NUMBER, "phone": PHONE}
"""What the person at the terminal types about themselves."""

NEXT, BACK = ".action-bar--next", ".action-bar--back"
_PATIENCE_SECONDS: Final = 10.0
_LOOKS: Final = 100
_BETWEEN_KEYS: Final = 0.15
_MODIFIERS: Final = (False, False, False)


class ShopFront(KioskApp):
    """The terminal as it is, except that it counts what it waits for, and that tests move its idle clock."""

    def __init__(
        self,
        shop: Shop,
        place: Place,
        *,
        input_methods: InputMethods | None = None,
        propagate_crashes: bool = True,
    ) -> None:
        super().__init__(shop, place, input_methods=input_methods, propagate_crashes=propagate_crashes)
        self.asking = 0
        self.seconds = 0.0
        rules = shop.rules
        limits = IdleLimits(rules.idle.total_seconds(), rules.idle_warning.total_seconds())
        self._idle = IdleWatch(limits, lambda: self.seconds)

    async def ask(self, service: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        self.asking += 1
        try:
            return await super().ask(service, *args, **kwargs)
        finally:
            self.asking -= 1

    @property
    def is_busy(self) -> bool:
        at_work = sum(worker.state in {WorkerState.PENDING, WorkerState.RUNNING} for worker in self.workers)
        # Some have asked the person, and wait for an answer.
        answers = [callback.future for screen in self._all_screens() for callback in screen._result_callbacks]
        patient = sum(answer is not None and not answer.done() for answer in answers)
        return bool(
            self.asking
            or at_work > patient
            or self._asking.is_working
            or self._forgetting_now()
            or self._recovering_now()
            or any(panel.is_closing for panel in self.screen.query(InputPanel))
        )


@dataclass(slots=True)
class Terminal:
    """A running terminal, its shop, and what people and tests do to it."""

    app: ShopFront
    pilot: Pilot[None]
    world: World
    now: list[float] = field(default_factory=lambda: [1000.0])
    """The seconds by which a double tap is told from two taps."""

    # What is seen

    @property
    def screen(self) -> Screen[Any]:
        return self.app.screen

    def is_at(self, step: Step | None) -> bool:
        """Whether this step is shown, under whatever dialog may lie over it; None for no step at all."""
        steps = [screen.STEP for screen in self.app.screen_stack if isinstance(screen, StepScreen)]
        assert len(steps) <= 1, "one step at a time"
        return steps == ([] if step is None else [step])

    def find(self, target: str | Widget, of: type[Widget] = Widget) -> Any:
        return target if isinstance(target, Widget) else self.screen.query_one(target, of)

    def text(self, target: str | Widget) -> str:
        """What a widget says."""
        return said(self.find(target))

    @property
    def words(self) -> str:
        """Everything that the screens of this mode say."""
        return "\n".join(
            text for screen in self.app.screen_stack for widget in screen.walk_children() if (text := said(widget))
        )

    # What hands do

    async def press(self, *keys: str) -> None:
        """Press keys by name, each after what the one before has brought about."""
        for key in keys:
            self.now[0] += 1
            self.app.post_message(events.Key(key, key if len(key) == 1 else None))
            await self.settle()

    async def type(self, text: str) -> None:
        """Type as fast as a keyboard can."""
        self.now[0] += 1
        for character in text:
            self.app.post_message(events.Key(_character_to_key(character), character))
        await self.settle()

    async def paste(self, text: str) -> None:
        self.app.post_message(events.Paste(text))
        await self.settle()

    async def scan(self, text: str) -> None:
        """Hold something before the scanner; how its keys become this is tested on a real terminal."""
        self.app.post_message(Scanned(text))
        await self.settle()

    async def focus(self, target: str | Widget) -> None:
        """Go to something by the Tab key."""
        wanted = self.find(target)
        for _ in range(40):
            if self.app.focused is not None and wanted in self.app.focused.ancestors_with_self:
                return
            await self.press("tab")
        raise AssertionError(f"the Tab key doesn't lead to {target}")

    async def press_on(self, target: str | Widget, key: str = "enter") -> None:
        """Go to something by the Tab key and press a key there."""
        await self.focus(target)
        await self.press(key)

    async def tap(self, target: str | Widget, at: Offset | None = None, *, taps: int = 1) -> None:
        """Touch the middle of something, or a place in its content, which must be open to the finger."""
        widget = self.find(target)
        for _ in range(_LOOKS):
            spot = widget.region.center if at is None else widget.content_region.offset + at
            spot = Offset(int(spot[0]), int(spot[1]))
            under, _ = self.screen.get_widget_at(*spot)
            if widget in under.ancestors_with_self:
                break
            # What was closed goes with the next drawing.
            await asyncio.sleep(0.01)
        else:
            raise AssertionError(f"{under} lies over {widget}")
        self.now[0] += 1
        for _ in range(taps):
            await self.tap_at(spot)
            self.now[0] += 0.08
        await self.settle()
        # A person looks at what has come of it.
        self.now[0] += 1

    async def tap_at(self, spot: Offset) -> None:
        """Touch a place of the screen, as a terminal tells it, and see what the app makes of it at once."""
        for kind, button in ((events.MouseDown, 1), (events.MouseUp, 1)):
            touch = kind(None, *spot, 0, 0, button, *_MODIFIERS, *spot)
            touch.time = self.now[0]
            self.app.post_message(touch)
        await asyncio.sleep(0)

    async def tap_chip(self, target: str, key: str) -> None:
        row: ChipRow = self.find(target)
        index = next(index for index, chip in enumerate(row.chips) if chip.key == key)
        _, place, width = row._places(row.size.width)[index]
        await self.tap(row, place + Offset(width // 2, row._chip_height // 2))

    async def tap_row(self, target: str | Widget, index: int = 0, *, taps: int = 1) -> None:
        """Touch a row, after turning the pages that lie before it."""
        rows: NumberList | ChoiceList = self.find(target)
        while isinstance(rows, ChoiceList) and index // rows.capacity != rows.page:
            await self.tap(rows, Offset(rows.size.width - 3, rows._head_height + rows.capacity * rows.row_height + 1))
        if isinstance(rows, ChoiceList):
            index %= rows.capacity
        head = rows._head_height if isinstance(rows, ChoiceList) else 0
        await self.tap(rows, Offset(5, head + index * rows.row_height + rows.row_height // 2), taps=taps)

    def offered(self, target: str | Widget = "#numbers") -> int:
        """The first row of numbers that a customer may choose and hasn't got: which numbers are shown is chance."""
        held = str(self.app.visit.purchase.msisdn)
        rows = self.find(target, NumberList).rows
        return next(i for i, row in enumerate(rows) if row.state is RowState.AVAILABLE and row.key != held)

    async def tap_keys(self, grid: KeyGrid, *keys: str) -> None:
        """Type on keys of the screen, as fast as fingers can."""
        for wanted in keys:
            spot = next(
                Offset(start + width // 2, line * grid.key_height)
                for line, row in enumerate(grid.rows)
                for key, start, width in grid._places(row)
                if key.key == wanted
            )
            place = grid.content_region.offset + spot
            assert self.screen.get_widget_at(*place)[0] is grid
            self.now[0] += _BETWEEN_KEYS
            await self.tap_at(place)
        await self.settle()

    async def tap_letters(self, *keys: str) -> None:
        """Type on the letters of the screen."""
        await self.tap_keys(self.screen.query_one(Keyboard).query_one(KeyGrid), *keys)

    async def tap_digits(self, *keys: str) -> None:
        """Type on the digits of the screen; a field that is full may be left by itself."""
        await self.tap_keys(self.screen.query_one("InputPanel KeyPad", KeyGrid), *keys)

    async def tap_candidate(self, word: str) -> None:
        """Touch a candidate of the input method, after turning the pages that lie before it."""
        bar = self.screen.query_one(CandidateBar)
        while word not in (shown := {bar.typed.candidates[place.index]: place for place in bar._page}):
            assert bar.page < len(bar.pages) - 1, f"{word} is not offered"
            await self.tap(bar, Offset(bar.size.width - 3, bar._top + bar.row_height // 2))
        place = shown[word]
        line = bar._top + place.line * bar.row_height + bar.row_height // 2
        await self.tap(bar, Offset(bar._start + place.start + place.width // 2, line))

    async def compose_name(self) -> None:
        """Write the name by touch in pinyin, and go on to what comes next."""
        if self.app.tr.language != "zh":
            await self.tap_letters("switch")
        await self.tap_letters(*"zhangxiaoya")
        await self.tap_candidate(NAME)
        await self.tap_letters("done")

    async def resize(self, width: int, height: int) -> None:
        await self.pilot.resize_terminal(width, height)
        await self.settle()

    # Time

    async def settle(self) -> None:
        """Wait until nothing is under way any more: no service, no message, nothing to be drawn."""
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while True:
                while not self._is_quiet:
                    await asyncio.sleep(0.002)
                if self.app._exit:
                    return
                # A handler may be waiting for something that no queue shows.
                await self.pilot._wait_for_screen()
                # In a context of its own, for it leaves the screens that it drew there.
                contextvars.copy_context().run(self.screen._on_timer_update)
                await asyncio.sleep(0)
                if self._is_quiet:
                    return

    @property
    def _is_quiet(self) -> bool:
        if self.app._exit:
            # It was left: what is still in its queues stays there.
            return True
        # What has been registered and isn't mounted yet has everything before it, whatever its queue says.
        return not self.app.is_busy and not any(
            not pump._is_mounted
            or not _awaits_a_message(pump)
            or pump._pending_message
            or pump._next_callbacks
            or getattr(pump, "_callbacks", None)  # a screen's, for after the next drawing
            for pump in (self.app, *self.app._registry)
            if not pump._closing
        )

    async def until(self, happened: Callable[[], object]) -> None:
        """Wait for something to come true, however busy the machine is."""
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while not happened():
                await asyncio.sleep(0.005)

    async def pass_time(self, by: timedelta) -> None:
        """Let the shop's time pass and the screens notice, as they do twice a second."""
        self.world.clock.move(by)
        await self.look_at_clock()

    async def look_at_clock(self) -> None:
        for countdown in self.screen.query(Countdown):
            countdown.tick()
        await self.settle()

    async def look_at_payment(self) -> None:
        """The pay screen asks the provider, as it does by itself every other second."""
        assert isinstance(self.screen, PayScreen)
        self.screen.look()
        await self.settle()

    async def idle(self, seconds: float) -> None:
        """Nobody touches the terminal."""
        self.app.seconds += seconds
        await self.app.check_idle_time()
        await self.app.until_forgotten()
        await self.settle()

    def work(self) -> None:
        """A round of the background worker."""
        settle_deadlines(self.world.shop)

    # Short cuts to where a test begins

    async def begin(self) -> None:
        """Touch the attract screen."""
        await self.press("enter")
        assert self.app.current_mode == "visit"

    async def reach(self, step: Step, *, msisdn: int | None = None, **chosen: object) -> int:
        """Come to a step with everything before it chosen; returns the number, held unless it is the first step."""
        await self.begin()
        visit = self.app.visit
        if step is Step.NUMBER:
            self.app.show_step(Step.NUMBER)
            await self.settle()
            return 0
        number = msisdn or self.numbers()[0]
        hold = hold_number(self.world.shop, visit.visit_id, number)
        before: dict[str, object] = {"msisdn": number, "held_until": hold.until}
        if step in {Step.CUSTOMER, Step.CONFIRM, Step.PAY, Step.COLLECT}:
            before |= {"tariff_code": TARIFF}
        if step in {Step.CONFIRM, Step.PAY, Step.COLLECT}:
            before |= WHO | {"shop_code": HOME_SHOP}
        visit.purchase = replace(visit.purchase, **(before | chosen))  # type: ignore[arg-type]  # by name, as declared
        if step in {Step.PAY, Step.COLLECT}:
            submission = self.world.submission(visit.visit_id, number, person=42, tariff=TARIFF, branch=HOME_SHOP)
            order = submit_order(self.world.shop, submission)
            visit.purchase = replace(visit.purchase, order_no=order.order_no)
        self.app.show_step(Step.PAY if step is Step.COLLECT else step)
        await self.settle()
        if step is Step.COLLECT:
            self.world.pay(self.trade)
            await self.look_at_payment()
            assert self.is_at(Step.COLLECT)
        return number

    # What the shop and the bank know

    def numbers(self, city: int = JINAN) -> list[int]:
        """Numbers of no special tier that are available now."""
        query = replace(self.app.visit.purchase.query, city_adcode=city, patterns=frozenset(), at="", limit=200)
        page = search_numbers(self.world.shop, query)
        return [row.msisdn for row in page.numbers if row.self_service and not row.monthly_minimum_fen]

    @property
    def order_no(self) -> str:
        order_no = self.app.visit.purchase.order_no
        assert order_no is not None
        return order_no

    @property
    def trade(self) -> str:
        """The latest payment attempt's number."""
        return self.world.attempts(self.order_no)[-1].out_trade_no

    def rows(self, table: str) -> list[Row[Any]]:
        """Everything that is stored in a table."""
        with self.world.shop.database.reading() as connection:
            return list(connection.execute(select(_table(table))))

    def the_row(self, table: str) -> Row[Any]:
        """The only row of a table."""
        rows = self.rows(table)
        assert len(rows) == 1, rows
        return rows[0]


def _awaits_a_message(pump: MessagePump) -> bool:
    """Whether nothing is queued and no handler is at work: then the pump's own task waits at its queue."""
    queue = pump._message_queue
    # Textual's queue waits for this event, which keeps its waiters to itself.
    return queue.empty() and any(not waiter.done() for waiter in queue.ready_event._waiters)  # type: ignore[attr-defined]


def _table(name: str) -> Table:
    return metadata.tables[name]


def said(widget: object) -> str:
    """The text of one widget, without its children's."""
    match widget:
        case Article() | BigDigits() | Prose() | MessageLine():
            text = widget.text
        case Input():
            text = widget.value
        case Field():
            text = widget.error or ""
        case NumberList():
            text = "\n".join(f"{row.number} {' '.join(row.columns)} {row.note}" for row in widget.rows)
        case ChoiceList():
            text = "\n".join(f"{' '.join(row.cells)} {row.note}" for row in widget.rows)
        case AmountLines():
            text = "\n".join(" ".join((line.label, *line.amounts)) for line in widget._lines)
        case ChipRow():
            text = "\n".join(chip.label for chip in widget.chips)
        case ActionBar() | Screen() | KeyGrid():
            text = ""
        case _:
            text = str(getattr(widget, "label", "")) or str(getattr(widget, "content", ""))
    return text


@asynccontextmanager
async def open_terminal(
    world: World,
    now: list[float],
    *,
    shop: Shop | None = None,
    size: tuple[int, int] = (120, 40),
    input_methods: InputMethods | None = None,
    propagate_crashes: bool = True,
    has_scanner: bool = False,
    staff_door: StaffDoor | None = None,
) -> AsyncIterator[Terminal]:
    """Run a terminal of `world` at the attract screen."""
    place = Place(
        JINAN,
        HOME_SHOP,
        reduced_motion=True,
        has_scanner=has_scanner,
        payment_page=CASHIER,
        staff_door=staff_door,
    )
    app = ShopFront(shop or world.shop, place, input_methods=input_methods, propagate_crashes=propagate_crashes)
    async with app.run_test(size=size, notifications=True) as pilot:
        terminal = Terminal(app, pilot, world, now)
        await terminal.until(lambda: app.current_mode == "attract")
        await terminal.settle()
        yield terminal


async def at_once(*doings: Awaitable[T]) -> list[T]:
    """Do several things at the same moment."""
    return list(await asyncio.gather(*(_as_coroutine(doing) for doing in doings)))


async def _as_coroutine(doing: Awaitable[T]) -> T:
    return await doing


def living(kind: type[T]) -> list[T]:
    """All objects of a type that something still refers to."""
    return [found for found in everything_kept() if isinstance(found, kind)]


def everything_kept() -> list[Any]:
    """All objects that something still refers to, other than the timers of a test's own past waiting."""
    timers: list[asyncio.TimerHandle] = asyncio.get_running_loop()._scheduled  # type: ignore[attr-defined]  # no other way
    timers[:] = [timer for timer in timers if not timer.cancelled()]
    heapq.heapify(timers)
    gc.collect()
    return gc.get_objects()


Doing = Callable[[Terminal], Coroutine[Any, Any, None]]
