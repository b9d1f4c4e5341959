"""Step 3: who will use the number, and at which shop the card is collected (SPEC 4.4, 4.5)."""

from collections.abc import Iterator
from pathlib import PurePath
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Container, Horizontal, Vertical, VerticalScroll
from textual.widgets import Static

from kiosk.domain.catalogue import Shop as Branch
from kiosk.domain.id_documents import ID_TYPE_BY_CODE, ID_TYPES, IdCheck
from kiosk.domain.journeys import Step
from kiosk.locale import Translator
from kiosk.services.browse_offers import Price, list_shops, price_purchase
from kiosk.services.contact_phone import contact_phone
from kiosk.services.errors import NotForSale, TooManyHolds, TooManyNumbers, VisitOver
from kiosk.services.register_customer import (
    CustomerField,
    CustomerInvalid,
    Fault,
    check_customer,
    register_customer,
)
from screens.number_purchase.customer_words import fault_text, id_type_name, limit_text
from screens.number_purchase.tariff_words import basket_line
from screens.step_screen import STEP_CSS, StepScreen
from screens.words import key_texts
from widgets.action_bar import ActionBar
from widgets.chip import Chip, ChipRow
from widgets.choice_list import ChoiceList
from widgets.choice_table import ChoiceColumn, ChoiceRow
from widgets.field import Field, FieldKind
from widgets.input_panel import InputPanel
from widgets.message_line import MessageLevel, MessageLine

_FIELDS = tuple(CustomerField)
_QUESTIONS = ("id-type", *_FIELDS, "shop")
"""In large print one of them is asked at a time."""


class CustomerScreen(StepScreen):
    """Every key typed goes into the visit at once, so that no change of step or language loses it."""

    STEP = Step.CUSTOMER
    CSS_PATH: ClassVar[list[str | PurePath]] = [STEP_CSS, "customer.tcss"]

    def __init__(self) -> None:
        super().__init__()
        self._price: Price | None = None
        self._shops: tuple[Branch, ...] = ()
        self._faults: dict[CustomerField, Fault] = {}
        self._question = 0

    def compose_body(self) -> ComposeResult:
        """The document, then the person and the shop side by side; one below the other where it is narrow."""
        tr, purchase = self.tr, self.purchase
        yield Static(self._question_text(), classes="question", markup=False)
        with VerticalScroll(id="form", can_focus=False):
            with Horizontal(id="id-type-label"):
                yield Static(tr("证件类型"), classes="label", markup=False)
                yield Static(tr("其他证件请到柜台办理"), classes="aside", markup=False)
            yield ChipRow(
                [
                    Chip(kind.code, id_type_name(tr, kind), selected=kind.code == purchase.id_type)
                    for kind in ID_TYPES
                    if kind.self_service
                ],
                id="id-type",
            )
            with Container(id="columns"):
                with Vertical(id="person"):
                    yield from self._fields()
                with Vertical(id="pickup"):
                    yield Static(tr("取卡营业厅"), classes="label", markup=False)
                    yield ChoiceList(
                        [ChoiceColumn("", strong=True), ChoiceColumn("", align="right")],
                        self._shop_rows(),
                        chosen=purchase.shop_code,
                        id="shops",
                    )
                    yield Static(tr("支付方式：手机扫码支付"), id="payment", markup=False)
        yield MessageLine(id="message")

    def _question_text(self) -> str:
        text = self.tr("请填写使用人的资料")
        return f"{text}  {self._question + 1} / {len(_QUESTIONS)}" if self.front.large_print else text

    def _fields(self) -> Iterator[Field]:
        tr, purchase = self.tr, self.purchase
        id_kind = ID_TYPE_BY_CODE[purchase.id_type].check
        yield Field(
            CustomerField.NAME,
            tr("姓名"),
            required=True,
            hint=self._name_hint(),
            kind=FieldKind.NAME,
            value=purchase.name,
            id=CustomerField.NAME,
        )
        yield Field(
            CustomerField.ID_NUMBER,
            tr("证件号码"),
            required=True,
            hint=tr("18 位，最后一位可能是 X"),
            kind=FieldKind.ID_NUMBER if id_kind is IdCheck.GB11643 else FieldKind.TEXT,
            value=purchase.id_number,
            max_length=18,
            id=CustomerField.ID_NUMBER,
        )
        yield Field(
            CustomerField.PHONE,
            tr("联系手机"),
            required=True,
            hint=tr("用来接收订单短信"),
            kind=FieldKind.PHONE,
            value=purchase.phone,
            max_length=11,
            id=CustomerField.PHONE,
        )

    def compose_last(self) -> ComposeResult:
        """The keys for what is typed."""
        yield InputPanel(key_texts(self.tr), method_for=self.front.input_method, letters_first=self.tr.language != "zh")

    def _name_hint(self) -> str:
        if self.front.input_method(FieldKind.NAME) is None:
            # The lexicon is still being read, or can't be.
            return self.tr("与证件一致；汉字请用键盘，或请店员输入")
        return self.tr("与证件一致；输入拼音，再选汉字")

    def basket_text(self) -> str:
        """The number, its tariff, and the amount so far."""
        msisdn = self.purchase.msisdn
        return "" if msisdn is None else basket_line(self.tr, msisdn, self._price)

    def on_mount(self) -> None:
        """Typing starts at the name; whoever comes back by touch first sees what is filled in."""
        self._ask(0)
        self.call_after_refresh(self._start_typing)

    def _start_typing(self) -> None:
        # The phone may be filled in already for whoever has signed in.
        is_empty = not (self.purchase.name or self.purchase.id_number)
        if self.front.large_print:
            # The question asked has the keys.
            return
        if self.is_attached and (is_empty or self.has_class("-keys")):
            self._focus(CustomerField.NAME)

    async def change_texts(self) -> None:
        """Keep letters that are open, and what was typed a breath ago, before the fields are drawn anew."""
        self.query_one(InputPanel).settle()
        self.change(**{field: self.query_one(f"#{field}", Field).value for field in _FIELDS})
        typing = self.focused and next((node for node in self.focused.ancestors if isinstance(node, Field)), None)
        await super().change_texts()
        if self.is_attached:
            # In large print, what is being typed is the question to be asked.
            self._ask(_QUESTIONS.index(typing.name or "") if typing else self._question)

    def fill(self) -> None:
        """Say again what is wrong, fill in what is known, and ask for the shops."""
        for field in _FIELDS:
            self._show_fault(field)
        self._fill_in_phone()
        self._fetch()

    @work(exclusive=True, group="phone")
    async def _fill_in_phone(self) -> None:
        """Whoever has signed in finds their phone filled in, unless something is typed there, and can change it."""
        front, person = self.front, self.front.visit.person
        if person is None or self.purchase.phone_offered:
            return
        phone = await front.ask(contact_phone, front.shop, person)
        field = self.query_one(f"#{CustomerField.PHONE}", Field)
        # Asked only now: a key may have come meanwhile.
        if phone and not field.value and not self.purchase.phone:
            field.value = phone
            self.change(phone=phone, phone_offered=True)

    @work(exclusive=True, group="fetch")
    async def _fetch(self) -> None:
        """The price for the basket, and the shops of the number's city, this terminal's first."""
        front, purchase = self.front, self.purchase
        if purchase.msisdn is None or purchase.tariff_code is None:
            return
        try:
            self._price = await front.ask(price_purchase, front.shop, purchase.msisdn, purchase.tariff_code)
        except NotForSale:
            self._say(self.tr("这个套餐刚刚停售，请返回上一步另选一个。"))
            self.query_one("#actions", ActionBar).next_disabled = True
            return
        self.refresh_basket()
        branches = await front.ask(list_shops, front.shop, self._price.number.city_adcode)
        self._shops = tuple(sorted(branches, key=lambda branch: branch.code != front.home_shop))
        if self._shops and all(branch.code != self.purchase.shop_code for branch in self._shops):
            self.change(shop_code=self._shops[0].code)
        self.query_one("#shops", ChoiceList).set_rows(self._shop_rows(), self.purchase.shop_code)
        if not self._shops:
            self._say(self.tr("这个城市暂时没有可以取卡的营业厅，请返回换一个城市。"))
            self.query_one("#actions", ActionBar).next_disabled = True

    def _shop_rows(self) -> list[ChoiceRow]:
        tr, here = self.tr, self.front.home_shop
        return [shop_row(tr, branch, here=branch.code == here) for branch in self._shops]

    @on(Field.Changed)
    def typed(self, event: Field.Changed) -> None:
        """Keep every key; a field that has just been drawn again tells what it held before, with its fault."""
        field = CustomerField(event.field.name or "")
        # Not the event's: on a busy machine that may be several keys old.
        value = event.field.value
        if value == getattr(self.purchase, field):
            self._show_fault(field)
            return
        self._faults.pop(field, None)
        self.change(**{field: value})
        self.query_one("#message", MessageLine).clear()

    @on(Field.Left)
    def left(self, event: Field.Left) -> None:
        """Judge what was filled in, not what is still empty."""
        if event.value:
            self._judge(CustomerField(event.field.name or ""))

    @on(Field.Submitted)
    def submitted(self, event: Field.Submitted) -> None:
        """Enter goes to the next field, from the last one onwards."""
        place = _FIELDS.index(CustomerField(event.field.name or "")) + 1
        if place < len(_FIELDS) and not self.front.large_print:
            self._focus(_FIELDS[place])
        else:
            self.action_next()

    @on(InputPanel.Filled)
    @work(exclusive=True, group="filled")
    async def filled(self, event: InputPanel.Filled) -> None:
        """Go on by itself from a number that is complete and right; stay at one that is wrong, and say so."""
        field = CustomerField(event.field.name or "")
        self.change(**{field: event.field.value})
        judged = self.purchase
        await self._judge_now(field)
        if self.purchase != judged or field in self._faults or event.panel.field is not event.field:
            return
        if self.front.large_print:
            self.action_next()
        else:
            event.panel.go_on()

    @on(InputPanel.Done)
    def typed_all(self) -> None:
        """In large print the keys cover the way on, and closing them is it."""
        if self.front.large_print:
            self.next_pressed()

    @on(ChipRow.Changed, "#id-type")
    def id_type_changed(self, event: ChipRow.Changed) -> None:
        """Another kind of document; one is always chosen."""
        event.row.select(event.key)
        self.change(id_type=event.key)
        if self.purchase.id_number:
            self._judge(CustomerField.ID_NUMBER)

    @on(ChoiceList.Chosen, "#shops")
    def shop_chosen(self, event: ChoiceList.Chosen) -> None:
        """Collect at this shop."""
        self.change(shop_code=event.key)

    def proceed(self) -> None:
        """Check everything, tie the visit to the person, and go on; in large print, question by question."""
        if self.front.large_print and self._question + 1 < len(_QUESTIONS):
            self._finish_question()
        else:
            self._register()

    def back(self) -> None:
        """Go back, in large print to the question before."""
        if self.front.large_print and self._question:
            self._ask(self._question - 1)
        else:
            self.go_back()

    @work(exclusive=True, group="question")
    async def _finish_question(self) -> None:
        """Go on to the next question, unless something is wrong with what this one was answered."""
        asked = self._question
        name = _QUESTIONS[asked]
        field = CustomerField(name) if name in _FIELDS else None
        if field is not None:
            # The last key may still be on its way here.
            self.change(**{field: self.query_one(f"#{field}", Field).value})
        faults = {} if field is None else await self._faults_now()
        if self._question != asked:
            # Left meanwhile, by the way back.
            return
        if field is not None and field in faults:
            self._faults[field] = faults[field]
            self._show_fault(field)
        else:
            self._ask(asked + 1)

    def _ask(self, place: int) -> None:
        """Ask one question in large print, with its keys; else all of them are there."""
        self._question = place
        for at, name in enumerate(_QUESTIONS):
            self.set_class(at == place, f"-asks-{name}")
        if not self.front.large_print:
            return
        self.query_one(".question", Static).update(self._question_text())
        name = _QUESTIONS[place]
        if name in _FIELDS:
            # Only what is shown can take the keys.
            self.call_after_refresh(self.query_one(f"#{name}", Field).focus_input)
        else:
            self.set_focus(None)

    @work(group="judge")
    async def _judge(self, field: CustomerField) -> None:
        """Say what is wrong with one field."""
        await self._judge_now(field)

    async def _judge_now(self, field: CustomerField) -> None:
        # Unless something has changed meanwhile.
        judged = self.purchase
        faults = await self._faults_now()
        if self.purchase == judged:
            self._faults.pop(field, None)
            if field in faults:
                self._faults[field] = faults[field]
            self._show_fault(field)

    @work(exclusive=True, group="register")
    async def _register(self) -> None:
        front, purchase = self.front, self.purchase
        try:
            customer = await front.ask(
                check_customer,
                front.shop,
                name=purchase.name,
                id_type=purchase.id_type,
                id_number=purchase.id_number,
                phone=purchase.phone,
            )
            await front.ask(register_customer, front.shop, front.visit.visit_id, customer)
        except CustomerInvalid as invalid:
            self._faults = dict(invalid.faults)
            for field in _FIELDS:
                self._show_fault(field)
            self._focus(next(field for field in _FIELDS if field in invalid.faults))
        except (TooManyHolds, TooManyNumbers) as refusal:
            self._say(limit_text(self.tr, refusal))
        except VisitOver:
            self._say(self.tr("本次办理已结束，请点右上角重新开始。"))
        else:
            self.change(name=customer.name, id_number=customer.id_number, phone=str(customer.phone))
            self.go_on()

    async def _faults_now(self) -> dict[CustomerField, Fault]:
        front, purchase = self.front, self.purchase
        try:
            await front.ask(
                check_customer,
                front.shop,
                name=purchase.name,
                id_type=purchase.id_type,
                id_number=purchase.id_number,
                phone=purchase.phone,
            )
        except CustomerInvalid as invalid:
            return invalid.faults
        return {}

    def _show_fault(self, field: CustomerField) -> None:
        fault = self._faults.get(field)
        self.query_one(f"#{field}", Field).set_error(None if fault is None else fault_text(self.tr, fault))

    def _focus(self, field: CustomerField) -> None:
        self._ask(_QUESTIONS.index(field))
        self.query_one(f"#{field}", Field).focus_input()

    def _say(self, text: str) -> None:
        self.query_one("#message", MessageLine).show(text, MessageLevel.WARNING)


def shop_row(tr: Translator, branch: Branch, *, here: bool) -> ChoiceRow:
    """A shop: name, where it is, when it is open; this one says so."""
    name = tr.pick(branch.name_zh, branch.name_en)
    return ChoiceRow(
        branch.code,
        (tr("{name} · 本店", name=name) if here else name, branch.hours),
        note=tr.pick(branch.address_zh, branch.address_en),
    )
