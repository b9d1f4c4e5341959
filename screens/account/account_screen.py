"""A screen about an account: a form in pages, a line for what stands in the way, back and next."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Static

from kiosk.domain.account_form import AccountForm
from screens.kiosk_screen import KioskScreen
from screens.words import key_texts, print_label
from widgets.action_bar import ActionBar
from widgets.countdown import Countdown
from widgets.field import Field, FieldKind
from widgets.input_method import InputMethod
from widgets.input_panel import InputPanel
from widgets.message_line import MessageLevel, MessageLine
from widgets.tap_button import TapButton

Page = tuple[str, ...]
"""The ids of the parts of a form that are shown together."""


class AccountScreen(KioskScreen):
    """Every key typed goes into the visit's `AccountForm` at once, so that no switch of anything loses it.

    A subclass yields its parts, each with an id; `pages` says which are shown together. A `Field` whose id is the
    name of a field of `AccountForm` is kept by itself.
    """

    CSS_PATH = "account.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", show=False),
        Binding("enter", "next", show=False),
        Binding("l,L", "press('language')", show=False),
        Binding("z,Z", "press('print')", show=False),
    ]
    is_deciding = False
    """Whether a service is being asked; back and next wait for it."""

    def __init__(self) -> None:
        super().__init__()
        self.page = 0

    @property
    def form(self) -> AccountForm:
        """What has been typed so far."""
        return self.front.visit.account_form

    def change(self, **values: object) -> None:
        """Replace some of what was typed."""
        self.front.visit.account_form = replace(self.form, **values)  # type: ignore[arg-type]  # by name, as declared

    # What a subclass says

    def heading(self) -> str:
        """What this is about, in the header."""
        return ""

    def pages(self) -> Sequence[Page]:
        """The parts, as they are shown together: fewer at a time in large print."""
        return ()

    def question(self) -> str:
        """What is asked on the page in sight."""
        return ""

    def compose_form(self) -> ComposeResult:
        """The parts."""
        yield from ()

    def back_label(self) -> str | None:
        """The way back."""
        return self.tr("返回")

    def next_label(self) -> str | None:
        """The one next action."""
        return self.tr("下一步")

    def finish(self) -> None:
        """What "next" does on the last page."""

    def allows_next(self) -> bool:
        """Whether the page in sight may be left forwards; says what is missing if not."""
        return True

    # What they have in common

    def compose(self) -> ComposeResult:
        """Header, question, the parts, what stands in the way, back and next, and the keys."""
        tr = self.tr
        with Horizontal(id="header"):
            yield Static(self.heading(), id="name", markup=False)
            yield TapButton(tr.pick("English", "中文"), hint="L", id="language")
            yield TapButton(print_label(tr, large=self.front.large_print), hint="Z", id="print")
        yield Static(self.question(), id="question", markup=False)
        with VerticalScroll(id="form", can_focus=False):
            yield from self.compose_form()
        with Horizontal(id="trouble"):
            yield MessageLine(id="message")
            yield Countdown(
                tr("还要等 {minutes} 分钟"), self.front.shop.now, urgent=tr("还要等 {clock}"), over="", id="wait"
            )
        yield ActionBar(self.back_label(), self.next_label(), id="actions")
        yield InputPanel(key_texts(tr), method_for=self.method_for, letters_first=tr.language != "zh")

    def field(
        self,
        name: str,
        label: str,
        *,
        kind: FieldKind = FieldKind.TEXT,
        hint: str = "",
        required: bool = True,
        secret: bool = False,
        max_length: int = 64,
    ) -> Field:
        """A line to fill in, with what was typed into it before."""
        return Field(
            name,
            label,
            required=required,
            secret=secret,
            hint=hint,
            kind=kind,
            value=getattr(self.form, name),
            max_length=max_length,
            id=name,
        )

    def method_for(self, kind: FieldKind) -> InputMethod | None:
        """What a line is typed by."""
        return self.front.input_method(kind)

    def on_mount(self) -> None:
        """Begin at the page there is."""
        self.show_page(self.page)

    @property
    def parts(self) -> Page:
        """What the page in sight shows."""
        pages = self.pages()
        return pages[min(self.page, len(pages) - 1)] if pages else ()

    @property
    def is_last_page(self) -> bool:
        """Whether nothing more is asked."""
        return self.page >= len(self.pages()) - 1

    def show_page(self, page: int, *, focus: bool = True) -> None:
        """Show the parts of one page, and let typing start at its first empty line."""
        self.page = max(0, min(page, len(self.pages()) - 1))
        shown = self.parts
        for part in (part for parts in self.all_parts() for part in parts):
            self.query_one(f"#{part}").display = part in shown
        self.query_one("#question", Static).update(self.question())
        bar = self.query_one("#actions", ActionBar)
        bar.back, bar.next = self.back_label(), self.next_label()
        self.set_class(not self.is_last_page, "-goes-on")
        if focus:
            self.call_after_refresh(self._focus_first)

    def all_parts(self) -> Sequence[Page]:
        """Every part, whether the way chosen asks for it or not."""
        return self.pages()

    def show_part(self, part: str) -> None:
        """Show the page on which a part is, and let typing go there."""
        page = next((at for at, parts in enumerate(self.pages()) if part in parts), self.page)
        self.show_page(page, focus=False)
        for field in self.query(f"#{part}").results(Field):
            self.call_after_refresh(field.focus_input)

    def _focus_first(self) -> None:
        if not self.is_attached:
            return
        fields = [field for field in self.query(Field) if field.id in self.parts]
        empty = next((field for field in fields if not field.value), None)
        if empty is not None and (self.front.large_print or self.has_class("-keys")):
            empty.focus_input()
        else:
            self.set_focus(None)

    async def change_texts(self) -> None:
        """Keep letters that are open and what was typed a breath ago; what is asked stays what is asked."""
        self.query_one(InputPanel).settle()
        self.keep_fields()
        asked = self.parts[0] if self.parts else None
        typing = self.focused and next((node for node in self.focused.ancestors if isinstance(node, Field)), None)
        await super().change_texts()
        if self.is_attached and not self._pruning:
            wanted = typing.id if typing is not None and typing.id else asked
            pages = self.pages()
            page = next((at for at, parts in enumerate(pages) if wanted in parts), 0)
            self.show_page(page, focus=False)
            if typing is not None and typing.id:
                self.query_one(f"#{typing.id}", Field).focus_input()

    def keep_fields(self) -> None:
        """Take over what the fields hold now: the last key may still be on its way here."""
        kept = {field.id: field.value for field in self.query(Field) if field.id and hasattr(self.form, field.id)}
        self.change(**kept)

    @on(Field.Changed)
    def typed(self, event: Field.Changed) -> None:
        """Keep every key; what was said before it is over."""
        name = event.field.id
        if name and getattr(self.form, name, None) != event.field.value:
            self.change(**{name: event.field.value})
            self.say(None)

    @on(Field.Submitted)
    def submitted(self, event: Field.Submitted) -> None:
        """Enter goes to the next line of the page, from the last one onwards."""
        fields = [field for field in self.query(Field) if field.id in self.parts]
        place = fields.index(event.field) + 1 if event.field in fields else len(fields)
        if place < len(fields):
            fields[place].focus_input()
        else:
            self.action_next()

    @on(InputPanel.Filled)
    def filled(self, event: InputPanel.Filled) -> None:
        """Go on by itself from a line that takes no more."""
        event.panel.go_on()

    @on(InputPanel.Done)
    def typed_all(self) -> None:
        """In large print the keys cover the way on, and closing them is it."""
        if self.front.large_print and self.query_one(InputPanel).field is None:
            self.action_next()

    def say(
        self, text: str | None, level: MessageLevel = MessageLevel.WARNING, *, until: datetime | None = None
    ) -> None:
        """Say what stands in the way, and until when if the time alone removes it; None for nothing."""
        line = self.query_one("#message", MessageLine)
        if text is None:
            line.clear()
        else:
            line.show(text, level)
        self.query_one("#wait", Countdown).deadline = until

    @on(Countdown.Expired, "#wait")
    def waited(self) -> None:
        """Nothing stands in the way any more."""
        self.say(None)

    def fault(self, name: str, text: str) -> None:
        """Say what is wrong with one line, at its place."""
        self.show_part(name)
        self.query_one(f"#{name}", Field).set_error(text)

    @contextmanager
    def deciding(self) -> Iterator[None]:
        """While a service is being asked, nothing else of the screen does anything."""
        self.is_deciding = True
        try:
            yield
        finally:
            self.is_deciding = False

    def action_press(self, button: str) -> None:
        """Press a button by its key."""
        for each in self.query(f"#{button}").results(TapButton):
            each.press()

    def action_back(self) -> None:
        """Go back by key."""
        self.query_one("#actions", ActionBar).press_back()

    def action_next(self) -> None:
        """Go on by key."""
        self.query_one("#actions", ActionBar).press_next()

    @on(ActionBar.Back)
    def back_pressed(self) -> None:
        """The page before, or the screen below."""
        if self.is_deciding:
            return
        self.say(None)
        if self.page:
            self.show_page(self.page - 1)
        else:
            self.leave()

    def leave(self) -> None:
        """Show the screen below."""
        self.dismiss()

    @on(ActionBar.Next)
    def next_pressed(self) -> None:
        """The page after, or what all of it was for."""
        if self.is_deciding:
            return
        self.keep_fields()
        if not self.allows_next():
            return
        self.say(None)
        if self.is_last_page:
            self.finish()
        else:
            self.show_page(self.page + 1)

    @on(TapButton.Pressed, "#language")
    def language_pressed(self) -> None:
        """Switch the language; everything stays as it is."""
        self.front.change_language()

    @on(TapButton.Pressed, "#print")
    def print_pressed(self) -> None:
        """Switch large print; everything stays as it is."""
        self.front.change_print()
