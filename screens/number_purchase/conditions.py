"""The conditions of a number search: a few as chips beside the list, all of them on a screen of their own."""

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar, cast

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from kiosk.domain.number_query import PRICE_BANDS, ChoiceCounts, NumberQuery, NumberSort, PriceBand, QueryInvalid
from kiosk.domain.patterns import PATTERNS, PLAIN
from kiosk.locale import Translator
from kiosk.services.search_numbers import count_choices
from screens.front import Front
from screens.theme import HORIZONTAL_BREAKPOINTS, VERTICAL_BREAKPOINTS
from screens.words import key_texts, pattern_name, short_yuan
from widgets.action_bar import ActionBar
from widgets.chip import Chip, ChipRow
from widgets.field import Field, FieldKind
from widgets.input_panel import InputPanel
from widgets.tap_button import TapButton

MORE = "more"
_NO_4 = "no_4"
_QUICK_PATTERNS = ("AAA", "AABB", "ABAB", "ABCD", "BIRTHDAY")
_LARGE_PATTERNS = ("AABB",)


def quick_chips(tr: Translator, query: NumberQuery, counts: ChoiceCounts | None, *, large: bool = False) -> list[Chip]:
    """The conditions asked for most, each with what it would leave; in large print three, and all the others."""
    patterns = _LARGE_PATTERNS if large else _QUICK_PATTERNS
    chips = [Chip(_NO_4, tr("不含4"), counts.no_4 if counts else None, query.no_4)]
    chips += [
        Chip(code, pattern_name(tr, code), counts.patterns[code] if counts else None, code in query.patterns)
        for code in patterns
    ]
    band = PRICE_BANDS[0]
    count = counts.price_bands[band] if counts else None
    chips.append(Chip(_band_key(band), band_name(tr, band), count, _has_band(query, band)))
    chips.append(Chip(MORE, tr("更多条件"), selected=_has_hidden_conditions(query, patterns)))
    return chips


def switch_quick(query: NumberQuery, key: str, *, on: bool) -> NumberQuery:
    """The query with one condition switched."""
    if key == _NO_4:
        return replace(query, no_4=on)
    for band in PRICE_BANDS:
        if key == _band_key(band):
            chosen = band if on else PriceBand(None, None)
            return replace(query, price_min_fen=chosen.min_fen, price_max_fen=chosen.max_fen)
    return replace(query, patterns=query.patterns | {key} if on else query.patterns - {key})


def without_conditions(query: NumberQuery) -> NumberQuery:
    """A query for anything at all in the same city, in the same order."""
    return NumberQuery(city_adcode=query.city_adcode, sort=query.sort, seed=query.seed, include_held=True)


def band_name(tr: Translator, band: PriceBand) -> str:
    """A price band as a chip says it."""
    if band.min_fen is None and band.max_fen is not None:
        return tr("≤{amount}", amount=short_yuan(band.max_fen))
    if band.max_fen is None and band.min_fen is not None:
        return tr(">{amount}", amount=short_yuan(band.min_fen - 1))
    return tr("{least}–{most}", least=short_yuan((band.min_fen or 1) - 1), most=short_yuan(band.max_fen or 0))


def _band_key(band: PriceBand) -> str:
    return f"band-{band.min_fen}-{band.max_fen}"


def _has_band(query: NumberQuery, band: PriceBand) -> bool:
    return (query.price_min_fen, query.price_max_fen) == (band.min_fen, band.max_fen)


def _has_hidden_conditions(query: NumberQuery, shown: Sequence[str]) -> bool:
    other_band = (query.price_min_fen or query.price_max_fen) and not _has_band(query, PRICE_BANDS[0])
    other_pattern = query.patterns - set(shown)
    return bool(query.prefixes or query.contains or query.tail or other_pattern or other_band)


class ConditionsScreen(ModalScreen[NumberQuery | None]):
    """Every condition there is, each with what it would leave; returns the query, None when nothing is to change."""

    CSS_PATH = "conditions.tcss"
    HORIZONTAL_BREAKPOINTS = HORIZONTAL_BREAKPOINTS
    VERTICAL_BREAKPOINTS = VERTICAL_BREAKPOINTS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", show=False),
        Binding("pageup", "turn(-1)", show=False),
        Binding("pagedown", "turn(1)", show=False),
    ]

    def __init__(self, query: NumberQuery) -> None:
        super().__init__()
        self._query = query

    @property
    def front(self) -> Front:
        """The app."""
        return cast(Front, self.app)

    def compose(self) -> ComposeResult:
        """One group a condition."""
        tr, query = self.front.tr, self._query
        with VerticalScroll(id="groups"):
            with Horizontal(id="digits"):
                yield Field("tail", tr("尾号"), kind=FieldKind.DIGITS, value=query.tail, max_length=8, id="tail")
                yield Field(
                    "contains",
                    tr("任意位置包含"),
                    kind=FieldKind.DIGITS,
                    value=query.contains,
                    max_length=8,
                    id="contains",
                )
            yield Static(tr("号段"), classes="group", markup=False)
            yield ChipRow([], multiple=True, id="prefixes")
            yield Static(tr("靓号类型"), classes="group", markup=False)
            yield ChipRow([], multiple=True, id="patterns")
            yield Static(tr("预存话费"), classes="group", markup=False)
            yield ChipRow([], id="bands")
            yield Static(tr("排序"), classes="group", markup=False)
            yield ChipRow(self._sort_chips(), id="sort")
        middle = [
            TapButton(tr("清空条件"), id="clear"),
            TapButton("▲", hint="PgUp", repeat_seconds=0, id="up"),
            TapButton("▼", hint="PgDn", repeat_seconds=0, id="down"),
        ]
        yield ActionBar(tr("返回"), tr("看号码"), middle=middle, id="actions")
        yield InputPanel(key_texts(tr))

    def on_click(self) -> None:
        """A touch on the ground, which nothing else has taken, puts the keys away."""
        self.query_one(InputPanel).close()

    def on_mount(self) -> None:
        """Count what each condition would leave."""
        self.count()

    def _sort_chips(self) -> list[Chip]:
        tr = self.front.tr
        names = {
            NumberSort.NUMBER: tr("按号码"),
            NumberSort.PRICE: tr("按价格"),
            NumberSort.SHUFFLED: tr("随机"),
        }
        return [Chip(sort, name, selected=self._query.sort == sort) for sort, name in names.items()]

    @work(exclusive=True, group="count")
    async def count(self) -> None:
        """Draw the chips with their counts."""
        front, tr, query = self.front, self.front.tr, self._query
        counts = await front.ask(count_choices, front.shop, query)
        self.query_one("#prefixes", ChipRow).set_chips(
            [Chip(prefix, prefix, count, prefix in query.prefixes) for prefix, count in sorted(counts.prefixes.items())]
        )
        self.query_one("#patterns", ChipRow).set_chips(
            [
                Chip(
                    pattern.code,
                    pattern_name(tr, pattern.code),
                    counts.patterns[pattern.code],
                    pattern.code in query.patterns,
                )
                for pattern in PATTERNS
                if pattern is not PLAIN
            ]
        )
        self.query_one("#bands", ChipRow).set_chips(
            [
                Chip(_band_key(band), band_name(tr, band), counts.price_bands[band], _has_band(query, band))
                for band in PRICE_BANDS
            ]
        )

    def ask_for(self, query: NumberQuery) -> None:
        """Take a change and count again."""
        self._query = query
        self.count()

    @on(Field.Changed)
    def digits_changed(self, event: Field.Changed) -> None:
        """Take digits as they are typed; what can't be searched for is said at its field."""
        field = event.control
        try:
            if field.id == "tail":
                query = replace(self._query, tail=event.value)
            else:
                query = replace(self._query, contains=event.value)
        except QueryInvalid:
            field.set_error(self.front.tr("请只输入数字"))
        else:
            field.set_error(None)
            self.ask_for(query)

    @on(ChipRow.Changed, "#prefixes")
    def prefix_changed(self, event: ChipRow.Changed) -> None:
        """Switch a network prefix."""
        prefixes = self._query.prefixes
        self.ask_for(
            replace(self._query, prefixes=prefixes | {event.key} if event.selected else prefixes - {event.key})
        )

    @on(ChipRow.Changed, "#patterns")
    @on(ChipRow.Changed, "#bands")
    def condition_changed(self, event: ChipRow.Changed) -> None:
        """Switch a pattern or a price band."""
        self.ask_for(switch_quick(self._query, event.key, on=event.selected))

    @on(ChipRow.Changed, "#sort")
    def sort_changed(self, event: ChipRow.Changed) -> None:
        """Change the order; without a choice it is the order of numbers."""
        self._query = replace(self._query, sort=NumberSort(event.key) if event.selected else NumberSort.NUMBER)

    def action_turn(self, pages: int) -> None:
        """Show the conditions further down or up."""
        groups = self.query_one("#groups", VerticalScroll)
        groups.scroll_relative(y=pages * max(1, groups.size.height - 2), animate=False)

    @on(TapButton.Pressed, "#up")
    def turn_back(self) -> None:
        """Show the conditions further up."""
        self.action_turn(-1)

    @on(TapButton.Pressed, "#down")
    def turn_forwards(self) -> None:
        """Show the conditions further down."""
        self.action_turn(1)

    def action_back(self) -> None:
        """Go back to the numbers, by key."""
        self.dismiss(self._query)

    @on(ActionBar.Next)
    def show_numbers(self) -> None:
        """Search with these conditions."""
        self.dismiss(self._query)

    @on(ActionBar.Back)
    def go_back(self) -> None:
        """Go back to the numbers; conditions once set are not lost."""
        self.dismiss(self._query)

    @on(TapButton.Pressed, "#clear")
    async def clear(self) -> None:
        """Ask for nothing in particular, in the order there is."""
        self._query = without_conditions(self._query)
        await self.recompose()
        self.count()
