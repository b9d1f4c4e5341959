"""The full-screen terminal: its modes, and the visit under way."""

import contextvars
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, ParamSpec, TypeVar

import structlog
from textual import events
from textual._context import visible_screen_stack
from textual.screen import ModalScreen, Screen

from kiosk.asking import Asking
from kiosk.domain.account_form import AccountForm
from kiosk.domain.accounts import SignedIn
from kiosk.domain.journeys import Step
from kiosk.domain.visit import Visit
from kiosk.locale import LANGUAGES, Translator
from kiosk.place import Place
from kiosk.services.admit_staff import audit_staff
from kiosk.services.browse_offers import Regions, is_demonstration, list_regions
from kiosk.services.hold_number import release_number
from kiosk.services.keep_visit import begin_visit, end_visit, keep_choices
from kiosk.services.shop import Shop
from kiosk.staff_way_out import ask_for_staff
from kiosk.terminal.double_taps import DoubleTaps
from kiosk.terminal.driver import Scanned
from kiosk.terminal.idle import IdleLimits
from kiosk.terminal.input_methods import InputMethods
from kiosk.terminal.lockdown import LockedApp
from screens.account.account_screen import AccountScreen
from screens.account.my_page import MyPageScreen
from screens.account.sign_in import SignInScreen
from screens.attract import AttractScreen
from screens.help.centre import HelpCentreScreen
from screens.help.passages import Passage
from screens.help.topic import TopicScreen
from screens.home import HomeScreen
from screens.idle_warning import IdleWarning
from screens.kiosk_screen import KioskScreen
from screens.number_purchase.steps import STEPS
from screens.orders.one_order import OneOrderScreen
from screens.scanning import take_scan
from screens.staff.brief_dialog import BriefDialog
from screens.step_screen import StepScreen
from screens.theme import CONTRAST, LIGHT
from widgets.field import FieldKind
from widgets.input_method import InputMethod
from widgets.repeat_guard import RepeatGuard

P = ParamSpec("P")
T = TypeVar("T")

_LARGE_CLASS = "-large"

_log = structlog.get_logger("kiosk.app")


class KioskApp(LockedApp):
    """The terminal of one shop; screens know it as their `Front`.

    `painted` is called once the first screen is on the terminal; `input_methods` begin to load then, and
    again at a later visit if that failed.
    """

    MODES: ClassVar[dict[str, str | Callable[[], Screen[Any]]]] = {"attract": AttractScreen, "visit": HomeScreen}

    def __init__(
        self,
        shop: Shop,
        place: Place,
        *,
        painted: Callable[[], None] | None = None,
        input_methods: InputMethods | None = None,
        propagate_crashes: bool = False,
    ) -> None:
        rules = shop.rules
        self._usual_idle = IdleLimits(rules.idle.total_seconds(), rules.idle_warning.total_seconds())
        self._large_idle = IdleLimits(
            max(rules.idle, rules.large_idle).total_seconds(), rules.large_idle_warning.total_seconds()
        )
        super().__init__(
            allow_quit=place.allow_quit,
            has_scanner=place.has_scanner,
            idle=self._usual_idle,
            propagate_crashes=propagate_crashes,
        )
        self._shop = shop
        self._place = place
        self._painted = painted
        self._input_methods = input_methods or InputMethods()
        self._tr = Translator(place.language)
        self._visit: Visit | None = None
        self._end_reason = "idle"
        self._regions = Regions((), ())
        self._demonstration = False
        self._large_shown = False
        self._double_taps = DoubleTaps()
        self._redraws = RepeatGuard()
        self._asking = Asking(self)

    # What screens may ask: see screens.front.Front. `has_scanner` and `touch` are LockedApp's.

    @property
    def shop(self) -> Shop:
        """The services' way into the shop."""
        return self._shop

    @property
    def tr(self) -> Translator:
        """The language people see now."""
        return self._tr

    @property
    def visit(self) -> Visit:
        """The visit under way; raises `LookupError` on the attract screen."""
        if self._visit is None:
            raise LookupError("nobody is at the terminal")
        return self._visit

    @property
    def regions(self) -> Regions:
        """Provinces and cities of the catalogue."""
        return self._regions

    @property
    def home_city(self) -> int:
        """The city this terminal stands in."""
        return self._place.city_adcode

    @property
    def home_shop(self) -> str | None:
        """The shop this terminal stands in."""
        return self._place.shop_code

    @property
    def is_demonstration(self) -> bool:
        """Whether the catalogue is made up, which must be said."""
        return self._demonstration

    @property
    def reduced_motion(self) -> bool:
        """Whether nothing may move."""
        return self._place.reduced_motion

    @property
    def payment_page(self) -> str | None:
        """The cashier's address when only this machine can open it; None where any phone can."""
        return self._place.payment_page

    @property
    def mall_url(self) -> str | None:
        """The public address of the web mall, for people to take away; None where there is none."""
        return self._place.mall_url

    def input_method(self, kind: FieldKind, places: Sequence[str] = ()) -> InputMethod | None:
        """A new input method for a field; None where letters go straight in."""
        return self._input_methods.method_for(kind, places)

    async def ask(self, service: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a service off the event loop; while the database is away, say so and try again."""
        return await self._asking.ask(service, *args, **kwargs)

    async def begin_visit(self) -> None:
        """The first touch: open a visit and show the home screen."""
        visit_id = await self.ask(begin_visit, self._shop, self._tr.language)
        self._visit = Visit(visit_id, self._tr.language, self._place.city_adcode)
        self._end_reason = "idle"
        self._input_methods.begin()
        await self.switch_mode(self.visit_mode)

    def end_visit(self, reason: str) -> None:
        """Give everything back, forget the person and show the attract screen."""
        self._end_reason = reason
        # What is done in the caller's context keeps it, and with it the screen, for as long as its task is known.
        contextvars.Context().run(self.forget_person)

    def show_home(self) -> None:
        """Leave the purchase and show the home screen; a held number goes back."""
        self._drop_purchase()
        while len(self.screen_stack) > 1:
            self.pop_screen()

    def show_step(self, step: Step) -> None:
        """Show the screen of a step; what lies over the step before it, or over the home screen, goes.

        An order stays below its payment, which leads back to it.
        """
        screen = STEPS[step]()
        while len(self.screen_stack) > 1 and not isinstance(self.screen, StepScreen | OneOrderScreen):
            self.pop_screen()
        if isinstance(self.screen, StepScreen):
            self.switch_screen(screen)
        else:
            self.push_screen(screen)

    def show_sign_in(self) -> None:
        """Ask who the person is, over the screen in sight."""
        self.push_screen(SignInScreen())

    def show_my_page(self) -> None:
        """Show what somebody who has signed in has here; whoever hasn't is asked to sign in first."""
        self.push_screen(SignInScreen() if self.visit.person is None else MyPageScreen())

    def signed_in(self, person: SignedIn) -> None:
        """Know the person, drop what was typed for it, and show again the screen from which it was begun."""
        self.visit.person = person
        self.visit.account_form = AccountForm()
        while isinstance(self.screen, AccountScreen):
            self.pop_screen()
        self._change_texts()

    def sign_out(self) -> None:
        """Forget the person and everything of theirs."""
        self.end_visit("left")

    def keep_choices(self) -> None:
        """Store what the visit has chosen so far, in the background."""
        visit = self.visit
        step = next((screen.STEP for screen in self.screen_stack if isinstance(screen, StepScreen)), "home")
        self._asking.in_background(keep_choices, self._shop, visit.visit_id, step, visit.language, visit.choices())

    def change_city(self, adcode: int) -> None:
        """Offer another city's numbers, tariffs and shops."""
        self.visit.city_adcode = adcode
        self._drop_purchase()
        self._change_texts()

    def _drop_purchase(self) -> None:
        """Begin afresh; a number that is only held goes back."""
        visit = self.visit
        purchase = visit.purchase
        if purchase.msisdn is not None and purchase.order_no is None:
            self._asking.in_background(release_number, self._shop, visit.visit_id, purchase.msisdn)
        visit.begin_purchase()

    def show_help(self, passage: Passage | None) -> None:
        """Open the help, at a passage if one is given, over the screen in sight."""
        self.push_screen(HelpCentreScreen() if passage is None else TopicScreen(passage, HelpCentreScreen))

    def change_language(self) -> None:
        """Switch between Chinese and English; nothing else changes. A double tap, on a button drawn anew, is one."""
        if not self._redraws.admits("language"):
            return
        following = LANGUAGES[(LANGUAGES.index(self._tr.language) + 1) % len(LANGUAGES)]
        self._tr = Translator(following)
        if self._visit is not None:
            self._visit.language = following
        self._change_texts()

    @property
    def large_print(self) -> bool:
        """Whether the person at the terminal asked for large print."""
        return self._visit is not None and self._visit.large_print

    def change_print(self) -> None:
        """Switch large print and high contrast on or off, for this visit; nothing else changes. A double tap is one."""
        if not self._redraws.admits("print"):
            return
        self.visit.large_print = not self.visit.large_print
        self._show_print(large=self.visit.large_print)
        self._change_texts()

    def _show_print(self, *, large: bool) -> None:
        self._large_shown = large
        for screen in self._all_screens():
            screen.set_class(large, _LARGE_CLASS)
        self.theme = CONTRAST.name if large else LIGHT.name
        self._idle.limit(self._large_idle if large else self._usual_idle)

    def _dress(self, screen: Screen[Any]) -> None:
        super()._dress(screen)
        screen.set_class(self._large_shown, _LARGE_CLASS)

    async def on_event(self, event: events.Event) -> None:
        """Drop the second half of a double tap when the first has brought another screen under the finger."""
        if isinstance(event, events.MouseDown | events.MouseUp) and self._double_taps.drops(event, self.screen):
            self.touch()
            return
        await super().on_event(event)

    def on_scanned(self, event: Scanned) -> None:
        """Hand a code to the screen in sight."""
        take_scan(self.screen, self._tr, event.text)

    # The modes and what happens between them: see kiosk.terminal.lockdown.LockedApp.

    async def on_mount(self) -> None:
        """Look the shop over, then wait for somebody."""
        self.register_theme(LIGHT)
        self.register_theme(CONTRAST)
        self.theme = LIGHT.name
        self._regions = await self.ask(list_regions, self._shop)
        self._demonstration = await self.ask(is_demonstration, self._shop)
        await self.switch_mode(self.attract_mode)
        if self._painted is not None:
            self.call_after_refresh(self._painted)
        self.call_after_refresh(self._input_methods.begin)

    async def before_forgetting(self) -> None:
        """Give everything back; what the database can't do now is done as soon as it can.

        The screens may still be drawing themselves from the visit: it goes when they have gone.
        """
        self._end_this_visit()
        self._asking.start_task(self._drop_visit(self._visit))

    async def _drop_visit(self, visit: Visit | None) -> None:
        await self.until_forgotten()
        if self._visit is visit:
            self._visit = None
        self._forget_what_lay_below()

    def _forget_what_lay_below(self) -> None:
        # Textual keeps the screens that lay below another in the context of whoever drew them, here the app itself.
        self.call_later(visible_screen_stack.set, [])

    def _end_this_visit(self) -> None:
        self._tr = Translator(self._place.language)
        self._show_print(large=False)
        if self._visit is not None:
            self._asking.in_background(end_visit, self._shop, self._visit.visit_id, self._end_reason)

    async def reset_after_crash(self, error: Exception) -> None:
        """The same, remembered as a crash, and at once."""
        self._end_reason = "crash"
        self._end_this_visit()
        self._visit = None
        self._forget_what_lay_below()

    async def on_leave(self) -> None:
        """Give back what is held before the program ends."""
        self._end_reason = "shutdown"
        self._end_this_visit()
        await self._asking.finish()

    async def on_idle_warning(self, seconds_left: int) -> None:
        """Offer more time."""
        if isinstance(self.screen, IdleWarning):
            self.screen.seconds_left = seconds_left
        else:
            await self.push_screen(IdleWarning(seconds_left))

    async def on_idle_back(self) -> None:
        """Somebody is there: take the offer away."""
        self._asking.end_notices(IdleWarning)

    async def on_idle_over(self) -> None:
        """Nobody is there any more."""
        self.end_visit("idle")

    # Staff.

    def listens_for_staff(self) -> bool:
        """While nobody is served and a PIN is configured."""
        is_open = self._place.staff_door is not None and not isinstance(self.screen, BriefDialog)
        return is_open and self.current_mode == self.attract_mode

    async def on_staff_sequence(self) -> None:
        """Ask for the PIN, and then what to do."""
        if self._place.staff_door is not None:
            await ask_for_staff(self, self._place.staff_door, self.note_staff)

    def note_staff(self, action: str) -> None:
        """Write it into the log at once, and into the audit as soon as the database takes it."""
        _log.info("staff", action=str(action))
        self._asking.in_background(audit_staff, self._shop, str(action))

    # Details.

    def _change_texts(self) -> None:
        is_hidden = False
        for screen in reversed(self.screen_stack):
            if isinstance(screen, KioskScreen):
                screen.is_stale = is_hidden
                if not is_hidden:
                    screen.call_later(screen.change_texts)
            is_hidden = is_hidden or not isinstance(screen, ModalScreen)
