"""A form about an account, in pages: what is asked together, and in large print one thing after another."""

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult

from screens.account.account_screen import AccountScreen
from screens.words import key_texts
from widgets.field import Field, FieldKind
from widgets.input_panel import InputPanel

Page = tuple[str, ...]
"""The ids of the parts of a form that are shown together."""


class FormScreen(AccountScreen):
    """Every key typed goes into the visit's `AccountForm` at once, so that no switch of anything loses it.

    A subclass yields its parts, each with an id; `pages` says which are shown together, `finish` what all of it is
    for. A `Field` whose id is the name of a field of `AccountForm` is kept there by itself.
    """

    def __init__(self) -> None:
        super().__init__()
        self.page = 0
        self._in_sight: Page = ()

    # What a subclass says

    def pages(self) -> Sequence[Page]:
        """The parts, as they are shown together: fewer at a time in large print."""
        return ()

    def all_parts(self) -> Sequence[Page]:
        """Every part, whether it is asked for now or not."""
        return self.pages()

    def allows_next(self) -> bool:
        """Whether the page in sight may be left forwards; says what is missing if not."""
        return True

    def finish(self) -> None:
        """What "next" does on the last page."""

    # What forms have in common

    def compose_last(self) -> ComposeResult:
        """The keys for what is typed."""
        yield InputPanel(key_texts(self.tr), method_for=self.front.input_method, letters_first=self.tr.language != "zh")

    def line(
        self,
        name: str,
        label: str,
        *,
        kind: FieldKind = FieldKind.TEXT,
        hint: str = "",
        required: bool = True,
        secret: bool = False,
        max_length: int = 64,
        passes: str = "",
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
            passes=passes,
            id=name,
        )

    def on_mount(self) -> None:
        """Begin at the first page."""
        self.show_page(self.page)

    async def on_screen_resume(self) -> None:
        """Show what was typed on another screen in the meantime."""
        for field in self.query(Field):
            kept = getattr(self.form, field.id or "", field.value)
            if kept != field.value:
                field.value = kept
                field.set_error(None)

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
        self._in_sight = shown = self.parts
        for part in (part for parts in self.all_parts() for part in parts):
            self.query_one(f"#{part}").display = part in shown
        self.show_question()
        if focus:
            self.call_after_refresh(self._focus_first)

    def show_part(self, name: str) -> None:
        """Show the page on which a part or a line is, and let typing go there."""
        self.show_page(self.page_of(name), focus=False)
        for field in self.query(f"#{name}").results(Field):
            self.call_after_refresh(field.focus_input)

    def page_of(self, name: str) -> int:
        """The page on which a part is, or a line in it; the one in sight for what is on none."""
        above = {node.id for node in self.query_one(f"#{name}").ancestors_with_self if node.id}
        return next((at for at, parts in enumerate(self.pages()) if not above.isdisjoint(parts)), self.page)

    def lines(self) -> list[Field]:
        """The lines of the page in sight that are kept in the form."""
        shown = [field for field in self.query(Field) if all(node.display for node in field.ancestors_with_self)]
        return [field for field in shown if field.id and hasattr(self.form, field.id)]

    @property
    def starts_typing(self) -> bool:
        """Whether a page begins with the keys: by touch, whoever sees a whole page first looks around."""
        return self.front.large_print or self.has_class("-keys")

    def _focus_first(self) -> None:
        if not self.is_attached:
            return
        empty = next((field for field in self.lines() if not field.value), None)
        if empty is not None and self.starts_typing:
            empty.focus_input()
        else:
            self.set_focus(None)

    async def change_texts(self) -> None:
        """Keep letters that are open and what was typed a breath ago; what is asked stays what is asked."""
        self.query_one(InputPanel).settle()
        self.keep_lines()
        # The other print has other pages already: what was on the one in sight tells its place there.
        asked = next(iter(self._in_sight), None)
        typing = self.focused and next((node for node in self.focused.ancestors if isinstance(node, Field)), None)
        await super().change_texts()
        if not self.is_attached or self._pruning or asked is None:
            return
        line = typing.id if typing is not None else None
        self.show_page(self.page_of(line or asked), focus=False)
        if line is not None:
            self.query_one(f"#{line}", Field).focus_input()

    def keep_lines(self) -> None:
        """Take over what the lines hold now: the last key may still be on its way here."""
        kept = {field.id: field.value for field in self.query(Field) if field.id and hasattr(self.form, field.id)}
        self.change(**kept)

    def clear_line(self, name: str) -> None:
        """Let a line be typed anew."""
        self.change(**{name: ""})
        self.query_one(f"#{name}", Field).value = ""

    def fault(self, name: str, text: str) -> None:
        """Say what is wrong with one line, at its place."""
        self.show_part(name)
        self.query_one(f"#{name}", Field).set_error(text)

    @on(Field.Changed)
    def typed(self, event: Field.Changed) -> None:
        """Keep every key; what was said before it is over."""
        name = event.field.id
        if name and getattr(self.form, name, event.field.value) != event.field.value:
            self.change(**{name: event.field.value})
            self.say(None)

    @on(Field.Submitted)
    def submitted(self, event: Field.Submitted) -> None:
        """Enter goes to the next line of the page, from the last one onwards."""
        lines = self.lines()
        place = lines.index(event.field) + 1 if event.field in lines else len(lines)
        if place < len(lines):
            lines[place].focus_input()
        else:
            self.action_next()

    @on(InputPanel.Filled)
    def filled(self, event: InputPanel.Filled) -> None:
        """Go on by itself from a line that takes no more."""
        self.line_filled(event.field, event.panel)

    def line_filled(self, _line: Field, panel: InputPanel) -> None:
        """What follows on a line that takes no more: the next one, which in large print is on the next page."""
        if self.front.large_print:
            self.action_next()
        else:
            panel.go_on()

    @on(InputPanel.Done)
    def typed_all(self, event: InputPanel.Done) -> None:
        """Go on from a line that was finished by the strong key."""
        self.line_done(event.field)

    def line_done(self, _line: Field) -> None:
        """What follows on the strong key: in large print the keys cover the way on, and closing them is it."""
        if self.front.large_print and self.query_one(InputPanel).field is None:
            self.action_next()

    def back(self) -> None:
        """The page before, or the screen below."""
        if self.page:
            self.show_page(self.page - 1)
        else:
            self.leave()

    def leave(self) -> None:
        """Show the screen below."""
        self.dismiss()

    def proceed(self) -> None:
        """The page after, or what all of it was for."""
        self.keep_lines()
        if not self.allows_next():
            return
        self.say(None)
        if self.is_last_page:
            self.finish()
        else:
            self.show_page(self.page + 1)
