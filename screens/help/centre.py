"""The help centre: five sections of topics, and a search by word, by pinyin or by its first letters (SPEC 2.4)."""

from collections.abc import Sequence
from pathlib import PurePath
from typing import ClassVar

from rich.cells import cell_len
from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from kiosk.domain.help import Section, Topic
from kiosk.services.read_help import list_topics
from kiosk.services.search_help import Hit, search_help
from screens.help.page import HelpPage, section_name
from screens.help.passages import Passage
from screens.help.topic import PAGE_CSS, TopicScreen
from screens.words import key_texts
from widgets.action_bar import ActionBar
from widgets.chip import Chip, ChipRow
from widgets.choice_list import ChoiceList
from widgets.choice_table import ChoiceColumn, ChoiceRow, cut
from widgets.field import Field
from widgets.input_panel import InputPanel
from widgets.prose import Prose
from widgets.tap_button import TapButton

_LONGEST_QUERY = 32
_AROUND_TITLE = 12
"""Cells of a row that neither its title nor a passage beside that has."""
_BEFORE_MATCH = 12
"""Characters of a passage shown before what matched."""
_DOOR = ("›", "›")


class HelpCentreScreen(HelpPage):
    """The topics of one section, or what a search has found; what is typed lives and dies with the page."""

    CSS_PATH: ClassVar[list[str | PurePath]] = [PAGE_CSS, "centre.tcss"]

    def __init__(self) -> None:
        super().__init__()
        self._section = Section.GUIDE
        self._typed = ""
        self._topics: tuple[Topic, ...] = ()
        self._hits: tuple[Hit, ...] = ()

    def compose(self) -> ComposeResult:
        """The search, the sections, and the topics of one of them."""
        tr = self.tr
        yield from self.compose_header(tr("帮助中心"))
        with Vertical(id="body"):
            with Horizontal(id="search"):
                yield Field(
                    "query",
                    tr("搜索"),
                    hint=tr("汉字、拼音或首字母都可以，例如 zf 找“支付”"),
                    value=self._typed,
                    max_length=_LONGEST_QUERY,
                    id="query",
                )
                yield TapButton(tr("清空"), id="clear")
            yield ChipRow(self._sections(), id="sections")
            yield ChoiceList(
                [ChoiceColumn("", strong=True), ChoiceColumn("", replaces_note=True)],
                page_up=tr("上一页"),
                page_down=tr("下一页"),
                marks=_DOOR,
                id="topics",
            )
            yield Prose(tr("没有找到。请换一个词，或清空后按类别查看；也可以拨打 10086。"), id="nothing")
        yield ActionBar(tr("返回"), tr("关闭帮助"), next_hint="Q", id="actions")
        yield InputPanel(key_texts(tr))

    async def change_texts(self) -> None:
        """Keep what was typed a breath ago."""
        self._typed = self.query_one("#query", Field).value
        await super().change_texts()

    def on_mount(self) -> None:
        """Keys start at the topics."""
        self.query_one("#topics").focus()

    def fill(self) -> None:
        """Fetch the topics, or look again for what is typed."""
        self.look()

    @work(exclusive=True, group="look")
    async def look(self) -> None:
        """Show the topics of the section, or those that are found."""
        front, language, typed = self.front, self.tr.language, self._typed
        self._topics = await front.ask(list_topics, front.shop, language)
        self._hits = await front.ask(search_help, front.shop, typed, language) if typed.strip() else ()
        self._show()

    def _show(self) -> None:
        is_searching = bool(self._typed.strip())
        self.set_class(is_searching, "-searching")
        self.set_class(is_searching and not self._hits, "-nothing")
        topics = self.query_one("#topics", ChoiceList)
        width = topics.size.width - _AROUND_TITLE
        if is_searching:
            shown = [(hit.key, hit.title, _around_match(hit, width)) for hit in self._hits]
        else:
            shown = [(each.key, each.title, each.summary) for each in self._topics if each.section is self._section]
        # Where rows are one high the passage stands beside the title, and has what that leaves.
        room = max(0, width - max((cell_len(title) for _, title, _ in shown), default=0))
        topics.set_rows([ChoiceRow(key, (title, cut(passage, room)), passage) for key, title, passage in shown])

    def _sections(self) -> Sequence[Chip]:
        return [Chip(section, section_name(self.tr, section), selected=section is self._section) for section in Section]

    @on(Field.Changed)
    def typed(self, event: Field.Changed) -> None:
        """Look for what is typed, at every key."""
        value = event.field.value
        if value != self._typed:
            self._typed = value
            self.look()

    @on(Field.Submitted)
    def submitted(self) -> None:
        """Enter goes to what was found."""
        self.query_one("#topics").focus()

    @on(TapButton.Pressed, "#clear")
    def clear(self) -> None:
        """Forget what was typed, and show the sections again."""
        self._typed = self.query_one("#query", Field).value = ""
        self.look()

    @on(ChipRow.Changed, "#sections")
    def section_chosen(self, event: ChipRow.Changed) -> None:
        """Show another section; one is always chosen."""
        event.row.select(event.key)
        self._section = Section(event.key)
        self._show()

    @on(ChoiceList.Chosen, "#topics")
    def open_topic(self, event: ChoiceList.Chosen) -> None:
        """Open a topic, at the passage that was found."""
        event.choice_list.select(None)
        anchor = next((hit.anchor for hit in self._hits if hit.key == event.key), "")
        self.app.push_screen(TopicScreen(Passage(event.key, anchor)))


def _around_match(hit: Hit, width: int) -> str:
    """The passage that was found; if what matched is beyond `width` cells, from a word or Hanzi before that on."""
    begin, end = hit.span
    if cell_len(hit.passage[:end]) <= width:
        return hit.passage
    start = max(0, begin - _BEFORE_MATCH)
    blank = hit.passage.find(" ", start, begin)
    return "…" + hit.passage[start if blank < 0 else blank + 1 :]
