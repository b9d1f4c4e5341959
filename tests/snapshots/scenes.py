"""Every screen of the terminal, and how a person comes to it: one list for the snapshots and for the pictures."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from textual.geometry import Offset

from kiosk.domain.journeys import Step
from kiosk.services.hold_number import hold_number
from kiosk.services.keep_visit import begin_visit
from kiosk.terminal.lockdown import CALM_MODE
from screens.moment import OneMoment
from screens.number_purchase.customer import _QUESTIONS, CustomerScreen
from tests.journeys.hands import BACK, HOME_SHOP, NEXT, WHO
from tests.snapshots.stage import SIZES, Model
from widgets.qr import QrCode

Play = Callable[[Model], Awaitable[None]]
TARIFF: Final = "CX-88"
FILLED_IN: Final[dict[str, object]] = {**WHO, "tariff_code": TARIFF, "shop_code": HOME_SHOP}
MINUTE: Final = timedelta(minutes=1)


async def home(model: Model) -> None:
    await model.begin()


async def region(model: Model) -> None:
    await model.begin()
    await model.tap("#region")


async def numbers(model: Model) -> None:
    """One of the numbers shown is in somebody else's hands."""
    await model.begin()
    hold_number(model.world.shop, begin_visit(model.world.shop, "zh"), model.numbers()[1])
    await model.tap("#numbers")


async def numbers_with_pad(model: Model) -> None:
    await numbers(model)
    await model.tap("#boxes", Offset(12, 0))


async def numbers_with_keys(model: Model) -> None:
    await numbers(model)
    await model.press("5", "down")


async def looking_for_pairs(model: Model) -> None:
    await model.begin()
    purchase = model.app.visit.purchase
    model.app.visit.purchase = replace(purchase, query=replace(purchase.query, patterns=frozenset({"AABB"})))
    model.app.show_step(Step.NUMBER)
    await model.settle()


async def conditions(model: Model) -> None:
    await looking_for_pairs(model)
    await model.tap_chip("#chips", "more")


async def nothing_found(model: Model) -> None:
    await numbers(model)
    await model.tap("#boxes", Offset(12, 0))
    await model.tap_keys(model.find("#pad"), "4", "4", "4", "4")
    await model.until(lambda: model.screen.has_class("-nothing"))


async def similar(model: Model) -> None:
    """Somebody else is quicker by a breath."""
    await looking_for_pairs(model)
    wanted = int(model.find("#numbers").rows[0].key)
    hold_number(model.world.shop, begin_visit(model.world.shop, "zh"), wanted)
    await model.tap_row("#numbers", 0)


async def come_to(model: Model, step: Step, **chosen: object) -> None:
    """Hold a number that has conditions, and choose what is chosen before `step`."""
    await model.begin()
    visit = model.app.visit
    hold = hold_number(model.world.shop, visit.visit_id, model.beautiful)
    visit.purchase = replace(visit.purchase, msisdn=hold.msisdn, held_until=hold.until, **chosen)  # type: ignore[arg-type]  # by name, as declared
    model.app.show_step(step)
    await model.settle()


async def tariff(model: Model) -> None:
    await come_to(model, Step.TARIFF)


async def tariff_chosen(model: Model) -> None:
    await come_to(model, Step.TARIFF, tariff_code=TARIFF)


async def costs(model: Model) -> None:
    await tariff_chosen(model)
    await model.tap("#account")


async def customer(model: Model) -> None:
    await come_to(model, Step.CUSTOMER, tariff_code=TARIFF)


async def customer_with_errors(model: Model) -> None:
    slips = {"name": "张3", "id_number": "370102199003070428", "phone": "1390531886"}
    await come_to(model, Step.CUSTOMER, tariff_code=TARIFF, **slips)
    if model.large:
        await touch_field(model, "id_number")
        await model.tap_keys(model.find("InputPanel KeyPad"), "done")
    else:
        await model.tap(NEXT)


async def customer_filled_in(model: Model) -> None:
    """In large print, at the last question."""
    await come_to(model, Step.CUSTOMER, tariff_code=TARIFF, **WHO)
    if model.large:
        await ask(model, "shop")


async def ask(model: Model, question: str) -> None:
    """Come to a question of the form in large print."""
    assert isinstance(model.screen, CustomerScreen)
    model.screen._ask(_QUESTIONS.index(question))
    await model.settle()


async def touch_field(model: Model, name: str) -> None:
    """Touch a field, which large print shows by itself when it is asked for."""
    if model.large:
        await ask(model, name)
    else:
        await model.tap(f"#{name} Input")


async def customer_typing_a_number(model: Model) -> None:
    await come_to(model, Step.CUSTOMER, tariff_code=TARIFF)
    await touch_field(model, "id_number")


async def customer_typing_a_name(model: Model) -> None:
    await come_to(model, Step.CUSTOMER, tariff_code=TARIFF)
    await touch_field(model, "name")


async def confirm(model: Model) -> None:
    await come_to(model, Step.CONFIRM, **FILLED_IN)


async def confirm_agreed(model: Model) -> None:
    await come_to(model, Step.CONFIRM, **FILLED_IN, agreed=True)


async def agreement(model: Model) -> None:
    await confirm(model)
    await model.tap("#read")


async def pay(model: Model) -> None:
    await confirm_agreed(model)
    await model.tap(NEXT)
    await model.until(lambda: model.screen.query("#code").first(QrCode).content)


async def pay_failed(model: Model) -> None:
    await pay(model)
    model.world.ledger.decline(model.trade)
    await model.look_at_payment()


async def pay_expired(model: Model) -> None:
    await pay(model)
    await model.pass_time(31 * MINUTE)


async def pay_cancelling(model: Model) -> None:
    await pay(model)
    await model.tap(BACK)


async def collect(model: Model) -> None:
    await pay(model)
    model.world.pay(model.trade)
    await model.look_at_payment()


async def idle_warning(model: Model) -> None:
    await customer_filled_in(model)
    rules = model.world.shop.rules
    idle, warning = (rules.large_idle, rules.large_idle_warning) if model.large else (rules.idle, rules.idle_warning)
    model.app.seconds += (idle - warning).total_seconds()
    await model.app.check_idle_time()


async def last_minutes(model: Model) -> None:
    """The hold runs out soon, and the countdown speaks."""
    await tariff_chosen(model)
    await model.pass_time(26 * MINUTE)


async def hold_lost(model: Model) -> None:
    await tariff_chosen(model)
    await model.pass_time(31 * MINUTE)


async def restart_question(model: Model) -> None:
    await customer_filled_in(model)
    await model.tap("#restart")


async def one_moment(model: Model) -> None:
    await customer_filled_in(model)
    await model.app.push_screen(OneMoment())


async def crash(model: Model) -> None:
    await customer(model)
    await model.app.switch_mode(CALM_MODE)


async def too_small(model: Model) -> None:
    await customer(model)
    await model.resize(60, 20)


async def attract(_model: Model) -> None:
    """Nobody is there yet."""


STEPS: Final = (
    home,
    numbers,
    numbers_with_pad,
    conditions,
    tariff_chosen,
    customer,
    customer_with_errors,
    customer_typing_a_number,
    confirm,
    pay,
    pay_failed,
    collect,
)
"""Shown at every size: here the room is what decides."""

OTHERS: Final = (
    region,
    numbers_with_keys,
    nothing_found,
    similar,
    tariff,
    last_minutes,
    hold_lost,
    costs,
    customer_filled_in,
    customer_typing_a_name,
    confirm_agreed,
    agreement,
    pay_expired,
    pay_cancelling,
    idle_warning,
    restart_question,
    one_moment,
)

FOR_EVERYBODY: Final = (attract, crash, too_small)
"""Say everything in both languages at once."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A scene in one language at one size, in usual or in large print."""

    play: Play
    language: str
    size: str
    large: bool = False

    @property
    def name(self) -> str:
        """As files are named: `numbers-zh-landscape`, `numbers-en-clerk-large`."""
        return f"{self.play.__name__}-{self.language}-{self.size}{'-large' if self.large else ''}"

    @property
    def cells(self) -> tuple[int, int]:
        """Columns and rows."""
        return SIZES[self.size]


NEED_BOXES: Final = (numbers_with_pad, nothing_found)
"""Begin at the digit boxes, for which a clerk's screen has no room in large print."""


def _in_large_print() -> Iterator[Picture]:
    """Every screen, pairwise: each with each size (dialogs with two) and language, each size with each language."""
    for index, play in enumerate((*STEPS, *OTHERS)):
        sizes = tuple(SIZES) if play in STEPS else ("clerk", ("landscape", "portrait")[index // 2 % 2])
        for place, size in enumerate(sizes):
            if size != "clerk" or play not in NEED_BOXES:
                yield Picture(play, ("zh", "en")[(index + place) % 2], size, large=True)


PICTURES: Final = (
    *(Picture(play, language, "landscape") for play in (*STEPS, *OTHERS) for language in ("zh", "en")),
    *(Picture(play, "zh", "landscape") for play in FOR_EVERYBODY),
    *(Picture(play, "zh", size) for play in STEPS for size in ("clerk", "portrait")),
    *(Picture(play, "en", "clerk") for play in (numbers, similar, tariff_chosen)),  # where words have the least room
    *_in_large_print(),
)
