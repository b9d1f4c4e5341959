"""Rows as cards in large print: one look for all, and the whole card is the target (LOOK, "Large print")."""

from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Offset
from textual.widget import Widget

from tests.widgets.gallery import Gallery
from tests.widgets.scenes import ROWS
from widgets import choice_card, number_card
from widgets.choice_list import ChoiceList
from widgets.choice_table import ChoiceColumn, ChoiceRow
from widgets.number_list import NumberList
from widgets.tile import draw_tile

PLANS = tuple(ChoiceRow(name, (name, f"¥{fee}", "200")) for name, fee in (("A", 19), ("B", 128), ("C", 39), ("D", 59)))


class LargeGallery(Gallery):
    def on_mount(self) -> None:
        super().on_mount()
        self.screen.add_class("-large")


def card(number: str, words: tuple[str, ...], action: str, height: int = 10) -> list[str]:
    lines = []
    for line in range(height):
        segments = number_card.draw_card(
            number, (9, 13), words, action, line=line, width=60, height=height, style=lambda _part: Style()
        )
        lines.append("".join(segment.text for segment in segments))
    return lines


@given(height=st.integers(10, 16), words=st.lists(st.text("预存月费¥128 ", max_size=60), max_size=5))
def test_no_line_of_a_card_is_wider_than_the_card(height: int, words: list[str]) -> None:
    assert all(cell_len(line) <= 60 for line in card("138 5317 6688", tuple(words), "选这个", height))


def test_the_first_digits_stand_beside_the_words_and_the_others_below() -> None:
    lines = card("138 5317 6688", ("预存 ¥500", "每月最低 ¥68", "协议 24 个月"), "选这个")
    assert "预存 ¥500" in lines[0]
    assert "每月最低 ¥68" in lines[1]
    assert "协议 24 个月" in lines[2]
    assert lines[3].strip() == ""
    assert "█" in lines[5]
    assert "▄" in lines[7], "the digits to point out have a bar, not only a colour"
    assert lines[8].strip() == "选这个"


def test_a_number_that_cannot_be_chosen_offers_nothing() -> None:
    lines = card("157 2066 3788", ("有人正在购买，约 12 分钟后可选",), "")
    assert "有人正在购买" in lines[0]
    assert lines[8].strip() == ""


async def test_a_touch_anywhere_on_a_number_card_chooses_it() -> None:
    def build() -> Iterable[Widget]:
        yield NumberList(ROWS)

    for line in (0, 4, 9):
        async with LargeGallery(build).run_test(size=(80, 40)) as pilot:
            rows = pilot.app.query_one(NumberList)
            assert rows.row_height == number_card.CARD_ROWS + 2
            await pilot.click(NumberList, offset=Offset(20, rows.row_height + line))
            assert [said.key for said in pilot.app.said(NumberList.Selected)] == ["b"]  # type: ignore[attr-defined]  # a gallery


async def test_a_plan_shows_its_fee_large_and_its_pages_are_turned_by_large_buttons() -> None:
    def build() -> Iterable[Widget]:
        columns = [ChoiceColumn(""), ChoiceColumn("", figure=True, strong=True), ChoiceColumn("通话分钟")]
        yield ChoiceList(columns, PLANS, page_up="上一页", page_down="下一页")

    async with LargeGallery(build).run_test(size=(80, 24)) as pilot:
        plans = pilot.app.query_one(ChoiceList)
        drawn = ["".join(segment.text for segment in plans.render_line(y)) for y in range(plans.size.height)]
        assert any("█" in line for line in drawn)
        assert any("通话分钟 200" in line for line in drawn)
        assert plans.pages > 1
        before = plans.page
        await pilot.click(ChoiceList, offset=Offset(50, 1 + plans.capacity * plans.row_height + 4))
        assert plans.page == before + 1
        await pilot.click(ChoiceList, offset=Offset(20, 3))
        (chosen,) = pilot.app.said(ChoiceList.Chosen)  # type: ignore[attr-defined]  # a gallery
        assert chosen.key == PLANS[plans.capacity].key


@given(width=st.integers(8, 40), height=st.integers(3, 7), label=st.text("选这个ab", max_size=30))
def test_an_outlined_tile_is_as_large_as_any_other(width: int, height: int, label: str) -> None:
    face = Style(color="#000000", bgcolor="#ffffff")
    lines = draw_tile([Segment(label)], width, height, face=face, ground=face, outline=Style(color="#000000"))
    assert len(lines) == height
    assert all(sum(cell_len(segment.text) for segment in line) == width for line in lines)


def test_words_of_all_choice_cards_stand_in_one_column() -> None:
    starts = set()
    for figure in ("¥19", "¥128"):
        segments = choice_card.draw_card(
            figure, ("一",), line=1, height=6, figure_cells=27, width=60, style=lambda _part: Style()
        )
        text = "".join(segment.text for segment in segments)
        starts.add(cell_len(text[: text.index("一")]))
    assert starts == {30}
