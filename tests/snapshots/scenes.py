"""Every screen of the terminal, and how a person comes to it: one list for the snapshots and for the pictures."""

import zlib
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Final

from textual.geometry import Offset

from kiosk.domain.journeys import Step
from kiosk.services.admit_staff import StaffDoor
from kiosk.services.hold_number import hold_number
from kiosk.services.keep_visit import begin_visit
from kiosk.services.submit_order import submit_order
from kiosk.services.take_payment import start_payment
from kiosk.terminal.lockdown import CALM_MODE
from screens.moment import OneMoment
from screens.number_purchase.customer import _QUESTIONS, CustomerScreen
from screens.staff.menu import StaffMenu
from screens.staff.pin import StaffPin
from storage.pin_tries import PinTryBook
from tests.journeys.hands import BACK, HOME_SHOP, NAME, NEXT, WHO
from tests.snapshots.account_scenes import ACCOUNT_OTHERS, ACCOUNT_REFUSALS, ACCOUNT_STEPS
from tests.snapshots.help_scenes import HELP_OTHERS, HELP_STEPS
from tests.snapshots.number_scenes import NUMBER_OTHERS, NUMBER_STEPS
from tests.snapshots.order_scenes import ORDER_REFUSALS, ORDERS, OTHER_ORDERS
from tests.snapshots.place_scenes import OTHER_PLACES, PLACES
from tests.snapshots.stage import SIZES, Model
from widgets.keypad import KeyPad
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
    await come_to(model, Step.CUSTOMER, tariff_code=TARIFF, name=NAME)
    await touch_field(model, "id_number")


async def customer_seen_again(model: Model) -> None:
    """The keys put away, to choose a shop first."""
    await customer(model)
    await model.tap(".question")


async def customer_naming(model: Model) -> None:
    """Asked for the name, as large print asks after the kind of document."""
    await customer(model)
    if model.large:
        await touch_field(model, "name")


async def choose_pinyin(model: Model) -> None:
    """In English letters come first."""
    if model.app.tr.language != "zh":
        await model.tap_letters("switch")


async def customer_composing_a_name(model: Model) -> None:
    await customer_naming(model)
    await choose_pinyin(model)
    await model.tap_letters(*"ouyangna")


async def customer_second_page(model: Model) -> None:
    """Of the candidates for one syllable."""
    await customer_naming(model)
    await choose_pinyin(model)
    await model.tap_letters(*"zhang")
    bar = model.find("CandidateBar")
    await model.tap(bar, Offset(bar.size.width - 3, bar.size.height // 2))


async def customer_composing_by_keys(model: Model) -> None:
    await come_to(model, Step.CUSTOMER, tariff_code=TARIFF)
    if model.large:
        await touch_field(model, "name")
    else:
        await model.focus("#name")
    if model.app.tr.language != "zh":
        await model.type("`")
    await model.type("ouyangna")


async def customer_typing_letters(model: Model) -> None:
    """With the other way of typing than the language suggests."""
    await customer_naming(model)
    await model.tap_letters("switch")


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


async def scan_receipt(model: Model, order_no: str) -> None:
    """From the attract screen, where it begins a visit; large print is chosen in the visit first."""
    if model.large:
        await model.begin()
    await model.scan(order_no)


async def order_unknown(model: Model) -> None:
    await scan_receipt(model, "261122000000000")


async def order_to_pay(model: Model) -> None:
    await scan_receipt(model, await order(model))


async def order_to_collect(model: Model) -> None:
    order_no = await order(model)
    trade = start_payment(model.world.shop, order_no, model.world.provider.provider).out_trade_no
    model.world.pay(trade)
    model.world.deliver_notices()
    await scan_receipt(model, order_no)


async def order(model: Model) -> str:
    """Another person orders at another terminal."""
    shop = model.world.shop
    visit_id, number = begin_visit(shop, "zh"), model.beautiful
    hold_number(shop, visit_id, number)
    submission = model.world.submission(visit_id, number, person=7, tariff=TARIFF, branch=HOME_SHOP)
    return submit_order(shop, submission).order_no


async def scan_unwanted(model: Model) -> None:
    await customer_filled_in(model)
    await model.scan("6901234567892")


async def staff_pin(model: Model) -> None:
    """Four digits of a PIN are typed."""
    await model.app.push_screen(StaffPin(StaffDoor("$argon2id$", PinTryBook(Path("/nowhere/tries.json")))))
    await model.settle()
    await model.tap_keys(model.screen.query_one(KeyPad), "4", "0", "8", "2")


async def staff_menu(model: Model) -> None:
    await model.app.push_screen(StaffMenu())


async def attract(_model: Model) -> None:
    """Nobody is there yet."""


STEPS: Final[tuple[Play, ...]] = (
    home,
    numbers,
    numbers_with_pad,
    conditions,
    tariff_chosen,
    customer,
    customer_with_errors,
    customer_typing_a_number,
    customer_composing_a_name,
    customer_composing_by_keys,
    confirm,
    pay,
    pay_failed,
    collect,
    order_to_collect,
    *ACCOUNT_STEPS,
    *ORDERS,
    *HELP_STEPS,
    *NUMBER_STEPS,
)
"""Shown at every size: here the room is what decides."""

OTHERS: Final[tuple[Play, ...]] = (
    region,
    numbers_with_keys,
    nothing_found,
    similar,
    tariff,
    last_minutes,
    hold_lost,
    costs,
    customer_filled_in,
    customer_seen_again,
    customer_second_page,
    customer_typing_letters,
    confirm_agreed,
    agreement,
    pay_expired,
    pay_cancelling,
    idle_warning,
    restart_question,
    one_moment,
    order_unknown,
    order_to_pay,
    scan_unwanted,
    *ACCOUNT_OTHERS,
    *OTHER_ORDERS,
    *HELP_OTHERS,
    *NUMBER_OTHERS,
)

REFUSALS: Final[tuple[Play, ...]] = (*ACCOUNT_REFUSALS, *ORDER_REFUSALS)
"""Screens that are shown above, with other words in a known place."""

FOR_STAFF: Final = (staff_pin, staff_menu)
"""Outside every visit, and so never in large print."""

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
    for play in (*STEPS, *OTHERS):
        turn = _turn(play)
        sizes = tuple(SIZES) if play in STEPS else ("clerk", ("landscape", "portrait")[turn // 2 % 2])
        for place, size in enumerate(sizes):
            if size != "clerk" or play not in NEED_BOXES:
                yield Picture(play, ("zh", "en")[(turn + place) % 2], size, large=True)


def _of_places() -> Iterator[Picture]:
    for play in (*PLACES, *OTHER_PLACES):
        yield from (Picture(play, language, "landscape") for language in ("zh", "en"))
        if play in PLACES:
            yield from (Picture(play, "zh", size) for size in ("clerk", "portrait"))
        for place, size in enumerate(SIZES if play in PLACES else ("clerk",)):
            yield Picture(play, ("zh", "en")[(_turn(play) + place) % 2], size, large=True)


def _turn(play: Play) -> int:
    """What deals languages and sizes out, so that another scene changes no scene's lot."""
    return zlib.crc32(play.__name__.encode())


PICTURES: Final = (
    *(
        Picture(play, language, "landscape")
        for play in (*STEPS, *OTHERS, *REFUSALS, *FOR_STAFF)
        for language in ("zh", "en")
    ),
    *(Picture(play, "zh", "landscape") for play in FOR_EVERYBODY),
    *(Picture(play, "zh", size) for play in STEPS for size in ("clerk", "portrait")),
    *(Picture(play, "zh", "clerk") for play in FOR_STAFF),
    *(Picture(play, "en", "clerk") for play in (numbers, similar, tariff_chosen)),  # where words have the least room
    *_in_large_print(),
    *_of_places(),
)
