"""Step 1: pick a number. Every condition is a touch; every row tells its price before anything is held (SPEC 4.1)."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Center, Horizontal, Vertical
from textual.widget import Widget
from textual.widgets import Static

from kiosk.domain.journeys import Step
from kiosk.domain.msisdn import group_msisdn
from kiosk.domain.number_query import ChoiceCounts, NumberPage, NumberQuery, NumberSort
from kiosk.services.errors import NumberTaken, ServiceError
from kiosk.services.hold_number import hold_number
from kiosk.services.search_numbers import count_choices, has_stock, search_numbers
from screens.number_purchase.conditions import MORE, ConditionsScreen, quick_chips, switch_quick, without_conditions
from screens.region import RegionScreen
from screens.step_screen import STEP_CSS, StepScreen
from screens.words import number_row, refusal_text
from widgets.chip import Chip, ChipRow
from widgets.digit_boxes import DigitBoxes
from widgets.keypad import KeyPad
from widgets.message_line import MessageLevel, MessageLine
from widgets.number_list import NumberList
from widgets.prose import Prose
from widgets.tap_button import TapButton


class NumbersScreen(StepScreen):
    """Digit boxes, chips and a page of numbers; touching a row holds that number and goes on."""

    STEP = Step.NUMBER
    CSS_PATH: ClassVar[list[str | PurePath]] = [STEP_CSS, "numbers.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("pageup", "turn(-1)", show=False),
        Binding("pagedown", "turn(1)", show=False),
        Binding("down", "go_to_list", show=False),
        Binding("s,S", "press('shuffle')", show=False),
        Binding("c,C", "press('without-conditions')", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._page: NumberPage | None = None
        self._starts: list[str | None] = [None]  # where each page up to the present one begins
        self._rows = 0

    def compose_body(self) -> ComposeResult:
        """The conditions, what they leave, and the pad beside the list while a box is being filled."""
        tr, query = self.tr, self.query_now
        with Horizontal(id="digits"):
            yield DigitBoxes(value=query.at, id="boxes")
            yield Static("", id="total", markup=False)
            yield TapButton(tr("换一批"), hint="S", id="shuffle")
        yield ChipRow(self._chips(None), multiple=True, id="chips")
        yield MessageLine(id="message")
        with Horizontal(id="results"):
            with Vertical(id="list-side"):
                yield NumberList(id="numbers")
                with Vertical(id="nothing"):
                    yield Prose(id="nothing-text")
                    with Center():
                        label = tr("清空全部条件")
                        yield TapButton(label, hint="C", variant="primary", id="without-conditions")
                        yield TapButton(tr("更换城市"), variant="primary", id="other-city")
            yield KeyPad(done=tr("完成"), clear=tr("清空"), id="pad")

    def _chips(self, counts: ChoiceCounts | None) -> list[Chip]:
        return quick_chips(self.tr, self.query_now, counts, large=self.front.large_print)

    def between(self) -> Sequence[Widget]:
        """The pages."""
        tr = self.tr
        return (
            TapButton(tr("上一页"), hint="PgUp", repeat_seconds=0, id="previous"),
            Static("", id="page", markup=False),
            TapButton(tr("下一页"), hint="PgDn", repeat_seconds=0, id="following"),
        )

    def back_label(self) -> str:
        """The first step goes back to the home screen."""
        return self.tr("返回首页")

    def next_label(self) -> str | None:
        """Choosing a row goes on, unless a number is held already."""
        msisdn = self.purchase.msisdn
        return None if msisdn is None else self.tr("用这个号码")

    @property
    def query_now(self) -> NumberQuery:
        """What is asked for."""
        return self.purchase.query

    def on_mount(self) -> None:
        """Keys start at the digits, in large print at the numbers; a held number can be kept."""
        self.query_one("#numbers" if self.front.large_print else "#boxes").focus()

    async def change_texts(self) -> None:
        """The same in the other language, and the next digit still goes where it would have gone."""
        box = self.query_one("#boxes", DigitBoxes).cursor
        await super().change_texts()
        for boxes in self.query(DigitBoxes):
            boxes.cursor = box

    def fill(self) -> None:
        """Search again; the list asks once it knows how many rows it has."""
        if self._rows:
            self.search()

    def ask_for(self, query: NumberQuery) -> None:
        """Search for something else, from the first page."""
        self.change(query=query)
        self._starts = [None]
        # What was touched answers first; the search would take turns with its drawing.
        self.call_after_refresh(self.search)

    @work(exclusive=True, group="search")
    async def search(self) -> None:
        """Show the page and what each further condition would leave."""
        front, visit = self.front, self.front.visit
        query = replace(self.query_now, limit=self._rows, after=self._starts[-1])
        page = await front.ask(search_numbers, front.shop, query, visit.visit_id)
        self.show_page(page)
        if not page.numbers:
            self._explain_nothing(in_stock=await front.ask(has_stock, front.shop, visit.city_adcode))
        counts = await front.ask(count_choices, front.shop, query)
        self.query_one("#chips", ChipRow).set_chips(self._chips(counts))

    def show_page(self, page: NumberPage) -> None:
        """Draw one page of numbers, or say what to do when there are none."""
        tr, now = self.tr, self.front.shop.now()
        self._page = page
        self.query_one("#numbers", NumberList).set_rows([number_row(tr, row, now) for row in page.numbers])
        self.query_one("#total", Static).update(tr("共 {total} 个", total=f"{page.total:,}"), layout=False)
        place = f"{page.page:,} / {page.pages:,}" if page.listed else ""
        self.query_one("#page", Static).update(place, layout=False)
        self.query_one("#previous").disabled = len(self._starts) == 1
        self.query_one("#following").disabled = page.next is None
        self.set_class(not page.numbers, "-nothing")

    def _explain_nothing(self, *, in_stock: bool) -> None:
        """Say whether the conditions are too many, or the city has no numbers at all (SPEC 2.2)."""
        tr, front = self.tr, self.front
        city = front.regions.city(front.visit.city_adcode)
        self.query_one("#nothing-text", Prose).text = (
            tr("没有符合条件的号码。请减少一个条件，或清空全部条件。")
            if in_stock
            else tr("{city}现在没有号码可选。请换一个城市，或返回首页。", city=tr.pick(city.name_zh, city.name_en))
        )
        self.query_one("#without-conditions").display = in_stock
        self.query_one("#other-city").display = not in_stock

    @on(TapButton.Pressed, "#without-conditions")
    def clear_conditions(self, pressed: TapButton.Pressed) -> None:
        """Ask for any number of the city, as if no digit had been filled in and no chip touched."""
        boxes = self.query_one("#boxes", DigitBoxes)
        boxes.value, boxes.cursor = "", 0
        if pressed.button.has_focus:
            # It goes, and the keys would be at whatever comes after it.
            self.action_go_to_list()
        self.ask_for(without_conditions(self.query_now))

    @on(TapButton.Pressed, "#other-city")
    def change_city(self) -> None:
        """Look at another city's numbers."""
        self._starts = [None]
        self.app.push_screen(RegionScreen())

    @on(NumberList.Fitted)
    def fitted(self, event: NumberList.Fitted) -> None:
        """Ask for pages of the size that fits."""
        if event.rows and event.rows != self._rows:
            self._rows = event.rows
            self._starts = [None]
            self.search()

    @on(DigitBoxes.Changed)
    def digits_changed(self, event: DigitBoxes.Changed) -> None:
        """Search for the digits at their places."""
        wanted = event.value if event.value.strip("_") != "1" else ""
        self.ask_for(replace(self.query_now, at=wanted))

    @on(DigitBoxes.Touched)
    def open_pad(self) -> None:
        """Open the pad beside the list."""
        self.add_class("-pad")

    @on(KeyPad.KeyPressed)
    def pad_pressed(self, event: KeyPad.KeyPressed) -> None:
        """Type into the boxes, or close the pad."""
        if event.key == "done":
            self.remove_class("-pad")
        else:
            self.query_one("#boxes", DigitBoxes).type_key(event.key)

    @on(ChipRow.Changed, "#chips")
    def chip_changed(self, event: ChipRow.Changed) -> None:
        """Switch a condition, or open all of them."""
        if event.key == MORE:
            self.open_conditions()
        else:
            self.ask_for(switch_quick(self.query_now, event.key, on=event.selected))

    @work(group="conditions")
    async def open_conditions(self) -> None:
        """Show every condition there is."""
        query = await self.app.push_screen_wait(ConditionsScreen(self.query_now))
        self.ask_for(query or self.query_now)

    @on(TapButton.Pressed, "#shuffle")
    def another_batch(self) -> None:
        """Show other numbers under the same conditions."""
        self.ask_for(replace(self.query_now, sort=NumberSort.SHUFFLED, seed=self.query_now.seed + 1))

    def action_go_to_list(self) -> None:
        """From the conditions down to the numbers, where digits choose a row."""
        self.query_one("#numbers").focus()

    def action_turn(self, pages: int) -> None:
        """Turn the page by key."""
        self.query_one("#following" if pages > 0 else "#previous", TapButton).press()

    @on(TapButton.Pressed, "#following")
    def turn_forwards(self) -> None:
        """Show the next page; which one that is, the page shown says."""
        if self._page is not None and self._page.next is not None:
            self._starts.append(self._page.next)
            self._page = None
            self.search()

    @on(TapButton.Pressed, "#previous")
    def turn_back(self) -> None:
        """Show the page before."""
        if len(self._starts) > 1:
            self._starts.pop()
            self.search()

    @on(NumberList.Selected)
    def number_selected(self, event: NumberList.Selected) -> None:
        """Take the number, unless another one is just being taken: a call can't be taken back, and would hold both."""
        if not self.is_deciding:
            # From this moment, not from when the worker starts: a second row may be touched in between.
            self.is_deciding = True
            self.choose(int(event.key))

    @work(group="hold")
    async def choose(self, msisdn: int) -> None:
        """Hold the number for half an hour and go on; the one held before goes back in the same moment."""
        front, held = self.front, self.purchase.msisdn
        try:
            with self.deciding():
                hold = await front.ask(hold_number, front.shop, front.visit.visit_id, msisdn, instead_of=held)
        except NumberTaken:
            headline = self.tr("{number} 刚刚被别人选走了。下面这些号码与它相似：", number=group_msisdn(msisdn))
            await self.offer_similar(msisdn, headline)
        except ServiceError as refusal:
            self.query_one("#message", MessageLine).show(refusal_text(self.tr, refusal), MessageLevel.WARNING)
            self.search()
        else:
            if hold.msisdn != held:
                self.change(tariff_code=None)
            self.change(msisdn=hold.msisdn, held_until=hold.until)
            self.go_on()
