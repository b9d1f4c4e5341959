"""Choose the city whose numbers, tariffs and shops are offered (SPEC 2.2)."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from screens.kiosk_screen import KioskScreen
from widgets.action_bar import ActionBar
from widgets.chip import Chip, ChipRow


class RegionScreen(KioskScreen):
    """The province's cities, all on one screen; touching one returns to where the person came from."""

    CSS_PATH = "region.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "back", show=False)]

    def compose(self) -> ComposeResult:
        """The question and the cities."""
        tr = self.tr
        regions, chosen = self.front.regions, self.front.visit.city_adcode
        yield Static(tr("请选择城市"), id="question", markup=False)
        for province in regions.provinces:
            yield Static(tr.pick(province.name_zh, province.name_en), classes="province", markup=False)
            yield ChipRow(
                [
                    Chip(str(city.adcode), tr.pick(city.name_zh, city.name_en), selected=city.adcode == chosen)
                    for city in regions.cities
                    if city.province_adcode == province.adcode
                ]
            )
        yield Static(tr("号码、套餐和取卡营业厅都按城市提供。"), classes="note", markup=False)
        yield ActionBar(tr("返回"), None, id="actions")

    def on_mount(self) -> None:
        """Let the keys start at the cities."""
        self.query_one(ChipRow).focus()

    def action_back(self) -> None:
        """Return without a change, by key."""
        self.query_one(ActionBar).press_back()

    @on(ActionBar.Back)
    def leave(self) -> None:
        """Return without a change."""
        self.dismiss()

    @on(ChipRow.Changed)
    def choose(self, event: ChipRow.Changed) -> None:
        """Take the city and return."""
        if event.selected:
            self.front.change_city(int(event.key))
        self.dismiss()
