"""What a screen may ask of the app around it, so that screens never import the app or each other."""

from collections.abc import Callable, Sequence
from typing import ParamSpec, Protocol, TypeVar

from kiosk.domain.accounts import SignedIn
from kiosk.domain.journeys import Step
from kiosk.domain.visit import Visit
from kiosk.locale import Translator
from kiosk.services.browse_offers import Regions
from kiosk.services.shop import Shop
from screens.help.passages import Passage
from widgets.field import FieldKind
from widgets.input_method import InputMethod

P = ParamSpec("P")
T = TypeVar("T")


class Front(Protocol):
    """The app, as its screens know it."""

    @property
    def shop(self) -> Shop:
        """The services' way into the shop."""

    @property
    def tr(self) -> Translator:
        """The language people see now."""

    @property
    def visit(self) -> Visit:
        """The visit under way; raises `LookupError` on the attract screen."""

    @property
    def regions(self) -> Regions:
        """Provinces and cities of the catalogue."""

    @property
    def home_city(self) -> int:
        """The city this terminal stands in."""

    @property
    def home_shop(self) -> str | None:
        """The shop this terminal stands in."""

    @property
    def is_demonstration(self) -> bool:
        """Whether the catalogue is made up, which must be said."""

    @property
    def reduced_motion(self) -> bool:
        """Whether nothing may move."""

    @property
    def has_scanner(self) -> bool:
        """Whether people can be asked to scan something."""

    @property
    def payment_page(self) -> str | None:
        """The cashier's address when only this machine can open it; None where any phone can."""

    @property
    def mall_url(self) -> str | None:
        """The public address of the web mall, for people to take away; None where there is none."""

    def input_method(self, kind: FieldKind, places: Sequence[str] = ()) -> InputMethod | None:
        """A new input method for a field, which nobody has typed with; None where letters go straight in.

        The `places` are those that an address is likeliest to name.
        """

    async def ask(self, service: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a service off the event loop; while the database is away, say so and try again."""

    async def begin_visit(self) -> None:
        """The first touch: open a visit and show the home screen."""

    def end_visit(self, reason: str) -> None:
        """Give everything back, forget the person and show the attract screen."""

    def show_home(self) -> None:
        """Leave the purchase and show the home screen; a held number goes back."""

    def show_step(self, step: Step) -> None:
        """Show the screen of a step."""

    def show_sign_in(self) -> None:
        """Ask who the person is, over the screen in sight; it is shown again when they have said it, or won't."""

    def show_my_page(self) -> None:
        """Show what somebody who has signed in has here; whoever hasn't is asked to sign in first."""

    def signed_in(self, person: SignedIn) -> None:
        """Know the person from now on, and show again the screen from which signing in was begun."""

    def sign_out(self) -> None:
        """Forget the person and everything of theirs: it ends the visit."""

    def keep_choices(self) -> None:
        """Store what the visit has chosen so far, in the background."""

    def change_city(self, adcode: int) -> None:
        """Offer another city's numbers, tariffs and shops."""

    def show_help(self, passage: Passage | None) -> None:
        """Open the help, at a passage if one is given, over the screen in sight."""

    def change_language(self) -> None:
        """Switch between Chinese and English; nothing else changes."""

    @property
    def large_print(self) -> bool:
        """Whether fewer and larger things are shown, in high contrast, and with more time."""

    def change_print(self) -> None:
        """Switch large print on or off; nothing else changes."""

    def touch(self) -> None:
        """Count something else than a key or a tap as presence."""

    def note_staff(self, action: str) -> None:
        """Audit in the background what was done at the terminal's own door for staff."""
