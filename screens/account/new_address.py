"""An address to be kept: city, district and street, then who, which telephone, and where exactly (SPEC 4.5)."""

from collections.abc import Sequence
from typing import Final

from textual import on, work
from textual.app import ComposeResult

from kiosk.services.addresses import AddressField, AddressInvalid, add_address, check_address
from kiosk.services.browse_offers import list_shops
from kiosk.services.divisions import Street, list_streets
from kiosk.services.errors import AccountOver, TooManyAddresses
from screens.account.form_screen import FormScreen, Page
from screens.address_words import address_fault_text, place_name
from screens.help.passages import OWN_DATA
from screens.words import key_texts
from widgets.chip import Chip, ChipRow
from widgets.chip_pages import ChipPages
from widgets.field import Field, FieldKind
from widgets.input_method import InputMethod
from widgets.input_panel import InputPanel

_LINES: Final[Page] = ("recipient", "recipient_phone", "detail")
_PART_OF: Final = {
    AddressField.RECIPIENT: "recipient",
    AddressField.PHONE: "recipient_phone",
    AddressField.DISTRICT: "district",
    AddressField.STREET: "street",
    AddressField.DETAIL: "detail",
}
_UNLISTED: Final = "unlisted"
"""The chip of whoever doesn't find their street."""


class NewAddressScreen(FormScreen):
    """Touching a district goes on to its streets, touching one to the lines; large print asks one thing at a time."""

    PASSAGE = OWN_DATA

    def __init__(self) -> None:
        super().__init__()
        self._city: int | None = None
        self._shops: tuple[str, ...] = ()
        self._streets: tuple[int | None, tuple[Street, ...]] = (None, ())
        """Those that were read last, with their district."""

    def heading(self) -> str:
        """What this is about."""
        return self.tr("添加地址")

    def pages(self) -> Sequence[Page]:
        """Where, then the lines; a district whose streets aren't known is asked for none."""
        street: list[Page] = [("street",)] if self.streets or self.form.district_adcode is None else []
        if self.front.large_print:
            return [("city",), ("district",), *street, *((line,) for line in _LINES)]
        return [("city", "district"), *street, _LINES]

    def all_parts(self) -> Sequence[Page]:
        """With the streets."""
        return [*self.pages(), ("street",)]

    def question(self) -> str:
        """What the page in sight asks, with the place once it is chosen."""
        tr, district = self.tr, self.form.district_adcode
        if "city" in self.parts:
            return tr("请选择城市和区县") if "district" in self.parts else tr("请选择城市")
        if "district" in self.parts or district is None:
            return tr("请选择区县")
        if "street" in self.parts:
            return tr("{place}：请选择街道或乡镇", place=place_name(tr, self.front.regions, district))
        place = place_name(tr, self.front.regions, district, self.form.street or "")
        return tr("收件地区：{place}", place=place)

    def next_label(self) -> str | None:
        """The last page keeps the address."""
        return self.tr("保存地址") if self.is_last_page else self.tr("下一步")

    @property
    def city(self) -> int:
        """The city whose districts are offered: at first the one around the person."""
        front = self.front
        if self._city is None:
            wanted = (front.visit.city_adcode, front.home_city)
            offered = {district.city_adcode for district in front.regions.districts}
            self._city = next((city for city in wanted if city in offered), min(offered, default=0))
        return self._city

    @property
    def streets(self) -> tuple[Street, ...]:
        """The streets of the chosen district."""
        district = self.form.district_adcode
        if self._streets[0] != district:
            self._streets = (district, () if district is None else list_streets(district))
        return self._streets[1]

    def compose_body(self) -> ComposeResult:
        """Cities, districts and streets as chips, the lines as fields."""
        tr = self.tr
        yield ChipRow(self._city_chips(), id="city")
        yield ChipRow(self._district_chips(), id="district")
        yield ChipPages(self._street_chips(), page_up=tr("上一页"), page_down=tr("下一页"), id="street")
        yield self.line(
            "recipient", tr("收件人姓名"), kind=FieldKind.NAME, hint=tr("输入拼音，再选汉字"), max_length=30
        )
        yield self.line("recipient_phone", tr("收件人手机"), kind=FieldKind.PHONE, max_length=11)
        yield self.line(
            "detail",
            tr("详细地址"),
            kind=FieldKind.PLACE,
            hint=tr("道路、小区、楼号和房间号"),
            max_length=60,
        )

    def _city_chips(self) -> list[Chip]:
        tr, regions = self.tr, self.front.regions
        return [
            Chip(str(city.adcode), tr.pick(city.name_zh, city.name_en), selected=city.adcode == self.city)
            for city in regions.cities
            if regions.districts_of(city.adcode)
        ]

    def _district_chips(self) -> list[Chip]:
        tr, chosen = self.tr, self.form.district_adcode
        return [
            Chip(str(each.adcode), tr.pick(each.name_zh, each.name_en), selected=each.adcode == chosen)
            for each in self.front.regions.districts_of(self.city)
        ]

    def _street_chips(self) -> list[Chip]:
        chosen = self.form.street
        chips = [Chip(str(each.code), each.name_zh, selected=each.name_zh == chosen) for each in self.streets]
        return [*chips, Chip(_UNLISTED, self.tr("列表中没有"), selected=chosen == "")]

    def compose_last(self) -> ComposeResult:
        """The keys for what is typed, which know the places around."""
        yield InputPanel(key_texts(self.tr), method_for=self.method_for, letters_first=self.tr.language != "zh")

    def method_for(self, kind: FieldKind) -> InputMethod | None:
        """Names of the city's districts and shops come first where an address is typed."""
        districts = self.front.regions.districts_of(self.city)
        near = sorted(districts, key=lambda district: district.adcode != self.form.district_adcode)
        return self.front.input_method(kind, [*(district.name_zh for district in near), *self._shops])

    def fill(self) -> None:
        """Know the city's shops, which people name when they say where they live."""
        self.fetch_shops()

    @work(exclusive=True, group="shops")
    async def fetch_shops(self) -> None:
        """Ask for the city's shops."""
        shops = await self.front.ask(list_shops, self.front.shop, self.city)
        self._shops = tuple(shop.name_zh for shop in shops)

    @on(ChipRow.Changed, "#city")
    def city_chosen(self, event: ChipRow.Changed) -> None:
        """Offer the districts of another city; in large print they are the next question."""
        event.row.select(event.key)
        if int(event.key) != self.city:
            self._city = int(event.key)
            self.change(district_adcode=None, street=None)
            self.query_one("#district", ChipRow).set_chips(self._district_chips())
            self.fetch_shops()
        if self.front.large_print:
            self.next_pressed()

    @on(ChipRow.Changed, "#district")
    def district_chosen(self, event: ChipRow.Changed) -> None:
        """The choice goes on by itself, to the streets of that district."""
        event.row.select(event.key)
        if int(event.key) != self.form.district_adcode:
            self.change(district_adcode=int(event.key), street=None)
            self.query_one("#street", ChipPages).set_chips(self._street_chips())
        self.next_pressed()

    @on(ChipRow.Changed, "#street ChipRow")
    def street_chosen(self, event: ChipRow.Changed) -> None:
        """The choice goes on by itself."""
        event.row.select(event.key)
        self.change(street=next((each.name_zh for each in self.streets if str(each.code) == event.key), ""))
        self.next_pressed()

    def show_page(self, page: int, *, focus: bool = True) -> None:
        """On a keyboard, streets are chosen without looking for them first."""
        super().show_page(page, focus=focus)
        if focus and "street" in self.parts and self.has_class("-keys"):
            self.call_after_refresh(self.query_one("#street", ChipPages).row.focus)

    def line_filled(self, _line: Field, panel: InputPanel) -> None:
        """A telephone number that is complete goes on by itself, in large print to the next question."""
        if self.front.large_print:
            self.action_next()
        else:
            panel.go_on()

    def allows_next(self) -> bool:
        """A place must be chosen before anything is typed."""
        if "district" in self.parts and self.form.district_adcode is None:
            self.say(self.tr("请选择区县"))
            return False
        if "street" in self.parts and self.form.street is None:
            self.say(self.tr("请选择街道或乡镇"))
            return False
        return True

    def finish(self) -> None:
        """Keep the address."""
        self.keep()

    @work(exclusive=True, group="keep")
    async def keep(self) -> None:
        """Check all of it, and keep it or say what is wrong at its place."""
        front, tr, form, person = self.front, self.tr, self.form, self.front.visit.person
        if person is None:
            return
        try:
            with self.deciding():
                address = await front.ask(
                    check_address,
                    front.shop,
                    recipient=form.recipient,
                    phone=form.recipient_phone,
                    district_adcode=form.district_adcode,
                    street=form.street or "",
                    detail=form.detail,
                )
                await front.ask(add_address, front.shop, person.account_id, address)
        except AddressInvalid as invalid:
            self._show_faults(invalid)
        except TooManyAddresses as refusal:
            self.say(tr("最多保存 {limit} 个地址，请先删除一个。", limit=refusal.limit))
        except AccountOver:
            self.say(tr("这个账户已经注销。"))
        else:
            self.leave()

    def _show_faults(self, invalid: AddressInvalid) -> None:
        """Each at its line, the first one in sight."""
        for field, fault in reversed(invalid.faults.items()):
            text = address_fault_text(self.tr, fault)
            if field in {AddressField.DISTRICT, AddressField.STREET}:
                self.show_part(_PART_OF[field])
                self.say(text)
            else:
                self.fault(_PART_OF[field], text)

    def leave(self) -> None:
        """Show the screen below; nothing typed stays."""
        self.change(recipient="", recipient_phone="", district_adcode=None, street=None, detail="")
        self.dismiss()
