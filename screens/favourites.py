"""The numbers that a signed-in person keeps: which are to be had, in which city, at what price (SPEC 2.3)."""

from dataclasses import replace
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Static

from kiosk.domain import number_query
from kiosk.domain.favourites import FavouriteKind
from kiosk.domain.journeys import Step
from kiosk.services.errors import ServiceError
from kiosk.services.favourites import list_favourites, remove_favourite
from kiosk.services.hold_number import hold_number
from screens.headed_screen import HeadedScreen
from screens.help.passages import KEEPING_NUMBERS
from screens.take_away import TakeAway
from screens.words import number_row, refusal_text
from widgets.action_bar import ActionBar
from widgets.message_line import MessageLevel, MessageLine
from widgets.number_list import NumberList, NumberRow, RowState
from widgets.prose import Prose
from widgets.tap_button import TapButton


class FavouritesScreen(HeadedScreen):
    """Touching a number that is to be had holds it and goes on to its tariffs; in "tidy up" it takes it out."""

    PASSAGE = KEEPING_NUMBERS
    CSS_PATH = "favourites.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", show=False),
        Binding("enter", "next", show=False),
        Binding("pageup", "press('previous')", show=False),
        Binding("pagedown", "press('following')", show=False),
        Binding("x,X", "press('tidy')", show=False),
        Binding("m,M", "press('take-away')", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._kept: tuple[number_query.NumberRow, ...] = ()
        self._first = 0
        self._is_tidying = False
        self._is_choosing = False

    def compose(self) -> ComposeResult:
        """The numbers, or what to do to have some; pages and tidying up between back and next."""
        tr = self.tr
        yield from self.compose_header(tr("我的收藏"))
        with Vertical(id="body"):
            yield Static(self._question(), id="question", markup=False)
            yield NumberList(id="numbers")
            with Vertical(id="nothing"):
                yield Prose(tr("还没有收藏号码。选套餐时点“收藏”，号码就会留在这里。"), id="nothing-text")
            yield MessageLine(id="message")
        yield ActionBar(
            tr("返回"),
            None,
            middle=(
                TapButton(tr("上一页"), hint="PgUp", repeat_seconds=0, id="previous"),
                TapButton(tr("下一页"), hint="PgDn", repeat_seconds=0, id="following"),
                TapButton(self._tidy_label(), hint="X", id="tidy"),
                TapButton(tr("手机带走"), hint="M", id="take-away"),
            ),
            id="actions",
        )

    def _question(self) -> str:
        if self._is_tidying:
            return self.tr("请选择要移出收藏的号码")
        return self.tr("选一个号码，马上办理")

    def _tidy_label(self) -> str:
        return self.tr("整理好了") if self._is_tidying else self.tr("整理")

    def on_mount(self) -> None:
        """Let the keys start at the numbers."""
        self.query_one("#numbers").focus()

    def fill(self) -> None:
        """Ask what is kept, and what has become of it."""
        self.show_page()
        self.look()

    async def on_screen_resume(self) -> None:
        """What is kept may have gone to others meanwhile."""
        if self.is_whole:
            self.look()

    @work(exclusive=True, group="look")
    async def look(self) -> None:
        """Show the numbers as they are now."""
        front, person = self.front, self.front.visit.person
        if person is not None:
            visit_id = front.visit.visit_id
            self._kept = await front.ask(list_favourites, front.shop, person.account_id, visit_id)
        self.show_page()

    @on(NumberList.Fitted)
    def show_page(self) -> None:
        """Show as many as fit, and the way to the others where they don't all."""
        numbers = self.query_one("#numbers", NumberList)
        fit = max(1, numbers.capacity)
        self._first = max(0, min(self._first, len(self._kept) - 1)) // fit * fit
        numbers.set_rows([self._row(row) for row in self._kept[self._first : self._first + fit]])
        previous, following = self.query_one("#previous"), self.query_one("#following")
        previous.display = following.display = len(self._kept) > fit
        previous.disabled = self._first == 0
        following.disabled = self._first + fit >= len(self._kept)
        self.query_one("#tidy").display = bool(self._kept)
        self.query_one("#take-away").display = self.front.mall_url is not None
        self.query_one("#question", Static).update(self._question())
        self.query_one("#tidy", TapButton).label = self._tidy_label()
        self.query_one("#actions", ActionBar).next = None if self._kept else self.tr("去选号")
        self.set_class(not self._kept, "-nothing")

    def _row(self, row: number_query.NumberRow) -> NumberRow:
        """A number as every list shows it, with its city before the price."""
        tr, city = self.tr, self.front.regions.city(row.city_adcode)
        shown = number_row(tr, row, self.front.shop.now())
        name = tr.pick(city.name_zh, city.name_en)
        shown = replace(shown, columns=(name, *shown.columns), note=f"{name}  {shown.note}")
        if self._is_tidying:
            return replace(shown, state=RowState.AVAILABLE, action=tr("移出收藏"))
        return shown

    @on(NumberList.Selected)
    def number_selected(self, event: NumberList.Selected) -> None:
        """Take the number or take it out, unless another one is just being taken."""
        if self._is_tidying:
            self.take_out(event.key)
        elif not self._is_choosing:
            self._is_choosing = True
            self.choose(int(event.key))

    @work(group="tidy")
    async def take_out(self, msisdn: str) -> None:
        """Keep the number no longer."""
        front, person = self.front, self.front.visit.person
        if person is not None:
            await front.ask(remove_favourite, front.shop, person.account_id, FavouriteKind.NUMBER, msisdn)
        self._kept = tuple(row for row in self._kept if str(row.msisdn) != msisdn)
        self._is_tidying = self._is_tidying and bool(self._kept)
        self.show_page()

    @work(group="hold")
    async def choose(self, msisdn: int) -> None:
        """Hold the number and go on with it in its city, or say why not and look again."""
        front, visit = self.front, self.front.visit
        row = next(row for row in self._kept if row.msisdn == msisdn)
        try:
            hold = await front.ask(hold_number, front.shop, visit.visit_id, msisdn, instead_of=visit.purchase.msisdn)
        except ServiceError as refusal:
            self.query_one("#message", MessageLine).show(refusal_text(self.tr, refusal), MessageLevel.WARNING)
            self._is_choosing = False
            self.look()
        else:
            if row.city_adcode != visit.city_adcode:
                front.change_city(row.city_adcode)
            visit.begin_purchase()
            visit.purchase = replace(visit.purchase, msisdn=hold.msisdn, held_until=hold.until)
            front.show_step(Step.TARIFF)

    def action_back(self) -> None:
        """Go back, by key."""
        self.query_one(ActionBar).press_back()

    def action_next(self) -> None:
        """Look for some, by key."""
        self.query_one(ActionBar).press_next()

    @on(TapButton.Pressed, "#previous")
    def turn_back(self) -> None:
        """Show those before."""
        self._first -= self.query_one("#numbers", NumberList).capacity
        self.show_page()

    @on(TapButton.Pressed, "#following")
    def turn_forwards(self) -> None:
        """Show those after."""
        self._first += self.query_one("#numbers", NumberList).capacity
        self.show_page()

    @on(TapButton.Pressed, "#tidy")
    def tidy_up(self) -> None:
        """Let a touch take numbers out, or buy them again."""
        self._is_tidying = not self._is_tidying
        self.show_page()

    @on(TapButton.Pressed, "#take-away")
    def take_away(self) -> None:
        """Show the mall's address."""
        self.app.push_screen(TakeAway())

    @on(ActionBar.Next)
    def look_for_some(self) -> None:
        """Start buying a number: that is where favourites come from."""
        self.front.visit.begin_purchase()
        self.front.show_step(Step.NUMBER)

    @on(ActionBar.Back)
    def leave(self) -> None:
        """Show the screen below."""
        self.dismiss()
