"""Choose the city whose numbers, tariffs and shops are offered (SPEC 2.2)."""

from collections.abc import Iterator
from typing import ClassVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from kiosk.domain.catalogue import City, Province
from kiosk.domain.msisdn import group_msisdn
from screens.headed_screen import HeadedScreen
from screens.help.passages import CHOOSING_A_CITY
from screens.words import help_label, print_label
from widgets.action_bar import ActionBar
from widgets.chip import Chip, ChipRow
from widgets.field import FieldKind
from widgets.modal import Ask
from widgets.tap_button import TapButton


class RegionScreen(HeadedScreen):
    """The provinces, and the cities of one; touching a city returns to where the person came from.

    On a keyboard a city is also found by its pinyin or its initials, in whichever province it is; so language and
    print have the digits that they have at home.
    """

    PASSAGE = CHOOSING_A_CITY
    CSS_PATH = "region.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", show=False),
        Binding("8", "press('language')", show=False),
        Binding("9", "change_print", show=False),
        Binding("down", "app.focus_next", show=False),
        Binding("up", "app.focus_previous", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._province: int | None = None
        self._letters = ""

    def compose(self) -> ComposeResult:
        """The question in the header, the provinces, the cities of the chosen one."""
        tr = self.tr
        yield from self.compose_header(tr("请选择城市"))
        yield ChipRow(self._province_chips(), id="provinces")
        yield ChipRow(self._city_chips(), id="cities")
        yield Static(tr("号码、套餐和取卡营业厅都按城市提供。"), classes="note", markup=False)
        yield Static(self._letters_text(), id="letters", markup=False)
        yield ActionBar(tr("返回"), None, id="actions")

    def header_buttons(self) -> Iterator[TapButton]:
        """Language, print and help, none of them by a letter."""
        tr = self.tr
        yield TapButton(tr.pick("English", "中文"), hint="8", id="language")
        yield TapButton(print_label(tr, large=self.front.large_print), hint="9", id="print")
        yield TapButton(help_label(tr), short="?", id="help")

    @property
    def province(self) -> int:
        """Whose cities are shown: at first those around the city there is."""
        if self._province is None:
            self._province = self.front.regions.city(self.front.visit.city_adcode).province_adcode
        return self._province

    def _provinces(self) -> list[Province]:
        """The terminal's own first."""
        regions = self.front.regions
        home = regions.city(self.front.home_city).province_adcode
        return sorted(regions.provinces, key=lambda province: province.adcode != home)

    def _province_chips(self) -> list[Chip]:
        tr, provinces = self.tr, self._provinces()
        return [
            Chip(str(each.adcode), tr.pick(each.name_zh, each.name_en), selected=each.adcode == self.province)
            for each in provinces
        ]

    def _city_chips(self) -> list[Chip]:
        tr, chosen = self.tr, self.front.visit.city_adcode
        return [
            Chip(str(city.adcode), tr.pick(city.name_zh, city.name_en), selected=city.adcode == chosen)
            for city in self._cities()
        ]

    def _cities(self) -> list[City]:
        regions = self.front.regions
        if not self._letters:
            return list(regions.cities_of(self.province))
        by_name = {city.name_zh: city for city in regions.cities}
        method = self.front.input_method(FieldKind.PLACE, tuple(by_name))
        if method is None:
            return [city for city in regions.cities if city.name_en.lower().startswith(self._letters)]
        for letter in self._letters:
            typed = method.feed(letter)
        return [by_name[name] for name in typed.candidates if name in by_name]

    def _letters_text(self) -> str:
        if self._letters:
            return self.tr("正在查找：{letters}", letters=self._letters)
        return self.tr("键盘可以输入拼音或首字母查找")

    def on_mount(self) -> None:
        """Let the keys start at the cities."""
        self.query_one("#cities").focus()

    def on_key(self, event: events.Key) -> None:
        """Look for a city by letters."""
        if event.key == "backspace":
            self._look_for(self._letters[:-1])
        # Letters spell cities here: none of them may press a button as well.
        elif event.character is not None and event.character.isascii() and event.character.isalpha():
            event.stop()
            self._look_for(self._letters + event.character.lower())

    def _look_for(self, letters: str) -> None:
        before, self._letters = self._letters, letters
        if not self._cities():
            # A letter that leads nowhere isn't typed.
            self._letters = before
        self.query_one("#cities", ChipRow).set_chips(self._city_chips())
        self.query_one("#cities", ChipRow).cursor = 0
        self.query_one("#letters", Static).update(self._letters_text())

    @on(ChipRow.Changed, "#provinces")
    def show_province(self, event: ChipRow.Changed) -> None:
        """Show another province's cities."""
        event.row.select(event.key)
        self._province = int(event.key)
        self._look_for("")

    @on(ChipRow.Changed, "#cities")
    def choose(self, event: ChipRow.Changed) -> None:
        """Take the city and return."""
        event.row.select(event.key)
        if int(event.key) == self.front.visit.city_adcode:
            self.dismiss()
        else:
            self.take(int(event.key))

    @work(exclusive=True, group="take")
    async def take(self, adcode: int) -> None:
        """Change the city; a number that is held for this person is only given up when they agree."""
        tr, purchase = self.tr, self.front.visit.purchase
        if purchase.msisdn is not None and purchase.order_no is None:
            question = Ask(
                tr("要更换城市吗？"),
                tr("为您保留的 {number} 会放回。", number=group_msisdn(purchase.msisdn)),
                yes=tr("更换城市"),
                no=tr("保留号码"),
                danger=True,
            )
            if not await self.app.push_screen_wait(question):
                self.query_one("#cities", ChipRow).set_chips(self._city_chips())
                return
        self.front.change_city(adcode)
        self.dismiss()

    def action_back(self) -> None:
        """Return without a change, by key."""
        self.query_one(ActionBar).press_back()

    @on(ActionBar.Back)
    def leave(self) -> None:
        """Return without a change."""
        self.dismiss()
