"""A step of a purchase: the stepper on top, the basket and the countdown below it, back and next at the bottom."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import ClassVar, Final

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from textual.widgets import Static

from kiosk.domain.journeys import Step, number_journey, step_after, step_before
from kiosk.domain.msisdn import group_msisdn
from kiosk.domain.visit import Purchase
from kiosk.services.errors import HoldLost, NoMoreTime
from kiosk.services.extend_hold import extend_hold
from screens.headed_screen import HeadedScreen
from screens.help.passages import STEP_PASSAGES, Passage
from screens.similar import SimilarNumbers
from screens.words import step_name, whole_minutes
from widgets.action_bar import ActionBar
from widgets.countdown import Countdown
from widgets.modal import Ask
from widgets.stepper import Stepper
from widgets.tap_button import TapButton

_AFTER_CONFIRMING: Final = frozenset(
    {"agreed", "idempotency_key", "order_no", "amount_fen", "pay_deadline", "query", "held_until", "lengthened"}
)
"""What may change in a purchase without making it another one."""

_SOON: Final = timedelta(minutes=5)
"""So little is left that more time is offered."""

STEP_CSS: Final = Path(__file__).with_name("step_screen.tcss")


class StepScreen(HeadedScreen):
    """One question of the purchase. A subclass names its `STEP`, yields its body, and says what back and next are.

    Its `CSS_PATH` begins with `STEP_CSS`. A `next_label` of None leaves the place of the next action empty: the
    choice itself goes on.
    """

    STEP: ClassVar[Step]
    _has_expired_meanwhile = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", show=False),
        Binding("enter", "next", show=False),
        Binding("t,T", "press('more-time')", show=False),
        Binding("q,Q", "press('restart')", show=False),
    ]

    @property
    def help_passage(self) -> Passage:
        """What the help says about this step."""
        return STEP_PASSAGES[self.STEP]

    @property
    def purchase(self) -> Purchase:
        """What has been chosen so far."""
        return self.front.visit.purchase

    def compose(self) -> ComposeResult:
        """Header, basket, the step's own body, and the action bar."""
        tr = self.tr
        journey = number_journey(self.purchase.fulfilment)
        with Horizontal(id="header"):
            yield Stepper([step_name(tr, step) for step in journey], journey.index(self.STEP))
            yield from self.header_buttons()
            yield TapButton(self._restart_label(), hint="Q", id="restart")
        with Horizontal(id="basket", classes=self._basket_classes()):
            yield Static(self._who(), id="who", markup=False)
            yield Static(self.basket_text(), id="basket-text", markup=False)
            yield Countdown(
                tr("为您保留 {minutes} 分钟"),
                self.front.shop.now,
                urgent=tr("为您保留 {clock}"),
                over=tr("保留时间已到"),
                soon=_SOON,
                deadline=self.deadline(),
                id="countdown",
            )
            minutes = whole_minutes(self.front.shop.rules.more_time)
            yield TapButton(tr("再要 {minutes} 分钟", minutes=minutes), hint="T", id="more-time")
        with Vertical(id="body"):
            yield from self.compose_body()
        yield ActionBar(self.back_label(), self.next_label(), middle=self.between(), id="actions")
        yield from self.compose_last()

    def _who(self) -> str:
        """Who has signed in."""
        person = self.front.visit.person
        return "" if person is None else person.shown_as

    def _restart_label(self) -> str:
        """Starting again forgets whoever has signed in, and is how they sign out."""
        return self.tr("退出") if self._who() else self.tr("重新开始")

    def _basket_classes(self) -> str:
        return " ".join(["-known"] * bool(self._who()) + ["-empty"] * (not self.basket_text()))

    def compose_body(self) -> ComposeResult:
        """The step's question."""
        yield from ()

    def compose_last(self) -> ComposeResult:
        """What lies over the action bar: the keys on the screen."""
        yield from ()

    def between(self) -> Sequence[Widget]:
        """What stands between back and next."""
        return ()

    def back_label(self) -> str | None:
        """The way back."""
        return self.tr("上一步")

    def next_label(self) -> str | None:
        """The one next action."""
        return self.tr("下一步")

    def basket_text(self) -> str:
        """What is in the basket: the number, as soon as there is one."""
        msisdn = self.purchase.msisdn
        return "" if msisdn is None else self.tr("已选 {number}", number=group_msisdn(msisdn))

    def deadline(self) -> datetime | None:
        """When the held number goes back."""
        return self.purchase.held_until

    def change(self, **choices: object) -> None:
        """Replace some of what has been chosen; what was confirmed before isn't confirmed any more."""
        if choices.get("msisdn", self.purchase.msisdn) != self.purchase.msisdn:
            choices |= {"lengthened": 0}
        changed = any(getattr(self.purchase, name) != value for name, value in choices.items())
        if changed and not _AFTER_CONFIRMING.issuperset(choices):
            choices |= {"idempotency_key": None, "agreed": False}
        self.front.visit.purchase = replace(self.purchase, **choices)  # type: ignore[arg-type]  # by name, as declared

    @contextmanager
    def deciding(self) -> Iterator[None]:
        """While a call runs that can't be taken back, nothing else of the step does: see `is_deciding`."""
        self.is_deciding = True
        try:
            yield
        finally:
            self.is_deciding = False
            if self._has_expired_meanwhile:
                self._has_expired_meanwhile = False
                # What was decided is written down first: it may have given the hold another end.
                self.call_later(self.hold_expired)

    @property
    def is_shown(self) -> bool:
        """Whether the person is still at this step: a late answer must not lead them away from another."""
        return self in self.app.screen_stack

    def refresh_basket(self) -> None:
        """Show the basket and the countdown as they are now; an empty basket takes no room."""
        self.query_one("#basket").set_class(not self.basket_text(), "-empty")
        self.query_one("#basket-text", Static).update(self.basket_text())
        self.query_one("#countdown", Countdown).deadline = self.deadline()
        self._offer_time()

    def on_mount(self) -> None:
        """More time is offered once little is left."""
        self._offer_time()

    @property
    def may_have_time(self) -> bool:
        """Whether the hold is about to run out and may still be given more time."""
        deadline, front = self.deadline(), self.front
        if deadline is None or self.purchase.lengthened >= front.shop.rules.more_times:
            return False
        return timedelta() < deadline - front.shop.now() <= _SOON

    def _offer_time(self) -> None:
        """Offer more time in the basket, while that makes sense."""
        self.query_one("#more-time").display = self.may_have_time

    @on(Countdown.Soon, "#countdown")
    def hold_ends_soon(self) -> None:
        """The countdown speaks: a button for everybody, in large print a question that can't be overlooked."""
        self._offer_time()
        visit = self.front.visit
        if self.may_have_time and self.front.large_print and visit.offered_for != self.deadline():
            visit.offered_for = self.deadline()
            self.ask_about_time()

    @work
    async def ask_about_time(self) -> None:
        """Ask whether more time is needed."""
        tr = self.tr
        question = Ask(
            tr("需要更多时间吗？"),
            tr("再过不到 {minutes} 分钟，号码会放回。", minutes=whole_minutes(_SOON)),
            yes=tr("我需要更多时间"),
            no=tr("不需要"),
        )
        if await self.app.push_screen_wait(question):
            self.more_time()

    @on(TapButton.Pressed, "#more-time")
    def more_time(self) -> None:
        """Ask for more time, unless something is being decided that may end the hold."""
        if self.may_have_time and not self.is_deciding:
            # From this moment: a step that is left meanwhile would not hear of the new end.
            self.is_deciding = True
            self.lengthen(self.purchase.msisdn or 0)

    @work(group="time")
    async def lengthen(self, msisdn: int) -> None:
        """Keep the number longer, or say that it has gone back."""
        front = self.front
        try:
            with self.deciding():
                hold = await front.ask(extend_hold, front.shop, front.visit.visit_id, msisdn)
        except NoMoreTime as refusal:
            self.change(held_until=refusal.until, lengthened=front.shop.rules.more_times)
        except HoldLost:
            await self.hold_is_lost(msisdn)
            return
        else:
            self.change(held_until=hold.until, lengthened=self.purchase.lengthened + 1)
            front.keep_choices()
        self.refresh_basket()

    def go_on(self) -> None:
        """Show the step after this one, unless its number has gone: then similar ones are being offered already."""
        if self.purchase.msisdn is None or not self.is_shown:
            return
        following = step_after(number_journey(self.purchase.fulfilment), self.STEP)
        if following is not None:
            self.front.keep_choices()
            self.front.show_step(following)

    def go_back(self) -> None:
        """Show the step before this one, or the home screen from the first."""
        before = step_before(number_journey(self.purchase.fulfilment), self.STEP)
        self.front.keep_choices()
        if before is None:
            self.front.show_home()
        else:
            self.front.show_step(before)

    def action_back(self) -> None:
        """Go back by key."""
        self.query_one("#actions", ActionBar).press_back()

    def action_next(self) -> None:
        """Go on by key."""
        self.query_one("#actions", ActionBar).press_next()

    @on(ActionBar.Back)
    def back_pressed(self) -> None:
        """Leave the step by the way back."""
        if not self.is_deciding:
            self.back()

    @on(ActionBar.Next)
    def next_pressed(self) -> None:
        """Leave the step by the way on."""
        if not self.is_deciding:
            self.proceed()

    def back(self) -> None:
        """What "back" does; steps that have something to ask first say so here."""
        self.go_back()

    def proceed(self) -> None:
        """What "next" does; steps that have something to check or to do first say so here."""
        self.go_on()

    @on(TapButton.Pressed, "#restart")
    @work
    async def restart_pressed(self) -> None:
        """Ask, then give everything back and start with the next person."""
        tr = self.tr
        if self.is_deciding:
            return
        title = tr("要退出吗？") if self._who() else tr("要重新开始吗？")
        question = Ask(title, self.what_is_lost(), yes=self._restart_label(), no=tr("继续办理"), danger=True)
        if await self.app.push_screen_wait(question):
            self.front.end_visit("left")

    def what_is_lost(self) -> str:
        """What starting again costs: the number only where one is held, the details only where there are any."""
        tr, purchase = self.tr, self.purchase
        is_held = purchase.msisdn is not None and purchase.order_no is None
        match is_held, bool(purchase.name or purchase.id_number or purchase.phone):
            case True, True:
                return tr("已选的号码会放回，填写的内容会清除。")
            case True, False:
                return tr("已选的号码会放回。")
            case False, True:
                return tr("填写的内容会清除。")
            case _:
                return tr("您还没有选定号码，也没有填写资料。")

    @on(Countdown.Expired, "#countdown")
    @work
    async def hold_expired(self) -> None:
        """The number has gone back: say so, and offer some that are like it (SPEC 4.2)."""
        purchase = self.purchase
        if self.is_deciding:
            self._has_expired_meanwhile = True
        elif purchase.msisdn is None or purchase.order_no is not None or not self.is_shown:
            return
        elif purchase.held_until is not None and purchase.held_until <= self.front.shop.now():
            await self.hold_is_lost(purchase.msisdn)

    async def hold_is_lost(self, msisdn: int) -> None:
        """Forget the number, say that it has gone back, and offer similar ones."""
        self.change(msisdn=None, held_until=None)
        await self.offer_similar(msisdn, self.tr("号码保留时间已到，已放回。下面这些号码与它相似："))

    async def offer_similar(self, msisdn: int, headline: str) -> None:
        """Offer numbers like one that is gone; the one chosen takes the place of what is held, and tariffs follow."""
        if not self.is_shown:
            return
        chosen = await self.app.push_screen_wait(SimilarNumbers(msisdn, headline, instead_of=self.purchase.msisdn))
        if chosen is None:
            self.front.show_step(Step.NUMBER)
        else:
            self.change(msisdn=chosen.msisdn, held_until=chosen.until, tariff_code=None)
            self.front.show_step(Step.TARIFF)
