"""The addresses that a signed-in person keeps: look at them, add one, take one out (SPEC 4.5)."""

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Static

from kiosk.domain.msisdn import mask_msisdn
from kiosk.domain.persons import mask_name
from kiosk.services.addresses import Address, list_addresses, remove_address
from screens.account.new_address import NewAddressScreen
from screens.address_words import place_name
from screens.headed_screen import HeadedScreen
from screens.help.passages import OWN_DATA
from widgets.action_bar import ActionBar
from widgets.choice_list import ChoiceList
from widgets.choice_table import ChoiceColumn, ChoiceRow
from widgets.message_line import MessageLine
from widgets.modal import Ask
from widgets.prose import Prose
from widgets.tap_button import TapButton


class AddressesScreen(HeadedScreen):
    """Names and telephones are masked: others may be looking on."""

    PASSAGE = OWN_DATA
    CSS_PATH = "addresses.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", show=False),
        Binding("enter", "add", show=False),
        Binding("x,X,delete", "press('remove')", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._kept: tuple[Address, ...] | None = None
        """None until they are known."""

    def compose(self) -> ComposeResult:
        """The addresses, or that there are none; taking one out between back and adding."""
        tr = self.tr
        yield from self.compose_header(tr("我的地址"))
        with Vertical(id="body"):
            yield Static(tr("保存在您账户里的地址"), id="question", markup=False)
            yield ChoiceList(
                [ChoiceColumn("", strong=True), ChoiceColumn("", align="right")],
                page_up=tr("上一页"),
                page_down=tr("下一页"),
                id="addresses",
            )
            with Vertical(id="nothing"):
                yield Prose(tr("还没有保存地址。"), id="nothing-text")
            yield MessageLine(id="message")
        yield ActionBar(
            tr("返回"), tr("添加地址"), middle=(TapButton(tr("删除"), hint="X", id="remove"),), id="actions"
        )

    def on_mount(self) -> None:
        """Let the keys start at the addresses."""
        self.query_one("#addresses").focus()

    def fill(self) -> None:
        """Ask what is kept."""
        self.show_kept()
        self.look()

    async def on_screen_resume(self) -> None:
        """One may have been added."""
        if self.is_whole:
            self.look()

    @work(exclusive=True, group="look")
    async def look(self) -> None:
        """Show what is kept now."""
        front, person = self.front, self.front.visit.person
        if person is not None:
            self._kept = await front.ask(list_addresses, front.shop, person.account_id)
        self.show_kept()

    def show_kept(self) -> None:
        """Draw the addresses, and what can be done with them."""
        tr, kept = self.tr, self._kept or ()
        choices = self.query_one("#addresses", ChoiceList)
        choices.set_rows([self._row(address) for address in kept], choices.chosen)
        limit = self.front.shop.rules.addresses_per_account
        is_full = len(kept) >= limit
        message = self.query_one("#message", MessageLine)
        if is_full:
            message.show(tr("最多保存 {limit} 个地址，请先删除一个。", limit=limit))
        else:
            message.clear()
        self.query_one("#actions", ActionBar).next_disabled = is_full or self._kept is None
        self.query_one("#remove").disabled = choices.chosen is None
        self.query_one("#remove").display = bool(kept)
        self.set_class(self._kept == (), "-nothing")

    def _row(self, address: Address) -> ChoiceRow:
        tr = self.tr
        place = place_name(tr, self.front.regions, address.district_adcode)
        where = tr("{place}{detail}", place=place, detail=f"{address.street}{address.detail}")
        return ChoiceRow(
            str(address.address_id), (mask_name(address.recipient), mask_msisdn(address.phone)), note=where
        )

    @on(ChoiceList.Chosen)
    def chosen(self) -> None:
        """It may be taken out now."""
        self.query_one("#remove").disabled = False

    @on(TapButton.Pressed, "#remove")
    @work(exclusive=True, group="remove")
    async def remove_chosen(self) -> None:
        """Ask, then keep the chosen address no longer."""
        front, tr, chosen = self.front, self.tr, self.query_one("#addresses", ChoiceList).chosen
        address = next((each for each in self._kept or () if str(each.address_id) == chosen), None)
        if address is None or address.address_id is None or front.visit.person is None:
            return
        question = Ask(tr("要删除这个地址吗？"), self._row(address).note, yes=tr("删除"), no=tr("保留"), danger=True)
        if await self.app.push_screen_wait(question):
            await front.ask(remove_address, front.shop, front.visit.person.account_id, address.address_id)
            self.query_one("#addresses", ChoiceList).select(None)
            self.look()

    def action_back(self) -> None:
        """Go back, by key."""
        self.query_one(ActionBar).press_back()

    def action_add(self) -> None:
        """Add one, by key."""
        self.query_one(ActionBar).press_next()

    @on(ActionBar.Next)
    def add(self) -> None:
        """Ask for another address."""
        self.app.push_screen(NewAddressScreen())

    @on(ActionBar.Back)
    def leave(self) -> None:
        """Show the screen below."""
        self.dismiss()
