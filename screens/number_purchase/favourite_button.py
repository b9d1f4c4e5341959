"""Keep the chosen number among one's favourites, or take it out again (SPEC 2.3)."""

from textual import on, work

from kiosk.domain.favourites import FavouriteKind
from kiosk.services.errors import ServiceError, TooManyFavourites
from kiosk.services.favourites import add_favourite, is_favourite, remove_favourite
from screens.front import Front
from screens.take_away import TakeAway
from widgets.tap_button import TapButton


class FavouriteButton(TapButton):
    """A star that is full once the number is kept; whoever hasn't signed in is shown how to take it away."""

    def __init__(self, msisdn: int, front: Front, *, hint: str, id: str) -> None:
        super().__init__(front.tr("☆ 收藏"), hint=hint, id=id)
        self._item = str(msisdn)
        self._front = front
        self._is_kept = False

    def on_mount(self) -> None:
        """Ask whether it is kept already."""
        if self._front.visit.person is not None:
            self._look()

    @work(exclusive=True)
    async def _look(self) -> None:
        front, person = self._front, self._front.visit.person
        if person is not None:
            is_kept = await front.ask(is_favourite, front.shop, person.account_id, FavouriteKind.NUMBER, self._item)
            self._show(is_kept=is_kept)

    @on(TapButton.Pressed)
    def _pressed(self, event: TapButton.Pressed) -> None:
        event.stop()
        if self._front.visit.person is None:
            self.app.push_screen(TakeAway())
        else:
            self._switch()

    @work(exclusive=True)
    async def _switch(self) -> None:
        front, person = self._front, self._front.visit.person
        if person is None:
            return
        service = remove_favourite if self._is_kept else add_favourite
        try:
            await front.ask(service, front.shop, person.account_id, FavouriteKind.NUMBER, self._item)
        except TooManyFavourites:
            self.label = front.tr("收藏已满")
        except ServiceError:
            self.disabled = True
        else:
            self._show(is_kept=not self._is_kept)

    def _show(self, *, is_kept: bool) -> None:
        self._is_kept = is_kept
        self.label = self._front.tr("★ 已收藏") if is_kept else self._front.tr("☆ 收藏")
