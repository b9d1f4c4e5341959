"""One topic of the help: read it, turn its pages, go on to what helps further (SPEC 2.4)."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path, PurePath
from typing import ClassVar, Final

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Static

from kiosk.domain.help import Block, BlockKind, Topic
from kiosk.services.errors import TopicUnknown
from kiosk.services.read_help import list_topics, read_topic
from screens.help.page import HelpPage
from screens.help.passages import Passage
from widgets.action_bar import ActionBar
from widgets.article import Article, Part
from widgets.tap_button import TapButton

PAGE_CSS: Final = Path(__file__).with_name("page.tcss")


class TopicLink(TapButton):
    """A button that leads to another topic."""

    def __init__(self, topic: str, title: str) -> None:
        super().__init__(f"›  {title}", variant="card", classes="link")
        self.topic = topic


class TopicScreen(HelpPage):
    """A topic from one of its passages on. Topics opened from it take its place, and "back" returns through them.

    From the first one "back" leads to all topics: to the page below, or to the one that `all_topics` makes where the
    topic was opened at a step.
    """

    CSS_PATH: ClassVar[list[str | PurePath]] = [PAGE_CSS, "topic.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("pageup", "press('up')", show=False),
        Binding("pagedown,space", "press('down')", show=False),
        Binding("enter", "close", show=False),
    ]

    def __init__(self, passage: Passage, all_topics: Callable[[], HelpPage] | None = None) -> None:
        super().__init__()
        self._all_topics = all_topics
        self._passage = passage
        self._part: int | None = None
        """The part at the top of the page, once somebody has read there."""
        self._trail: list[tuple[Passage, int]] = []

    def compose(self) -> ComposeResult:
        """The text, below it what helps further, and the buttons that turn pages."""
        tr = self.tr
        yield from self.compose_header("")
        with Vertical(id="desk"), VerticalScroll(id="page", can_focus=False):
            yield Article(id="text")
            yield Vertical(id="see")
        middle = [
            TapButton(tr("上一页"), short="▲", hint="PgUp", repeat_seconds=0, id="up"),
            TapButton(tr("下一页"), short="▼", hint="PgDn", repeat_seconds=0, id="down"),
        ]
        yield ActionBar(self._back_label(), tr("关闭帮助"), middle=middle, id="actions")

    def _back_label(self) -> str:
        return self.tr("返回") if self._trail else self.tr("全部帮助")

    async def change_texts(self) -> None:
        """Stay at the part that is being read."""
        self._part = self._part_at_top()
        await super().change_texts()

    def fill(self) -> None:
        """Fetch the topic, and keep the page buttons true to where the text is."""
        page = self.query_one("#page", VerticalScroll)
        self.watch(page, "scroll_y", self._follow_scroll)
        self.watch(page, "virtual_size", self._follow_scroll)
        self.open()

    @work(exclusive=True, group="read")
    async def open(self) -> None:
        """Show the topic from its passage on; one that this shop hasn't got closes the page."""
        front, language = self.front, self.tr.language
        try:
            topic = await front.ask(read_topic, front.shop, self._passage.topic, language)
        except TopicUnknown:
            self.dismiss()
            return
        others = {each.key: each.title for each in await front.ask(list_topics, front.shop, language)}
        article = self.query_one("#text", Article)
        article.parts = tuple(_parts(topic))
        led_to = _part_of(topic, self._passage.anchor)
        article.here = led_to if self._passage.anchor else None
        see = self.query_one("#see", Vertical)
        await see.remove_children()
        await see.mount(*self._links([key for key in topic.see if key in others], others))
        self.query_one("#heading", Static).update(topic.title)
        self.query_one("#actions", ActionBar).back = self._back_label()
        self.call_after_refresh(self._show_part, led_to if self._part is None else self._part)

    def _links(self, keys: Sequence[str], titles: dict[str, str]) -> Iterator[TopicLink]:
        for key in keys:
            yield TopicLink(key, titles[key])

    def _show_part(self, part: int) -> None:
        page, article = self.query_one("#page", VerticalScroll), self.query_one("#text", Article)
        page.scroll_to(y=article.line_of(part), animate=False)
        self._follow_scroll()

    def _part_at_top(self) -> int:
        line = self.query_one("#page", VerticalScroll).scroll_offset.y
        return self.query_one("#text", Article).part_at(line)

    def back(self) -> None:
        """Return to the topic before, or from the first one to all of them."""
        if self._trail:
            self._passage, self._part = self._trail.pop()
            self.open()
        elif self._all_topics is not None:
            self.app.switch_screen(self._all_topics())
        else:
            self.dismiss()

    @on(TapButton.Pressed, "TopicLink")
    def follow(self, event: TapButton.Pressed) -> None:
        """Go on to another topic."""
        if isinstance(event.button, TopicLink):
            self._trail.append((self._passage, self._part_at_top()))
            self._passage, self._part = Passage(event.button.topic), None
            self.open()

    @on(TapButton.Pressed, "#up")
    def turn_back(self) -> None:
        """Show the page before, one line in common."""
        self._turn(-1)

    @on(TapButton.Pressed, "#down")
    def turn_forwards(self) -> None:
        """Show the next page, one line in common."""
        self._turn(1)

    def _turn(self, pages: int) -> None:
        page = self.query_one("#page", VerticalScroll)
        page.scroll_relative(y=pages * max(1, page.size.height - 1), animate=False)

    def _follow_scroll(self) -> None:
        if self.is_whole:
            page = self.query_one("#page", VerticalScroll)
            self.query_one("#up", TapButton).disabled = page.scroll_offset.y <= 0
            self.query_one("#down", TapButton).disabled = page.scroll_offset.y >= page.max_scroll_y


def _parts(topic: Topic) -> Iterator[Part]:
    """Each block; a list stands close together."""
    before: BlockKind | None = None
    for block in topic.blocks:
        yield _part(block, before)
        before = block.kind


def _part(block: Block, before: BlockKind | None) -> Part:
    match block.kind:
        case BlockKind.HEADING:
            return Part(block.text, strong=True)
        case BlockKind.PARAGRAPH:
            return Part(block.text, close=before is BlockKind.HEADING)
        case BlockKind.STEP:
            return Part(block.text, mark=str(block.place), close=before in {BlockKind.HEADING, BlockKind.STEP})
        case BlockKind.POINT:
            return Part(block.text, mark="·", close=before in {BlockKind.HEADING, BlockKind.POINT})


def _part_of(topic: Topic, anchor: str) -> int:
    """The part of an article at which a passage begins; its beginning without an anchor."""
    anchors = [block.anchor for block in topic.blocks]
    return anchors.index(anchor) if anchor in anchors and anchor else 0
